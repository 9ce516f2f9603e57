"""Tokens of a workload's identity in calls: fetched before an attempt, replaced when refused."""

# Synchronous twin: _workload_calls_sync.py (derived)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._constants import WORKLOAD_IDENTITY_API_KEY_PLACEHOLDER
from ._exceptions import OpenAIError
from ._face import sleep
from .auth._x509 import AsyncX509WorkloadIdentityAuth
from .auth._x509_exchange import raise_connection_error, retry_delay, transport_errors
from .auth._x509_rules import (
    validate_x509_api_credentials,
    validate_x509_api_url,
    validate_x509_request_authority,
)

if TYPE_CHECKING:
    import httpx2

_PLACEHOLDER = f"Bearer {WORKLOAD_IDENTITY_API_KEY_PLACEHOLDER}"


async def exchanged_token(auth: Any, max_retries: int) -> str:
    """An exchange that cannot connect is tried again, and fails, as the call itself would."""
    attempt = 0
    while True:
        try:
            token: str = await auth.get_token_async()
            return token
        except transport_errors() as error:
            if attempt >= max_retries:
                raise_connection_error(error, error.request)  # type: ignore[attr-defined]
        await sleep(retry_delay(None, attempt) or 0.0)
        attempt += 1


async def send_with_token(
    client: Any, request: httpx2.Request, *, stream: bool, retried: bool, **kwargs: Any
) -> httpx2.Response:
    auth = client._workload_identity_auth
    token = await _put_token(client, auth, request)
    can_retry = token is not None and not retried and auth._can_retry_request(request)
    response = await _sent(client, auth, request, stream, kwargs)
    if response.status_code != 401 or token is None:
        return response
    auth.invalidate_token(token)
    if not can_retry:
        return response
    await response.aclose()
    auth._prepare_retry_request(request)
    request.headers["Authorization"] = _PLACEHOLDER
    again: httpx2.Response = await client._send_with_auth_retry(
        request, stream=stream, retried=True, **kwargs
    )
    return again


async def _put_token(client: Any, auth: Any, request: httpx2.Request) -> str | None:
    """None: the request brings credentials of its own."""
    by_certificate = isinstance(auth, AsyncX509WorkloadIdentityAuth)
    if by_certificate:
        if auth.workload_identity != client.workload_identity:
            raise OpenAIError("X.509 workload identity cannot be changed after client construction")
        validate_x509_api_url(request.url, expected_origin=client.base_url)
        validate_x509_request_authority(request)
        validate_x509_api_credentials(request)
    if request.headers.get("Authorization") != _PLACEHOLDER:
        return None
    token: str
    if by_certificate:
        token = await auth.get_token_for_request(request)
    else:
        token = await auth.get_token_async()
    request.headers["Authorization"] = f"Bearer {token}"
    return token


async def _sent(
    client: Any, auth: Any, request: httpx2.Request, stream: bool, kwargs: dict[str, Any]
) -> httpx2.Response:
    if auth._follow_redirects is not None:
        kwargs["follow_redirects"] = auth._follow_redirects
    response: httpx2.Response
    if isinstance(auth, AsyncX509WorkloadIdentityAuth):
        response = await auth.send_api_request(
            request,
            expected_origin=client.base_url,
            expected_authorization=request.headers.get("Authorization"),
            stream=stream,
            **kwargs,
        )
    else:
        response = await client._client.send(request, stream=stream, **kwargs)
    return response
