"""What a ledger is given, and whether what it gives back fits the run. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal, cast

from ._function_results import function_result
from ._plain import MAX_INTEGER, plain
from ._saved_tools import saved_tools
from ._types import ResponsesToolCheckpoint

if TYPE_CHECKING:
    from ._run import Run

Phase = Literal["boundary", "pending", "final"]


def own_checkpoint(ledger: Any) -> ResponsesToolCheckpoint | None:
    if ledger is None or ledger.resume_from is None:
        return None
    saved = plain(ledger.resume_from)
    if type(saved) is not dict:
        raise ValueError("resume_from must be a complete checkpoint.")
    return cast("ResponsesToolCheckpoint", saved)


def checkpoint_of(run: Run, phase: Phase, response: Any) -> ResponsesToolCheckpoint:
    pending = phase == "pending"
    items = run.items if run.pending_items is None else run.pending_items
    saved = {
        "version": 1,
        "run_id": run.ledger.run_id,
        "revision": run.revision,
        "phase": phase,
        "max_steps": run.max_steps,
        "consumed_requests": run.consumed_requests,
        "tools": saved_tools(run.tools),
        "output_override_names": run.overrides,
        "history": run.history,
        "attempted_call_ids": run.attempted,
        "returned_call_ids": run.completed,
        "pending_items": items if pending else [],
        "returned_outputs": run.outputs if pending else [],
        "final_response": response.to_dict() if response is not None else None,
    }
    checkpoint = cast("ResponsesToolCheckpoint", plain(saved))
    final: Any = checkpoint["final_response"]
    if final is not None and "tools" in final:
        final["tools"] = saved_tools(final["tools"])
    return checkpoint


def check_resumable(run: Run, saved: Any) -> None:
    """Only a boundary of the same run can be gone on from: pending work may have had effects."""
    same = {
        "version": 1,
        "run_id": run.ledger.run_id,
        "phase": "boundary",
        "max_steps": run.max_steps,
        "output_override_names": run.overrides,
        "pending_items": [],
        "returned_outputs": [],
        "final_response": None,
    }
    lists = ("history", "attempted_call_ids", "returned_call_ids")
    if (
        saved.keys() != ResponsesToolCheckpoint.__annotations__.keys()
        or any(
            type(saved[name]) is not type(value) or saved[name] != value
            for name, value in same.items()
        )
        or any(type(saved[name]) is not list for name in lists)
        or type(saved["revision"]) is not int
        or saved["revision"] < 1
        or _text(saved["tools"]) != _text(saved_tools(run.tools))
    ):
        raise ValueError("resume_from must be a completed boundary of this run, with its tools.")
    if not any(map(_observes, run.history)):
        raise ValueError("Resuming needs a nonempty params.input: a user's message of now.")


def _text(tools: object) -> str:
    return json.dumps(tools, sort_keys=True, allow_nan=False)


def _observes(item: Any) -> bool:
    """Whether it is a message of the user that says or shows something."""
    if item.get("type", "message") != "message" or item.get("role") != "user":
        return False
    content = item.get("content")
    try:
        blocks: Any = function_result(content)
    except ValueError:
        return False
    if isinstance(blocks, str):
        return bool(blocks.strip())
    return any(block["type"] != "input_text" or block["text"].strip() for block in blocks)


def check_counts(run: Run) -> None:
    if (
        type(run.max_steps) is not int
        or not 1 <= run.max_steps <= MAX_INTEGER
        or type(run.consumed_requests) is not int
        or not 0 <= run.consumed_requests <= run.max_steps
        or type(run.revision) is not int
        or not 0 <= run.revision < MAX_INTEGER
    ):
        raise ValueError("The checkpoint's revision, max_steps or consumed_requests is invalid.")


def check_receipts(run: Run, known: set[str]) -> None:
    attempted: list[Any] = run.attempted
    if attempted != run.completed or any(call_id not in known for call_id in run.completed):
        raise ValueError("A boundary cannot have calls without their output.")
    if any(type(call_id) is not str for call_id in attempted) or len(set(attempted)) != len(
        attempted
    ):
        raise ValueError("The checkpoint's call IDs are malformed or repeated.")
