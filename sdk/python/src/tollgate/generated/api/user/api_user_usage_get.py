import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.platform_error import PlatformError
from ...models.usage_report import UsageReport
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    api: str | Unset = UNSET,
    app: str | Unset = UNSET,
    cursor: str | Unset = UNSET,
    from_: datetime.date | Unset = UNSET,
    limit: int | Unset = UNSET,
    to: datetime.date | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["api"] = api

    params["app"] = app

    params["cursor"] = cursor

    json_from_: str | Unset = UNSET
    if not isinstance(from_, Unset):
        json_from_ = from_.isoformat()
    params["from"] = json_from_

    params["limit"] = limit

    json_to: str | Unset = UNSET
    if not isinstance(to, Unset):
        json_to = to.isoformat()
    params["to"] = json_to

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/user/usage",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PlatformError | UsageReport | None:
    if response.status_code == 200:
        response_200 = UsageReport.from_dict(response.json())

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
) -> Response[PlatformError | UsageReport]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    api: str | Unset = UNSET,
    app: str | Unset = UNSET,
    cursor: str | Unset = UNSET,
    from_: datetime.date | Unset = UNSET,
    limit: int | Unset = UNSET,
    to: datetime.date | Unset = UNSET,
) -> Response[PlatformError | UsageReport]:
    """Return the calls that ended and what they cost, by day, API and app

     Return the calls that ended and what they cost, by day, API and app.

    Args:
        api (str | Unset):
        app (str | Unset):
        cursor (str | Unset):
        from_ (datetime.date | Unset):
        limit (int | Unset):
        to (datetime.date | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PlatformError | UsageReport]
    """

    kwargs = _get_kwargs(
        api=api,
        app=app,
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
    api: str | Unset = UNSET,
    app: str | Unset = UNSET,
    cursor: str | Unset = UNSET,
    from_: datetime.date | Unset = UNSET,
    limit: int | Unset = UNSET,
    to: datetime.date | Unset = UNSET,
) -> PlatformError | UsageReport | None:
    """Return the calls that ended and what they cost, by day, API and app

     Return the calls that ended and what they cost, by day, API and app.

    Args:
        api (str | Unset):
        app (str | Unset):
        cursor (str | Unset):
        from_ (datetime.date | Unset):
        limit (int | Unset):
        to (datetime.date | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PlatformError | UsageReport
    """

    return sync_detailed(
        client=client,
        api=api,
        app=app,
        cursor=cursor,
        from_=from_,
        limit=limit,
        to=to,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    api: str | Unset = UNSET,
    app: str | Unset = UNSET,
    cursor: str | Unset = UNSET,
    from_: datetime.date | Unset = UNSET,
    limit: int | Unset = UNSET,
    to: datetime.date | Unset = UNSET,
) -> Response[PlatformError | UsageReport]:
    """Return the calls that ended and what they cost, by day, API and app

     Return the calls that ended and what they cost, by day, API and app.

    Args:
        api (str | Unset):
        app (str | Unset):
        cursor (str | Unset):
        from_ (datetime.date | Unset):
        limit (int | Unset):
        to (datetime.date | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PlatformError | UsageReport]
    """

    kwargs = _get_kwargs(
        api=api,
        app=app,
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
    api: str | Unset = UNSET,
    app: str | Unset = UNSET,
    cursor: str | Unset = UNSET,
    from_: datetime.date | Unset = UNSET,
    limit: int | Unset = UNSET,
    to: datetime.date | Unset = UNSET,
) -> PlatformError | UsageReport | None:
    """Return the calls that ended and what they cost, by day, API and app

     Return the calls that ended and what they cost, by day, API and app.

    Args:
        api (str | Unset):
        app (str | Unset):
        cursor (str | Unset):
        from_ (datetime.date | Unset):
        limit (int | Unset):
        to (datetime.date | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PlatformError | UsageReport
    """

    return (
        await asyncio_detailed(
            client=client,
            api=api,
            app=app,
            cursor=cursor,
            from_=from_,
            limit=limit,
            to=to,
        )
    ).parsed
