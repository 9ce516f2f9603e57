"""Where the two faces of Realtime Translation differ: one sender at a time, receiving, closing."""

# Synchronous twin: _translation_turns_sync.py (by hand)

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal

from ._translation_events import is_last, parsed

if TYPE_CHECKING:
    from ..resources.realtime.translations.translations import AsyncTranslationsConnection
    from ..types.realtime import RealtimeTranslationServerEvent

AsyncTurn = asyncio.Lock


class AsyncOwner:
    """Receives from a connection, and closes it."""

    def __init__(self, connection: AsyncTranslationsConnection) -> None:
        self._connection = connection
        self._state: Literal["open", "finishing", "closed"] = "open"

    async def recv(self) -> RealtimeTranslationServerEvent:
        """The next event; the last one closes the connection."""
        event = parsed(await self._connection.recv_bytes())
        if is_last(event):
            await self.close()
        return event

    async def close(self) -> None:
        self._state = "closed"
        await self._connection.close()
