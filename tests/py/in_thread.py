"""Waiting for something that blocks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any


async def in_thread(function: Callable[..., Any], *args: Any) -> Any:
    """The loop, and a server in it, go on meanwhile."""
    return await asyncio.to_thread(function, *args)
