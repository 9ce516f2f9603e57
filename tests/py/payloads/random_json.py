"""JSON that no type had in mind, and text that is nearly JSON."""

from __future__ import annotations

from random import Random
from typing import Any

from .mutations import ODD_VALUES

_KEYS = ["id", "type", "object", "data", "choices", "role", "content", "ключ", "", "a b"]
_PIECES = [
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b'"',
    b"\\",
    b"\\u0041",
    b"\\ud800",
    b"\\udc00",
    b"\\x",
    b"-",
    b"0",
    b"1e999",
    b"-0.0",
    b"1E+5",
    b"00",
    b".5",
    b"99999999999999999999",
    b"null",
    b"NaN",
    b"-Infinity",
    b"true",
    b" ",
    b"\n",
    b"\x00",
    b"\x1f",
    b"\xff",
    b"\xed\xa0\x80",
    b"\xc3\xa9",
    b"\xef\xbb\xbf",
]


def random_value(random: Random, depth: int = 4) -> Any:
    kind = random.randrange(3) if depth > 0 else 2
    size = random.choice((0, 1, 2, 3))
    if kind == 0:
        return [random_value(random, depth - 1) for _ in range(size)]
    if kind == 1:
        return {random.choice(_KEYS): random_value(random, depth - 1) for _ in range(size)}
    return random.choice(ODD_VALUES)


def torn(text: bytes, random: Random) -> bytes:
    """`text` with a few pieces cut out, put in, doubled or replaced."""
    for _ in range(random.choice((1, 1, 2, 3))):
        at = random.randrange(len(text) + 1)
        end = min(len(text), at + random.choice((0, 1, 1, 2, 8)))
        piece = random.choice((*_PIECES, text[at : at + 12]))
        text = text[:at] + piece + text[end:]
    return text
