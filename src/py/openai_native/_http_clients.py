"""What `http_client=` may be. A `NativeHttpClient` holds the settings of native connections, and
the connections once a client needs them. The official defaults are such clients, with the same
keywords; a plain `httpx2.AsyncClient` is translated into one. What cannot be carried over raises;
the one difference: redirects are followed, also for a plain httpx2 client, which does not.
"""

# Synchronous twin: _http_clients_sync.py (derived)

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from ._constants import KEEPALIVE_EXPIRY_SECONDS, MAX_CONNECTIONS, MAX_KEEPALIVE_CONNECTIONS
from ._lazy import sync_names
from ._settings import split_timeout
from ._types import not_given

if TYPE_CHECKING:
    from types import TracebackType

    import httpx2
    from typing_extensions import Self

    from ._core import Transport

# Keywords of httpx2.AsyncClient that are not carried over yet, and the value that means "unused".
_UNUSED: dict[str, tuple[object, ...]] = {
    "auth": (None,),
    "params": (None,),
    "headers": (None,),
    "cookies": (None,),
    "cert": (None,),
    "http1": (True,),
    "http2": (False,),
    "proxy": (None,),
    "mounts": (None,),
    "event_hooks": (None,),
    "base_url": ("", None),
    "transport": (None,),
    "default_encoding": ("utf-8",),
    "max_redirects": (20,),
}
_CARRIED = ("timeout", "limits", "verify", "trust_env", "follow_redirects")
HTTPX2_DEFAULT_TIMEOUT = (5.0, 5.0, 5.0, 5.0)


def not_there_yet(setting: str) -> NotImplementedError:
    return NotImplementedError(
        f"`http_client` with {setting} is not supported yet: the native connections carry "
        "timeout, limits, verify (True, False or a path) and trust_env. Leave it out, or leave "
        "out `http_client` altogether"
    )


class NativeHttpClient:
    """Connections of one or more clients: `client.copy()` shares them."""

    def __init__(self, **settings: Any) -> None:
        name = type(self).__name__
        for key, value in settings.items():
            if key in _UNUSED:
                if value not in _UNUSED[key] and value not in ({}, [], ()):
                    raise not_there_yet(f"{key}=")
            elif key not in _CARRIED:
                raise TypeError(f"{name}.__init__() got an unexpected keyword argument {key!r}")
        if not settings.get("follow_redirects", True):
            raise not_there_yet("follow_redirects=False")
        self._timeout = settings.get("timeout", not_given)
        if self._timeout is not not_given:
            split_timeout(self._timeout)
        self._limits = _limits(settings.get("limits"))
        self._trust = _trust(settings.get("verify", True))
        self.trust_env = bool(settings.get("trust_env", True))
        # Without the attribute there are no connections yet: see `transport`.
        self._transport: Transport
        self._closed = False

    @property
    def timeout(self) -> httpx2.Timeout:
        import httpx2

        if self._timeout is not_given:
            from ._constants import DEFAULT_TIMEOUT

            return DEFAULT_TIMEOUT
        connect, read, write, pool = split_timeout(self._timeout)
        return httpx2.Timeout(connect=connect, read=read, write=write, pool=pool)

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
            made = self.__dict__.setdefault("_transport", Transport(**self._limits, **self._trust))
        return made

    async def aclose(self) -> None:
        self._closed = True
        if (made := self.__dict__.get("_transport")) is not None:
            made.close(abort=True)

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


def native_http_client(given: Any) -> NativeHttpClient:
    """The native client that does what the given one would."""
    if given is None:
        return NativeHttpClient()
    if isinstance(given, NativeHttpClient):
        return given
    for module in ("httpx2", "httpx"):
        library = sys.modules.get(module)
        if library is not None and isinstance(given, library.AsyncClient):
            return _translate(given, library)
    raise TypeError(
        "Invalid `http_client` argument; Expected an instance of `httpx.AsyncClient` or "
        f"`httpx2.AsyncClient` but got {type(given)}"
    )


