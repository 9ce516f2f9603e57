"""A Realtime Translation session: it is finished by `session.close` and over with
`session.closed`; nothing is sent twice.
"""

# Synchronous twin: _realtime_translation_sync.py (derived)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._exceptions import OpenAIError
from .._lazy import sync_names
from .._websocket_place import PreparedQuery
from .._websocket_urls import query_params, with_extra
from ._translation_turns import AsyncOwner, AsyncTurn

if TYPE_CHECKING:
    from types import TracebackType

    from .._client import AsyncOpenAI
    from .._types import Headers, Query
    from ..resources.realtime.translations.translations import (
        AsyncTranslations,
        AsyncTranslationsConnection,
    )
    from ..types.realtime import (
        RealtimeTranslationClientEvent,
        RealtimeTranslationClientEventParam,
    )
    from ..types.websocket_connection_options import WebSocketConnectionOptions

__all__ = [
    "AsyncTranslationConnection",
    "AsyncTranslationSession",
    "TranslationConnection",
    "TranslationSession",
]


class AsyncTranslationConnection(AsyncOwner):
    def __init__(self, connection: AsyncTranslationsConnection) -> None:
        super().__init__(connection)
        self._turn = AsyncTurn()

    async def send(
        self, event: RealtimeTranslationClientEvent | RealtimeTranslationClientEventParam
    ) -> None:
        """A write that fails closes the connection: it may have reached the server."""
        finishes = _type_of(event) == "session.close"
        async with self._turn:
            if self._state == "finishing" and finishes:
                return
            if self._state != "open":
                raise OpenAIError("Realtime Translation input is closed.")
            if finishes:
                self._state = "finishing"
            try:
                await self._connection.send(event)
            except BaseException as error:
                try:
                    await self.close()
                except BaseException as closing:
                    raise error from closing
                raise


class AsyncTranslationSession:
    """A context manager over one connection; leaving it closes the connection only."""

    def __init__(
        self,
        resource: AsyncTranslations,
        *,
        model: str,
        extra_query: Query = {},  # noqa: B006
        extra_headers: Headers = {},  # noqa: B006
        websocket_connection_options: WebSocketConnectionOptions = {},  # noqa: B006
    ) -> None:
        self._resource = resource
        self._client = resource._client
        self._model = model
        self._query = extra_query
        self._headers = extra_headers
        self._options = websocket_connection_options
        self._connection: AsyncTranslationConnection | None = None
        self._entered = False

    async def __aenter__(self) -> AsyncTranslationConnection:
        if self._entered:
            raise RuntimeError("Translation sessions may only be entered once")
        self._entered = True
        _check(self._client, self._model, self._query)
        manager = self._resource.connect(
            model=self._model,
            extra_query=_whole_query(self._client, self._model, self._query),
            extra_headers=self._headers,
            websocket_connection_options=self._options,
        )
        self._connection = AsyncTranslationConnection(await manager.enter())
        return self._connection

    enter = __aenter__

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        if self._connection is None:
            return
        try:
            await self._connection.close()
        except BaseException as closing:
            if exc is not None:
                raise exc.with_traceback(exc_tb) from closing
            raise


def _type_of(event: Any) -> object:
    return event.get("type") if isinstance(event, dict) else event.type


def _check(client: AsyncOpenAI, model: str, query: Query) -> None:
    import httpx2

    if not model:
        raise ValueError("A translation model is required.")
    if client._provider is not None or hasattr(client, "_configure_realtime"):
        raise OpenAIError("Realtime Translation is not available through this provider.")
    addresses = [client.base_url, client.websocket_base_url]
    queries = [httpx2.URL(str(url)).params for url in addresses if url is not None]
    if any("intent" in each for each in (*queries, client.default_query, query)):
        raise ValueError("Realtime Translation does not accept an intent query parameter.")


def _whole_query(client: AsyncOpenAI, model: str, query: Query) -> PreparedQuery:
    """The base URL's query counts, too, when the WebSocket has an address of its own: below the
    client's defaults, which are below the WebSocket address's own.
    """
    import httpx2

    defaults = httpx2.QueryParams(client.qs.stringify(dict(client.default_query)))
    kept: Any = [(k, v) for k, v in client.base_url.params.multi_items() if k not in defaults]
    params = httpx2.QueryParams(kept)
    if client.websocket_base_url is not None:
        params = params.merge(httpx2.URL(str(client.websocket_base_url)).params)
    extra = with_extra({"model": model}, query)
    return PreparedQuery(query_params(client, client.base_url.copy_with(params=params), extra))


if TYPE_CHECKING:
    from ._realtime_translation_sync import TranslationConnection as TranslationConnection
    from ._realtime_translation_sync import TranslationSession as TranslationSession
else:
    __getattr__ = sync_names(__name__, f"{__package__}._realtime_translation_sync")
