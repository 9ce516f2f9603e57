"""How tasks wait for the events of a lane, and read the connection for all lanes."""

# Synchronous twin: _reading_sync.py (by hand)

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ...types.responses import Response
    from ...types.responses.responses_server_event import ResponsesServerEvent
    from ._router import LaneState, Router

Signal = asyncio.Event


class AsyncLaneReading:
    """One reader at a time. A wait that is cancelled loses nothing."""

    _session: Any
    _state: LaneState

    async def recv(self) -> ResponsesServerEvent:
        self._session._check_entered()
        router: Router = self._session._router
        while (event := router.pop(self._state)) is None:
            await self._state.signal.wait()
        found: ResponsesServerEvent = event
        return found

    async def get_final_response(self) -> Response:
        """Reads the rest of this response; failed and incomplete ones are final, too."""
        router: Router = self._session._router
        taken = self._state.taken
        while router.another_begun(self._state, taken):
            await self.recv()
        while (final := router.final(self._state)) is None:
            await self.recv()
        response: Response = final
        return response


class AsyncBackground:
    """The task that reads."""

    def __init__(
        self,
        read: Callable[[], Awaitable[None]],
        close: Callable[[], Awaitable[None]],
        release: Callable[[], None],
    ) -> None:
        self._close = close
        self._release = release
        self._closing: asyncio.Task[None] | None = None
        self._reading = asyncio.ensure_future(read())

    async def end(self) -> None:
        """Cancelling this ends the wait, not what it waits for."""
        if self._closing is None:
            self._closing = asyncio.ensure_future(self._finish())
        await asyncio.shield(self._closing)

    async def _finish(self) -> None:
        self._reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reading
        try:
            await self._close()
        finally:
            self._release()
