from typing import TYPE_CHECKING

from ...._lazy import lazy_exports

if TYPE_CHECKING:
    from ._streams import AsyncAgentSessionStream as AsyncAgentSessionStream
    from ._streams_sync import AgentSessionStream as AgentSessionStream
    from ._types import AsyncToolHandler as AsyncToolHandler
    from ._types import ToolHandler as ToolHandler
    from ._types import ToolOutput as ToolOutput

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "AgentSessionStream": "_streams_sync",
        "AsyncAgentSessionStream": "_streams",
        "AsyncToolHandler": "_types",
        "ToolHandler": "_types",
        "ToolOutput": "_types",
    },
)
