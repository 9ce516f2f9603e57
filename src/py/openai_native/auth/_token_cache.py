"""One API token for all calls of a client: who fetches it, who waits, when it is renewed."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .._exceptions import OAuthError, OpenAIError
from .._secrets import secret
from ._identities import WorkloadIdentity, X509WorkloadIdentity

if TYPE_CHECKING:
    import httpx2

DEFAULT_TOKEN_EXCHANGE_URL = "https://auth.openai.com/oauth/token"
DEFAULT_REFRESH_BUFFER_SECONDS = 1200

_Identity = TypeVar("_Identity", WorkloadIdentity, X509WorkloadIdentity)


class _WorkloadIdentityAuth(Generic[_Identity]):
    """Of many threads that need a token one exchanges; one about to expire is renewed early."""

    def __init__(
        self,
        *,
        workload_identity: _Identity,
        token_exchange_url: str = DEFAULT_TOKEN_EXCHANGE_URL,
        _use_httpx2: bool = True,
    ) -> None:
        self.workload_identity: _Identity = workload_identity
        self.token_exchange_url = token_exchange_url
        self._use_httpx2 = _use_httpx2
        self._follow_redirects: bool | None = None
        self._cached_token: str | None = None
        self._cached_token_expires_at_monotonic: float | None = None
        self._cached_token_refresh_at_monotonic: float | None = None
        self._refreshing = False
        self._lock = threading.Lock()
        self._condition = threading.Condition(self._lock)

    def get_token(self) -> str:
        with self._condition:
            waited = False
            while self._refreshing and not self._is_fresh():
                self._condition.wait()
                waited = True
            # Who has waited for a renewal that failed goes on with what there is.
            if self._is_fresh() or (waited and not self._token_unusable()):
                return self._usable_token()
            self._refreshing = True
        try:
            self._perform_refresh()
            with self._lock:
                return self._usable_token()
        finally:
            with self._condition:
                self._refreshing = False
                self._condition.notify_all()

    def cached_token(self) -> str | None:
        """The token, if getting it takes no waiting."""
        with self._lock:
            return self._cached_token if self._is_fresh() else None

    def invalidate_token(self, token: str | None = None) -> None:
        """Forget the token; if `token` is given, only if it still is that one."""
        with self._lock:
            if token is None or self._cached_token == token:
                self._cached_token = None
                self._cached_token_expires_at_monotonic = None
                self._cached_token_refresh_at_monotonic = None

    def _perform_refresh(self) -> None:
        self._store_token(self._fetch_token_from_exchange())

    def _fetch_token_from_exchange(self) -> dict[str, Any]:
        raise NotImplementedError(f"{type(self).__name__} does not say how tokens are exchanged")

    def _store_token(self, token_data: dict[str, Any]) -> None:
        now, lifetime = time.monotonic(), token_data["expires_in"]
        with self._lock:
            self._cached_token = token_data["access_token"]
            self._cached_token_expires_at_monotonic = now + lifetime
            self._cached_token_refresh_at_monotonic = now + self._refresh_delay_seconds(lifetime)

    def _refresh_delay_seconds(self, expires_in: float) -> float:
        buffer = self.workload_identity.get(
            "refresh_buffer_seconds", DEFAULT_REFRESH_BUFFER_SECONDS
        )
        return max(expires_in - min(buffer, expires_in / 2), 0.0)

    def _usable_token(self) -> str:
        token = self._cached_token
        if token is None or self._token_expired():
            raise RuntimeError("Token is unusable after refresh completed")
        return token

    def _is_fresh(self) -> bool:
        return not self._token_unusable() and not self._needs_refresh()

    def _token_unusable(self) -> bool:
        return self._cached_token is None or self._token_expired()

    def _token_expired(self) -> bool:
        at = self._cached_token_expires_at_monotonic
        return at is None or time.monotonic() >= at

    def _needs_refresh(self) -> bool:
        at = self._cached_token_refresh_at_monotonic
        return at is not None and time.monotonic() >= at

    def _handle_token_response(self, response: httpx2.Response) -> dict[str, Any]:
        try:
            body = response.json() if response.content else None
        except ValueError:
            body = None
        if response.status_code in (400, 401, 403):
            raise OAuthError(response=response, body=body)
        if not response.is_success:
            raise OpenAIError(f"Token exchange failed with status {response.status_code}")
        if body is None:
            raise OpenAIError("Token exchange succeeded but response body was empty")
        if not isinstance(body, dict):
            raise OpenAIError("Token exchange succeeded but response body was not a JSON object")
        token = body["access_token"] = secret(body.get("access_token"))
        if not isinstance(token, str) or not token:
            raise OpenAIError("Token exchange response did not include a valid access_token")
        return {
            "access_token": token,
            "expires_in": self._validate_expires_in(body.get("expires_in")),
        }

    def _validate_expires_in(self, expires_in: object) -> float:
        if not isinstance(expires_in, (int, float)):
            raise OpenAIError("Token exchange response did not include a valid expires_in")
        return float(expires_in)

    def _can_retry_request(self, request: httpx2.Request) -> bool:
        """Whether a request that was refused can be sent again with a new token."""
        return True

    def _prepare_retry_request(self, request: httpx2.Request) -> None:
        """Bring what it sends back to its start."""
