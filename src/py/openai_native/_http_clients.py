"""HTTP clients over native connections. The official defaults are such clients, with the same
keywords; `client._client` is one unless another was given. They can be used as HTTP clients of
their own: an `httpx2.AsyncClient`, made when first used, sends over the same connections. Settings
that native connections do not know are left to that client, with connections of its own.
"""

# Synchronous twin: _http_clients_sync.py (derived)

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ._carrier import Carrier, Facade, client_reason, disturbed, read_headers, watch_of
from ._http_settings import KEYWORDS, NATIVE_LIMITS, carrier_of_settings
from ._lazy import sync_names
from ._mocks import replaced_method
from ._network import refuse_both
from ._settings import split_timeout
from ._tls_settings import python_context
from ._types import not_given

if TYPE_CHECKING:
    from types import TracebackType

    import httpx2
    from typing_extensions import Self

    from ._core import Transport

# Of the client that sends for a facade; the facade's own connections take their place.
_OF_CONNECTIONS = {
    *("limits", "verify", "cert", "http1", "http2", "proxy", "mounts", "transport"),
    *("uds", "local_address"),
}
_WAYS = ("uds", "local_address")
_METHODS = (
    *("build_request", "request", "send", "stream"),
    *("get", "options", "head", "post", "put", "patch", "delete"),
)
# Methods of httpx2's client that a facade never calls: overriding them must not go unnoticed.
_INNER = (
    *("_init_transport", "_init_proxy_transport", "_transport_for_url"),
    *("_send_handling_auth", "_send_handling_redirects", "_send_single_request"),
)
_WATCHED = {"_sender", "_closed", *_METHODS}
_FORWARDED = {
    *("auth", "base_url", "cookies", "event_hooks", "headers", "params"),
    *("follow_redirects", "max_redirects"),
}
HTTPX2_DEFAULT_TIMEOUT = (5.0, 5.0, 5.0, 5.0)


