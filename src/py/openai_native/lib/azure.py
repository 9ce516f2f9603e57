"""Azure OpenAI: the same API, with deployments in the paths and credentials of its own."""

# Synchronous twin: azure_sync.py (derived)

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, overload

import httpx2

from .. import _settings
from .._annotations import evaluate_lazily
from .._client import AsyncOpenAI
from .._client_auth import MissingAPIKey, is_x509
from .._constants import DEFAULT_MAX_RETRIES
from .._exceptions import OpenAIError
from .._lazy import sync_names
from .._secrets import Secret
from .._types import NOT_GIVEN, NotGiven
from ._azure_base import BaseAzureClient
from ._azure_settings import (
    API_KEY_SENTINEL,
    Credentials,
    chosen_credentials,
    chosen_place,
    chosen_version,
)
from ._azure_settings import MutuallyExclusiveAuthError as MutuallyExclusiveAuthError
from ._azure_settings import _deployments_endpoints as _deployments_endpoints
from ._given_tokens import request_hook, token_of
from ._token_providers import AsyncAzureADTokenProvider
from ._token_providers import AzureADTokenProvider as AzureADTokenProvider  # async only

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from .._data_residency import DataResidency
    from .._http_clients import NativeHttpClient
    from .._network import NetworkOptions
    from .._provider import _Provider
    from .._types import Query, Timeout
    from ..auth import WorkloadIdentity, X509WorkloadIdentity

_MISSING = (
    "Missing credentials. Please pass one of `api_key`, `azure_ad_token`, "
    "`azure_ad_token_provider`, or the `AZURE_OPENAI_API_KEY` or `AZURE_OPENAI_AD_TOKEN` "
    "environment variables."
)
_NO_X509 = "X.509 workload identity is not supported by Azure clients"


