"""Results whose type a parameter chooses, as `response_format` does for transcriptions."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ._constants import OVERRIDE_CAST_TO_HEADER
from ._types import Omit

if TYPE_CHECKING:
    from ._types import Headers


def headers_of_cast(
    extra_headers: Headers | None,
    casts: Mapping[str, Any],
    chosen: Any,
    stream: Any = False,
) -> Headers | None:
    """`extra_headers` with the type of the result, unless it is the endpoint's own."""
    if stream or chosen is None or isinstance(chosen, Omit):
        return extra_headers
    cast_to = casts.get(chosen)
    if cast_to is None:
        logger = logging.getLogger("openai.audio.transcriptions")
        logger.warning("Unexpected audio response format: %s", chosen)
        return extra_headers
    return {OVERRIDE_CAST_TO_HEADER: cast_to, **(extra_headers or {})}
