"""Azure's settings: which credentials count, where deployments are."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from .._exceptions import OpenAIError
from .._types import Omit

# Where the path names the deployment; elsewhere the body's `model` does.
_deployments_endpoints = {
    "/completions",
    "/chat/completions",
    "/embeddings",
    "/audio/transcriptions",
    "/audio/translations",
    "/audio/speech",
    "/images/generations",
    "/images/edits",
}

# In the place of an API key where there is none: tokens of Azure AD come with each call.
API_KEY_SENTINEL = "<missing API key>"

AUTH_HEADERS = ("authorization", "api-key")


class MutuallyExclusiveAuthError(OpenAIError):
    def __init__(self) -> None:
        super().__init__(
            "The `api_key`, `azure_ad_token` and `azure_ad_token_provider` arguments are mutually "
            "exclusive; Only one can be passed at a time"
        )


class Credentials(NamedTuple):
    api_key: Any
    token: str | None
    token_provider: Callable[[], Any] | None

    @property
    def missing(self) -> bool:
        return self == (None, None, None)


def chosen_credentials(
    api_key: Any, token: str | None, token_provider: Callable[[], Any] | None
) -> Credentials:
    """Those given; the environment counts only if none is."""
    key = None if api_key == API_KEY_SENTINEL else api_key
    if sum(each is not None for each in (key, token, token_provider)) > 1:
        raise MutuallyExclusiveAuthError
    given = Credentials(api_key, token, token_provider)
    if not given.missing:
        return given
    environment = os.environ.get
    token = environment("AZURE_OPENAI_AD_TOKEN")
    return Credentials(environment("AZURE_OPENAI_API_KEY") if token is None else None, token, None)


def chosen_version(given: str | None) -> str:
    version = os.environ.get("OPENAI_API_VERSION") if given is None else given
    if version is None:
        raise ValueError(
            "Must provide either the `api_version` argument or the `OPENAI_API_VERSION` "
            "environment variable"
        )
    return version


class Place(NamedTuple):
    base_url: str
    endpoint: str | None  # None: the caller has chosen the base URL
    deployment: str | None


def chosen_place(base_url: str | None, endpoint: str | None, deployment: str | None) -> Place:
    if base_url is not None:
        if endpoint is not None:
            raise ValueError("base_url and azure_endpoint are mutually exclusive")
        return Place(base_url, None, None)
    if endpoint is None:
        endpoint = os.environ.get("AZURE_OPENAI_ENDPOINT")
    if endpoint is None:
        raise ValueError(
            "Must provide one of the `base_url` or `azure_endpoint` arguments, or the "
            "`AZURE_OPENAI_ENDPOINT` environment variable"
        )
    base_url = f"{endpoint.rstrip('/')}/openai"
    if deployment is not None:
        base_url = f"{base_url}/deployments/{deployment}"
    return Place(base_url, endpoint or None, deployment if endpoint else None)


def brings_credentials(headers: Mapping[str, Any], missing: type[Omit]) -> bool:
    """Also where they are left out on purpose."""
    return any(
        name.lower() in AUTH_HEADERS and not isinstance(value, missing)
        for name, value in headers.items()
    )
