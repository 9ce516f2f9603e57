"""How surface/ is written: TOML, one fact a line, annotations in Python's own notation."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping

WIDTH = 100


def annotation(node: ast.expr) -> str:
    """The text of a type expression; one member a line where it is too long for one line."""
    return _layout(node, 0, WIDTH - 24)


def _layout(node: ast.expr, indent: int, width: int) -> str:
    flat = ast.unparse(node)
    if indent + len(flat) <= width:
        return flat
    inner, pad = indent + 4, " " * (indent + 4)
    if isinstance(node, ast.Subscript):
        members = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        head, opening, closing = ast.unparse(node.value), "[", "]"
    elif isinstance(node, ast.Call):
        members = [*node.args, *(_keyword_name(k) for k in node.keywords)]
        head, opening, closing = ast.unparse(node.func), "(", ")"
    elif isinstance(node, ast.BinOp):
        left, right = _layout(node.left, indent, width), _layout(node.right, indent, width)
        return f"{left} | {right}"
    else:
        return flat
    # a comma after a lone subscript would make it a tuple
    comma = "," if len(members) > 1 or isinstance(node, ast.Call) else ""
    lines = [f"{pad}{_layout(m, inner, width)}{comma}" for m in members]
    return "\n".join([head + opening, *lines, " " * indent + closing])


def _keyword_name(keyword: ast.keyword) -> ast.expr:
    # `name=value` laid out as one unit: a name holding the whole text unparses to itself
    return ast.Name(f"{keyword.arg}={ast.unparse(keyword.value)}", ast.Load())


def text(value: str) -> str:
    """A TOML basic string, over several lines where the value has them."""
    value = value.replace("\\", "\\\\")
    if "\n" in value:
        return '"""\n' + value.replace('"""', '""\\"') + '"""'
    return '"' + value.replace('"', '\\"') + '"'


def key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else text(name)


def scalar(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return text(value)
    if isinstance(value, (list, tuple)):
        parts = [scalar(v) for v in value]
        flat = "[" + ", ".join(parts) + "]"
        if len(flat) <= WIDTH - 20:
            return flat
        return "[\n" + "".join(f"    {p},\n" for p in parts) + "]"
    if isinstance(value, Mapping):
        inner = ", ".join(f"{key(k)} = {scalar(v)}" for k, v in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    raise TypeError(f"surface files hold no {type(value).__name__}: {value!r}")


def pairs(values: Mapping[str, object]) -> Iterable[str]:
    for name, value in values.items():
        yield f"{key(name)} = {scalar(value)}"


def table(header: str, values: Mapping[str, object]) -> list[str]:
    return ["", f"[{header}]", *pairs(values)]
