"""Paths of calls that have no endpoint of their own."""

from __future__ import annotations

import re
from urllib.parse import quote

_SAFE = "-._~!$&'()*+,;=:@"  # RFC 3986: what may stand in a segment as it is


def path_template(template: str, /, **values: object) -> str:
    """`template` with its {names} replaced by percent-encoded values."""
    path = re.sub(r"{(\w+)}", lambda found: _segment(values[found[1]]), template)
    for segment in path.split("/"):
        if segment in (".", ".."):
            raise ValueError(
                f"Constructed path {path!r} contains the dot-segment {segment!r}, "
                "which is not allowed"
            )
    return path


def _segment(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return quote(str(value), safe=_SAFE)
