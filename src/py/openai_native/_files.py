from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._types import FileTypes


def file_from_path(path: str) -> FileTypes:
    """(name, content) of a file, as upload parameters take it."""
    with open(path, "rb") as file:
        return os.path.basename(path), file.read()