def _translate(given: Any, library: Any) -> NativeHttpClient:
    if library.__name__ == "httpx":
        raise not_there_yet("an httpx.AsyncClient (httpx2 took its place)")
    if type(given) is not library.AsyncClient:
        raise not_there_yet(f"a subclass of httpx2.AsyncClient ({type(given).__name__})")
    if given.is_closed:
        raise RuntimeError("Cannot send a request, as the client has been closed.")
    fresh = library.AsyncClient(trust_env=given._trust_env)
    hooks = any(given.event_hooks.values())
    plain_transport = type(given._transport) is library.AsyncHTTPTransport
    for setting, used in (
        ("event_hooks=", hooks),
        ("auth=", given.auth is not None),
        ("params=", bool(given.params)),
        ("cookies=", bool(given.cookies)),
        ("headers=", given.headers != fresh.headers),
        ("base_url=", str(given.base_url) != ""),
        ("transport=", not plain_transport),
        ("proxy= or mounts=", any(given._mounts.values())),
    ):
        if used:
            raise not_there_yet(setting)
    pool = given._transport._pool
    for setting in ("_http2", "_uds", "_local_address", "_socket_options", "_retries", "_proxy"):
        if getattr(pool, setting, None):
            raise not_there_yet(f"{setting.strip('_')}=")
    context, usual = pool._ssl_context, fresh._transport._pool._ssl_context
    verify = context.verify_mode != 0
    if verify and _trusted(context) != _trusted(usual):
        raise not_there_yet("verify=SSLContext")
    return NativeHttpClient(
        timeout=given.timeout,
        limits=library.Limits(
            max_connections=pool._max_connections,
            max_keepalive_connections=pool._max_keepalive_connections,
            keepalive_expiry=pool._keepalive_expiry,
        ),
        verify=verify,
        trust_env=given._trust_env,
    )


def _trusted(context: Any) -> tuple[Any, ...]:
    try:
        authorities = sorted(context.get_ca_certs(binary_form=True))
    except NotImplementedError:  # truststore: whatever the system trusts
        authorities = None
    return type(context), context.check_hostname, authorities


def _limits(given: Any) -> dict[str, Any]:
    if given is None:
        return {
            "max_connections": MAX_CONNECTIONS,
            "max_idle": MAX_KEEPALIVE_CONNECTIONS,
            "idle_expiry": KEEPALIVE_EXPIRY_SECONDS,
        }
    try:
        limits = {
            "max_connections": _count(given.max_connections),
            "max_idle": _count(given.max_keepalive_connections),
            "idle_expiry": given.keepalive_expiry,
        }
    except AttributeError:
        raise TypeError(f"limits must be httpx2.Limits, not {type(given).__name__}") from None
    return limits


def _count(value: Any) -> int | None:
    # httpx2 counts like this: some number, or no limit for None and sys.maxsize.
    if value is None or value >= sys.maxsize:
        return None
    return int(value)


def _trust(verify: Any) -> dict[str, Any]:
    if verify is True:
        # Read now, as the official client does: clients made later may trust somebody else.
        environment = os.environ.get
        return {
            "ca_file": environment("SSL_CERT_FILE", ""),
            "ca_dir": environment("SSL_CERT_DIR", ""),
        }
    if verify is False:
        return {"verify": False}
    if isinstance(verify, (str, os.PathLike)):
        path = os.fspath(verify)
        if not os.path.exists(path):
            raise FileNotFoundError(f"verify={path!r}: there is no such file or directory")
        return {"ca_dir" if os.path.isdir(path) else "ca_file": path}
    raise not_there_yet("verify=SSLContext")


if TYPE_CHECKING:
    from ._http_clients_sync import DefaultHttpx2Client as DefaultHttpx2Client
    from ._http_clients_sync import DefaultHttpxClient as DefaultHttpxClient
else:
    __getattr__ = sync_names(__name__, "openai_native._http_clients_sync")
