"""The state of one run and the decisions in it. No I/O, no caller's functions but `cancelled`."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Literal, cast

from ._answers import QUESTION, chosen, own_decision
from ._candidates import Candidate, own_candidates
from ._errors import DecisionsToolRunnerError, Reason

if TYPE_CHECKING:
    from ...types import Decision
    from ...types.decision import Usage
    from ...types.decision_create_params import DecisionCreateParams
    from ._types import DecisionsRunResult, OwnObservation

# The official client's wording: it is what models see.
_INSTRUCTIONS = (
    "Select the supplied action that best advances the task, or done if the task is complete."
)
_PARAMS = {"model", "input", "safety_identifier"}


class Run:
    def __init__(
        self, params: Any, max_steps: object, cancelled: Callable[[], bool] | None
    ) -> None:
        self.attempted: list[str] = []
        self.completed: list[str] = []
        self.decisions: list[Decision] = []
        self.last_error: DecisionsToolRunnerError | None = None
        self.cancelled = cancelled
        identifier = params.get("safety_identifier")
        if (
            type(max_steps) is not int
            or max_steps < 1
            or set(params) - _PARAMS
            or not isinstance(params.get("model"), str)
            or not isinstance(params.get("input"), str)
            or not (identifier is None or isinstance(identifier, str))
        ):
            raise self.error("invalid_params")
        self._params = dict(params)

    def error(self, reason: Reason) -> DecisionsToolRunnerError:
        self.last_error = DecisionsToolRunnerError(reason, self.attempted, self.completed)
        return self.last_error

    def not_synchronous(self) -> DecisionsToolRunnerError:
        return self.error("async_executor")

    def check(self) -> None:
        if self.cancelled is not None and self.cancelled():
            raise self.error("cancelled")

    def own_observation(self, observation: Any) -> OwnObservation:
        """Detached; an iterable is read once, here."""
        own: Any = observation if isinstance(observation, str) else deepcopy(list(observation))
        if not isinstance(own, str) and not all(map(_valid_part, own)):
            raise self.error("failed")
        self.check()
        return cast("OwnObservation", own)

    def candidates(self, values: object) -> list[Candidate]:
        try:
            candidates = own_candidates(values)
        except ValueError:
            raise self.error("invalid_candidates") from None
        self.check()
        return candidates

    def request(
        self, observation: OwnObservation, candidates: list[Candidate]
    ) -> DecisionCreateParams:
        request: DecisionCreateParams = {
            "model": self._params["model"],
            "input": [
                {"role": "user", "content": self._params["input"]},
                {"role": "user", "content": observation},
            ],
            "questions": [
                {
                    "type": "choice",
                    "name": QUESTION,
                    "instructions": _INSTRUCTIONS,
                    "choices": [
                        {"value": each.id, "description": each.description} for each in candidates
                    ],
                }
            ],
        }
        if "safety_identifier" in self._params:
            request["safety_identifier"] = self._params["safety_identifier"]
        return request

    def select(
        self, decision: Decision, candidates: list[Candidate]
    ) -> tuple[Candidate | None, Usage]:
        """The candidate that was chosen, None for a refusal."""
        self.check()
        try:
            own = own_decision(decision)
            self.decisions.append(own)
            choice = chosen(own.answers[0])
        except ValueError:
            raise self.error("invalid_answer") from None
        if choice is None:
            return None, own.usage
        for candidate in candidates:
            if candidate.id == choice:
                return candidate, own.usage
        raise self.error("invalid_answer")

    def result(self, status: Literal["verified", "unverified", "refused"]) -> DecisionsRunResult:
        self.check()
        return {
            "status": status,
            "decisions": list(self.decisions),
            "attempted_candidate_ids": list(self.attempted),
            "completed_candidate_ids": list(self.completed),
        }

    def verified(self, verification: object, *, only_done: bool, last_step: bool) -> bool:
        """False: go on, there are other candidates and steps left."""
        self.check()
        if type(verification) is not bool:
            raise self.error("invalid_verification")
        if not verification and only_done:
            raise self.error("verification_failed")
        if not verification and last_step:
            raise self.error("step_limit")
        return verification


def _valid_part(part: object) -> bool:
    if not isinstance(part, dict):
        return False
    if part.get("type") == "input_text":
        return isinstance(part.get("text"), str)
    return (
        part.get("type") == "input_image"
        and isinstance(part.get("image_url"), str)
        and part.get("detail") in (None, "low", "high", "auto", "original")
    )
