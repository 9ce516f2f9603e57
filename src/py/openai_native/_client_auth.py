"""Who a client is to the API: keys, workload identities, providers that sign its requests."""

# Synchronous twin: _client_auth_sync.py (derived)

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from . import _settings
from ._constants import WORKLOAD_IDENTITY_API_KEY_PLACEHOLDER
from ._exceptions import OpenAIError
from ._request_hooks import AsyncRequestHooks
from ._secrets import Secret, secret
from ._types import NotGiven, Omit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import httpx2

    from ._provider import _Provider, _ProviderRuntime
    from ._types import SecurityOptions
    from .auth import WorkloadIdentity, X509WorkloadIdentity


def is_x509(identity: Any) -> bool:
    return identity is not None and identity.get("type") == "x509"


def _unsupported_by_sockets() -> OpenAIError:
    return OpenAIError("This authentication method is not supported by WebSocket connections")


class MissingAPIKey(Omit):
    """Sends no credentials of the client's, and is no wish of the caller to send none."""


class AsyncClientAuth(AsyncRequestHooks, own_links=True):
    api_key: str
    admin_api_key: str | None
    workload_identity: WorkloadIdentity | X509WorkloadIdentity | None = None
    _api_key_provider: Callable[[], Awaitable[str]] | None = None
    _provider: _Provider | None = None
    _provider_runtime: _ProviderRuntime | None = None
    _workload_identity_auth: Any = None
    _auth_header_names: tuple[str, ...] = ("authorization",)

    if TYPE_CHECKING:
        _custom_headers: Mapping[str, Any]

        def _checked(self, name: str, value: Any) -> Any: ...

    def _identify(
        self,
        provider: _Provider | None,
        identity: WorkloadIdentity | X509WorkloadIdentity | None,
        api_key: str | Callable[[], Awaitable[str]] | None,
        admin_api_key: str | None,
        base_url: str | httpx2.URL | None,
        data_residency: str | None,
    ) -> str | httpx2.URL | None:
        """Whom the client speaks for, and to. The base URL, if something given determines it."""
        if data_residency is not None and is_x509(identity):
            from .auth._x509_rules import x509_data_residency_base_url

            base_url = x509_data_residency_base_url(base_url, data_residency, identity)
        self._take_provider(
            provider,
            api_key=api_key,
            admin_api_key=admin_api_key,
            workload_identity=identity,
            base_url=base_url,
        )
        key = self._take_identity(api_key, identity)
        key = self._environment("OPENAI_API_KEY") if key is None else key
        self._api_key_provider = key if callable(key) else None
        self.api_key = "" if callable(key) or key is None else key
        self.admin_api_key = (
            self._environment("OPENAI_ADMIN_KEY") if admin_api_key is None else admin_api_key
        )
        if self._provider_runtime is not None:
            return self._provider_runtime.base_url
        return base_url

    def _environment(self, name: str) -> str | None:
        """Not with a provider: secrets of one service are no business of another one."""
        return None if self._provider_runtime is not None else os.environ.get(name)

    def _has_credentials(self) -> bool:
        holders = (self._provider_runtime, self._api_key_provider, self.admin_api_key)
        return bool(self.api_key) or any(holder is not None for holder in holders)

    def _take_provider(self, provider: _Provider | None, **settings: Any) -> None:
        """`settings`: what a provider decides, and the caller may not."""
        self._provider = provider
        self._provider_runtime = None
        if provider is None:
            return
        from ._provider import _configure_provider, _provider_name

        name = _provider_name(provider)
        if given := [f"`{each}`" for each, value in settings.items() if value is not None]:
            raise OpenAIError(
                f"`provider` cannot be combined with top-level {', '.join(given)}. Move provider "
                f"authentication and routing options into `{name}(...)`."
            )
        self._provider_runtime = _configure_provider(provider)

    def _take_identity(self, api_key: Any, identity: Any) -> Any:
        """The API key that goes with it."""
        self.workload_identity = None
        self._workload_identity_auth = None
        if identity is None:
            return api_key
        if api_key not in (None, WORKLOAD_IDENTITY_API_KEY_PLACEHOLDER):
            raise OpenAIError(
                "The `api_key` and `workload_identity` arguments are mutually exclusive"
            )
        if not is_x509(identity) and "provider" not in identity:
            raise OpenAIError(
                "Invalid `workload_identity` configuration: expected an X.509 or subject-token "
                "identity"
            )
        self.workload_identity = identity.copy() if is_x509(identity) else identity
        return WORKLOAD_IDENTITY_API_KEY_PLACEHOLDER

    def _start_identity(self) -> None:
        """When the HTTP client is known: it exchanges the tokens, or says which library does."""
        identity: Any = self.workload_identity
        if identity is None:
            return
        if is_x509(identity):
            from .auth._x509 import AsyncX509WorkloadIdentityAuth

            self._workload_identity_auth = AsyncX509WorkloadIdentityAuth(
                workload_identity=identity.copy(),
                http_client=self._client,
                max_retries=self.max_retries,
            )
        else:
            from .auth import WorkloadIdentityAuth

            legacy = type(self._client).__module__.partition(".")[0] == "httpx"
            self._workload_identity_auth = WorkloadIdentityAuth(
                workload_identity=identity, _use_httpx2=not legacy
            )

    @property
    def _uses_x509(self) -> bool:
        return is_x509(self.workload_identity)

    @property
    def _default_base_url(self) -> str:
        if not self._uses_x509:
            return _settings.DEFAULT_BASE_URL
        from .auth._x509_rules import MTLS_API_BASE_URL

        return MTLS_API_BASE_URL

    @property
    def custom_auth(self) -> httpx2.Auth | None:
        if self._provider_runtime is None and not self._uses_x509:
            return None
        import httpx2

        return httpx2.Auth()  # adds nothing, and keeps an HTTP client from adding its own

    def _custom_auth(self, security: SecurityOptions) -> httpx2.Auth | None:
        return self.custom_auth

    @property
    def auth_headers(self) -> dict[str, str]:
        standing = self.api_key and self.api_key != WORKLOAD_IDENTITY_API_KEY_PLACEHOLDER
        return self._bearer_auth if standing and self._provider_runtime is None else {}

    @property
    def _bearer_auth(self) -> dict[str, str]:
        return {"Authorization": Secret(f"Bearer {self.api_key}")} if self.api_key else {}

    @property
    def _admin_api_key_auth(self) -> dict[str, str]:
        key = self.admin_api_key
        return {} if key is None else {"Authorization": Secret(f"Bearer {key}")}

    def _auth_headers(self, security: SecurityOptions) -> dict[str, str]:
        headers: dict[str, str] = {}
        if self._provider_runtime is not None:
            return headers
        if security.get("admin_api_key_auth"):
            headers.update(self._admin_api_key_auth)
        if security.get("bearer_auth"):
            headers.update(self._bearer_auth)
        return headers

    def _standing_headers(self, scheme: str, *defaults: Mapping[str, Any]) -> list[tuple[str, str]]:
        """What the core keeps for calls of that scheme: without credentials that are renewed."""
        bearer = {} if self._renews_credentials else self.auth_headers
        credentials = {
            "bearer": bearer,
            "admin": self._admin_api_key_auth,
            "either": {**self._admin_api_key_auth, **bearer},
            "none": {},
        }
        return _settings.merge_headers(credentials[scheme], *defaults)

    def _validate_headers(
        self, headers: Mapping[str, Any], custom_headers: Mapping[str, Any]
    ) -> None:
        if self._provider_runtime is not None or _settings.has_header(headers, "authorization"):
            return
        self._missing_credentials("either", custom_headers)

    def _missing_credentials(self, scheme: str, extra_headers: Mapping[str, Any] | None) -> None:
        """No credentials in the settings: fine only if the call brings its own, or wants none."""
        if any(
            name.lower() == "authorization" and not isinstance(value, MissingAPIKey)
            for name, value in (extra_headers or {}).items()
        ):
            return
        raise TypeError(
            "Could not resolve authentication method. Expected either api_key or admin_api_key to "
            "be set. Or for the `Authorization` header to be explicitly omitted."
        )

    async def _refresh_api_key(self) -> str:
        if self._api_key_provider is not None:
            key = secret(await self._api_key_provider())
            # The key travels with its own call: the core's settings stay as they are.
            object.__setattr__(self, "api_key", self._checked("api_key", key))
        return self.api_key

    async def _attempt_key(self) -> str:
        """The key for one attempt. One of a function is not kept any longer."""
        key = await self._refresh_api_key()
        if self._api_key_provider is not None:
            object.__setattr__(self, "api_key", "")
        return key

    @property
    def _renews_credentials(self) -> bool:
        """Whether they are asked for before each attempt."""
        return self._api_key_provider is not None or self._workload_identity_auth is not None

    async def _fresh_credentials(
        self, scheme: str, extra_headers: Mapping[str, Any] | None
    ) -> tuple[str, str] | None:
        """The header of one attempt, made by the core; others may run with a newer one."""
        if not self._renews_credentials or scheme in ("admin", "none"):
            return None
        for given in (extra_headers, self._custom_headers):
            if _settings.has_header(given, "authorization"):
                return None
        if self._workload_identity_auth is not None:
            from ._workload_calls import exchanged_token

            key = await exchanged_token(self._workload_identity_auth, self.max_retries)
        else:
            key = await self._attempt_key()
        if not key and scheme == "either":
            key = self.admin_api_key or ""
        if not key:
            self._missing_credentials(scheme, extra_headers)
        return "Authorization", Secret(f"Bearer {key}")

    def _forget_credentials(self, header: tuple[str, str] | None) -> bool:
        """They were refused. Whether it is worth trying with others."""
        auth = self._workload_identity_auth
        if auth is None or header is None:
            return False
        auth.invalidate_token(header[1].removeprefix("Bearer "))
        return True

    async def _socket_credentials(self, extra_headers: Mapping[str, Any]) -> dict[str, str]:
        """Of a WebSocket for which nothing is exchanged or signed: the caller's own header does."""
        unsigned = self._provider_runtime is not None or self.workload_identity is not None
        own = any(
            _settings.has_header(given, "authorization")
            for given in (extra_headers, self._custom_headers)
        )
        if self._uses_x509 or (unsigned and not own):
            raise _unsupported_by_sockets()
        await self._refresh_api_key()
        return self.auth_headers

    async def _prepare_options(self, options: Any) -> Any:
        """Called before each attempt; what it returns is sent."""
        runtime = self._provider_runtime
        unsigned = runtime is not None or self.workload_identity is not None
        if unsigned and options.url.startswith(("ws://", "wss://")):
            raise _unsupported_by_sockets()
        if runtime is not None:
            from ._provider_steps import transformed

            return await transformed(runtime, options)
        if self._api_key_provider is not None and options.security.get("bearer_auth"):
            self._set_request_key(options, await self._attempt_key())
        return options

    def _set_request_key(self, options: Any, key: str) -> None:
        """A key of a callable belongs to this attempt: never to another one's headers."""
        given = {} if isinstance(options.headers, NotGiven) else (options.headers or {})
        if _settings.has_header(given, "authorization"):
            return
        credentials: dict[str, str] = {"Authorization": Secret(f"Bearer {key}")} if key else {}
        if not key and options.security.get("admin_api_key_auth"):
            credentials = self._admin_api_key_auth
        merged = _settings.merge_headers(credentials, self.default_headers, given)
        standing = [value for name, value in merged if name.lower() == "authorization"]
        value = standing[0] if standing else MissingAPIKey()
        options.headers = {"Authorization": value, **given}

    async def _prepare_request(self, request: httpx2.Request) -> None:
        """Called before each attempt, with the request that is about to be sent."""
        if self._provider_runtime is not None:
            from ._provider_steps import prepare

            await prepare(self._provider_runtime, request)

    async def _send_request(
        self, request: httpx2.Request, *, stream: bool, **kwargs: Any
    ) -> httpx2.Response:
        response = await self._send_with_auth_retry(request, stream=stream, **kwargs)
        if self._provider_runtime is None:
            return response
        from ._provider_steps import normalized

        return await normalized(self._provider_runtime, response)

    async def _send_with_auth_retry(
        self, request: httpx2.Request, *, stream: bool, retried: bool = False, **kwargs: Any
    ) -> httpx2.Response:
        """Sent again, with a new token, when a workload's token was refused."""
        if self._workload_identity_auth is None:
            return await super()._send_request(request, stream=stream, **kwargs)
        from ._workload_calls import send_with_token

        return await send_with_token(self, request, stream=stream, retried=retried, **kwargs)
