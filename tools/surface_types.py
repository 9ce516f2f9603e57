"""Reads the official type modules from their syntax trees: names, bases, fields, aliases."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from surface_toml import annotation, pairs, table

TYPING = {
    "Annotated", "Any", "Dict", "Generic", "Iterable", "List", "Literal", "Mapping", "Optional",
    "Required", "Sequence", "Set", "TYPE_CHECKING", "Tuple", "TypeAlias", "TypeVar", "TypedDict",
    "Union", "cast", "deprecated",
}  # fmt: skip
# Names that need no import line in surface/: the generator knows where they come from.
KNOWN = {"BaseModel": "_models", "GenericModel": "_models", "PropertyInfo": "_utils"}


class NotUnderstood(Exception):
    """The official package has something that the tools have no word for."""


def resolve(node: ast.ImportFrom, module: str, is_package: bool) -> str:
    """The absolute module, below the package's root, that `from ... import` names."""
    if node.level == 0:
        return node.module or ""
    parts = module.split(".")
    parts = parts[: len(parts) - node.level + (1 if is_package else 0)]
    return ".".join([*parts, *([node.module] if node.module else [])])


def origin(module: str, name: str, local: str) -> str:
    """Where a name comes from: `module`, `module:OtherName`, or `module:*` for a module itself."""
    return module if name == local else f"{module}:{name}"


class TypeModule:
    """One module below `types`, as lines of TOML."""

    def __init__(self, root: Path, module: str, hooks: dict[str, str]) -> None:
        self.root, self.module, self.hooks = root, module, hooks
        self.future = False
        self.exports: list[str] | None = None
        self.imports: dict[str, str] = {}
        self.checked_imports: dict[str, str] = {}
        self.definitions: list[list[str]] = []

    def fail(self, what: str, node: ast.AST) -> NotUnderstood:
        return NotUnderstood(f"{self.module}: {what}: {ast.unparse(node)[:120]}")

    def read(self, tree: ast.Module) -> list[str]:
        for node in tree.body:
            self.statement(node)
        out = ["lazy_annotations = true"] if self.future else []
        if self.exports is not None:
            out += list(pairs({"exports": self.exports}))
        if self.imports:
            out += table("imports", dict(sorted(self.imports.items())))
        if self.checked_imports:
            out += table("checked_imports", dict(sorted(self.checked_imports.items())))
        for lines in self.definitions:
            out += lines
        return out

    def statement(self, node: ast.stmt) -> None:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            self.import_(node, self.imports)
        elif isinstance(node, ast.ClassDef):
            self.class_(node)
        elif (
            isinstance(node, ast.AnnAssign)
            and ast.unparse(node.annotation) == "TypeAlias"
            and node.value
        ):
            self.alias(ast.unparse(node.target), node.value, plain=False)
        elif isinstance(node, ast.Assign) and len(node.targets) == 1:
            self.assign(ast.unparse(node.targets[0]), node.value, node)
        elif (
            isinstance(node, ast.If)
            and ast.unparse(node.test) == "TYPE_CHECKING"
            and not node.orelse
        ):
            for inner in node.body:
                self.import_(inner, self.checked_imports)
        elif isinstance(node, ast.AugAssign) and ast.unparse(node.target) == "__all__":
            self.exports = [*(self.exports or ()), *ast.literal_eval(node.value)]
        elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            raise self.fail("statement", node)

    def import_(self, node: ast.stmt, into: dict[str, str]) -> None:
        if isinstance(node, ast.Import) and [a.name for a in node.names] == ["builtins"]:
            return
        if not isinstance(node, ast.ImportFrom):
            raise self.fail("import", node)
        if node.module == "__future__":
            self.future = True
            return
        source = resolve(node, self.module, is_package=False)
        for alias in node.names:
            name = alias.asname or alias.name
            if node.level == 0:
                if source in ("typing", "typing_extensions") and name in TYPING:
                    continue
                if (source, alias.name, name) == ("pydantic", "Field", "FieldInfo"):
                    continue
                if source not in ("datetime", "pydantic") and into is not self.checked_imports:
                    raise self.fail("import", node)
                into[name] = origin(source, alias.name, name)
            elif KNOWN.get(name) != source:
                into[name] = self.locate(source, alias.name, name)

    def locate(self, source: str, name: str, local: str) -> str:
        path = self.root / Path(*source.split("."))
        if (path / f"{name}.py").exists() or (path / name / "__init__.py").exists():
            return f"{source}.{name}:*"
        return origin(source, name, local)

    def alias(self, name: str, value: ast.expr, plain: bool) -> None:
        facts = {"alias": name, "is": annotation(value)}
        self.definitions.append(
            ["", "[[define]]", *pairs({**facts, **({"plain": True} if plain else {})})]
        )

    def assign(self, name: str, value: ast.expr, node: ast.stmt) -> None:
        if name == "__all__":
            self.exports = ast.literal_eval(value)
            return
        called = ast.unparse(value.func) if isinstance(value, ast.Call) else None
        if called is None:
            self.alias(name, value, plain=True)
        elif (
            called == "TypeVar"
            and isinstance(value, ast.Call)
            and not value.keywords
            and len(value.args) == 1
        ):
            self.definitions.append(["", "[[define]]", *pairs({"type_var": name})])
        elif (
            called == "TypedDict"
            and isinstance(value, ast.Call)
            and isinstance(value.args[1], ast.Dict)
        ):
            total = [ast.literal_eval(k.value) for k in value.keywords if k.arg == "total"]
            fields = {
                ast.literal_eval(k): annotation(v)
                for k, v in zip(value.args[1].keys, value.args[1].values, strict=True)
                if k
            }
            facts = {"dict_call": name, **({"total": total[0]} if total else {})}
            self.definitions.append(
                ["", "[[define]]", *pairs(facts), "[define.fields]", *pairs(fields)]
            )
        else:
            raise self.fail("assignment", node)

    def class_(self, node: ast.ClassDef) -> None:
        bases = [ast.unparse(b) for b in node.bases]
        facts: dict[str, object] = {}
        if bases == ["TypedDict"]:
            facts["typed_dict"] = node.name
        elif bases == ["BaseModel"]:
            facts["model"] = node.name
        else:
            facts.update({"class": node.name, "bases": bases})
        for keyword in node.keywords:
            if keyword.arg != "total":
                raise self.fail("class keyword", node)
            facts["total"] = ast.literal_eval(keyword.value)
        if node.decorator_list:
            if not all(_is_silent_deprecation(d) for d in node.decorator_list):
                raise self.fail("decorated class", node)
            facts["deprecated"] = True
        body = ClassBody(self, node)
        facts.update(body.facts)
        lines = ["", "[[define]]", *pairs(facts)]
        for name, values in body.tables.items():
            if values:
                lines += [f"[define.{name}]", *pairs(values)]
        self.definitions.append(lines)


