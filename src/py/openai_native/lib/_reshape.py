"""Models made of values that have their final form already: nothing is looked into or copied."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from .._models import BaseModel, _field_default

if TYPE_CHECKING:
    from collections.abc import Mapping

_ModelT = TypeVar("_ModelT", bound=BaseModel)

_set = object.__setattr__


@lru_cache(maxsize=256)
def _defaults(cls: type[BaseModel]) -> Mapping[str, Any]:
    """Every field, in order: dumps go by the order of the attributes."""
    return {name: _field_default(field) for name, field in cls.model_fields.items()}


def make(cls: type[_ModelT], /, **values: Any) -> _ModelT:
    """What `cls.construct(**values)` gives."""
    return assemble(cls, {**_defaults(cls), **values}, {}, set(values))


def recast(cls: type[_ModelT], model: BaseModel, /, **changed: Any) -> _ModelT:
    """`model` as `cls`, which derives from its class, with some values replaced."""
    fields = _defaults(cls)
    extra = model.__pydantic_extra__ or {}
    return assemble(
        cls,
        {**fields, **vars(model), **changed},
        {name: value for name, value in extra.items() if name not in fields},
        (model.__pydantic_fields_set__ & fields.keys()) | changed.keys(),
    )


def assemble(
    cls: type[_ModelT], attributes: dict[str, Any], extra: dict[str, Any], fields_set: set[str]
) -> _ModelT:
    model = cls.__new__(cls)
    _set(model, "__dict__", attributes)
    _set(model, "__pydantic_private__", None)
    _set(model, "__pydantic_extra__", extra)
    _set(model, "__pydantic_fields_set__", fields_set)
    return model
