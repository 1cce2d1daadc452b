from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.marketplace_error import MarketplaceError
from ...models.marketplace_result_body_request import MarketplaceResultBodyRequest
from ...models.marketplace_result_reply import MarketplaceResultReply
from ...models.result_create_x_user_role import (
    ResultCreateXUserRole,
)
from ...types import Response


def _get_kwargs(
    *,
    body: MarketplaceResultBodyRequest,
    x_marketplace_token: str,
    x_user_id: str,
    x_user_role: ResultCreateXUserRole,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["x-marketplace-token"] = x_marketplace_token

    headers["x-user-id"] = x_user_id

    headers["x-user-role"] = str(x_user_role)

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/result",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> MarketplaceError | MarketplaceResultReply | None:
    if response.status_code == 200:
        response_200 = MarketplaceResultReply.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = MarketplaceError.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = MarketplaceError.from_dict(response.json())

        return response_401

    if response.status_code == 405:
        response_405 = MarketplaceError.from_dict(response.json())

        return response_405

    if response.status_code == 413:
        response_413 = MarketplaceError.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = MarketplaceError.from_dict(response.json())

        return response_415

    if response.status_code == 429:
        response_429 = MarketplaceError.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = MarketplaceError.from_dict(response.json())

        return response_500

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[MarketplaceError | MarketplaceResultReply]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: MarketplaceResultBodyRequest,
    x_marketplace_token: str,
    x_user_id: str,
    x_user_role: ResultCreateXUserRole,
) -> Response[MarketplaceError | MarketplaceResultReply]:
    """Get how far a task is, and its result with links that are made now

     Get how far a task is, and its result with links that are made now.

    Args:
        x_marketplace_token (str):
        x_user_id (str):
        x_user_role (ResultCreateXUserRole):
        body (MarketplaceResultBodyRequest): Which task.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MarketplaceError | MarketplaceResultReply]
    """

    kwargs = _get_kwargs(
        body=body,
        x_marketplace_token=x_marketplace_token,
        x_user_id=x_user_id,
        x_user_role=x_user_role,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: MarketplaceResultBodyRequest,
    x_marketplace_token: str,
    x_user_id: str,
    x_user_role: ResultCreateXUserRole,
) -> MarketplaceError | MarketplaceResultReply | None:
    """Get how far a task is, and its result with links that are made now

     Get how far a task is, and its result with links that are made now.

    Args:
        x_marketplace_token (str):
        x_user_id (str):
        x_user_role (ResultCreateXUserRole):
        body (MarketplaceResultBodyRequest): Which task.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        MarketplaceError | MarketplaceResultReply
    """

    return sync_detailed(
        client=client,
        body=body,
        x_marketplace_token=x_marketplace_token,
        x_user_id=x_user_id,
        x_user_role=x_user_role,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: MarketplaceResultBodyRequest,
    x_marketplace_token: str,
    x_user_id: str,
    x_user_role: ResultCreateXUserRole,
) -> Response[MarketplaceError | MarketplaceResultReply]:
    """Get how far a task is, and its result with links that are made now

     Get how far a task is, and its result with links that are made now.

    Args:
        x_marketplace_token (str):
        x_user_id (str):
        x_user_role (ResultCreateXUserRole):
        body (MarketplaceResultBodyRequest): Which task.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MarketplaceError | MarketplaceResultReply]
    """

    kwargs = _get_kwargs(
        body=body,
        x_marketplace_token=x_marketplace_token,
        x_user_id=x_user_id,
        x_user_role=x_user_role,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: MarketplaceResultBodyRequest,
    x_marketplace_token: str,
    x_user_id: str,
    x_user_role: ResultCreateXUserRole,
) -> MarketplaceError | MarketplaceResultReply | None:
    """Get how far a task is, and its result with links that are made now

     Get how far a task is, and its result with links that are made now.

    Args:
        x_marketplace_token (str):
        x_user_id (str):
        x_user_role (ResultCreateXUserRole):
        body (MarketplaceResultBodyRequest): Which task.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        MarketplaceError | MarketplaceResultReply
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            x_marketplace_token=x_marketplace_token,
            x_user_id=x_user_id,
            x_user_role=x_user_role,
        )
    ).parsed
