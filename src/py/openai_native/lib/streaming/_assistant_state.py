"""Events of a run in, hooks of a handler out; what was put together so far is kept here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from ..._models import construct_type
from ._deltas import accumulate_delta

if TYPE_CHECKING:
    from ...types.beta import AssistantStreamEvent
    from ...types.beta.threads import Message, MessageContent, MessageContentDelta, Run
    from ...types.beta.threads.runs import RunStep, ToolCall

Hook = tuple[Any, ...]  # the name of a handler's method, and its arguments

_RUN_ENDS = frozenset(
    f"thread.run.{state}"
    for state in ("completed", "cancelled", "expired", "failed", "requires_action", "incomplete")
)
_RUN_GOES_ON = frozenset(
    f"thread.run.{state}" for state in ("created", "in_progress", "cancelling", "queued")
)
_STEP_ENDS = frozenset(
    f"thread.run.step.{state}" for state in ("completed", "cancelled", "expired", "failed")
)


class AssistantState:
    def __init__(self) -> None:
        self.event: AssistantStreamEvent | None = None
        self.run: Run | None = None
        self.step_id: str | None = None
        self.steps: dict[str, RunStep] = {}
        self.message: Message | None = None
        self.messages: dict[str, Message] = {}
        self._content_index: int | None = None
        self._content: MessageContent | None = None
        self._call_index: int | None = None
        self._call: ToolCall | None = None

    def hooks(self, event: AssistantStreamEvent) -> Iterator[Hook]:
        """What to call, one after the other: a hook sees the state of its own moment."""
        self.event = event
        yield "on_event", event
        self.message, new = accumulate_event(event=event, current_message_snapshot=self.message)
        if self.message is not None:
            self.messages[self.message.id] = self.message
            for delta in new:
                block = self.message.content[delta.index]
                if block.type == "text":
                    yield "on_text_created", block.text
        accumulate_run_step(event=event, run_step_snapshots=self.steps)
        yield from self._of_kind(event)
        self.event = None

    def _of_kind(self, given: Any) -> Iterator[Hook]:
        kind, data = given.event, given.data
        if kind in _RUN_ENDS or kind in _RUN_GOES_ON:
            self.run = data
            if kind in _RUN_ENDS:
                yield from self._call_done()
        elif kind == "thread.message.created":
            yield "on_message_created", data
        elif kind == "thread.message.delta":
            yield from self._message_delta(data.delta)
        elif kind in ("thread.message.completed", "thread.message.incomplete"):
            yield from self._message_done(data)
        elif kind in ("thread.run.step.created", "thread.run.step.in_progress"):
            self.step_id = data.id
            if kind == "thread.run.step.created":
                yield "on_run_step_created", data
        elif kind == "thread.run.step.delta":
            yield from self._step_delta(data.delta, self.steps[data.id])
        elif kind in _STEP_ENDS:
            yield from self._call_done()
            yield "on_run_step_done", data
            self.step_id = None

    def _message_delta(self, delta: Any) -> Iterator[Hook]:
        snapshot = cast("Message", self.message)
        for part in delta.content or ():
            content: Any = snapshot.content[part.index]
            if part.type == "text" and part.text:
                yield "on_text_delta", part.text, content.text
            if part.index != self._content_index:
                yield from _content_done(self._content)
                self._content_index = part.index
            self._content = content
        yield "on_message_delta", delta, snapshot

    def _message_done(self, message: Message) -> Iterator[Hook]:
        self.message = message
        self.messages[message.id] = message
        if self._content_index is not None:
            yield from _content_done(message.content[self._content_index])
        yield "on_message_done", message

    def _step_delta(self, delta: Any, snapshot: Any) -> Iterator[Hook]:
        details = delta.step_details
        if details and details.type == "tool_calls":
            for part in details.tool_calls or ():
                call = snapshot.step_details.tool_calls[part.index]
                if part.index == self._call_index:
                    yield "on_tool_call_delta", part, call
                else:
                    if self._call is not None:
                        yield "on_tool_call_done", self._call
                    self._call_index, self._call = part.index, call
                    yield "on_tool_call_created", call
                self._call = call
        yield "on_run_step_delta", delta, snapshot

    def _call_done(self) -> Iterator[Hook]:
        if self._call is not None:
            yield "on_tool_call_done", self._call


def _content_done(content: Any) -> Iterator[Hook]:
    if content is not None and content.type == "text":
        yield "on_text_done", content.text
    elif content is not None and content.type == "image_file":
        yield "on_image_file_done", content.image_file


def accumulate_run_step(
    *, event: AssistantStreamEvent, run_step_snapshots: dict[str, RunStep]
) -> None:
    given: Any = event
    if given.event == "thread.run.step.created":
        run_step_snapshots[given.data.id] = given.data
    elif given.event == "thread.run.step.delta":
        from ...types.beta.threads.runs import RunStep

        snapshot = run_step_snapshots[given.data.id]
        whole = construct_type(type_=RunStep, value=_sum(snapshot, given.data.delta))
        run_step_snapshots[snapshot.id] = cast("RunStep", whole)


def accumulate_event(
    *, event: AssistantStreamEvent, current_message_snapshot: Message | None
) -> tuple[Message | None, list[MessageContentDelta]]:
    """The message so far, and those deltas that began a new part of it."""
    given: Any = event
    if given.event == "thread.message.created":
        return given.data, []
    if given.event != "thread.message.delta":
        return current_message_snapshot, []
    if not current_message_snapshot:
        raise RuntimeError("Encountered a message delta with no previous snapshot")
    from ...types.beta.threads import MessageContent

    new: list[MessageContentDelta] = []
    content: list[Any] = current_message_snapshot.content
    for delta in given.data.delta.content or ():
        if delta.index < len(content):
            value = _sum(content[delta.index], delta)
            content[delta.index] = construct_type(type_=MessageContent, value=value)
        else:
            content.append(construct_type(type_=MessageContent, value=_values(delta)))
            new.append(delta)
    return current_message_snapshot, new


def _sum(snapshot: Any, delta: Any) -> dict[Any, Any]:
    return accumulate_delta(_values(snapshot), _values(delta))


def _values(model: Any) -> dict[Any, Any]:
    values: dict[Any, Any] = model.model_dump(exclude_unset=True, warnings=False)
    return values
