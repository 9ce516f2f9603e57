from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

ToolErrorStage: TypeAlias = Literal["arguments", "execution", "output"]


@dataclass(frozen=True)
class AgentToolError:
    """What went wrong in a local tool, for logs: the model is only told that something did."""

    error: Exception
    tool_name: str
    session_id: str
    turn_id: str
    call_id: str
    stage: ToolErrorStage


ToolErrorHandler: TypeAlias = Callable[[AgentToolError], None]
AsyncToolErrorHandler: TypeAlias = Callable[[AgentToolError], None | Awaitable[None]]
