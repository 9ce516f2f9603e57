from __future__ import annotations

import re
from typing import Any, TypeGuard

_SURROGATE = re.compile("[\ud800-\udfff]")
MAX_INTEGER = 2**53 - 1


def fits(value: object, limit: int | None, *, allow_empty: bool) -> TypeGuard[str]:
    """Whether `value` is a text of at most `limit` bytes, or without a limit, valid Unicode."""
    if not isinstance(value, str) or not (value or allow_empty):
        return False
    if limit is None:
        return _SURROGATE.search(value) is None
    return len(value.encode("utf-8")) <= limit


def fits_exactly(value: object, limit: int | None, *, allow_empty: bool) -> TypeGuard[str]:
    """The same for `str` itself, not for its subclasses."""
    return type(value) is str and fits(value, limit, allow_empty=allow_empty)


def is_counter(value: object) -> TypeGuard[int]:
    return type(value) is int and 0 <= value <= MAX_INTEGER


def entries(value: list[Any]) -> list[Any]:
    """As many as the list says it has, asked once, whatever a subclass makes of iterating it."""
    return [list.__getitem__(value, index) for index in range(len(value))]
