"""Where the two faces of Realtime Translation differ: one sender at a time, and receiving."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..resources.realtime.translations.translations import TranslationsConnection
    from ..types.realtime import RealtimeTranslationServerEvent

Turn = threading.Lock


class Receiver:
    _connection: TranslationsConnection

    def _received(self, data: bytes) -> RealtimeTranslationServerEvent:
        raise NotImplementedError

    def recv(self, *, timeout: float | None = None) -> RealtimeTranslationServerEvent:
        """The next event, waited for `timeout` seconds at most; the last one closes the
        connection.
        """
        if timeout is None:
            return self._received(self._connection.recv_bytes())
        return self._received(self._connection._connection.recv(False, timeout))
