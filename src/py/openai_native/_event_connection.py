"""Connections whose messages are events: what the generated connections of a resource have in
common. A generated class says where the types are and what the methods are annotated with.
"""

# Synchronous twin: _event_connection_sync.py (derived)

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from ._core import build, dumps
from ._event_handler import EventHandlerRegistry
from ._exceptions import OpenAIError
from ._face import settle
from ._send_queue import SendQueue
from ._types import NotGiven, Omit
from ._websocket_connection import AsyncWebSocketConnectionBase, received
from ._websocket_place import Place, async_connect_client, place_url

if TYPE_CHECKING:
    from types import TracebackType

    import httpx2

    from ._web_socket import AsyncWebSocket


def given(event: dict[str, Any]) -> dict[str, Any]:
    """Without what was left out."""
    return {k: v for k, v in event.items() if not isinstance(v, (Omit, NotGiven))}


def encoded(event: Any, **options: bool) -> str:
    if hasattr(event, "model_dump"):
        text: str = event.to_json(use_api_names=True, exclude_unset=True, **options)
        return text
    return dumps(event).decode()


class AsyncEventReader:
    """Reads events and sends them. `connection.session` and its like are made at first use."""

    _server_event: ClassVar[str]  # "module:Name"
    _error_event: ClassVar[str]  # the same; empty: errors are events like others
    _parts: ClassVar[dict[str, type[Any]]]
    _connection: Any

    def __getattr__(self, name: str) -> Any:
        if name not in type(self)._parts:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        part = self.__dict__[name] = type(self)._parts[name](self)
        return part

    def parse_event(self, data: str | bytes) -> Any:
        """An event from `recv_bytes()` as `recv()` returns it."""
        return build(_named(self._server_event), data.encode() if isinstance(data, str) else data)

    async def recv_bytes(self) -> bytes:
        return await received(self._connection)

    async def recv(self) -> Any:
        """The next event. A wait that is cancelled loses nothing."""
        return self.parse_event(await self.recv_bytes())


class AsyncEventConnection(AsyncEventReader, AsyncWebSocketConnectionBase):
    def __init__(self, connection: AsyncWebSocket, **options: Any) -> None:
        super().__init__(connection, **options)
        self._event_handler_registry = EventHandlerRegistry()

    async def __aiter__(self) -> AsyncIterator[Any]:
        async for event in self._iterate(self.recv):
            yield event

    async def recv(self) -> Any:
        event = await super().recv()
        self._note_progress(_type_of(event))
        return event

    async def recv_bytes(self) -> bytes:
        message = await AsyncWebSocketConnectionBase.recv_bytes(self)
        if self._reconnect_attempt:
            self._note_progress(_type_in(message))
        return message

    async def send(self, event: Any) -> None:
        await AsyncWebSocketConnectionBase.send_raw(self, encoded(event))

    def on(self, event_type: str, handler: Callable[..., Any] | None = None) -> Any:
        return register(self, self._event_handler_registry, event_type, handler)

    def once(self, event_type: str, handler: Callable[..., Any] | None = None) -> Any:
        return register(self, self._event_handler_registry, event_type, handler, once=True)

    def off(self, event_type: str, handler: Callable[..., Any]) -> Any:
        self._event_handler_registry.remove(event_type, handler)
        return self

    async def dispatch_events(self) -> None:
        """Calls the handlers of each event until the connection is closed.

        An error event that nobody handles is raised as `OpenAIError`.
        """
        async for event in self:
            handlers = self._event_handler_registry.get_handlers(event.type)
            handlers += self._event_handler_registry.get_handlers("event")
            if not handlers and event.type == "error" and self._is_error(event):
                raise OpenAIError(f"WebSocket error: {event}")
            for handler in handlers:
                await settle(handler(event))

    def _is_error(self, event: Any) -> bool:
        return isinstance(event, _named(self._error_event))


class AsyncPlainEventConnection(AsyncEventReader):
    """The older kind: one WebSocket, no handlers, no queue."""

    def __init__(self, connection: AsyncWebSocket) -> None:
        self._connection = connection

    async def __aiter__(self) -> AsyncIterator[Any]:
        from ._websocket_exceptions import ConnectionClosedOK

        while True:
            try:
                event = await self.recv()
            except ConnectionClosedOK:
                return
            yield event

    async def send(self, event: Any) -> None:
        await self._connection.send(encoded(event, exclude_defaults=True))

    async def close(self, *, code: int = 1000, reason: str = "") -> None:
        await self._connection.close(code=code, reason=reason)


