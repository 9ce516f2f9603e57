"""A token for whoever presents the right client certificate, over the caller's HTTP client, whose
certificate it is.
"""

# Synchronous twin: _x509_sync.py (derived)

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio  # async only
import httpx2

from .._client_auth import is_x509 as is_x509_workload_identity
from .._constants import INITIAL_RETRY_DELAY
from .._exceptions import APIConnectionError, OAuthError, OpenAIError
from .._lazy import sync_names
from ._identities import X509WorkloadIdentity
from ._token_cache import _WorkloadIdentityAuth
from ._x509_exchange import (
    BEARER_TOKEN,
    REFUSALS,
    TransientTokenExchangeError,
    exchange_request,
    is_transient,
    raise_connection_error,
    request_timeout,
    retry_delay,
    transport_errors,
)
from ._x509_replay import is_replayable_request as _is_replayable_request
from ._x509_replay import rewind_request
from ._x509_rules import (
    TOKEN_EXCHANGE_URL,
    check_identity,
    finite,
    validate_exchange_request,
    validate_transport_request,
)
from ._x509_transport import scoped_client
from ._x509_wait import pause

_MOST_RETRIES = 2


class _X509WorkloadIdentityAuth(_WorkloadIdentityAuth[X509WorkloadIdentity]):
    """An old token that still works outlives an exchange that fails for now."""

    def __init__(self, *, workload_identity: X509WorkloadIdentity, max_retries: int) -> None:
        check_identity(workload_identity)
        super().__init__(workload_identity=workload_identity, token_exchange_url=TOKEN_EXCHANGE_URL)
        self._max_exchange_retries = min(max(max_retries, 0), _MOST_RETRIES)
        self._follow_redirects = False

    def _handle_token_response(self, response: httpx2.Response) -> dict[str, Any]:
        if response.status_code in REFUSALS:
            raise _refusal(response)
        data = super()._handle_token_response(response)
        kind = response.json().get("token_type", "bearer")
        if not isinstance(kind, str) or kind.lower() != "bearer":
            raise OpenAIError("X.509 token exchange response must use the Bearer token type")
        if BEARER_TOKEN.fullmatch(data["access_token"]) is None:
            raise OpenAIError(
                "X.509 token exchange response did not include a valid Bearer access_token"
            )
        return data

    def _validate_expires_in(self, expires_in: object) -> float:
        seconds = finite(expires_in)
        if seconds is None or seconds <= 0:
            raise OpenAIError(
                "X.509 token exchange response did not include a positive, finite expires_in"
            )
        return seconds

    def _can_retry_request(self, request: httpx2.Request) -> bool:
        return _is_replayable_request(request)

    def _prepare_retry_request(self, request: httpx2.Request) -> None:
        rewind_request(request)

    def _perform_refresh(self) -> None:
        try:
            super()._perform_refresh()
        except (APIConnectionError, TransientTokenExchangeError):
            if self._usable_token_after_transient_failure() is None:
                raise

    def _usable_token_after_transient_failure(self) -> str | None:
        with self._lock:
            if self._token_unusable():
                return None
            self._cached_token_refresh_at_monotonic = time.monotonic() + INITIAL_RETRY_DELAY
            return self._cached_token

    def _handle_exchange_response(self, response: httpx2.Response) -> dict[str, Any]:
        try:
            return self._handle_token_response(response)
        except OpenAIError as error:
            if is_transient(response):
                raise TransientTokenExchangeError(error) from error
            raise


def _refusal(response: httpx2.Response) -> OAuthError:
    """Only the error's name: what else the answer holds may come from whoever sits between."""
    try:
        body = response.json() if response.content else None
    except ValueError:
        body = None
    name = body.get("error") if isinstance(body, dict) else None
    return OAuthError(response=response, body={"error": name} if isinstance(name, str) else None)


class AsyncX509WorkloadIdentityAuth(_X509WorkloadIdentityAuth):
    def __init__(
        self, *, workload_identity: X509WorkloadIdentity, http_client: Any, max_retries: int
    ) -> None:
        super().__init__(workload_identity=workload_identity, max_retries=max_retries)
        self._http_client = http_client
        self._async_lock = anyio.Lock()  # async only

    async def send_api_request(
        self,
        request: httpx2.Request,
        *,
        expected_origin: httpx2.URL,
        expected_authorization: str | None,
        stream: bool,
        **kwargs: Any,
    ) -> httpx2.Response:
        check = partial(
            validate_transport_request,
            expected_origin=expected_origin,
            expected_authorization=expected_authorization,
        )
        async with scoped_client(self._http_client, check) as client:
            kwargs.setdefault("auth", None)
            response: httpx2.Response = await client.send(request, stream=stream, **kwargs)
            return response

    async def get_token_for_request(self, request: httpx2.Request) -> str:
        reset = request_timeout.set(request.extensions.get("timeout"))
        try:
            return await self.get_token_async()
        except (APIConnectionError, TransientTokenExchangeError) as error:
            token = self._usable_token_after_transient_failure()
            if token is not None:
                return token
            if isinstance(error, TransientTokenExchangeError):
                raise error.error from None
            raise
        finally:
            request_timeout.reset(reset)

    # async only
    async def get_token_async(self) -> str:
        async with self._async_lock:
            if (token := self.cached_token()) is not None:
                return token
            try:
                self._store_token(await self._fetch_token_from_exchange_async())
            except (APIConnectionError, TransientTokenExchangeError):
                token = self._usable_token_after_transient_failure()
                if token is None:
                    raise
                return token
            with self._lock:
                return self._usable_token()

    async def _fetch_token_from_exchange_async(self) -> dict[str, Any]:
        attempt = 0
        while True:
            request = exchange_request(self.workload_identity, self._http_client)
            last = attempt >= self._max_exchange_retries
            try:
                response = await self._exchanged(request)
            except transport_errors() as error:
                if last:
                    raise_connection_error(error, request)
                delay = retry_delay(None, attempt)
            else:
                delay = retry_delay(response, attempt)
                if last or delay is None:
                    return self._handle_exchange_response(response)
            await pause(delay or 0.0)
            attempt += 1

    async def _exchanged(self, request: httpx2.Request) -> httpx2.Response:
        client = scoped_client(self._http_client, validate_exchange_request, token_exchange=True)
        async with client:
            response: httpx2.Response = await client.send(
                request, auth=None, follow_redirects=False
            )
            return response


if TYPE_CHECKING:
    from ._x509_sync import SyncX509WorkloadIdentityAuth as SyncX509WorkloadIdentityAuth
else:
    __getattr__ = sync_names(__name__, "openai_native.auth._x509_sync")

__all__ = ["is_x509_workload_identity"]
