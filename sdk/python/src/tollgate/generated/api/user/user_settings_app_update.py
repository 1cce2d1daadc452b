from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.platform_error import PlatformError
from ...types import UNSET, Response, Unset


def _get_kwargs(
    app_id: str,
    key: str,
    *,
    body: Any | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/api/user/settings/app/{app_id}/{key}".format(
            app_id=quote(str(app_id), safe=""),
            key=quote(str(key), safe=""),
        ),
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Any | PlatformError | None:
    if response.status_code == 200:
        response_200 = response.json()
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

    if response.status_code == 413:
        response_413 = PlatformError.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = PlatformError.from_dict(response.json())

        return response_415

    if response.status_code == 500:
        response_500 = PlatformError.from_dict(response.json())

        return response_500

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Any | PlatformError]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    app_id: str,
    key: str,
    *,
    client: AuthenticatedClient,
    body: Any | Unset = UNSET,
) -> Response[Any | PlatformError]:
    """Keep a value for an app, any JSON of at most 64 KiB, null too; the reply is the value

     Keep a value for an app, any JSON of at most 64 KiB, null too; the reply is the value.

    Args:
        app_id (str):
        key (str):
        body (Any | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | PlatformError]
    """

    kwargs = _get_kwargs(
        app_id=app_id,
        key=key,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    app_id: str,
    key: str,
    *,
    client: AuthenticatedClient,
    body: Any | Unset = UNSET,
) -> Any | PlatformError | None:
    """Keep a value for an app, any JSON of at most 64 KiB, null too; the reply is the value

     Keep a value for an app, any JSON of at most 64 KiB, null too; the reply is the value.

    Args:
        app_id (str):
        key (str):
        body (Any | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | PlatformError
    """

    return sync_detailed(
        app_id=app_id,
        key=key,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    app_id: str,
    key: str,
    *,
    client: AuthenticatedClient,
    body: Any | Unset = UNSET,
) -> Response[Any | PlatformError]:
    """Keep a value for an app, any JSON of at most 64 KiB, null too; the reply is the value

     Keep a value for an app, any JSON of at most 64 KiB, null too; the reply is the value.

    Args:
        app_id (str):
        key (str):
        body (Any | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | PlatformError]
    """

    kwargs = _get_kwargs(
        app_id=app_id,
        key=key,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    app_id: str,
    key: str,
    *,
    client: AuthenticatedClient,
    body: Any | Unset = UNSET,
) -> Any | PlatformError | None:
    """Keep a value for an app, any JSON of at most 64 KiB, null too; the reply is the value

     Keep a value for an app, any JSON of at most 64 KiB, null too; the reply is the value.

    Args:
        app_id (str):
        key (str):
        body (Any | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | PlatformError
    """

    return (
        await asyncio_detailed(
            app_id=app_id,
            key=key,
            client=client,
            body=body,
        )
    ).parsed
