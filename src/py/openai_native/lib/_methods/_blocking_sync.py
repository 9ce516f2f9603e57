"""What _blocking.py is, where nothing else waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

_T = TypeVar("_T")


def run_blocking(function: Callable[..., _T], *args: Any) -> _T:
    return function(*args)
