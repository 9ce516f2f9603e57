"""What an X.509 identity allows: where tokens may go, and which requests may carry them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import httpx2

from .._client_auth import is_x509
from .._exceptions import OpenAIError
from ._identities import X509WorkloadIdentity

MTLS_API_BASE_URL = "https://mtls.api.openai.com/v1"
TOKEN_EXCHANGE_URL = "https://mtls.auth.openai.com/oauth/token"
_REGIONS = {
    "global": MTLS_API_BASE_URL,
    "us": "https://mtls-us.api.openai.com/v1",
    "eu": "https://mtls-eu.api.openai.com/v1",
}
_OPENAI_HOSTS = {httpx2.URL(url).host for url in _REGIONS.values()}
_KEYS = {"api-key", "x-api-key", "proxy-authorization"}
_FIELDS = {"type", "identity_provider_id", "service_account_id", "refresh_buffer_seconds"}
_WHO = "X.509 workload identity"


def x509_data_residency_base_url(
    base_url: Any, data_residency: str | None, workload_identity: Mapping[str, Any] | None
) -> Any:
    if data_residency is None or not is_x509(workload_identity):
        return base_url
    if data_residency not in _REGIONS:
        raise OpenAIError(f"{_WHO} requires a supported regional mTLS endpoint")
    return _REGIONS[data_residency]


def check_identity(identity: X509WorkloadIdentity) -> None:
    if "provider" in identity or "client_id" in identity:
        raise OpenAIError(f"{_WHO} does not accept a subject-token provider or client ID")
    if identity.keys() - _FIELDS:
        raise OpenAIError(f"{_WHO} accepts only identity IDs and an optional refresh buffer")
    ids: list[object] = [
        identity.get("identity_provider_id"),
        identity.get("service_account_id"),
    ]
    if not all(isinstance(each, str) and each for each in ids):
        raise OpenAIError(f"{_WHO} requires identity-provider and service-account IDs")
    buffer = identity.get("refresh_buffer_seconds")
    seconds = 0.0 if buffer is None else finite(buffer)
    if seconds is None or seconds < 0:
        raise OpenAIError(f"{_WHO} requires a finite, non-negative refresh buffer")


def finite(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def validate_x509_api_url(
    url: httpx2.URL | str, *, expected_origin: httpx2.URL | None = None
) -> None:
    url = httpx2.URL(str(url))
    if url.scheme != "https" or not url.host:
        raise OpenAIError(f"{_WHO} requires an absolute HTTPS API URL")
    if url.username or url.password:
        raise OpenAIError(f"{_WHO} API URLs cannot contain user credentials")
    if expected_origin is not None and not _same_place(url, expected_origin):
        raise OpenAIError(f"{_WHO} requests must use the configured API origin")


def validate_x509_api_credentials(request: httpx2.Request) -> None:
    if _KEYS & _spelled(request):
        raise OpenAIError(f"{_WHO} requests cannot include API-key or proxy credentials")


def validate_x509_request_authority(request: httpx2.Request) -> None:
    """The Host header may say nothing but what the URL says: servers route by it."""
    hosts = request.headers.get_list("host")
    pseudo = any(name.startswith(":") for name in request.headers)
    if len(hosts) != 1 or any(mark in hosts[0] for mark in "/?#@\\") or pseudo:
        raise OpenAIError(f"{_WHO} requests require exactly one valid Host authority")
    try:
        host = httpx2.URL(f"https://{hosts[0]}")
    except httpx2.InvalidURL as error:
        raise OpenAIError(f"{_WHO} requests require a valid Host authority") from error
    more = host.username or host.password or host.query or host.fragment or host.path != "/"
    if more or not _same_place(host, request.url):
        raise OpenAIError(f"{_WHO} Host authority must match the request URL")


def validate_transport_request(
    request: httpx2.Request, *, expected_origin: httpx2.URL, expected_authorization: str | None
) -> None:
    """Right before it leaves: hooks of the HTTP client may have changed the request."""
    _check_target(request, expected_origin)
    validate_x509_api_credentials(request)
    if request.headers.get("Authorization") != expected_authorization:
        raise OpenAIError(f"{_WHO} authorization cannot be changed by HTTP request hooks")


def validate_exchange_request(request: httpx2.Request) -> None:
    _check_target(request, httpx2.URL(TOKEN_EXCHANGE_URL))
    if str(request.url) != TOKEN_EXCHANGE_URL:
        raise OpenAIError("X.509 token exchange requests must use the pinned authentication URL")
    if (_KEYS | {"authorization", "cookie"}) & _spelled(request):
        raise OpenAIError("X.509 token exchange requests cannot include API credentials")


def _check_target(request: httpx2.Request, expected_origin: httpx2.URL) -> None:
    validate_x509_api_url(request.url, expected_origin=expected_origin)
    validate_x509_request_authority(request)
    target = request.extensions.get("target")
    if target is not None and target != request.url.raw_path:
        raise OpenAIError(f"{_WHO} request target must match the request URL")
    name = request.extensions.get("sni_hostname")
    if name is None or request.url.host not in _OPENAI_HOSTS:
        return
    if not isinstance(name, str) or name.lower() != expected_origin.host.lower():
        raise OpenAIError(f"{_WHO} TLS hostname must match the configured origin")


def _same_place(one: httpx2.URL, other: httpx2.URL) -> bool:
    return (one.host, one.port) == (other.host, other.port)


def _spelled(request: httpx2.Request) -> set[str]:
    return {name.lower().replace("_", "-") for name in request.headers}
