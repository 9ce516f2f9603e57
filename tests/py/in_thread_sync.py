"""What in_thread.py is to tests that block themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def in_thread(function: Callable[..., Any], *args: Any) -> Any:
    return function(*args)
