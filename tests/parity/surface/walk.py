"""Everything public in the official package, as comparisons: a place, theirs, ours."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import types
from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

import openai
import typing_extensions as te

import forms

OURS = "openai_native"
VIEWS = ("WithRawResponse", "WithStreamingResponse")


class Comparison(NamedTuple):
    place: str
    official: Any
    ours: Any


class Missing:
    def __repr__(self) -> str:
        return "missing"


MISSING = Missing()


def comparisons() -> Iterator[Comparison]:
    for name in module_names():
        try:
            official = importlib.import_module(name)
        except Exception:  # an optional dependency of theirs is not installed
            continue
        try:
            ours = importlib.import_module(name.replace("openai", OURS, 1))
        except ModuleNotFoundError:
            ours = None
        yield Comparison(f"module {name}", "module", MISSING if ours is None else "module")
        if ours is not None:
            yield from in_module(name, official, ours)


def module_names() -> list[str]:
    found = pkgutil.walk_packages(openai.__path__, "openai.", onerror=lambda _: None)
    return ["openai", *(m.name for m in found if not is_private(m.name) and m.name.isascii())]


def is_private(dotted: str) -> bool:
    return any(part.startswith("_") for part in dotted.split("."))


def in_module(name: str, official: Any, ours: Any) -> Iterator[Comparison]:
    if not hasattr(official, "__path__"):
        theirs, mine = (sorted(getattr(m, "__all__", ())) for m in (official, ours))
        yield Comparison(f"{name} __all__", theirs, mine)
    for each in public_names(official):
        place = f"{name}.{each}"
        value = getattr(official, each)
        mine = getattr(ours, each, MISSING)
        if mine is MISSING:
            yield Comparison(place, describe(value, False), MISSING)
        elif inspect.isclass(value) and is_plain_class(value) and inspect.isclass(mine):
            if value.__module__ == name or name == "openai":
                yield from in_class(place, value, mine)
        else:
            evaluated = forms.knows_its_names(value)
            yield Comparison(place, describe(value, evaluated), describe(mine, evaluated))


def public_names(module: Any) -> list[str]:
    """What a module defines: classes, functions, aliases; and what a package re-exports."""
    listed = set(getattr(module, "__all__", ()))
    own = {n for n, v in vars(module).items() if getattr(v, "__module__", "") == module.__name__}
    if hasattr(module, "__path__") and module is not openai:
        own |= {n for n in dir(module) if n[:1].isupper()}
    return sorted(n for n in listed | own if n.isidentifier() and not n.startswith("_"))


def is_plain_class(value: type[Any]) -> bool:
    return not hasattr(value, "model_fields") and not te.is_typeddict(value)


def describe(value: Any, evaluated: bool) -> Any:
    if isinstance(value, types.ModuleType):
        return "module"
    if inspect.isfunction(value):
        return forms.function_form(value)
    if inspect.isclass(value) and is_plain_class(value):
        return "class"
    return forms.definition_form(value, evaluated)


def in_class(place: str, official: type[Any], ours: type[Any]) -> Iterator[Comparison]:
    if place.endswith(VIEWS):
        yield Comparison(place, view_names(official), view_names(ours))
        return
    theirs, mine = members(official), members(ours)
    lacks = sorted(forms.attributes(official) - forms.attributes(ours) - theirs.keys())
    extra = sorted(mine.keys() - theirs.keys()) if ".resources." in place else []
    yield Comparison(
        place,
        {"bases": forms.outer_bases(official), "lacks": [], "extra": []},
        {"bases": forms.outer_bases(ours), "lacks": lacks, "extra": extra},
    )
    for name, member in theirs.items():
        own = mine.get(name, MISSING)
        yield Comparison(
            f"{place}.{name}",
            forms.member_form(member),
            MISSING if own is MISSING else forms.member_form(own, member),
        )


def members(cls: type[Any]) -> dict[str, Any]:
    """Public functions and properties, inherited ones of the package included."""
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        if forms.is_inside(base):
            found |= {n: v for n, v in vars(base).items() if not n.startswith("_")}
    kinds = (types.FunctionType, property, cached_property, classmethod, staticmethod)
    return {n: v for n, v in found.items() if isinstance(v, kinds) or n == "__init__"}


class NoClient:
    """Resources only keep references to these."""

    get = post = patch = put = delete = get_api_list = None


class AnyResource:
    """A view over it has every method that it asks for."""

    _client = NoClient()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)

        def method() -> None: ...

        return method


def view_names(cls: type[Any]) -> Any:
    """The public attributes of `resource.with_raw_response` and its like."""
    own = {n for n, v in vars(cls).items() if isinstance(v, (property, cached_property))}
    try:
        own |= vars(cls(AnyResource())).keys()
    except Exception as error:
        return f"cannot be made: {error}"
    return sorted(n for n in own if not n.startswith("_"))