def _is_silent_deprecation(decorator: ast.expr) -> bool:
    """`@deprecated("...", category=None)`: only type checkers tell of it."""
    call = re.fullmatch(r"deprecated\(.*, category=None\)", ast.unparse(decorator), re.DOTALL)
    return call is not None


class ClassBody:
    def __init__(self, owner: TypeModule, node: ast.ClassDef) -> None:
        self.owner, self.name = owner, node.name
        self.facts: dict[str, object] = {}
        self.tables: dict[str, dict[str, str]] = {
            "fields": {},
            "checked_fields": {},
            "attributes": {},
            "hooks": {},
        }
        for item in node.body:
            self.item(item)

    def item(self, item: ast.stmt) -> None:
        if isinstance(item, ast.AnnAssign):
            self.field(item, self.tables["fields"])
        elif isinstance(item, ast.Assign) and len(item.targets) == 1:
            self.tables["attributes"][ast.unparse(item.targets[0])] = ast.unparse(item.value)
        elif isinstance(item, ast.If) and ast.unparse(item.test) == "TYPE_CHECKING":
            self.checked(item)
        elif isinstance(item, ast.FunctionDef):
            self.hook(item)
        elif not (
            isinstance(item, ast.Pass)
            or (isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant))
        ):
            raise self.owner.fail(f"in class {self.name}", item)

    def field(self, item: ast.AnnAssign, into: dict[str, str]) -> None:
        default = f" = {ast.unparse(item.value)}" if item.value is not None else ""
        into[ast.unparse(item.target)] = annotation(item.annotation) + default

    def checked(self, item: ast.If) -> None:
        names = {ast.unparse(s.target) for s in item.body if isinstance(s, ast.AnnAssign)}
        if names == {"__pydantic_extra__"}:
            extra = next(s for s in item.body if isinstance(s, ast.AnnAssign))
            self.facts["extra"] = annotation(extra.annotation)
            return
        for inner in item.body:
            if not isinstance(inner, ast.AnnAssign):
                raise self.owner.fail(f"in class {self.name}", inner)
            self.field(inner, self.tables["checked_fields"])
        for inner in item.orelse:
            self.item(inner)

    def hook(self, item: ast.FunctionDef) -> None:
        if [ast.unparse(d) for d in item.decorator_list] != ["property"] or item.returns is None:
            raise self.owner.fail(f"method in class {self.name}", item)
        name = f"{self.owner.module}.{self.name}.{item.name}"
        if name not in self.owner.hooks:
            raise NotUnderstood(
                f"{name}: a property with code; name its implementation in surface/hooks.toml"
            )
        self.tables["hooks"][item.name] = annotation(item.returns)


def read_package(tree: ast.Module, module: str) -> list[str]:
    """A package's exports: name -> where it is defined."""
    exports: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if not isinstance(node, ast.ImportFrom):
            raise NotUnderstood(f"{module}: statement: {ast.unparse(node)[:120]}")
        if node.module == "__future__":
            continue
        if node.level == 0:
            raise NotUnderstood(f"{module}: import: {ast.unparse(node)[:120]}")
        for alias in node.names:
            name = alias.asname or alias.name
            exports[name] = origin(resolve(node, module, is_package=True), alias.name, name)
    return table("exports", dict(sorted(exports.items())))[1:]
