"""Writes the Python types and resources from surface/, and the synchronous twins of the modules in
src/py/, at build time.

usage: generate.py --surface DIR --out DIR [--sources DIR]
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from derive_sync import Twins
from emit_client import emit_regions, emit_request_options
from emit_connections import emit_connection
from emit_method import connection_home
from emit_resources import (
    FLAVOURS,
    Unit,
    emit_client,
    emit_module_resources,
    emit_resource,
    package_exports,
)
from emit_types import emit_module, emit_package
from surface_model import HEADER, PACKAGE, Surface, defining, load, split_origin

SOURCES = Path(__file__).parent.parent / "src/py/openai_native"


def types(surface: Surface) -> dict[str, str]:
    written: dict[str, str] = {}
    modules = surface.modules("types")
    for module, facts in modules.items():
        path = module.replace(".", "/") + ".py"
        if module.endswith(".__init__"):
            written[path] = emit_package(module.removesuffix(".__init__"), facts)
        elif facts.get("by_hand"):
            source, _ = split_origin(surface.hooks["modules"][module], "")
            written[path] = f"{HEADER}\nfrom {PACKAGE}.{source} import *\n"
        else:
            direct = {n: defining(o, n, modules) for n, o in facts.get("imports", {}).items()}
            written[path] = emit_module(
                module, {**facts, "imports": direct}, surface.hooks["properties"]
            )
    return written


def resources(surface: Surface, twins: Twins) -> dict[str, str]:
    every = {
        module.removeprefix("resources."): facts
        for module, facts in surface.modules("resources").items()
    }
    top = sorted(path for path in every if "." not in path)
    unknown = sorted(set(surface.enabled) - set(top))
    if unknown:
        raise SystemExit(f"enabled.toml: no such resource: {', '.join(unknown)}")
    units = {
        path: Unit(path, facts, surface.hooks, twins.names())
        for path, facts in every.items()
        if path.split(".")[0] in surface.enabled
    }
    written: dict[str, str] = {}
    for flavour in FLAVOURS:
        written[f"{flavour.home('_resources')}.py"] = emit_client(units, top, flavour)
        for unit in units.values():
            module = flavour.home(unit.facts["module"]).replace(".", "/")
            written[f"{module}.py"] = emit_resource(unit, flavour)
            if "connection" in unit.facts:
                home = connection_home(unit.facts["module"], flavour).replace(".", "/")
                written[f"{home}.py"] = emit_connection(unit, flavour)
    written["_module_resources.py"] = emit_module_resources(units, top)
    for package, exports in package_exports(units).items():
        written[f"{package.replace('.', '/')}/__init__.py"] = emit_package(
            package, {"exports": exports}
        )
    return written


def distribution(facts: dict[str, Any]) -> str:
    named = {name.upper(): tuple(v) if isinstance(v, list) else v for name, v in facts.items()}
    return HEADER + "\n" + "".join(f"{name} = {value!r}\n" for name, value in named.items())


def update(out: Path, written: dict[str, str]) -> int:
    """Writes what has changed and removes what is stale; returns how many files that were."""
    changes = 0
    for path, text in written.items():
        file = out / path
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            changes += 1
    for file in sorted(out.rglob("*.py")):
        if file.relative_to(out).as_posix() not in written:
            file.unlink()
            changes += 1
    return changes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--surface", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--sources", type=Path, default=SOURCES)
    arguments = parser.parse_args()
    surface = Surface.open(arguments.surface)
    twins = Twins(arguments.sources)
    written = {**types(surface), **resources(surface, twins), **twins.write()}
    version = f'OPENAI_VERSION = "{surface.version}"'
    written["_surface_version.py"] = f"{HEADER}\n{version}\n"
    facts = load(arguments.surface / "distribution.toml")
    written["_surface_distribution.py"] = distribution(facts)
    facts = load(arguments.surface / "client.toml")
    written["_surface_regions.py"] = emit_regions(facts["data_residency"])
    written["_surface_request_options.py"] = emit_request_options(facts["request_options"])
    for path, text in written.items():
        compile(text, path, "exec", dont_inherit=True)
    changes = update(arguments.out, written)
    print(f"openai {surface.version}: {len(written)} modules, {changes} changed")


if __name__ == "__main__":
    main()
