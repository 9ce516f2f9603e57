"""What all tool runners share: one call at a time, and how they call the caller's functions."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal, cast
from uuid import uuid4

from typing_extensions import TypedDict

from .._types import Omit

if TYPE_CHECKING:
    from .._types import Headers

Cancelled = Callable[[], bool]


class CloseStatus(TypedDict):
    status: Literal["closed", "draining"]


class ToolLifecycle:
    """Admits one call at a time, and none once it is closed."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = Lock()
        self._active = False
        self._closed = False

    def enter(self) -> None:
        with self._lock:
            if self._closed:
                raise RuntimeError(f"{self._name} is closed.")
            if self._active:
                raise RuntimeError(f"{self._name} is busy with another call.")
            self._active = True

    def exit(self) -> None:
        with self._lock:
            self._active = False

    def close(self) -> CloseStatus:
        """Refuses further calls; "draining" while one is still running."""
        with self._lock:
            self._closed = True
            return {"status": "draining" if self._active else "closed"}


class AsyncAnswer:
    """What a caller's asynchronous function gives."""

    awaited = True

    @staticmethod
    async def of(value: object, _refusal: Callable[[], Exception]) -> Any:
        return await cast("Awaitable[Any]", value)

    @staticmethod
    async def maybe(value: object, _refusal: Callable[[], Exception]) -> Any:
        """The same for functions that may be synchronous as well."""
        return await value if inspect.isawaitable(value) else value


class Answer:
    """What a caller's synchronous function gives: never something to be awaited."""

    awaited = False

    @staticmethod
    def of(value: object, refusal: Callable[[], Exception]) -> Any:
        if inspect.isawaitable(value):
            close = getattr(value, "close", None)  # else it would complain of never being awaited
            if callable(close):
                close()
            raise refusal()
        return value

    maybe = of


def invoke(handler: Callable[..., object], *args: object, cancelled: Cancelled | None) -> object:
    """`handler(*args)`, with `cancelled` for handlers that have a keyword of this name."""
    try:
        signature = inspect.signature(handler)
    except (TypeError, ValueError):
        return handler(*args)
    keyword = signature.parameters.get("cancelled")
    if keyword is None or keyword.kind not in (
        keyword.KEYWORD_ONLY,
        keyword.POSITIONAL_OR_KEYWORD,
    ):
        return handler(*args)
    if "cancelled" in signature.bind_partial(*args).arguments:
        return handler(*args)
    return handler(*args, cancelled=cancelled)


# What a policy says: typed as what the caller's own `await` accepts, or what is no awaitable.
ask = cast("Callable[..., Any]", invoke)


def callable_flavor(method: Callable[..., object]) -> bool | None:
    """Whether `method` returns something to be awaited; None where only a call would tell."""
    target = inspect.unwrap(method)
    if inspect.iscoroutinefunction(target):
        return True
    if not inspect.isroutine(target):
        called = inspect.unwrap(type(target).__call__)
        if inspect.iscoroutinefunction(called):
            return True
    try:
        returned = inspect.signature(target).return_annotation
    except (TypeError, ValueError):
        return None
    if returned is inspect.Signature.empty or returned is Any or returned is object:
        return None
    text = str(returned)
    if text in ("Any", "typing.Any", "object", "builtins.object"):
        return None
    return any(name in text for name in ("Awaitable[", "Coroutine[", "Future["))


def rotated_idempotency_headers(client: Any, extra: Headers | None) -> Headers | None:
    """`extra` with a fresh idempotency key, if the caller gave one for the run's first request."""
    key: object = None
    own = None if extra is None else dict(extra)  # what is looked at is what is sent
    for headers in (client._custom_headers, own or {}):
        for name, value in cast("Mapping[str, object]", headers).items():
            if name.lower() == "idempotency-key":
                key = None if isinstance(value, Omit) else value
    if key is None:
        return own
    kept = {name: v for name, v in (own or {}).items() if name.lower() != "idempotency-key"}
    return {**kept, "Idempotency-Key": f"stainless-python-retry-{uuid4()}"}
