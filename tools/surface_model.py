"""Reads surface/ for the generator."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found,unused-ignore]

PACKAGE = "openai_native"
HEADER = "# Generated from surface/ by tools/generate.py.\n"


def load(path: Path) -> dict[str, Any]:
    try:
        facts: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SystemExit(f"{path}: {error}") from None
    return facts


@dataclass
class Surface:
    """The directory, and the small hand-written tables in it."""

    root: Path
    version: str
    enabled: list[str]
    hooks: dict[str, dict[str, str]]

    @classmethod
    def open(cls, root: Path) -> Surface:
        hooks = load(root / "hooks.toml")
        version = (root / "VERSION").read_text(encoding="utf-8").strip()
        return cls(root, version, load(root / "enabled.toml")["resources"], hooks)

    def modules(self, part: str) -> dict[str, dict[str, Any]]:
        """Dotted module -> its facts, for everything below surface/<part>."""
        files = sorted((self.root / part).rglob("*.toml"))
        return {".".join(f.relative_to(self.root).with_suffix("").parts): load(f) for f in files}


def split_origin(origin: str, local: str) -> tuple[str, str]:
    """`module`, `module:Other` or `module:*` -> (module, name in it; "*" for the module itself)."""
    module, _, name = origin.partition(":")
    return module, name or local


def defining(origin: str, local: str, modules: dict[str, dict[str, Any]]) -> str:
    """The module that defines a name which others may pass on."""
    module, name = split_origin(origin, local)
    further = modules.get(module, {}).get("imports", {}).get(name)
    if further is None:
        return origin
    module, name = split_origin(defining(further, name, modules), name)
    return f"{module}:{name}"


def import_line(origin: str, local: str) -> str:
    module, name = split_origin(origin, local)
    if (
        module.split(".")[0] in ("types", "lib", "resources")
        or module.startswith("_")
        or module == "pagination"
    ):
        module = f"{PACKAGE}.{module}"
    if name == "*":
        module, _, name = module.rpartition(".")
    return f"from {module} import {name}" + (f" as {local}" if name != local else "")


def names_in(*expressions: str) -> set[str]:
    """Every plain name used in Python expressions (annotations, defaults)."""
    found: set[str] = set()
    for text in expressions:
        found |= {n.id for n in ast.walk(ast.parse(text.strip())) if isinstance(n, ast.Name)}
    return found
