"""The settings of a client. The calls themselves are made by the native core, from a
`NativeClient` that holds the same settings and is rebuilt after one of them changed.
"""

# Synchronous twin: _client_sync.py (derived)

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from . import _settings
from ._annotations import evaluate_lazily
from ._carrier import Carrier, close_connections_of, connections_of
from ._compat import cached_property
from ._constants import DEFAULT_MAX_RETRIES
from ._constants import (
    WORKLOAD_IDENTITY_API_KEY_PLACEHOLDER as WORKLOAD_IDENTITY_API_KEY_PLACEHOLDER,
)
from ._data_residency import resolve_data_residency
from ._exceptions import OpenAIError
from ._face import FACE_HEADER
from ._http_clients import (
    HTTPX2_DEFAULT_TIMEOUT,
    NativeHttpClient,
    checked_http_client,
    chosen_http_client,
)
from ._lazy import sync_names
from ._links import CLIENT_LINKS, fork
from ._network import (
    CALL_OPTIONS,
    check_call_option,
    check_rate_limits,
    connection_options,
    set_call_options,
)
from ._qs import Querystring
from ._requests import AsyncAPIClient
from ._resources import (
    AsyncOpenAIWithRawResponse,
    AsyncOpenAIWithStreamedResponse,
    AsyncResources,
)
from ._types import NotGiven, Omit, not_given, omit
from ._version import __version__

if TYPE_CHECKING:
    from types import TracebackType

    import httpx2
    from typing_extensions import Self, Unpack

    from ._core import NativeClient
    from ._data_residency import DataResidency
    from ._network import NetworkOptions
    from ._provider import _Provider
    from ._rate_limits import RateLimits
    from ._types import Timeout
    from .auth import WorkloadIdentity, X509WorkloadIdentity

_SelfT = TypeVar("_SelfT", bound="AsyncOpenAI")
_AsyncKey = Callable[[], Awaitable[str]]


