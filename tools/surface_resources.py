"""Reads the official resource classes: what each method sends where, and its signature."""

from __future__ import annotations

import ast
import importlib
import inspect
import logging
import typing
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import typing_extensions as te

import surface_deprecations
from surface_call import Call, NotPlain, plain_call
from surface_connections import connects, constant, read_connection
from surface_signature import Signature, take_in
from surface_spelling import respelled
from surface_toml import pairs, table
from surface_types import NotUnderstood, origin, resolve

EMPTY_CLASS = {"__module__", "__doc__", "__static_attributes__", "__firstlineno__"}
VIEWS = ("with_raw_response", "with_streaming_response")


@dataclass
class Resource:
    """One resource class, named by the attributes that lead to it from the client."""

    path: str  # "chat.completions"
    module: str  # "resources.chat.completions.completions"
    name: str  # "Completions"
    views: bool = True  # with_raw_response, with_streaming_response
    children: dict[str, str] = field(default_factory=dict)
    methods: list[list[str]] = field(default_factory=list)
    connection: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    imports: dict[str, str] = field(default_factory=dict)

    def lines(self) -> list[str]:
        out = list(pairs({"class": self.name, "module": self.module}))
        if not self.views:
            out += pairs({"views": False})
        if self.children:
            out += table("children", self.children)
        imports = {
            name: origin for name, origin in sorted(self.imports.items()) if name in self.used
        }
        if imports:
            out += table("imports", imports)
        for method in self.methods:
            out += method
        return out + self.connection


