from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.admin_tasks_list_status import (
    AdminTasksListStatus,
)
from ...models.administered_task_page import AdministeredTaskPage
from ...models.platform_error import PlatformError
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    contract: str | Unset = UNSET,
    cursor: str | Unset = UNSET,
    feature: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    status: AdminTasksListStatus | Unset = UNSET,
    user: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["contract"] = contract

    params["cursor"] = cursor

    params["feature"] = feature

    params["limit"] = limit

    json_status: str | Unset = UNSET
    if not isinstance(status, Unset):
        json_status = status

    params["status"] = json_status

    params["user"] = user

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/admin/tasks",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> AdministeredTaskPage | PlatformError | None:
    if response.status_code == 200:
        response_200 = AdministeredTaskPage.from_dict(response.json())

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

    if response.status_code == 500:
        response_500 = PlatformError.from_dict(response.json())

        return response_500

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[AdministeredTaskPage | PlatformError]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    contract: str | Unset = UNSET,
    cursor: str | Unset = UNSET,
    feature: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    status: AdminTasksListStatus | Unset = UNSET,
    user: str | Unset = UNSET,
) -> Response[AdministeredTaskPage | PlatformError]:
    """List everybody's tasks, newest first

     List everybody's tasks, newest first.

    Args:
        contract (str | Unset):
        cursor (str | Unset):
        feature (str | Unset):
        limit (int | Unset):
        status (AdminTasksListStatus | Unset):
        user (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AdministeredTaskPage | PlatformError]
    """

    kwargs = _get_kwargs(
        contract=contract,
        cursor=cursor,
        feature=feature,
        limit=limit,
        status=status,
        user=user,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    contract: str | Unset = UNSET,
    cursor: str | Unset = UNSET,
    feature: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    status: AdminTasksListStatus | Unset = UNSET,
    user: str | Unset = UNSET,
) -> AdministeredTaskPage | PlatformError | None:
    """List everybody's tasks, newest first

     List everybody's tasks, newest first.

    Args:
        contract (str | Unset):
        cursor (str | Unset):
        feature (str | Unset):
        limit (int | Unset):
        status (AdminTasksListStatus | Unset):
        user (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AdministeredTaskPage | PlatformError
    """

    return sync_detailed(
        client=client,
        contract=contract,
        cursor=cursor,
        feature=feature,
        limit=limit,
        status=status,
        user=user,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    contract: str | Unset = UNSET,
    cursor: str | Unset = UNSET,
    feature: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    status: AdminTasksListStatus | Unset = UNSET,
    user: str | Unset = UNSET,
) -> Response[AdministeredTaskPage | PlatformError]:
    """List everybody's tasks, newest first

     List everybody's tasks, newest first.

    Args:
        contract (str | Unset):
        cursor (str | Unset):
        feature (str | Unset):
        limit (int | Unset):
        status (AdminTasksListStatus | Unset):
        user (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AdministeredTaskPage | PlatformError]
    """

    kwargs = _get_kwargs(
        contract=contract,
        cursor=cursor,
        feature=feature,
        limit=limit,
        status=status,
        user=user,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    contract: str | Unset = UNSET,
    cursor: str | Unset = UNSET,
    feature: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    status: AdminTasksListStatus | Unset = UNSET,
    user: str | Unset = UNSET,
) -> AdministeredTaskPage | PlatformError | None:
    """List everybody's tasks, newest first

     List everybody's tasks, newest first.

    Args:
        contract (str | Unset):
        cursor (str | Unset):
        feature (str | Unset):
        limit (int | Unset):
        status (AdminTasksListStatus | Unset):
        user (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AdministeredTaskPage | PlatformError
    """

    return (
        await asyncio_detailed(
            client=client,
            contract=contract,
            cursor=cursor,
            feature=feature,
            limit=limit,
            status=status,
            user=user,
        )
    ).parsed
