"""Annotations that can be evaluated, although a module imports its types for type checkers only.

`typing.get_type_hints` and `inspect.signature(..., eval_str=True)` evaluate an annotation in the
globals of its function, and what is not there among their `__builtins__`: that is where the names
under `if TYPE_CHECKING:` are found here. They are imported when somebody asks for them.
"""

from __future__ import annotations

import builtins
import sys
from typing import Any


def evaluate_lazily(module: str) -> None:
    """Called at the end of a module: its functions have the true builtins by then."""
    vars(sys.modules[module])["__builtins__"] = _Names(module)


class _Names(dict[str, Any]):
    def __init__(self, module: str) -> None:
        # The interpreter looks for these two in the dictionary itself.
        super().__init__(
            __import__=builtins.__import__,
            __build_class__=builtins.__build_class__,
        )
        self._module = module
        self._imports: dict[str, tuple[str, str]] | None = None

    def __missing__(self, name: str) -> Any:
        if hasattr(builtins, name):
            value = getattr(builtins, name)
        else:
            if self._imports is None:
                self._imports = _imports_for_type_checkers(self._module)
            value = _imported(*self._imports[name])
        self[name] = value
        return value


def _imports_for_type_checkers(name: str) -> dict[str, tuple[str, str]]:
    """Name -> module and attribute, from the module's own source."""
    import ast
    import inspect
    from importlib.util import resolve_name

    module = sys.modules[name]
    package = module.__package__ or ""
    found: dict[str, tuple[str, str]] = {}
    try:
        source = inspect.getsource(module)
    except OSError:  # installed without it: then the names are not known
        return found
    for block in ast.parse(source).body:
        if not (isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"):
            continue
        for line in block.body:
            if isinstance(line, ast.ImportFrom):
                origin = resolve_name("." * line.level + (line.module or ""), package)
                found |= {each.asname or each.name: (origin, each.name) for each in line.names}
            elif isinstance(line, ast.Import):
                found |= {each.asname or each.name: (each.name, "") for each in line.names}
    return found


def _imported(origin: str, attribute: str) -> Any:
    from importlib import import_module

    module = import_module(origin)
    if not attribute:
        return module
    try:
        return getattr(module, attribute)
    except AttributeError:
        return import_module(f"{origin}.{attribute}")
