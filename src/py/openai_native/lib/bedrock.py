"""Clients for Amazon Bedrock by name; `OpenAI(provider=bedrock(...))` is the newer way."""

# Synchronous twin: bedrock_sync.py (derived)

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .._annotations import evaluate_lazily
from .._client import AsyncOpenAI
from .._constants import DEFAULT_MAX_RETRIES
from .._copy import chosen, copied_http_client
from .._exceptions import OpenAIError
from .._lazy import sync_names
from .._network import inherit_call_options
from .._types import NOT_GIVEN, NotGiven
from ..providers._bedrock_endpoints import _parse_bedrock_endpoint_hostname
from ._bedrock_auth import AwsCredentialsProvider
from ._bedrock_copy import Given, constructed_copy
from ._bedrock_state import (
    REFRESHABLE_KEY,
    AwsKeys,
    BedrockState,
    renew_provider,
    signature_of,
    state_of,
)
from ._given_tokens import token_of
from ._token_providers import AsyncBedrockTokenProvider
from ._token_providers import BedrockTokenProvider as BedrockTokenProvider  # async only

if TYPE_CHECKING:
    import httpx2
    from typing_extensions import Self, Unpack

    from .._data_residency import DataResidency
    from .._http_clients import NativeHttpClient
    from .._network import NetworkOptions
    from .._provider import _Provider
    from .._types import Timeout
    from ..auth import WorkloadIdentity, X509WorkloadIdentity

# async only
__all__ = [
    "AsyncBedrockOpenAI",
    "AsyncBedrockTokenProvider",
    "AwsCredentialsProvider",
    "BedrockOpenAI",
    "BedrockTokenProvider",
]


