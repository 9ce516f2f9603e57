"""What a response has become so far, from its events."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from ...types.responses import Response
from ._details import row
from ._errors import ResponsesWebSocketError, field
from ._fields import index, optional_text, plain
from ._item import Item, read_item
from ._outputs import Outputs, read_outputs
from ._progress import PROGRESS, add_progress
from ._snapshot import ResponsesWebSocketOutput, ResponsesWebSocketSnapshot
from ._text_events import TEXT_EVENTS, add_text
from ._turn import TERMINAL

if TYPE_CHECKING:
    from ...types.responses.responses_server_event import ResponsesServerEvent

_LIFE = TERMINAL | {"response.created", "response.queued", "response.in_progress"}
_ITEMS = frozenset({"response.output_item.added", "response.output_item.done"})
_ANNOTATION = "response.output_text.annotation.added"
_KNOWN = _LIFE | _ITEMS | TEXT_EVENTS | PROGRESS.keys() | {_ANNOTATION, "error"}


class ResponsesWebSocketAccumulator:
    """Puts the events of one lane together, one response at a time: `reset` before the next.

    It is given events and does nothing else: it neither reads nor sends, and runs no tools. Not
    for several threads at once.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forgets the response and the lane. What was handed out stays as it is."""
        self._bound = False
        self._stream_id: str | None = None
        self._response_id: str | None = None
        self._terminal_type: str | None = None
        self._response: dict[str, Any] | None = None
        self._final: Response | None = None
        self._error: Exception | None = None
        self._outputs = Outputs()

    def snapshot(self) -> ResponsesWebSocketSnapshot:
        """The texts and calls so far. Joins all there is: not for every delta."""
        items = sorted(self._outputs.items.items())
        return ResponsesWebSocketSnapshot(
            stream_id=self._stream_id,
            response_id=self._response_id,
            terminal_type=self._terminal_type,
            output=tuple(_projected(at, item) for at, item in items),
        )

    def detailed_snapshot(self) -> dict[str, Any]:
        """Everything so far, as a copy of the caller's own. What has not come is not there.

        Items, their contents and annotations are rows with an index, which may have gaps.
        """
        return {
            "stream_id": self._stream_id,
            "response_id": self._response_id,
            "terminal_type": self._terminal_type,
            "response": deepcopy(self._response),
            "output": [row(at, item) for at, item in sorted(self._outputs.items.items())],
        }

    def get_final_response(self) -> Response:
        """A copy of the response that the last event brought, as the server sent it."""
        if self._error is not None:
            raise self._error
        if self._final is None:
            raise RuntimeError("No terminal event has been added yet")
        return self._final.model_copy(deep=True)

    def add_event(self, event: ResponsesServerEvent) -> None:
        """Leaves the event as it is. Events that are not known do nothing.

        Whole items, parts and texts replace what grew from deltas; so does a response's output,
        if it is listed.
        """
        kind = field(event, "type")
        if not isinstance(kind, str) or kind not in _KNOWN:
            return
        if kind == _ANNOTATION:
            if self._bound and not self._ended and field(event, "stream_id") == self._stream_id:
                self._outputs.annotate(event)
            return
        stream_id = self._checked_stream(event)
        if kind == "error":
            self._error = ResponsesWebSocketError(event)
            raise self._error
        if kind in PROGRESS:
            add_progress(self._outputs, event, kind)
            return
        self._apply(event, kind)
        # From now on, events of other lanes are refused.
        self._bound, self._stream_id = True, stream_id

    @property
    def _ended(self) -> bool:
        return self._terminal_type is not None or self._error is not None

    def _checked_stream(self, event: Any) -> str | None:
        stream_id = optional_text(event, "stream_id")
        if self._bound and stream_id != self._stream_id:
            raise ValueError(
                f"Event of another WebSocket lane: stream_id {stream_id}, not {self._stream_id}"
            )
        if self._ended:
            raise RuntimeError("The response has ended: reset the accumulator before the next")
        return stream_id

    def _apply(self, event: Any, kind: str) -> None:
        if kind in TEXT_EVENTS:
            add_text(self._outputs, event, kind)
        elif kind in _LIFE:
            self._add_response(event, kind)
        else:
            at, source = index(event, "output_index"), field(event, "item")
            if source is not None:
                self._outputs.put(at, read_item(source))

    def _add_response(self, event: Any, kind: str) -> None:
        try:
            response, response_id = _response_of(event)
            known = self._response_id
            is_other = response_id != known and None not in (response_id, known)
            outputs = None if is_other else read_outputs(response)
        except ValueError as error:
            if kind in TERMINAL:
                self._error = error
            raise
        if is_other:
            raise ValueError(f"Event belongs to another response: id {response_id}, not {known}")
        self._outputs = self._outputs if outputs is None else outputs
        self._response = plain(response, without={"output"})
        self._response_id = response_id or self._response_id
        if kind in TERMINAL:
            self._final = response.model_copy(deep=True)
            self._terminal_type = kind


def _response_of(event: Any) -> tuple[Response, str | None]:
    response = field(event, "response")
    if not isinstance(response, Response):
        raise ValueError("WebSocket event: response is missing, or not one")
    return response, optional_text(response, "id")


def _projected(at: int, item: Item) -> ResponsesWebSocketOutput:
    return ResponsesWebSocketOutput(
        output_index=at,
        item_id=item.item_id,
        type=item.type,
        name=item.name,
        call_id=item.call_id,
        arguments=item.texts.get("arguments") or "",
        input=item.texts.get("input") or "",
        text=tuple(item.texts.of("text").items()),
    )
