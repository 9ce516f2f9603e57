"""Facts about resources -> Python text. One template, two flavours: with await and without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emit_connections import connection_names
from emit_method import ASYNC, SYNC, Flavour, connection_home, emit_endpoint, emit_method
from emit_views import (
    VIEWS,
    child_property,
    client_view,
    official_home,
    view_class,
    view_properties,
)
from surface_model import HEADER, PACKAGE, import_line, names_in, split_origin

TYPING = {
    n: "typing"
    for n in (
        "Any",
        "Callable",
        "Dict",
        "Iterable",
        "List",
        "Mapping",
        "Optional",
        "Sequence",
        "Union",
    )
}
TYPING |= {"Literal": "typing_extensions", "PathLike": "os"}
MODULES = ("httpx2", "os")
COMMON_TYPES = ("Body", "Headers", "NotGiven", "Query")
RUNTIME_TYPES = ("NOT_GIVEN", "not_given", "omit")
LAZY_ANNOTATIONS = ("", "", "evaluate_lazily(__name__)", "")
FLAVOURS = (ASYNC, SYNC)


def both_faces(elsewhere: dict[str, list[str]]) -> list[str]:
    """The end of a module of asynchronous classes: it offers the synchronous ones, too, and those
    of its connections. `elsewhere`: module -> names."""
    twins = ", ".join(f'"{PACKAGE}.{twin}"' for twin in elsewhere)
    return [
        "",
        "if TYPE_CHECKING:",
        *(
            f"    from {PACKAGE}.{twin} import {name} as {name}"
            for twin, names in elsewhere.items()
            for name in names
        ),
        "else:",
        f"    __getattr__ = sync_names(__name__, {twins})",
        "",
    ]


@dataclass
class Unit:
    """One resource as it will be written: what it has, what it lacks."""

    path: str
    facts: dict[str, Any]
    hooks: dict[str, dict[str, str]]
    twins: dict[str, str]  # modules of src/py -> their synchronous twins

    def hook_module(self, module: str, method: dict[str, Any], flavour: Flavour) -> str:
        """Where the flavour's code of a method is; what never waits may have one form for both."""
        if flavour.is_async:
            return module
        if module not in self.twins and not method.get("plain_function"):
            name = f"{self.path}.{method['name']}"
            raise SystemExit(f"{module} has code of {name}, but no synchronous twin")
        return self.twins.get(module, module)

    @property
    def methods(self) -> list[dict[str, Any]]:
        return [m for m in self.facts.get("method", []) if self.available(m)]

    @property
    def missing(self) -> list[str]:
        return [m["name"] for m in self.facts.get("method", []) if not self.available(m)]

    def available(self, method: dict[str, Any]) -> bool:
        if "hook" in method:
            return bool(self.hooks["methods"].get(f"{self.path}.{method['name']}"))
        return True


def emit_resource(unit: Unit, flavour: Flavour) -> str:
    facts = unit.facts
    endpoints: list[str] = []
    for method in unit.methods:
        endpoints += emit_endpoint(method, facts.get("imports", {}), unit)
    classes = ["", "", *_class(unit, flavour)]
    for view in VIEWS:
        classes += ["", "", *view_class(unit, flavour, view)]
    views = ("", *VIEWS)
    exported = [facts["class"], f"Async{facts['class']}"]
    head = [HEADER, f'"""`client.{unit.path}`"""', "", "from __future__ import annotations", ""]
    head += _imports(unit, flavour, "\n".join([*endpoints, *classes]))
    end = list(LAZY_ANNOTATIONS)
    if flavour.is_async:
        head += ["", "__all__ = [", *(f'    "{name}",' for name in exported), "]", ""]
        elsewhere = {SYNC.home(facts["module"]): [f"{facts['class']}{view}" for view in views]}
        if "connection" in facts:
            elsewhere |= {
                connection_home(facts["module"], each): connection_names(unit, each)
                for each in FLAVOURS
            }
        end += both_faces(elsewhere)
    return "\n".join([*head, *endpoints, *classes, *end])


def _imports(unit: Unit, flavour: Flavour, text: str) -> list[str]:
    used = names_in(text)
    annotations = [m["returns"] for m in unit.methods]
    for method in unit.methods:
        for part in [method, *method.get("overload", [])]:
            annotations += [p for p in part.get("parameters", {}).values()]
            annotations.append(part["returns"])
    wanted = {name for a in annotations for name in names_in(f"_: {a}" if " = " in a else a)}
    lines = ["from typing import TYPE_CHECKING"]
    if "overload" in used:  # typing's own keeps no overloads for get_overloads before Python 3.11
        lines.append("from typing_extensions import overload")
    if "deprecated" in used:
        lines += ["", "from typing_extensions import deprecated"]
    lines.append("")
    lines.append(f"from {PACKAGE}._annotations import evaluate_lazily")
    lines.append(f"from {PACKAGE}._compat import cached_property")
    if "Endpoint" in used:
        lines.append(f"from {PACKAGE}._core import Endpoint")
    for encoder in sorted({"FormEncoder", "PartsEncoder"} & used):
        lines.append(f"from {PACKAGE}._multipart import {encoder}")
    if flavour.is_async:
        lines.append(f"from {PACKAGE}._lazy import sync_names")
    base = f"{flavour.prefix or 'Sync'}APIResource"
    lines.append(f"from {PACKAGE}.{flavour.home('_resource')} import {base}")
    if used & set(RUNTIME_TYPES):
        lines.append(f"from {PACKAGE}._types import {', '.join(sorted(used & set(RUNTIME_TYPES)))}")
    if "respelled" in used:
        lines.append(f"from {PACKAGE}._utils import respelled")
    checked = {
        flavour.rename(n): flavour.rename_origin(o) for n, o in _origins(unit, wanted, flavour)
    }
    checked |= {name: "" for name in MODULES if name in used}
    for method in unit.methods:
        if method.get("connects"):
            checked[flavour.rename(method["returns"])] = connection_home(
                unit.facts["module"], flavour
            )
    if "_legacy_response" in used:
        checked["_legacy_response"] = "_legacy_response:*"
    for origin in unit.facts.get("children", {}).values():
        module, name = split_origin(origin, "")
        for view in ("", *VIEWS):
            checked[f"{flavour.prefix}{name}{view}"] = flavour.home(module)
    return [*lines, "", "if TYPE_CHECKING:", *_checked_lines(checked)]


