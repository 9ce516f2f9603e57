"""The synchronous form of `_file_writer`: the caller's thread writes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def writing(file: str | os.PathLike[str]) -> Iterator[Callable[[bytes], int]]:
    with open(file, "wb") as target:
        yield target.write
