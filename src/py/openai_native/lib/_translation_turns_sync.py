"""Where the two faces of Realtime Translation differ: one sender at a time, receiving, closing."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Literal

from ._translation_events import is_last, parsed

if TYPE_CHECKING:
    from ..resources.realtime.translations.translations import TranslationsConnection
    from ..types.realtime import RealtimeTranslationServerEvent

Turn = threading.Lock


class Owner:
    """Receives from a connection, and closes it: once, whoever asks; all of them learn how."""

    def __init__(self, connection: TranslationsConnection) -> None:
        self._connection = connection
        self._state: Literal["open", "finishing", "closed"] = "open"
        self._closing: Future[None] | None = None
        self._closing_lock = threading.Lock()

    def recv(self, *, timeout: float | None = None) -> RealtimeTranslationServerEvent:
        """The next event, waited for `timeout` seconds at most; the last one closes the
        connection, behind the caller's back if there is a `timeout` to keep.
        """
        if timeout is None:
            event = parsed(self._connection.recv_bytes())
        else:
            event = parsed(self._connection._connection.recv(False, timeout))
        if is_last(event):
            if timeout is None:
                self.close()
            else:
                self._close_aside()
        return event

    def close(self) -> None:
        closing, is_first = self._begin_closing()
        if is_first:
            self._finish(closing)
        closing.result()

    def _close_aside(self) -> None:
        closing, is_first = self._begin_closing()
        if not is_first:
            return
        worker = threading.Thread(target=self._finish, args=(closing,), daemon=True)
        try:
            worker.start()
        except BaseException as error:
            self._finish(closing)
            raise error from closing.exception()

    def _begin_closing(self) -> tuple[Future[None], bool]:
        # Without waiting for a sender, who may be stuck: closing sets it free.
        with self._closing_lock:
            self._state = "closed"
            is_first = self._closing is None
            if self._closing is None:
                self._closing = Future()
            return self._closing, is_first

    def _finish(self, closing: Future[None]) -> None:
        try:
            self._connection.close()
        except BaseException as error:
            closing.set_exception(error)
        else:
            closing.set_result(None)
