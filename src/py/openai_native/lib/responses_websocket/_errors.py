"""What a session may hold, and what happens beyond."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ...types.responses.responses_server_event import ResponsesServerEvent


@dataclass(frozen=True)
class ResponsesWebSocketLimits:
    """Of what has been received and not been taken, in events and in bytes as they came.

    `max_response_bytes` bounds the events that make up one final response; None: no limit.
    """

    max_lanes: int
    max_events_per_lane: int
    max_events: int
    max_bytes_per_lane: int
    max_bytes: int
    max_response_bytes: int | None = None

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if name == "max_response_bytes" and value is None:
                continue
            if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
                raise ValueError(f"WebSocket session limits must be positive integers: {name}")


class ResponsesWebSocketBufferError(RuntimeError):
    """More was received than the limits allow."""


class ResponsesWebSocketError(RuntimeError):
    """The server answered a request with an error event, which is `event`."""

    def __init__(self, event: ResponsesServerEvent) -> None:
        super().__init__("The Responses WebSocket request returned an error event")
        self.event = event


def field(event: Any, name: str) -> Any:
    """Of an event that may not have been recognized."""
    return event.get(name) if isinstance(event, dict) else getattr(event, name, None)
