"""Reads fields of events, which need not have the form that the API promises."""

from __future__ import annotations

from collections.abc import Set
from copy import deepcopy
from typing import Any

from ..._models import BaseModel
from ._errors import field


def text(source: Any, name: str) -> str:
    value = field(source, name)
    if not isinstance(value, str):
        raise ValueError(f"WebSocket event: {name} must be a string, not {_kind(value)}")
    return value


def optional_text(source: Any, name: str) -> str | None:
    return None if field(source, name) is None else text(source, name)


def index(source: Any, name: str) -> int:
    value = field(source, name)
    if not is_index(value):
        raise ValueError(f"WebSocket event: {name} must be a non-negative integer")
    return int(value)


def is_index(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def array(source: Any, name: str) -> list[Any]:
    value = field(source, name)
    if not isinstance(value, list):
        raise ValueError(f"WebSocket event: {name} must be a list, not {_kind(value)}")
    return value


def _kind(value: Any) -> str:
    """Values may be secret, or large."""
    return type(value).__name__


def plain(
    source: Any, *, only: Set[str] | None = None, without: Set[str] = frozenset()
) -> dict[str, Any]:
    """A copy of what was received, under the API's names: what was not set is not there."""
    if isinstance(source, BaseModel):
        return source.model_dump(
            by_alias=True,
            exclude_unset=True,
            include=None if only is None else set(only),
            exclude=set(without),
            warnings=False,
        )
    if not isinstance(source, dict):
        return {}
    wanted = (source.keys() if only is None else source.keys() & only) - without
    return {name: deepcopy(value) for name, value in source.items() if name in wanted}
