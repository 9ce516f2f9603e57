# Synchronous twin: vector_store_file_batches_sync.py (derived)

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from ..._types import Omit
from ._concurrently import call_for_each
from ._polling import poll as poll_until
from ._polling import poll_headers


async def create_and_poll(
    resource: Any, *, vector_store_id: str, poll_interval_ms: int | Omit, **arguments: Any
) -> Any:
    batch = await resource.create(vector_store_id=vector_store_id, **arguments)
    return await resource.poll(
        batch.id, vector_store_id=vector_store_id, poll_interval_ms=poll_interval_ms
    )


async def upload_and_poll(
    resource: Any,
    *,
    vector_store_id: str,
    files: Iterable[Any],
    max_concurrency: int,
    file_ids: Sequence[str],
    **arguments: Any,
) -> Any:
    create = resource._client.files.create
    uploads = [partial(create, file=file, purpose="assistants") for file in files]
    uploaded = await call_for_each(uploads, max_concurrency)
    return await resource.create_and_poll(
        vector_store_id=vector_store_id,
        file_ids=[*file_ids, *(file.id for file in uploaded)],
        **arguments,
    )


async def poll(
    resource: Any, *, batch_id: str, vector_store_id: str, poll_interval_ms: int | Omit
) -> Any:
    return await poll_until(
        resource,
        partial(
            resource.with_raw_response.retrieve,
            batch_id,
            vector_store_id=vector_store_id,
            extra_headers=poll_headers(poll_interval_ms),
        ),
        pending=lambda batch: batch.file_counts.in_progress > 0,
        interval_ms=poll_interval_ms,
    )
