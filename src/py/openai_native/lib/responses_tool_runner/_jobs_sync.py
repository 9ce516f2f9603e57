"""The twin of `_jobs`, with threads instead of tasks."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Any


class Jobs:
    """Calls of independent functions beside each other; their outputs come in the calls' order."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._pool: ThreadPoolExecutor | None = None
        self._jobs: list[tuple[Any, Future[Any]]] = []

    @property
    def full(self) -> bool:
        return len(self._jobs) == self._limit

    def start(self, item: Any, work: Callable[..., Any], *args: Any) -> None:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(max_workers=self._limit)
        self._jobs.append((item, self._pool.submit(copy_context().run, work, *args)))

    def settle(self, add: Callable[[Any, Any], None]) -> None:
        """Waits for all: what they did must be known. Then raises the first error."""
        pending, self._jobs = self._jobs, []
        first: BaseException | None = None
        for item, job in pending:
            try:
                add(item, job.result())
            except BaseException as error:
                first = first or error
        if first is not None:
            raise first

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True)
