"""The base of all response types, and lenient construction from JSON.

`construct_type` says what a value becomes; the native object builder gives the same result faster
and comes here for whatever it cannot prove.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeGuard, TypeVar, cast

import pydantic
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from typing_extensions import ParamSpec, Self, override

from ._lazy import forwarded
from ._utils import (
    extract_type_arg,
    get_args,
    get_origin,
    is_annotated_type,
    is_list,
    is_mapping,
    is_type_alias_type,
    is_union,
    lru_cache,
    parse_date,
    parse_datetime,
)

__all__ = ["BaseModel", "GenericModel"]

_T = TypeVar("_T")
_BaseModelT = TypeVar("_BaseModelT", bound="BaseModel")
_P = ParamSpec("_P")

_DEFER_BUILD = os.environ.get("DEFER_PYDANTIC_BUILD", "true") in {"true", "1", "on"}


class BaseModel(pydantic.BaseModel):
    model_config: ClassVar[pydantic.ConfigDict] = pydantic.ConfigDict(
        extra="allow", defer_build=_DEFER_BUILD
    )

    if TYPE_CHECKING:
        _request_id: str | None = None
        """The `x-request-id` header of the response.

        Only the object that a call returns has it; objects inside it raise `AttributeError`.
        Despite the underscore it is public.
        """

    @property
    def _timing(self) -> Timing | None:
        """What the call spent its time on; None for objects that no call returned."""
        from ._timing import timing_of

        record: bytes | None = self.__dict__.get("_timing_record")
        return None if record is None else timing_of(record)

    def to_dict(
        self,
        *,
        mode: Literal["json", "python"] = "python",
        use_api_names: bool = True,
        exclude_unset: bool = True,
        exclude_defaults: bool = False,
        exclude_none: bool = False,
        warnings: bool = True,
    ) -> dict[str, object]:
        """The model as a dictionary: what the API sent, under the API's own keys.

        Args:
            mode: "json" for JSON types only, "python" to keep objects such as `datetime`.
            use_api_names: Use the API's keys, not the attribute names.
            exclude_unset: Leave out fields that the API did not send.
            exclude_defaults: Leave out fields that hold their default value.
            exclude_none: Leave out fields that hold `None`.
            warnings: Warn about fields whose value does not fit their type.
        """
        return self.model_dump(
            mode=mode,
            by_alias=use_api_names,
            exclude_unset=exclude_unset,
            exclude_defaults=exclude_defaults,
            exclude_none=exclude_none,
            warnings=warnings,
        )

    def to_json(
        self,
        *,
        indent: int | None = 2,
        use_api_names: bool = True,
        exclude_unset: bool = True,
        exclude_defaults: bool = False,
        exclude_none: bool = False,
        warnings: bool = True,
    ) -> str:
        """The model as JSON text; the arguments are those of `to_dict`.

        Args:
            indent: Spaces per level; `None` writes everything on one line.
        """
        return self.model_dump_json(
            indent=indent,
            by_alias=use_api_names,
            exclude_unset=exclude_unset,
            exclude_defaults=exclude_defaults,
            exclude_none=exclude_none,
            warnings=warnings,
        )

    @override
    def __getstate__(self) -> dict[Any, Any]:
        if not type(self).__module__.startswith(f"{__package__}."):
            from ._pickling import complete

            complete(type(self))
        return super().__getstate__()

    @override
    def __str__(self) -> str:
        return f"{self.__repr_name__()}({self.__repr_str__(', ')})"  # type: ignore[misc]

    # The receiver is positional only: JSON objects may have a key "cls". Their key "_fields_set"
    # does reach the parameter, as it does in the official package.
    @classmethod
    def construct(cls, /, _fields_set: set[str] | None = None, **values: Any) -> Self:
        """A model from `values` without validation; what does not fit its field stays as it is."""
        fields = cls.model_fields
        by_name = cls.model_config.get("populate_by_name")
        fields_set: set[str] = set() if _fields_set is None else _fields_set

        attributes: dict[str, object] = {}
        for name, field in fields.items():
            key = field.alias
            if key is None or (by_name and key not in values):
                key = name
            if key in values:
                attributes[name] = _construct_field(values[key], field, key)
                fields_set.add(name)
            else:
                attributes[name] = _field_default(field)

        extra_type = _extra_fields_type(cls)
        extra = {key: value for key, value in values.items() if key not in fields}
        if extra_type is not None:
            extra = {k: construct_type(value=v, type_=extra_type) for k, v in extra.items()}

        model = cls.__new__(cls)
        object.__setattr__(model, "__dict__", attributes)
        object.__setattr__(model, "__pydantic_private__", None)
        object.__setattr__(model, "__pydantic_extra__", extra)
        object.__setattr__(model, "__pydantic_fields_set__", fields_set)
        return model

    if not TYPE_CHECKING:
        model_construct = construct


if TYPE_CHECKING:
    from ._timing import Timing

    GenericModel = BaseModel
else:

    class GenericModel(BaseModel):
        pass


def _construct_field(value: object, field: FieldInfo, key: str) -> object:
    if value is None:
        return _field_default(field)
    if field.annotation is None:
        raise RuntimeError(f"Unexpected field type is None for {key}")
    return construct_type(value=value, type_=field.annotation, metadata=field.metadata)


def _field_default(field: FieldInfo) -> Any:
    default = field.get_default()
    return None if default == PydanticUndefined else default


def _extra_fields_type(cls: type[pydantic.BaseModel]) -> type | None:
    """The model class that `__pydantic_extra__: dict[str, Class]` names for unknown keys."""
    schema = cast("dict[str, Any]", cls.__pydantic_core_schema__)
    if schema["type"] != "model" or schema["schema"]["type"] != "model-fields":
        return None
    extras = schema["schema"].get("extras_schema")
    return cast("type | None", extras["cls"]) if extras and "cls" in extras else None


def is_basemodel(type_: Any) -> bool:
    """Whether `type_` is one of our models, or a union with one of them in it."""
    if is_union(type_):
        return any(is_basemodel(variant) for variant in get_args(type_))
    return is_basemodel_type(type_)


def is_basemodel_type(type_: Any) -> TypeGuard[type[BaseModel]]:
    origin = get_origin(type_) or type_
    return inspect.isclass(origin) and issubclass(origin, BaseModel)


def build(
    base_model_cls: Callable[_P, _BaseModelT], *args: _P.args, **kwargs: _P.kwargs
) -> _BaseModelT:
    """A model without validation, from arguments that type checkers know."""
    if args:
        raise TypeError(
            "Received positional arguments which are not supported; "
            "Keyword arguments must be used instead"
        )
    return cast(_BaseModelT, construct_type(type_=base_model_cls, value=kwargs))


def construct_type_unchecked(*, value: object, type_: type[_T]) -> _T:
    """`construct_type`, believed: nothing guarantees that the result is a `type_`."""
    return cast(_T, construct_type(value=value, type_=type_))


def construct_type(*, value: object, type_: object, metadata: list[Any] | None = None) -> object:
    """`value` as `type_` where it fits, with models made all the way down; unchanged where not."""
    whole = type_
    if is_type_alias_type(type_):
        type_ = type_.__value__
    else:
        whole = None

    meta: tuple[Any, ...] = ()
    if metadata:
        meta = tuple(metadata)
    elif is_annotated_type(type_):
        meta = get_args(type_)[1:]
        type_ = extract_type_arg(type_, 0)

    origin: Any = get_origin(type_) or type_
    args = get_args(type_)
    if is_union(origin):
        return _construct_union(value, type_, whole or type_, meta)
    if origin is dict:
        if not is_mapping(value):
            return value
        item_type = args[1] if len(args) > 1 else object
        return {key: construct_type(value=item, type_=item_type) for key, item in value.items()}
    if is_basemodel_type(type_):
        if is_list(value):
            return [_construct_model(type_, entry) for entry in value]
        return _construct_model(type_, value)
    if origin is list:
        if not is_list(value):
            return value
        item_type = args[0] if args else object
        return [construct_type(value=entry, type_=item_type) for entry in value]
    return _construct_scalar(value, type_)


def _construct_model(cls: type[BaseModel], value: object) -> object:
    # A key may well be the name of a parameter of `construct`.
    return cls.construct(**cast("dict[str, Any]", value)) if is_mapping(value) else value


def _construct_scalar(value: Any, type_: object) -> object:
    if type_ is float and isinstance(value, int):
        real = float(value)
        return real if real == value else value
    try:
        if type_ is datetime:
            return parse_datetime(value)
        if type_ is date:
            return parse_date(value)
    except Exception:
        return value
    return value


def _construct_union(
    value: object, union: Any, validated_type: Any, meta: tuple[Any, ...]
) -> object:
    try:
        return validate_type(type_=validated_type, value=value)
    except Exception:
        pass

    # Invalid, but its tag may still say which class the caller expects.
    variant = _tagged_variant(value, union, meta)
    if variant is not None:
        return construct_type(type_=variant, value=value)

    for variant in get_args(union):
        try:
            return construct_type(value=value, type_=variant)
        except Exception:
            continue
    raise RuntimeError(f"Could not convert data into a valid instance of {union}")


def _tagged_variant(value: object, union: Any, meta: tuple[Any, ...]) -> type | None:
    from ._discriminator import discriminator_of

    discriminator = discriminator_of(union, meta)
    if discriminator is None or not isinstance(value, Mapping):
        return None
    tag = value.get(discriminator.key)
    return discriminator.variants.get(tag) if tag and isinstance(tag, str) else None


def validate_type(*, type_: type[_T], value: object) -> _T:
    """`value` as pydantic validates it for `type_`; raises `pydantic.ValidationError`."""
    if inspect.isclass(type_) and issubclass(type_, pydantic.BaseModel):
        return cast(_T, type_.model_validate(value))
    return cast(_T, _type_adapter(type_).validate_python(value))


@lru_cache(maxsize=None)
def _type_adapter(type_: Any) -> pydantic.TypeAdapter[Any]:
    return pydantic.TypeAdapter(type_)


def add_request_id(obj: BaseModel, request_id: str | None) -> None:
    obj._request_id = request_id


def add_timing(obj: BaseModel, record: bytes | None) -> None:
    if record is not None:
        vars(obj)["_timing_record"] = record


def timing_record(obj: Any) -> bytes | None:
    return getattr(obj, "__dict__", {}).get("_timing_record")


if not TYPE_CHECKING:
    __getattr__ = forwarded(
        __name__,
        {
            "._constants": "RAW_RESPONSE_HEADER",
            "._final_options": "FinalRequestOptions FinalRequestOptionsInput",
            "._types": "ModelT NotGiven SecurityOptions Timeout",
            "._utils": "PropertyInfo is_dict is_given is_literal_type strip_not_given",
        },
    )
