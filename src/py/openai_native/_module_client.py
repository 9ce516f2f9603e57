"""The client behind `openai_native.chat.completions.create(...)`: its settings are the module's
own variables, read again for every call.
"""

from __future__ import annotations

import os
from typing import Any

import openai_native as _module

from . import _settings
from ._client_sync import OpenAI
from ._exceptions import OpenAIError
from ._http_clients_sync import NativeHttpClient, checked_http_client
from ._types import not_given
from .lib.azure_sync import AzureOpenAI
from .lib.bedrock_sync import BedrockOpenAI

_SETTINGS = (
    "api_key",
    "admin_api_key",
    "organization",
    "project",
    "base_url",
    "timeout",
    "max_retries",
    "default_headers",
    "default_query",
    "http_client",
)


class _AmbiguousModuleClientUsageError(OpenAIError):
    def __init__(self) -> None:
        super().__init__(
            "Ambiguous use of module client; please set `openai.api_type` or the `OPENAI_API_TYPE` "
            "environment variable to `openai`, `azure`, or `amazon-bedrock`"
        )


def _variable(name: str) -> Any:
    """An attribute of the client that is a variable of the module."""

    def read(_: Any) -> Any:
        return getattr(_module, name)

    def write(_: Any, value: Any) -> None:
        setattr(_module, name, value)

    return property(read, write)


def _while_unchanged(slot: str) -> Any:
    """An attribute that is None as soon as a variable of the module has changed."""

    def read(client: Any) -> Any:
        value, made_of = vars(client).get(slot, (None, None))
        return value if made_of == _now() else None

    def write(client: Any, value: Any) -> None:
        vars(client)[slot] = (value, _now())

    return property(read, write)


class _ModuleClient(OpenAI):
    """Nobody tells it of assignments to the module's variables: it looks whether they changed."""

    api_key = _variable("api_key")
    admin_api_key = _variable("admin_api_key")
    organization = _variable("organization")
    project = _variable("project")
    webhook_secret = _variable("webhook_secret")
    max_retries = _variable("max_retries")

    _own: dict[str, Any]
    _translated: tuple[Any, Any] = (None, None)

    _native = _while_unchanged("_built")
    _prepared = _while_unchanged("_stand_in")

    @property
    def _custom_headers(self) -> Any:
        return _module.default_headers or {}

    @_custom_headers.setter
    def _custom_headers(self, value: Any) -> None:
        _module.default_headers = value

    @property
    def _custom_query(self) -> Any:
        return _module.default_query or {}

    @_custom_query.setter
    def _custom_query(self, value: Any) -> None:
        _module.default_query = value

    @property
    def _timeout(self) -> Any:
        return vars(_module).get("timeout", not_given)

    @_timeout.setter
    def _timeout(self, value: Any) -> None:
        if value is not not_given:
            _module.timeout = value

    @property
    def _address(self) -> _settings.Address:
        given = _module.base_url
        own: _settings.Address = self._own["address"]
        return own if given is None else _settings.parse_base_url(given)

    @_address.setter
    def _address(self, address: _settings.Address) -> None:
        vars(self).setdefault("_own", {})["address"] = address

    @property
    def _base_url_text(self) -> str:
        given = _module.base_url
        return str(self._own["text"] if given is None else given)

    @_base_url_text.setter
    def _base_url_text(self, text: str) -> None:
        vars(self).setdefault("_own", {})["text"] = text

    @property
    def _client(self) -> NativeHttpClient:
        given = _module.http_client
        if self._translated[0] is not given or given is None:
            object.__setattr__(self, "_translated", (given, checked_http_client(given)))
        client: NativeHttpClient = self._translated[1]
        return client

    @_client.setter
    def _client(self, value: NativeHttpClient) -> None:
        _module.http_client = value

    def _build_native(self) -> Any:
        for name in ("api_key", "admin_api_key", "organization", "project", "max_retries"):
            self._checked(name, getattr(self, name))
        self._checked("timeout", self._timeout)
        return super()._build_native()


def _now() -> tuple[Any, ...]:
    values = vars(_module)
    return tuple(
        dict(value) if name.startswith("default_") and value else value
        for name in _SETTINGS
        for value in (values.get(name),)
    )


class _AzureModuleClient(_ModuleClient, AzureOpenAI): ...  # type: ignore[misc]


class _BedrockModuleClient(_ModuleClient, BedrockOpenAI):
    """A key that the client found itself is not the module's: that is the caller's to set."""

    @property
    def api_key(self) -> Any:
        return _module._bedrock_api_key if _module.api_key is None else _module.api_key

    @api_key.setter
    def api_key(self, value: Any) -> None:
        _module._bedrock_api_key = value

    def _refresh_api_key(self) -> str:
        return super()._refresh_api_key() if _module.api_key is None else _module.api_key

    def _legacy_auth_configuration(self) -> tuple[Any, Any]:
        if _module.api_key is not None:
            return "bearer", _module.api_key
        return super()._legacy_auth_configuration()


_COMMON = (
    "api_key",
    "organization",
    "base_url",
    "max_retries",
    "default_headers",
    "default_query",
    "http_client",
)
# What each kind of client is made of besides.
_OWN: dict[str, tuple[type[OpenAI], tuple[str, ...]]] = {
    "azure": (
        _AzureModuleClient,
        ("api_version", "azure_endpoint", "azure_ad_token", "azure_ad_token_provider"),
    ),
    "amazon-bedrock": (
        _BedrockModuleClient,
        ("bedrock_token_provider", "project", "webhook_secret"),
    ),
}
_loaded: OpenAI | None = None


def _load_client() -> OpenAI:
    """The one client of the module; made when it is first needed."""
    global _loaded
    if _loaded is None:
        kind, own = _OWN.get(_api_type(), (None, ("admin_api_key", "project", "webhook_secret")))
        given = {name: getattr(_module, name) for name in (*_COMMON, *own)}
        given["timeout"] = vars(_module).get("timeout", not_given)
        if kind is None:
            _loaded = _ModuleClient(**given, _enforce_credentials=False)
        else:
            _loaded = kind(**given)
    return _loaded


def _reset_client() -> None:
    global _loaded
    _loaded = None


def _api_type() -> str:
    environment = os.environ.get
    if _module.azure_endpoint is None:
        _module.azure_endpoint = environment("AZURE_OPENAI_ENDPOINT")
    if _module.api_version is None:
        _module.api_version = environment("OPENAI_API_VERSION")
    if _module.api_type is None:
        azure = (
            _module.azure_endpoint,
            _module.azure_ad_token,
            _module.azure_ad_token_provider,
            environment("AZURE_OPENAI_API_KEY"),
            environment("AZURE_OPENAI_AD_TOKEN"),
        )
        wants_azure = any(value is not None for value in azure)
        if wants_azure and environment("OPENAI_API_KEY") is not None:
            raise _AmbiguousModuleClientUsageError
        _module.api_type = "azure" if wants_azure else "openai"
    return _module.api_type


class ModuleResource:
    """`openai_native.chat` and its like: stands for a resource of the module's client."""

    def __init__(self, name: str) -> None:
        object.__setattr__(self, "_name", name)

    def __load__(self) -> Any:
        return getattr(_load_client(), self._name)

    def __getattr__(self, attribute: str) -> Any:
        return getattr(self.__load__(), attribute)

    def __repr__(self) -> str:
        return repr(self.__load__())

    def __str__(self) -> str:
        return str(self.__load__())

    def __dir__(self) -> list[str]:
        return dir(self.__load__())

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        try:
            return type(self.__load__())
        except Exception:
            return ModuleResource
