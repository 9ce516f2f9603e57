"""Small functions on values, under the official names: other packages import them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeGuard, TypeVar

from .._lazy import resolved
from .._types import NotGiven

_K = TypeVar("_K")
_V = TypeVar("_V")
_MappingT = TypeVar("_MappingT", bound=Mapping[str, object])
_TupleT = TypeVar("_TupleT", bound=tuple[object, ...])
_SequenceT = TypeVar("_SequenceT", bound=Sequence[object])


def flatten(t: Iterable[Iterable[_V]]) -> list[_V]:
    return [item for each in t for item in each]


def is_tuple(obj: object) -> TypeGuard[tuple[object, ...]]:
    return isinstance(obj, tuple)


def is_tuple_t(obj: _TupleT | object) -> TypeGuard[_TupleT]:
    return isinstance(obj, tuple)


def is_mapping_t(obj: _MappingT | object) -> TypeGuard[_MappingT]:
    return isinstance(obj, Mapping)


def is_sequence(obj: object) -> TypeGuard[Sequence[object]]:
    return isinstance(obj, Sequence)


def is_sequence_t(obj: _SequenceT | object) -> TypeGuard[_SequenceT]:
    return isinstance(obj, Sequence)


def is_iterable(obj: object) -> TypeGuard[Iterable[object]]:
    return isinstance(obj, Iterable)


def human_join(seq: Sequence[str], *, delim: str = ", ", final: str = "or") -> str:
    """ "a, b or c"."""
    *first, last = seq or [""]
    return f"{delim.join(first)} {final} {last}" if first else last


def quote(string: str) -> str:
    return f"'{string}'"


def strip_not_given(obj: Any) -> Any:
    """A mapping without the keys whose value was not given; anything else as it is."""
    if not isinstance(obj, Mapping):
        return obj
    return {key: value for key, value in obj.items() if not isinstance(value, NotGiven)}


def coerce_integer(val: str) -> int:
    return int(val, base=10)


def coerce_float(val: str) -> float:
    return float(val)


def coerce_boolean(val: str) -> bool:
    return val in ("true", "1", "on")


def maybe_coerce_integer(val: str | None) -> int | None:
    return None if val is None else coerce_integer(val)


def maybe_coerce_float(val: str | None) -> float | None:
    return None if val is None else coerce_float(val)


def maybe_coerce_boolean(val: str | None) -> bool | None:
    return None if val is None else coerce_boolean(val)


def removeprefix(string: str, prefix: str) -> str:
    return string.removeprefix(prefix)


def removesuffix(string: str, suffix: str) -> str:
    return string.removesuffix(suffix)


def get_required_header(headers: Any, header: str) -> str:
    """A header whatever its case; of an object that is no mapping, in its usual spellings."""
    if isinstance(headers, Mapping):
        for name, value in headers.items():
            if name.lower() == header.lower() and isinstance(value, str):
                return value
    capitals = re.sub(r"(?<![^\W_])\w", lambda found: found[0].upper(), header.lower())
    for name in (header, header.lower(), header.upper(), capitals):
        if value := headers.get(name):
            return str(value)
    raise ValueError(f"Could not find {header} header")


def json_safe(data: object) -> object:
    """Containers and dates as JSON has them."""
    if isinstance(data, Mapping):
        return {json_safe(key): json_safe(value) for key, value in data.items()}
    if isinstance(data, Iterable) and not isinstance(data, (str, bytes, bytearray)):
        return [json_safe(item) for item in data]
    return data.isoformat() if isinstance(data, date) else data


def get_async_library() -> str:
    try:
        import sniffio

        return str(sniffio.current_async_library())
    except Exception:  # not installed, or no loop runs
        return _running_loop()


def _running_loop() -> str:
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return "false"
    return "asyncio"


def is_azure_client(client: object) -> bool:
    return isinstance(client, resolved("openai_native.lib.azure:AzureOpenAI"))


def is_async_azure_client(client: object) -> bool:
    return isinstance(client, resolved("openai_native.lib.azure:AsyncAzureOpenAI"))
