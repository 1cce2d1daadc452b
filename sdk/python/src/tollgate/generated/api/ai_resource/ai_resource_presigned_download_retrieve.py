from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.exchange_error import ExchangeError
from ...models.link_reply import LinkReply
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    s_3_key: str,
    x_publisher_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_publisher_key, Unset):
        headers["x-publisher-key"] = x_publisher_key

    params: dict[str, Any] = {}

    params["s3Key"] = s_3_key

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/ai-resource/presigned-download",
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ExchangeError | LinkReply | None:
    if response.status_code == 200:
        response_200 = LinkReply.from_dict(response.json())

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
) -> Response[ExchangeError | LinkReply]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    s_3_key: str,
    x_publisher_key: str | Unset = UNSET,
) -> Response[ExchangeError | LinkReply]:
    """Get a link to one of the publisher's objects

     Get a link to one of the publisher's objects.

    Args:
        s_3_key (str):
        x_publisher_key (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ExchangeError | LinkReply]
    """

    kwargs = _get_kwargs(
        s_3_key=s_3_key,
        x_publisher_key=x_publisher_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    s_3_key: str,
    x_publisher_key: str | Unset = UNSET,
) -> ExchangeError | LinkReply | None:
    """Get a link to one of the publisher's objects

     Get a link to one of the publisher's objects.

    Args:
        s_3_key (str):
        x_publisher_key (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ExchangeError | LinkReply
    """

    return sync_detailed(
        client=client,
        s_3_key=s_3_key,
        x_publisher_key=x_publisher_key,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    s_3_key: str,
    x_publisher_key: str | Unset = UNSET,
) -> Response[ExchangeError | LinkReply]:
    """Get a link to one of the publisher's objects

     Get a link to one of the publisher's objects.

    Args:
        s_3_key (str):
        x_publisher_key (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ExchangeError | LinkReply]
    """

    kwargs = _get_kwargs(
        s_3_key=s_3_key,
        x_publisher_key=x_publisher_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    s_3_key: str,
    x_publisher_key: str | Unset = UNSET,
) -> ExchangeError | LinkReply | None:
    """Get a link to one of the publisher's objects

     Get a link to one of the publisher's objects.

    Args:
        s_3_key (str):
        x_publisher_key (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ExchangeError | LinkReply
    """

    return (
        await asyncio_detailed(
            client=client,
            s_3_key=s_3_key,
            x_publisher_key=x_publisher_key,
        )
    ).parsed
