from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar, cast

from .._lazy import forwarded
from .._types import NotGiven, Omit

# Of ._values, which few need; the official package has them all in this module.
VALUES = (
    "coerce_boolean coerce_float coerce_integer flatten get_async_library get_required_header "
    "human_join is_async_azure_client is_azure_client is_iterable is_mapping_t is_sequence "
    "is_sequence_t is_tuple is_tuple_t json_safe maybe_coerce_boolean maybe_coerce_float "
    "maybe_coerce_integer quote removeprefix removesuffix strip_not_given"
)
if not TYPE_CHECKING:
    __getattr__ = forwarded(
        __name__,
        {
            "._files": "file_from_path",
            "._utils._extract": "extract_files",
            "._utils._required": "required_args",
            "._utils._values": VALUES,
        },
    )

_T = TypeVar("_T")
_CallableT = TypeVar("_CallableT", bound=Callable[..., Any])


def is_given(obj: _T | NotGiven | Omit) -> TypeGuard[_T]:
    return not isinstance(obj, (NotGiven, Omit))


def is_mapping(obj: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(obj, Mapping)


def is_dict(obj: object) -> TypeGuard[dict[object, object]]:
    return isinstance(obj, dict)


def is_list(obj: object) -> TypeGuard[list[object]]:
    return isinstance(obj, list)


def lru_cache(*, maxsize: int | None = 128) -> Callable[[_CallableT], _CallableT]:
    """`functools.lru_cache` that keeps the signature visible to type checkers."""

    def decorate(function: _CallableT) -> _CallableT:
        return cast(_CallableT, functools.lru_cache(maxsize=maxsize)(function))

    return decorate
