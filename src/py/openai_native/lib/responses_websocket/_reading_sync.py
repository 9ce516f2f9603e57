"""How threads wait for the events of a lane, and read the connection for all lanes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ...types.responses import Response
    from ...types.responses.responses_server_event import ResponsesServerEvent
    from ._router import LaneState, Router

Signal = threading.Event
_PATIENCE = 5  # seconds for the reader to stop, after the connection was closed


class LaneReading:
    """One reader at a time. A timeout loses nothing."""

    _session: Any
    _state: LaneState

    def recv(self, *, timeout: float | None = None) -> ResponsesServerEvent:
        self._session._check_entered()
        router: Router = self._session._router
        until = None if timeout is None else time.monotonic() + timeout
        while (event := router.pop(self._state)) is None:
            left = None if until is None else until - time.monotonic()
            if left is not None and left <= 0:
                raise TimeoutError("Timed out waiting for a Responses WebSocket event")
            self._state.signal.wait(left)
        found: ResponsesServerEvent = event
        return found

    def get_final_response(self, *, timeout: float | None = None) -> Response:
        """Reads the rest of this response; failed and incomplete ones are final, too."""
        router: Router = self._session._router
        until = None if timeout is None else time.monotonic() + timeout
        taken = self._state.taken

        def step() -> None:
            self.recv(timeout=None if until is None else max(0.0, until - time.monotonic()))

        while router.another_begun(self._state, taken):
            step()
        while (final := router.final(self._state)) is None:
            step()
        response: Response = final
        return response


class Background:
    """The thread that reads."""

    def __init__(
        self, read: Callable[[], None], close: Callable[[], None], release: Callable[[], None]
    ) -> None:
        self._close = close
        self._release = release
        self._reading = threading.Thread(target=read, name="responses-websocket", daemon=True)
        self._reading.start()

    def end(self) -> None:
        try:
            self._close()
        finally:
            if self._reading is not threading.current_thread():
                self._reading.join(_PATIENCE)
                if self._reading.is_alive():
                    raise RuntimeError("The Responses WebSocket reader did not stop after close")
            self._release()
