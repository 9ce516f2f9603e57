"""Packages whose members are imported when they are first used."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def lazy_exports(
    package: str, exports: Mapping[str, str]
) -> tuple[Callable[[str], object], Callable[[], list[str]], list[str]]:
    """`__getattr__`, `__dir__`, `__all__` of a package; `exports`: name -> "module[:Original]"."""

    def get(name: str) -> object:
        origin = exports.get(name)
        if origin is not None:
            module, _, original = origin.partition(":")
            value: object = getattr(import_module(f"{package}.{module}"), original or name)
        elif not name.startswith("__") and _is_module(f"{package}.{name}"):
            value = import_module(f"{package}.{name}")
        else:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        vars(sys.modules[package])[name] = value
        return value

    def listing() -> list[str]:
        return sorted({*vars(sys.modules[package]), *exports})

    return get, listing, sorted(exports)


def sync_names(module: str, *places: str) -> Callable[[str], object]:
    """`__getattr__` of a module whose other names are in its twin, or in further modules."""

    def get(name: str) -> object:
        value = None
        if not name.startswith("__"):
            found = (getattr(import_module(place), name, None) for place in places)
            value = next((each for each in found if each is not None), None)
        if value is None:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        vars(sys.modules[module])[name] = value
        return value

    return get


def forwarded(module: str, exports: Mapping[str, str]) -> Callable[[str], object]:
    """`__getattr__` of a module that is the official home of names which live elsewhere.

    `exports`: module, relative to this package -> names, with spaces between them.
    """
    homes = {name: home for home, names in exports.items() for name in names.split()}

    def get(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        value: object = getattr(import_module(homes[name], __package__), name)
        vars(sys.modules[module])[name] = value
        return value

    return get


def resolved(spec: Any) -> Any:
    """What "module:Name" stands for: generated code does not import its types."""
    if not isinstance(spec, str):
        return spec
    module, _, name = spec.partition(":")
    return getattr(import_module(module), name)


def _is_module(name: str) -> bool:
    from importlib.util import find_spec

    return find_spec(name) is not None


def not_available(owner: str, names: frozenset[str]) -> Callable[[object, str], object]:
    """`__getattr__` of a resource that lacks some methods of the tracked version."""

    def get(self: object, name: str) -> object:
        if name in names:
            raise AttributeError(
                f"{owner}.{name} is part of the API but not available in openai_native yet"
            )
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    return get
