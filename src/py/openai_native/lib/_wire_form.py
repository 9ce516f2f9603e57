"""A caller's input in the form that goes on the wire.

The type says where omitted values disappear, which keys are spelled otherwise and which iterables
become lists. Free-form JSON (schemas, metadata) is kept as it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, cast

import pydantic
from typing_extensions import get_type_hints, is_typeddict

from .._utils import is_given
from .._utils._transform import PropertyInfo
from .._utils._typing import (
    get_args,
    get_origin,
    is_annotated_type,
    is_union_type,
    strip_annotated_type,
)

_T = TypeVar("_T")
_SEQUENCES = (list, Iterable, Sequence)


def wire_form(value: _T, type_: object) -> _T:
    """`value` as `type_` goes on the wire."""
    return cast("_T", _converted(value, type_))


def json_bytes(value: object) -> bytes:
    """`value` as the client writes it; raises `TypeError` or `ValueError` for what is no JSON."""
    text = json.dumps(
        value, default=_json_value, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )
    return text.encode()


def _json_value(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, pydantic.BaseModel):
        return value.model_dump(exclude_unset=True, mode="json", by_alias=True)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def _converted(value: Any, type_: Any) -> Any:
    bare = strip_annotated_type(type_)
    origin = get_origin(bare) or bare
    if is_typeddict(origin) and isinstance(value, Mapping):
        return _members(value, origin)
    if origin is dict and isinstance(value, Mapping):
        arguments = get_args(bare)
        item = arguments[1] if len(arguments) > 1 else object
        return {key: _converted(each, item) for key, each in value.items()}
    if origin in _SEQUENCES and isinstance(value, origin) and not isinstance(value, (str, dict)):
        arguments = get_args(bare)
        item = arguments[0] if arguments else object
        return [_converted(each, item) for each in value]
    if is_union_type(bare):
        for variant in get_args(bare):
            value = _converted(value, variant)
        return value
    if isinstance(value, pydantic.BaseModel):
        hidden = getattr(value, "__api_exclude__", None)
        return value.model_dump(exclude_unset=True, mode="json", exclude=hidden)
    return value


def _members(value: Mapping[str, Any], type_: type) -> dict[str, Any]:
    hints = _hints(type_)
    return {
        _key(name, hints.get(name)): _converted(each, hints[name]) if name in hints else each
        for name, each in value.items()
        if is_given(each)
    }


def _key(name: str, type_: Any) -> str:
    while type_ is not None and get_origin(type_) is not None and not is_annotated_type(type_):
        arguments = get_args(type_)
        type_ = arguments[0] if len(arguments) == 1 else None  # Required[Annotated[...]]
    for extra in get_args(type_)[1:] if is_annotated_type(type_) else ():
        if isinstance(extra, PropertyInfo) and extra.alias is not None:
            return extra.alias
    return name


@cache
def _hints(type_: type) -> dict[str, Any]:
    return get_type_hints(type_, include_extras=True)