class AsyncOpenAI(AsyncResources, AsyncAPIClient):
    api_key: str
    admin_api_key: str | None
    workload_identity: WorkloadIdentity | X509WorkloadIdentity | None
    organization: str | None
    project: str | None
    webhook_secret: str | None
    websocket_base_url: str | httpx2.URL | None
    max_retries: int
    deadline: float | None = None
    stream_idle_timeout: float | None = None
    first_event_timeout: float | None = None
    max_response_bytes: int | None = None

    _client: Any
    _native: NativeClient | None = None
    _prepared: Any = None
    _carrier: Carrier | None = None  # what `_native` was made of
    _idempotency_header: str | None = None
    _strict_response_validation = False
    _rate_limits: RateLimits | None = None

    def __init__(
        self,
        *,
        api_key: str | Callable[[], Awaitable[str]] | None = None,
        admin_api_key: str | None = None,
        workload_identity: WorkloadIdentity | X509WorkloadIdentity | None = None,
        organization: str | None = None,
        project: str | None = None,
        webhook_secret: str | None = None,
        provider: _Provider | None = None,
        base_url: str | httpx2.URL | None | NotGiven = not_given,
        data_residency: DataResidency | None = None,
        websocket_base_url: str | httpx2.URL | None = None,
        timeout: float | Timeout | None | NotGiven = not_given,
        max_retries: int = DEFAULT_MAX_RETRIES,
        default_headers: Mapping[str, str] | None = None,
        default_query: Mapping[str, object] | None = None,
        http_client: httpx2.AsyncClient | NativeHttpClient | None = None,
        _strict_response_validation: bool = False,
        _enforce_credentials: bool = True,
        **network: Unpack[NetworkOptions],
    ) -> None:
        """A client of the OpenAI API. It may be made anywhere and used from any thread and loop.

        What is not given comes from the environment: OPENAI_API_KEY, OPENAI_ADMIN_KEY,
        OPENAI_ORG_ID, OPENAI_PROJECT_ID, OPENAI_WEBHOOK_SECRET, OPENAI_BASE_URL and
        OPENAI_CUSTOM_HEADERS. `api_key` may be a function that gives one, called before each
        request. `network`: see docs/network.md.
        """
        connecting = connection_options(network, type(self), "__init__")
        url = resolve_data_residency(
            data_residency, base_url, provider=provider, websocket_base_url=websocket_base_url
        )
        url = self._identify(
            provider, workload_identity, api_key, admin_api_key, url, data_residency
        )
        if _enforce_credentials and not self._has_credentials():
            raise OpenAIError(
                "Missing credentials. Please pass an `api_key`, `workload_identity`, "
                "`admin_api_key`, or set the `OPENAI_API_KEY` or `OPENAI_ADMIN_KEY` environment "
                "variable."
            )
        environment = self._environment
        self.organization = environment("OPENAI_ORG_ID") if organization is None else organization
        self.project = environment("OPENAI_PROJECT_ID") if project is None else project
        self.webhook_secret = (
            os.environ.get("OPENAI_WEBHOOK_SECRET") if webhook_secret is None else webhook_secret
        )
        self.websocket_base_url = websocket_base_url
        if url is None:
            url = environment("OPENAI_BASE_URL")
        self.base_url = self._default_base_url if url is None else url
        self._base_url_was_default = url is None
        self._data_residency = data_residency
        self._strict_response_validation = _strict_response_validation
        self._version = __version__
        self._custom_headers = self._with_environment_headers(default_headers)
        self._custom_query = {} if default_query is None else default_query
        self._client = chosen_http_client(http_client, connecting)
        set_call_options(self, network)
        self.max_retries = max_retries
        unset = isinstance(timeout, NotGiven)
        chosen: Any = self._default_timeout(http_client) if unset else timeout
        self.timeout = chosen
        self._start_identity()

    def _with_environment_headers(self, given: Mapping[str, str] | None) -> Mapping[str, str]:
        self._ambient_authorizations: frozenset[str] = frozenset()
        ambient = _settings.parsed_headers(self._environment("OPENAI_CUSTOM_HEADERS"))
        given = {} if given is None else given
        _settings.check_mapping("default_headers", given)
        if ambient is None:
            return given
        if self._uses_x509 or _settings.has_header(given, "authorization"):
            ambient = {k: v for k, v in ambient.items() if k.lower() != "authorization"}
        self._ambient_authorizations = frozenset(
            value for name, value in ambient.items() if name.lower() == "authorization"
        )
        return {**ambient, **given}

    def _default_timeout(self, http_client: Any) -> Any:
        """The given HTTP client's own timeout counts if somebody chose it."""
        if http_client is None:
            return not_given
        ours = isinstance(http_client, NativeHttpClient)
        own = http_client._timeout if ours else _settings.httpx2_timeout(http_client.timeout)
        if own is not_given or _settings.split_timeout(own) == HTTPX2_DEFAULT_TIMEOUT:
            return not_given
        return own

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _settings.NATIVE_SETTINGS:
            value = self._checked(name, value)
            object.__setattr__(self, "_native", None)
            object.__setattr__(self, "_prepared", None)
        object.__setattr__(self, name, value)
        if name in CLIENT_LINKS:
            self._look_at_links()

    def __delattr__(self, name: str) -> None:
        object.__delattr__(self, name)
        if name in CLIENT_LINKS:
            self._look_at_links()

    def _checked(self, name: str, value: Any) -> Any:
        if name == "max_retries":
            return _settings.check_max_retries(value)
        if name == "timeout" and value is not not_given:
            _settings.split_timeout(value)
        elif name in _settings.CALL_HOOKS and not (value is None or callable(value)):
            raise TypeError(f"{name} must be a function or None, not {type(value).__name__}")
        elif name in CALL_OPTIONS:
            return check_call_option(name, value)
        elif name == "_rate_limits":
            return check_rate_limits(value)
        elif name == "_client":
            return checked_http_client(value)
        elif name == "_custom_headers":
            _settings.check_headers(value)
        elif name == "_custom_query":
            _settings.check_mapping("query", value)
        elif name in ("api_key", "admin_api_key", "organization", "project") and value is not None:
            _settings.check_header_value(name, value, "setting")
        return value

    @property
    def base_url(self) -> httpx2.URL:
        import httpx2

        return httpx2.URL(self._base_url_text)

    @base_url.setter
    def base_url(self, url: httpx2.URL | str) -> None:
        if self._uses_x509:
            from .auth._x509_rules import validate_x509_api_url

            validate_x509_api_url(url)
        self._address = _settings.parse_base_url(url)
        self._base_url_text = _settings.with_trailing_slash(str(url))
        self._base_url_was_default = False
        self._data_residency = None

    _base_url = base_url

    @property
    def timeout(self) -> float | Timeout | None:
        if self._timeout is not_given:
            from ._constants import DEFAULT_TIMEOUT

            return DEFAULT_TIMEOUT
        chosen: float | Timeout | None = self._timeout
        return chosen

    @timeout.setter
    def timeout(self, value: float | Timeout | None) -> None:
        self._timeout: Any = value

    @property
    def user_agent(self) -> str:
        return f"{type(self).__name__}/Python {self._version}"

    @property
    def qs(self) -> Querystring:
        return Querystring(array_format="brackets")

    @property
    def default_headers(self) -> dict[str, str | Omit]:
        return {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": self.user_agent,
            **self.platform_headers(),
            "X-Stainless-Async": FACE_HEADER,
            "OpenAI-Organization": omit if self.organization is None else self.organization,
            "OpenAI-Project": omit if self.project is None else self.project,
            **self._custom_headers,
        }

    @property
    def default_query(self) -> dict[str, object]:
        return {**self._custom_query}

    @cached_property
    def with_raw_response(self) -> AsyncOpenAIWithRawResponse:
        return AsyncOpenAIWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> AsyncOpenAIWithStreamedResponse:
        return AsyncOpenAIWithStreamedResponse(self)

    def _build_native(self) -> NativeClient:
        """What the core reads the settings from; called by it when there is none."""
        from ._core import NativeClient
        from ._native import native_settings

        if self._chained or self._takes_detours():
            object.__setattr__(self, "_native", fork())
            return fork()
        native = NativeClient(connections_of(self._client), **native_settings(self))
        object.__setattr__(self, "_native", native)
        return native

    def copy(
        self,
        *,
        api_key: str | Callable[[], Awaitable[str]] | None = None,
        admin_api_key: str | None = None,
        workload_identity: WorkloadIdentity | X509WorkloadIdentity | None = None,
        provider: _Provider | None | NotGiven = not_given,
        organization: str | None = None,
        project: str | None = None,
        webhook_secret: str | None = None,
        websocket_base_url: str | httpx2.URL | None = None,
        base_url: str | httpx2.URL | None | NotGiven = not_given,
        data_residency: DataResidency | None = None,
        timeout: float | Timeout | None | NotGiven = not_given,
        http_client: httpx2.AsyncClient | NativeHttpClient | None = None,
        max_retries: int | NotGiven = not_given,
        default_headers: Mapping[str, str] | None = None,
        set_default_headers: Mapping[str, str] | None = None,
        default_query: Mapping[str, object] | None = None,
        set_default_query: Mapping[str, object] | None = None,
        _enforce_credentials: bool | None = None,
        _extra_kwargs: Mapping[str, Any] = {},
        **network: Unpack[NetworkOptions],
    ) -> Self:
        """A new client with the same settings and connections, except for what is given here.

        New connections, if it is given an option of those.
        """
        from ._copy import copy_client

        given = dict(locals())
        given.pop("self")
        given.pop("copy_client")
        return copy_client(self, **given)

    with_options = copy

    def __copy__(self) -> Self:
        return self.copy()

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self.copy()

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"{type(self).__name__} cannot be pickled: it holds connections and a secret key. "
            "Make a client in each process instead."
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self._base_url_text!r})"

    def is_closed(self) -> bool:
        closed: bool = self._client.is_closed
        return closed

    async def close(self) -> None:
        """Close the connections, also those of clients that share them. No call works after it."""
        await self._client.aclose()
        close_connections_of(self._client)

    async def __aenter__(self: _SelfT) -> _SelfT:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        await self.close()


AsyncClient = AsyncOpenAI
AsyncOpenAI.__module__ = "openai_native"
evaluate_lazily(__name__)

if TYPE_CHECKING:
    from ._client_sync import Client as Client
    from ._client_sync import OpenAI as OpenAI
else:
    __getattr__ = sync_names(__name__, "openai_native._client_sync")
