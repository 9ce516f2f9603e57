"""What the native object builder needs to know about a type, told once per type.

Here is decided what it may do by itself. A type that these rules do not recognise is described so
that the builder leaves it to `_models.construct_type`.

A value is *constructed* (leniently, `construct_type`) or, inside a union, *validated* (pydantic).
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from types import GenericAlias
from typing import Any, ForwardRef, get_args, get_origin

import pydantic
from pydantic_core import PydanticUndefined

from ._models import BaseModel, is_basemodel_type
from ._utils import (
    PropertyInfo,
    is_annotated_type,
    is_literal_type,
    is_type_alias_type,
    is_union,
    strip_annotated_type,
)

_PLAIN = {
    object: "any",
    Any: "any",
    str: "string",
    int: "integer",
    float: "real",
    bool: "boolean",
    type(None): "null",
}
_SHAREABLE = (type(None), bool, int, float, str, bytes)

# Settings under which pydantic validates JSON values as it does by default.
_HARMLESS_CONFIG = {
    "arbitrary_types_allowed",
    "defer_build",
    "extra",
    "from_attributes",
    "json_schema_extra",
    "protected_namespaces",
    "title",
    "use_attribute_docstrings",
}


def describe(annotation: Any, metadata: Sequence[Any] | None) -> tuple[Any, ...]:
    """(kind, ...) of a type; nested types are left as annotations.

    ("any" | "string" | "integer" | "real" | "boolean" | "null")
    ("literal", strings) ("list", item) ("dict", item) ("model", class)
    ("union", members, tag key or None, {tag: class}, union, metadata, may a tag name a class
        other than the first member?)
    ("alias", annotation)
    ("loose", annotation, metadata)  constructed as `annotation`, validated by Python only
    ("opaque",)                      constructed as plain JSON, validated by Python only
    ("python",)                      by Python only
    """
    meta = tuple(metadata or ())
    if is_type_alias_type(annotation):
        return ("python",) if meta else ("alias", annotation.__value__)
    if is_annotated_type(annotation):
        if meta:
            return ("python",)
        annotation, *rest = get_args(annotation)
        meta = tuple(rest)
    infos = [info for info in meta if isinstance(info, PropertyInfo)]
    if len(infos) != len(meta):
        return ("loose", annotation, infos)
    if is_union(get_origin(annotation)):
        members = get_args(annotation)
        models = [m for m in map(strip_annotated_type, members) if is_basemodel_type(m)]
        named = any(model is not strip_annotated_type(members[0]) for model in models)
        return ("union", members, *_tags(members), annotation, tuple(infos), named)
    return _describe_type(annotation)


def _describe_type(annotation: Any) -> tuple[Any, ...]:
    # Annotations need not be hashable: `Annotated[..., []]`, `Literal[[]]`.
    for plain, kind in _PLAIN.items():
        if annotation is plain:
            return (kind,)
    origin, args = get_origin(annotation) or annotation, get_args(annotation)
    if is_literal_type(annotation):
        strings = all(type(value) is str for value in args)
        return ("literal", args) if strings else ("opaque",)
    if origin is dict:
        item = args[1] if args else object
        if args and args[0] is not str:
            return ("loose", GenericAlias(dict, (str, item)), [])
        return ("dict", item)
    if origin is list:
        return ("list", args[0] if args else object)
    if is_basemodel_type(annotation):
        return ("model", annotation)
    if inspect.isclass(annotation) and annotation.__module__ == "datetime":
        return ("python",)
    if isinstance(annotation, (str, ForwardRef)) or is_type_alias_type(origin):
        return ("python",)
    return ("opaque",)


def _tags(members: Sequence[Any]) -> tuple[str | None, dict[str, type[BaseModel]]]:
    """The key whose value tells the union's classes apart, where nothing but one class can take an
    object with that value: then no other member needs a try.
    """
    leaves = list(_leaves(members))
    models = [leaf for leaf in leaves if is_basemodel_type(leaf)]
    rest = [leaf for leaf in leaves if not is_basemodel_type(leaf)]
    if len(models) < 2 or not all(map(_never_an_object, rest)):
        return None, {}
    for key in _literal_keys(models[0]):
        tags: dict[str, type[BaseModel]] = {}
        for model in models:
            values = _literal_keys(model).get(key, ())
            if not values or not tags.keys().isdisjoint(values):
                break
            tags.update(dict.fromkeys(values, model))
        else:
            return key, tags
    return None, {}


def _leaves(members: Sequence[Any]) -> Iterator[Any]:
    for member in members:
        inner = member
        if is_annotated_type(member):
            inner, *meta = get_args(member)
            if not all(isinstance(info, PropertyInfo) for info in meta):
                inner = object
        if is_union(get_origin(inner)):
            yield from _leaves(get_args(inner))
        else:
            yield inner


def _never_an_object(annotation: Any) -> bool:
    return (
        annotation in (str, int, float, bool, type(None))
        or is_literal_type(annotation)
        or (get_origin(annotation) or annotation) is list
    )


def _literal_keys(model: type[BaseModel]) -> dict[str, tuple[str, ...]]:
    """The keys of `model` that must be there and hold one of a few strings."""
    if not _validates_plainly(model):
        return {}
    return {
        field.alias or name: get_args(field.annotation)
        for name, field in model.model_fields.items()
        if field.is_required()
        and _checked_by_type(field)
        and is_literal_type(field.annotation)
        and all(type(value) is str for value in get_args(field.annotation))
    }


def describe_model(cls: type[BaseModel]) -> tuple[bool, tuple[tuple[Any, ...], ...]] | None:
    """(may be validated natively, fields), or None to leave the class to Python.

    A field: (name, key, required, default, copy the default?, factory, annotation, metadata).
    """
    fields = _complete_fields(cls)
    if fields is None or not _constructs_plainly(cls):
        return None
    keys = [field.alias or name for name, field in fields.items()]
    names = {name: field.alias or name for name, field in fields.items()}
    if len(set(keys)) != len(keys) or any(names.get(key, key) != key for key in keys):
        return None

    described = []
    for name, field in fields.items():
        default = None if field.default is PydanticUndefined else field.default
        copied = type(default) in (list, dict, set)
        if not copied and not isinstance(default, _SHAREABLE):
            return None
        metadata: list[Any] = list(field.metadata)
        if not _checked_by_type(field):
            metadata.append(field)
        described.append(
            (
                name,
                field.alias or name,
                field.is_required(),
                default,
                copied,
                field.default_factory,
                field.annotation,
                metadata,
            )
        )
    factories = [field.default_factory for field in fields.values() if field.default_factory]
    plainly = _validates_plainly(cls) and not any(map(_takes_data, factories))
    return plainly, tuple(described)


def _complete_fields(cls: type[BaseModel]) -> dict[str, Any] | None:
    if any(_unresolved(field.annotation) for field in cls.model_fields.values()):
        cls.model_rebuild(raise_errors=False)
    fields = cls.model_fields
    return None if any(_unresolved(field.annotation) for field in fields.values()) else fields


def _unresolved(annotation: Any) -> bool:
    if is_literal_type(annotation):
        return False
    if annotation is None or isinstance(annotation, (str, ForwardRef)):
        return True
    return any(map(_unresolved, _type_args(annotation)))


def _type_args(annotation: Any) -> tuple[Any, ...]:
    args = get_args(annotation)
    if is_annotated_type(annotation):
        return args[:1]
    return tuple(arg for arg in args if not isinstance(arg, (list, type(Ellipsis))))


def _constructs_plainly(cls: type[BaseModel]) -> bool:
    return (
        cls.construct.__func__ is BaseModel.construct.__func__  # type: ignore[attr-defined]
        and cls.__new__ is pydantic.BaseModel.__new__
        and not inspect.isabstract(cls)
        and not cls.model_config.get("populate_by_name")
        and not any(
            "__pydantic_extra__" in vars(base).get("__annotations__", {})
            for base in cls.__mro__[: cls.__mro__.index(pydantic.BaseModel)]
        )
    )


def _validates_plainly(cls: type[BaseModel]) -> bool:
    """Whether pydantic does to JSON what the field types say, and nothing more."""
    decorators = cls.__pydantic_decorators__
    return (
        cls.model_config.get("extra") == "allow"
        and cls.model_config.keys() <= _HARMLESS_CONFIG
        and not cls.__pydantic_custom_init__
        and cls.__pydantic_post_init__ is None
        and not decorators.validators
        and not decorators.field_validators
        and not decorators.root_validators
        and not decorators.model_validators
        and cls.__get_pydantic_core_schema__.__func__  # type: ignore[attr-defined]
        is pydantic.BaseModel.__get_pydantic_core_schema__.__func__  # type: ignore[attr-defined]
    )


def _checked_by_type(field: Any) -> bool:
    return (
        field.validation_alias == field.alias
        and not field.validate_default
        and field.discriminator is None
        and all(isinstance(info, PropertyInfo) for info in field.metadata)
    )


def _takes_data(factory: Any) -> bool:
    try:
        return bool(inspect.signature(factory).parameters)
    except (TypeError, ValueError):
        return factory not in (list, dict, set)
