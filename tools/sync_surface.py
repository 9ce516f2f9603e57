"""Writes surface/ from the official `openai` package that is installed: facts only, one a line.

usage: sync_surface.py [--out DIR]

What the package does in code of its own must be named in surface/hooks.toml; anything else that
these tools have no word for stops them, by name.
"""

from __future__ import annotations

import argparse
import ast
import json
import shutil
import sys
from importlib.metadata import metadata
from pathlib import Path

from surface_client import client_facts
from surface_model import load
from surface_resources import Reader
from surface_types import NotUnderstood, TypeModule, read_package

NOTE = "# Written by tools/sync_surface.py.\n"


def types(root: Path, hooks: dict[str, dict[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for file in sorted((root / "types").rglob("*.py")):
        parts = file.relative_to(root).with_suffix("").parts
        tree = ast.parse(file.read_text(encoding="utf-8"))
        module = ".".join(parts)
        if parts[-1] == "__init__":
            found["/".join(parts)] = read_package(tree, ".".join(parts[:-1]))
        elif module in hooks["modules"]:
            found["/".join(parts)] = ["by_hand = true"]
        else:
            found["/".join(parts)] = TypeModule(root, module, hooks["properties"]).read(tree)
    return found


def resources(root: Path, hooks: dict[str, dict[str, str]]) -> dict[str, list[str]]:
    named = {**hooks["methods"], **hooks["calls"]}
    reader = Reader(root, named, hooks["orders"])
    reader.client()
    stale = sorted(named.keys() - reader.seen_hooks)
    if stale:
        raise NotUnderstood(
            f"surface/hooks.toml names what is not there or is plain: {', '.join(stale)}"
        )
    return {f"resources/{r.path.replace('.', '/')}": r.lines() for r in reader.resources}


def distribution() -> list[str]:
    """What alias mode answers for the official distribution."""
    facts = metadata("openai")
    lists = {"requires": facts.get_all("Requires-Dist"), "extras": facts.get_all("Provides-Extra")}
    lines = [f"requires_python = {json.dumps(facts['Requires-Python'])}"]
    for name, values in lists.items():
        lines += [f"{name} = [", *(f"    {json.dumps(value)}," for value in values or ()), "]"]
    return lines


def main() -> None:
    here = Path(__file__).resolve().parent.parent / "surface"
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=here)
    out: Path = parser.parse_args().out
    import openai

    root = Path(openai.__path__[0])
    hooks = load(here / "hooks.toml")
    try:
        files = {**types(root, hooks), **resources(root, hooks), "distribution": distribution()}
        files["client"] = client_facts(root, hooks["client"]["request_options"])
    except NotUnderstood as problem:
        sys.exit(f"sync_surface: {problem}")
    for part in ("types", "resources"):
        shutil.rmtree(out / part, ignore_errors=True)
    for name, lines in files.items():
        path = out / f"{name}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(NOTE + "\n".join(lines) + "\n", encoding="utf-8")
    (out / "VERSION").write_text(openai.__version__ + "\n", encoding="utf-8")
    print(f"openai {openai.__version__}: {len(files)} files in {out}")


if __name__ == "__main__":
    main()
