"""A connection that outlives its WebSocket: what is sent while there is none waits in a queue, and
a lost WebSocket is replaced if the caller wants that.
"""

# Synchronous twin: _websocket_connection_sync.py (derived)

from __future__ import annotations

import contextlib
import logging
import random
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from ._lazy import sync_names
from ._logs import WEBSOCKETS
from ._send_queue import SendQueue
from ._websocket_errors import WebSocketConnectionClosedError
from ._websocket_exceptions import ConnectionClosed, ConnectionClosedOK
from ._websocket_pause import Pause
from .types.websocket_reconnection import (
    ReconnectingEvent,
    ReconnectingOverrides,
    is_recoverable_close,
)

if TYPE_CHECKING:
    from ._types import Headers, Query
    from ._web_socket import AsyncWebSocket as AsyncWebSocketConnection

log = logging.getLogger(WEBSOCKETS)


async def received(connection: Any) -> bytes:
    message: bytes = await connection.recv(decode=False)
    log.debug("Received WebSocket message: %i bytes", len(message))
    return message


class AsyncWebSocketConnectionBase:
    _connection: AsyncWebSocketConnection

    def __init__(
        self,
        connection: AsyncWebSocketConnection,
        *,
        make_ws: Callable[[Query, Headers], Awaitable[AsyncWebSocketConnection]] | None = None,
        on_reconnecting: Callable[[ReconnectingEvent], ReconnectingOverrides | None] | None = None,
        max_retries: int = 5,
        initial_delay: float = 0.5,
        max_delay: float = 8.0,
        extra_query: Mapping[str, object] = {},
        extra_headers: Mapping[str, Any] = {},
        send_queue: SendQueue | None = None,
    ) -> None:
        self._connection = connection
        self._make_ws = make_ws
        self._on_reconnecting = on_reconnecting
        self._max_retries = max_retries
        self._initial_delay = initial_delay
        self._max_delay = max_delay
        self._extra_query = extra_query
        self._extra_headers = extra_headers
        self._send_queue = SendQueue() if send_queue is None else send_queue
        self._pause = Pause()
        # Which of both a message takes, the queue or the WebSocket, is decided under it; nothing is
        # sent while it is held.
        self._connection_lock = threading.Lock()
        self._reconnect_attempt = 0
        self._is_reconnecting = False
        self._intentionally_closed = False

    async def recv_bytes(self) -> bytes:
        """The next message as it came. A wait that is cancelled loses nothing."""
        return await received(self._connection)

    async def send_raw(self, data: bytes | str) -> None:
        """Sends text or bytes, or queues them while there is no connection."""
        with self._connection_lock:
            connection = self._connection
            waits = not self._intentionally_closed and (
                self._is_reconnecting or self._send_queue.busy
            )
            if waits:
                self._send_queue.enqueue(data)
            reconnecting = self._is_reconnecting
        if not waits:
            await connection.send(data)
        elif not reconnecting:
            await self._send_queued()

    async def close(self, *, code: int = 1000, reason: str = "") -> None:
        """Closes for good: nothing is connected again."""
        self._pause.cut_short()
        with self._connection_lock:
            self._intentionally_closed = True
            self._is_reconnecting = False
            connection = self._connection
        await connection.close(code=code, reason=reason)

    async def _iterate(self, receive: Callable[[], Awaitable[Any]]) -> AsyncIterator[Any]:
        """Until the connection is closed and is not to be replaced."""
        while True:
            try:
                event = await receive()
            except ConnectionClosed as error:
                if await self._reconnect(error):
                    continue
                if unsent := self._send_queue.drain():
                    raise WebSocketConnectionClosedError(
                        "WebSocket connection closed with unsent messages", unsent_messages=unsent
                    ) from error
                if isinstance(error, ConnectionClosedOK):
                    return
                raise
            yield event

    async def _reconnect(self, error: Exception) -> bool:
        """True: there is a new WebSocket, and what was queued has been sent."""
        code = _close_code(error)
        if self._on_reconnecting is None or self._make_ws is None or code is None:
            return False
        with self._connection_lock:
            if self._intentionally_closed:
                return False
            self._is_reconnecting = True
        try:
            while self._reconnect_attempt < self._max_retries and code is not None:
                self._reconnect_attempt += 1
                if not self._wanted(code) or not await self._rest():
                    return False
                try:
                    return await self._replace(self._make_ws)
                except ConnectionClosed as lost:
                    code = _close_code(lost)
                except Exception as failed:
                    log.debug("Reconnecting failed: %s", type(failed).__name__)
            return False
        finally:
            with self._connection_lock:
                self._is_reconnecting = False

    def _wanted(self, close_code: int) -> bool:
        """Asks the caller's handler, which may change what the next connection is made with."""
        assert self._on_reconnecting is not None
        attempt = self._reconnect_attempt
        delay = min(self._initial_delay * 2 ** (attempt - 1), self._max_delay)
        self._delay = delay * random.uniform(0.75, 1)
        event = ReconnectingEvent(
            attempt=attempt,
            max_attempts=self._max_retries,
            delay=self._delay,
            close_code=close_code,
            extra_query=self._extra_query,
            extra_headers=self._extra_headers,
        )
        try:
            answer = self._on_reconnecting(event) or {}
        except Exception as error:
            log.debug("on_reconnecting failed: %s", type(error).__name__)
            return False
        if answer.get("abort"):
            return False
        self._extra_query = answer.get("extra_query", self._extra_query)
        self._extra_headers = answer.get("extra_headers", self._extra_headers)
        return True

    async def _rest(self) -> bool:
        log.info(
            "Reconnecting to WebSocket API (attempt %d/%d) after %.1fs delay",
            self._reconnect_attempt,
            self._max_retries,
            self._delay,
        )
        await self._pause.wait(self._delay)
        return not self._intentionally_closed

    async def _replace(
        self, make: Callable[[Query, Headers], Awaitable[AsyncWebSocketConnection]]
    ) -> bool:
        connection = await make(self._extra_query, self._extra_headers)
        with self._connection_lock:
            wanted = not self._intentionally_closed
            if wanted:
                self._connection = connection
        if not wanted:
            await connection.close()
            return False
        try:
            await self._send_queued(recovering=True)
        except Exception:
            with contextlib.suppress(Exception):
                await connection.close()
            raise
        log.info("Reconnected to WebSocket API")
        return not self._intentionally_closed

    async def _send_queued(self, *, recovering: bool = False) -> None:
        """Until the queue is empty; from then on messages go out directly."""
        while True:
            with self._connection_lock:
                stopped = self._intentionally_closed or (self._is_reconnecting and not recovering)
                frame = None if stopped else self._send_queue.take()
                if frame is None:
                    if recovering:
                        self._is_reconnecting = False
                    return
                connection = self._connection
            try:
                await connection.send(frame)
            finally:
                self._send_queue.done()

    async def _flush_send_queue(self) -> None:
        """What was queued before there was a connection."""
        try:
            await self._send_queued()
        except Exception:
            log.warning("Failed to flush send queue after reconnect")

    def _note_progress(self, event_type: object) -> None:
        """An event that is no error: the attempts to connect begin anew."""
        if isinstance(event_type, str) and event_type and event_type != "error":
            self._reconnect_attempt = 0


def _close_code(error: Exception) -> int | None:
    """Why it closed, if another connection may do better."""
    received = getattr(error, "rcvd", None)
    code: int = 1006 if received is None else received.code
    return code if is_recoverable_close(code) else None


if TYPE_CHECKING:
    from ._websocket_connection_sync import WebSocketConnectionBase as WebSocketConnectionBase
else:
    __getattr__ = sync_names(__name__, "openai_native._websocket_connection_sync")
