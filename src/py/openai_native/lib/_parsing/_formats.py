"""Python types as output formats: their schema on the way out, their instances on the way back."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeVar, cast

import pydantic

from .._pydantic import is_basemodel_type, is_dataclass_like_type, to_strict_json_schema

_T = TypeVar("_T")


class _Known:
    """What was made for a type: that costs more than the call it is made for."""

    core: object = None
    schema: dict[str, Any] | None = None
    adapter: pydantic.TypeAdapter[Any] | None = None


@lru_cache(maxsize=256)
def _slot(kind: type) -> _Known:
    return _Known()


def _known(kind: type) -> _Known:
    known = _slot(kind)
    # A class that is rebuilt gets another core schema.
    core = getattr(kind, "__pydantic_core_schema__", None)
    if known.core is not core:
        known.core, known.schema, known.adapter = core, None, None
    return known


def strict_schema(kind: type) -> dict[str, Any]:
    known = _known(kind)
    if known.schema is None:
        if is_basemodel_type(kind):
            known.schema = to_strict_json_schema(kind)
        elif is_dataclass_like_type(kind):
            known.schema = to_strict_json_schema(_adapter(kind))
        else:
            raise TypeError(f"Unsupported response_format type - {kind}")
    return known.schema


def from_text(kind: type[_T], text: str) -> _T:
    """Raises `pydantic.ValidationError` for text that is no `kind`."""
    if is_basemodel_type(kind):
        return cast("_T", kind.model_validate_json(text))
    if is_dataclass_like_type(kind):
        return cast("_T", _adapter(kind).validate_json(text))
    raise TypeError(f"Unable to automatically parse response format type {kind}")


def _adapter(kind: type) -> pydantic.TypeAdapter[Any]:
    known = _known(kind)
    if known.adapter is None:
        known.adapter = pydantic.TypeAdapter(kind)
    return known.adapter
