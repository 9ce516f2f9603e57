# Synchronous twin: _final_sync.py (derived)

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ._result import AgentOutputParseError, AgentTurnResult, AgentTurnResultError

if TYPE_CHECKING:
    from ._collection import AgentTurnResultCollection


async def async_final_result(
    stream: Any, collection: AgentTurnResultCollection[Any], handled_tools: Iterable[str]
) -> AgentTurnResult[Any]:
    """Reads a stream until its turn has a result, or cannot have one; then closes it."""
    collector = collection.enable()
    try:
        collector.check_outcome(handled_tools)
        if not collector.is_done():
            async for _ in stream:
                collector.check_outcome(handled_tools)
                if collector.is_done():
                    break
        return collection.result()
    except (AgentTurnResultError, AgentOutputParseError):
        raise
    except Exception as error:
        collection.record_error(error)
        raise collector.error("observation_failed") from error
    finally:
        await stream.close()
