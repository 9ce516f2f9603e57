"""Names that other packages import from the official `_compat`."""

from __future__ import annotations

from typing import TYPE_CHECKING

PYDANTIC_V1 = False

if TYPE_CHECKING:
    # Type checkers and IDEs know what a property is; at run time the value is kept, and can be set.
    cached_property = property
else:
    from functools import cached_property as cached_property