class AsyncAzureOpenAI(BaseAzureClient, AsyncOpenAI, own_links=True):  # type: ignore[misc]
    _azure_ad_token_provider: AsyncAzureADTokenProvider | None

    @overload
    def __init__(
        self,
        *,
        azure_endpoint: str,
        azure_deployment: str | None = None,
        api_version: str | None = None,
        api_key: str | Callable[[], Awaitable[str]] | None = None,
        admin_api_key: str | None = None,
        azure_ad_token: str | None = None,
        azure_ad_token_provider: AsyncAzureADTokenProvider | None = None,
        organization: str | None = None,
        project: str | None = None,
        webhook_secret: str | None = None,
        websocket_base_url: str | httpx2.URL | None = None,
        timeout: float | Timeout | None | NotGiven = NOT_GIVEN,
        max_retries: int = DEFAULT_MAX_RETRIES,
        default_headers: Mapping[str, str] | None = None,
        default_query: Mapping[str, object] | None = None,
        http_client: httpx2.AsyncClient | NativeHttpClient | None = None,
        _strict_response_validation: bool = False,
        _enforce_credentials: bool = True,
        **network: Unpack[NetworkOptions],
    ) -> None: ...

    @overload
    def __init__(
        self,
        *,
        azure_deployment: str | None = None,
        api_version: str | None = None,
        api_key: str | Callable[[], Awaitable[str]] | None = None,
        admin_api_key: str | None = None,
        azure_ad_token: str | None = None,
        azure_ad_token_provider: AsyncAzureADTokenProvider | None = None,
        organization: str | None = None,
        project: str | None = None,
        webhook_secret: str | None = None,
        websocket_base_url: str | httpx2.URL | None = None,
        timeout: float | Timeout | None | NotGiven = NOT_GIVEN,
        max_retries: int = DEFAULT_MAX_RETRIES,
        default_headers: Mapping[str, str] | None = None,
        default_query: Mapping[str, object] | None = None,
        http_client: httpx2.AsyncClient | NativeHttpClient | None = None,
        _strict_response_validation: bool = False,
        _enforce_credentials: bool = True,
        **network: Unpack[NetworkOptions],
    ) -> None: ...

    @overload
    def __init__(
        self,
        *,
        base_url: str,
        api_version: str | None = None,
        api_key: str | Callable[[], Awaitable[str]] | None = None,
        admin_api_key: str | None = None,
        azure_ad_token: str | None = None,
        azure_ad_token_provider: AsyncAzureADTokenProvider | None = None,
        organization: str | None = None,
        project: str | None = None,
        webhook_secret: str | None = None,
        websocket_base_url: str | httpx2.URL | None = None,
        timeout: float | Timeout | None | NotGiven = NOT_GIVEN,
        max_retries: int = DEFAULT_MAX_RETRIES,
        default_headers: Mapping[str, str] | None = None,
        default_query: Mapping[str, object] | None = None,
        http_client: httpx2.AsyncClient | NativeHttpClient | None = None,
        _strict_response_validation: bool = False,
        _enforce_credentials: bool = True,
        **network: Unpack[NetworkOptions],
    ) -> None: ...

    def __init__(
        self,
        *,
        azure_endpoint: str | None = None,
        azure_deployment: str | None = None,
        api_version: str | None = None,
        api_key: str | Callable[[], Awaitable[str]] | None = None,
        admin_api_key: str | None = None,
        workload_identity: WorkloadIdentity | X509WorkloadIdentity | None = None,
        azure_ad_token: str | None = None,
        azure_ad_token_provider: AsyncAzureADTokenProvider | None = None,
        organization: str | None = None,
        project: str | None = None,
        webhook_secret: str | None = None,
        base_url: str | None = None,
        websocket_base_url: str | httpx2.URL | None = None,
        timeout: float | Timeout | None | NotGiven = NOT_GIVEN,
        max_retries: int = DEFAULT_MAX_RETRIES,
        default_headers: Mapping[str, str] | None = None,
        default_query: Mapping[str, object] | None = None,
        http_client: httpx2.AsyncClient | NativeHttpClient | None = None,
        _strict_response_validation: bool = False,
        _enforce_credentials: bool = True,
        **network: Unpack[NetworkOptions],
    ) -> None:
        """A client of Azure OpenAI.

        `azure_endpoint` is the resource's address (https://example.openai.azure.com); with
        `azure_deployment` the calls that name a model go to that deployment, without it to the one
        that is called as the model. One of `api_key`, `azure_ad_token` and
        `azure_ad_token_provider` may be given; the provider is asked before each request.
        `workload_identity` has no effect.

        What is not given comes from the environment: AZURE_OPENAI_AD_TOKEN, AZURE_OPENAI_API_KEY,
        AZURE_OPENAI_ENDPOINT, OPENAI_API_VERSION, OPENAI_ORG_ID and OPENAI_PROJECT_ID.
        """
        if is_x509(workload_identity):
            raise OpenAIError(_NO_X509)
        chosen = chosen_credentials(api_key, azure_ad_token, azure_ad_token_provider)
        if _enforce_credentials and chosen.missing:
            raise OpenAIError(_MISSING)
        version = chosen_version(api_version)
        place = chosen_place(base_url, azure_endpoint, azure_deployment)
        super().__init__(
            api_key=API_KEY_SENTINEL if chosen.api_key is None else chosen.api_key,
            admin_api_key=admin_api_key,
            organization=organization,
            project=project,
            webhook_secret=webhook_secret,
            base_url=place.base_url,
            timeout=timeout,
            max_retries=max_retries,
            default_headers=default_headers,
            default_query={**(default_query or {}), "api-version": version},
            http_client=http_client,
            websocket_base_url=websocket_base_url,
            _strict_response_validation=_strict_response_validation,
            _enforce_credentials=_enforce_credentials,
            **network,
        )
        self._api_version = version
        self._azure_ad_token = chosen.token
        self._azure_ad_token_provider = chosen.token_provider
        self._azure_deployment = place.deployment
        self._azure_endpoint = None if place.endpoint is None else httpx2.URL(place.endpoint)
        if self._python_lane_reason() is not None:
            self._guard_redirects()

    def _guard_redirects(self) -> None:
        """The core drops `api-key` on its way to another host; HTTP libraries have to be told."""
        hooks = self._client.event_hooks["request"]
        if request_hook not in hooks:
            hooks.append(request_hook)

    def _build_request(self, options: Any, *, retries_taken: int = 0) -> httpx2.Request:
        self._guard_redirects()
        return super()._build_request(options, retries_taken=retries_taken)

    def copy(
        self,
        *,
        api_key: str | Callable[[], Awaitable[str]] | None = None,
        admin_api_key: str | None = None,
        workload_identity: WorkloadIdentity | X509WorkloadIdentity | None = None,
        provider: _Provider | None | NotGiven = NOT_GIVEN,
        organization: str | None = None,
        project: str | None = None,
        webhook_secret: str | None = None,
        websocket_base_url: str | httpx2.URL | None = None,
        api_version: str | None = None,
        azure_ad_token: str | None = None,
        azure_ad_token_provider: AsyncAzureADTokenProvider | None = None,
        base_url: str | httpx2.URL | None | NotGiven = NOT_GIVEN,
        data_residency: DataResidency | None = None,
        timeout: float | Timeout | None | NotGiven = NOT_GIVEN,
        http_client: httpx2.AsyncClient | NativeHttpClient | None = None,
        max_retries: int | NotGiven = NOT_GIVEN,
        default_headers: Mapping[str, str] | None = None,
        set_default_headers: Mapping[str, str] | None = None,
        default_query: Mapping[str, object] | None = None,
        set_default_query: Mapping[str, object] | None = None,
        _enforce_credentials: bool | None = None,
        _extra_kwargs: Mapping[str, Any] = {},
        **network: Unpack[NetworkOptions],
    ) -> Self:
        """A new client with the same settings and connections, except for what is given here."""
        if data_residency is not None:
            raise OpenAIError("`data_residency` is only supported by OpenAI clients")
        base_url = None if isinstance(base_url, NotGiven) else base_url
        if not isinstance(provider, NotGiven):
            raise OpenAIError(
                "Configure `provider` on `AsyncOpenAI`, not on `AsyncAzureOpenAI.with_options()`."
            )
        if is_x509(workload_identity):
            raise OpenAIError(_NO_X509)
        credentials = self._credentials_for_copy(api_key, azure_ad_token, azure_ad_token_provider)
        copied = super().copy(
            api_key=credentials.api_key,
            admin_api_key=admin_api_key,
            workload_identity=workload_identity,
            organization=organization,
            project=project,
            webhook_secret=webhook_secret,
            websocket_base_url=websocket_base_url,
            base_url=base_url,
            timeout=timeout,
            http_client=http_client,
            max_retries=max_retries,
            default_headers=default_headers,
            set_default_headers=set_default_headers,
            default_query=default_query,
            set_default_query=set_default_query,
            _enforce_credentials=_enforce_credentials,
            _extra_kwargs={
                "api_version": api_version or self._api_version,
                "azure_ad_token": credentials.token,
                "azure_ad_token_provider": credentials.token_provider,
                **_extra_kwargs,
            },
            **network,
        )
        if base_url is None:  # a base URL alone does not say what of it is the deployment
            copied._azure_endpoint = self._azure_endpoint
            copied._azure_deployment = self._azure_deployment
        return copied

    with_options = copy

    def _credentials_for_copy(
        self, api_key: Any, token: str | None, provider: AsyncAzureADTokenProvider | None
    ) -> Credentials:
        chosen = Credentials(api_key, token, provider)
        if not chosen.missing:
            chosen = chosen_credentials(*chosen)
        else:
            own = self._api_key_provider or self.api_key
            chosen = Credentials(own, self._azure_ad_token, self._azure_ad_token_provider)
        return chosen._replace(api_key=chosen.api_key or API_KEY_SENTINEL)

    async def _get_azure_ad_token(self) -> str | None:
        if self._azure_ad_token is not None or self._azure_ad_token_provider is None:
            return self._azure_ad_token
        return await token_of(self._azure_ad_token_provider, "azure_ad_token_provider")

    @property
    def _renews_credentials(self) -> bool:
        return self._api_key_provider is not None or self._azure_ad_token_provider is not None

    async def _fresh_credentials(
        self, scheme: str, extra_headers: Mapping[str, Any] | None
    ) -> tuple[str, str] | None:
        if not self._renews_credentials:
            return None
        given = extra_headers or {}
        key = await self._attempt_key() if self._api_key_provider is not None else None
        token = await self._get_azure_ad_token()
        if token is not None:
            fresh = ("Authorization", Secret(f"Bearer {token}"))
        elif key and key != API_KEY_SENTINEL:
            fresh = ("api-key", Secret(key))
        else:
            self._missing_credentials(scheme, given)
            return None
        return None if _settings.has_header(given, fresh[0].lower()) else fresh

    async def _prepare_options(self, options: Any) -> Any:
        """Where Python makes the request: the same as headers of this attempt."""
        key = await self._attempt_key() if self._api_key_provider is not None else self.api_key
        headers = {} if isinstance(options.headers, NotGiven) else dict(options.headers or {})
        token = await self._get_azure_ad_token()
        if token is not None:
            self._add(headers, "Authorization", Secret(f"Bearer {token}"))
        elif key and key != API_KEY_SENTINEL:
            self._add(headers, "api-key", Secret(key))
        else:
            self._missing_credentials("either", headers)
        if self._api_key_provider is not None:
            standing = _settings.merge_headers(self.default_headers)
            named = {name.lower(): value for name, value in standing}
            self._add(headers, "api-key", named.get("api-key", MissingAPIKey()))
        from .._compat import model_copy

        options = model_copy(options)
        options.headers = headers
        return options

    @staticmethod
    def _add(headers: dict[str, Any], name: str, value: Any) -> None:
        if not _settings.has_header(headers, name.lower()):
            headers[name] = value

    async def _configure_realtime(
        self, model: str, extra_query: Query, *, api_key: str | NotGiven = NOT_GIVEN
    ) -> tuple[httpx2.URL, dict[str, str]]:
        """Where to connect to, and with which credentials."""
        key = self.api_key if isinstance(api_key, NotGiven) else api_key
        headers: dict[str, str] = {}
        if key and key != API_KEY_SENTINEL:
            headers = {"api-key": Secret(key)}
        elif token := await self._get_azure_ad_token():
            headers = {"Authorization": Secret(f"Bearer {token}")}
        return self._realtime_url(model, extra_query), headers

    async def _configure_realtime_with_api_key(
        self, model: str, extra_query: Query, *, api_key: str
    ) -> tuple[httpx2.URL, dict[str, str]]:
        return await self._configure_realtime(model, extra_query, api_key=api_key)


evaluate_lazily(__name__)

if TYPE_CHECKING:
    from .azure_sync import AzureOpenAI as AzureOpenAI
else:
    __getattr__ = sync_names(__name__, "openai_native.lib.azure_sync")
