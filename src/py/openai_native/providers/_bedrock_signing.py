"""What is added to a request for Bedrock: a bearer token, or a signature of AWS's kind."""

from __future__ import annotations

import asyncio
import inspect
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2

from .._exceptions import OpenAIError
from ..lib._bedrock_auth import SIGNING_HEADERS, BedrockAwsAuth, BedrockAwsAuthConfig
from ._bedrock_endpoints import _parse_bedrock_endpoint_hostname

BedrockTokenProvider = Callable[[], "str | Awaitable[str]"]
_UNRESOLVED = "Failed to resolve a bearer credential for Bedrock."


def _origin(url: httpx2.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _check_request(request: httpx2.Request, base_url: httpx2.URL, verb: str) -> None:
    if "Authorization" in request.headers:
        raise OpenAIError(
            "Bedrock provider authentication cannot be combined with a custom `Authorization` "
            "header."
        )
    if _origin(request.url) != _origin(base_url):
        raise OpenAIError(
            f"Refusing to {verb} a Bedrock request for an origin other than the configured "
            "provider URL."
        )


class BearerAuth:
    def __init__(self, token_provider: BedrockTokenProvider, base_url: httpx2.URL) -> None:
        self._token_provider = token_provider
        self._base_url = base_url

    def prepare_request(self, request: httpx2.Request) -> None:
        _check_request(request, self._base_url, "authenticate")
        token = self._given()
        if inspect.isawaitable(token):
            if inspect.iscoroutine(token):
                token.close()
            raise OpenAIError("An async Bedrock token provider requires `AsyncOpenAI`.")
        request.headers["Authorization"] = f"Bearer {_checked(token)}"

    async def prepare_async_request(self, request: httpx2.Request) -> None:
        _check_request(request, self._base_url, "authenticate")
        token = self._given()
        if inspect.isawaitable(token):
            try:
                token = await token
            except OpenAIError:
                raise
            except Exception as error:
                raise OpenAIError(_UNRESOLVED) from error
        request.headers["Authorization"] = f"Bearer {_checked(token)}"

    def _given(self) -> Any:
        try:
            return self._token_provider()
        except OpenAIError:
            raise
        except Exception as error:
            raise OpenAIError(_UNRESOLVED) from error


def _checked(token: object) -> str:
    if not isinstance(token, str) or not token.strip():
        raise OpenAIError("The Bedrock bearer credential provider must return a non-empty string.")
    return token


class SigV4Auth:
    """botocore is loaded, and credentials are looked for, when the first request is signed."""

    def __init__(
        self, config: BedrockAwsAuthConfig, base_url: httpx2.URL, auth: BedrockAwsAuth | None
    ) -> None:
        self._config = config
        self._base_url = base_url
        self._auth = auth

    def prepare_request(self, request: httpx2.Request) -> None:
        body = self._check(request)
        self._replace_headers(request, self._signed(request, body))

    async def prepare_async_request(self, request: httpx2.Request) -> None:
        body = self._check(request)
        # Credentials may come from the network or a process.
        self._replace_headers(request, await asyncio.to_thread(self._signed, request, body))

    def _check(self, request: httpx2.Request) -> bytes:
        _check_request(request, self._base_url, "sign")
        canonical = _parse_bedrock_endpoint_hostname(request.url.host)
        if canonical is not None:
            endpoint, region = canonical
            expected = "runtime" if self._config.service == "bedrock" else "mantle"
            if endpoint != expected:
                raise OpenAIError(
                    f"The Bedrock {endpoint} hostname does not match the selected `{expected}` "
                    "endpoint."
                )
            if region != self._config.region:
                raise OpenAIError(
                    f"The Bedrock endpoint region `{region}` does not match the SigV4 region "
                    f"`{self._config.region}`."
                )
        return _body(request)

    def _signed(self, request: httpx2.Request, body: bytes) -> dict[str, str]:
        if self._auth is None:
            self._auth = BedrockAwsAuth(self._config)
        headers = {k: v for k, v in request.headers.items() if k.lower() not in SIGNING_HEADERS}
        return self._auth.sign(
            method=request.method, url=str(request.url), headers=headers, body=body
        )

    @staticmethod
    def _replace_headers(request: httpx2.Request, signed: dict[str, str]) -> None:
        request.headers.clear()
        request.headers.update(signed)


def _body(request: httpx2.Request) -> bytes:
    legacy = sys.modules.get("httpx")
    not_read = [lib.RequestNotRead for lib in (httpx2, legacy) if lib is not None]
    try:
        return request.content
    except tuple(not_read) as error:
        raise OpenAIError(
            "Bedrock SigV4 authentication requires a replayable request body. "
            "Buffer the body before sending or use bearer authentication."
        ) from error


def without_redirects(options: Any) -> Any:
    """A signature is for one address: what is redirected would have to be signed again."""
    if options.follow_redirects:
        raise OpenAIError(
            "Bedrock SigV4 authentication does not support automatic redirects. "
            "Send a new request to the redirect target so it can be signed again."
        )
    options.follow_redirects = False
    return options
