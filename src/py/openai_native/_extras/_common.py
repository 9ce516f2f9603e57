from __future__ import annotations

import importlib
from importlib.util import find_spec
from typing import Any

from .._exceptions import OpenAIError


class MissingDependencyError(OpenAIError):
    """A library that a feature needs is not installed."""


class _Optional:
    """Stands in for a module, which is imported when something of it is used."""

    def __init__(self, library: str, extra: str) -> None:
        self.__library, self.__extra = library, extra

    def __getattr__(self, name: str) -> Any:
        try:
            module = importlib.import_module(self.__library)
        except ImportError as error:
            raise MissingDependencyError(
                f"This feature needs {self.__library}, which is not installed: "
                f"pip install openai-native[{self.__extra}]"
            ) from error
        return getattr(module, name)

    def __dir__(self) -> list[str]:
        return dir(importlib.import_module(self.__library)) if find_spec(self.__library) else []

    def __repr__(self) -> str:
        return f"<{self.__library}, imported when it is used>"


numpy: Any = _Optional("numpy", "voice_helpers")
pandas: Any = _Optional("pandas", "datalib")
sounddevice: Any = _Optional("sounddevice", "voice_helpers")


def has_numpy() -> bool:
    return find_spec("numpy") is not None
