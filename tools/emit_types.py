"""Facts about one type module -> its Python text."""

from __future__ import annotations

import builtins
from typing import Any

from surface_model import HEADER, PACKAGE, import_line, names_in, split_origin

FROM_EXTENSIONS = {"Annotated", "Literal", "Required", "TypeAlias", "TypedDict", "deprecated"}
FROM_TYPING = {
    "Any", "Dict", "Generic", "Iterable", "List", "Mapping", "Optional", "Sequence", "Set",
    "TYPE_CHECKING", "Tuple", "TypeVar", "Union", "cast",
}  # fmt: skip
FROM_OURS = {"BaseModel": "_models", "GenericModel": "_models", "PropertyInfo": "_utils"}
OVERRIDES = "  # type: ignore[assignment, unused-ignore]"
KINDS = ("model", "typed_dict", "class", "alias", "type_var", "dict_call")


def emit_package(module: str, facts: dict[str, Any]) -> str:
    """A package that imports its members when they are first used."""
    exports = {
        name: split_origin(origin, name) for name, origin in facts.get("exports", {}).items()
    }
    if not exports:
        return HEADER
    lines = [HEADER, "from typing import TYPE_CHECKING", "", "if TYPE_CHECKING:"]
    table = []
    for name, (source, original) in exports.items():
        relative = source.removeprefix(module)
        if not relative.startswith("."):
            raise SystemExit(f"{module}: {name} is exported from outside of the package: {source}")
        lines.append(f"    from {relative} import {original} as {name}")
        table.append(
            f'            "{name}": "{relative[1:]}{"" if name == original else ":" + original}",'
        )
    lines += ["else:", f"    from {PACKAGE}._lazy import lazy_exports", ""]
    lines += ["    __getattr__, __dir__, __all__ = lazy_exports(", "        __name__,", "        {"]
    return "\n".join([*lines, *table, "        },", "    )", ""])


def emit_module(module: str, facts: dict[str, Any], hooks: dict[str, str]) -> str:
    body: list[str] = []
    defined: set[str] = set()
    used: set[str] = set()
    for define in facts.get("define", []):
        kind = next(k for k in KINDS if k in define)
        defined.add(define[kind])
        body += ["", "", *_definition(kind, define, f"{module}.{define[kind]}", hooks, used)]
    lines = [HEADER]
    if facts.get("lazy_annotations"):
        lines += ["from __future__ import annotations", ""]
    lines += _imports(module, facts, used, defined)
    if "exports" in facts:
        lines += ["", "__all__ = [", *(f'    "{name}",' for name in facts["exports"]), "]"]
    return "\n".join([*lines, *body, ""])


def _imports(module: str, facts: dict[str, Any], used: set[str], defined: set[str]) -> list[str]:
    imports: dict[str, str] = facts.get("imports", {})
    checked: dict[str, str] = facts.get("checked_imports", {})
    if checked:
        used.add("TYPE_CHECKING")
    free = used - defined - set(imports) - set(checked)
    lines = ["import builtins"] if "builtins" in free else []
    for source, names in (("typing", FROM_TYPING), ("typing_extensions", FROM_EXTENSIONS)):
        if free & names:
            lines.append(f"from {source} import {', '.join(sorted(free & names))}")
    if "FieldInfo" in free:
        lines.append("from pydantic import Field as FieldInfo")
    for name in sorted(free & FROM_OURS.keys()):
        lines.append(f"from {PACKAGE}.{FROM_OURS[name]} import {name}")
    lines += [import_line(origin, name) for name, origin in imports.items()]
    if checked:
        lines += [
            "",
            "if TYPE_CHECKING:",
            *("    " + import_line(o, n) for n, o in checked.items()),
        ]
    known = (
        FROM_TYPING
        | FROM_EXTENSIONS
        | FROM_OURS.keys()
        | {"FieldInfo", "builtins"}
        | set(dir(builtins))
    )
    unknown = free - known
    if unknown:
        raise SystemExit(f"{module}: no origin is known for {', '.join(sorted(unknown))}")
    return lines


def _definition(
    kind: str, define: dict[str, Any], full: str, hooks: dict[str, str], used: set[str]
) -> list[str]:
    name = define[kind]
    if kind == "type_var":
        used.add("TypeVar")
        return [f'{name} = TypeVar("{name}")']
    if kind == "alias":
        target = define["is"].strip()
        used |= names_in(target)
        if define.get("plain"):
            return [f"{name} = {target}"]
        used.add("TypeAlias")
        return [f"{name}: TypeAlias = {target}"]
    fields: dict[str, str] = define.get("fields", {})
    total = f", total={define['total']}" if "total" in define else ""
    if kind == "dict_call":
        used |= {"TypedDict"} | names_in(*fields.values())
        items = [f'        "{key}": {value.strip()},' for key, value in fields.items()]
        return [
            f"{name} = TypedDict(",
            f'    "{name}",',
            "    {",
            *items,
            "    },",
            f"    {total[2:]}",
            ")",
        ]
    bases = define.get("bases") or ["BaseModel" if kind == "model" else "TypedDict"]
    used |= names_in(*bases)
    marks = []
    if define.get("deprecated"):
        used.add("deprecated")
        marks = ['@deprecated("The API has deprecated this type.", category=None)']
    return [
        *marks,
        f"class {name}({', '.join(bases)}{total}):",
        *(_body(define, fields, full, hooks, used) or ["    pass"]),
    ]


def _body(
    define: dict[str, Any], fields: dict[str, str], full: str, hooks: dict[str, str], used: set[str]
) -> list[str]:
    checked: dict[str, str] = define.get("checked_fields", {})
    attributes: dict[str, str] = define.get("attributes", {})
    for value in [*fields.values(), *checked.values()]:
        used |= names_in(f"_: {value.strip()}") - {"_"}
    used |= names_in(*attributes.values())
    lines = []
    # these narrow the fields of their bases, which type checkers dislike
    ignore = OVERRIDES if "GenericModel" in define.get("bases", ()) else ""
    for name, value in fields.items():
        text = _indented(_marked(f"{name}: {value.strip()}", ignore), 4)
        if name in checked:
            used.add("TYPE_CHECKING")
            other = _indented(_marked(f"{name}: {checked[name].strip()}", ignore), 8)
            lines += ["    if TYPE_CHECKING:", other, "    else:", _indented(text, 4)]
        else:
            lines.append(text)
    if "extra" in define:
        used |= {"TYPE_CHECKING", "FieldInfo"} | names_in(define["extra"])
        lines += [
            "",
            "    if TYPE_CHECKING:",
            f"        __pydantic_extra__: {define['extra']} = FieldInfo(init=False)",
        ]
        lines += ["", "        def __getattr__(self, attr: str) -> object: ..."]
    if attributes:
        lines += ["", *(f"    {name} = {value}" for name, value in attributes.items())]
    for name, returns in define.get("hooks", {}).items():
        source, function = split_origin(hooks[f"{full}.{name}"], name)
        used |= names_in(returns)
        lines += ["", "    @property", f"    def {name}(self) -> {returns}:"]
        lines += [
            f"        from {PACKAGE}.{source} import {function}",
            "",
            f"        return {function}(self)  # type: ignore[no-any-return, unused-ignore]",
        ]
    return lines


def _marked(text: str, comment: str) -> str:
    first, newline, rest = text.partition("\n")
    return first + comment + newline + rest


def _indented(text: str, depth: int) -> str:
    return "\n".join(" " * depth + line for line in text.splitlines())
