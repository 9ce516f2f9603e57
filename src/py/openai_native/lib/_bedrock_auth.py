"""Signatures for Bedrock, made by botocore where that is installed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from .._exceptions import OpenAIError

AwsCredentialsProvider = Callable[[], object]
Service = Literal["bedrock-mantle", "bedrock"]
RegionSource = Literal["explicit", "environment", "profile"]

SIGNING_HEADERS = (
    "authorization",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-security-token",
)


def _load_botocore() -> tuple[Any, Any, Any, Any]:
    try:
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials
        from botocore.session import Session
    except ImportError as error:
        raise OpenAIError(
            "Bedrock AWS authentication requires optional AWS dependencies. "
            "Install them with `pip install openai-native[bedrock]` and try again."
        ) from error
    return SigV4Auth, AWSRequest, Credentials, Session


@contextmanager
def _told_without_secrets() -> Iterator[None]:
    """What AWS's libraries raise may name keys and files."""
    try:
        yield
    except OpenAIError:
        raise
    except Exception as error:
        raise OpenAIError(
            "Failed to resolve AWS credentials for Bedrock. Verify your AWS profile, environment "
            "variables, or runtime identity configuration and try again."
        ) from error


@dataclass(frozen=True)
class BedrockAwsAuthConfig:
    region: str
    source: Literal["static", "profile", "provider", "default"]
    service: Service = "bedrock-mantle"
    region_source: RegionSource = "explicit"
    profile: str | None = None
    access_key_id: str | None = field(default=None, repr=False)
    secret_access_key: str | None = field(default=None, repr=False)
    session_token: str | None = field(default=None, repr=False)
    credentials_provider: AwsCredentialsProvider | None = field(
        default=None, repr=False, compare=False
    )


class BedrockAwsAuth:
    def __init__(self, config: BedrockAwsAuthConfig, *, session: Any = None) -> None:
        self._signer, self._request, credentials, make_session = _load_botocore()
        if session is None:
            with _told_without_secrets():
                session = make_session(profile=config.profile)
        self.config = config
        self._session = session
        self._explicit_credentials: Any = None
        if config.access_key_id is not None and config.secret_access_key is not None:
            self._explicit_credentials = credentials(
                config.access_key_id, config.secret_access_key, config.session_token
            )

    @classmethod
    def resolve(
        cls,
        *,
        region: str | None,
        profile: str | None,
        access_key_id: str | None,
        secret_access_key: str | None,
        session_token: str | None,
        credentials_provider: AwsCredentialsProvider | None,
        service: Service = "bedrock-mantle",
    ) -> BedrockAwsAuth:
        """With a region that may stand in the profile only."""
        make_session = _load_botocore()[3]
        with _told_without_secrets():
            session = make_session(profile=profile)
            found, source = resolve_aws_region_with_source(region, session=session)
        config = BedrockAwsAuthConfig(
            region=found,
            source=credentials_source(access_key_id, profile, credentials_provider),
            service=service,
            region_source=source,
            profile=profile,
            access_key_id=access_key_id,
            secret_access_key=secret_access_key,
            session_token=session_token,
            credentials_provider=credentials_provider,
        )
        return cls(config, session=session)

    def sign(
        self, *, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> dict[str, str]:
        """All headers of the request, those of the signature among them."""
        with _told_without_secrets():
            credentials = self._credentials()
            unsigned = {k: v for k, v in headers.items() if k.lower() not in SIGNING_HEADERS}
            unsigned["X-Amz-Content-SHA256"] = hashlib.sha256(body or b"").hexdigest()
            request = self._request(method=method, url=url, data=body, headers=unsigned)
            self._signer(credentials, self.config.service, self.config.region).add_auth(request)
        return dict(request.headers.items())

    def _credentials(self) -> Any:
        """Asked for each time: those of a session or a provider expire."""
        if self.config.credentials_provider is not None:
            credentials: Any = self.config.credentials_provider()
        else:
            credentials = self._explicit_credentials or self._session.get_credentials()
        if credentials is None:
            raise OpenAIError(NO_CREDENTIALS)
        freeze = getattr(credentials, "get_frozen_credentials", None)
        return freeze() if callable(freeze) else credentials


NO_CREDENTIALS = (
    "Could not find credentials for Bedrock. Pass a bearer credential or AWS credentials to "
    "`bedrock(...)`, set `AWS_BEARER_TOKEN_BEDROCK`, or configure the default AWS credential chain."
)
NO_REGION = (
    "Bedrock requires an AWS region. Pass `region` to `bedrock(...)`, or set `AWS_REGION` or "
    "`AWS_DEFAULT_REGION`."
)


def credentials_source(
    access_key_id: str | None, profile: str | None, provider: AwsCredentialsProvider | None
) -> Literal["static", "profile", "provider", "default"]:
    if access_key_id is not None:
        return "static"
    if profile is not None:
        return "profile"
    return "default" if provider is None else "provider"


def resolve_aws_region_with_source(
    aws_region: str | None, *, session: object | None = None
) -> tuple[str, RegionSource]:
    environment = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    found: tuple[tuple[str | None, RegionSource], ...]
    found = ((aws_region, "explicit"), (environment, "environment"))
    for region, source in found:
        if region is not None and region.strip():
            return region.strip(), source
    configured = getattr(session, "get_config_variable", None)
    region = configured("region") if callable(configured) else None
    if region is None or not region.strip():
        raise OpenAIError(NO_REGION)
    return region.strip(), "profile"
