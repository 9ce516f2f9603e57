"""The native core. Everything here is private; the public face is `openai_native`."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol, final

from ._proxies import ProxyRule

@final
class ClientCertificate:
    """Certificates and key, read and checked; `ValueError` says what is wrong. A str is a path,
    bytes are PEM text. Equal if they are the same certificates and key.
    """

    def __init__(
        self, certificate: str | bytes, key: str | bytes | None = None, password: bytes = ...
    ) -> None: ...

@final
class TlsContext:
    """What OpenSSL tells of an `ssl.SSLContext`, which stays as it is; `ValueError` if that is not
    all of it. The authorities are shared.
    """

    def __init__(self, context: object) -> None: ...
    @property
    def has_certificate(self) -> bool: ...

def check_authorities(*, ca_file: str = "", ca_dir: str = "", ca_data: bytes | None = None) -> None:
    """`ValueError` says why they cannot be trusted."""
@final
class Transport:
    """Connections shared by clients (`with_options` shares them). Seconds; None: no limit."""

    def __init__(
        self,
        *,
        max_connections: int | None = 1000,
        max_idle: int | None = 100,
        idle_expiry: float | None = 5.0,
        verify: bool = True,
        ca_file: str = "",
        ca_dir: str = "",
        # (level, name, value) each, set after the core's own.
        socket_options: Sequence[tuple[int, int, int | bytes]] = (),
        ca_data: bytes | None = None,  # PEM text
        certificate: ClientCertificate | None = None,
        context: TlsContext | None = None,  # in the place of the other TLS settings
        max_per_origin: int | None = None,
        max_age: float | None = None,  # of a connection
        # "negotiated" (over TLS), "never", or "prior_knowledge" (over plain TCP, too).
        http2: str = "negotiated",
        proxies: Sequence[ProxyRule] = (),  # sorted; the first that covers an origin decides
        uds: str | None = None,  # a unix socket that serves every origin
        local_address: str | None = None,
    ) -> None: ...
    def close(self, abort: bool = False) -> None: ...
    @property
    def closed(self) -> bool: ...
    def stats(self) -> dict[str, int]: ...

@final
class Pacer:
    """Rate limits that clients share."""

    def __init__(
        self,
        *,
        requests_per_minute: int | None = None,
        tokens_per_minute: int | None = None,
        max_in_flight: int | None = None,
        adaptive: bool = True,
    ) -> None: ...
    def stats(self) -> dict[str, Any]: ...

@final
class NativeClient:
    """One client's settings, immutable: built by `_client.py` whenever a setting changed."""

    def __init__(
        self,
        transport: Transport,
        *,
        tls: bool,
        host: str,
        port: int,
        base_path: str,
        # Complete default headers by security scheme ("bearer", "admin", "none"); a scheme that is
        # absent has no credentials: `client._missing_credentials(scheme, extra_headers)` raises.
        headers: Mapping[str, list[tuple[str, str]]],
        default_query: str,  # already encoded, no "?"
        timeout: tuple[
            float | None, float | None, float | None, float | None
        ],  # connect, read, write, pool
        max_retries: int,
        idempotency_header: str | None,
        strict: bool = False,
        # A call starts with `await client._prepare_call(endpoint, args)` (callable api_key ...).
        prepare: bool = False,
        # Whoever makes its calls logs them; else they go by `_prepare_call` while the logger
        # wants debug records.
        quiet: bool = False,
        # Endpoints called with it wait, with the GIL released, and return the result itself;
        # event streams come as BlockingEventIterator.
        blocking: bool = False,
        # Before each retry of its calls, what is awaited results in a `Question`.
        asks: bool = False,
        # Entries of dictionaries (or of classes) that calls rely on: once one is not what it was,
        # calls start with `client._prepare_call`. None: or absent.
        watch: Sequence[tuple[Any, str, Any]] = (),
        follow_redirects: bool = True,
        # Seconds, None: no limit.
        deadline: float | None = None,
        first_event_timeout: float | None = None,
        stream_idle_timeout: float | None = None,
        max_response_bytes: int | None = None,
        uds: str | None = None,  # a unix socket in place of host and port
        pacer: Pacer | None = None,
        # The tokens of a request's prompt, by its JSON.
        estimate: Callable[[dict[str, Any]], int] | None = None,
    ) -> None: ...

