"""Work with files, away from the event loop."""

# Synchronous twin: _blocking_sync.py (by hand)

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

_T = TypeVar("_T")


async def run_blocking(function: Callable[..., _T], *args: Any) -> _T:
    return await asyncio.to_thread(function, *args)
