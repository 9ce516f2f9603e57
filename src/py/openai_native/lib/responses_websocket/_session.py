"""A session reads one connection and hands its events to lanes."""

# Synchronous twin: _session_sync.py (derived)

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from ..._event_connection import encoded
from ..._websocket_errors import WebSocketConnectionClosedError
from ..._websocket_exceptions import ConnectionClosed, ConnectionClosedOK
from ._errors import ResponsesWebSocketLimits
from ._reading import AsyncBackground, AsyncLaneReading, Signal
from ._router import LaneState, Router

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from ...resources.responses.responses import AsyncResponsesConnection
    from ...types.responses.responses_client_event import ResponsesClientEvent
    from ...types.responses.responses_client_event_param import ResponsesClientEventParam

# Connections that have a session.
_claimed: WeakSet[Any] = WeakSet()
_claims = threading.Lock()


class AsyncResponsesWebSocketLane(AsyncLaneReading):
    """One conversation. Closing it leaves the connection open."""

    def __init__(self, session: AsyncResponsesWebSocketSession, state: LaneState) -> None:
        self._session = session
        self._state = state

    async def send(self, event: ResponsesClientEvent | ResponsesClientEventParam) -> None:
        """On the WebSocket that there is now: requests of lanes are never sent again."""
        connection = self._session.connection
        with connection._connection_lock:
            socket = connection._connection
        self._session._check_send(self._state)
        data, is_create = _command(event, self._state.stream_id)
        with connection._connection_lock:
            if connection._is_reconnecting or socket is not connection._connection:
                raise RuntimeError("The WebSocket is reconnecting; restore state before sending")
            self._session._router.prepare(self._state, is_create)
        await socket.send(data)

    def close(self) -> None:
        self._session._router.detach(self._state)


class AsyncResponsesWebSocketSession:
    """Has one connection, which is read through its lanes only, and closes it at its end.

    Lanes are registered before requests are sent on them. What belongs to no lane goes to the
    default one. If more comes than the limits allow, the session ends, or with
    `isolate_lane_overflow` the lane.
    """

    def __init__(
        self,
        connection: AsyncResponsesConnection,
        *,
        limits: ResponsesWebSocketLimits,
        isolate_lane_overflow: bool = False,
    ) -> None:
        self.connection = connection
        self._router = Router(limits, connection, Signal, isolate_lane_overflow)
        self._background: AsyncBackground | None = None
        self._closed = False
        self._claims_connection = False
        self.default = AsyncResponsesWebSocketLane(self, self._router.default)

    async def __aenter__(self) -> Self:
        if self._background is not None or self._closed:
            raise RuntimeError("A WebSocket session can only be entered once")
        with _claims:
            if self.connection in _claimed:
                raise RuntimeError("This connection already has a WebSocket session")
            _claimed.add(self.connection)
        self._claims_connection = True
        self._background = AsyncBackground(self._read, self.connection.close, self._release)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            await self.close()
        except Exception:
            if exc is None:
                raise

    def lane(self, stream_id: str | None = None) -> AsyncResponsesWebSocketLane:
        lane = AsyncResponsesWebSocketLane(self, self._router.register(stream_id))
        if stream_id is None:
            self.default = lane
        return lane

    async def close(self) -> None:
        self._closed = True
        self._router.finish()
        if self._background is not None:
            await self._background.end()

    def _release(self) -> None:
        """Our own claim only: when a session is closed again, the next one may be there."""
        with _claims:
            if self._claims_connection:
                _claimed.discard(self.connection)
            self._claims_connection = False

    def _check_entered(self) -> None:
        if self._background is None:
            raise RuntimeError("Enter the WebSocket session before receiving events")

    def _check_send(self, lane: LaneState) -> None:
        if self._background is None or self._closed or self._router.ended or lane.closed:
            raise RuntimeError("The WebSocket session or lane is not active")
        if self.connection._is_reconnecting:
            raise RuntimeError(
                "The WebSocket connection is reconnecting; restore state before sending"
            )

    async def _read(self) -> None:
        try:
            while await self._read_one():
                pass
        except Exception as error:
            self._router.finish(error)
            await self._give_up()
        finally:
            self._router.finish()

    async def _read_one(self) -> bool:
        """False: the connection is closed, as it should be."""
        connection = self.connection
        try:
            data = await connection.recv_bytes()
        except ConnectionClosed as error:
            if await connection._reconnect(error):
                self._router.reconnected(connection._connection)
                return True
            if unsent := connection._send_queue.drain():
                raise WebSocketConnectionClosedError(
                    "WebSocket connection closed with unsent messages", unsent_messages=unsent
                ) from error
            if isinstance(error, ConnectionClosedOK):
                return False
            raise
        self._router.dispatch(connection.parse_event(data), len(data))
        return True

    async def _give_up(self) -> None:
        """Every lane knows the reason already; what closing says adds nothing."""
        try:
            await self.connection.close()
        except Exception:
            return


def _command(event: Any, stream_id: str | None) -> tuple[str, bool]:
    """What is sent, with the lane's name; and whether it begins a response."""
    is_model = hasattr(event, "to_dict")
    data: dict[str, Any] = event.to_dict(exclude_unset=True) if is_model else dict(event)
    is_create = data.get("type") == "response.create"
    if is_create:
        if "stream_id" in data and data["stream_id"] != stream_id:
            raise ValueError("The command stream_id does not match its lane")
        if stream_id is not None:
            data["stream_id"] = stream_id
    return encoded(data), is_create
