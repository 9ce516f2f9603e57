# Synchronous twin: videos_sync.py (derived)

from __future__ import annotations

from functools import partial
from typing import Any

from ..._types import Omit
from ._polling import poll as poll_until
from ._polling import poll_headers


async def create_and_poll(resource: Any, *, poll_interval_ms: int | Omit, **arguments: Any) -> Any:
    video = await resource.create(**arguments)
    return await resource.poll(video.id, poll_interval_ms=poll_interval_ms)


async def poll(resource: Any, *, video_id: str, poll_interval_ms: int | Omit) -> Any:
    return await poll_until(
        resource,
        partial(
            resource.with_raw_response.retrieve,
            video_id,
            extra_headers=poll_headers(poll_interval_ms),
        ),
        pending=lambda video: video.status in ("queued", "in_progress"),
        interval_ms=poll_interval_ms,
    )
