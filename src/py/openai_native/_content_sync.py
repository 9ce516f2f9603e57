"""The synchronous form of `_content`: no asynchronous iterators."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ._files import Spool, rest_of_file

if TYPE_CHECKING:
    from ._files import Part


def raw_parts(content: Any) -> list[Part]:
    if isinstance(content, str):
        return [content.encode()]
    if isinstance(content, (bytes, bytearray, memoryview)):
        return [bytes(content)]
    if hasattr(content, "read"):
        return rest_of_file(content)
    if isinstance(content, AsyncIterable) and not isinstance(content, Iterable):
        raise RuntimeError("a synchronous client cannot read an asynchronous iterator")
    if not isinstance(content, Iterable) or isinstance(content, Mapping):
        raise TypeError(
            f"`content` must be bytes, a file or an iterator of bytes, not {type(content)}"
        )
    spool = Spool()
    try:
        for chunk in content:
            spool.write(chunk)
        return spool.parts()
    finally:
        spool.close()
