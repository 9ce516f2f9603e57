"""Whether a request that was refused can be sent again, and from where its body starts."""

from __future__ import annotations

from typing import Any

import httpx2

_POSITIONS = "openai_x509_replay_positions"


def is_replayable_request(request: httpx2.Request) -> bool:
    """Notes in the request's extensions where each of its files stands now."""
    if isinstance(getattr(request, "_content", None), bytes):
        return True
    fields = getattr(request.stream, "fields", None)
    sources: list[Any]
    if isinstance(fields, list):
        files = (getattr(field, "file", None) for field in fields)
        sources = [
            file for file in files if file is not None and not isinstance(file, (str, bytes))
        ]
    else:
        sources = [getattr(request.stream, "_stream", request.stream)]
    positions = [(source, _position(source)) for source in sources]
    request.extensions[_POSITIONS] = positions
    return all(position is not None for _, position in positions)


def rewind_request(request: httpx2.Request) -> None:
    for source, position in request.extensions.get(_POSITIONS, ()):
        source.seek(position)


def _position(source: Any) -> int | None:
    try:
        if not callable(getattr(source, "seek", None)) or not source.seekable():
            return None
        position = source.tell()
    except (AttributeError, OSError, TypeError, ValueError):
        return None
    return position if isinstance(position, int) else None
