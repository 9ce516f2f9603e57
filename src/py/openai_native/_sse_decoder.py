"""Events out of an event stream's bytes in Python, for libraries that read a response themselves.
The client's own streams are parsed by the core.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator

from ._streaming import ServerSentEvent

_LINE_END = re.compile(rb"\r\n|\n|\r")


class SSEDecoder:
    """Bytes may be cut anywhere. An event that the end of the stream cuts off is dropped."""

    def __init__(self) -> None:
        self._pending: list[bytes] = []
        self._after_return = False
        self._first = True
        self._event = ""
        self._data: list[str] = []
        self._last_event_id: str | None = None
        self._retry: int | None = None

    def iter_bytes(self, iterator: Iterator[bytes]) -> Iterator[ServerSentEvent]:
        for chunk in iterator:
            yield from self._feed(chunk)

    async def aiter_bytes(self, iterator: AsyncIterator[bytes]) -> AsyncIterator[ServerSentEvent]:
        async for chunk in iterator:
            for event in self._feed(chunk):
                yield event

    def decode(self, line: str) -> ServerSentEvent | None:
        """One line without its end; the empty one completes an event."""
        if not line:
            return self._complete()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._event = value
        elif name == "id" and "\0" not in value:
            self._last_event_id = value
        elif name == "retry" and value.isdecimal():
            self._retry = int(value)
        return None

    def _complete(self) -> ServerSentEvent | None:
        if not (self._event or self._data or self._last_event_id) and self._retry is None:
            return None
        event = ServerSentEvent(
            event=self._event,
            data="\n".join(self._data),
            id=self._last_event_id,
            retry=self._retry,
        )
        self._event, self._data, self._retry = "", [], None
        return event

    def _feed(self, chunk: bytes) -> Iterator[ServerSentEvent]:
        if self._after_return and chunk:
            # The other half of a line end that was cut in two.
            chunk = chunk.removeprefix(b"\n")
            self._after_return = False
        start = 0
        for end in _LINE_END.finditer(chunk):
            self._after_return = end.group() == b"\r" and end.end() == len(chunk)
            line = b"".join((*self._pending, chunk[start : end.start()]))
            self._pending.clear()
            start = end.end()
            text = line.decode()
            if self._first:
                text, self._first = text.removeprefix("\ufeff"), False
            if (event := self.decode(text)) is not None:
                yield event
        if start < len(chunk):
            self._pending.append(chunk[start:])
