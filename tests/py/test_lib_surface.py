"""The modules of `lib` that users import by path: names, signatures and types as the official."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
from types import UnionType
from typing import Any

import pytest
import typing_extensions as te

MODULES = [
    "beta.agents",
    "browser",
    "computer",
    "decisions_tool_runner",
    "live",
    "responses_tool_runner",
    "streaming.agents",
    "tool_diagnostics",
]
SPECIAL = ("__init__", "__enter__", "__aenter__")


def names(module: str) -> list[str]:
    official = importlib.import_module(f"openai.lib.{module}")
    own = getattr(official, "__all__", None) or vars(official)
    return [n for n in own if not n.startswith("_") and not inspect.ismodule(vars(official)[n])]


def signature(function: Any) -> Any:
    shown = []
    for name, parameter in inspect.signature(function).parameters.items():
        default = parameter.default
        omitted = type(default).__name__ in ("Omit", "NotGiven")
        value = type(default).__name__ if omitted else repr(default)
        shown.append((name, parameter.kind.name, value))
    return [inspect.iscoroutinefunction(function), inspect.isasyncgenfunction(function), shown]


def plain(annotation: Any) -> str:
    """Without the modules of classes: ours are spread over more files."""
    if annotation is None or annotation is type(None):
        return "None"
    if isinstance(annotation, (str, te.ForwardRef)):
        return getattr(annotation, "__forward_arg__", annotation).rpartition(".")[2]
    origin, arguments = te.get_origin(annotation), te.get_args(annotation)
    if origin in (te.Union, UnionType):
        return " | ".join(sorted(map(plain, arguments)))
    if origin is te.Literal:
        return f"Literal{sorted(map(repr, arguments))}"
    if isinstance(annotation, list):
        return f"[{', '.join(map(plain, annotation))}]"
    name = getattr(origin or annotation, "__name__", repr(annotation))
    return f"{name}[{', '.join(map(plain, arguments))}]" if arguments else str(name)


OURS_ALONE = {"timing"}  # of streams


def described(value: Any) -> Any:
    if te.is_typeddict(value):
        hints = te.get_type_hints(value, include_extras=False)
        return [sorted(value.__required_keys__), {k: plain(v) for k, v in hints.items()}]
    # An alias of a generic is a class for Python 3.10, too.
    if not inspect.isclass(value) or te.get_origin(value) is not None:
        return signature(value) if inspect.isroutine(value) else plain(value)
    shown: dict[str, Any] = {}
    for base in reversed(value.__mro__):
        for name, member in vars(base).items() if base.__module__.startswith("openai") else ():
            found = getattr(value, name)
            if callable(found) and (not name.startswith("_") or name in SPECIAL):
                shown[name] = signature(inspect.unwrap(found))
            elif isinstance(member, property) and name[0] != "_" and name not in OURS_ALONE:
                shown[name] = "property"
    if dataclasses.is_dataclass(value):
        shown["fields"] = [(f.name, repr(f.default), f.repr) for f in dataclasses.fields(value)]
    if issubclass(value, BaseException):
        shown["bases"] = [b.__name__ for b in value.__mro__[1:]]
    return {name: shown[name] for name in sorted(shown)}


CASES = [(module, name) for module in MODULES for name in names(module)]


@pytest.mark.parametrize(("module", "name"), CASES)
def test_names(module: str, name: str) -> None:
    official = getattr(importlib.import_module(f"openai.lib.{module}"), name)
    ours = getattr(importlib.import_module(f"openai_native.lib.{module}"), name)
    assert described(ours) == described(official)


def test_modules_offer_nothing_else() -> None:
    for module in MODULES:
        official = importlib.import_module(f"openai.lib.{module}")
        if hasattr(official, "__all__"):
            ours = importlib.import_module(f"openai_native.lib.{module}")
            assert sorted(ours.__all__) == sorted(official.__all__)


def test_they_are_shown_at_the_top() -> None:
    import openai_native
    from openai_native.lib import computer

    for name in (
        "ComputerToolset",
        "AsyncComputerToolset",
        "ComputerDriver",
        "AsyncComputerDriver",
    ):
        assert getattr(openai_native, name) is getattr(computer, name)
