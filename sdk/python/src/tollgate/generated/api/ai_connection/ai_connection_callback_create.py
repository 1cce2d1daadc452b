from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.callback_request import CallbackRequest
from ...models.done_reply import DoneReply
from ...models.exchange_error import ExchangeError
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: CallbackRequest,
    x_marketplace_token: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_marketplace_token, Unset):
        headers["x-marketplace-token"] = x_marketplace_token

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/ai-connection/callback",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DoneReply | ExchangeError | None:
    if response.status_code == 201:
        response_201 = DoneReply.from_dict(response.json())

        return response_201

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
    body: CallbackRequest,
    x_marketplace_token: str | Unset = UNSET,
) -> Response[DoneReply | ExchangeError]:
    """Tell how a task has ended; the same again changes nothing

     Tell how a task has ended; the same again changes nothing.

    Args:
        x_marketplace_token (str | Unset):
        body (CallbackRequest): What a service says of a task of its own (M-3.1): what the
            marketplace contract pushes, whole.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DoneReply | ExchangeError]
    """

    kwargs = _get_kwargs(
        body=body,
        x_marketplace_token=x_marketplace_token,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: CallbackRequest,
    x_marketplace_token: str | Unset = UNSET,
) -> DoneReply | ExchangeError | None:
    """Tell how a task has ended; the same again changes nothing

     Tell how a task has ended; the same again changes nothing.

    Args:
        x_marketplace_token (str | Unset):
        body (CallbackRequest): What a service says of a task of its own (M-3.1): what the
            marketplace contract pushes, whole.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DoneReply | ExchangeError
    """

    return sync_detailed(
        client=client,
        body=body,
        x_marketplace_token=x_marketplace_token,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: CallbackRequest,
    x_marketplace_token: str | Unset = UNSET,
) -> Response[DoneReply | ExchangeError]:
    """Tell how a task has ended; the same again changes nothing

     Tell how a task has ended; the same again changes nothing.

    Args:
        x_marketplace_token (str | Unset):
        body (CallbackRequest): What a service says of a task of its own (M-3.1): what the
            marketplace contract pushes, whole.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DoneReply | ExchangeError]
    """

    kwargs = _get_kwargs(
        body=body,
        x_marketplace_token=x_marketplace_token,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: CallbackRequest,
    x_marketplace_token: str | Unset = UNSET,
) -> DoneReply | ExchangeError | None:
    """Tell how a task has ended; the same again changes nothing

     Tell how a task has ended; the same again changes nothing.

    Args:
        x_marketplace_token (str | Unset):
        body (CallbackRequest): What a service says of a task of its own (M-3.1): what the
            marketplace contract pushes, whole.

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
            x_marketplace_token=x_marketplace_token,
        )
    ).parsed
