"""Prints what installed packages import from `openai` that is not there.

usage: missing_names.py openai | openai_native PACKAGE...
"""

from __future__ import annotations

import ast
import importlib
import sys
import sysconfig
import warnings
from collections.abc import Iterator
from pathlib import Path

SITE = Path(sysconfig.get_path("purelib"))


def imports(file: Path) -> Iterator[tuple[str, str]]:
    text = file.read_text(encoding="utf-8", errors="replace")
    if "openai" not in text:
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.module, alias.name) for alias in node.names if alias.name != "*")


def is_there(module: str, name: str) -> bool:
    try:
        imported = importlib.import_module(module)
        if name and not hasattr(imported, name):
            importlib.import_module(f"{module}.{name}")
    except ImportError:
        return False
    return True


warnings.simplefilter("ignore")
source, *packages = sys.argv[1:]
if source == "openai_native":
    import openai_native

    openai_native.install()
files = (file for package in packages for file in (SITE / package).rglob("*.py"))
for module, name in sorted({found for file in files for found in imports(file)}):
    if module.partition(".")[0] == "openai" and not is_there(module, name):
        print(module, name)
