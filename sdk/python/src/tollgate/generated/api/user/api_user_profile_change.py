from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.own_profile import OwnProfile
from ...models.patched_changes_request import PatchedChangesRequest
from ...models.platform_error import PlatformError
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: PatchedChangesRequest | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/api/user/profile",
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> OwnProfile | PlatformError | None:
    if response.status_code == 200:
        response_200 = OwnProfile.from_dict(response.json())

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

    if response.status_code == 413:
        response_413 = PlatformError.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = PlatformError.from_dict(response.json())

        return response_415

    if response.status_code == 429:
        response_429 = PlatformError.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = PlatformError.from_dict(response.json())

        return response_500

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[OwnProfile | PlatformError]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: PatchedChangesRequest | Unset = UNSET,
) -> Response[OwnProfile | PlatformError]:
    """Change the user's names, mail address or picture

     Change the user's names, mail address or picture.

    A new mail address has to be verified again: a letter with a link goes there, and word of the change
    to the old one. An API key
    changes neither the address nor, with it, who gets the letters that open the account.

    Args:
        body (PatchedChangesRequest | Unset): What may be changed; what is left out stays.

            ``name`` is both names in one: its first word is the first name. ``avatar``: the id of an
            uploaded file, a data: URI, an https URL, or
            null for none.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[OwnProfile | PlatformError]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: PatchedChangesRequest | Unset = UNSET,
) -> OwnProfile | PlatformError | None:
    """Change the user's names, mail address or picture

     Change the user's names, mail address or picture.

    A new mail address has to be verified again: a letter with a link goes there, and word of the change
    to the old one. An API key
    changes neither the address nor, with it, who gets the letters that open the account.

    Args:
        body (PatchedChangesRequest | Unset): What may be changed; what is left out stays.

            ``name`` is both names in one: its first word is the first name. ``avatar``: the id of an
            uploaded file, a data: URI, an https URL, or
            null for none.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        OwnProfile | PlatformError
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: PatchedChangesRequest | Unset = UNSET,
) -> Response[OwnProfile | PlatformError]:
    """Change the user's names, mail address or picture

     Change the user's names, mail address or picture.

    A new mail address has to be verified again: a letter with a link goes there, and word of the change
    to the old one. An API key
    changes neither the address nor, with it, who gets the letters that open the account.

    Args:
        body (PatchedChangesRequest | Unset): What may be changed; what is left out stays.

            ``name`` is both names in one: its first word is the first name. ``avatar``: the id of an
            uploaded file, a data: URI, an https URL, or
            null for none.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[OwnProfile | PlatformError]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: PatchedChangesRequest | Unset = UNSET,
) -> OwnProfile | PlatformError | None:
    """Change the user's names, mail address or picture

     Change the user's names, mail address or picture.

    A new mail address has to be verified again: a letter with a link goes there, and word of the change
    to the old one. An API key
    changes neither the address nor, with it, who gets the letters that open the account.

    Args:
        body (PatchedChangesRequest | Unset): What may be changed; what is left out stays.

            ``name`` is both names in one: its first word is the first name. ``avatar``: the id of an
            uploaded file, a data: URI, an https URL, or
            null for none.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        OwnProfile | PlatformError
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
