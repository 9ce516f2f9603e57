# Synchronous twin: _jobs_sync.py (by hand)
from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class AsyncJobs:
    """Calls of independent functions beside each other; their outputs come in the calls' order."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._jobs: list[tuple[Any, asyncio.Task[Any]]] = []

    @property
    def full(self) -> bool:
        return len(self._jobs) == self._limit

    def start(self, item: Any, work: Callable[..., Coroutine[Any, Any, Any]], *args: Any) -> None:
        self._jobs.append((item, asyncio.create_task(work(*args))))

    async def settle(self, add: Callable[[Any, Any], None]) -> None:
        """Waits for all, cancelled or not: what they did must be known. Then the first error."""
        first: BaseException | None = None
        while self._jobs:
            item, job = self._jobs[0]
            try:
                await _finished(job)
            except asyncio.CancelledError as cancelled:
                first = first or cancelled
                continue
            try:
                add(item, job.result())
            except BaseException as error:
                first = first or error
            del self._jobs[0]
        if first is not None:
            raise first

    def close(self) -> None: ...


async def _finished(job: asyncio.Task[Any]) -> None:
    if not job.done():
        await asyncio.wait([job])
