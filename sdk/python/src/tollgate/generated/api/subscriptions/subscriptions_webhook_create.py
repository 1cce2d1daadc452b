from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.gateway_error import GatewayError
from ...models.received import Received
from ...models.subscriptions_webhook_create_body import SubscriptionsWebhookCreateBody
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: SubscriptionsWebhookCreateBody | Unset = UNSET,
    stripe_signature: str,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["Stripe-Signature"] = stripe_signature

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/subscriptions/webhook",
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> GatewayError | Received | None:
    if response.status_code == 200:
        response_200 = Received.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = GatewayError.from_dict(response.json())

        return response_400

    if response.status_code == 405:
        response_405 = GatewayError.from_dict(response.json())

        return response_405

    if response.status_code == 413:
        response_413 = GatewayError.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = GatewayError.from_dict(response.json())

        return response_415

    if response.status_code == 500:
        response_500 = GatewayError.from_dict(response.json())

        return response_500

    if response.status_code == 503:
        response_503 = GatewayError.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[GatewayError | Received]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: SubscriptionsWebhookCreateBody | Unset = UNSET,
    stripe_signature: str,
) -> Response[GatewayError | Received]:
    """Take an event of Stripe's; it is handled in the background

     Take an event of Stripe's; it is handled in the background.

    Args:
        stripe_signature (str):
        body (SubscriptionsWebhookCreateBody | Unset): An event of Stripe's.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[GatewayError | Received]
    """

    kwargs = _get_kwargs(
        body=body,
        stripe_signature=stripe_signature,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: SubscriptionsWebhookCreateBody | Unset = UNSET,
    stripe_signature: str,
) -> GatewayError | Received | None:
    """Take an event of Stripe's; it is handled in the background

     Take an event of Stripe's; it is handled in the background.

    Args:
        stripe_signature (str):
        body (SubscriptionsWebhookCreateBody | Unset): An event of Stripe's.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        GatewayError | Received
    """

    return sync_detailed(
        client=client,
        body=body,
        stripe_signature=stripe_signature,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: SubscriptionsWebhookCreateBody | Unset = UNSET,
    stripe_signature: str,
) -> Response[GatewayError | Received]:
    """Take an event of Stripe's; it is handled in the background

     Take an event of Stripe's; it is handled in the background.

    Args:
        stripe_signature (str):
        body (SubscriptionsWebhookCreateBody | Unset): An event of Stripe's.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[GatewayError | Received]
    """

    kwargs = _get_kwargs(
        body=body,
        stripe_signature=stripe_signature,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: SubscriptionsWebhookCreateBody | Unset = UNSET,
    stripe_signature: str,
) -> GatewayError | Received | None:
    """Take an event of Stripe's; it is handled in the background

     Take an event of Stripe's; it is handled in the background.

    Args:
        stripe_signature (str):
        body (SubscriptionsWebhookCreateBody | Unset): An event of Stripe's.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        GatewayError | Received
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            stripe_signature=stripe_signature,
        )
    ).parsed
