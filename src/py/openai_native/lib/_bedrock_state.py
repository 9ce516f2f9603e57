"""What a Bedrock client was made of. Its settings may be assigned to; then its provider is made
anew before the next request.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from .._exceptions import OpenAIError
from .._provider import _configure_provider, _Provider
from .._types import NOT_GIVEN, NotGiven
from ..providers._bedrock_endpoints import _parse_bedrock_endpoint_hostname, default_base_url
from ..providers.bedrock import AMBIGUOUS, BedrockEndpoint, bedrock
from ._bedrock_auth import AwsCredentialsProvider

if TYPE_CHECKING:
    import httpx2

REFRESHABLE_KEY = (
    "Pass refreshable Bedrock credentials via `bedrock_token_provider`, not `api_key`."
)


@dataclass(frozen=True)
class AwsKeys:
    aws_profile: str | None = None
    aws_access_key_id: str | None = field(default=None, repr=False)
    aws_secret_access_key: str | None = field(default=None, repr=False)
    aws_session_token: str | None = field(default=None, repr=False)
    aws_credentials_provider: AwsCredentialsProvider | None = field(default=None, repr=False)

    @property
    def given(self) -> bool:
        return self != AwsKeys()

    def for_provider(self) -> dict[str, Any]:
        """As `bedrock(...)` names them."""
        return {
            "profile": self.aws_profile,
            "access_key_id": self.aws_access_key_id,
            "secret_access_key": self.aws_secret_access_key,
            "session_token": self.aws_session_token,
            "credential_provider": self.aws_credentials_provider,
        }


@dataclass(frozen=True, kw_only=True)
class BedrockState(AwsKeys):
    explicit_api_key: str | None = field(repr=False)
    token_provider: Callable[[], Any] | None = field(repr=False)
    aws_region: str | None
    region_was_explicit: bool
    environment_bearer_token: str | None = field(repr=False)
    uses_region_derived_base_url: bool

    @property
    def api_key(self) -> str:
        return self.explicit_api_key or self.environment_bearer_token or ""

    @property
    def aws(self) -> AwsKeys:
        return AwsKeys(**{each.name: getattr(self, each.name) for each in fields(AwsKeys)})


class Signature(NamedTuple):
    """What the provider in use was made of."""

    mode: Literal["bearer", "token_provider", "aws"]
    credential: Any
    base_url: str
    region: str | None

    def __repr__(self) -> str:
        return f"Signature({self.mode!r}, base_url={self.base_url!r}, region={self.region!r})"


def _is_blank(base_url: Any) -> bool:
    return isinstance(base_url, str) and not base_url.strip()


def state_of(
    api_key: str | None,
    token_provider: Callable[[], Any] | None,
    region: str | None,
    aws: AwsKeys,
    base_url: str | httpx2.URL | None,
    region_was_explicit: bool | None,
) -> tuple[_Provider, BedrockState]:
    """A blank `base_url` asks for the region's own, whatever the environment says."""
    if callable(api_key):
        raise OpenAIError(REFRESHABLE_KEY)
    if api_key == "":
        raise OpenAIError("The `api_key` argument must not be empty.")
    bearers = sum(each is not None for each in (api_key, token_provider))
    if bearers > 1 or (bearers and aws.given):
        raise OpenAIError(AMBIGUOUS)
    token = None
    if not bearers and not aws.given:
        token = os.environ.get("AWS_BEARER_TOKEN_BEDROCK") or None
    key = token if api_key is None else api_key
    url = NOT_GIVEN if base_url is None else None if _is_blank(base_url) else base_url
    provider = bedrock(
        endpoint=_endpoint(url),
        region=region,
        base_url=url,
        api_key=NOT_GIVEN if key is None else key,
        token_provider=token_provider,
        **aws.for_provider(),
    )
    named = region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or ""
    explicit = bool(region and region.strip())
    environment_url = os.environ.get("AWS_BEDROCK_BASE_URL", "").strip()
    return provider, BedrockState(
        explicit_api_key=api_key,
        token_provider=token_provider,
        aws_region=named.strip() or None,
        region_was_explicit=explicit if region_was_explicit is None else region_was_explicit,
        environment_bearer_token=token,
        **vars(aws),
        uses_region_derived_base_url=(base_url is None or _is_blank(base_url))
        and not environment_url,
    )


def _endpoint(base_url: Any) -> BedrockEndpoint | None:
    """Addresses that are not AWS's own speak for Mantle."""
    import httpx2

    if isinstance(base_url, NotGiven):
        base_url = os.environ.get("AWS_BEDROCK_BASE_URL")
    if base_url is None or _is_blank(base_url):
        return None
    host = httpx2.URL(str(base_url)).host
    return None if _parse_bedrock_endpoint_hostname(host) is not None else "mantle"


def signature_of(client: Any) -> Signature:
    mode, credential = client._legacy_auth_configuration()
    return Signature(mode, credential, str(client.base_url), client.aws_region)


def follow_assignments(client: Any) -> None:
    """What was assigned to `base_url` and `aws_region` counts as given to the constructor."""
    before: Signature = client._bedrock_runtime_signature
    state: BedrockState = client._bedrock_state
    region = client.aws_region
    if str(client.base_url) != before.base_url:
        state = replace(state, uses_region_derived_base_url=False)
    if region != before.region:
        state = replace(state, aws_region=region, region_was_explicit=region is not None)
        if state.uses_region_derived_base_url and region is not None:
            client.base_url = default_base_url("mantle", region)
    client._bedrock_state = state


def renew_provider(client: Any) -> None:
    follow_assignments(client)
    now = signature_of(client)
    if now == client._bedrock_runtime_signature:
        return
    provider = _provider_for(client, now)
    runtime: Any = _configure_provider(provider)
    client._provider, client._provider_runtime = provider, runtime
    if client.aws_region is None and runtime.region is not None:
        client.aws_region = runtime.region
        client._bedrock_state = replace(client._bedrock_state, aws_region=runtime.region)
    client._bedrock_runtime_signature = signature_of(client)


def _provider_for(client: Any, to: Signature) -> _Provider:
    state: BedrockState = client._bedrock_state
    endpoint = _endpoint(client.base_url)
    if to.mode == "aws":
        return bedrock(
            endpoint=endpoint, region=to.region, base_url=client.base_url, **state.for_provider()
        )
    region = to.region if state.region_was_explicit else None
    if to.mode == "token_provider":
        return bedrock(
            endpoint=endpoint,
            region=region,
            base_url=client.base_url,
            token_provider=to.credential,
        )
    if not isinstance(to.credential, str) or not to.credential:
        raise OpenAIError("The Bedrock bearer credential must not be empty.")
    return bedrock(
        endpoint=endpoint, region=region, base_url=client.base_url, api_key=to.credential
    )
