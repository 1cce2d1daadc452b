from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.admin_users_list_state import (
    AdminUsersListState,
)
from ...models.administered_user_page import AdministeredUserPage
from ...models.platform_error import PlatformError
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    cursor: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    search: str | Unset = UNSET,
    state: AdminUsersListState | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["cursor"] = cursor

    params["limit"] = limit

    params["search"] = search

    json_state: str | Unset = UNSET
    if not isinstance(state, Unset):
        json_state = state

    params["state"] = json_state

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/admin/users",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> AdministeredUserPage | PlatformError | None:
    if response.status_code == 200:
        response_200 = AdministeredUserPage.from_dict(response.json())

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
) -> Response[AdministeredUserPage | PlatformError]:
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
    limit: int | Unset = UNSET,
    search: str | Unset = UNSET,
    state: AdminUsersListState | Unset = UNSET,
) -> Response[AdministeredUserPage | PlatformError]:
    """List users, newest first, or search them

     List users, newest first, or search them.

    Args:
        cursor (str | Unset):
        limit (int | Unset):
        search (str | Unset):
        state (AdminUsersListState | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AdministeredUserPage | PlatformError]
    """

    kwargs = _get_kwargs(
        cursor=cursor,
        limit=limit,
        search=search,
        state=state,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    search: str | Unset = UNSET,
    state: AdminUsersListState | Unset = UNSET,
) -> AdministeredUserPage | PlatformError | None:
    """List users, newest first, or search them

     List users, newest first, or search them.

    Args:
        cursor (str | Unset):
        limit (int | Unset):
        search (str | Unset):
        state (AdminUsersListState | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AdministeredUserPage | PlatformError
    """

    return sync_detailed(
        client=client,
        cursor=cursor,
        limit=limit,
        search=search,
        state=state,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    search: str | Unset = UNSET,
    state: AdminUsersListState | Unset = UNSET,
) -> Response[AdministeredUserPage | PlatformError]:
    """List users, newest first, or search them

     List users, newest first, or search them.

    Args:
        cursor (str | Unset):
        limit (int | Unset):
        search (str | Unset):
        state (AdminUsersListState | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AdministeredUserPage | PlatformError]
    """

    kwargs = _get_kwargs(
        cursor=cursor,
        limit=limit,
        search=search,
        state=state,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    search: str | Unset = UNSET,
    state: AdminUsersListState | Unset = UNSET,
) -> AdministeredUserPage | PlatformError | None:
    """List users, newest first, or search them

     List users, newest first, or search them.

    Args:
        cursor (str | Unset):
        limit (int | Unset):
        search (str | Unset):
        state (AdminUsersListState | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AdministeredUserPage | PlatformError
    """

    return (
        await asyncio_detailed(
            client=client,
            cursor=cursor,
            limit=limit,
            search=search,
            state=state,
        )
    ).parsed
