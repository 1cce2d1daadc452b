from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.done_reply import DoneReply
from ...models.exchange_error import ExchangeError
from ...models.object_request import ObjectRequest
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: ObjectRequest,
    x_publisher_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_publisher_key, Unset):
        headers["x-publisher-key"] = x_publisher_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/ai-resource/delete",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DoneReply | ExchangeError | None:
    if response.status_code == 200:
        response_200 = DoneReply.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ExchangeError.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ExchangeError.from_dict(response.json())

        return response_401

    if response.status_code == 404:
        response_404 = ExchangeError.from_dict(response.json())

        return response_404

    if response.status_code == 405:
        response_405 = ExchangeError.from_dict(response.json())

        return response_405

    if response.status_code == 413:
        response_413 = ExchangeError.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = ExchangeError.from_dict(response.json())

        return response_415

    if response.status_code == 500:
        response_500 = ExchangeError.from_dict(response.json())

        return response_500

    if response.status_code == 503:
        response_503 = ExchangeError.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[DoneReply | ExchangeError]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: ObjectRequest,
    x_publisher_key: str | Unset = UNSET,
) -> Response[DoneReply | ExchangeError]:
    """Delete one of the publisher's objects

     Delete one of the publisher's objects.

    Args:
        x_publisher_key (str | Unset):
        body (ObjectRequest): An object: when it is uploaded, the name to keep its extension of,
            afterwards the key that it was given.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DoneReply | ExchangeError]
    """

    kwargs = _get_kwargs(
        body=body,
        x_publisher_key=x_publisher_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: ObjectRequest,
    x_publisher_key: str | Unset = UNSET,
) -> DoneReply | ExchangeError | None:
    """Delete one of the publisher's objects

     Delete one of the publisher's objects.

    Args:
        x_publisher_key (str | Unset):
        body (ObjectRequest): An object: when it is uploaded, the name to keep its extension of,
            afterwards the key that it was given.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DoneReply | ExchangeError
    """

    return sync_detailed(
        client=client,
        body=body,
        x_publisher_key=x_publisher_key,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: ObjectRequest,
    x_publisher_key: str | Unset = UNSET,
) -> Response[DoneReply | ExchangeError]:
    """Delete one of the publisher's objects

     Delete one of the publisher's objects.

    Args:
        x_publisher_key (str | Unset):
        body (ObjectRequest): An object: when it is uploaded, the name to keep its extension of,
            afterwards the key that it was given.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DoneReply | ExchangeError]
    """

    kwargs = _get_kwargs(
        body=body,
        x_publisher_key=x_publisher_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: ObjectRequest,
    x_publisher_key: str | Unset = UNSET,
) -> DoneReply | ExchangeError | None:
    """Delete one of the publisher's objects

     Delete one of the publisher's objects.

    Args:
        x_publisher_key (str | Unset):
        body (ObjectRequest): An object: when it is uploaded, the name to keep its extension of,
            afterwards the key that it was given.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DoneReply | ExchangeError
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            x_publisher_key=x_publisher_key,
        )
    ).parsed
