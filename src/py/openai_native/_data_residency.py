"""Where the API keeps what it is sent: a base URL a region."""

from __future__ import annotations

from typing import Any

from ._exceptions import OpenAIError
from ._surface_regions import _DATA_RESIDENCY_BASE_URLS, DataResidency
from ._types import NotGiven

__all__ = ["DataResidency", "resolve_data_residency"]


def resolve_data_residency(
    data_residency: DataResidency | None,
    base_url: Any,
    *,
    provider: object | None = None,
    websocket_base_url: object | None = None,
) -> Any:
    """The base URL that a named region stands for, else the given one."""
    if data_residency is None:
        return None if isinstance(base_url, NotGiven) else base_url
    if not isinstance(base_url, NotGiven):
        raise ValueError("The `data_residency` and `base_url` arguments are mutually exclusive")
    if websocket_base_url is not None:
        raise ValueError(
            "The `data_residency` and `websocket_base_url` arguments are mutually exclusive"
        )
    if provider is not None:
        raise OpenAIError("The `data_residency` and `provider` arguments are mutually exclusive")
    known = isinstance(data_residency, str) and data_residency in _DATA_RESIDENCY_BASE_URLS
    if not known:
        *others, last = map(repr, _DATA_RESIDENCY_BASE_URLS)
        raise ValueError(
            f"Invalid `data_residency`; expected one of {', '.join(others)}, or {last}"
        )
    return _DATA_RESIDENCY_BASE_URLS[data_residency]
