"""Which class of a union a tag in the JSON names: `PropertyInfo(discriminator="type")`."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import Any

from ._models import BaseModel, is_basemodel_type
from ._utils import PropertyInfo, get_args, strip_annotated_type


@dataclass(frozen=True)
class Discriminator:
    key: str  # in the JSON
    variants: dict[str, type[BaseModel]]


# By the union alone, as in the official package: one annotation's tag serves the union elsewhere.
_known: weakref.WeakKeyDictionary[Any, Discriminator] = weakref.WeakKeyDictionary()


def discriminator_of(union: Any, metadata: tuple[Any, ...]) -> Discriminator | None:
    try:
        known = _known.get(union)
    except TypeError:  # `A | B` cannot be weakly referenced before Python 3.14
        known = None
    if known is not None:
        return known

    names = (m.discriminator for m in metadata if isinstance(m, PropertyInfo) and m.discriminator)
    name = next(names, None)
    made = _inspect(union, name) if name else None
    if made is not None:
        try:
            _known.setdefault(union, made)
        except TypeError:
            return made
    return made


def _inspect(union: Any, name: str) -> Discriminator | None:
    variants: dict[str, type[BaseModel]] = {}
    alias: str | None = None
    for variant in map(strip_annotated_type, get_args(union)):
        field = _field_schema(variant, name) if is_basemodel_type(variant) else None
        if field is None:
            continue
        alias = field.get("serialization_alias")
        if field["schema"]["type"] == "literal":
            tags = field["schema"]["expected"]
            variants.update((tag, variant) for tag in tags if isinstance(tag, str))
    return Discriminator(alias or name, variants) if variants else None


def _field_schema(model: type[BaseModel], name: str) -> dict[str, Any] | None:
    schema: Any = model.__pydantic_core_schema__
    if schema["type"] == "definitions":
        schema = schema["schema"]
    if schema["type"] != "model" or schema["schema"]["type"] != "model-fields":
        return None
    field: dict[str, Any] | None = schema["schema"]["fields"].get(name)
    return field
