"""`provider=`: who serves the API, where, and how requests are signed there.

What a caller holds is an opaque handle: its definition, with the secrets, is kept beside it, and
every client configures a runtime of its own from that.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakKeyDictionary

from ._exceptions import OpenAIError

if TYPE_CHECKING:
    import httpx2


class _Provider:
    """Made by a provider's function, for example `openai_native.providers.bedrock(...)`."""

    __slots__ = ("__weakref__",)


@dataclass
class _ProviderRuntime:
    name: str
    base_url: str | httpx2.URL
    transform_request: Callable[[Any], Any] | None = None
    transform_async_request: Callable[[Any], Awaitable[Any]] | None = None
    prepare_request: Callable[[httpx2.Request], None] | None = None
    prepare_async_request: Callable[[httpx2.Request], Awaitable[None]] | None = None
    normalize_response: Callable[[httpx2.Response], httpx2.Response] | None = None
    normalize_async_response: Callable[[httpx2.Response], Awaitable[httpx2.Response]] | None = None


class _ProviderDefinition(Protocol):
    @property
    def name(self) -> str: ...

    def configure(self) -> _ProviderRuntime: ...


_definitions: WeakKeyDictionary[_Provider, _ProviderDefinition] = WeakKeyDictionary()


def _create_provider(definition: _ProviderDefinition) -> _Provider:
    provider = _Provider()
    _definitions[provider] = definition
    return provider


def _provider_name(provider: _Provider) -> str:
    return _definition_of(provider).name


def _configure_provider(provider: _Provider) -> _ProviderRuntime:
    return _definition_of(provider).configure()


def _definition_of(provider: _Provider) -> _ProviderDefinition:
    try:
        return _definitions[provider]
    except (KeyError, TypeError) as error:
        raise OpenAIError(
            "Invalid provider. Providers must be created by an OpenAI provider factory."
        ) from error
