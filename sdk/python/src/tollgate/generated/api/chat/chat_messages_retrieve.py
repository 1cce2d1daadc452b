from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.chat_message import ChatMessage
from ...models.gateway_error import GatewayError
from ...types import Response


def _get_kwargs(
    thread_id: str,
    message_id: UUID,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/chat/{thread_id}/messages/{message_id}".format(
            thread_id=quote(str(thread_id), safe=""),
            message_id=quote(str(message_id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ChatMessage | GatewayError | None:
    if response.status_code == 200:
        response_200 = ChatMessage.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = GatewayError.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = GatewayError.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = GatewayError.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = GatewayError.from_dict(response.json())

        return response_404

    if response.status_code == 405:
        response_405 = GatewayError.from_dict(response.json())

        return response_405

    if response.status_code == 500:
        response_500 = GatewayError.from_dict(response.json())

        return response_500

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ChatMessage | GatewayError]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    thread_id: str,
    message_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Response[ChatMessage | GatewayError]:
    """Return a reply as it is now

     Return a reply as it is now.

    Args:
        thread_id (str):
        message_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ChatMessage | GatewayError]
    """

    kwargs = _get_kwargs(
        thread_id=thread_id,
        message_id=message_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    thread_id: str,
    message_id: UUID,
    *,
    client: AuthenticatedClient,
) -> ChatMessage | GatewayError | None:
    """Return a reply as it is now

     Return a reply as it is now.

    Args:
        thread_id (str):
        message_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ChatMessage | GatewayError
    """

    return sync_detailed(
        thread_id=thread_id,
        message_id=message_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    thread_id: str,
    message_id: UUID,
    *,
    client: AuthenticatedClient,
) -> Response[ChatMessage | GatewayError]:
    """Return a reply as it is now

     Return a reply as it is now.

    Args:
        thread_id (str):
        message_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ChatMessage | GatewayError]
    """

    kwargs = _get_kwargs(
        thread_id=thread_id,
        message_id=message_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    thread_id: str,
    message_id: UUID,
    *,
    client: AuthenticatedClient,
) -> ChatMessage | GatewayError | None:
    """Return a reply as it is now

     Return a reply as it is now.

    Args:
        thread_id (str):
        message_id (UUID):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ChatMessage | GatewayError
    """

    return (
        await asyncio_detailed(
            thread_id=thread_id,
            message_id=message_id,
            client=client,
        )
    ).parsed
