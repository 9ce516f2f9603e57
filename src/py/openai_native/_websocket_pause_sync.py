"""The pause before a WebSocket is connected again."""

from __future__ import annotations

import threading


class Pause:
    """`cut_short()` ends the pauses of this connection for good."""

    def __init__(self) -> None:
        self._over = threading.Event()

    def cut_short(self) -> None:
        self._over.set()

    def wait(self, seconds: float) -> None:
        self._over.wait(seconds)
