"""What `sessions.create(stream=True)` returns."""

# Synchronous twin: _stream_sync.py (derived)

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic

from typing_extensions import Self, override

from ...._streaming import AsyncStream
from ....types.beta.agent_session_event import AgentSessionEvent
from ._collection import AgentTurnResultCollection
from ._final import async_final_result
from ._result import AgentTurnResult, OutputT

if TYPE_CHECKING:
    from ...streaming.agents._dispatch import AsyncToolDispatcher


class AsyncAgentSessionEventStream(AsyncStream[AgentSessionEvent], Generic[OutputT]):
    """The events of a new session; with initial input also the result of its first turn.

    Registered tool handlers run while you iterate, after you have got their call's event.
    """

    _dispatcher: AsyncToolDispatcher | None = None

    @cached_property
    def _collection(self) -> AgentTurnResultCollection[OutputT]:
        return AgentTurnResultCollection()

    @override
    async def __stream__(self) -> AsyncIterator[AgentSessionEvent]:
        try:
            async for event in super().__stream__():
                self._collection.accept(event)
                dispatcher = self._dispatcher
                pending = dispatcher.prepare(event) if dispatcher is not None else None
                yield event
                if dispatcher is not None and pending is not None and not self.response.is_closed:
                    await dispatcher.dispatch(pending)
        except Exception as error:
            self._collection.record_error(error)
            raise
        finally:
            await self.close()

    def with_result_collection(self) -> Self:
        """Keep what a result needs: before the first event, to iterate and then get the result."""
        self._collection.enable()
        return self

    async def get_final_result(self) -> AgentTurnResult[OutputT]:
        """The result of the first turn, after reading all events that are left.

        Raises `AgentTurnResultError` if the turn did not succeed, or was not seen to.
        """
        return await async_final_result(self, self._collection, self._handled)

    @property
    def _handled(self) -> Iterable[Any]:
        return self._dispatcher.handlers if self._dispatcher is not None else ()
