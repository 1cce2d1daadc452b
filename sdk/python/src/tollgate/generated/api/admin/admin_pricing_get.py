from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.platform_error import PlatformError
from ...models.pricing import Pricing
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    cursor: str | Unset = UNSET,
    feature: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    target: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["cursor"] = cursor

    params["feature"] = feature

    params["limit"] = limit

    params["target"] = target

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/admin/pricing",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PlatformError | Pricing | None:
    if response.status_code == 200:
        response_200 = Pricing.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = PlatformError.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = PlatformError.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = PlatformError.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = PlatformError.from_dict(response.json())

        return response_404

    if response.status_code == 405:
        response_405 = PlatformError.from_dict(response.json())

        return response_405

    if response.status_code == 409:
        response_409 = PlatformError.from_dict(response.json())

        return response_409

    if response.status_code == 500:
        response_500 = PlatformError.from_dict(response.json())

        return response_500

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[PlatformError | Pricing]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    feature: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    target: str | Unset = UNSET,
) -> Response[PlatformError | Pricing]:
    """Return what everything costs now, and a page of every price that was ever set

     Return what everything costs now, and a page of every price that was ever set.

    Args:
        cursor (str | Unset):
        feature (str | Unset):
        limit (int | Unset):
        target (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PlatformError | Pricing]
    """

    kwargs = _get_kwargs(
        cursor=cursor,
        feature=feature,
        limit=limit,
        target=target,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    feature: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    target: str | Unset = UNSET,
) -> PlatformError | Pricing | None:
    """Return what everything costs now, and a page of every price that was ever set

     Return what everything costs now, and a page of every price that was ever set.

    Args:
        cursor (str | Unset):
        feature (str | Unset):
        limit (int | Unset):
        target (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PlatformError | Pricing
    """

    return sync_detailed(
        client=client,
        cursor=cursor,
        feature=feature,
        limit=limit,
        target=target,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    feature: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    target: str | Unset = UNSET,
) -> Response[PlatformError | Pricing]:
    """Return what everything costs now, and a page of every price that was ever set

     Return what everything costs now, and a page of every price that was ever set.

    Args:
        cursor (str | Unset):
        feature (str | Unset):
        limit (int | Unset):
        target (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PlatformError | Pricing]
    """

    kwargs = _get_kwargs(
        cursor=cursor,
        feature=feature,
        limit=limit,
        target=target,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    feature: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    target: str | Unset = UNSET,
) -> PlatformError | Pricing | None:
    """Return what everything costs now, and a page of every price that was ever set

     Return what everything costs now, and a page of every price that was ever set.

    Args:
        cursor (str | Unset):
        feature (str | Unset):
        limit (int | Unset):
        target (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PlatformError | Pricing
    """

    return (
        await asyncio_detailed(
            client=client,
            cursor=cursor,
            feature=feature,
            limit=limit,
            target=target,
        )
    ).parsed
