"""Derives an OpenAPI 3.1 document from the installed official package, for its tests' mock server.

usage: openapi.py OUT.json

The package's source archive has the tests but not the description that their mock server needs.
Every endpoint, its parameters and its response type can however be read off the resources: paths
and verbs from the methods' syntax trees, the rest from the types that they name.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import pkgutil
import re
import sys
import textwrap
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openapi_schemas import Schemas

HTTP_CALLS = {"_get": "get", "_post": "post", "_put": "put", "_patch": "patch", "_delete": "delete"}


class Scope(dict):
    """Names of a resource module, its lazy (module `__getattr__`) exports included."""

    def __init__(self, module: Any) -> None:
        super().__init__()
        self.module = module

    def __missing__(self, name: str) -> Any:
        try:
            return getattr(self.module, name)
        except AttributeError:
            raise KeyError(name) from None

    def eval(self, node: ast.AST) -> Any:
        return eval(compile(ast.fix_missing_locations(ast.Expression(node)), "?", "eval"), {}, self)


def template_of(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "path_template" and node.args:
        return template_of(node.args[0])
    return None


def params_of(node: ast.AST | None, scope: Scope) -> tuple[list[Any], set[str] | None]:
    """The TypedDicts of the `maybe_transform(...)` inside `node`, and the names that it sends."""
    for call in ast.walk(node) if node is not None else ():
        if (
            isinstance(call, ast.Call)
            and getattr(call.func, "id", "").endswith("maybe_transform")
            and len(call.args) > 1
        ):
            value, tp = call.args[:2]
            types = [
                scope.eval(t) for t in ([tp.body, tp.orelse] if isinstance(tp, ast.IfExp) else [tp])
            ]
            names = (
                {k.value for k in value.keys if isinstance(k, ast.Constant)}
                if isinstance(value, ast.Dict)
                else None
            )
            return types, names
    return [], None


def object_schema(
    schemas: Schemas, types: list[Any], names: set[str] | None, not_names: set[str]
) -> Any:
    """One schema for parameters, without those which travel in the path."""
    variants = []
    for tp in types:
        schema = schemas.of(tp)
        for part in schema.get("anyOf", [schema]):
            if "$ref" not in part:
                variants.append(part)
                continue
            full = schemas.components[part["$ref"].rsplit("/", 1)[1]]
            kept = {
                n
                for n in full.get("properties", {})
                if (n in names if names is not None else n not in not_names)
            }
            variants.append(
                {
                    "type": "object",
                    "properties": {
                        n: v for n, v in full.get("properties", {}).items() if n in kept
                    },
                    "required": [n for n in full.get("required", []) if n in kept],
                }
            )
    return variants[0] if len(variants) == 1 else {"anyOf": variants}


def operations(schemas: Schemas, notes: list[str]) -> dict[tuple[str, str], Any]:
    found: dict[tuple[str, str], Any] = {}
    for where, function in async_methods():
        source = textwrap.dedent(inspect.getsource(function))
        scope = Scope(sys.modules[function.__module__])
        for call in http_calls(ast.parse(source)):
            path = template_of(call.args[0])
            if path is None:
                notes.append(f"{where}: the path is no literal")
                continue
            keywords = {k.arg: k.value for k in call.keywords if k.arg}
            paged = call.func.attr == "_get_api_list"  # type: ignore[attr-defined]
            verb = HTTP_CALLS.get(call.func.attr)  # type: ignore[attr-defined]
            method = verb or ast.literal_eval(keywords.get("method", ast.Constant("get")))
            try:
                described = operation(schemas, scope, path, keywords, source, paged)
            except Exception as error:  # one odd method must not cost the whole document
                notes.append(f"{where}: {type(error).__name__}: {error}")
                continue
            key = (path.split("?")[0], method)
            described["operationId"] = where
            # of several methods at one place, the one that takes most
            if len(json.dumps(described)) > len(json.dumps(found.get(key))):
                found[key] = described
    return found


def async_methods() -> Iterator[tuple[str, Any]]:
    import openai.resources as root

    for info in pkgutil.walk_packages(root.__path__, "openai.resources."):
        module = importlib.import_module(info.name)
        for cls in list(vars(module).values()):
            if not inspect.isclass(cls) or cls.__module__ != module.__name__:
                continue
            for name, member in vars(cls).items():
                if cls.__name__.startswith("Async") and inspect.isfunction(member):
                    yield f"{cls.__name__}.{name}", inspect.unwrap(member)


def http_calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        if node.func.attr in HTTP_CALLS or node.func.attr == "_get_api_list":
            yield node


def operation(
    schemas: Schemas, scope: Scope, path: str, kw: dict[str, ast.AST], source: str, paged: bool
) -> Any:
    from openai._legacy_response import HttpxBinaryResponseContent

    op: dict[str, Any] = {"parameters": []}
    for name in re.findall(r"{(\w+)}", path):
        op["parameters"].append(
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        )

    in_path = {p["name"] for p in op["parameters"]}
    types, names = params_of(kw.get("options"), scope)
    if types:
        schema = object_schema(schemas, types, names, in_path)
        parts = schema.get("anyOf", [schema])
        for name in sorted({n for part in parts for n in part.get("properties", {})}):
            subs = [
                part["properties"][name] for part in parts if name in part.get("properties", {})
            ]
            subs = [s for i, s in enumerate(subs) if s not in subs[:i]]
            op["parameters"].append(
                {
                    "name": name,
                    "in": "query",
                    "required": all(name in part.get("required", []) for part in parts),
                    "schema": subs[0] if len(subs) == 1 else {"anyOf": subs},
                }
            )
    types, names = params_of(kw.get("body"), scope)
    if types:
        kinds = ["application/json"]
        if "multipart/form-data" in source:  # some methods fall back to JSON when no file is given
            kinds = ["multipart/form-data"] + (
                kinds if re.search(r"^\s+if (extracted_)?files:", source, re.M) else []
            )
        schema = object_schema(schemas, types, names, in_path)
        op["requestBody"] = {"content": {kind: {"schema": schema} for kind in kinds}}

    node = kw.get("page") if paged else kw.get("cast_to")
    try:
        cast_to = scope.eval(node)
    except (
        NameError
    ):  # decided at run time (audio response formats): the first type that the method declares
        declared = ast.parse(textwrap.dedent(source)).body[0].returns
        while isinstance(declared, ast.BinOp):
            declared = declared.left
        cast_to = scope.eval(declared)
    if cast_to is type(None):
        op["responses"] = {"200": {"description": "no content"}}
    elif cast_to is HttpxBinaryResponseContent or cast_to is bytes:
        op["responses"] = {
            "200": {
                "description": "bytes",
                "content": {
                    "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
                },
            }
        }
    else:
        op["responses"] = {
            "200": {
                "description": "ok",
                "content": {"application/json": {"schema": schemas.of(cast_to)}},
            }
        }
    return op


def main() -> None:
    warnings.simplefilter("ignore")
    schemas, notes = Schemas(), []
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "derived from the package", "version": "0"},
        "paths": {},
    }
    for (path, method), described in sorted(operations(schemas, notes).items()):
        document["paths"].setdefault(path, {})[method] = described
    document["components"] = {"schemas": schemas.components}
    Path(sys.argv[1]).write_text(json.dumps(document, default=str), encoding="utf-8")
    print(f"{len(document['paths'])} paths, {len(schemas.components)} schemas")
    for note in notes:
        print("not derived:", note)


if __name__ == "__main__":
    main()
