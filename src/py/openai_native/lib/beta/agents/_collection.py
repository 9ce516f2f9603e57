"""Events of a session -> the result of its turn. Pure; nothing is kept unless asked for."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Generic

import pydantic

from ...._models import validate_type
from ....types.beta.agent_session_message import AgentSessionMessage
from ._output import validate_output_type
from ._result import AgentTurnResult, AgentTurnResultError, OutputT, ResultErrorReason

if TYPE_CHECKING:
    from ....types.beta.agent_session import RequiredAction
    from ....types.beta.agents.sessions.turn import Turn

_ENDS = ("completed", "failed", "cancelled")
_EXPECTED = {"string_type": "a string", "list_type": "a list"}


class AgentTurnResultCollector:
    def __init__(self, session_id: str | None = None) -> None:
        self.session_id = session_id
        self.turn: Turn | None = None
        self.boundary = False
        self.session_failed = False
        self.cause: Exception | None = None
        self.required_actions: list[RequiredAction] = []
        self._messages: dict[str, tuple[int, AgentSessionMessage]] = {}
        self._error: AgentTurnResultError | None = None
        self._result: AgentTurnResult | None = None

    def accept(self, event: Any) -> None:
        kind = event.type.removeprefix("agent.session.")
        if self.boundary:
            return
        if kind in ("created", "requires_action", "failed"):
            self.session_id = event.session.id
        if kind == "turn.created":
            if self.turn is None and event.turn.subagent_id is None:
                self.turn = deepcopy(event.turn)
                self.session_id = event.session_id
        elif kind in ("turn.completed", "turn.failed", "turn.cancelled"):
            if self.turn is not None and event.turn_id == self.turn.id:
                self.turn = deepcopy(event.turn)
                self.required_actions = []
        elif kind == "turn.item.done":
            if self.turn is not None and _is_final(event.item, self.turn.id):
                self._messages[event.item.id] = (event.output_index, _message(event.item))
        elif kind == "in_progress":
            self.required_actions = []
        elif kind == "requires_action":
            self.required_actions = deepcopy(event.session.required_actions)
        elif kind == "failed":
            self.session_failed = self.boundary = True
        elif kind == "idle" and self.turn is not None and self.turn.status in _ENDS:
            self.required_actions = []
            self.boundary = True

    def is_done(self) -> bool:
        return self.boundary

    def messages(self) -> list[AgentSessionMessage]:
        return [message for _, message in sorted(self._messages.values(), key=lambda m: m[0])]

    def error(self, reason: ResultErrorReason) -> AgentTurnResultError:
        """The first one that was asked for; it takes along what was collected."""
        if self._error is None:
            self._error = AgentTurnResultError(
                reason,
                turn=self.turn,
                session_id=self.session_id,
                messages=self.messages(),
                required_actions=self.required_actions,
            )
            self.turn = None
            self.required_actions = []
            self._messages.clear()
            self.boundary = True
        return self._error

    def check_outcome(self, handled_tools: Iterable[str] = ()) -> None:
        """Raises if it is clear already that there will be no result."""
        if self._error is not None:
            raise self._error
        status = None if self.turn is None else self.turn.status
        if self.session_failed or status == "failed":
            raise self.error("failed")
        if status == "cancelled":
            raise self.error("cancelled")
        if any(
            a.type != "function_call" or a.name not in handled_tools for a in self.required_actions
        ):
            raise self.error("requires_action")
        if self.cause is not None:
            raise self.error("observation_failed") from self.cause

    def result(self) -> AgentTurnResult:
        if self._result is None:
            self.check_outcome()
            if not self.boundary or self.turn is None or self.turn.status != "completed":
                raise self.error("incomplete")
            self._result = AgentTurnResult(turn=deepcopy(self.turn), messages=self.messages())
            self._messages.clear()
        return self._result


def _is_final(item: Any, turn_id: str) -> bool:
    return bool(
        item.turn_id == turn_id
        and item.type == "message"
        and item.phase != "commentary"
        and item.status == "completed"
    )


def _message(item: Any) -> AgentSessionMessage:
    data = item.to_dict(warnings=False)
    for text in _problems(type(item), data):
        warnings.warn(text, stacklevel=2)
    return AgentSessionMessage.construct(_fields_set=None, **deepcopy(data))


def _problems(cls: type, data: dict[str, Any]) -> list[str]:
    """What of an item is not of its type; values are not shown."""
    try:
        validate_type(type_=cls, value=data)
    except pydantic.ValidationError as invalid:
        return [_problem(each["loc"], each["type"]) for each in invalid.errors()]
    return []


def _problem(location: tuple[int | str, ...], code: str) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    path = "".join(parts).lstrip(".")
    if code in _EXPECTED:
        return f"Unexpected response type at {path}: expected {_EXPECTED[code]}."
    return f"Unexpected response value at {path}: {code}."


class AgentTurnResultCollection(Generic[OutputT]):
    """A collector that comes into being when a result is wanted, but not in the middle."""

    def __init__(
        self, session_id: str | None = None, output_type: type[OutputT] | None = None
    ) -> None:
        if output_type is not None:
            validate_output_type(output_type)
        self.output_type = output_type
        self.collector: AgentTurnResultCollector | None = None
        self._parsed: AgentTurnResult[OutputT] | None = None
        self._session_id = session_id
        self._started = False

    def enable(self) -> AgentTurnResultCollector:
        if self.collector is None:
            if self._started:
                raise RuntimeError(
                    "Events were read already: call with_result_collection() before consuming "
                    "events, or get_final_result() on a fresh stream"
                )
            self.collector = AgentTurnResultCollector(self._session_id)
        return self.collector

    def accept(self, event: Any) -> None:
        self._started = True
        if self.collector is not None:
            self.collector.accept(event)

    def record_error(self, error: Exception) -> None:
        if self.collector is not None and not self.collector.is_done():
            self.collector.cause = error

    def result(self) -> AgentTurnResult[OutputT]:
        result = self.enable().result()
        if self.output_type is None:
            return result
        if self._parsed is None:
            self._parsed = result.parse(self.output_type)
        return self._parsed
