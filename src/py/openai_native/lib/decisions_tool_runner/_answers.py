"""Whether a decision is one that can be acted upon. No coercion, no guesses."""

from __future__ import annotations

from math import isfinite
from typing import Any

from ...types import Decision
from ...types.decision import Usage, UsageInputTokensDetails, UsageOutputTokensDetails
from .._reshape import recast

QUESTION = "next_action"
_COUNTS = ("input_tokens", "output_tokens", "total_tokens")


def own_decision(decision: Decision) -> Decision:
    """A detached copy of a decision with one answer to our question; raises `ValueError`."""
    answers: Any = decision.answers
    if "answers" not in decision.model_fields_set or not isinstance(answers, list):
        raise ValueError("Decision has no answers.")
    if len(answers) != 1 or not {"name", "type"} <= answers[0].model_fields_set:
        raise ValueError("Decision must have exactly one answer.")
    if answers[0].name != QUESTION:
        raise ValueError("Decision answers another question.")
    own = recast(Decision, decision.model_copy()).model_copy(deep=True)
    if not isinstance(own.model, str) or not _valid_usage(own.usage):
        raise ValueError("Decision lacks its model or usage.")
    if own.answers[0].name != QUESTION:  # a subclass may say one thing and hold another
        raise ValueError("Decision answers another question.")
    return own


def chosen(answer: Any) -> str | None:
    """What the answer chose, None if it refuses; raises `ValueError`."""
    if answer.type == "refusal":
        return None
    valid = (
        answer.type == "choice"
        and {"choice", "confidence", "probabilities"} <= answer.model_fields_set
        and isinstance(answer.choice, str)
        and _is_number(answer.confidence)
        and isinstance(answer.probabilities, list)
        and all(map(_valid_chance, answer.probabilities))
    )
    if not valid:
        raise ValueError("Answer is malformed.")
    choice: str = answer.choice
    return choice


def _valid_usage(usage: Any) -> bool:
    return (
        isinstance(usage, Usage)
        and isinstance(usage.input_tokens_details, UsageInputTokensDetails)
        and isinstance(usage.output_tokens_details, UsageOutputTokensDetails)
        and all(
            type(count) is int
            for count in (
                *(getattr(usage, name) for name in _COUNTS),
                usage.input_tokens_details.cache_write_tokens,
                usage.input_tokens_details.cached_tokens,
                usage.output_tokens_details.reasoning_tokens,
            )
        )
    )


def _valid_chance(chance: Any) -> bool:
    return (
        hasattr(chance, "model_fields_set")
        and {"value", "probability"} <= chance.model_fields_set
        and isinstance(chance.value, (str, bool))
        and _is_number(chance.probability)
    )


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)