@final
class Endpoint:
    """One API method, prepared once. See docs/design.md, "Endpoints"."""

    def __init__(
        self,
        method: str,
        path: str,  # "/chat/completions/{completion_id}"
        *,
        # (python name, wire name, place) in the order of `values`; the place is "path", "query",
        # "body" or "header"
        params: tuple[tuple[str, str, str], ...] = (),
        # "openai_native.types.chat.chat_completion:ChatCompletion", a type, or None. One call's
        # extra_headers["____stainless_override_cast_to"] (a type, never sent) replaces it.
        cast_to: str | Any = None,
        stream_cast_to: str | Any = None,
        security: str = "bearer",
        headers: tuple[tuple[str, str], ...] = (),  # fixed: Accept, OpenAI-Beta
        synthesize_event_and_data: bool = False,
        # One of these groups of parameters must be given, else TypeError.
        required: tuple[tuple[str, ...], ...] = (),
        stream_mode: str = "legacy",
        # Makes the body, in place of JSON, unless it answers None: `encode(values, extra_body,
        # content_type)` with the body's parameters by wire name and the call's own Content-Type
        # (None: not given, "": removed). It answers (Content-Type or None, [part ...]).
        encoder: BodyEncoder | None = None,
        always_streams: bool = False,  # whether or not a parameter `stream` says so
    ) -> None: ...
    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def security(self) -> str: ...
    @property
    def facts(self) -> dict[str, Any]: ...  # the keywords that it was made of
    # The path with its values in it, encoded. Raises what a call with these values would.
    def path_for(self, values: tuple[Any, ...]) -> str: ...
    def __call__(
        self,
        client: Any,
        values: tuple[Any, ...],
        extra_headers: Mapping[str, Any] | None = None,
        extra_query: Mapping[str, object] | None = None,
        extra_body: object | None = None,
        timeout: Any = ...,
    ) -> Any: ...  # Awaitable[Any], unless the client is blocking

class BodyEncoder(Protocol):
    def encode(
        self, values: dict[str, Any], extra: Any, content_type: str | None
    ) -> tuple[str | None, list[bytes | FileRange]] | None: ...

@final
class FileRange:
    """A part of a file that a body sends from disk. Keeps a descriptor of its own."""

    def __init__(self, descriptor: int, offset: int, size: int) -> None: ...
    @property
    def size(self) -> int: ...

@final
class Question:
    """A call that is about to be made again. Dropped without an answer, the call is given up."""

    # The call goes on with this header, name and value, for its credentials; None: as before.
    def answer(self, header: tuple[str, str] | None) -> Awaitable[Any]: ...

@final
class RawResponse:
    """A response as it came: enough to make the httpx2 objects when somebody asks for them."""

    status_code: int
    http_version: str
    reason_phrase: str
    headers: list[tuple[str, str]]
    content: bytes
    method: str
    url: str
    request_headers: list[tuple[str, str]]
    request_content: bytes | None  # None: sent from files
    request_size: int
    retries_taken: int
    timing: bytes  # for `_timing.timing_of`
    def get(self, name: str) -> str | None: ...

@final
class EventIterator:
    """Async iterator over one event stream; made by the core, wrapped by `AsyncStream`."""

    # A cursor: dropped before the end of the stream, it closes the stream after 50 ms, unless
    # somebody reads on meanwhile (at once if nobody else holds the stream).
    def __aiter__(self) -> AsyncIterator[Any]: ...
    # Awaiting it hands out a queued event without suspending.
    def __anext__(self) -> Awaitable[Any]: ...
    def close(self) -> None: ...
    # Of a streamed body, whose events are its pieces: the rest of it becomes events of that type.
    def parse_events(self, cast_to: Any) -> None: ...
    @property
    def raw(self) -> RawResponse: ...
    @property
    def closed(self) -> bool: ...
    # Seconds from the call to its first and its latest event; negative: none yet.
    @property
    def times(self) -> tuple[float, float]: ...

@final
class BlockingEventIterator:
    """Iterator over one event stream; made by the core, wrapped by `Stream`."""

    # A cursor, as of EventIterator.
    def __iter__(self) -> Iterator[Any]: ...
    # Waits with the GIL released. Another thread's close() ends the wait, and the iteration.
    def __next__(self) -> Any: ...
    def close(self) -> None: ...
    # Of a streamed body, whose events are its pieces: the rest of it becomes events of that type.
    def parse_events(self, cast_to: Any) -> None: ...
    @property
    def raw(self) -> RawResponse: ...
    @property
    def closed(self) -> bool: ...
    # Seconds from the call to its first and its latest event; negative: none yet.
    @property
    def times(self) -> tuple[float, float]: ...

