"""Asynchronous Python text -> synchronous text, token by token. Lines keep their numbers."""

from __future__ import annotations

import io
import keyword
import token
import tokenize
from collections.abc import Iterator
from itertools import accumulate

from twin_names import UnknownConstruct, sync_name, sync_words

# f-strings are one token before Python 3.12 and several since: their text is treated as text.
_TEXT = {token.STRING, token.COMMENT, getattr(token, "FSTRING_MIDDLE", token.STRING)}
_Edit = tuple[int, int, str]


def sync_text(source: str) -> str:
    starts = [0, *accumulate(len(line) for line in source.splitlines(keepends=True))]
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    pieces: list[str] = []
    done = 0
    for start, end, replacement in _edits(tokens, starts):
        pieces += [source[done:start], replacement]
        done = end
    return "".join([*pieces, source[done:]])


def _edits(tokens: list[tokenize.TokenInfo], starts: list[int]) -> Iterator[_Edit]:
    def offset(place: tuple[int, int]) -> int:
        return starts[place[0] - 1] + place[1]

    dropped_brackets: set[int] = set()
    for at, here in enumerate(tokens):
        start, end = offset(here.start), offset(here.end)
        if at in dropped_brackets:
            yield start, end, ""
        elif here.type in _TEXT:
            if (words := sync_words(here.string)) != here.string:
                yield start, end, words
        elif here.type == token.NAME:
            following = tokens[at + 1]
            if here.string in ("async", "await"):
                yield start, offset(following.start), ""
            elif here.string == "Awaitable" and following.string == "[":
                dropped_brackets |= {at + 1, _closing(tokens, at + 1)}
                yield start, end, ""
            elif not keyword.iskeyword(here.string):
                try:
                    yield start, end, sync_name(here.string)
                except UnknownConstruct as problem:
                    raise UnknownConstruct(f"line {here.start[0]}: {problem}") from None


def _closing(tokens: list[tokenize.TokenInfo], opening: int) -> int:
    depth = 0
    for at in range(opening, len(tokens)):
        if tokens[at].type == token.OP:
            depth += (tokens[at].string in "([{") - (tokens[at].string in ")]}")
            if depth == 0:
                return at
    raise UnknownConstruct("a bracket is not closed")
