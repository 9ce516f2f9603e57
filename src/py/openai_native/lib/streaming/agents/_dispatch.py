"""Calls of local tools in a session's events: executed once each, and answered."""

# Synchronous twin: _dispatch_sync.py (derived)

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from ...._exceptions import BadRequestError
from ...._types import Headers, NotGiven, not_given
from ..._tool_lifecycle import AsyncAnswer
from ._calls import Invocation, came_too_early
from ._requests import request_options

if TYPE_CHECKING:
    import httpx2

    from ...beta.agents._tool_error import AsyncToolErrorHandler
    from ._types import AsyncToolHandler

_PAUSES = (0.1, 0.3, 0.6, None)


class AsyncToolDispatcher:
    def __init__(
        self,
        sessions: Any,
        handlers: Mapping[str, AsyncToolHandler] | None,
        *,
        on_tool_error: AsyncToolErrorHandler | None = None,
        extra_headers: Headers | None = None,
        timeout: float | httpx2.Timeout | None | NotGiven = not_given,
    ) -> None:
        self.handlers = dict(handlers or {})
        self._sessions = sessions
        self._on_tool_error = on_tool_error
        self._options = request_options(extra_headers, timeout)
        self._handled: set[tuple[str, str]] = set()

    def prepare(self, event: Any) -> Invocation | None:
        """The call in an event, if it is one of ours and new."""
        if event.type != "agent.session.turn.item.added" or event.item.type != "function_call":
            return None
        call = event.item
        handler, key = self.handlers.get(call.name), (call.turn_id, call.call_id)
        if handler is None or key in self._handled:
            return None
        self._handled.add(key)
        return Invocation(event.session_id, call, handler)

    async def dispatch(self, invocation: Invocation) -> None:
        """A tool that fails is an answer too: only one that cannot be sent is an error."""
        try:
            made = invocation.invoke()
            output = await AsyncAnswer.maybe(made, _not_synchronous)
            result = invocation.succeeded(output)
        except Exception as error:
            result = invocation.failed()
            await self._tell(invocation, error)
        await self._submit(invocation, result)

    async def _tell(self, invocation: Invocation, error: Exception) -> None:
        if self._on_tool_error is not None:
            try:
                told = self._on_tool_error(invocation.error(error))
                await AsyncAnswer.maybe(told, _not_synchronous)
            except Exception:
                pass  # an observer changes nothing

    async def _submit(self, invocation: Invocation, result: dict[str, Any]) -> None:
        key = str(uuid4())  # one for all attempts
        for pause in _PAUSES:
            try:
                await self._sessions.events.create(
                    invocation.session_id, events=[result], idempotency_key=key, **self._options
                )
                return
            except BadRequestError as error:
                if pause is None or not came_too_early(error, invocation.call.call_id):
                    raise
                await self._sessions._sleep(pause)


def _not_synchronous() -> TypeError:
    return TypeError("Asynchronous tool handlers need AsyncOpenAI")
