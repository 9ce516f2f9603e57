"""Helpers for hosted agents: tools, what a turn results in, the files of both."""

from typing import TYPE_CHECKING

from ...._lazy import lazy_exports

if TYPE_CHECKING:
    from ._artifacts import AgentResultArtifacts as AgentResultArtifacts
    from ._artifacts import AsyncAgentResultArtifacts as AsyncAgentResultArtifacts
    from ._files import AgentFilePreparationError as AgentFilePreparationError
    from ._files import AgentFileStagingError as AgentFileStagingError
    from ._files import PreparedAgentFiles as PreparedAgentFiles
    from ._files import StagedAgentFile as StagedAgentFile
    from ._function_tool import function_tool as function_tool
    from ._output import agent_text_format as agent_text_format
    from ._result import AgentOutputParseError as AgentOutputParseError
    from ._result import AgentTurnResult as AgentTurnResult
    from ._result import AgentTurnResultError as AgentTurnResultError
    from ._stream import AsyncAgentSessionEventStream as AsyncAgentSessionEventStream
    from ._stream_sync import AgentSessionEventStream as AgentSessionEventStream
    from ._tool_error import AgentToolError as AgentToolError
    from ._tools import FunctionTool as FunctionTool
    from ._tools import pydantic_function_tool as pydantic_function_tool

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "AgentFilePreparationError": "_files",
        "AgentFileStagingError": "_files",
        "AgentOutputParseError": "_result",
        "AgentResultArtifacts": "_artifacts_sync",
        "AgentSessionEventStream": "_stream_sync",
        "AgentToolError": "_tool_error",
        "AgentTurnResult": "_result",
        "AgentTurnResultError": "_result",
        "AsyncAgentResultArtifacts": "_artifacts",
        "AsyncAgentSessionEventStream": "_stream",
        "FunctionTool": "_tools",
        "PreparedAgentFiles": "_files",
        "StagedAgentFile": "_files",
        "agent_text_format": "_output",
        "function_tool": "_function_tool",
        "pydantic_function_tool": "_tools",
    },
)
