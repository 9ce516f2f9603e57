"""Request bodies that are not JSON: forms with files. The core calls `encode` of an endpoint's
encoder with the parameters of the body, `extra_body` and the call's own Content-Type.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ._files import check_entry, content_of
from ._types import NotGiven, Omit

if TYPE_CHECKING:
    from ._files import Part

    # The Content-Type to send (None: the one that there is), and the body.
    Encoded = tuple[str | None, list[Part]]

FORM = "multipart/form-data"

_ESCAPED = {'"': "%22", "\\": "\\\\"}
_ESCAPED |= {chr(code): f"%{code:02X}" for code in range(0x20) if code != 0x1B}
_HEADER_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class FormEncoder:
    """A form: some parameters are files, the others become text fields."""

    names_type = False  # whether its Content-Type replaces that of the call

    def __init__(self, *files: str, always: bool = True) -> None:
        self._files = files
        self._always = always  # False: a form only if there is a file, else JSON

    def encode(
        self, values: dict[str, Any], extra: Any, content_type: str | None
    ) -> Encoded | None:
        given = len(values)
        files = [pair for name in self._files for pair in _take_files(values, name)]
        if not files and not self._always:
            return None if len(values) == given else (None, [_json(merged(values, extra))])
        return form(merged(values, extra), files, FORM if content_type is None else content_type)

    def taken_apart(
        self, values: dict[str, Any], extra: Any
    ) -> tuple[dict[str, Any], str | None, Any]:
        """Arguments of `client.post`, the Content-Type and what `extra` is then."""
        files = [pair for name in self._files for pair in _take_files(values, name)]
        if not files and not self._always:
            return {"body": values}, None, extra
        return {"body": values, "files": files}, FORM, extra


class PartsEncoder:
    """A form whose fields have content types of their own; one field alone is the whole body."""

    names_type = True

    def __init__(self, raw: str, **content_types: str) -> None:
        self._raw = raw
        self._content_types = content_types

    def encode(self, values: dict[str, Any], extra: Any, content_type: str | None) -> Encoded:
        fields = merged(values, extra)
        if fields.keys() == {self._raw}:
            return self._content_types[self._raw], [self._content(self._raw, fields)]
        rest = {name: value for name, value in fields.items() if name not in self._content_types}
        return form(rest, self._parts(fields), FORM)

    def taken_apart(
        self, values: dict[str, Any], extra: Any
    ) -> tuple[dict[str, Any], str | None, Any]:
        fields = merged(values, extra)
        if fields.keys() == {self._raw}:
            return (
                {"content": self._content(self._raw, fields)},
                self._content_types[self._raw],
                None,
            )
        files = self._parts(fields)
        rest = {name: value for name, value in fields.items() if name not in self._content_types}
        return {"body": rest or None, "files": files}, FORM, None

    def _parts(self, fields: Mapping[str, Any]) -> list[tuple[str, Any]]:
        return [
            (name, (None, self._content(name, fields), kind))
            for name, kind in self._content_types.items()
            if name in fields
        ]

    def _content(self, name: str, fields: Mapping[str, Any]) -> bytes:
        if self._content_types[name].endswith("json"):
            return _json(fields[name])
        if not isinstance(fields[name], str):
            raise TypeError(f"{name!r} must be a string, not {type(fields[name])}")
        return str(fields[name]).encode()


class GivenFiles:
    """`files=` of `client.post`: `extra_body` is the data of the form and its files."""

    def encode(self, values: dict[str, Any], extra: Any, content_type: str | None) -> Encoded:
        data, files = extra
        # The client's own Content-Type says JSON; the official client sends a form under it, too.
        wanted = "application/json" if content_type is None else content_type
        if data and wanted.startswith(FORM) and not isinstance(data, dict):
            raise TypeError(f"the body of a form must be a dictionary, not {type(data)}")
        return form(data or {}, given_files(files), wanted)


class ReadyBody:
    """`content=` of `client.post`: `extra_body` is the parts of the body."""

    def encode(self, values: dict[str, Any], extra: Any, content_type: str | None) -> Encoded:
        return None, extra


GIVEN_FILES, READY_BODY = GivenFiles(), ReadyBody()


def given_files(files: Any) -> list[tuple[str, Any]]:
    if isinstance(files, Mapping):
        return list(files.items())
    if isinstance(files, Sequence) and not isinstance(files, (str, bytes)):
        return [(name, file) for name, file in files]
    raise TypeError(f"`files` must be a mapping or a sequence of pairs, not {type(files)}")


def merged(values: Mapping[str, Any], extra: Any) -> dict[str, Any]:
    if extra is not None and not isinstance(extra, Mapping):
        raise TypeError(f"extra_body must be a mapping, not {type(extra).__name__}")
    both = {**values, **(extra or {})}
    return {name: value for name, value in both.items() if not isinstance(value, (Omit, NotGiven))}


def form(data: Mapping[str, Any], files: list[tuple[str, Any]], content_type: str) -> Encoded:
    """`content_type`: what the caller wants; without a boundary it gets one."""
    boundary = _boundary_in(content_type) or os.urandom(16).hex()
    pieces: list[Part] = []
    if content_type.startswith(FORM):
        for name, value in _text_fields(data):
            pieces.append(f"--{boundary}\r\n".encode() + _disposition(name) + b"\r\n\r\n")
            pieces.append(value.encode() + b"\r\n")
    for name, file in files:
        head, content = _file_field(name, file)
        pieces += [f"--{boundary}\r\n".encode() + head, *content, b"\r\n"]
    pieces.append(f"--{boundary}--\r\n".encode())
    generated = not content_type or (
        content_type.startswith(FORM) and "boundary" not in content_type
    )
    return f"{FORM}; boundary={boundary}" if generated else None, pieces


def _take_files(values: dict[str, Any], name: str) -> Iterator[tuple[str, Any]]:
    if name not in values:
        return
    value = values.pop(name)
    several = isinstance(value, list)
    key = f"{name}[]" if several else name
    for entry in value if several else [value]:
        check_entry(entry, key)
        yield key, entry


def _text_fields(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    from ._qs import Querystring

    fields: dict[str, list[str]] = {}
    for name, value in Querystring(array_format="brackets").stringify_items(_plain(data)):
        # An empty value gives way to a later one of its name, as in the official client.
        known = fields.get(name)
        if known is None or known == [""]:
            fields[name] = [value]
        else:
            known.append(value)
    for name, found in fields.items():
        for value in found:
            yield name, value


def _plain(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Models, dates and iterables as JSON has them."""
    import json

    simple = (str, int, float, bool, type(None))
    return {
        name: value if isinstance(value, simple) else json.loads(_json(value))
        for name, value in data.items()
    }


