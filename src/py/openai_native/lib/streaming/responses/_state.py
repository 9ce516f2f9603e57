"""Raw events in, events with what was put together out; usable without a stream of ours, too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Generic

from ...._models import construct_type, construct_type_unchecked
from ...._types import Omit
from ...._utils import is_given
from ....types.responses import ResponseOutputItemAddedEvent, ResponseOutputItemDoneEvent
from ....types.responses.parsed_response import (
    ParsedContent,
    ParsedResponse,
    ParsedResponseFunctionToolCall,
    ParsedResponseOutputMessage,
)
from ..._parsing._responses import TextFormatT, parse_response, parse_text
from ..._reshape import make
from ._events import (
    ResponseCompletedEvent,
    ResponseFunctionCallArgumentsDeltaEvent,
    ResponseStreamEvent,
    ResponseTextDeltaEvent,
    ResponseTextDoneEvent,
)
from ._outputs import Outputs
from ._types import ParsedResponseSnapshot

if TYPE_CHECKING:
    from ....types.responses import ResponseStreamEvent as RawResponseStreamEvent
    from ....types.responses import ToolParam

_STARTS = ("response.created", "response.queued", "response.in_progress")
_BREAKS = ("response.failed", "response.incomplete")
_LIFE_CYCLE = (*_STARTS, *_BREAKS, "response.completed")
_ITEM_EVENTS: dict[str, Any] = {
    "response.output_item.added": ResponseOutputItemAddedEvent,
    "response.output_item.done": ResponseOutputItemDoneEvent,
}
_GROWING: dict[str, Any] = {
    "function_call": ParsedResponseFunctionToolCall,
    "message": ParsedResponseOutputMessage,
}


class ResponseStreamState(Generic[TextFormatT]):
    _completed_response: ParsedResponse[TextFormatT] | None = None

    def __init__(
        self,
        *,
        input_tools: Iterable[ToolParam] | Omit,
        text_format: type[TextFormatT] | Omit,
    ) -> None:
        self._input_tools = list(input_tools) if is_given(input_tools) else []
        self._text_format = text_format
        self._snapshot: ParsedResponseSnapshot | None = None
        self._outputs = Outputs()

    def handle_event(self, event: RawResponseStreamEvent) -> list[ResponseStreamEvent[TextFormatT]]:
        """Adds the event to the snapshot; returns what the caller gets in its place."""
        given: Any = event
        kind = given.type
        if kind in _ITEM_EVENTS:
            given = _as_item_event(given, _ITEM_EVENTS[kind])
        self.accumulate_event(given)
        if kind == "response.output_text.delta":
            return [self._text_delta(given)]
        if kind == "response.output_text.done":
            return [self._text_done(given)]
        if kind == "response.function_call_arguments.delta":
            return [self._arguments_delta(given)]
        if kind == "response.completed":
            return [self._completed(given)]
        if kind in _LIFE_CYCLE and getattr(given.response, "output", None) is None:
            given = given.model_copy(deep=True)
            given.response.output = self._outputs.listed_copies() if kind in _BREAKS else []
        elif kind == "response.output_item.added" and given.item is None:
            return []
        return [given]

    def _text_delta(self, event: Any) -> Any:
        return make(
            ResponseTextDeltaEvent,
            content_index=event.content_index,
            delta=event.delta,
            item_id=event.item_id,
            output_index=event.output_index,
            sequence_number=event.sequence_number,
            logprobs=event.logprobs,
            type="response.output_text.delta",
            snapshot=self._outputs.item(event.output_index).content[event.content_index].text,
        )

    def _text_done(self, event: Any) -> Any:
        phase = self._outputs.item(event.output_index).phase
        return make(
            ResponseTextDoneEvent,
            content_index=event.content_index,
            item_id=event.item_id,
            output_index=event.output_index,
            sequence_number=event.sequence_number,
            logprobs=event.logprobs,
            type="response.output_text.done",
            text=event.text,
            parsed=parse_text(event.text, text_format=self._text_format, phase=phase),
        )

    def _arguments_delta(self, event: Any) -> Any:
        return make(
            ResponseFunctionCallArgumentsDeltaEvent,
            delta=event.delta,
            item_id=event.item_id,
            output_index=event.output_index,
            sequence_number=event.sequence_number,
            type="response.function_call_arguments.delta",
            snapshot=self._outputs.item(event.output_index).arguments,
        )

    def _completed(self, event: Any) -> Any:
        return make(
            ResponseCompletedEvent,
            sequence_number=event.sequence_number,
            type="response.completed",
            response=self._completed_response,
        )

    def accumulate_event(self, event: RawResponseStreamEvent) -> ParsedResponseSnapshot:
        given: Any = event
        kind = given.type
        snapshot = self._snapshot
        if snapshot is None:
            self._snapshot = snapshot = self._begin(given)
        elif kind in _LIFE_CYCLE:
            if getattr(given.response, "id", None) != snapshot.id:
                raise RuntimeError("Lifecycle response identity changed.")
            output = getattr(given.response, "output", None) or []
            if kind in _STARTS:
                self._outputs.update(output)
            elif kind == "response.completed":
                self._complete(given.response, output)
        elif kind in _ITEM_EVENTS:
            self._item_event(snapshot, given)
        else:
            self._grow(given)
        return snapshot

    def _begin(self, event: Any) -> ParsedResponseSnapshot:
        if event.type != "response.created":
            raise RuntimeError(
                f"Expected to have received `response.created` before `{event.type}`"
            )
        values = event.response.to_dict(warnings=False)
        snapshot = construct_type_unchecked(type_=ParsedResponseSnapshot, value=values)
        if getattr(snapshot, "output", None) is None:
            snapshot.output = []
        for index, item in enumerate(snapshot.output):
            self._outputs.add(index, item)
        return snapshot

    def _item_event(self, snapshot: ParsedResponseSnapshot, event: Any) -> None:
        if event.type == "response.output_item.done":
            self._outputs.finish(event.output_index, event.item)
        elif event.item is not None:
            item = event.item
            cls = _GROWING.get(item.type)
            if cls is not None:
                item = construct_type_unchecked(type_=cls, value=item.to_dict(warnings=False))
            self._outputs.add(event.output_index, item)
            snapshot.output.append(item)

    def _grow(self, event: Any) -> None:
        if event.type == "response.content_part.added":
            item = self._outputs.item(event.output_index)
            if item.type == "message":
                values = event.part.to_dict(warnings=False)
                item.content.append(construct_type(type_=ParsedContent, value=values))
        elif event.type == "response.output_text.delta":
            item = self._outputs.item(event.output_index)
            if item.type == "message":
                item.content[event.content_index].text += event.delta
        elif event.type == "response.function_call_arguments.delta":
            item = self._outputs.item(event.output_index)
            if item.type == "function_call":
                item.arguments += event.delta

    def _complete(self, response: Any, output: list[Any]) -> None:
        self._outputs.check_final(output)
        if getattr(response, "output", None) is None:
            # Finished items, not grown ones: deltas lack the final status and annotations.
            response = response.model_copy()
            response.output = self._outputs.listed_finished()
        self._completed_response = parse_response(
            text_format=self._text_format, response=response, input_tools=self._input_tools
        )


def _as_item_event(event: Any, cls: Any) -> Any:
    """An item event that was read as something else, for want of its item, as what it is."""
    values = {
        **vars(event),
        **(event.__pydantic_extra__ or {}),
        "item": getattr(event, "item", None),
        "output_index": event.output_index,
    }
    return construct_type_unchecked(type_=cls, value=values)
