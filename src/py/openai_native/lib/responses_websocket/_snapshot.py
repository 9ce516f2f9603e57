"""What can be seen of a response on its way: its texts and the calls of tools."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ResponsesWebSocketOutput:
    """One item. `text` has pairs of a content's index and its text."""

    output_index: int
    item_id: str | None
    type: str | None
    name: str | None
    call_id: str | None
    arguments: str
    input: str
    text: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class ResponsesWebSocketSnapshot:
    """As it was when it was taken. `terminal_type` is the last event's, once it has come."""

    stream_id: str | None
    response_id: str | None
    terminal_type: str | None
    output: tuple[ResponsesWebSocketOutput, ...]

    @property
    def output_text(self) -> str:
        return "".join(text for item in self.output for _, text in item.text)