def _json(value: Any) -> bytes:
    from ._core import dumps

    return dumps(value)


def _file_field(name: str, file: Any) -> tuple[bytes, list[Part]]:
    if isinstance(file, tuple):
        filename, content, content_type, own = file if len(file) > 3 else (*file, None, None)[:4]
    else:
        filename, content, content_type, own = _name_of(file), file, None, None
    headers = dict(own or {})
    if not any("content-type" in key.lower() for key in headers):
        content_type = _guessed(filename) if content_type is None else content_type
        if content_type is not None:
            headers["Content-Type"] = content_type
    head = _disposition(name)
    if filename:
        head += b"; " + _parameter("filename", filename)
    lines = b"".join(_header(key, value) for key, value in headers.items())
    return head + lines + b"\r\n\r\n", content_of(content)


def _name_of(file: Any) -> str:
    from pathlib import Path

    known = os.fspath(file) if isinstance(file, os.PathLike) else getattr(file, "name", "upload")
    return Path(os.fsdecode(known) if isinstance(known, bytes) else str(known)).name


def _guessed(filename: str | None) -> str | None:
    if not filename:
        return None
    import mimetypes

    return mimetypes.guess_type(filename)[0] or "application/octet-stream"


def _disposition(name: str) -> bytes:
    return b"Content-Disposition: form-data; " + _parameter("name", name)


def _parameter(name: str, value: str) -> bytes:
    escaped = "".join(_ESCAPED.get(character, character) for character in value)
    return f'{name}="{escaped}"'.encode()


def _header(name: str, value: str) -> bytes:
    if _HEADER_NAME.fullmatch(name) is None:
        raise ValueError(f"{name!r} is not a valid header name of a file")
    if _CONTROL.search(value) is not None:
        raise ValueError(f"header {name} of a file: the value holds a control character")
    return f"\r\n{name}: {value}".encode()


def _boundary_in(content_type: str) -> str | None:
    if not content_type.startswith(FORM):
        return None
    for section in content_type.split(";"):
        if section.strip().lower().startswith("boundary="):
            return section.strip()[len("boundary=") :].strip('"')
    return None
