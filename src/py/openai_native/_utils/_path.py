"""Paths of calls that have no endpoint of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

# RFC 3986: what may stand as it is in a segment, in a query's value, in a fragment.
_SEGMENT = "-._~!$&'()*+,;=:@"
_QUERY = "-._~!$'()*+,;:@/?"
_FRAGMENT = _SEGMENT + "/?"
_DOTS = re.compile(r"(\.|%2e){1,2}", re.IGNORECASE)


def path_template(template: str, /, **values: object) -> str:
    """`template` with its {names} replaced by percent-encoded values."""
    rest, hash_mark, fragment = template.partition("#")
    path, question_mark, query = rest.partition("?")
    path = _filled(path, values, _SEGMENT)
    for segment in path.split("/"):
        if _DOTS.fullmatch(segment):  # servers and proxies may resolve it
            raise ValueError(
                f"Constructed path {path!r} contains dot-segment {segment!r}, which is not allowed"
            )
    query, fragment = _filled(query, values, _QUERY), _filled(fragment, values, _FRAGMENT)
    return path + question_mark + query + hash_mark + fragment


def _filled(template: str, values: Mapping[str, object], safe: str) -> str:
    return re.sub(r"{(\w+)}", lambda found: _encoded(values[found[1]], safe), template)


def _encoded(value: object, safe: str) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return quote(str(value), safe=safe)
