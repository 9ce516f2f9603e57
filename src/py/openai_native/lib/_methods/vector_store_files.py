# Synchronous twin: vector_store_files_sync.py (derived)

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from ..._types import Omit
from ..._utils import is_given
from ._polling import poll as poll_until
from ._polling import poll_headers


async def create_and_poll(
    resource: Any,
    *,
    file_id: str,
    vector_store_id: str,
    poll_interval_ms: int | Omit,
    max_wait_seconds: float | Omit,
    **arguments: Any,
) -> Any:
    _check(max_wait_seconds)
    await resource.create(vector_store_id=vector_store_id, file_id=file_id, **arguments)
    return await resource.poll(
        file_id,
        vector_store_id=vector_store_id,
        poll_interval_ms=poll_interval_ms,
        max_wait_seconds=max_wait_seconds,
    )


async def upload(resource: Any, *, vector_store_id: str, file: Any, chunking_strategy: Any) -> Any:
    uploaded = await resource._client.files.create(file=file, purpose="assistants")
    return await resource.create(
        vector_store_id=vector_store_id, file_id=uploaded.id, chunking_strategy=chunking_strategy
    )


async def upload_and_poll(
    resource: Any, *, file: Any, max_wait_seconds: float | Omit, **arguments: Any
) -> Any:
    _check(max_wait_seconds)
    uploaded = await resource._client.files.create(file=file, purpose="assistants")
    return await resource.create_and_poll(
        file_id=uploaded.id, max_wait_seconds=max_wait_seconds, **arguments
    )


async def poll(
    resource: Any,
    *,
    file_id: str,
    vector_store_id: str,
    poll_interval_ms: int | Omit,
    max_wait_seconds: float | Omit,
) -> Any:
    _check(max_wait_seconds)
    return await poll_until(
        resource,
        partial(
            resource.with_raw_response.retrieve,
            file_id,
            vector_store_id=vector_store_id,
            extra_headers=poll_headers(poll_interval_ms),
        ),
        pending=lambda file: file.status == "in_progress",
        interval_ms=poll_interval_ms,
        remaining=_time_left(max_wait_seconds, file_id),
    )


def _check(max_wait_seconds: float | Omit) -> None:
    if is_given(max_wait_seconds) and not 0 <= max_wait_seconds < math.inf:
        raise ValueError("Expected a finite, non-negative value for `max_wait_seconds`")


def _time_left(max_wait_seconds: float | Omit, file_id: str) -> Callable[[], float]:
    deadline = time.monotonic() + max_wait_seconds if is_given(max_wait_seconds) else math.inf

    def left() -> float:
        seconds = deadline - time.monotonic()
        if seconds <= 0:
            raise TimeoutError(
                f"Timed out waiting for vector store file {file_id!r} to finish processing"
            )
        return seconds

    return left
