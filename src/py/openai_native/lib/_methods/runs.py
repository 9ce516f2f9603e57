# Synchronous twin: runs_sync.py (derived)

from __future__ import annotations

from functools import partial
from typing import Any

from ..._types import Omit
from ._polling import poll as poll_until
from ._polling import poll_headers

_FINAL = ("requires_action", "cancelled", "completed", "failed", "expired", "incomplete")


async def create_and_poll(
    resource: Any, *, thread_id: str, poll_interval_ms: int | Omit, **arguments: Any
) -> Any:
    run = await resource.create(thread_id=thread_id, stream=False, **arguments)
    return await resource.poll(
        run.id, thread_id=thread_id, poll_interval_ms=poll_interval_ms, **_options(arguments)
    )


async def submit_tool_outputs_and_poll(
    resource: Any,
    *,
    tool_outputs: Any,
    run_id: str,
    thread_id: str,
    poll_interval_ms: int | Omit,
    **options: Any,
) -> Any:
    run = await resource.submit_tool_outputs(
        run_id=run_id, thread_id=thread_id, tool_outputs=tool_outputs, stream=False, **options
    )
    return await resource.poll(
        run.id, thread_id=thread_id, poll_interval_ms=poll_interval_ms, **options
    )


async def poll(
    resource: Any,
    *,
    run_id: str,
    thread_id: str,
    poll_interval_ms: int | Omit,
    extra_headers: Any,
    **options: Any,
) -> Any:
    return await poll_until(
        resource,
        partial(
            resource.with_raw_response.retrieve,
            thread_id=thread_id,
            run_id=run_id,
            extra_headers=poll_headers(poll_interval_ms, extra_headers),
            **options,
        ),
        pending=lambda run: run.status not in _FINAL,
        interval_ms=poll_interval_ms,
    )


def _options(arguments: dict[str, Any]) -> dict[str, Any]:
    names = ("extra_headers", "extra_query", "extra_body", "timeout")
    return {name: arguments[name] for name in names}
