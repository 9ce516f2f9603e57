"""One response on its way: what of its events makes up the final one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._errors import ResponsesWebSocketBufferError, ResponsesWebSocketError, field

if TYPE_CHECKING:
    from ...types.responses import Response

TERMINAL = frozenset({"response.completed", "response.failed", "response.incomplete"})
_COUNTED = TERMINAL | {"response.created", "response.output_item.done"}


class Turn:
    """`final` or `error` is set at the end. Deltas do not matter: finished items have them all."""

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._begin()

    def _begin(self) -> None:
        self._size = 0
        self._items: dict[int, Any] = {}
        self.final: Response | None = None
        self.error: Exception | None = None

    def add(self, event: Any, size: int) -> None:
        kind = field(event, "type")
        if kind == "error":
            self._begin()
            self.error = ResponsesWebSocketError(event)
            return
        if kind == "response.created":
            self._begin()
        if self.error is not None or kind not in _COUNTED:
            return
        self._size += size
        if self._limit is not None and self._size > self._limit:
            self._begin()
            self.error = ResponsesWebSocketBufferError(
                "Response accumulation exceeded max_response_bytes"
            )
        elif kind == "response.output_item.done":
            self._items[event.output_index] = event.item
        elif kind in TERMINAL:
            self._end(field(event, "response"))

    def _end(self, response: Any) -> None:
        if response is None:
            self.error = ValueError("Terminal WebSocket event is missing response")
            return
        if getattr(response, "output", None) is None:
            items = [self._items[index] for index in sorted(self._items)]
            response = response.model_copy(update={"output": items})
        self.final = response
