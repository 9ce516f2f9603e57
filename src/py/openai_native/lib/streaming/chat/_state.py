"""Chunks in, events out; usable without a stream of ours, too."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Generic, cast

from pydantic_core import from_json

from ...._exceptions import ContentFilterFinishReasonError, LengthFinishReasonError
from ...._types import Omit, omit
from ...._utils import is_given
from ..._parsing import (
    ResponseFormatT,
    get_input_tool_by_name,
    has_parseable_input,
    parse_chat_completion,
)
from ..._reshape import make
from ._choice_events import ChoiceEvents
from ._events import ChatCompletionStreamEvent, ChunkEvent
from ._snapshot import add_choice, add_chunk_values, find_choice, find_tool_call, first_snapshot

if TYPE_CHECKING:
    from ....types.chat import (
        ChatCompletionChunk,
        ChatCompletionToolUnionParam,
        ParsedChatCompletion,
    )
    from ....types.chat.chat_completion_chunk import Choice
    from ....types.chat.completion_create_params import ResponseFormat
    from ._types import ParsedChatCompletionSnapshot, ParsedChoiceSnapshot


class ChatCompletionStreamState(Generic[ResponseFormatT]):
    """Puts a completion together from chunks, wherever they come from.

    state = ChatCompletionStreamState()
    async for chunk in await client.chat.completions.create(..., stream=True):
        state.handle_chunk(chunk)
    completion = state.get_final_completion()
    """

    def __init__(
        self,
        *,
        input_tools: Iterable[ChatCompletionToolUnionParam] | Omit = omit,
        response_format: type[ResponseFormatT] | ResponseFormat | Omit = omit,
    ) -> None:
        self._input_tools = list(input_tools) if is_given(input_tools) else []
        self._response_format = response_format
        self._rich_response_format: type[ResponseFormatT] | Omit = (
            cast("type[ResponseFormatT]", response_format)
            if inspect.isclass(response_format)
            else omit
        )
        self._snapshot: ParsedChatCompletionSnapshot | None = None
        self._choices: dict[int, ChoiceEvents] = {}

    @property
    def current_completion_snapshot(self) -> ParsedChatCompletionSnapshot:
        assert self._snapshot is not None, "no chunk has come yet"
        return self._snapshot

    def get_final_completion(self) -> ParsedChatCompletion[ResponseFormatT]:
        """What has come so far as a whole, parsed: only makes sense at the stream's end."""
        return parse_chat_completion(
            chat_completion=self.current_completion_snapshot,
            response_format=self._rich_response_format,
            input_tools=self._input_tools,
        )

    def handle_chunk(
        self, chunk: ChatCompletionChunk
    ) -> Iterable[ChatCompletionStreamEvent[ResponseFormatT]]:
        """Adds the chunk to the snapshot; returns the events that this leads to."""
        snapshot = self._snapshot
        if snapshot is None:
            self._snapshot = snapshot = first_snapshot(chunk)
        else:
            for choice in chunk.choices:
                known = add_choice(snapshot, choice)
                self._note_end(choice, known)
                self._parse_so_far(choice, known)
            add_chunk_values(snapshot, chunk)

        events: list[Any] = [make(ChunkEvent, type="chunk", chunk=chunk, snapshot=snapshot)]
        for choice in chunk.choices:
            whole = find_choice(snapshot, choice.index)
            if whole is not None:
                events += self._events_of(choice.index).of_delta(choice, whole)
        return events

    def _events_of(self, index: int) -> ChoiceEvents:
        events = self._choices.get(index)
        if events is None:
            events = self._choices[index] = ChoiceEvents(self._input_tools, self._response_format)
        return events

    def _note_end(self, choice: Choice, known: ParsedChoiceSnapshot) -> None:
        if not choice.finish_reason:
            return
        known.finish_reason = choice.finish_reason
        if not has_parseable_input(
            response_format=self._response_format, input_tools=self._input_tools
        ):
            return
        if choice.finish_reason == "length":
            raise LengthFinishReasonError(completion=self.current_completion_snapshot)
        if choice.finish_reason == "content_filter":
            raise ContentFilterFinishReasonError(completion=self.current_completion_snapshot)

    def _parse_so_far(self, choice: Choice, known: ParsedChoiceSnapshot) -> None:
        message = known.message
        content = message.content
        wanted = is_given(self._rich_response_format) and not message.refusal
        # The parser refuses text that is nothing but spaces.
        if wanted and content and not content.isspace():
            message.parsed = from_json(content, allow_partial=True)
        for delta in choice.delta.tool_calls or []:
            call = find_tool_call(known, delta.index)
            if call.type == "function" and call.function.arguments:
                tool = get_input_tool_by_name(
                    input_tools=self._input_tools, name=call.function.name
                )
                if tool and tool.get("function", {}).get("strict"):
                    arguments = from_json(call.function.arguments, allow_partial=True)
                    call.function.parsed_arguments = arguments
