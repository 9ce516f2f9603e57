# Synchronous twin: uploads_sync.py (derived)

from __future__ import annotations

import io
import logging
import os
from pathlib import Path
from typing import IO, Any

from ._blocking import run_blocking

DEFAULT_PART_SIZE = 64 * 1024 * 1024

log = logging.getLogger("openai.resources.uploads.uploads")


async def upload_file_chunked(
    resource: Any,
    *,
    file: os.PathLike[str] | bytes,
    mime_type: str,
    purpose: Any,
    filename: str | None,
    bytes: int | None,
    part_size: int | None,
    md5: Any,
) -> Any:
    if isinstance(file, _Bytes):
        for name, value in (("filename", filename), ("bytes", bytes)):
            if value is None:
                raise TypeError(f"The `{name}` argument must be given for in-memory files")
    else:
        file = Path(file)
        filename = filename or file.name
        if bytes is None:
            bytes = (await run_blocking(file.stat)).st_size
    upload = await resource.create(
        bytes=bytes, filename=filename, mime_type=mime_type, purpose=purpose
    )
    part_ids = []
    with await run_blocking(_opened, file) as content:
        while data := await run_blocking(content.read, part_size or DEFAULT_PART_SIZE):
            part = await resource.parts.create(upload_id=upload.id, data=data)
            log.info("Uploaded part %s for upload %s", part.id, upload.id)
            part_ids.append(part.id)
    return await resource.complete(upload_id=upload.id, part_ids=part_ids, md5=md5)


_Bytes = bytes  # which the method has a parameter of that name for


def _opened(file: Path | bytes) -> IO[bytes]:
    return io.BytesIO(file) if isinstance(file, bytes) else file.open("rb")
