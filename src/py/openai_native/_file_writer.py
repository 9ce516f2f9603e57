"""Files written from a coroutine, by a thread: a slow disk does not hold up the event loop."""

# Synchronous twin: _file_writer_sync.py (by hand)

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager


@asynccontextmanager
async def writing(
    file: str | os.PathLike[str],
) -> AsyncIterator[Callable[[bytes], Awaitable[int]]]:
    target = await asyncio.to_thread(open, file, "wb")
    try:
        yield lambda data: asyncio.to_thread(target.write, data)
    finally:
        await asyncio.to_thread(target.close)
