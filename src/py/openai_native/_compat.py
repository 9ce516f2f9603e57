"""Names that other packages import from the official `_compat`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

PYDANTIC_V1 = False

if TYPE_CHECKING:
    import pydantic
    from pydantic.fields import FieldInfo

    from ._utils import get_args as get_args
    from ._utils import get_origin as get_origin
    from ._utils import is_literal_type as is_literal_type
    from ._utils import is_typeddict as is_typeddict
    from ._utils import is_union as is_union
    from ._utils import parse_date as parse_date
    from ._utils import parse_datetime as parse_datetime

    # Type checkers and IDEs know what a property is; at run time the value is kept, and can be set.
    cached_property = property
else:
    from functools import cached_property as cached_property

    # Every client needs this module, few need what is below.
    def __getattr__(name: str) -> Any:
        if name == "GenericModel":
            from ._models import GenericModel

            return GenericModel
        if name not in _FROM_UTILS:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from . import _utils

        return getattr(_utils, name)


_FROM_UTILS = frozenset(
    (
        "get_args",
        "get_origin",
        "is_literal_type",
        "is_typeddict",
        "is_union",
        "parse_date",
        "parse_datetime",
    )
)

_ModelT = TypeVar("_ModelT", bound="pydantic.BaseModel")


def parse_obj(model: type[_ModelT], value: object) -> _ModelT:
    return model.model_validate(value)


model_parse = parse_obj


def model_parse_json(model: type[_ModelT], data: str | bytes) -> _ModelT:
    return model.model_validate_json(data)


def model_json_schema(model: type[pydantic.BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()


def model_copy(model: _ModelT, *, deep: bool = False) -> _ModelT:
    return model.model_copy(deep=deep)


def model_json(model: pydantic.BaseModel, *, indent: int | None = None) -> str:
    return model.model_dump_json(indent=indent)


def model_dump(model: pydantic.BaseModel, **options: Any) -> dict[str, Any]:
    return model.model_dump(**options)


def get_model_config(model: type[pydantic.BaseModel]) -> Any:
    return model.model_config


def get_model_fields(model: type[pydantic.BaseModel]) -> dict[str, FieldInfo]:
    return model.model_fields


def field_is_required(field: FieldInfo) -> bool:
    return field.is_required()


def field_get_default(field: FieldInfo) -> Any:
    from pydantic_core import PydanticUndefined

    default = field.get_default()
    return None if default is PydanticUndefined else default


def field_outer_type(field: FieldInfo) -> Any:
    return field.annotation
