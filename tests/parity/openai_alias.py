"""A pytest plugin: `openai` and all below it is `openai_native`, one object under both names."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

ALIAS, PACKAGE = "openai", "openai_native"


class Alias(MetaPathFinder, Loader):
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name.partition(".")[0] != ALIAS:
            return None
        original = PACKAGE + name.removeprefix(ALIAS)
        found = importlib.util.find_spec(original)
        if found is None:
            raise ModuleNotFoundError(
                f"No module named {name!r}: there is no {original}", name=name
            )
        return ModuleSpec(name, self, loader_state=original)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = importlib.import_module(spec.loader_state)
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        # the import system has just put the alias's own spec there
        alias = module.__spec__
        assert alias is not None
        module.__spec__ = alias.loader_state


sys.meta_path.insert(0, Alias())
