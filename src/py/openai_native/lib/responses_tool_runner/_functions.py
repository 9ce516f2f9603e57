# Synchronous twin: _functions_sync.py (derived)
from __future__ import annotations

from collections.abc import Awaitable, Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, cast

import pydantic

from .._tools import ResponsesPydanticFunctionTool

if TYPE_CHECKING:
    from ...types.responses.function_tool_param import FunctionToolParam
    from ._types import FunctionResult

_ModelT = TypeVar("_ModelT", bound=pydantic.BaseModel)


@dataclass(frozen=True)
class AsyncRegisteredFunction:
    """A function that the model may call, and what executes it.

    `allow_output_override` lets the caller supply outputs itself, `independent` lets calls run
    beside each other while the response streams.
    """

    tool: FunctionToolParam
    execute: Callable[[dict[str, object]], Awaitable[FunctionResult]]
    allow_output_override: bool = False
    independent: bool = False
    _parsed_tool: FunctionToolParam | None = field(default=None, repr=False)

    @classmethod
    def from_tool(
        cls,
        tool: FunctionToolParam,
        *,
        execute: Callable[[_ModelT], Awaitable[FunctionResult]],
        allow_output_override: bool = False,
        independent: bool = False,
    ) -> AsyncRegisteredFunction:
        """From a `pydantic_responses_function_tool`: `execute` gets its model."""
        if not isinstance(tool, ResponsesPydanticFunctionTool):
            raise ValueError("tool must be a Pydantic one, from pydantic_responses_function_tool.")
        if not callable(execute):
            raise ValueError("execute, the executor of a tool, must be callable.")
        function = cast("Callable[[dict[str, Any]], Awaitable[FunctionResult]]", execute)
        known = cast("FunctionToolParam", tool)
        return cls(known, function, allow_output_override, independent, deepcopy(known))
