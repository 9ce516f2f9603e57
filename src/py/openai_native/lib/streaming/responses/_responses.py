"""`client.responses.stream(...)`: the context manager, and the stream that it opens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Generic

from ..._parsing._responses import TextFormatT
from .._base import AsyncEvents, AsyncOpening, SyncEvents, SyncOpening
from ._events import ResponseStreamEvent
from ._state import ResponseStreamState as ResponseStreamState

if TYPE_CHECKING:
    from ...._streaming import AsyncStream, Stream
    from ...._types import Omit
    from ....types.responses import ParsedResponse, ToolParam
    from ....types.responses import ResponseStreamEvent as RawResponseStreamEvent


class _Response(Generic[TextFormatT]):
    """What both streams know about the response: how far it is, and where the caller wants in."""

    _state: ResponseStreamState[TextFormatT]
    _starting_after: int | None

    def _set(self, text_format: Any, input_tools: Any, starting_after: int | None) -> None:
        self._state = ResponseStreamState(text_format=text_format, input_tools=input_tools)
        self._starting_after = starting_after

    def _events_of(
        self, event: RawResponseStreamEvent
    ) -> Iterator[ResponseStreamEvent[TextFormatT]]:
        after = self._starting_after
        for made in self._state.handle_event(event):
            if after is None or made.sequence_number > after:
                yield made

    def _completed(self) -> ParsedResponse[TextFormatT]:
        if not self._state._completed_response:
            raise RuntimeError("Didn't receive a `response.completed` event.")
        return self._state._completed_response


class ResponseStream(
    _Response[TextFormatT], SyncEvents["ResponseStreamEvent[TextFormatT]"], Generic[TextFormatT]
):
    def __init__(
        self,
        *,
        raw_stream: Stream[RawResponseStreamEvent],
        text_format: type[TextFormatT] | Omit,
        input_tools: Iterable[ToolParam] | Omit,
        starting_after: int | None,
    ) -> None:
        self._raw_stream = raw_stream
        self._set(text_format, input_tools, starting_after)
        self._iterator = self.__stream__()

    def __stream__(self) -> Iterator[ResponseStreamEvent[TextFormatT]]:
        for event in self._raw_stream:
            yield from self._events_of(event)

    def get_final_response(self) -> ParsedResponse[TextFormatT]:
        """The whole response, once the stream has come to its end."""
        self.until_done()
        return self._completed()


class ResponseStreamManager(SyncOpening[ResponseStream[TextFormatT]], Generic[TextFormatT]):
    def __init__(
        self,
        api_request: Callable[[], Stream[RawResponseStreamEvent]],
        *,
        text_format: type[TextFormatT] | Omit,
        input_tools: Iterable[ToolParam] | Omit,
        starting_after: int | None,
    ) -> None:
        self._open = lambda: ResponseStream(
            raw_stream=api_request(),
            text_format=text_format,
            input_tools=input_tools,
            starting_after=starting_after,
        )


class AsyncResponseStream(
    _Response[TextFormatT], AsyncEvents["ResponseStreamEvent[TextFormatT]"], Generic[TextFormatT]
):
    """The events of one response; deltas carry the text so far, the last one the parsed whole.

    async with client.responses.stream(...) as stream:
        async for event in stream:
            if event.type == "response.output_text.delta": ...
        response = await stream.get_final_response()
    """

    def __init__(
        self,
        *,
        raw_stream: AsyncStream[RawResponseStreamEvent],
        text_format: type[TextFormatT] | Omit,
        input_tools: Iterable[ToolParam] | Omit,
        starting_after: int | None,
    ) -> None:
        self._raw_stream = raw_stream
        self._set(text_format, input_tools, starting_after)
        self._iterator = self.__stream__()

    async def __stream__(self) -> AsyncIterator[ResponseStreamEvent[TextFormatT]]:
        async for event in self._raw_stream:
            for made in self._events_of(event):
                yield made

    async def get_final_response(self) -> ParsedResponse[TextFormatT]:
        """The whole response, once the stream has come to its end.

        `output_parsed` is an instance of the `text_format`, if one was given.
        """
        await self.until_done()
        return self._completed()


class AsyncResponseStreamManager(
    AsyncOpening[AsyncResponseStream[TextFormatT]], Generic[TextFormatT]
):
    def __init__(
        self,
        api_request: Awaitable[AsyncStream[RawResponseStreamEvent]],
        *,
        text_format: type[TextFormatT] | Omit,
        input_tools: Iterable[ToolParam] | Omit,
        starting_after: int | None,
    ) -> None:
        async def open_() -> AsyncResponseStream[TextFormatT]:
            return AsyncResponseStream(
                raw_stream=await api_request,
                text_format=text_format,
                input_tools=input_tools,
                starting_after=starting_after,
            )

        self._open = open_
