"""The pause before a WebSocket is connected again."""

# Synchronous twin: _websocket_pause_sync.py (by hand)

from __future__ import annotations

import asyncio


class Pause:
    """`cut_short()` ends the pauses of this connection for good."""

    def __init__(self) -> None:
        self._over = asyncio.Event()

    def cut_short(self) -> None:
        self._over.set()

    async def wait(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._over.wait(), seconds)
        except asyncio.TimeoutError:
            return
