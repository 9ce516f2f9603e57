from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Literal, TypeAlias, Union

from typing_extensions import Required, TypedDict

from ...types import Decision
from ...types.decision_input_image_param import DecisionInputImageParam
from ...types.decision_input_text_param import DecisionInputTextParam

_Part: TypeAlias = Union[DecisionInputTextParam, DecisionInputImageParam]  # noqa: UP007
DecisionObservation: TypeAlias = Union[str, Iterable[_Part]]  # noqa: UP007
OwnObservation: TypeAlias = Union[str, list[_Part]]  # noqa: UP007


class DecisionActionCandidate(TypedDict, total=False):
    id: Required[str]
    description: Required[str]
    execute: Required[Callable[[], object]]
    done: Literal[False]


class AsyncDecisionActionCandidate(TypedDict, total=False):
    id: Required[str]
    description: Required[str]
    execute: Required[Callable[[], Awaitable[object]]]
    done: Literal[False]


class DecisionDoneCandidate(TypedDict):
    id: str
    description: str
    done: Literal[True]


DecisionCandidate: TypeAlias = Union[DecisionActionCandidate, DecisionDoneCandidate]  # noqa: UP007
AsyncDecisionCandidate: TypeAlias = Union[  # noqa: UP007
    AsyncDecisionActionCandidate, DecisionDoneCandidate
]

Observe: TypeAlias = Callable[[], DecisionObservation]
AsyncObserve: TypeAlias = Callable[[], Awaitable[DecisionObservation]]
Propose: TypeAlias = Callable[[DecisionObservation], list[DecisionCandidate]]
AsyncPropose: TypeAlias = Callable[[DecisionObservation], Awaitable[list[AsyncDecisionCandidate]]]
Verify: TypeAlias = Callable[[DecisionObservation], bool]
AsyncVerify: TypeAlias = Callable[[DecisionObservation], Awaitable[bool]]


class DecisionsRunnerParams(TypedDict, total=False):
    model: Required[str]
    input: Required[str]
    safety_identifier: str | None


class DecisionsRunResult(TypedDict):
    status: Literal["verified", "unverified", "refused"]
    decisions: list[Decision]
    attempted_candidate_ids: list[str]
    completed_candidate_ids: list[str]
