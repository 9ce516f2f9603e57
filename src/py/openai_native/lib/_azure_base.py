"""What Azure does otherwise with any request, whichever face makes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .. import _settings
from .._carrier import DONE_BY_CORE
from .._client_auth import MissingAPIKey
from .._request_hooks import BaseRequestHooks
from .._secrets import Secret
from .._utils import path_template
from ._azure_settings import (
    API_KEY_SENTINEL,
    AUTH_HEADERS,
    _deployments_endpoints,
    brings_credentials,
)

if TYPE_CHECKING:
    import httpx2

    from .._settings import Address
    from .._types import Query, SecurityOptions

_ORIGIN = "openai.azure_auth_origin"


class BaseAzureClient(BaseRequestHooks, own_links=True):
    _api_version: str
    _azure_endpoint: httpx2.URL | None
    _azure_deployment: str | None
    _azure_ad_token: str | None
    _auth_header_names: tuple[str, ...] = AUTH_HEADERS

    if TYPE_CHECKING:
        api_key: str
        websocket_base_url: str | httpx2.URL | None
        _address: Address
        _api_key_provider: Any

    @property
    def auth_headers(self) -> dict[str, str]:
        return self._auth_headers({"bearer_auth": True})

    def _auth_headers(self, security: SecurityOptions) -> dict[str, str]:
        if self._azure_ad_token is not None:
            return {"Authorization": Secret(f"Bearer {self._azure_ad_token}")}
        if self.api_key and self.api_key != API_KEY_SENTINEL:
            return {"api-key": Secret(self.api_key)}
        return {}

    def _standing_headers(self, scheme: str, *defaults: Mapping[str, Any]) -> list[tuple[str, str]]:
        """One kind of credentials for everything; it goes before what default headers say."""
        standing = {} if self._api_key_provider is not None else self.auth_headers
        return _settings.merge_headers(*defaults, standing)

    def _validate_headers(
        self, headers: Mapping[str, Any], custom_headers: Mapping[str, Any]
    ) -> None:
        if not any(brings_credentials(each, MissingAPIKey) for each in (headers, custom_headers)):
            raise TypeError(
                '"Could not resolve authentication method. Expected either api_key, '
                "azure_ad_token or azure_ad_token_provider to be set. Or for one of the "
                '`Authorization` or `api-key` headers to be explicitly supplied or omitted"'
            )

    def _missing_credentials(self, scheme: str, extra_headers: Mapping[str, Any] | None) -> None:
        given = extra_headers or {}
        if not any(
            brings_credentials(each, MissingAPIKey) for each in (given, self.default_headers)
        ):
            raise ValueError("Unable to handle auth")

    def _rewrite_options(self, options: Any) -> Any:
        """The deployment goes into the path, or the path of a deployment goes out of it."""
        path = self._deployment_path(options)
        if path == options.url:
            return options
        from .._compat import model_copy

        options = model_copy(options)
        options.url = path
        return options

    def _deployment_path(self, options: Any) -> str:
        url: str = options.url
        if url not in _deployments_endpoints:
            outside = self._outside_deployment(url)
            return url if outside is None else str(outside)
        body = options.json_data
        model = body.get("model") if isinstance(body, Mapping) else None
        if model is None or "/deployments" in self._address.path:
            return url
        return path_template("/deployments/{model}", model=model) + url

    def _outside_deployment(self, url: str) -> httpx2.URL | None:
        """Where the client's base URL is that of a deployment, but the API is not one of it."""
        endpoint = self._azure_endpoint
        if not self._azure_deployment or endpoint is None or url in _deployments_endpoints:
            return None
        import httpx2

        given = httpx2.URL(url)
        if not given.is_relative_url:
            return given
        path = endpoint.raw_path.rstrip(b"/") + b"/openai/" + given.raw_path.lstrip(b"/")
        return endpoint.copy_with(raw_path=path)

    def _prepare_url(self, url: str) -> httpx2.URL:
        outside = self._outside_deployment(url)
        return super()._prepare_url(url) if outside is None else outside

    def _build_request(self, options: Any, *, retries_taken: int = 0) -> httpx2.Request:
        if options.url in _deployments_endpoints:
            options.url = self._deployment_path(options)
        request = super()._build_request(options, retries_taken=retries_taken)
        # Extensions stay with a request that is redirected.
        request.extensions[_ORIGIN] = _origin(request.url)
        return request

    def _realtime_url(self, model: str, extra_query: Query) -> httpx2.URL:
        from .._websocket_urls import normalized, query_params, with_segment

        query = {
            **extra_query,
            "api-version": self._api_version,
            "deployment": self._azure_deployment or model,
        }
        if self.websocket_base_url is None:
            url = self._prepare_url("/realtime").copy_with(scheme="wss")
        else:
            url = with_segment(normalized(self.websocket_base_url), b"/realtime")
        return url.copy_with(params=query_params(self, url, query))


def _origin(url: httpx2.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port or {"http": 80, "https": 443}.get(url.scheme)


def strip_key_on_redirect(request: httpx2.Request) -> None:
    """HTTP libraries know that `Authorization` is a secret, and nothing of `api-key`."""
    origin = request.extensions.get(_ORIGIN)
    if origin is not None and origin != _origin(request.url):
        request.headers.pop("api-key", None)


setattr(strip_key_on_redirect, DONE_BY_CORE, True)
