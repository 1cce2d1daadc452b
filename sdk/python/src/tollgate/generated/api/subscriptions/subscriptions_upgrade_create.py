from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.gateway_error import GatewayError
from ...models.upgrade_request import UpgradeRequest
from ...models.upgraded import Upgraded
from ...types import Response


def _get_kwargs(
    *,
    body: UpgradeRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/subscriptions/upgrade",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> GatewayError | Upgraded | None:
    if response.status_code == 200:
        response_200 = Upgraded.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = GatewayError.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = GatewayError.from_dict(response.json())

        return response_401

    if response.status_code == 402:
        response_402 = GatewayError.from_dict(response.json())

        return response_402

    if response.status_code == 403:
        response_403 = GatewayError.from_dict(response.json())

        return response_403

    if response.status_code == 405:
        response_405 = GatewayError.from_dict(response.json())

        return response_405

    if response.status_code == 409:
        response_409 = GatewayError.from_dict(response.json())

        return response_409

    if response.status_code == 413:
        response_413 = GatewayError.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = GatewayError.from_dict(response.json())

        return response_415

    if response.status_code == 500:
        response_500 = GatewayError.from_dict(response.json())

        return response_500

    if response.status_code == 502:
        response_502 = GatewayError.from_dict(response.json())

        return response_502

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[GatewayError | Upgraded]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: UpgradeRequest,
) -> Response[GatewayError | Upgraded]:
    """Begin to pay for a plan; a running subscription changes its plan at once, the difference in price
    with it

     Begin to pay for a plan; a running subscription changes its plan at once, the difference in price
    with it.

    Args:
        body (UpgradeRequest): The plan to pay for: ``basic`` or ``premium``.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[GatewayError | Upgraded]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: UpgradeRequest,
) -> GatewayError | Upgraded | None:
    """Begin to pay for a plan; a running subscription changes its plan at once, the difference in price
    with it

     Begin to pay for a plan; a running subscription changes its plan at once, the difference in price
    with it.

    Args:
        body (UpgradeRequest): The plan to pay for: ``basic`` or ``premium``.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        GatewayError | Upgraded
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: UpgradeRequest,
) -> Response[GatewayError | Upgraded]:
    """Begin to pay for a plan; a running subscription changes its plan at once, the difference in price
    with it

     Begin to pay for a plan; a running subscription changes its plan at once, the difference in price
    with it.

    Args:
        body (UpgradeRequest): The plan to pay for: ``basic`` or ``premium``.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[GatewayError | Upgraded]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: UpgradeRequest,
) -> GatewayError | Upgraded | None:
    """Begin to pay for a plan; a running subscription changes its plan at once, the difference in price
    with it

     Begin to pay for a plan; a running subscription changes its plan at once, the difference in price
    with it.

    Args:
        body (UpgradeRequest): The plan to pay for: ``basic`` or ``premium``.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        GatewayError | Upgraded
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
