"""Which events the deltas of one choice lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..._parsing import maybe_parse_content, parse_function_tool_arguments
from ..._reshape import make
from ._events import (
    ContentDeltaEvent,
    ContentDoneEvent,
    FunctionToolCallArgumentsDeltaEvent,
    FunctionToolCallArgumentsDoneEvent,
    LogprobsContentDeltaEvent,
    LogprobsContentDoneEvent,
    LogprobsRefusalDeltaEvent,
    LogprobsRefusalDoneEvent,
    RefusalDeltaEvent,
    RefusalDoneEvent,
)
from ._snapshot import find_tool_call

if TYPE_CHECKING:
    from ....types.chat.chat_completion_chunk import Choice
    from ._types import ParsedChoiceSnapshot


class ChoiceEvents:
    """Remembers which parts of the choice are done: each is told once."""

    def __init__(self, input_tools: list[Any], response_format: Any) -> None:
        self._input_tools = input_tools
        self._response_format = response_format
        self._done: set[str | int] = set()
        self._current_call: int | None = None

    def of_delta(self, choice: Choice, whole: ParsedChoiceSnapshot) -> list[Any]:
        return [
            *_text_deltas(choice, whole),
            *_tool_call_deltas(choice, whole),
            *_logprobs_deltas(choice, whole),
            *self._done_events(choice, whole),
        ]

    def _done_events(self, choice: Choice, whole: ParsedChoiceSnapshot) -> list[Any]:
        events: list[Any] = []
        if whole.finish_reason:
            events += self._text_done(whole)
            events += self._call_done(whole)
        # A call is done when the next one begins; the text, when the first one does.
        for delta in choice.delta.tool_calls or []:
            if delta.index != self._current_call:
                events += self._text_done(whole)
                events += self._call_done(whole)
            self._current_call = delta.index
        return events

    def _first(self, part: str | int) -> bool:
        known = part in self._done
        self._done.add(part)
        return not known

    def _text_done(self, whole: ParsedChoiceSnapshot) -> list[Any]:
        events: list[Any] = []
        message, logprobs = whole.message, whole.logprobs
        if message.content and self._first("content"):
            parsed = maybe_parse_content(response_format=self._response_format, message=message)
            message.parsed = parsed
            events.append(
                make(ContentDoneEvent, type="content.done", content=message.content, parsed=parsed)
            )
        if message.refusal is not None and self._first("refusal"):
            events.append(make(RefusalDoneEvent, type="refusal.done", refusal=message.refusal))
        if logprobs is not None and logprobs.content is not None and self._first("logprobs"):
            tokens = list(logprobs.content)
            events.append(
                make(LogprobsContentDoneEvent, type="logprobs.content.done", content=tokens)
            )
        if logprobs is not None and logprobs.refusal is not None and self._first("no logprobs"):
            tokens = list(logprobs.refusal)
            events.append(
                make(LogprobsRefusalDoneEvent, type="logprobs.refusal.done", refusal=tokens)
            )
        return events

    def _call_done(self, whole: ParsedChoiceSnapshot) -> list[Any]:
        index = self._current_call
        if index is None or not self._first(index):
            return []
        call = find_tool_call(whole, index)
        if call.type != "function":
            return []
        function = call.function
        function.parsed_arguments = parse_function_tool_arguments(
            input_tools=self._input_tools, function=function
        )
        return [
            make(
                FunctionToolCallArgumentsDoneEvent,
                type="tool_calls.function.arguments.done",
                index=index,
                name=function.name,
                arguments=function.arguments,
                parsed_arguments=function.parsed_arguments,
            )
        ]


def _text_deltas(choice: Choice, whole: ParsedChoiceSnapshot) -> list[Any]:
    events: list[Any] = []
    delta, message = choice.delta, whole.message
    if delta.content is not None and message.content is not None:
        events.append(
            make(
                ContentDeltaEvent,
                type="content.delta",
                delta=delta.content,
                snapshot=message.content,
                parsed=message.parsed,
            )
        )
    if delta.refusal is not None and message.refusal is not None:
        events.append(
            make(
                RefusalDeltaEvent,
                type="refusal.delta",
                delta=delta.refusal,
                snapshot=message.refusal,
            )
        )
    return events


def _tool_call_deltas(choice: Choice, whole: ParsedChoiceSnapshot) -> list[Any]:
    events: list[Any] = []
    for delta in choice.delta.tool_calls or []:
        call = find_tool_call(whole, delta.index)
        if call.type != "function":
            continue
        arguments = delta.function.arguments if delta.function is not None else None
        events.append(
            make(
                FunctionToolCallArgumentsDeltaEvent,
                type="tool_calls.function.arguments.delta",
                name=call.function.name,
                index=delta.index,
                arguments=call.function.arguments,
                parsed_arguments=call.function.parsed_arguments,
                arguments_delta=arguments or "",
            )
        )
    return events


def _logprobs_deltas(choice: Choice, whole: ParsedChoiceSnapshot) -> list[Any]:
    events: list[Any] = []
    new, known = choice.logprobs, whole.logprobs
    if new is None or known is None:
        return events
    if new.content and known.content:
        events.append(
            make(
                LogprobsContentDeltaEvent,
                type="logprobs.content.delta",
                content=list(new.content),
                snapshot=list(known.content),
            )
        )
    if new.refusal and known.refusal:
        events.append(
            make(
                LogprobsRefusalDeltaEvent,
                type="logprobs.refusal.delta",
                refusal=list(new.refusal),
                snapshot=list(known.refusal),
            )
        )
    return events
