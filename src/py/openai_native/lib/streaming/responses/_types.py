"""What has come so far, as the type of the whole."""

from __future__ import annotations

from typing import TypeAlias

from ....types.responses.parsed_response import ParsedResponse

ParsedResponseSnapshot: TypeAlias = ParsedResponse[object]
