"""Reads what the official client takes that is neither a resource nor a type of the API: the
regions it knows, and the options of one request.
"""

from __future__ import annotations

import ast
from pathlib import Path

from surface_toml import table
from surface_types import NotUnderstood


def client_facts(root: Path, known: str) -> list[str]:
    """`known`: the options that the client's own code does something with."""
    options = _request_options(root)
    if unknown := sorted(options.keys() - set(known.split())):
        raise NotUnderstood(f"_types.RequestOptions: {', '.join(unknown)}")
    lines = table("data_residency", _regions(root)) + table("request_options", options)
    return lines[1:]


def _regions(root: Path) -> dict[str, str]:
    tree = _parsed(root / "_data_residency.py")
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target).endswith("_BASE_URLS"):
            found: dict[str, str] = ast.literal_eval(node.value or ast.Constant(None))
            return found
    raise NotUnderstood("_data_residency: no table of base URLs")


def _request_options(root: Path) -> dict[str, str]:
    for node in _parsed(root / "_types.py").body:
        if isinstance(node, ast.ClassDef) and node.name == "RequestOptions":
            keys = [item for item in node.body if isinstance(item, ast.AnnAssign)]
            return {ast.unparse(key.target): ast.unparse(key.annotation) for key in keys}
    raise NotUnderstood("_types: no RequestOptions")


def _parsed(file: Path) -> ast.Module:
    if not file.exists():
        raise NotUnderstood(f"{file.name} is missing")
    return ast.parse(file.read_text(encoding="utf-8"))
