"""`client.chat.completions.stream(...)`: the context manager, and the stream that it opens."""

# Synchronous twin: _completions_sync.py (derived)

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import TYPE_CHECKING, Generic

from ...._lazy import sync_names
from ..._parsing import ResponseFormatT
from .._base import AsyncEvents, AsyncOpening
from .._request import AsyncRequest, send
from ._events import ChatCompletionStreamEvent
from ._state import ChatCompletionStreamState as ChatCompletionStreamState

if TYPE_CHECKING:
    from ...._streaming import AsyncStream
    from ...._types import Omit
    from ....types.chat import (
        ChatCompletionChunk,
        ChatCompletionToolUnionParam,
        ParsedChatCompletion,
    )
    from ....types.chat.completion_create_params import ResponseFormat
    from ._types import ParsedChatCompletionSnapshot


def _is_chunk(chunk: ChatCompletionChunk) -> bool:
    # Azure's asynchronous content filter sends events of another kind in between.
    return chunk.object == "chat.completion.chunk"


# No methods: a generator that knows its stream makes a cycle, and a stream that is dropped would
# stay open until the garbage collector comes by.


async def _events(
    raw_stream: AsyncStream[ChatCompletionChunk], state: ChatCompletionStreamState[ResponseFormatT]
) -> AsyncIterator[ChatCompletionStreamEvent[ResponseFormatT]]:
    async for chunk in raw_stream:
        if _is_chunk(chunk):
            for event in state.handle_chunk(chunk):
                yield event


class AsyncChatCompletionStream(
    AsyncEvents["ChatCompletionStreamEvent[ResponseFormatT]"], Generic[ResponseFormatT]
):
    """The events of one completion; `content.done` and its like carry what was put together.

    async with client.chat.completions.stream(...) as stream:
        async for event in stream:
            if event.type == "content.delta": ...
        completion = await stream.get_final_completion()
    """

    def __init__(
        self,
        *,
        raw_stream: AsyncStream[ChatCompletionChunk],
        response_format: type[ResponseFormatT] | ResponseFormat | Omit,
        input_tools: Iterable[ChatCompletionToolUnionParam] | Omit,
    ) -> None:
        self._raw_stream = raw_stream
        self._state: ChatCompletionStreamState[ResponseFormatT] = ChatCompletionStreamState(
            response_format=response_format, input_tools=input_tools
        )
        self._iterator = self.__stream__()

    def __stream__(self) -> AsyncIterator[ChatCompletionStreamEvent[ResponseFormatT]]:
        return _events(self._raw_stream, self._state)

    async def get_final_completion(self) -> ParsedChatCompletion[ResponseFormatT]:
        """The whole completion, once the stream has come to its end.

        `choices[0].message.parsed` is an instance of the `response_format`, if a type was given.
        """
        await self.until_done()
        return self._state.get_final_completion()

    @property
    def current_completion_snapshot(self) -> ParsedChatCompletionSnapshot:
        return self._state.current_completion_snapshot


class AsyncChatCompletionStreamManager(
    AsyncOpening[AsyncChatCompletionStream[ResponseFormatT]], Generic[ResponseFormatT]
):
    def __init__(
        self,
        api_request: AsyncRequest[AsyncStream[ChatCompletionChunk]],
        *,
        response_format: type[ResponseFormatT] | ResponseFormat | Omit,
        input_tools: Iterable[ChatCompletionToolUnionParam] | Omit,
    ) -> None:
        async def open_() -> AsyncChatCompletionStream[ResponseFormatT]:
            return AsyncChatCompletionStream(
                raw_stream=await send(api_request),
                response_format=response_format,
                input_tools=input_tools,
            )

        self._open = open_


if TYPE_CHECKING:
    from ._completions_sync import ChatCompletionStream as ChatCompletionStream
    from ._completions_sync import ChatCompletionStreamManager as ChatCompletionStreamManager
else:
    __getattr__ = sync_names(__name__, f"{__package__}._completions_sync")
