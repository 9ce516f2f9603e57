from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, TypeGuard, TypeVar, cast

from .._types import NotGiven, Omit

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