@final
class EventDecoder:
    """Event-stream bytes in, objects out, as `parse_events` makes them."""

    # `raw`: what errors are made with, in the place of a RawResponse.
    def __init__(
        self,
        cast_to: Any,
        raw: Any,
        /,
        *,
        synthesize_event_and_data: bool = False,
        legacy: bool = True,
        strict: bool = False,
    ) -> None: ...
    def feed(self, piece: bytes, /) -> None: ...
    def end(self) -> None: ...
    # What is complete. It ends when more bytes are needed, too, and can be iterated over again.
    def __iter__(self) -> Iterator[Any]: ...
    def __next__(self) -> Any: ...
    @property
    def done(self) -> bool: ...

def send(
    transport: Transport,
    /,
    *,
    tls: bool,
    host: str,
    port: int,
    method: str,
    target: str,
    headers: Sequence[tuple[str, str | bytes]],
    body: Sequence[bytes | FileRange],
    timeout: tuple[float | None, float | None, float | None, float | None],
    blocking: bool = False,
    uds: str | None = None,
    pacer: Pacer | None = None,
    estimate: Callable[[dict[str, Any]], int] | None = None,
) -> Any:  # Awaitable[EventIterator], or a BlockingEventIterator
    """One request as it is, and whatever is answered: its events are the pieces of the body. Of the
    headers, those that frame the message are the connection's own.
    """

def watch_again() -> None:
    """Forget what the methods of the HTTP libraries were: they are looked at anew."""
@final
class WebSocket:
    """One connection, which begins to connect when this is made; wrapped by `AsyncWebSocket`.

    With `blocking` the methods wait, with the GIL released; else they are awaited on the loop on
    which it was made.
    """

    def __init__(
        self,
        host: str,
        port: int,
        tls: bool,
        target: str,
        headers: list[tuple[str, str]],
        authority: str,
        *,
        verify: bool = True,
        ca_file: str = "",
        ca_dir: str = "",
        ca_data: bytes | None = None,
        certificate: ClientCertificate | None = None,
        context: TlsContext | None = None,
        # Bits of the server's window and of the client's, 9 to 15, and whether each forgets it.
        deflate: tuple[int, int, bool, bool] | None = None,
        max_size: int | None = None,
        # When to stop reading, and when to go on, in messages that nobody took.
        high: int | None = None,
        low: int | None = None,
        blocking: bool = False,
        open_timeout: float | None = None,
        close_timeout: float | None = None,
        ping_interval: float | None = None,
        ping_timeout: float | None = None,
        proxies: Sequence[ProxyRule] = (),
        uds: str | None = None,
        local_address: str | None = None,
    ) -> None: ...
    # False: see `ending`, and `reply` if the server refused.
    def opened(self) -> Any: ...
    # A message, str or bytes as it was sent; decode=True: str, False: bytes. None: it is over.
    # Only a blocking one has a timeout.
    def recv(self, decode: bool | None, timeout: float | None = None) -> Any: ...
    # False: it is over. Both wait until the system has the message.
    def send(self, data: str | bytes, text: bool) -> Any: ...
    # The closing handshake; waits until it is over.
    def close(self, code: int, reason: str) -> Any: ...
    def over(self) -> Any: ...
    def abort(self) -> None: ...
    @property
    def stage(self) -> str: ...  # "connecting", "open", "over"
    @property
    def reply(self) -> tuple[int, str, list[tuple[str, str]], bytes]: ...
    # The errc's name, where, what happened; what the peer closed with, what we did; who began.
    @property
    def ending(
        self,
    ) -> tuple[str, str, str, tuple[int, str] | None, tuple[int, str] | None, bool] | None: ...

def build(cast_to: Any, content: bytes) -> Any:
    """What the official client makes of a JSON answer `content` when it casts it to `cast_to`."""

def dumps(value: object) -> bytes:
    """The request writer on its own: JSON text of a request body."""

def dumps_by_alias(value: object) -> bytes:
    """The same with the fields of pydantic models under their aliases."""

def live_objects() -> dict[str, int]:
    """Calls, streams, connections and queue entries alive now, for leak tests."""

def stop_engine() -> None:
    """As at exit: the engine's thread ends, calls in flight fail. The next call starts it anew."""