class AsyncBedrockOpenAI(AsyncOpenAI, own_links=True):
    """Tokens, or AWS credentials, of Bedrock in place of an API key."""

    aws_region: str | None

    def __init__(
        self,
        *,
        api_key: str | None = None,
        bedrock_token_provider: AsyncBedrockTokenProvider | None = None,
        aws_region: str | None = None,
        aws_profile: str | None = None,
        aws_access_key_id: str | None = None,
        aws_secret_access_key: str | None = None,
        aws_session_token: str | None = None,
        aws_credentials_provider: AwsCredentialsProvider | None = None,
        organization: str | None = None,
        project: str | None = None,
        webhook_secret: str | None = None,
        base_url: str | httpx2.URL | None = None,
        websocket_base_url: str | httpx2.URL | None = None,
        timeout: float | Timeout | None | NotGiven = NOT_GIVEN,
        max_retries: int = DEFAULT_MAX_RETRIES,
        default_headers: Mapping[str, str] | None = None,
        default_query: Mapping[str, object] | None = None,
        http_client: httpx2.AsyncClient | NativeHttpClient | None = None,
        _strict_response_validation: bool = False,
        _enforce_credentials: bool = True,
        _provider: _Provider | None = None,
        _state: BedrockState | None = None,
        _region_was_explicit: bool | None = None,
        **network: Unpack[NetworkOptions],
    ) -> None:
        if _provider is None or _state is None:
            aws = AwsKeys(
                aws_profile,
                aws_access_key_id,
                aws_secret_access_key,
                aws_session_token,
                aws_credentials_provider,
            )
            _provider, _state = state_of(
                api_key, bedrock_token_provider, aws_region, aws, base_url, _region_was_explicit
            )
        super().__init__(
            provider=_provider,
            organization=organization,
            project=project,
            webhook_secret=webhook_secret,
            websocket_base_url=websocket_base_url,
            timeout=timeout,
            max_retries=max_retries,
            default_headers=default_headers,
            default_query=default_query,
            http_client=http_client,
            _strict_response_validation=_strict_response_validation,
            _enforce_credentials=False,
            **network,
        )
        canonical = _parse_bedrock_endpoint_hostname(self.base_url.host)
        found = getattr(self._provider_runtime, "region", None)
        self.aws_region = _state.aws_region or found or (canonical[1] if canonical else None)
        self._bedrock_state = replace(_state, aws_region=self.aws_region)
        self._bedrock_token_provider = _state.token_provider
        self.api_key = _state.api_key
        self._bedrock_runtime_signature = signature_of(self)

    @property
    def _bedrock_provider(self) -> _Provider | None:
        return self._provider

    @property
    def _uses_region_derived_base_url(self) -> bool:
        return self._bedrock_state.uses_region_derived_base_url

    def _legacy_auth_configuration(self) -> tuple[Any, Any]:
        """The kind of credentials, and which."""
        if self._bedrock_token_provider is not None:
            return "token_provider", self._bedrock_token_provider
        return ("aws", None) if self._uses_aws_auth() else ("bearer", self.api_key)

    def _uses_aws_auth(self) -> bool:
        state = self._bedrock_state
        bearer = self.api_key or state.environment_bearer_token
        return (
            not bearer and state.explicit_api_key is None and self._bedrock_token_provider is None
        )

    async def _refresh_api_key(self) -> str:
        if self._bedrock_token_provider is not None:
            return await token_of(self._bedrock_token_provider, "bedrock_token_provider")
        return self.api_key or self._bedrock_state.environment_bearer_token or ""

    async def _prepare_options(self, options: Any) -> Any:
        renew_provider(self)
        return await super()._prepare_options(options)

    def copy(
        self,
        *,
        api_key: str | AsyncBedrockTokenProvider | None = None,
        admin_api_key: str | None = None,
        workload_identity: WorkloadIdentity | X509WorkloadIdentity | None = None,
        provider: _Provider | None | NotGiven = NOT_GIVEN,
        bedrock_token_provider: AsyncBedrockTokenProvider | None = None,
        aws_region: str | None = None,
        aws_profile: str | None = None,
        aws_access_key_id: str | None = None,
        aws_secret_access_key: str | None = None,
        aws_session_token: str | None = None,
        aws_credentials_provider: AwsCredentialsProvider | None = None,
        organization: str | None = None,
        project: str | None = None,
        webhook_secret: str | None = None,
        websocket_base_url: str | httpx2.URL | None = None,
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
        _check_copy(api_key, admin_api_key, workload_identity, provider, data_residency)
        settings: dict[str, Any] = {
            "default_headers": chosen(
                "headers", self._custom_headers, default_headers, set_default_headers
            ),
            "default_query": chosen("query", self._custom_query, default_query, set_default_query),
            "organization": self.organization if organization is None else organization,
            "project": self.project if project is None else project,
            "webhook_secret": self.webhook_secret if webhook_secret is None else webhook_secret,
            "websocket_base_url": (
                self.websocket_base_url if websocket_base_url is None else websocket_base_url
            ),
            "timeout": self.timeout if isinstance(timeout, NotGiven) else timeout,
            "http_client": copied_http_client(self, http_client, network),
            "max_retries": self.max_retries if isinstance(max_retries, NotGiven) else max_retries,
            "_enforce_credentials": True if _enforce_credentials is None else _enforce_credentials,
            **_extra_kwargs,
        }
        given = Given(
            api_key,
            bedrock_token_provider,
            aws_region,
            AwsKeys(
                aws_profile,
                aws_access_key_id,
                aws_secret_access_key,
                aws_session_token,
                aws_credentials_provider,
            ),
            None if isinstance(base_url, NotGiven) else base_url,
        )
        copied: Self = constructed_copy(self, AsyncBedrockOpenAI, given, settings)
        inherit_call_options(self, copied, network)
        if isinstance(timeout, NotGiven):
            copied._timeout = self._timeout
        return copied

    with_options = copy


def _check_copy(
    api_key: Any, admin_api_key: Any, workload_identity: Any, provider: Any, data_residency: Any
) -> None:
    if data_residency is not None:
        raise OpenAIError("`data_residency` is only supported by OpenAI clients")
    if callable(api_key):
        raise OpenAIError(REFRESHABLE_KEY)
    if not isinstance(provider, NotGiven):
        raise OpenAIError(
            "Configure `provider` on `AsyncOpenAI`, not on `AsyncBedrockOpenAI.with_options()`."
        )
    if admin_api_key is not None or workload_identity is not None:
        raise OpenAIError(
            "AsyncBedrockOpenAI only supports Bedrock bearer token or AWS credential "
            "authentication."
        )


evaluate_lazily(__name__)

if TYPE_CHECKING:
    from .bedrock_sync import BedrockOpenAI as BedrockOpenAI
else:
    __getattr__ = sync_names(__name__, "openai_native.lib.bedrock_sync")