class NativeHttpClient(Facade):
    """Connections of one or more clients: `client.copy()` shares them."""

    _closed = False
    _sender: Any = None  # the httpx2.AsyncClient, once there is one
    _sender_is_native: bool | None = None
    _seen: Carrier | None = None

    def __init__(self, **settings: Any) -> None:
        name = type(self).__name__
        if unknown := sorted(settings.keys() - KEYWORDS):
            raise TypeError(f"{name}.__init__() got an unexpected keyword argument {unknown[0]!r}")
        for inner in _INNER:
            if hasattr(type(self), inner):
                raise TypeError(f"{name} overrides {inner}, which native connections do not call")
        self._changes: dict[str, Any] = {"last": None}
        self._settings = settings
        self._timeout = settings.get("timeout", not_given)
        if self._timeout is not not_given:
            split_timeout(self._timeout)
        self._given = carrier_of_settings(settings)
        # Without the attribute there are no connections yet: see `transport`.
        self._transport: Transport

    def _carrier(self) -> Carrier:
        if self._seen is None or disturbed(self._seen.watch):
            self._seen = self._look()
        return self._seen

    def _look(self) -> Carrier:
        # Not our own attributes: they would hold themselves, and the connections, until collected.
        watch = [(self._changes, "last", self._changes["last"])]
        headers = self._given.headers
        reason = self._given.reason or next(
            (f"a {name}() of its own" for name in _METHODS if self._overrides(name)), None
        )
        if reason is None and self._sender is not None:
            watch += watch_of(self._sender)
            reason = client_reason(self._sender, type(self._sender))
            headers, unknown = read_headers(self._sender.headers)
            reason = reason or unknown
        if reason is not None:
            return Carrier(f"http_client has {reason}", watch=watch)
        return self._given._replace(watch=watch, headers=headers)

    def _overrides(self, name: str) -> bool:
        return name in vars(self) or getattr(type(self), name) is not vars(NativeHttpClient)[name]

    @property
    def trust_env(self) -> bool:
        return bool(self._settings.get("trust_env", True))

    @property
    def timeout(self) -> httpx2.Timeout:
        import httpx2

        if self._timeout is not_given:
            from ._constants import DEFAULT_TIMEOUT

            return DEFAULT_TIMEOUT
        connect, read, write, pool = split_timeout(self._timeout)
        return httpx2.Timeout(connect=connect, read=read, write=write, pool=pool)

    @timeout.setter
    def timeout(self, value: Any) -> None:
        split_timeout(value)
        self._timeout = value
        if self._sender is not None:
            self._sender.timeout = self.timeout

    @property
    def is_closed(self) -> bool:
        return self._closed

    def transport(self) -> Transport:
        """The connections; made at first use, so that an unused client costs nothing."""
        if self._closed:
            raise RuntimeError("Cannot send a request, as the client has been closed.")
        made: Transport | None = self.__dict__.get("_transport")
        if made is None:
            from ._core import Transport

            # Of two threads that come here at once, both use what the first one made.
            made = self.__dict__.setdefault("_transport", Transport(**self._given.transport))
        return made

    def _http(self) -> Any:
        """The HTTP client that sends, as things are now."""
        if self._closed:
            raise RuntimeError("Cannot send a request, as the client has been closed.")
        native = self._given.reason is None and replaced_method() is None
        if self._sender is None or self._sender_is_native is not native:
            self._sender, self._sender_is_native = self._made(native), native
        return self._sender

    def sends_natively(self) -> bool:
        self._http()
        return bool(self._sender_is_native)

    def _made(self, native: bool) -> Any:
        import httpx2

        from ._constants import DEFAULT_CONNECTION_LIMITS

        own = NATIVE_LIMITS.keys() | (_OF_CONNECTIONS if native else set())
        settings = {k: v for k, v in self._settings.items() if k not in own}
        settings = {"follow_redirects": True, **settings, "timeout": self.timeout}
        if native:
            from ._native_transport import AsyncNativeTransport

            settings["transport"] = AsyncNativeTransport(self.transport)
        else:
            settings.setdefault("limits", DEFAULT_CONNECTION_LIMITS)
            if settings.get("transport") is None:
                settings["verify"], settings["cert"] = python_context(settings), None
                if way := {name: settings.pop(name) for name in _WAYS if name in settings}:
                    known = {name: settings[name] for name in _OF_CONNECTIONS & settings.keys()}
                    known.pop("transport", None)
                    settings["transport"] = httpx2.AsyncHTTPTransport(**known, **way)
        made = httpx2.AsyncClient(**settings)
        if (former := self._sender) is not None:
            made.headers, made.cookies, made.auth = former.headers, former.cookies, former.auth
            made.params, made.event_hooks = former.params, former.event_hooks
        return made

    def _remade(self, options: Mapping[str, Any]) -> Self:
        """The same with other connections."""
        if self._settings.get("transport") is not None:
            raise TypeError(
                f"{next(iter(options))}= cannot be changed on an http_client that was given a "
                "transport=, which makes the connections: make a transport with that option"
            )
        settings = {**self._settings, **options}
        if self._timeout is not not_given:
            settings["timeout"] = self._timeout
        made = type(self)(**settings)
        if self._sender is not None:  # it has what was assigned since: headers, cookies, hooks
            made._sender, made._sender_is_native = self._sender, None
            made._http()
        return made

    def build_request(self, *args: Any, **kwargs: Any) -> httpx2.Request:
        request: httpx2.Request = self._http().build_request(*args, **kwargs)
        return request

    async def send(self, request: httpx2.Request, **kwargs: Any) -> httpx2.Response:
        response: httpx2.Response = await self._http().send(request, **kwargs)
        return response

    async def request(self, method: str, url: Any, **kwargs: Any) -> httpx2.Response:
        response: httpx2.Response = await self._http().request(method, url, **kwargs)
        return response

    def stream(self, method: str, url: Any, **kwargs: Any) -> Any:
        return self._http().stream(method, url, **kwargs)

    async def get(self, url: Any, **kwargs: Any) -> httpx2.Response:
        return await self.request("GET", url, **kwargs)

    async def options(self, url: Any, **kwargs: Any) -> httpx2.Response:
        return await self.request("OPTIONS", url, **kwargs)

    async def head(self, url: Any, **kwargs: Any) -> httpx2.Response:
        return await self.request("HEAD", url, **kwargs)

    async def post(self, url: Any, **kwargs: Any) -> httpx2.Response:
        return await self.request("POST", url, **kwargs)

    async def put(self, url: Any, **kwargs: Any) -> httpx2.Response:
        return await self.request("PUT", url, **kwargs)

    async def patch(self, url: Any, **kwargs: Any) -> httpx2.Response:
        return await self.request("PATCH", url, **kwargs)

    async def delete(self, url: Any, **kwargs: Any) -> httpx2.Response:
        return await self.request("DELETE", url, **kwargs)

    if not TYPE_CHECKING:

        def __getattr__(self, name):
            # headers, cookies, event_hooks ...: those of the client that sends.
            if name.startswith("_"):
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            return getattr(self._http(), name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _FORWARDED:
            setattr(self._http(), name, value)
            return
        object.__setattr__(self, name, value)
        if name in _WATCHED:
            self._changes["last"] = object()

    def __delattr__(self, name: str) -> None:
        object.__delattr__(self, name)
        if name in _WATCHED:
            self._changes["last"] = object()

    async def aclose(self) -> None:
        self._closed = True
        if (made := self.__dict__.get("_transport")) is not None:
            made.close(abort=True)
        if self._sender is not None:
            await self._sender.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        await self.aclose()


class DefaultAsyncHttpxClient(NativeHttpClient):
    """The SDK's recommended defaults."""


# async only
class DefaultAioHttpClient(NativeHttpClient):
    """The official package runs this over aiohttp; here it runs over the native core, too."""


class DefaultAsyncHttpx2Client(NativeHttpClient):
    """The SDK's recommended defaults."""


DefaultAsyncHttpxClient.__module__ = "openai_native"
DefaultAsyncHttpx2Client.__module__ = "openai_native"
DefaultAioHttpClient.__module__ = "openai_native"  # async only


def checked_http_client(given: Any) -> Any:
    """What `http_client=` may be; a new one if it is None."""
    if given is None:
        return NativeHttpClient()
    if isinstance(given, NativeHttpClient):
        return given
    for module in ("httpx2", "httpx"):
        library = sys.modules.get(module)
        if library is not None and isinstance(given, library.AsyncClient):
            return given
    raise TypeError(
        "Invalid `http_client` argument; Expected an instance of `httpx.AsyncClient` or "
        f"`httpx2.AsyncClient` but got {type(given)}"
    )


def chosen_http_client(given: Any, options: Mapping[str, Any]) -> Any:
    """`options` are of a client's own connections."""
    if not options:
        return checked_http_client(given)
    refuse_both(options, given)
    return NativeHttpClient(**options) if given is None else checked_http_client(given)


def remade_http_client(current: Any, given: Any, options: Mapping[str, Any]) -> Any:
    """`current`, unless another one is given or asked for by its options."""
    refuse_both(options, given)
    if given is not None or not options:
        return given or current
    if not isinstance(current, NativeHttpClient):
        raise TypeError(
            f"{next(iter(options))}= cannot be changed on an http_client of type "
            f"{type(current).__module__}.{type(current).__qualname__}: make one with that option "
            "and pass it as `http_client`"
        )
    return current._remade(options)


if TYPE_CHECKING:
    from ._http_clients_sync import DefaultHttpx2Client as DefaultHttpx2Client
    from ._http_clients_sync import DefaultHttpxClient as DefaultHttpxClient
else:
    __getattr__ = sync_names(__name__, "openai_native._http_clients_sync")
