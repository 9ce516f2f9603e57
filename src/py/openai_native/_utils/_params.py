"""`transform`: a request's dictionary in its wire form, by what its TypedDict says about it. Our
own methods do without it; packages that call `client.post` themselves do not.
"""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from ._transform import PropertyInfo
from ._typing import (
    get_args,
    get_origin,
    is_annotated_type,
    is_iterable_type,
    is_list_type,
    is_not_required_type,
    is_required_type,
    is_sequence_type,
    is_typeddict,
    is_union_type,
    strip_annotated_type,
)
from ._utils import is_given, lru_cache

_T = TypeVar("_T")


def maybe_transform(data: object, expected_type: object) -> Any | None:
    return None if data is None else transform(data, expected_type)


def transform(data: _T, expected_type: object) -> _T:
    transformed: _T = _in_wire_form(data, expected_type, expected_type)
    return transformed


async def async_maybe_transform(data: object, expected_type: object) -> Any | None:
    return maybe_transform(data, expected_type)


async def async_transform(data: _T, expected_type: object) -> _T:
    return transform(data, expected_type)


def _in_wire_form(data: Any, annotation: Any, kind: Any) -> Any:
    """`kind`: the part of the annotation that is about this value, `T` of `list[T]`."""
    kind = strip_annotated_type(kind)
    if is_typeddict(kind) and isinstance(data, Mapping):
        return _typed_dict(data, kind)
    arguments = get_args(kind)
    if (get_origin(kind) or kind) is dict and isinstance(data, Mapping):
        item = arguments[1] if len(arguments) > 1 else object
        return {key: _in_wire_form(value, item, item) for key, value in data.items()}
    if _is_listed(data, kind):
        item = arguments[0] if arguments else object
        if item in (int, float):  # tokens and embeddings are long
            return data if isinstance(data, list) else list(data)
        return [_in_wire_form(each, annotation, item) for each in data]
    if is_union_type(kind):
        for member in arguments:
            data = _in_wire_form(data, annotation, member)
        return data
    return _value(data, annotation)


def _is_listed(data: Any, kind: Any) -> bool:
    if isinstance(data, (str, dict)):
        return False
    return (
        (is_list_type(kind) and isinstance(data, list))
        or (is_iterable_type(kind) and isinstance(data, Iterable))
        or (is_sequence_type(kind) and isinstance(data, Sequence))
    )


def _typed_dict(data: Mapping[str, Any], kind: Any) -> dict[str, Any]:
    hints = _hints(kind)
    made: dict[str, Any] = {}
    for key, value in data.items():
        if is_given(value):
            hint = hints.get(key)
            name = next((each.alias for each in _properties(hint) if each.alias is not None), key)
            made[name] = value if hint is None else _in_wire_form(value, hint, hint)
    return made


@lru_cache(maxsize=8096)
def _hints(kind: Any) -> dict[str, Any]:
    import typing_extensions

    return typing_extensions.get_type_hints(kind, include_extras=True)


def _properties(annotation: Any) -> list[PropertyInfo]:
    if is_required_type(annotation) or is_not_required_type(annotation):
        annotation = get_args(annotation)[0]
    if not is_annotated_type(annotation):
        return []
    return [each for each in get_args(annotation)[1:] if isinstance(each, PropertyInfo)]


def _value(data: Any, annotation: Any) -> Any:
    import pydantic

    if isinstance(data, pydantic.BaseModel):
        left_out = getattr(data, "__api_exclude__", None)
        return data.model_dump(exclude_unset=True, mode="json", exclude=left_out)
    for each in _properties(annotation):
        if each.format is not None:
            return _formatted(data, each)
    return data


def _formatted(data: Any, how: PropertyInfo) -> Any:
    if isinstance(data, date):
        if how.format == "iso8601":
            return data.isoformat()
        if how.format == "custom" and how.format_template is not None:
            return data.strftime(how.format_template)
    if how.format == "base64" and isinstance(data, (io.IOBase, os.PathLike)):
        content = Path(data).read_bytes() if isinstance(data, os.PathLike) else data.read()
        content = content.encode() if isinstance(content, str) else content
        return base64.b64encode(content).decode("ascii")
    return data