class Reader:
    def __init__(self, root: Path, hooks: dict[str, str], orders: dict[str, str]) -> None:
        self.root, self.hooks, self.orders = root, hooks, orders
        self.trees: dict[str, ast.Module] = {}
        self.resources: list[Resource] = []
        self.seen_hooks: set[str] = set()

    def tree(self, module: str) -> ast.Module:
        if module not in self.trees:
            file = self.root / Path(*module.split(".")).with_suffix(".py")
            self.trees[module] = ast.parse(file.read_text(encoding="utf-8"))
        return self.trees[module]

    def client(self) -> None:
        for name, prop in cached_properties(class_in(self.tree("_client"), "AsyncOpenAI")).items():
            if name not in VIEWS:
                imported = next(n for n in prop.body if isinstance(n, ast.ImportFrom))
                self.resource(
                    name, resolve(imported, "_client", is_package=False), imported.names[0].name
                )

    def resource(self, path: str, package: str, class_name: str) -> str:
        """Reads a class and what hangs below it; returns where it is defined."""
        cls = getattr(importlib.import_module(f"openai.{package}"), class_name)
        while set(vars(cls)) <= EMPTY_CLASS:  # a re-export as an empty subclass
            cls = cls.__base__
        module = cls.__module__.removeprefix("openai.")
        if not module.startswith("resources."):
            raise NotUnderstood(f"{path}: a resource outside of resources: {module}.{class_name}")
        result = Resource(path, module, class_name.removeprefix("Async"))
        if any((r.module, r.name) == (result.module, result.name) for r in self.resources):
            return f"{result.module}:{result.name}"  # reached by a second way
        self.resources.append(result)
        result.imports = imports_of(self.tree(module), module, self.root)
        node = class_in(self.tree(module), cls.__name__)
        properties = cached_properties(node)
        result.views = VIEWS[0] in properties
        raw, streamed = (
            wrapped_methods(class_in(self.tree(module), f"{class_name}{view}"))
            if result.views
            else set()
            for view in ("WithRawResponse", "WithStreamingResponse")
        )
        for name, prop in properties.items():
            if name not in VIEWS:
                result.children[name] = self.child(result, name, prop)
        overloads: dict[str, list[ast.AsyncFunctionDef | ast.FunctionDef]] = {}
        twins = functions(class_in(self.tree(module), result.name))
        for place, item in functions(node).items():
            if place in twins:
                take_in(item, twins[place])
            if any(ast.unparse(d) == "overload" for d in item.decorator_list):
                overloads.setdefault(item.name, []).append(item)
            else:
                result.methods.append(
                    self.method(result, item, overloads.get(item.name, []), raw, streamed)
                )
        return f"{result.module}:{result.name}"

    def child(self, parent: Resource, name: str, prop: ast.FunctionDef) -> str:
        path = f"{parent.path}.{name}"
        returned = prop.body[-1]
        if not (isinstance(returned, ast.Return) and isinstance(returned.value, ast.Call)):
            raise NotUnderstood(f"{path}: not a sub-resource")
        class_name = ast.unparse(returned.value.func)
        declared = ast.unparse(prop.returns) if prop.returns else class_name
        if class_name != declared:  # a subclass with code of its own takes the declared one's place
            self.hook(path, f"returns {class_name} in place of {declared}")
        return self.resource(path, parent.module, declared)

    def hook(self, name: str, why: str) -> str:
        if name not in self.hooks:
            raise NotUnderstood(f"{name}: {why}; if that is wanted, list it in surface/hooks.toml")
        self.seen_hooks.add(name)
        return why

    def deprecated(self, name: str, warning: str) -> dict[str, str]:
        facts = surface_deprecations.facts(warning)
        if facts is None:
            raise NotUnderstood(
                f"{name}: {warning!r} is no wording of tools/surface_deprecations.py"
            )
        return facts

    def method(
        self,
        resource: Resource,
        node: ast.AsyncFunctionDef | ast.FunctionDef,
        overloads: list[ast.AsyncFunctionDef | ast.FunctionDef],
        raw: set[str],
        streamed: set[str],
    ) -> list[str]:
        facts, tables = self.sends(resource, node)
        required = required_sets(node)
        if required:
            facts["required"] = required
        if (warning := deprecation(node)) is not None:
            facts["deprecated"] = self.deprecated(f"{resource.path}.{node.name}", warning)
        if node.name not in raw:
            facts["raw"] = False
        if (node.name in streamed) != (node.name in raw):
            facts["streamed"] = node.name in streamed
        signature = Signature.of(node)
        if facts.get("connects"):
            self.connection(resource, signature)
        resource.used |= signature.names
        facts.update(signature.facts())
        lines = ["", "[[method]]", *pairs(facts)]
        for name, values in {**tables, "parameters": signature.parameters}.items():
            if values:
                lines += [f"[method.{name}]", *pairs(values)]
        for overload in overloads:
            lines += self.overload(resource, signature, Signature.of(overload))
        return lines

    def sends(
        self, resource: Resource, node: ast.AsyncFunctionDef | ast.FunctionDef
    ) -> tuple[dict[str, object], dict[str, dict[str, str]]]:
        """What a method sends and gets back, or the fact that it does so in code of its own."""
        full = f"{resource.path}.{node.name}"
        facts: dict[str, object] = {"name": node.name}
        if connects(node):
            return {**facts, "connects": True, "plain_function": True}, {}
        try:
            call = plain_call(node)
        except NotPlain as reason:
            facts["hook"] = self.hook(full, str(reason))
            if isinstance(node, ast.FunctionDef):
                facts["plain_function"] = True
            return facts, {}
        resource.used |= call.names
        for function in [
            *call.tables["checks"].values(),
            *([call.prepare] if call.prepare else []),
        ]:
            self.hook(function, f"called by {full}")
        facts.update(call.facts)
        if call.cast_by:
            self.casts(resource, node.name, call)
            facts["cast_to"] = call.facts["cast_to"]
        if call.prepare:
            facts["prepare"] = call.prepare
            order = self.orders.get(call.prepare, "").split()
            facts["body"] = sorted(call.body, key=lambda n: order.index(n) if n in order else 99)
        if call.body_type is not None:
            call.tables["respelled"] = respelled(call.body_type, resource.module, call.body)
        return facts, call.tables

    def connection(self, resource: Resource, signature: Signature) -> None:
        found = read_connection(self.tree(resource.module), signature.returns)
        resource.connection = found.lines
        resource.used |= found.names
        for name, text in signature.parameters.items():
            kind, _, default = text.partition(" = ")
            if default.isupper():
                signature.parameters[name] = f"{kind} = {constant('_constants', default)}"

    def casts(self, resource: Resource, method: str, call: Call) -> None:
        """A result whose type a parameter chooses: asked for each value that it may have."""
        from openai import omit

        parameter = str(call.facts["cast_of"])
        module = importlib.import_module(f"openai.{resource.module}")
        choose = getattr(module, call.cast_by)
        function = inspect.unwrap(getattr(getattr(module, f"Async{resource.name}"), method))
        chosen = {
            value: choose(value, log=logging.getLogger()).__name__
            for value in literals(te.get_type_hints(function)[parameter])
        }
        call.facts["cast_to"] = choose(omit, log=logging.getLogger()).__name__
        call.tables["casts"] = chosen
        resource.used |= {*chosen.values(), str(call.facts["cast_to"])}

    def overload(self, resource: Resource, whole: Signature, part: Signature) -> list[str]:
        resource.used |= part.names
        lines = ["[[method.overload]]", *pairs(part.difference(whole))]
        changed = {n: p for n, p in part.parameters.items() if whole.parameters.get(n) != p}
        if changed:
            lines += ["[method.overload.parameters]", *pairs(changed)]
        return lines


