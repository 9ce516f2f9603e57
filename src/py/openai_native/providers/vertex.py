"""`OpenAI(provider=vertex(...))`: the responses API as Google's Vertex serves it."""

from __future__ import annotations

import asyncio
import inspect
import os
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx2

from .._exceptions import APITimeoutError, OpenAIError
from .._provider import _create_provider, _Provider, _ProviderRuntime
from ._google_tokens import GoogleTokens

if TYPE_CHECKING:
    from google.auth.credentials import Credentials
else:
    Credentials = Any

__all__ = ["VertexTokenProvider", "vertex"]

VertexTokenProvider = Callable[[], str | Awaitable[str]]

_OWN_HEADERS = ("authorization", "api-key", "openai-organization", "openai-project")
_FAILED = "Vertex token provider failed."


@dataclass(frozen=True)
class _Vertex:
    base_url: httpx2.URL
    token_provider: VertexTokenProvider | None = field(repr=False)
    credentials: Any = field(repr=False)
    name: str = field(default="vertex", init=False)

    def configure(self) -> _ProviderRuntime:
        signing = _Signing(self.base_url, self.token_provider, GoogleTokens(self.credentials))
        return _ProviderRuntime(
            name=self.name,
            base_url=self.base_url,
            transform_request=_without_redirects,
            prepare_request=signing.prepare_request,
            prepare_async_request=signing.prepare_async_request,
        )


def _without_redirects(options: Any) -> Any:
    """Not even where the HTTP client is set to follow them: the token would go along."""
    options.follow_redirects = False
    return options


class _Signing:
    def __init__(
        self, base_url: httpx2.URL, token_provider: VertexTokenProvider | None, google: GoogleTokens
    ) -> None:
        self._base_url = base_url
        self._token_provider = token_provider
        self._google = google

    def prepare_request(self, request: httpx2.Request) -> None:
        self._check(request)
        if self._token_provider is None:
            request.headers.update(self._google.headers(request))
            return
        try:
            token = self._token_provider()
        except Exception:
            raise OpenAIError(_FAILED) from None
        if inspect.isawaitable(token):
            if inspect.iscoroutine(token):
                token.close()
            raise OpenAIError("Use AsyncOpenAI with an async Vertex token provider.")
        _set_token(request, token)

    async def prepare_async_request(self, request: httpx2.Request) -> None:
        self._check(request)
        try:
            if self._token_provider is None:
                request.headers.update(await asyncio.to_thread(self._google.headers, request))
            else:
                await self._ask(request, self._token_provider)
        except (TimeoutError, asyncio.TimeoutError):
            raise APITimeoutError(request=request) from None
        except OpenAIError:
            raise
        except Exception:
            raise OpenAIError(_FAILED) from None

    async def _ask(self, request: httpx2.Request, provider: VertexTokenProvider) -> None:
        """Within the request's read timeout, also where the provider blocks the loop."""
        limit = request.extensions.get("timeout", {}).get("read")
        clock = asyncio.get_running_loop().time
        began = clock()
        token = provider()
        if inspect.isawaitable(token):
            token = await asyncio.wait_for(token, limit)
        if limit is not None and clock() - began >= limit:
            raise APITimeoutError(request=request)
        _set_token(request, token)

    def _check(self, request: httpx2.Request) -> None:
        if _origin(request.url) != _origin(self._base_url):
            raise OpenAIError("Refusing to send Vertex credentials outside the configured origin.")
        if any(name in request.headers for name in _OWN_HEADERS):
            raise OpenAIError(
                "Vertex owns authentication; remove OpenAI project/organization and custom "
                "Authorization or api-key headers."
            )


def _origin(url: httpx2.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _set_token(request: httpx2.Request, token: object) -> None:
    if not isinstance(token, str) or not re.fullmatch(r"[!-~]+", token):
        raise OpenAIError(
            "Vertex token provider must return a nonempty bearer token suitable for an HTTP header."
        )
    request.headers["Authorization"] = f"Bearer {token}"


def vertex(
    *,
    project: str | None = None,
    location: str | None = None,
    base_url: str | httpx2.URL | None = None,
    token_provider: VertexTokenProvider | None = None,
    credentials: Credentials | None = None,
) -> _Provider:
    """Vertex, with Google's default credentials unless others, or a token's provider, are given.

    GOOGLE_CLOUD_PROJECT and GOOGLE_CLOUD_LOCATION stand in for `project` and `location`; a
    `base_url`, the address above /responses, needs neither. With AsyncOpenAI the provider runs on
    the loop and must not block it.
    """
    if token_provider is not None and credentials is not None:
        raise OpenAIError("Set only one of credentials and token_provider.")
    url = httpx2.URL(_default_base_url(project, location) if base_url is None else base_url)
    _check_base_url(url)
    return _create_provider(_Vertex(url, token_provider, credentials))


def _default_base_url(project: str | None, location: str | None) -> str:
    project = project or os.environ.get("GOOGLE_CLOUD_PROJECT")
    location = location or os.environ.get("GOOGLE_CLOUD_LOCATION")
    # Projects of a domain ("example.com:name") hold dots; a segment of dots is not one.
    if not project or not re.fullmatch(r"[a-zA-Z0-9_-][a-zA-Z0-9_.:-]*", project):
        raise OpenAIError("Vertex requires a project ID (project or GOOGLE_CLOUD_PROJECT).")
    if not location or not re.fullmatch(r"[a-z0-9-]+", location):
        raise OpenAIError("Vertex requires a location (location or GOOGLE_CLOUD_LOCATION).")
    region = "" if location == "global" else f"{location}-"
    return (
        f"https://{region}aiplatform.googleapis.com/v1/projects/{project}/locations/{location}"
        "/publishers/openai/v1"
    )


def _check_base_url(url: httpx2.URL) -> None:
    more = url.username or url.password or url.query or url.fragment
    if url.scheme not in ("http", "https") or not url.host or more:
        raise OpenAIError(
            "Vertex base_url must be an HTTP(S) API root without credentials, query or fragment."
        )
    host = url.host.rstrip(".")
    if url.scheme != "https" and (host == "googleapis.com" or host.endswith(".googleapis.com")):
        raise OpenAIError("Google Vertex endpoints require HTTPS.")
