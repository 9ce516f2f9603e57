"""`sessions.stream(...)`: input for an idle session, and the events of the turn that follows."""

# Synchronous twin: _streams_sync.py (derived)

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Generic

from typing_extensions import Self

from ...._types import Headers, NotGiven, Omit, not_given, omit
from ...beta.agents._collection import AgentTurnResultCollection
from ...beta.agents._final import async_final_result
from ...beta.agents._result import AgentTurnResult, OutputT
from ._dispatch import AsyncToolDispatcher
from ._requests import input_event, input_key, request_options
from ._turn import TurnState

if TYPE_CHECKING:
    from types import TracebackType

    import httpx2

    from ...._streaming import AsyncStream
    from ....types.beta.agent_session_event import AgentSessionEvent
    from ....types.beta.agent_session_input_message_param import AgentSessionInputMessageParam
    from ...beta.agents._tool_error import AsyncToolErrorHandler
    from ._types import AsyncToolHandler


class AsyncAgentSessionStream(Generic[OutputT]):
    """The events of one turn; registered tools run while you iterate, after their call's event.

    Nobody else may give input to the session meanwhile: the turn that begins is taken for ours.
    Closing stops watching, not the turn.

        async with client.beta.agents.sessions.stream(session_id, input="Hello") as stream:
            async for event in stream: ...
    """

    def __init__(
        self,
        sessions: Any,
        session_id: str,
        *,
        input: str | Iterable[AgentSessionInputMessageParam],
        output_type: type[OutputT] | None = None,
        tool_handlers: Mapping[str, AsyncToolHandler] | None = None,
        on_tool_error: AsyncToolErrorHandler | None = None,
        idempotency_key: str | Omit = omit,
        extra_headers: Headers | None = None,
        timeout: float | httpx2.Timeout | None | NotGiven = not_given,
    ) -> None:
        self._sessions = sessions
        self._session_id = session_id
        self._input = input_event(input)
        self._dispatcher = AsyncToolDispatcher(
            sessions,
            tool_handlers,
            on_tool_error=on_tool_error,
            extra_headers=extra_headers,
            timeout=timeout,
        )
        self._idempotency_key = input_key(idempotency_key, extra_headers)
        self._options = request_options(extra_headers, timeout)
        self._state = TurnState()
        self._collection: AgentTurnResultCollection[OutputT] = AgentTurnResultCollection(
            session_id, output_type
        )
        self._stream: AsyncStream[AgentSessionEvent] | None = None
        self._iterator: AsyncIterator[AgentSessionEvent] | None = None
        self._entered = False
        self._closed = False

    async def __aenter__(self) -> Self:
        if self._entered or self._closed:
            raise RuntimeError("A session stream can be entered only once")
        self._entered = True
        session = await self._sessions.retrieve(self._session_id, **self._options)
        if session.status != "idle":
            raise ValueError(
                "The session must be idle: use sessions.events.stream to follow an active one"
            )
        self._stream = await self._sessions.events.stream(self._session_id, **self._options)
        try:
            await self._sessions.events.create(
                self._session_id,
                events=[self._input],
                idempotency_key=self._idempotency_key,
                **self._options,
            )
        except BaseException:
            await self.close()
            raise
        self._iterator = self._events(self._stream)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        await self.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> AgentSessionEvent:
        if self._closed:
            raise StopAsyncIteration
        if self._iterator is None:
            raise RuntimeError("A session stream must be entered, by `with`, before it is read")
        return await self._iterator.__anext__()

    async def until_done(self) -> None:
        """Read what is left of the events; their tools run."""
        async for _ in self:
            pass

    def with_result_collection(self) -> Self:
        """Keep what a result needs: before the first event, to iterate and then get the result."""
        self._collection.enable()
        return self

    async def get_final_result(self) -> AgentTurnResult[OutputT]:
        """The result of the turn, after reading all events that are left; their tools run.

        Raises `AgentTurnResultError` if the turn did not succeed, or was not seen to.
        """
        return await async_final_result(self, self._collection, self._dispatcher.handlers)

    async def close(self) -> None:
        """Stop watching; the turn goes on."""
        self._closed = True
        if self._stream is not None:
            await self._stream.close()

    async def _events(
        self, stream: AsyncStream[AgentSessionEvent]
    ) -> AsyncIterator[AgentSessionEvent]:
        try:
            async for event in stream:
                if not self._state.accept(event):
                    continue
                self._collection.accept(event)
                last = self._state.is_last(event)
                if last:
                    await self.close()
                pending = self._dispatcher.prepare(event)
                yield event
                if last or self._closed:
                    return
                if pending is not None:
                    await self._dispatcher.dispatch(pending)
            raise RuntimeError("The session's events ended before its turn did")
        except Exception as error:
            self._collection.record_error(error)
            raise
        finally:
            await self.close()