def literals(annotation: object) -> list[str]:
    if te.get_origin(annotation) in (typing.Literal, te.Literal):
        return [str(value) for value in te.get_args(annotation)]
    return [value for part in te.get_args(annotation) for value in literals(part)]


def class_in(tree: ast.Module, name: str) -> ast.ClassDef:
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            return node
    raise NotUnderstood(f"no class {name}")


def functions(node: ast.ClassDef) -> dict[tuple[str, int], ast.AsyncFunctionDef | ast.FunctionDef]:
    """Methods and overloads; of each name the first, the second and so on."""
    found: dict[tuple[str, int], ast.AsyncFunctionDef | ast.FunctionDef] = {}
    seen: Counter[str] = Counter()
    for item in node.body:
        if isinstance(item, (ast.AsyncFunctionDef, ast.FunctionDef)) and not is_property(item):
            found[item.name, seen[item.name]] = item
            seen[item.name] += 1
    return found


def is_property(node: ast.AsyncFunctionDef | ast.FunctionDef) -> bool:
    return any(ast.unparse(d) in ("cached_property", "property") for d in node.decorator_list)


def cached_properties(node: ast.ClassDef) -> dict[str, ast.FunctionDef]:
    return {
        item.name: item
        for item in node.body
        if isinstance(item, ast.FunctionDef)
        and [ast.unparse(d) for d in item.decorator_list] == ["cached_property"]
    }


def wrapped_methods(node: ast.ClassDef) -> set[str]:
    """The names that `with_raw_response` offers."""
    init = next(n for n in node.body if isinstance(n, ast.FunctionDef) and n.name == "__init__")
    targets = [item.targets[0] for item in init.body if isinstance(item, ast.Assign)]
    return {target.attr for target in targets if isinstance(target, ast.Attribute)}


def deprecation(node: ast.AsyncFunctionDef | ast.FunctionDef) -> str | None:
    """The text of the warning that a call gives."""
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func).endswith("deprecated"):
            return str(ast.literal_eval(decorator.args[0]))
    return None


def required_sets(node: ast.AsyncFunctionDef | ast.FunctionDef) -> list[list[str]]:
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "required_args":
            return [ast.literal_eval(arg) for arg in decorator.args]
    return []


def imports_of(tree: ast.Module, module: str, root: Path) -> dict[str, str]:
    """Local names that mean types, traced through the packages that re-export them."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom) or node.level == 0:
            continue
        source = resolve(node, module, is_package=False)
        for alias in node.names:
            local = alias.asname or alias.name
            if source.split(".")[0] in ("types", "_types", "_streaming", "pagination", "lib"):
                found.setdefault(local, traced(root, source, alias.name, local))
    return found


def traced(root: Path, source: str, name: str, local: str) -> str:
    path = root / Path(*source.split("."))
    if (path / f"{name}.py").exists() or (path / name / "__init__.py").exists():
        return f"{source}.{name}:*"
    if not (path / "__init__.py").exists():
        return origin(source, name, local)
    tree = ast.parse((path / "__init__.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        match = next((a for a in getattr(node, "names", ()) if (a.asname or a.name) == name), None)
        if isinstance(node, ast.ImportFrom) and match is not None:
            return traced(root, resolve(node, source, is_package=True), match.name, local)
    return origin(source, name, local)
