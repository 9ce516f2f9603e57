from __future__ import annotations

import math
from typing import Any

from ..._utils import is_given

# Integers above this are not exact in every JSON reader.
MAX_INTEGER = 2**53 - 1


def plain(value: object, *, allow_omitted: bool = False) -> Any:
    """A copy of plain JSON, nothing of it shared; `ValueError` for anything that is not that.

    Exact types only: a subclass could show one thing to a check and another to the encoder.
    """
    if value is None or type(value) in (str, bool, int):
        return value
    if type(value) is float:
        if not math.isfinite(value):
            raise ValueError("JSON has no infinite numbers.")
        return value
    if type(value) is list:
        return [plain(each, allow_omitted=allow_omitted) for each in value]
    if type(value) is dict:
        if any(type(key) is not str for key in value):
            raise ValueError("The keys of JSON objects are strings.")
        return {key: plain(each, allow_omitted=allow_omitted) for key, each in value.items()}
    if allow_omitted and not is_given(value):
        return value
    raise ValueError(f"{type(value).__name__} is not plain JSON.")


def is_text(value: object) -> bool:
    return type(value) is str


def optional_text(value: object) -> bool:
    return value is None or type(value) is str


def is_score(value: object) -> bool:
    return type(value) is int or (type(value) is float and math.isfinite(value))


def all_text(value: object) -> bool:
    return isinstance(value, list) and all(type(each) is str for each in value)
