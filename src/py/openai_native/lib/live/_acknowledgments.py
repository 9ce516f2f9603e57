"""Short words of a listener: "mm hmm". Compared as JavaScript does, whose client groups alike."""

from __future__ import annotations

import re
from collections.abc import Iterable

# The white space of ECMAScript's \s, which is not Python's.
_SPACE = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_SPACES = re.compile(f"[{_SPACE}]+")
_PUNCTUATION = ".,!?;:\"'()[]{}"
_WORDS = (
    "aha",
    "alright",
    "gotcha",
    "hm",
    "hmm",
    "mhm",
    "mm",
    "mm hmm",
    "okay",
    "ok",
    "right",
    "sure",
    "uh huh",
    "yeah",
    "yep",
    "yes",
)


class Acknowledgments:
    def __init__(self, more: Iterable[str]) -> None:
        self._words = (*_WORDS, *filter(None, map(_normal, more)))

    def has(self, text: str) -> bool:
        return _normal(text) in self._words

    def has_beginning(self, text: str) -> bool:
        """Whether the text may still become one."""
        normal = _normal(text)
        return bool(normal) and any(word.startswith(normal) for word in self._words)


def _normal(text: str) -> str:
    return _SPACES.sub(" ", text.lower().replace("-", " ").strip(_SPACE + _PUNCTUATION))
