"""Puts types of the official package and of ours into one comparable form."""

from __future__ import annotations

import inspect
import os
import types
import typing
from typing import Any

import pydantic
import typing_extensions as te


def module_name(name: str) -> str:
    """Without private parts: which of them a class lives in is each package's own affair."""
    parts = name.replace("openai_native", "openai", 1).split(".")
    return ".".join(part for part in parts if not part.startswith("_"))


def form(annotation: Any) -> Any:
    """Equal for equal types. Unions are sorted: typing's cache orders them by import order."""
    if annotation is None:
        return form(type(None))
    if isinstance(annotation, typing.ForwardRef):
        return ("name", annotation.__forward_arg__)
    if isinstance(annotation, str):
        return ("name", annotation)
    if isinstance(annotation, te.TypeVar | typing.TypeVar):
        return ("type variable", annotation.__name__)
    if isinstance(annotation, te.TypeAliasType):
        return ("alias", annotation.__name__)
    origin, arguments = te.get_origin(annotation), te.get_args(annotation)
    if origin in (typing.Annotated, te.Annotated):
        return ("annotated", form(arguments[0]), [extra(a) for a in arguments[1:]])
    if origin in (typing.Literal, te.Literal):
        return ("literal", sorted(map(repr, arguments)))
    if origin is typing.Union or type(annotation).__name__ == "UnionType":
        return ("union", sorted({repr(form(a)) for a in arguments}))
    if origin is os.PathLike:  # which the official package names without its parameter
        return form(origin)
    if origin is not None:
        return (form(origin), [form(a) for a in arguments])
    if isinstance(annotation, list):
        return [form(a) for a in annotation]
    if inspect.isclass(annotation):
        generic = getattr(annotation, "__pydantic_generic_metadata__", None)
        if generic and generic["args"]:
            return (form(generic["origin"]), [form(a) for a in generic["args"]])
        module = module_name(annotation.__module__)
        # the official package shows some classes under its own name, wherever they live
        return (
            annotation.__qualname__ if module == "openai" else f"{module}.{annotation.__qualname__}"
        )
    if type(annotation).__module__.startswith("openai"):
        return f"an instance of {type(annotation).__name__}"
    return repr(annotation).replace("openai_native", "openai")


def extra(value: Any) -> Any:
    """Metadata of an `Annotated`: by type and attributes."""
    slots = getattr(value, "__dict__", None) or repr(value)
    return (type(value).__name__, repr(slots).replace("openai_native", "openai"))


def bases(cls: type[Any]) -> list[str]:
    return [
        b.__name__.replace("openai_native", "openai")
        for b in getattr(cls, "__orig_bases__", cls.__bases__)
    ]


def model_form(cls: type[pydantic.BaseModel]) -> dict[str, Any]:
    fields = {}
    for name, field in cls.model_fields.items():
        fields[name] = (
            form(field.annotation),
            field.alias,
            repr(field.default),
            field.default_factory,
            field.is_required(),
            field.repr,
            [extra(m) for m in field.metadata],
        )
    extras = inspect.getattr_static(cls, "__api_exclude__", None)
    properties = sorted(n for n, v in vars(cls).items() if isinstance(v, property))
    return {
        "fields": fields,
        "order": list(cls.model_fields),
        "bases": [
            form(b)
            for b in cls.__bases__
            if "GenericModel" not in b.__name__ and "Generic" not in b.__name__
        ],
        "config": dict(cls.model_config),
        "properties": properties,
        "exclude": extras if isinstance(extras, set) else None,
        "test": vars(cls).get("__test__"),
    }


def knows_its_names(value: Any) -> bool:
    """False: a TypedDict with names that only type checkers see."""
    try:
        te.get_type_hints(value, include_extras=True)
    except NameError:
        return False
    except TypeError:  # not something with hints
        return True
    return True


def typed_dict_form(cls: Any, evaluated: bool) -> dict[str, Any]:
    hints = te.get_type_hints(cls, include_extras=True) if evaluated else cls.__annotations__
    return {
        "keys": {name: form(hint) for name, hint in hints.items()},
        "order": list(hints),
        "required": sorted(cls.__required_keys__),
        "optional": sorted(cls.__optional_keys__),
        "total": cls.__total__,
    }


def definition_form(value: Any, evaluated: bool) -> Any:
    if inspect.isclass(value) and issubclass(value, pydantic.BaseModel):
        return model_form(value)
    if te.is_typeddict(value):
        return typed_dict_form(value, evaluated)
    return form(value)


def outer_bases(cls: type[Any]) -> list[str]:
    """The names of its ancestors that are neither package's own."""
    bases = (b for b in cls.__mro__ if not is_inside(b))
    return [b.__name__ for b in bases if b.__name__ != "Generic"]


def is_inside(cls: type[Any]) -> bool:
    return cls.__module__.partition(".")[0] in ("openai", "openai_native")


def attributes(cls: type[Any]) -> set[str]:
    """What it says that its instances have."""
    bases = [vars(b) for b in cls.__mro__ if is_inside(b)]
    names = {n for base in bases for n in [*base.get("__annotations__", ()), *base]}
    return {name for name in names if not name.startswith("_")}


def member_form(member: Any, like: Any = None) -> Any:
    """`like`: the official member."""
    if isinstance(member, (classmethod, staticmethod)):
        return (type(member).__name__, function_form(member.__func__))
    getter = getattr(member, "fget", None) or getattr(member, "func", None)
    if getter is not None:
        return ("property", str(getter.__annotations__.get("return")))
    return function_form(member, like)


def function_form(function: Any, like: Any = None) -> dict[str, Any]:
    inner = inspect.unwrap(function)
    overloads = te.get_overloads(inner)
    if isinstance(like, types.FunctionType) and only_last_is_known(like):
        overloads = overloads[-1:]
    return {
        "signature": signature_form(function),
        "overloads": [signature_form(each) for each in overloads],
        "deprecated": hasattr(function, "__deprecated__"),
        "coroutine": inspect.iscoroutinefunction(inner),
    }


def only_last_is_known(function: Any) -> bool:
    """`typing` tells overloads apart by the line of their code, which is one and the same for all
    that `deprecated` has wrapped before."""
    known = te.get_overloads(inspect.unwrap(function))
    return len(known) == 1 and hasattr(known[0], "__wrapped__")


def signature_form(function: Any) -> list[Any]:
    signature = inspect.signature(function)
    parts: list[Any] = [("returns", spelling(signature.return_annotation))]
    for parameter in signature.parameters.values():
        default = parameter.default
        known = default is None or isinstance(default, (str, int, float, bool))
        shown = repr(default) if known else getattr(default, "__name__", type(default).__name__)
        parts.append((parameter.name, parameter.kind.name, shown, spelling(parameter.annotation)))
    return parts


def spelling(annotation: Any) -> str:
    import ast

    if annotation is inspect.Parameter.empty:
        return ""
    return ast.unparse(ast.parse(str(annotation), mode="eval"))
