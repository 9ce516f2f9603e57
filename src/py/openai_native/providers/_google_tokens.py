"""Tokens of Google's default credentials, fetched by google-auth where that is installed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2

from .._exceptions import APITimeoutError, OpenAIError

_SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)


class GoogleTokens:
    """One client's credentials: found at the first request, renewed by google-auth."""

    def __init__(self, given: Any) -> None:
        self._given = given
        self._found: Any = None
        self._lock = threading.Lock()

    def headers(self, request: httpx2.Request) -> dict[str, str]:
        limits = request.extensions.get("timeout", {})
        with self._turn(request, limits.get("pool")):
            try:
                return self._fetched(request, limits.get("connect"), limits.get("read"))
            except OpenAIError:
                raise
            except Exception:
                # What google-auth raises may hold request bodies or private keys.
                raise OpenAIError(
                    "Vertex Google authentication failed. Check ADC, project access and credential "
                    "expiry."
                ) from None

    @contextmanager
    def _turn(self, request: httpx2.Request, seconds: float | None) -> Iterator[None]:
        if not self._lock.acquire(timeout=-1 if seconds is None else max(0, seconds)):
            raise APITimeoutError(request=request)
        try:
            yield
        finally:
            self._lock.release()

    def _fetched(
        self, request: httpx2.Request, connect: float | None, read: float | None
    ) -> dict[str, str]:
        google_auth, requests, errors, make_transport = _load_google()
        # No session outlives its use: a client that is closed leaves no connection to Google.
        with requests.Session() as session:
            send = make_transport(session)

            def bounded(*args: Any, **kwargs: Any) -> Any:
                kwargs["timeout"] = (connect, read)
                try:
                    return send(*args, **kwargs)
                except errors.TransportError as error:
                    if isinstance(error.__cause__, requests.exceptions.Timeout):
                        raise APITimeoutError(request=request) from None
                    raise

            headers: dict[str, str] = {}
            if self._found is None:
                self._found = self._find(google_auth, bounded)
            self._found.before_request(bounded, request.method, str(request.url), headers)
            return headers

    def _find(self, google_auth: Any, transport: Any) -> Any:
        if self._given is None:
            return google_auth.default(scopes=_SCOPES, request=transport)[0]
        return google_auth.credentials.with_scopes_if_required(self._given, scopes=_SCOPES)


def _load_google() -> tuple[Any, Any, Any, Any]:
    try:
        from importlib import import_module

        google_auth = import_module("google.auth")
        import_module("google.auth.credentials")
        requests = import_module("requests")
        errors = import_module("google.auth.exceptions")
        transport = import_module("google.auth.transport.requests")
    except ImportError as error:
        raise OpenAIError(
            "Install openai-native[vertex] to use Google credentials, or supply token_provider."
        ) from error
    return google_auth, requests, errors, transport.Request
