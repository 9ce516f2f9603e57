"""`client.copy()` and `with_options()`: what a copy inherits."""

# Synchronous twin: _copy_sync.py (derived)

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from . import _settings
from ._client_auth import is_x509
from ._data_residency import resolve_data_residency
from ._http_clients import remade_http_client
from ._network import connection_options, inherit_call_options
from ._types import NotGiven, not_given

if TYPE_CHECKING:
    from ._client import AsyncOpenAI

_ClientT = TypeVar("_ClientT", bound="AsyncOpenAI")


def copy_client(
    client: _ClientT,
    *,
    api_key: Any,
    admin_api_key: str | None,
    workload_identity: Any,
    provider: Any,
    organization: str | None,
    project: str | None,
    webhook_secret: str | None,
    websocket_base_url: Any,
    base_url: Any,
    data_residency: Any,
    timeout: Any,
    http_client: Any,
    max_retries: Any,
    default_headers: Mapping[str, str] | None,
    set_default_headers: Mapping[str, str] | None,
    default_query: Mapping[str, object] | None,
    set_default_query: Mapping[str, object] | None,
    _enforce_credentials: bool | None,
    _extra_kwargs: Mapping[str, Any],
    network: Mapping[str, Any],
) -> _ClientT:
    connections = copied_http_client(client, http_client, network)
    changed = not isinstance(provider, NotGiven) and provider is not client._provider
    query = chosen("query", client._custom_query, default_query, set_default_query)
    headers = chosen(
        "headers",
        {} if changed else _headers_for(client, workload_identity),
        default_headers,
        set_default_headers,
    )
    identity = workload_identity
    if identity is None and api_key is None:
        identity = client.workload_identity
    service = _Service(
        client._provider if isinstance(provider, NotGiven) else provider,
        identity,
        is_x509(identity) != client._uses_x509,
    )
    url = _given_endpoint(client, service, base_url, data_residency, websocket_base_url)
    copied = type(client)(
        **_credentials(client, service, api_key, admin_api_key, workload_identity, url),
        organization=organization or (None if changed else client.organization),
        project=project or (None if changed else client.project),
        webhook_secret=webhook_secret or client.webhook_secret,
        websocket_base_url=(
            None if data_residency is not None else websocket_base_url or client.websocket_base_url
        ),
        timeout=client.timeout if isinstance(timeout, NotGiven) else timeout,
        http_client=connections,
        max_retries=client.max_retries if isinstance(max_retries, NotGiven) else max_retries,
        default_headers=headers,
        default_query=query,
        _enforce_credentials=True if _enforce_credentials is None else _enforce_credentials,
        **_extra_kwargs,
    )
    for hook in _settings.CALL_HOOKS:
        if (function := getattr(client, hook)) is not None:
            setattr(copied, hook, function)
    inherit_call_options(client, copied, network)
    if isinstance(timeout, NotGiven):
        copied._timeout = client._timeout
    if url is None and not service.mode_changed and client._base_url_was_default:
        copied._base_url_was_default = True
    given = set_default_headers if default_headers is None else default_headers
    if not _settings.has_header(given, "authorization"):
        _keep_ambient(client, copied)
    if data_residency is not None or not (changed or _is_given(base_url)):
        copied._data_residency = data_residency or client._data_residency
    return copied


def copied_http_client(client: AsyncOpenAI, given: Any, network: Mapping[str, Any]) -> Any:
    """Other options of connections take other connections."""
    options = connection_options(network, type(client), "copy")
    return remade_http_client(client._client, given, options)


class _Service(NamedTuple):
    """Whom the copy speaks to and for."""

    provider: Any
    identity: Any
    mode_changed: bool  # X.509 has addresses of its own


def _is_given(base_url: Any) -> bool:
    return base_url is not None and not isinstance(base_url, NotGiven)


def _given_endpoint(
    client: AsyncOpenAI, to: _Service, base_url: Any, residency: Any, websocket_base_url: Any
) -> Any:
    """The base URL, unless it is inherited."""
    left_out = base_url is None and residency is None
    if residency is None and to.mode_changed and not _is_given(base_url):
        residency = client._data_residency
    url = resolve_data_residency(
        residency,
        not_given if left_out else base_url,
        provider=to.provider,
        websocket_base_url=websocket_base_url,
    )
    if residency is None or not is_x509(to.identity):
        return url
    from .auth._x509_rules import x509_data_residency_base_url

    return x509_data_residency_base_url(url, residency, to.identity)


def _credentials(
    client: AsyncOpenAI, to: _Service, api_key: Any, admin_api_key: Any, identity: Any, url: Any
) -> dict[str, Any]:
    given = {
        "api_key": api_key,
        "admin_api_key": admin_api_key,
        "workload_identity": identity,
        "base_url": url,
    }
    if to.provider is not None:
        return {"provider": to.provider, **given}
    if client._provider is not None:  # nothing of it is for anybody else
        return given
    if api_key is None and identity is None:
        given["api_key"] = client._api_key_provider or client.api_key
    given["admin_api_key"] = admin_api_key or client.admin_api_key
    given["workload_identity"] = to.identity
    if not (to.mode_changed and client._base_url_was_default):
        given["base_url"] = url or client._base_url_text
    return given


def _headers_for(client: AsyncOpenAI, identity: Any) -> Mapping[str, Any]:
    """A certificate goes with no Authorization header that the environment has set."""
    headers, ambient = client._custom_headers, client._ambient_authorizations
    if not ambient or not is_x509(identity) or client._uses_x509:
        return headers
    return {
        name: value
        for name, value in headers.items()
        if name.lower() != "authorization" or value not in ambient
    }


def _keep_ambient(client: AsyncOpenAI, copied: AsyncOpenAI) -> None:
    """The copy's Authorization header still is the environment's."""
    ambient = client._ambient_authorizations
    for name, value in copied._custom_headers.items():
        if name.lower() == "authorization" and value in ambient:
            copied._ambient_authorizations = ambient


def chosen(
    what: str,
    inherited: Mapping[str, Any],
    added: Mapping[str, Any] | None,
    replacing: Mapping[str, Any] | None,
) -> Mapping[str, Any]:
    if added is not None and replacing is not None:
        raise ValueError(
            f"The `default_{what}` and `set_default_{what}` arguments are mutually exclusive"
        )
    if replacing is not None:
        return replacing
    if added is None:
        return inherited
    if what == "headers" and _settings.has_header(added, "authorization"):
        inherited = {k: v for k, v in inherited.items() if k.lower() != "authorization"}
    return {**inherited, **added}
