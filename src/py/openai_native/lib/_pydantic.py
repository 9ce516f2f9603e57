"""JSON schemas of the kind that the API's `strict` mode takes."""

from __future__ import annotations

import inspect
from typing import Any, TypeGuard

import pydantic


def to_strict_json_schema(
    model: type[pydantic.BaseModel] | pydantic.TypeAdapter[Any],
) -> dict[str, Any]:
    """The schema of `model`: every property required, no others allowed, no lone defaults."""
    if isinstance(model, pydantic.TypeAdapter):
        schema = model.json_schema()
    elif is_basemodel_type(model):
        schema = model.model_json_schema()
    else:
        raise TypeError(f"A JSON schema is made from a pydantic model or TypeAdapter, not {model}")
    return _ensure_strict_json_schema(schema, path=(), root=schema)


def _ensure_strict_json_schema(
    json_schema: object, *, path: tuple[str, ...], root: dict[str, Any]
) -> dict[str, Any]:
    """Makes a schema strict, in place; `path` is where it stands inside `root`."""
    schema = json_schema
    if not isinstance(schema, dict):
        raise TypeError(f"Expected {schema} to be a dictionary; path={path}")

    for group in ("$defs", "definitions"):
        if isinstance(named := schema.get(group), dict):
            for name, definition in named.items():
                _ensure_strict_json_schema(definition, path=(*path, group, name), root=root)

    if schema.get("type") == "object":
        schema.setdefault("additionalProperties", False)
    if isinstance(properties := schema.get("properties"), dict):
        schema["required"] = list(properties)
        for name, value in properties.items():
            properties[name] = _ensure_strict_json_schema(
                value, path=(*path, "properties", name), root=root
            )
    if isinstance(items := schema.get("items"), dict):
        schema["items"] = _ensure_strict_json_schema(items, path=(*path, "items"), root=root)
    _strict_combinations(schema, path, root)

    # A default of None adds nothing: the type says already that the value may be null.
    if "default" in schema and schema["default"] is None:
        del schema["default"]
    if "$ref" in schema and len(schema) > 1:
        return _inlined(schema, path, root)
    return schema


def _strict_combinations(schema: dict[str, Any], path: tuple[str, ...], root: Any) -> None:
    for key in ("anyOf", "allOf"):
        variants = schema.get(key)
        if not isinstance(variants, list):
            continue
        made = [
            _ensure_strict_json_schema(each, path=(*path, key, str(at)), root=root)
            for at, each in enumerate(variants)
        ]
        if key == "allOf" and len(made) == 1:
            schema.update(made[0])
            del schema["allOf"]
        else:
            schema[key] = made


def _inlined(schema: dict[str, Any], path: tuple[str, ...], root: dict[str, Any]) -> dict[str, Any]:
    """Strict schemas allow nothing beside a `$ref`: what it names takes its place."""
    reference = schema.pop("$ref")
    target = resolve_ref(root=root, ref=reference)
    if not isinstance(target, dict):
        raise ValueError(f"`$ref: {reference}` names no schema but {target}")
    for key, value in target.items():
        schema.setdefault(key, value)
    return _ensure_strict_json_schema(schema, path=path, root=root)


def resolve_ref(*, root: dict[str, object], ref: str) -> object:
    if not ref.startswith("#/"):
        raise ValueError(f"Unexpected $ref format {ref!r}; Does not start with #/")
    found: Any = root
    for key in ref[2:].split("/"):
        found = found[key]
    return found


def is_basemodel_type(typ: object) -> TypeGuard[type[pydantic.BaseModel]]:
    return inspect.isclass(typ) and issubclass(typ, pydantic.BaseModel)


def is_dataclass_like_type(typ: object) -> bool:
    """Whether `typ` was made by `pydantic.dataclasses.dataclass`, or set up like it."""
    return hasattr(typ, "__pydantic_config__")


def is_dict(obj: object) -> TypeGuard[dict[str, object]]:
    return isinstance(obj, dict)


def has_more_than_n_keys(obj: dict[str, object], n: int) -> bool:
    return len(obj) > n
