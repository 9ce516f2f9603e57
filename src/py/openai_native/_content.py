"""`content=` of `client.post` and its like: a raw body from memory, a file or an iterator."""

# Synchronous twin: _content_sync.py (by hand)

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ._files import PIECE, Spool, rest_of_file

if TYPE_CHECKING:
    from ._files import Part


async def raw_parts(content: Any) -> list[Part]:
    """Iterators are read to their end before anything is sent: then the request has a length, and
    can be sent again. What is large waits in a file without a name.
    """
    if isinstance(content, str):
        return [content.encode()]
    if isinstance(content, (bytes, bytearray, memoryview)):
        return [bytes(content)]
    if not hasattr(content, "aread") and hasattr(content, "read"):
        return rest_of_file(content)
    spool = Spool()
    try:
        await _collect(content, spool)
        return spool.parts()
    finally:
        spool.close()


async def _collect(content: Any, into: Spool) -> None:
    if hasattr(content, "aread"):
        while chunk := await content.aread(PIECE):
            into.write(chunk)
    elif isinstance(content, AsyncIterable):
        async for chunk in content:
            into.write(chunk)
    elif isinstance(content, Iterable) and not isinstance(content, Mapping):
        for chunk in content:
            into.write(chunk)
    else:
        raise TypeError(
            f"`content` must be bytes, a file or an iterator of bytes, not {type(content)}"
        )
