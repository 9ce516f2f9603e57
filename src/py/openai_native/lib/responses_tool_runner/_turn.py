from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ._function_results import function_result

if TYPE_CHECKING:
    from ...types.responses import Response
    from ...types.responses.response_input_param import FunctionCallOutput


@dataclass(frozen=True)
class ResponsesRunnerTurn:
    """A response whose tools wait for the iterator to advance.

    The IDs say what has been done already, with eager execution that may be much. Changing
    `response` changes nothing of what will be executed.
    """

    response: Response
    step: int
    final: bool
    tools_executed: bool
    attempted_call_ids: tuple[str, ...]
    completed_call_ids: tuple[str, ...]
    _supply: Callable[[list[FunctionCallOutput]], None] = field(repr=False, compare=False)
    _append: Callable[[str], None] = field(repr=False, compare=False)

    def supply_outputs(self, outputs: list[FunctionCallOutput]) -> None:
        """Outputs for calls of functions registered with `allow_output_override`.

        They replace all that were supplied for this turn before.
        """
        self._supply(outputs)

    def append_user_text(self, text: str) -> None:
        """A message of the user, to go behind the outputs of this turn."""
        self._append(text)


def supplied_outputs(outputs: Any, eligible: frozenset[str]) -> dict[str, FunctionCallOutput]:
    """By call ID, detached; raises `ValueError`."""
    if type(outputs) is not list:
        raise ValueError("outputs must be a list.")
    supplied: dict[str, FunctionCallOutput] = {}
    for output in outputs:
        if (
            type(output) is not dict
            or any(type(key) is not str for key in output)
            or output.keys() != {"type", "call_id", "output"}
            or output["type"] != "function_call_output"
            or type(output["type"]) is not str
            or type(output["call_id"]) is not str
        ):
            raise ValueError("Each output must have exactly type, call_id and output.")
        call_id = output["call_id"]
        if call_id not in eligible or call_id in supplied:
            raise ValueError(
                f"An output for the call {call_id} is not permitted, or there are two of them."
            )
        supplied[call_id] = {
            "type": "function_call_output",
            "call_id": call_id,
            "output": function_result(output["output"]),
        }
    return supplied
