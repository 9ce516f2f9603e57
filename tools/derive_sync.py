"""Hand-written asynchronous modules -> their synchronous twins, at build time.

A module asks for its twin with a line of its own, `# Synchronous twin: _name_sync.py (derived)`;
docs/design.md, "Two faces, one source", has the rules. `(by hand)` names a twin in the source tree.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from surface_model import PACKAGE
from twin_module import Module, Part, is_asynchronous, read_module
from twin_names import UnknownConstruct

PREFIX = f"{PACKAGE}."
HEADER = "# Derived from {source}.py by tools/derive_sync.py.\n"

# Modules that generate.py writes for both faces, and what the client takes from them.
GENERATED = {
    "_resources": {"OpenAIWithRawResponse", "OpenAIWithStreamedResponse", "Resources"},
}


@dataclass(frozen=True)
class Import:
    source: str  # "" for `import name`
    name: str
    local: str
    from_twin: bool

    def __str__(self) -> str:
        alias = "" if self.local == self.name else f" as {self.local}"
        return (f"from {self.source} " if self.source else "") + f"import {self.name}{alias}"


class Twins:
    """All modules that have twins: what one of them shares depends on what the others do."""

    def __init__(self, sources: Path) -> None:
        self.modules = {
            module: Module(module, f"{module}_sync", provides=set(names))
            for module, names in GENERATED.items()
        }
        self.both: set[str] = set()  # modules with nothing asynchronous in them
        for file in sorted(sources.rglob("*.py")):
            dotted = ".".join(file.relative_to(sources).with_suffix("").parts)
            try:
                module = read_module(file, dotted)
            except UnknownConstruct as problem:
                raise SystemExit(f"{file}: {problem}") from None
            if module is not None:
                self.modules[dotted] = module
            elif not is_asynchronous(file):
                self.both.add(dotted)
        while any([self._spread(module) for module in self.modules.values()]):
            pass

    def names(self) -> dict[str, str]:
        """Where code of a module is for the synchronous face."""
        twins = {module.dotted: module.twin for module in self.modules.values()}
        return {name: name for name in self.both} | twins

    def write(self) -> dict[str, str]:
        return {
            f"{module.twin.replace('.', '/')}.py": self._text(module)
            for module in self.modules.values()
            if module.parts
        }

    def _spread(self, module: Module) -> bool:
        """What uses something that differs, differs itself. True if more of it came to light."""
        different = self._different(module)
        news = {
            name
            for part in module.parts
            if part.differs or part.uses & different or self._imports_twins(module, part)
            for name in part.names
        }
        grew = not news <= module.provides
        module.provides |= news
        return grew

    def _different(self, module: Module) -> set[str]:
        imports = self._imports(module, module.imports)
        return module.provides | {each.local for each in imports if each.from_twin}

    def _imports_twins(self, module: Module, part: Part) -> bool:
        inner = [n for n in ast.walk(part.node) if isinstance(n, (ast.Import, ast.ImportFrom))]
        return any(each.from_twin for each in self._imports(module, inner))

    def _imports(self, module: Module, statements: Iterable[ast.stmt]) -> Iterator[Import]:
        for statement in statements:
            if isinstance(statement, ast.Import):
                for alias in statement.names:
                    yield Import("", alias.name, alias.asname or alias.name, False)
            elif isinstance(statement, ast.ImportFrom):
                yield from self._from(module, statement)

    def _from(self, module: Module, statement: ast.ImportFrom) -> Iterator[Import]:
        dots, path = "." * statement.level, statement.module or ""
        other = self.modules.get(_absolute(module, statement.level, path))
        for alias in statement.names:
            local = alias.asname or alias.name
            whole = ".".join(filter(None, (path, alias.name)))
            if _absolute(module, statement.level, whole) in self.modules:
                raise SystemExit(
                    f"{module.dotted}: import names from {dots}{whole}, which has a twin, not the "
                    "module"
                )
            if other is None or alias.name not in other.provides:
                yield Import(dots + path, alias.name, local, False)
            else:
                last = other.twin.rpartition(".")[2]
                beside = ".".join(filter(None, (path.rpartition(".")[0], last)))
                yield Import(dots + beside, alias.name, local, True)

    def _text(self, module: Module) -> str:
        # A statement that defines nothing is about what it uses.
        own = self._different(module) | {"__name__"}
        kept = [
            p for p in module.parts if (p.names & module.provides) or (not p.names and p.uses & own)
        ]
        bodies = [self._body(module, part) for part in kept]
        # Annotations may be strings: a word is enough to keep an import.
        words = set(re.findall(r"\w+", "\n".join(bodies))) | {"annotations"}
        names = {name for part in module.parts for name in part.names}
        shared = names - module.provides
        last = module.dotted.rpartition(".")[2]
        imports = [e for e in self._imports(module, module.imports) if e.local in words]
        imports += [Import(f".{last}", name, name, False) for name in shared & words]
        checked = [e for e in self._imports(module, module.checked_imports) if e.local in words]
        if checked:
            imports.append(Import("typing", "TYPE_CHECKING", "TYPE_CHECKING", False))
        lines = _once(imports)
        if checked:
            lines += ["", "if TYPE_CHECKING:", *("    " + line for line in _once(checked))]
        docstring = [f'"""{module.docstring}"""', ""] if module.docstring else []
        head = [HEADER.format(source=last), *docstring, *lines]
        return "\n".join([*head, "", "", "\n\n\n".join(bodies), ""])

    def _body(self, module: Module, part: Part) -> str:
        lines = dict(enumerate(part.text.split("\n"), part.first_line))
        for node in ast.walk(part.node):
            if isinstance(node, ast.ImportFrom):
                for at in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                    del lines[at]
                margin = " " * node.col_offset
                written = _once(self._imports(module, [node]))
                lines[node.lineno] = "\n".join(margin + line for line in written)
        text = "\n".join(lines[at] for at in sorted(lines))
        if isinstance(part.node, ast.ClassDef) and not part.node.name.startswith("_"):
            # Official classes are known by their official module, which offers them.
            text += f'\n\n\n{part.node.name}.__module__ = "{PREFIX}{module.dotted}"'
        return text


def _absolute(module: Module, level: int, path: str) -> str:
    """Dotted below the package; "" for what is outside."""
    if level == 0:
        return path.removeprefix(PREFIX) if path.startswith(PREFIX) else ""
    base = module.package.split(".") if module.package else []
    return ".".join([*base[: len(base) - level + 1], *filter(None, path.split("."))])


def _once(imports: Iterable[Import]) -> list[str]:
    return sorted(set(map(str, imports)), key=lambda line: (not line.startswith("from __"), line))


if __name__ == "__main__":  # the derived modules, for type checkers
    for path in Twins(Path(__file__).parent.parent / "src/py/openai_native").write():
        print(PREFIX + path.removesuffix(".py").replace("/", "."))
