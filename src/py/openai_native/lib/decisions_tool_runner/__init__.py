"""A loop that lets the Decisions API choose between actions of the caller's."""

from ._errors import DecisionsToolRunnerCancelledError as DecisionsToolRunnerCancelledError
from ._errors import DecisionsToolRunnerError as DecisionsToolRunnerError
from ._runner import AsyncDecisionsToolRunner as AsyncDecisionsToolRunner
from ._runner_sync import DecisionsToolRunner as DecisionsToolRunner
from ._types import AsyncDecisionActionCandidate as AsyncDecisionActionCandidate
from ._types import AsyncDecisionCandidate as AsyncDecisionCandidate
from ._types import DecisionActionCandidate as DecisionActionCandidate
from ._types import DecisionCandidate as DecisionCandidate
from ._types import DecisionDoneCandidate as DecisionDoneCandidate
from ._types import DecisionObservation as DecisionObservation
from ._types import DecisionsRunnerParams as DecisionsRunnerParams
from ._types import DecisionsRunResult as DecisionsRunResult

__all__ = [
    "AsyncDecisionActionCandidate",
    "AsyncDecisionCandidate",
    "AsyncDecisionsToolRunner",
    "DecisionActionCandidate",
    "DecisionCandidate",
    "DecisionDoneCandidate",
    "DecisionObservation",
    "DecisionsRunResult",
    "DecisionsRunnerParams",
    "DecisionsToolRunner",
    "DecisionsToolRunnerCancelledError",
    "DecisionsToolRunnerError",
]
