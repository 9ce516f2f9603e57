"""Finds `openai.x.y` where `openai_native.x.y` is. A module is loaded once, under its own name."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable, Sequence
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from importlib.metadata import Distribution, DistributionFinder

ALIAS, PACKAGE = "openai", "openai_native"

# multiprocessing imports one of these when it first starts a process that does not inherit ours.
_STARTERS = frozenset(
    f"multiprocessing.{name}"
    for name in ("forkserver", "popen_forkserver", "popen_spawn_posix", "popen_spawn_win32")
)


class AliasFinder(MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name.partition(".")[0] == ALIAS:
            return _alias_spec(name)
        if name in _STARTERS:
            from .children import include_alias

            include_alias()
        return None

    def find_distributions(self, context: DistributionFinder.Context) -> Iterable[Distribution]:
        from .distribution import AliasDistribution

        # A path of the caller's own means the distributions in that place.
        everywhere = context.path is sys.path
        asked = context.name is None or context.name.lower() == ALIAS
        return [AliasDistribution()] if everywhere and asked else []


def _alias_spec(name: str) -> ModuleSpec | None:
    if name == f"{ALIAS}.__main__":
        # Ours is not the official package's, which has none; left to the next finder, it is found.
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    original = importlib.util.find_spec(PACKAGE + name.removeprefix(ALIAS))
    if original is None:
        return None
    return importlib.util.spec_from_file_location(
        name,
        original.origin,
        loader=AliasLoader(original),
        submodule_search_locations=original.submodule_search_locations,
    )


class AliasLoader(InspectLoader):
    """`import` under the alias gives the module of the original name, which keeps its own spec."""

    def __init__(self, original: ModuleSpec) -> None:
        self._original = original

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = importlib.import_module(self._original.name)
        self._original = module.__spec__ or self._original
        return module

    def exec_module(self, module: ModuleType) -> None:
        # The import system has just put the alias's spec there.
        module.__spec__ = self._original

    # What `python -m openai.x` asks for.

    def is_package(self, fullname: str) -> bool:
        return self._original.submodule_search_locations is not None

    def get_filename(self, fullname: str) -> str | None:
        return self._original.origin

    def get_source(self, fullname: str) -> str | None:
        return self._inspect().get_source(self._original.name)

    def get_code(self, fullname: str) -> CodeType | None:
        return self._inspect().get_code(self._original.name)

    def _inspect(self) -> InspectLoader:
        return cast(InspectLoader, self._original.loader)

    def __getattr__(self, name: str) -> Any:
        # `get_data`, `get_resource_reader` and the like go by path, not by name.
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._original.loader, name)