def _origins(unit: Unit, wanted: set[str], flavour: Flavour) -> list[tuple[str, str]]:
    imports = unit.facts.get("imports", {})
    plain = [(n, o) for n, o in imports.items() if n in wanted or n in COMMON_TYPES]
    typing = [(n, TYPING[n]) for n in sorted(wanted & TYPING.keys())]
    paged = flavour.is_async and "AsyncPaginator" in wanted
    return plain + typing + ([("AsyncPaginator", "_paginator")] if paged else [])


def _checked_lines(checked: dict[str, str]) -> list[str]:
    lines = [f"    import {name}" for name in MODULES if name in checked]
    rows = sorted(import_line(o, n) for n, o in checked.items() if n not in MODULES)
    return lines + ["    " + row for row in rows]


def _class(unit: Unit, flavour: Flavour) -> list[str]:
    name = flavour.prefix + unit.facts["class"]
    lines = [
        f"class {name}({flavour.prefix or 'Sync'}APIResource):",
        *official_home(unit, flavour),
    ]
    for attribute, origin in unit.facts.get("children", {}).items():
        lines += [*child_property(attribute, origin, flavour, "", "self._client"), ""]
    if unit.facts.get("views", True):
        lines += view_properties(name)
    for method in unit.methods:
        lines += [*emit_method(method, unit, flavour), ""]
    missing = ", ".join(f'"{m}"' for m in sorted(unit.missing))
    lines += ["    if not TYPE_CHECKING:", f"        from {PACKAGE}._lazy import not_available", ""]
    lines += [
        f'        __getattr__ = not_available("client.{unit.path}", frozenset({{{missing}}}))'
    ]
    lines += ["        del not_available"]
    return lines


def emit_client(units: dict[str, Unit], every: list[str], flavour: Flavour) -> str:
    """The mixin with the client's resources, and what stands in for those that are not enabled."""
    name = f"{flavour.prefix}Resources"
    lines = [
        HEADER,
        '"""The resources of a client."""',
        "",
        "from __future__ import annotations",
        "",
    ]
    lines += [
        "from typing import TYPE_CHECKING, NoReturn",
        "",
        f"from {PACKAGE}._annotations import evaluate_lazily",
        f"from {PACKAGE}._compat import cached_property",
        "",
    ]
    checked: dict[str, str] = {}
    body = ["", "", f"class {name}:"]
    written: dict[str, str] = {}
    for top in every:
        if top not in units:
            body += ["    @property", f"    def {top}(self) -> NoReturn:"]
            body += [
                f'        raise NotImplementedError("client.{top} is not in {PACKAGE} yet")',
                "",
            ]
            continue
        origin = f"{units[top].facts['module']}:{units[top].facts['class']}"
        for view in ("", *VIEWS):
            module, cls = split_origin(origin, "")
            checked[f"{flavour.prefix}{cls}{view}"] = flavour.home(module)
        child = child_property(top, origin, flavour, "", "self")
        body += [*child[:-1], child[-1] + "  # type: ignore[arg-type]", ""]
        written[top] = origin
    for view in VIEWS:
        body += ["", *client_view(view, flavour, written, name)]
    lines += ["if TYPE_CHECKING:", *_checked_lines(checked)]
    return "\n".join([*lines, *body, *LAZY_ANNOTATIONS])


def emit_module_resources(units: dict[str, Unit], every: list[str]) -> str:
    """What `openai_native.chat` and its like are to type checkers, and their names."""
    origins = {
        top: f"{SYNC.home(unit.facts['module'])}:{unit.facts['class']}"
        for top, unit in units.items()
        if top in every
    }
    lines = [HEADER, "from __future__ import annotations", "", "from typing import TYPE_CHECKING"]
    lines += ["", "if TYPE_CHECKING:"]
    lines += [f"    {import_line(origin, f'_{top}')}" for top, origin in origins.items()]
    lines += ["", *(f"    {top}: _{top}" for top in origins), ""]
    return "\n".join([*lines, "NAMES = (", *(f'    "{top}",' for top in every), ")", ""])


def package_exports(units: dict[str, Unit]) -> dict[str, dict[str, str]]:
    """Package -> name -> origin, for `from openai_native.resources.chat import AsyncChat`."""
    packages: dict[str, dict[str, str]] = {"resources": {}}
    for unit in units.values():
        module = unit.facts["module"]
        parent, _, last = module.rpartition(".")
        owners = [parent]
        if (
            parent.rsplit(".", 1)[-1] == last
        ):  # chat/completions/completions.py is `completions` for chat/, too
            owners.append(parent.rpartition(".")[0])
        for owner in owners:
            exports = packages.setdefault(owner, {})
            for flavour in FLAVOURS:
                for view in ("", *VIEWS):
                    exports[f"{flavour.prefix}{unit.facts['class']}{view}"] = flavour.home(module)
    return {name: dict(sorted(exports.items())) for name, exports in packages.items()}
