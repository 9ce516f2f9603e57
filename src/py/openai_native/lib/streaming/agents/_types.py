from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, TypeAlias, Union

from ....types.beta.input_content_param import InputContentParam

ToolOutput: TypeAlias = Union[str, Mapping[str, Any], Iterable[InputContentParam], None]  # noqa: UP007
ToolHandler: TypeAlias = Callable[[dict[str, Any]], ToolOutput]
AsyncToolHandler: TypeAlias = Callable[
    [dict[str, Any]], Union[ToolOutput, Awaitable[ToolOutput]]  # noqa: UP007
]
