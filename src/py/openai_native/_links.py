"""The links of the inner chain, `resource.create -> resource._post -> client.post ->
client.request`, and who has put something of his own in the place of one.

While nobody has, generated methods go straight to the core. A class or client with links of its
own has, as `_native`, a `NativeClient` that makes the core ask `_prepare_call`: there the call
takes the chain. So the direct lane pays nothing, and a class that is patched counts for clients
that exist already.
"""

from __future__ import annotations

from abc import ABCMeta
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._core import Endpoint, NativeClient

_VERBS = ("get", "post", "put", "patch", "delete", "get_api_list")
# Steps of a request that only the Python lane has: whose client overrides one takes that lane.
HOOKS = frozenset(
    (
        "_auth_headers",
        "_build_headers",
        "_build_request",
        "_calculate_retry_timeout",
        "_custom_auth",
        "_make_status_error",
        "_make_status_error_from_response",
        "_prepare_options",
        "_prepare_request",
        "_prepare_url",
        "_process_response",
        "_send_request",
        "_should_retry",
        "_should_stream_response_body",
        "_validate_headers",
        "custom_auth",
    )
)
CLIENT_LINKS = frozenset(("request", *_VERBS)) | HOOKS
RESOURCE_LINKS = frozenset(f"_{name}" for name in _VERBS)
_ABSENT = object()


@cache
def fork() -> NativeClient:
    """The core looks no further than its `prepare`, so one serves all clients of both faces."""
    from ._core import NativeClient, Transport

    return NativeClient(
        Transport(),
        tls=False,
        host="localhost",
        port=1,
        base_path="",
        headers={},
        default_query="",
        timeout=(None, None, None, None),
        max_retries=0,
        idempotency_header=None,
        prepare=True,
    )


class _Fork:
    """In the place of a class's `_native`. What clients keep under that name is kept."""

    def __init__(self, shadowed: Any) -> None:
        self.shadowed = shadowed

    def __get__(self, client: Any, owner: type) -> Any:
        return self if client is None else fork()

    def __set__(self, client: Any, native: Any) -> None:
        if hasattr(self.shadowed, "__set__"):
            self.shadowed.__set__(client, native)
        else:
            vars(client)["_native"] = native


class Linked(ABCMeta):
    """Class of the client classes; an ABCMeta, so that they go together with abstract classes."""

    _own_links: Mapping[str, Any] = MappingProxyType({})
    _declared_links: Mapping[str, Any]
    _chained: bool

    def __new__(
        mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **_: Any
    ) -> Linked:
        return super().__new__(mcs, name, bases, namespace)

    def __init__(
        cls,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, Any],
        own_links: bool = False,
    ) -> None:
        """`own_links`: those in this class are ours; in another one they replace ours."""
        super().__init__(name, bases, namespace)
        if own_links:
            cls._declared_links = {
                link: namespace[link] for link in CLIENT_LINKS & namespace.keys()
            }
            own: dict[str, Any] = {}
            for each in reversed(cls.__mro__):  # not what bases hold now: it may be patched
                own |= vars(each).get("_declared_links", {})
            cls._own_links = own
        _look(cls)

    def __setattr__(cls, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name in CLIENT_LINKS:
            _look(cls)

    def __delattr__(cls, name: str) -> None:
        super().__delattr__(name)
        if name in CLIENT_LINKS:
            _look(cls)


def _look(cls: Linked) -> None:
    chained = any(_static(cls, name) is not link for name, link in cls._own_links.items())
    type.__setattr__(cls, "_chained", chained)
    present = vars(cls).get("_native", _ABSENT)
    if chained and not isinstance(present, _Fork):
        type.__setattr__(cls, "_native", _Fork(present))
    elif not chained and isinstance(present, _Fork):
        if present.shadowed is _ABSENT:
            type.__delattr__(cls, "_native")
        else:
            type.__setattr__(cls, "_native", present.shadowed)
    for derived in type.__subclasses__(cls):
        _look(derived)


def _static(cls: type, name: str) -> Any:
    return next((vars(base)[name] for base in cls.__mro__ if name in vars(base)), None)


def overridden_hook(client: Any) -> str | None:
    """The first step of a request that is not ours."""
    kind = type(client)
    for name in sorted(HOOKS & kind._own_links.keys()):
        if name in vars(client) or _static(kind, name) is not kind._own_links[name]:
            return str(name)
    return None


def has_own_links(client: Any) -> bool:
    """Whether links were replaced in the client itself."""
    return any(
        name in vars(client) and not _is_plain(client, name, vars(client)[name])
        for name in CLIENT_LINKS
    )


def _is_plain(client: Any, name: str, value: Any) -> bool:
    """Somebody who puts back what was there leaves a bound method in the instance."""
    bound_to_it = getattr(value, "__self__", None) is client
    return bound_to_it and value.__func__ is _static(type(client), name)


class ResourceLink:
    """`resource._post` and its like: the client's method, unless something else was put there."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name.removeprefix("_")

    def __get__(self, resource: Any, owner: type) -> Any:
        return self if resource is None else getattr(resource._client, self._name)


def lane_of(resource: Any) -> Any:
    """What the calls of a resource are made with: its client, as a rule."""
    own = vars(resource)
    if "_client" not in own:  # of a subclass that sets it later
        return None
    for name in RESOURCE_LINKS & own.keys():
        if own[name] != getattr(resource._client, name.removeprefix("_")):
            return ResourceLane(resource)
    return resource._client


class ResourceLane:
    """In the place of the client, for a resource with links of its own."""

    _chained = True

    def __init__(self, resource: Any) -> None:
        self._resource = resource

    @property
    def _native(self) -> NativeClient:
        return fork()

    def _prepare_call(self, endpoint: Endpoint, args: tuple[Any, ...]) -> Any:
        from ._chain import call

        return call(self, endpoint, *args)

    def __getattr__(self, name: str) -> Any:
        link = f"_{name}"
        if link in RESOURCE_LINKS:
            return getattr(self._resource, link)
        return getattr(self._resource._client, name)
