"""`client.copy()` and `with_options()`: what a copy inherits."""

# Synchronous twin: _copy_sync.py (derived)

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from . import _settings
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
) -> _ClientT:
    headers = _chosen("headers", client._custom_headers, default_headers, set_default_headers)
    query = _chosen("query", client._custom_query, default_query, set_default_query)
    left_out = base_url is None and data_residency is None
    url = _settings.resolve_data_residency(
        data_residency,
        not_given if left_out else base_url,
        provider=None if isinstance(provider, NotGiven) else provider,
        websocket_base_url=websocket_base_url,
    )
    copied = type(client)(
        api_key=api_key or client._api_key_provider or client.api_key,
        admin_api_key=admin_api_key or client.admin_api_key,
        workload_identity=workload_identity,
        provider=None if isinstance(provider, NotGiven) else provider,
        organization=organization or client.organization,
        project=project or client.project,
        webhook_secret=webhook_secret or client.webhook_secret,
        websocket_base_url=(
            None if data_residency is not None else websocket_base_url or client.websocket_base_url
        ),
        base_url=url or client._base_url_text,
        timeout=client.timeout if isinstance(timeout, NotGiven) else timeout,
        http_client=http_client or client._client,
        max_retries=client.max_retries if isinstance(max_retries, NotGiven) else max_retries,
        default_headers=headers,
        default_query=query,
        _enforce_credentials=True if _enforce_credentials is None else _enforce_credentials,
        **_extra_kwargs,
    )
    if isinstance(timeout, NotGiven):
        copied._timeout = client._timeout
    copied._base_url_was_default = url is None and client._base_url_was_default
    copied._data_residency = data_residency if url else client._data_residency
    return copied


def _chosen(
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
