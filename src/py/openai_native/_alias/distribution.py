"""The distribution `openai` as `importlib.metadata` sees it in alias mode."""

from __future__ import annotations

import os
from importlib.metadata import Distribution
from pathlib import Path

from .._surface_distribution import EXTRAS, REQUIRES, REQUIRES_PYTHON
from .._version import __native_version__, __title__, __version__
from .finder import ALIAS

_PACKAGE = Path(__file__).parent.parent


class AliasDistribution(Distribution):
    """Says what the official one of the tracked version says, whatever is installed."""

    def read_text(self, filename: str) -> str | None:
        if filename == "METADATA":
            return _metadata()
        return {"top_level.txt": f"{ALIAS}\n", "INSTALLER": "openai-native\n"}.get(filename)

    def locate_file(self, path: str | os.PathLike[str]) -> Path:
        first, *rest = Path(path).parts or ("",)
        return _PACKAGE.joinpath(*rest) if first == ALIAS else _PACKAGE.parent / path


def _metadata() -> str:
    lines = [
        "Metadata-Version: 2.1",
        f"Name: {__title__}",
        f"Version: {__version__}",
        f"Summary: The OpenAI client on a native core (openai-native {__native_version__})",
        f"Requires-Python: {REQUIRES_PYTHON}",
        *(f"Requires-Dist: {requirement}" for requirement in REQUIRES),
        *(f"Provides-Extra: {extra}" for extra in EXTRAS),
    ]
    return "\n".join(lines) + "\n"