class AsyncPlainEventConnectionManager:
    """`async with` connects and closes; `enter()` only connects."""

    _kind: ClassVar[type[Any]]  # of connection
    _place: ClassVar[Place]

    def __init__(
        self,
        client: Any,
        values: dict[str, Any],
        extra_query: Any,
        extra_headers: Any,
        websocket_connection_options: Any,
    ) -> None:
        self._client = client
        self._values = given(values)
        self._extra = {"extra_query": extra_query, "extra_headers": extra_headers}
        self._options = websocket_connection_options
        self._entered: Any = None

    def _prepare_url(self) -> httpx2.URL:
        """Where it will connect to, without what `connect` adds to the query."""
        return place_url(self._client, self._place, self._values)

    async def _connect_ws(self, extra_query: Any, extra_headers: Any) -> AsyncWebSocket:
        return await async_connect_client(
            self._client, self._place, self._values, extra_query, extra_headers, self._options
        )

    async def __aenter__(self) -> Any:
        """Connects. Who calls it as `enter()` has to close the connection."""
        opened = await self._connect_ws(**self._extra)
        try:
            self._entered = self._made(opened)
            await self._began()
        except BaseException:
            self._entered = None
            await opened.close()
            raise
        return self._entered

    def _made(self, opened: AsyncWebSocket) -> Any:
        return self._kind(opened)

    async def _began(self) -> None:
        """Once, before the connection is handed out."""

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        if self._entered is None:
            return
        try:
            await self._entered.close()
        except Exception:
            if exc is None:
                raise


class AsyncEventConnectionManager(AsyncPlainEventConnectionManager):
    def __init__(self, *, max_queue_size: int, on_reconnecting: Any, **options: Any) -> None:
        self._reconnecting = {"on_reconnecting": on_reconnecting}
        for name in ("max_retries", "initial_delay", "max_delay"):
            self._reconnecting[name] = options.pop(name)
        super().__init__(**options)
        self._send_queue = SendQueue(max_bytes=max_queue_size)
        self._event_handler_registry = EventHandlerRegistry()

    def send(self, event: Any) -> None:
        """Queues an event that is sent as soon as there is a connection."""
        self._send_queue.enqueue(encoded(event))

    def on(self, event_type: str, handler: Callable[..., Any] | None = None) -> Any:
        return register(self, self._event_handler_registry, event_type, handler)

    def once(self, event_type: str, handler: Callable[..., Any] | None = None) -> Any:
        return register(self, self._event_handler_registry, event_type, handler, once=True)

    def off(self, event_type: str, handler: Callable[..., Any]) -> Any:
        self._event_handler_registry.remove(event_type, handler)
        return self

    def _made(self, opened: AsyncWebSocket) -> Any:
        again = self._reconnecting["on_reconnecting"] is not None
        return self._kind(
            opened,
            make_ws=self._connect_ws if again else None,
            send_queue=self._send_queue,
            **self._reconnecting,
            **self._extra,
        )

    async def _began(self) -> None:
        self._event_handler_registry.merge_into(self._entered._event_handler_registry)
        await self._entered._flush_send_queue()


class ConnectionPart:
    """`connection.session` and its like."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection


def register(
    owner: Any,
    registry: EventHandlerRegistry,
    event_type: str,
    handler: Callable[..., Any] | None,
    *,
    once: bool = False,
) -> Any:
    """As a method it returns its owner, as a decorator the handler."""
    if handler is not None:
        registry.add(event_type, handler, once=once)
        return owner

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        registry.add(event_type, function, once=once)
        return function

    return decorate


def _named(origin: str) -> Any:
    module, _, name = origin.partition(":")
    return getattr(import_module(module), name)


def _type_of(event: Any) -> object:
    return event.get("type") if isinstance(event, dict) else getattr(event, "type", None)


def _type_in(message: bytes) -> object:
    import json

    try:
        return _type_of(json.loads(message))
    except (ValueError, RecursionError):
        return None
