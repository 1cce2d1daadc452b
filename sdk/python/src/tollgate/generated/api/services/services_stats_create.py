from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.marketplace_error import MarketplaceError
from ...models.marketplace_stats_reply import MarketplaceStatsReply
from ...models.services_stats_create_x_user_role import (
    ServicesStatsCreateXUserRole,
)
from ...types import Response


def _get_kwargs(
    slug: str,
    *,
    x_marketplace_token: str,
    x_request_id: str,
    x_user_id: str,
    x_user_role: ServicesStatsCreateXUserRole,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["x-marketplace-token"] = x_marketplace_token

    headers["x-request-id"] = x_request_id

    headers["x-user-id"] = x_user_id

    headers["x-user-role"] = str(x_user_role)

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/services/{slug}/stats".format(
            slug=quote(str(slug), safe=""),
        ),
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> MarketplaceError | MarketplaceStatsReply | None:
    if response.status_code == 200:
        response_200 = MarketplaceStatsReply.from_dict(response.json())

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
) -> Response[MarketplaceError | MarketplaceStatsReply]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    slug: str,
    *,
    client: AuthenticatedClient | Client,
    x_marketplace_token: str,
    x_request_id: str,
    x_user_id: str,
    x_user_role: ServicesStatsCreateXUserRole,
) -> Response[MarketplaceError | MarketplaceStatsReply]:
    """Get how many of the user's tasks in this service have ended, well and badly

     Get how many of the user's tasks in this service have ended, well and badly.

    Args:
        slug (str):
        x_marketplace_token (str):
        x_request_id (str):
        x_user_id (str):
        x_user_role (ServicesStatsCreateXUserRole):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MarketplaceError | MarketplaceStatsReply]
    """

    kwargs = _get_kwargs(
        slug=slug,
        x_marketplace_token=x_marketplace_token,
        x_request_id=x_request_id,
        x_user_id=x_user_id,
        x_user_role=x_user_role,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    slug: str,
    *,
    client: AuthenticatedClient | Client,
    x_marketplace_token: str,
    x_request_id: str,
    x_user_id: str,
    x_user_role: ServicesStatsCreateXUserRole,
) -> MarketplaceError | MarketplaceStatsReply | None:
    """Get how many of the user's tasks in this service have ended, well and badly

     Get how many of the user's tasks in this service have ended, well and badly.

    Args:
        slug (str):
        x_marketplace_token (str):
        x_request_id (str):
        x_user_id (str):
        x_user_role (ServicesStatsCreateXUserRole):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        MarketplaceError | MarketplaceStatsReply
    """

    return sync_detailed(
        slug=slug,
        client=client,
        x_marketplace_token=x_marketplace_token,
        x_request_id=x_request_id,
        x_user_id=x_user_id,
        x_user_role=x_user_role,
    ).parsed


async def asyncio_detailed(
    slug: str,
    *,
    client: AuthenticatedClient | Client,
    x_marketplace_token: str,
    x_request_id: str,
    x_user_id: str,
    x_user_role: ServicesStatsCreateXUserRole,
) -> Response[MarketplaceError | MarketplaceStatsReply]:
    """Get how many of the user's tasks in this service have ended, well and badly

     Get how many of the user's tasks in this service have ended, well and badly.

    Args:
        slug (str):
        x_marketplace_token (str):
        x_request_id (str):
        x_user_id (str):
        x_user_role (ServicesStatsCreateXUserRole):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MarketplaceError | MarketplaceStatsReply]
    """

    kwargs = _get_kwargs(
        slug=slug,
        x_marketplace_token=x_marketplace_token,
        x_request_id=x_request_id,
        x_user_id=x_user_id,
        x_user_role=x_user_role,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    slug: str,
    *,
    client: AuthenticatedClient | Client,
    x_marketplace_token: str,
    x_request_id: str,
    x_user_id: str,
    x_user_role: ServicesStatsCreateXUserRole,
) -> MarketplaceError | MarketplaceStatsReply | None:
    """Get how many of the user's tasks in this service have ended, well and badly

     Get how many of the user's tasks in this service have ended, well and badly.

    Args:
        slug (str):
        x_marketplace_token (str):
        x_request_id (str):
        x_user_id (str):
        x_user_role (ServicesStatsCreateXUserRole):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        MarketplaceError | MarketplaceStatsReply
    """

    return (
        await asyncio_detailed(
            slug=slug,
            client=client,
            x_marketplace_token=x_marketplace_token,
            x_request_id=x_request_id,
            x_user_id=x_user_id,
            x_user_role=x_user_role,
        )
    ).parsed
