"""Where the two faces of Realtime Translation differ: one sender at a time, and receiving."""

# Synchronous twin: _translation_turns_sync.py (by hand)

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..resources.realtime.translations.translations import AsyncTranslationsConnection
    from ..types.realtime import RealtimeTranslationServerEvent

AsyncTurn = asyncio.Lock


class AsyncReceiver:
    _connection: AsyncTranslationsConnection

    async def _received(self, data: bytes) -> RealtimeTranslationServerEvent:
        raise NotImplementedError

    async def recv(self) -> RealtimeTranslationServerEvent:
        """The next event; the last one closes the connection."""
        return await self._received(await self._connection.recv_bytes())
