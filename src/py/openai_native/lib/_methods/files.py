# Synchronous twin: files_sync.py (derived)

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ...types import FileObject

_FINAL = ("processed", "error", "deleted")


async def wait_for_processing(
    resource: Any, *, id: str, poll_interval: float, max_wait_seconds: float
) -> FileObject:
    start = time.monotonic()
    file: FileObject = await resource.retrieve(id)
    while file.status not in _FINAL:
        await resource._sleep(poll_interval)
        file = await resource.retrieve(id)
        if time.monotonic() - start > max_wait_seconds:
            raise RuntimeError(
                f"Giving up on waiting for file {id} to finish processing after "
                f"{max_wait_seconds} seconds."
            )
    return file
