"""Signatures of methods as facts: one parameter a line, the four common ones left out."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from surface_toml import annotation
from surface_types import NotUnderstood

Function = ast.AsyncFunctionDef | ast.FunctionDef
# Every plain method ends with these, spelled exactly so.
COMMON = {
    "extra_headers": "Headers | None = None",
    "extra_query": "Query | None = None",
    "extra_body": "Body | None = None",
    "timeout": "float | httpx2.Timeout | None | NotGiven = not_given",
}


@dataclass
class Signature:
    returns: str
    positional: list[str]
    parameters: dict[str, str]  # name -> "annotation" or "annotation = default"
    common: list[str]
    names: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, node: Function) -> Signature:
        every = parameters(node)
        common = [name for name, text in COMMON.items() if every.get(name) == text]
        if list(every)[len(every) - len(common) :] != common:
            common = []
        arguments = node.args
        annotations = [a.annotation for a in [*arguments.args[1:], *arguments.kwonlyargs]] + [
            node.returns
        ]
        names = {
            n.id
            for a in annotations
            if a is not None
            for n in ast.walk(a)
            if isinstance(n, ast.Name)
        }
        return cls(
            annotation(node.returns) if node.returns is not None else "None",
            [a.arg for a in arguments.args[1:]],
            {name: text for name, text in every.items() if name not in common},
            common,
            names,
        )

    def facts(self) -> dict[str, object]:
        facts: dict[str, object] = {"returns": self.returns}
        if self.positional:
            facts["positional"] = self.positional
        if self.common != list(COMMON):
            facts["common"] = self.common
        return facts

    def difference(self, whole: Signature) -> dict[str, object]:
        """What an overload's parameters do not tell beside the whole signature."""
        facts: dict[str, object] = {"returns": self.returns}
        left_out = [n for n in whole.parameters if n not in self.parameters]
        if left_out:
            facts["without"] = left_out
        if self.positional != whole.positional:
            facts["positional"] = self.positional
        if list(self.parameters) != overload_order(
            whole.parameters, self.parameters, self.positional
        ):
            facts["order"] = list(self.parameters)
        if self.common != whole.common:
            facts["common"] = self.common
        return facts


def overload_order(whole: dict[str, str], part: dict[str, str], positional: list[str]) -> list[str]:
    """Parameters without a default come first; otherwise the order of the whole signature."""
    names = [n for n in whole if n in part]
    keyword = [n for n in names if n not in positional]
    bare = [n for n in keyword if " = " not in part[n]]
    return [n for n in names if n in positional] + bare + [n for n in keyword if n not in bare]


def parameters(node: Function) -> dict[str, str]:
    arguments = node.args
    if arguments.posonlyargs or arguments.vararg or arguments.kwarg:
        raise NotUnderstood(f"{node.name}: variadic or positional-only parameters")
    found: dict[str, str] = {}
    defaults = [None] * (len(arguments.args) - len(arguments.defaults)) + list(arguments.defaults)
    arguments_left = [*arguments.args, *arguments.kwonlyargs][1:]
    defaults_left = [*defaults, *arguments.kw_defaults][1:]
    for argument, default in zip(arguments_left, defaults_left, strict=True):
        if argument.annotation is None:
            raise NotUnderstood(f"{node.name}: parameter {argument.arg} has no type")
        text = annotation(argument.annotation)
        found[argument.arg] = text + (f" = {ast.unparse(default)}" if default is not None else "")
    return found


def take_in(node: Function, twin: Function) -> None:
    """Keywords that only the synchronous method has: both of ours have them."""
    mine, others = node.args, twin.args
    known = {argument.arg for argument in [*mine.args, *mine.kwonlyargs]}
    for index, argument in enumerate(others.kwonlyargs):
        if argument.arg not in known:
            mine.kwonlyargs.insert(index, argument)
            mine.kw_defaults.insert(index, others.kw_defaults[index])
