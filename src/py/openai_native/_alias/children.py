"""Alias mode in processes that multiprocessing starts afresh (`spawn`, `forkserver`)."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing import spawn
from typing import Any

from . import install

_official = spawn.get_preparation_data


class _Install:
    """Unpickled by a new process before it imports the main module again."""

    def __reduce__(self) -> tuple[Callable[[], None], tuple[()]]:
        return install, ()


def _preparation_data(name: str) -> dict[str, Any]:
    data = _official(name)
    if name == "ignore":
        # The fork server itself, which takes no more than these and would import the main module
        # without the alias, once for all its children; so each of them does.
        for key in ("init_main_from_path", "init_main_from_name"):
            data.pop(key, None)
    return {"openai_native": _Install(), **data}


def include_alias() -> None:
    spawn.get_preparation_data = _preparation_data


def exclude_alias() -> None:
    if spawn.get_preparation_data is _preparation_data:
        spawn.get_preparation_data = _official
