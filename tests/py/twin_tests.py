"""Tests of the asynchronous face, read as tests of the synchronous one by the rules that derive
the package's own twins. `adopt(globals(), "test_parse")` is all of `test_parse_sync.py`.
"""

from __future__ import annotations

import ast
import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from _pytest.assertion.rewrite import rewrite_asserts

from scripted_sync import ScriptedServer

if TYPE_CHECKING:
    from openai_native import OpenAI
    from openai_native.mock import MockServer

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "tools"))

_without_async_only = importlib.import_module("twin_module").without_async_only
_sync_text = importlib.import_module("twin_text").sync_text

# Modules of helpers with both faces: the second one is derived, unless it is there.
_HELPERS = ("both_packages", "in_thread", "scripted", "side_by_side")


def import_twin(name: str) -> ModuleType:
    twin = f"{name}_sync"
    if twin in sys.modules and hasattr(sys.modules[twin], "__twin_of__"):
        return sys.modules[twin]
    file = HERE / f"{name}.py"
    text = _sync_text(_without_async_only(file.read_text(encoding="utf-8")))
    for helper in _HELPERS:
        here = f"from {helper}_sync import"
        text, found = re.subn(rf"^from {helper} import", here, text, flags=re.M)
        if found and not (HERE / f"{helper}_sync.py").exists():
            import_twin(helper)
    tree = ast.parse(text)
    rewrite_asserts(tree, text.encode(), str(file))
    module = ModuleType(twin)
    vars(module).update(__file__=str(file), __twin_of__=name)
    exec(compile(tree, str(file), "exec", dont_inherit=True), vars(module))
    sys.modules.setdefault(twin, module)
    return module


def adopt(into: dict[str, Any], name: str) -> None:
    """The tests of `name` and their fixtures, in a module of their own."""
    adopted = vars(import_twin(name))
    into.update({key: value for key, value in adopted.items() if not key.startswith("__")})
    into.update(FIXTURES)


@pytest.fixture
def client(server: MockServer) -> Iterator[OpenAI]:
    """A client of the local server."""
    from openai_native import OpenAI

    with OpenAI(base_url=server.base_url, api_key="test-key", max_retries=0) as made:
        yield made


@pytest.fixture
def scripted() -> Iterator[ScriptedServer]:
    """A server that answers what the test says and remembers what it was asked."""
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def scripted_client(scripted: ScriptedServer) -> Iterator[OpenAI]:
    from openai_native import OpenAI

    with OpenAI(base_url=scripted.url, api_key="test-key", max_retries=0) as made:
        yield made


# Instead of the asynchronous ones of conftest.py.
FIXTURES = {"client": client, "scripted": scripted, "scripted_client": scripted_client}
