"""`client.responses.stream(...)`: the context manager, and the stream that it opens."""

# Synchronous twin: _responses_sync.py (derived)

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from typing import TYPE_CHECKING, Generic

from ...._lazy import sync_names
from ..._parsing._responses import TextFormatT
from .._base import AsyncEvents, AsyncOpening
from .._request import AsyncRequest, send
from ._events import ResponseStreamEvent
from ._state import ResponseStreamState as ResponseStreamState

if TYPE_CHECKING:
    from ...._streaming import AsyncStream
    from ...._types import Omit
    from ....types.responses import ParsedResponse, ToolParam
    from ....types.responses import ResponseStreamEvent as RawResponseStreamEvent


def _wanted(
    events: Iterable[ResponseStreamEvent[TextFormatT]], after: int | None
) -> Iterator[ResponseStreamEvent[TextFormatT]]:
    """All events, or those after the number that the caller knows already."""
    for event in events:
        if after is None or event.sequence_number > after:
            yield event


# No methods: a generator that knows its stream makes a cycle, and a stream that is dropped would
# stay open until the garbage collector comes by.


async def _events(
    raw_stream: AsyncStream[RawResponseStreamEvent],
    state: ResponseStreamState[TextFormatT],
    after: int | None,
) -> AsyncIterator[ResponseStreamEvent[TextFormatT]]:
    async for event in raw_stream:
        for made in _wanted(state.handle_event(event), after):
            yield made


def _completed(state: ResponseStreamState[TextFormatT]) -> ParsedResponse[TextFormatT]:
    if not state._completed_response:
        raise RuntimeError("Didn't receive a `response.completed` event.")
    return state._completed_response


class AsyncResponseStream(AsyncEvents["ResponseStreamEvent[TextFormatT]"], Generic[TextFormatT]):
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
        self._state: ResponseStreamState[TextFormatT] = ResponseStreamState(
            text_format=text_format, input_tools=input_tools
        )
        self._starting_after = starting_after
        self._iterator = self.__stream__()

    def __stream__(self) -> AsyncIterator[ResponseStreamEvent[TextFormatT]]:
        return _events(self._raw_stream, self._state, self._starting_after)

    async def get_final_response(self) -> ParsedResponse[TextFormatT]:
        """The whole response, once the stream has come to its end.

        `output_parsed` is an instance of the `text_format`, if one was given.
        """
        await self.until_done()
        return _completed(self._state)


class AsyncResponseStreamManager(
    AsyncOpening[AsyncResponseStream[TextFormatT]], Generic[TextFormatT]
):
    def __init__(
        self,
        api_request: AsyncRequest[AsyncStream[RawResponseStreamEvent]],
        *,
        text_format: type[TextFormatT] | Omit,
        input_tools: Iterable[ToolParam] | Omit,
        starting_after: int | None,
    ) -> None:
        async def open_() -> AsyncResponseStream[TextFormatT]:
            return AsyncResponseStream(
                raw_stream=await send(api_request),
                text_format=text_format,
                input_tools=input_tools,
                starting_after=starting_after,
            )

        self._open = open_


if TYPE_CHECKING:
    from ._responses_sync import ResponseStream as ResponseStream
    from ._responses_sync import ResponseStreamManager as ResponseStreamManager
else:
    __getattr__ = sync_names(__name__, f"{__package__}._responses_sync")
