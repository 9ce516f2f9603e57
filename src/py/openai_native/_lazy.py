"""Packages whose members are imported when they are first used."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


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


def sync_names(module: str, *twins: str) -> Callable[[str], object]:
    """`__getattr__` of a module whose synchronous names are in its twin, or in one of several."""

    def get(name: str) -> object:
        value = None
        for twin in () if name.startswith("__") else twins:
            value = getattr(import_module(twin), name, None)
            if value is not None:
                break
        if value is None:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        vars(sys.modules[module])[name] = value
        return value

    return get


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
