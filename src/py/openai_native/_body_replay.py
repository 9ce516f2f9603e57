"""Whether a request's body can be sent again, and from where: retries start where the body did."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any


class BodyReplay:
    def __init__(self, options: Any) -> None:
        self._rewinds: list[Callable[[], object]] = []
        bodies = [options.content, *_file_contents(options.files)]
        self._possible = all([self._remember(body) for body in bodies])

    def _remember(self, body: Any) -> bool:
        if body is None or isinstance(body, (bytes, bytearray, str)) or hasattr(body, "__fspath__"):
            return True
        if not hasattr(body, "read"):
            # Of other iterables nobody knows whether they start anew.
            return type(body) in (list, tuple)
        try:
            if not body.seekable():
                return False
            position = body.tell()
        except (AttributeError, OSError, ValueError):
            return False
        self._rewinds.append(lambda: body.seek(position))
        return isinstance(position, int)

    def rewind(self) -> bool:
        """False: it was a stream that is gone, and there can be no further attempt."""
        if not self._possible:
            return False
        try:
            for rewind in self._rewinds:
                rewind()
        except (OSError, ValueError):
            return False
        return True


def _file_contents(files: Any) -> Iterator[Any]:
    if files is None:
        return
    for _, file in files.items() if isinstance(files, Mapping) else files:
        yield file[1] if isinstance(file, tuple) and len(file) > 1 else file
