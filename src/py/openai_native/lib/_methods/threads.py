# Synchronous twin: threads_sync.py (derived)

from __future__ import annotations

from typing import Any

from ..._types import Omit


async def create_and_run_poll(
    resource: Any, *, poll_interval_ms: int | Omit, **arguments: Any
) -> Any:
    run = await resource.create_and_run(stream=False, **arguments)
    names = ("extra_headers", "extra_query", "extra_body", "timeout")
    options = [arguments[name] for name in names]
    return await resource.runs.poll(run.id, run.thread_id, *options, poll_interval_ms)
