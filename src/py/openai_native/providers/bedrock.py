"""`OpenAI(provider=bedrock(...))`: the API as Amazon Bedrock serves it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from .._exceptions import OpenAIError
from .._provider import _create_provider, _Provider, _ProviderRuntime
from .._types import NOT_GIVEN, NotGiven
from ..lib._bedrock_auth import (
    NO_CREDENTIALS,
    NO_REGION,
    AwsCredentialsProvider,
    BedrockAwsAuth,
    BedrockAwsAuthConfig,
    Service,
    credentials_source,
)
from ._bedrock_endpoints import (
    BedrockEndpoint,
    _parse_bedrock_endpoint_hostname,
    check_canonical,
    check_region,
    default_base_url,
    without_responses,
)
from ._bedrock_signing import BearerAuth, BedrockTokenProvider, SigV4Auth, without_redirects

if TYPE_CHECKING:
    import httpx2

__all__ = ["AwsCredentialsProvider", "BedrockEndpoint", "BedrockTokenProvider", "bedrock"]


@dataclass
class _BedrockProviderRuntime(_ProviderRuntime):
    region: str | None = None


@dataclass(frozen=True)
class _Bedrock:
    endpoint: BedrockEndpoint
    region: str | None
    region_source: Literal["explicit", "environment"] | None
    base_url: httpx2.URL | None
    token_provider: BedrockTokenProvider | None = field(repr=False, compare=False)
    profile: str | None
    access_key_id: str | None = field(repr=False)
    secret_access_key: str | None = field(repr=False)
    session_token: str | None = field(repr=False)
    credential_provider: AwsCredentialsProvider | None = field(repr=False, compare=False)
    name: str = field(default="bedrock", init=False)

    def configure(self) -> _ProviderRuntime:
        if self.token_provider is None:
            return self._signing()
        base_url = self.base_url
        if base_url is None:
            if self.region is None:
                raise OpenAIError(NO_REGION)
            base_url = default_base_url(self.endpoint, self.region)
        bearer = BearerAuth(self.token_provider, base_url)
        return _BedrockProviderRuntime(
            name=self.name,
            base_url=base_url,
            region=self.region,
            prepare_request=bearer.prepare_request,
            prepare_async_request=bearer.prepare_async_request,
        )

    def _signing(self) -> _ProviderRuntime:
        config, auth = self._aws_auth()
        check_region(config.region)
        base_url = self.base_url or default_base_url(self.endpoint, config.region)
        check_canonical(base_url, self.endpoint, config.region)
        signing = SigV4Auth(config, base_url, auth)
        return _BedrockProviderRuntime(
            name=self.name,
            base_url=base_url,
            region=config.region,
            transform_request=without_redirects,
            prepare_request=signing.prepare_request,
            prepare_async_request=signing.prepare_async_request,
        )

    def _aws_auth(self) -> tuple[BedrockAwsAuthConfig, BedrockAwsAuth | None]:
        """Without a region, botocore is asked at once: the profile may name one."""
        keys: dict[str, Any] = {
            "profile": self.profile,
            "access_key_id": self.access_key_id,
            "secret_access_key": self.secret_access_key,
            "session_token": self.session_token,
            "credentials_provider": self.credential_provider,
        }
        service: Service = "bedrock" if self.endpoint == "runtime" else "bedrock-mantle"
        if self.region is None:
            auth = BedrockAwsAuth.resolve(region=None, service=service, **keys)
            return auth.config, auth
        config = BedrockAwsAuthConfig(
            region=self.region,
            source=credentials_source(self.access_key_id, self.profile, self.credential_provider),
            service=service,
            region_source=self.region_source or "explicit",
            **keys,
        )
        return config, None


def bedrock(
    *,
    endpoint: BedrockEndpoint | None = None,
    region: str | None = None,
    base_url: str | httpx2.URL | None | NotGiven = NOT_GIVEN,
    api_key: str | None | NotGiven = NOT_GIVEN,
    token_provider: BedrockTokenProvider | None = None,
    access_key_id: str | None = None,
    secret_access_key: str | None = None,
    session_token: str | None = None,
    profile: str | None = None,
    credential_provider: AwsCredentialsProvider | None = None,
) -> _Provider:
    """Bedrock's Mantle or Runtime endpoint, with a bearer token or AWS credentials.

    What is not given comes from AWS_REGION, AWS_DEFAULT_REGION, AWS_BEDROCK_BASE_URL,
    AWS_BEARER_TOKEN_BEDROCK (unless `api_key=None`) and AWS's own chain of credentials.
    """
    if endpoint is not None and endpoint not in ("mantle", "runtime"):
        raise OpenAIError("The Bedrock `endpoint` must be either `mantle` or `runtime`.")
    region = _filled("AWS `region`", region)
    check_region(region)
    url = _configured_base_url(base_url)
    canonical = None if url is None else _parse_bedrock_endpoint_hostname(url.host)
    endpoint = endpoint or ("mantle" if canonical is None else canonical[0])
    profile = _filled("AWS `profile`", profile)
    _check_static(access_key_id, secret_access_key, session_token)
    aws_modes = [each for each in (access_key_id, profile, credential_provider) if each is not None]
    tokens = _bearer(api_key, token_provider, len(aws_modes))

    source: Literal["explicit", "environment"] | None = None if region is None else "explicit"
    # A token for an address that is given needs no region.
    if region is None and (url is None or tokens is None):
        region = _environment_region()
        source = None if region is None else "environment"
    if url is not None:
        check_canonical(url, endpoint, region)
    return _create_provider(
        _Bedrock(
            endpoint=endpoint,
            region=region,
            region_source=source,
            base_url=url,
            token_provider=tokens,
            profile=profile,
            access_key_id=access_key_id,
            secret_access_key=secret_access_key,
            session_token=session_token,
            credential_provider=credential_provider,
        )
    )


def _filled(what: str, value: str | None) -> str | None:
    if value is None:
        return None
    if not value.strip():
        raise OpenAIError(f"The Bedrock {what} must not be empty.")
    return value.strip()


def _configured_base_url(given: str | httpx2.URL | None | NotGiven) -> httpx2.URL | None:
    if isinstance(given, NotGiven):
        named = os.environ.get("AWS_BEDROCK_BASE_URL", "").strip()
        return without_responses(named) if named else None
    if isinstance(given, str) and not given.strip():
        raise OpenAIError("The Bedrock `base_url` must not be empty.")
    return None if given is None else without_responses(given)


def _environment_region() -> str | None:
    named = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or ""
    region = named.strip() or None
    check_region(region)
    return region


def _check_static(key: str | None, secret: str | None, session: str | None) -> None:
    if (key is None) != (secret is None) or (session is not None and key is None):
        raise OpenAIError(
            "Static AWS credentials require both `access_key_id` and `secret_access_key`. "
            "A `session_token` may only be used with both."
        )
    if key is not None and not (key.strip() and secret is not None and secret.strip()):
        raise OpenAIError(
            "Static AWS credentials require non-empty `access_key_id` and `secret_access_key` "
            "values."
        )
    if session is not None and not session.strip():
        raise OpenAIError("A static AWS `session_token` must not be empty when provided.")


def _bearer(
    api_key: str | None | NotGiven, token_provider: BedrockTokenProvider | None, aws_modes: int
) -> BedrockTokenProvider | None:
    """Where bearer tokens come from; None: AWS credentials sign the requests."""
    key = None if isinstance(api_key, NotGiven) else api_key
    if key is not None and not (isinstance(key, str) and key.strip()):
        raise OpenAIError("The Bedrock bearer credential must not be empty.")
    if key is not None and token_provider is not None:
        raise OpenAIError(
            "The `api_key` and `token_provider` options are mutually exclusive. Configure only one."
        )
    if aws_modes > 1:
        raise OpenAIError(
            "Bedrock authentication is ambiguous. Configure exactly one explicit AWS mode: static "
            "credentials, profile, or credential provider."
        )
    if aws_modes and (key is not None or token_provider is not None):
        raise OpenAIError(AMBIGUOUS)
    if key is not None:
        return lambda: key
    wants_environment = isinstance(api_key, NotGiven) and not aws_modes
    if token_provider is None and wants_environment and os.environ.get("AWS_BEARER_TOKEN_BEDROCK"):
        return _environment_token
    return token_provider


AMBIGUOUS = (
    "Bedrock authentication is ambiguous. Configure exactly one explicit mode: bearer credential, "
    "static AWS credentials, profile, or credential provider."
)


def _environment_token() -> str:
    token = os.environ.get("AWS_BEARER_TOKEN_BEDROCK")
    if not token:
        raise OpenAIError(NO_CREDENTIALS)
    return token
