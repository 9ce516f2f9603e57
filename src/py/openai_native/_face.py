"""What the asynchronous face has otherwise than the synchronous one."""

# Synchronous twin: _face_sync.py (by hand)

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from ._core import EventIterator

    Events = EventIterator

_T = TypeVar("_T")
BLOCKING = False
FACE_HEADER = "async:asyncio"


async def told(hook: Callable[[Any], Any] | None, event: Any) -> Any:
    """What the hook makes of the event."""
    if hook is None:
        return None
    import inspect

    answer = hook(event)
    return await answer if inspect.isawaitable(answer) else answer


async def drain(pieces: AsyncIterator[bytes]) -> None:
    """What follows the last event is the end of the response, as a rule: then the connection can
    be used again.
    """
    import asyncio

    async def rest() -> None:
        async for _ in pieces:
            pass

    with suppress(Exception):  # the events are complete, whatever becomes of the connection
        await asyncio.wait_for(rest(), 0.1)


async def within(seconds: float | None, waiting: Awaitable[_T]) -> _T:
    """What it results in; TimeoutError if that takes longer."""
    if seconds is None:
        return await waiting
    import asyncio

    try:
        return await asyncio.wait_for(waiting, seconds)
    except asyncio.TimeoutError:  # another class than TimeoutError before Python 3.11
        raise TimeoutError from None


async def sleep(seconds: float) -> None:
    import asyncio

    await asyncio.sleep(seconds)


async def settle(result: object) -> None:
    """Waits for what a caller's function returned, if that is to be waited for."""
    import inspect

    if inspect.iscoroutine(result):
        await result
