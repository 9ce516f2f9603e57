"""Files in requests: what callers may give, and the bytes or file ranges that it becomes."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ._lazy import forwarded

if TYPE_CHECKING:
    from ._core import FileRange
    from ._types import FileTypes

    Part = bytes | FileRange

PIECE = 64 * 1024
# Content of unknown length is kept in memory up to here, in a file without a name beyond.
_SPOOLED = 4 * 1024 * 1024
_PLAIN_FILES = (io.BufferedReader, io.BufferedRandom, io.BufferedWriter)


def file_from_path(path: str) -> FileTypes:
    """(name, content) of a file, as upload parameters take it."""
    with open(path, "rb") as file:
        return os.path.basename(path), file.read()


def to_httpx_files(files: Any) -> Any:
    """`files` of a request as interceptors and HTTP libraries take them: what is named, read."""
    if isinstance(files, Mapping):
        return {name: _read_path(file) for name, file in files.items()}
    if isinstance(files, Sequence) and not isinstance(files, (str, bytes)):
        return [(name, _read_path(file)) for name, file in files]
    if files is not None:
        raise TypeError(f"`files` must be a mapping or a sequence of pairs, not {type(files)}")
    return None


def _read_path(file: Any) -> Any:
    if isinstance(file, os.PathLike):
        return Path(file).name, Path(file).read_bytes()
    if isinstance(file, tuple) and len(file) > 1 and isinstance(file[1], os.PathLike):
        return (file[0], Path(file[1]).read_bytes(), *file[2:])
    if not isinstance(file, tuple) and not is_file_content(file):
        raise TypeError(
            "Expected file types input to be a FileContent type or to be a tuple (bytes, an open "
            f"file, a path, or a name and one of these), but received {type(file)}"
        )
    return file


async def async_to_httpx_files(files: Any) -> Any:
    return to_httpx_files(files)


def is_file_content(value: object) -> bool:
    return isinstance(value, (bytes, io.IOBase, os.PathLike))


def is_base64_file_input(obj: object) -> bool:
    return isinstance(obj, (io.IOBase, os.PathLike))


def assert_is_file_content(obj: object, *, key: str | None = None) -> None:
    check_entry(obj, key or "file")


def check_entry(value: object, key: str) -> None:
    if not is_file_content(value) and not isinstance(value, tuple):
        raise RuntimeError(
            f"Expected entry at `{key}` to be bytes, a file opened in binary mode (io.IOBase), a "
            f"path (os.PathLike) or a tuple, but received {type(value)}. Open the file, or wrap "
            "its name in pathlib.Path"
        )


if not TYPE_CHECKING:
    __getattr__ = forwarded(__name__, {"._utils._extract": "deepcopy_with_paths"})


class Spool:
    """Collects content whose length is not known before its end."""

    def __init__(self) -> None:
        self._memory = io.BytesIO()
        self._file: IO[bytes] | None = None

    def write(self, data: Any) -> None:
        chunk = data.encode() if isinstance(data, str) else data
        (self._file or self._memory).write(chunk)
        if self._file is None and self._memory.tell() > _SPOOLED:
            import tempfile

            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 (closed by close())
            self._file.write(self._memory.getbuffer())

    def parts(self) -> list[Part]:
        if self._file is None:
            return [self._memory.getvalue()]
        size = os.fstat(self._file.fileno()).st_size
        return _range(self._file, 0, size)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


def whole_file(file: Any) -> list[Part]:
    """All of an open file, from its start, whatever its position."""
    if isinstance(file, io.StringIO):
        raise TypeError("a file of a request must be io.BytesIO, not io.StringIO")
    if isinstance(file, io.TextIOBase):
        raise TypeError("a file of a request must be opened in binary mode, not in text mode")
    if (size := _size_on_disk(file)) is not None:
        return _range(file, 0, size)
    if type(file) is io.BytesIO:
        return [file.getvalue()]
    if hasattr(file, "seek"):
        with suppress(io.UnsupportedOperation):
            file.seek(0)
    return rest_of_file(file)


def rest_of_file(file: Any) -> list[Part]:
    """An open file from its position on."""
    if (size := _size_on_disk(file)) is not None:
        at = file.tell()
        return _range(file, at, max(0, size - at))
    spool = Spool()
    try:
        while chunk := file.read(PIECE):
            spool.write(chunk)
        return spool.parts()
    finally:
        spool.close()


def content_of(file: Any) -> list[Part]:
    """What a file of a form is made of. Bad ones raise here, before anything is sent."""
    if isinstance(file, bytes):
        return [file]
    if isinstance(file, str):
        return [file.encode()]
    if isinstance(file, os.PathLike):
        with open(file, "rb", buffering=0) as opened:
            return whole_file(opened)
    if not hasattr(file, "read"):
        raise TypeError(
            f"the content of a file must be bytes, an open file or a path, not {type(file)}"
        )
    return whole_file(file)


def _size_on_disk(file: Any) -> int | None:
    """None: not a regular file that can be read by its descriptor alone."""
    raw = file.raw if type(file) in _PLAIN_FILES else file
    if type(raw) is not io.FileIO:
        return None
    if not file.readable():
        raise io.UnsupportedOperation("not readable: the file was not opened for reading")
    if type(file) is io.BufferedRandom:
        file.flush()
    status = os.fstat(raw.fileno())
    # Files of /proc are regular and pretend to be empty.
    return status.st_size if stat.S_ISREG(status.st_mode) and status.st_size > 0 else None


def _range(file: IO[bytes], offset: int, size: int) -> list[Part]:
    from ._core import FileRange

    return [FileRange(file.fileno(), offset, size)]
