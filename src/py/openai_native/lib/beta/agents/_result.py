"""What one turn of a session resulted in: final messages, or why there are none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Literal

from typing_extensions import TypeVar

from ...._exceptions import OpenAIError
from ..._parsing._formats import from_text
from ._output import validate_output_type

if TYPE_CHECKING:
    from ....types.beta.agent_session import RequiredAction
    from ....types.beta.agent_session_message import AgentSessionMessage
    from ....types.beta.agents.sessions.turn import Turn

OutputT = TypeVar("OutputT", default=Any)
ParseT = TypeVar("ParseT")

ResultErrorReason = Literal[
    "failed", "cancelled", "requires_action", "incomplete", "observation_failed"
]


@dataclass(frozen=True)
class AgentTurnResult(Generic[OutputT]):
    """The final messages of a turn that succeeded."""

    turn: Turn
    messages: list[AgentSessionMessage]
    output_parsed: OutputT | None = None

    def parse(self, output_type: type[ParseT]) -> AgentTurnResult[ParseT]:
        """The same with the first answer as an `output_type`; the agent need not know of it."""
        try:
            validate_output_type(output_type)
            values = [
                from_text(output_type, content.text)
                for message in self.messages
                for content in message.content
                if content.type == "output_text"
            ]
            first = values[0]
        except Exception:
            # Without its cause: that may show the answer's text.
            raise AgentOutputParseError(self) from None
        return AgentTurnResult(turn=self.turn, messages=self.messages, output_parsed=first)

    @property
    def session_id(self) -> str:
        return self.turn.session_id

    @property
    def turn_id(self) -> str:
        return self.turn.id

    @property
    def output_text(self) -> str:
        """All texts of the answer, one after the other."""
        return "".join(message.output_text for message in self.messages)


class AgentOutputParseError(OpenAIError):
    """A turn succeeded, its answer is none of the wanted type; `result` has it unparsed."""

    def __init__(self, result: AgentTurnResult) -> None:
        super().__init__("Could not parse the completed agent output")
        self.result = result


class AgentTurnResultError(OpenAIError):
    """There is no result; what was seen of the turn is here.

    `reason` "observation_failed" says nothing about the turn: only watching it did not work.
    """

    def __init__(
        self,
        reason: ResultErrorReason,
        *,
        turn: Turn | None,
        session_id: str | None,
        messages: list[AgentSessionMessage],
        required_actions: list[RequiredAction],
    ) -> None:
        super().__init__(f"Could not collect the agent turn result: {reason}")
        self.reason = reason
        self.turn = turn
        self.session_id = session_id
        self.turn_id = turn.id if turn is not None else None
        self.messages = messages
        self.required_actions = required_actions
