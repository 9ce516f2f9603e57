"""Questions about annotations. Both `typing` and `typing_extensions` spellings count."""

from __future__ import annotations

import sys
import types
import typing
from collections import abc
from typing import Annotated, Any, TypeVar, cast
from typing import get_args as _get_args
from typing import get_origin as _get_origin

import typing_extensions
from typing_extensions import NotRequired, Required, TypeIs

from ._utils import lru_cache

_UNIONS = (typing.Union, types.UnionType)
_LITERALS = {typing.Literal, typing_extensions.Literal}
_WRAPPERS = (Annotated, Required, NotRequired)
_ALIASES: tuple[type[Any], ...] = (typing_extensions.TypeAliasType,)
if sys.version_info >= (3, 12):
    _ALIASES = (*_ALIASES, typing.TypeAliasType)


def get_args(typ: Any) -> tuple[Any, ...]:
    return _get_args(typ)


def get_origin(typ: Any) -> Any:
    return _get_origin(typ)


def is_union(origin: Any) -> bool:
    return origin in _UNIONS


def is_union_type(typ: Any) -> bool:
    return is_union(get_origin(typ))


def is_literal_type(typ: Any) -> bool:
    return get_origin(typ) in _LITERALS


def is_typeddict(typ: Any) -> bool:
    return typing_extensions.is_typeddict(typ)


def is_list_type(typ: Any) -> bool:
    return (get_origin(typ) or typ) is list


def is_sequence_type(typ: Any) -> bool:
    return (get_origin(typ) or typ) in (abc.Sequence, typing.Sequence)


def is_iterable_type(typ: Any) -> bool:
    return (get_origin(typ) or typ) in (abc.Iterable, typing.Iterable)


def is_required_type(typ: Any) -> bool:
    return get_origin(typ) is Required


def is_not_required_type(typ: Any) -> bool:
    return get_origin(typ) is NotRequired


def is_typevar(typ: Any) -> bool:
    return type(typ) in (typing.TypeVar, typing_extensions.TypeVar)


def is_annotated_type(typ: Any) -> bool:
    return get_origin(typ) is Annotated


def is_type_alias_type(typ: Any, /) -> TypeIs[typing_extensions.TypeAliasType]:
    return isinstance(typ, _ALIASES)


@lru_cache(maxsize=8096)
def strip_annotated_type(typ: Any) -> Any:
    """The type inside any nesting of `Annotated`, `Required` and `NotRequired`."""
    while get_origin(typ) in _WRAPPERS:
        typ = get_args(typ)[0]
    return typ


def extract_type_arg(typ: Any, index: int) -> type:
    args = get_args(typ)
    if not -len(args) <= index < len(args):
        raise RuntimeError(
            f"Expected type {typ} to have a type argument at index {index} but it did not"
        )
    return cast(type, args[index])


def extract_type_var_from_base(
    typ: Any,
    *,
    generic_bases: tuple[type, ...],
    index: int,
    failure_message: str | None = None,
) -> type:
    """The argument that `typ`, one of `generic_bases` or a subclass of one, gives to that base."""
    cls = get_origin(typ) or typ
    if cls in generic_bases:
        return extract_type_arg(typ, index)

    bases = getattr(cls, "__orig_bases__", None)
    if not isinstance(bases, tuple):
        raise RuntimeError(
            failure_message or f"Could not resolve inner type variable at index {index} for {typ}"
        )
    for base in bases:
        if get_origin(base) in generic_bases:
            argument = extract_type_arg(base, index)
            # A subclass that is generic itself: its own argument stands for the base's.
            return extract_type_arg(typ, index) if isinstance(argument, TypeVar) else argument
    raise RuntimeError(f"{cls} inherits from none of the generic classes {generic_bases}")
