"""Deprecations as `surface/` states them, and as the warnings that programs filter by."""

from __future__ import annotations

import re
from collections.abc import Mapping

WORDINGS = (
    "deprecated",
    "The {api} API is deprecated in favor of the {successor} API",
    "The {api} API is scheduled to permanently shut down on {shutdown}.",
    "The `.{instead}()` method should be used instead",
    "{method} is deprecated. Please swap to the paginated {paginated} method instead.",
)


def facts(warning: str) -> dict[str, str] | None:
    """What an official warning says, None where it is worded in a way that is not known."""
    for wording in WORDINGS:
        if found := re.fullmatch(_pattern(wording), warning):
            return found.groupdict()
    return None


def warning(stated: Mapping[str, str]) -> str:
    """The official warning of these facts."""
    for wording in WORDINGS:
        if set(re.findall(r"{(\w+)}", wording)) == set(stated):
            return wording.format_map(stated)
    raise ValueError(f"no warning says {', '.join(stated)}")


def _pattern(wording: str) -> str:
    return re.sub(r"\\{(\w+)\\}", r"(?P<\1>[\\w ,]+)", re.escape(wording))
