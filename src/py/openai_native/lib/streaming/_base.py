"""What all helper streams share: iteration, the end, and the context managers that open them."""

# Synchronous twin: _base_sync.py (derived)

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from types import TracebackType

    import httpx2
    from typing_extensions import Self

_EventT = TypeVar("_EventT")
_StreamT = TypeVar("_StreamT")


class AsyncEvents(Generic[_EventT]):
    _raw_stream: Any
    _iterator: AsyncIterator[_EventT]

    @property
    def _response(self) -> httpx2.Response:
        response: httpx2.Response = self._raw_stream.response
        return response

    def __anext__(self) -> Awaitable[_EventT]:
        return self._iterator.__anext__()

    def __aiter__(self) -> AsyncIterator[_EventT]:
        # Not self: whoever replaces this method iterates over what it returned.
        return self._iterator

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End the stream and give its connection back; a stream read to its end needs no close."""
        # A stream of somebody else's may have nothing but its response.
        close = getattr(self._raw_stream, "close", None) or self._response.aclose
        await close()

    async def until_done(self) -> Self:
        """Read the rest of the stream."""
        async for _ in self:
            pass
        return self


class AsyncOpening(Generic[_StreamT]):
    """Sends the request on entering, closes the stream on leaving."""

    _open: Callable[[], Awaitable[_StreamT]]
    _stream: _StreamT | None = None

    async def __aenter__(self) -> _StreamT:
        self._stream = await self._open()
        return self._stream

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        stream: Any = self._stream
        if stream is not None:
            await stream.close()
