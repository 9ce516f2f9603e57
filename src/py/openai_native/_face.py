"""What the asynchronous face has otherwise than the synchronous one."""

# Synchronous twin: _face_sync.py (by hand)

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._core import EventIterator

    Events = EventIterator

BLOCKING = False
FACE_HEADER = "async:asyncio"


async def sleep(seconds: float) -> None:
    import asyncio

    await asyncio.sleep(seconds)


async def settle(result: object) -> None:
    """Waits for what a caller's function returned, if that is to be waited for."""
    import inspect

    if inspect.iscoroutine(result):
        await result
