"""One hand-written module taken apart: what of it a synchronous twin writes again, what it shares.

A top-level definition that reads the same in synchronous code, and uses nothing that reads
differently, is not written twice: the twin imports it, so that there is one class, not two.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from twin_names import UnknownConstruct
from twin_text import sync_text

MARK = re.compile(r"^# Synchronous twin: (\w+)\.py \((derived|by hand)\)$", re.MULTILINE)
ASYNC_ONLY = re.compile(r"# async only$")


_PLAIN = (ast.AnnAssign, ast.Assign, ast.ClassDef, ast.Expr, ast.For, ast.FunctionDef)


@dataclass
class Part:
    """A top-level statement, before and after the rewrite."""

    node: ast.stmt
    text: str  # rewritten, with the comment above it
    first_line: int
    names: set[str]  # that it defines
    uses: set[str]
    differs: bool


@dataclass
class Module:
    dotted: str  # below the package
    twin: str  # the twin's dotted name
    docstring: str = ""
    imports: list[ast.stmt] = field(default_factory=list)
    checked_imports: list[ast.stmt] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    provides: set[str] = field(default_factory=set)  # the twin's own names

    @property
    def package(self) -> str:
        return self.dotted.rpartition(".")[0]


def is_asynchronous(file: Path) -> bool:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return any(isinstance(node, ast.AsyncFunctionDef) for node in ast.walk(tree))


def read_module(file: Path, dotted: str) -> Module | None:
    """None for a module without a twin."""
    source = file.read_text(encoding="utf-8")
    marks = MARK.findall(source)
    if not marks:
        return None
    (twin, how) = marks[0]
    module = Module(dotted, ".".join(filter(None, (dotted.rpartition(".")[0], twin))))
    if how == "by hand":
        by_hand = file.with_name(f"{twin}.py")
        if not by_hand.exists():
            raise UnknownConstruct(f"its twin {by_hand.name} is to be written by hand")
        text = by_hand.read_text(encoding="utf-8")
        module.provides = set(_provided(ast.parse(text).body))
    else:
        _take_apart(module, without_async_only(MARK.sub("", source)))
    return module


def without_async_only(source: str) -> str:
    """Statements under or beside the comment `# async only` become empty lines."""
    lines = source.splitlines(keepends=True)
    marked = {at for at, line in enumerate(lines, 1) if ASYNC_ONLY.search(line.rstrip("\n"))}
    left_out: set[int] = set()
    for node in ast.walk(ast.parse(source)) if marked else ():
        if isinstance(node, ast.stmt):
            first = _first_line(node)
            here = {first - 1, first} if lines[first - 2].lstrip().startswith("#") else {first}
            if found := marked & here:
                left_out |= {*found, *range(first, (node.end_lineno or first) + 1)}
                marked -= found
    if marked:
        raise UnknownConstruct(f"line {min(marked)}: `# async only` belongs to no statement")
    return "".join("\n" if at in left_out else line for at, line in enumerate(lines, 1))


def _take_apart(module: Module, source: str) -> None:
    rewritten = sync_text(source)
    lines = rewritten.splitlines(keepends=True)
    before, after = ast.parse(source), ast.parse(rewritten)
    module.docstring = ast.get_docstring(after, clean=False) or ""
    for old, new in zip(before.body, after.body, strict=True):
        if isinstance(new, ast.Expr) and isinstance(new.value, ast.Constant):
            continue
        if isinstance(new, (ast.Import, ast.ImportFrom)):
            module.imports.append(new)
        elif isinstance(new, ast.If):
            module.checked_imports += _for_type_checkers(new)
        elif not isinstance(new, _PLAIN):
            raise UnknownConstruct(f"line {new.lineno}: a top-level {type(new).__name__}")
        elif defined(new) != ["__all__"]:
            module.parts.append(_part(old, new, lines))
    names = [name for part in module.parts for name in part.names]
    if twice := {name for name in names if names.count(name) > 1 and not _overloaded(module, name)}:
        raise UnknownConstruct(f"two definitions become one name: {', '.join(sorted(twice))}")
    for part in module.parts:
        _refuse_twins_in_classes(part.node)


def _part(old: ast.stmt, new: ast.stmt, lines: list[str]) -> Part:
    first, last = _first_line(new), new.end_lineno or new.lineno
    while first > 1 and lines[first - 2].startswith("#"):
        first -= 1
    uses = {n.id for n in ast.walk(new) if isinstance(n, ast.Name)}
    text = "".join(lines[first - 1 : last]).rstrip("\n")
    return Part(new, text, first, set(defined(new)), uses, _bare(old) != _bare(new))


def defined(node: ast.stmt) -> list[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, ast.AnnAssign):
        return [node.target.id] if isinstance(node.target, ast.Name) else []
    if isinstance(node, ast.Assign):
        targets = [t for each in node.targets for t in ast.walk(each)]
        return [t.id for t in targets if isinstance(t, ast.Name) and isinstance(t.ctx, ast.Store)]
    return []


def _provided(body: list[ast.stmt]) -> Iterator[str]:
    """What others can import from a module: definitions, and imports under a name of its own."""
    for node in body:
        if isinstance(node, ast.If):
            yield from _provided(node.body)
        elif isinstance(node, ast.ImportFrom):
            yield from (alias.asname for alias in node.names if alias.asname)
        else:
            yield from defined(node)


def _for_type_checkers(block: ast.stmt) -> list[ast.stmt]:
    """`if TYPE_CHECKING:` with imports; what it says about the twin itself goes with an `else:`."""
    assert isinstance(block, ast.If)
    if ast.unparse(block.test) != "TYPE_CHECKING" or not all(
        isinstance(line, (ast.Import, ast.ImportFrom)) for line in block.body
    ):
        raise UnknownConstruct(f"line {block.lineno}: only `if TYPE_CHECKING:` with imports")
    if block.orelse and "sync_names(" not in ast.unparse(block):
        raise UnknownConstruct(f"line {block.lineno}: `else:` is for `sync_names` only")
    return [] if block.orelse else block.body


def _bare(node: ast.AST) -> str:
    """The statement without docstrings: they alone do not make a class another one."""
    text = ast.unparse(node)
    copy = ast.parse(text)
    for each in ast.walk(copy):
        if (
            isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
            and ast.get_docstring(each) is not None
        ):
            each.body[0] = ast.Pass()
    return ast.unparse(copy)


def _overloaded(module: Module, name: str) -> bool:
    nodes = [part.node for part in module.parts if name in part.names]
    return all(isinstance(n, ast.FunctionDef) and n.decorator_list for n in nodes[:-1])


def _refuse_twins_in_classes(top: ast.stmt) -> None:
    """`close` and `aclose` in one class would become one method, calling itself."""
    for cls in ast.walk(top):
        if not isinstance(cls, ast.ClassDef):
            continue
        plain = [
            n.name for n in cls.body if isinstance(n, ast.FunctionDef) and not n.decorator_list
        ]
        if twice := {name for name in plain if plain.count(name) > 1}:
            raise UnknownConstruct(
                f"class {cls.name}: two methods become one: {', '.join(sorted(twice))}; mark one "
                "of them `# async only`"
            )


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(d.lineno for d in decorators)])
