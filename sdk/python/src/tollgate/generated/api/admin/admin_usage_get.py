from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.admin_usage_get_by import AdminUsageGetBy
from ...models.platform_error import PlatformError
from ...models.usage_by_group import UsageByGroup
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    by: AdminUsageGetBy | Unset = UNSET,
    cursor: str | Unset = UNSET,
    from_: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    to: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_by: str | Unset = UNSET
    if not isinstance(by, Unset):
        json_by = by

    params["by"] = json_by

    params["cursor"] = cursor

    params["from"] = from_

    params["limit"] = limit

    params["to"] = to

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/admin/usage",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PlatformError | UsageByGroup | None:
    if response.status_code == 200:
        response_200 = UsageByGroup.from_dict(response.json())

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
) -> Response[PlatformError | UsageByGroup]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    by: AdminUsageGetBy | Unset = UNSET,
    cursor: str | Unset = UNSET,
    from_: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    to: str | Unset = UNSET,
) -> Response[PlatformError | UsageByGroup]:
    """Return what was used in a span of time, in total and by day, API, user, app or provider

     Return what was used in a span of time, in total and by day, API, user, app or provider.

    Args:
        by (AdminUsageGetBy | Unset):
        cursor (str | Unset):
        from_ (str | Unset):
        limit (int | Unset):
        to (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PlatformError | UsageByGroup]
    """

    kwargs = _get_kwargs(
        by=by,
        cursor=cursor,
        from_=from_,
        limit=limit,
        to=to,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    by: AdminUsageGetBy | Unset = UNSET,
    cursor: str | Unset = UNSET,
    from_: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    to: str | Unset = UNSET,
) -> PlatformError | UsageByGroup | None:
    """Return what was used in a span of time, in total and by day, API, user, app or provider

     Return what was used in a span of time, in total and by day, API, user, app or provider.

    Args:
        by (AdminUsageGetBy | Unset):
        cursor (str | Unset):
        from_ (str | Unset):
        limit (int | Unset):
        to (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PlatformError | UsageByGroup
    """

    return sync_detailed(
        client=client,
        by=by,
        cursor=cursor,
        from_=from_,
        limit=limit,
        to=to,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    by: AdminUsageGetBy | Unset = UNSET,
    cursor: str | Unset = UNSET,
    from_: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    to: str | Unset = UNSET,
) -> Response[PlatformError | UsageByGroup]:
    """Return what was used in a span of time, in total and by day, API, user, app or provider

     Return what was used in a span of time, in total and by day, API, user, app or provider.

    Args:
        by (AdminUsageGetBy | Unset):
        cursor (str | Unset):
        from_ (str | Unset):
        limit (int | Unset):
        to (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PlatformError | UsageByGroup]
    """

    kwargs = _get_kwargs(
        by=by,
        cursor=cursor,
        from_=from_,
        limit=limit,
        to=to,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    by: AdminUsageGetBy | Unset = UNSET,
    cursor: str | Unset = UNSET,
    from_: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    to: str | Unset = UNSET,
) -> PlatformError | UsageByGroup | None:
    """Return what was used in a span of time, in total and by day, API, user, app or provider

     Return what was used in a span of time, in total and by day, API, user, app or provider.

    Args:
        by (AdminUsageGetBy | Unset):
        cursor (str | Unset):
        from_ (str | Unset):
        limit (int | Unset):
        to (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PlatformError | UsageByGroup
    """

    return (
        await asyncio_detailed(
            client=client,
            by=by,
            cursor=cursor,
            from_=from_,
            limit=limit,
            to=to,
        )
    ).parsed
