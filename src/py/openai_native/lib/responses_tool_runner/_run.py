"""The state of one run and every decision in it. No I/O, no caller's functions but `cancelled`."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from functools import partial
from typing import TYPE_CHECKING, Any

from ..._models import construct_type_unchecked
from ...types.responses.response_output_item import McpApprovalRequest
from ..tool_diagnostics import Diagnostics
from ._budget import Budget, projected, valid_decision
from ._checkpoints import (
    Phase,
    check_counts,
    check_receipts,
    check_resumable,
    checkpoint_of,
    own_checkpoint,
)
from ._errors import CANCELLED, ToolRunnerError
from ._history import check_history, native_ids
from ._inspection import Inspection
from ._mcp import Approvals
from ._plain import MAX_INTEGER, plain
from ._request import (
    check_choice,
    check_foreground,
    include_of,
    own_history,
    own_params,
    plain_request,
    with_declared,
)
from ._selection import Selection
from ._server_items import SERVER_ITEMS, SERVER_TOOLS
from ._turn import ResponsesRunnerTurn, supplied_outputs
from ._wire import same_output, wire

if TYPE_CHECKING:
    from ...types.responses import Response
    from ._options import Options
    from ._registry import Early
    from ._types import Item, ResponsesToolCheckpoint

_MCP_ITEMS = ("mcp_approval_request", "mcp_approval_response", "mcp_call")


class Run:
    def __init__(
        self,
        params: Any,
        tools: list[Item],
        functions: dict[str, Any],
        browser_names: frozenset[str],
        options: Options,
    ) -> None:
        self.ledger: Any = options.ledger
        self.functions = functions
        self.overrides = sorted(
            name for name, function in functions.items() if function.allow_output_override
        )
        self.browser_names = browser_names
        self.cancelled = options.cancelled
        self.diagnostics = Diagnostics(options.on_diagnostic, "responses")
        self.attempted: list[str] = []
        self.completed: list[str] = []
        self.last_error: ToolRunnerError | None = None
        self.revision = 0
        self.consumed_requests = 0
        self.active_step: int | None = None
        self._user_text: list[str] = []
        self._inspection = Inspection(self)

        budget = options.context_budget
        own = own_params(params, saved=self.ledger is not None, budgeted=budget is not None)
        saved = own_checkpoint(self.ledger)
        self.max_steps = _steps(options.max_steps, saved)
        options.check_streaming()
        check_foreground(own)
        self.has_computer = any(tool["type"] == "computer" for tool in tools)
        self._admit(own, with_declared(tools, own))
        self.budget: Budget | None = None
        if budget is not None:
            self.budget = Budget(budget, own, browser_names)
            if own.get("truncation") is None:
                self.request["truncation"] = "disabled"
        if self.ledger is not None:
            self._restore(saved)
        self.begin(False)

    def _admit(self, own: Item, tools: list[Item]) -> None:
        choice = deepcopy(own.get("tool_choice"))
        check_choice(choice, tools)
        self.tools = tools
        self.selection = Selection(choice, tools, computer=self.has_computer)
        self.history = own_history(own)
        self.request = {
            **own,
            "tools": tools,
            "input": self.history,
            "include": include_of(own),
        }
        if choice is not None:
            self.request["tool_choice"] = choice
        self._seen: set[str] = {
            item["call_id"] if "call_id" in item else item["id"]
            for item in self.history
            if type(item.get("call_id")) is str
            or (item.get("type") == "mcp_approval_request" and type(item.get("id")) is str)
        }

    def _restore(self, saved: ResponsesToolCheckpoint | None) -> None:
        ledger = self.ledger
        if type(ledger.run_id) is not str or not ledger.run_id or not callable(ledger.save):
            raise ValueError("A ledger needs a run_id that is not empty, and a callable save.")
        self.request = plain_request(self.request)
        self.history, self.tools = self.request["input"], self.request["tools"]
        if saved is not None:
            check_resumable(self, saved)
            fresh = self.history
            self.revision = saved["revision"]
            self.consumed_requests = saved["consumed_requests"]
            self.attempted = saved["attempted_call_ids"]
            self.completed = saved["returned_call_ids"]
            self.history = list(saved["history"])
            self.check_boundary()
            self.history = [*self.history, *fresh]
            self.request["input"] = self.history
        self.check_boundary()

    @property
    def has_server_tools(self) -> bool:
        return any(tool["type"] in SERVER_TOOLS for tool in self.tools)

    @property
    def sends_once(self) -> bool:
        """Whether a request may have effects of its own, so that the client must not repeat it."""
        return self.ledger is not None or any(tool["type"] == "mcp" for tool in self.tools)

    # --- one step

    def begin(self, last_step: bool) -> None:
        self.last_step = last_step
        self.items: list[Item] = []
        self.outputs: list[Any] = []
        self.arguments: dict[str, object] = {}
        self.supplied: dict[str, Any] = {}
        self.pending_items: list[Item] | None = None
        self.browser_failed = False
        self.deferred = False
        self._turn_seen = self._seen.copy()
        self._stream_seen = self._seen.copy()
        self._stream_items: dict[int, Item] = {}
        self._turn_ids: set[str] = set()
        self._stream_ids: set[str] = set()
        self._approvals = Approvals()

    def begin_step(self, step: int) -> None:
        self.begin(step == self.max_steps - 1)
        self._turn_ids = native_ids(self.history)
        self._stream_ids = self._turn_ids.copy()
        self._approvals = Approvals.of(self.history)

    def receive(self, index: Any, item: Any, early: Early | None) -> bool:
        """A streamed item. True if it may be executed now: only what came without a gap may."""
        if type(index) is not int or index < 0 or index in self._stream_items:
            raise self.error("Output index of the stream is invalid or duplicated.")
        self._new_id(item, self._stream_ids)
        local = self._inspection.local(item, self._stream_seen)
        if index != len(self._stream_items):
            self.deferred = True
        self._stream_items[index] = wire(item)
        if early is not None and local and not early.covers(item):
            self.deferred = True
        return not self.deferred

    def preflight(self, response: Response, *, streamed: bool) -> bool:
        """Checks a whole response before anything of it is executed; True if it is final."""
        if response.status != "completed":
            raise self.error("Response did not complete.")
        seen, ids = self._turn_seen.copy(), self._turn_ids.copy()
        local = False
        for item in response.output:
            self._new_id(item, ids)
            local |= self._inspection.local(item, seen)
            if item.type == "mcp_call":
                try:
                    self._approvals.use(wire(item))
                except ValueError:
                    raise self.error("MCP call does not match what was approved.") from None
        if streamed:
            items = [self._stream_items[index] for index in sorted(self._stream_items)]
            if not same_output(items, [wire(item) for item in response.output]):
                raise self.error("Completed response differs from what was streamed.")
            if len(self.items) == len(response.output):
                return self.finish(response)
        if local:
            return False
        for index in range(len(self.items), len(response.output)):
            self.accept(index, response.output[index])
        return self.finish(response)

    def _new_id(self, item: Any, ids: set[str]) -> None:
        item_id = getattr(item, "id", None)
        if type(item_id) is str:
            if item_id in ids:
                raise self.error("Response repeats an output item ID.")
            ids.add(item_id)

    def accept(self, index: int, item: Any) -> bool:
        """Takes the next item; True if it has to be executed."""
        self.check()
        if index != len(self.items):
            raise self.error("Output items came out of order.")
        local = self._inspection.local(item, self._seen)
        self.items.append(wire(item))
        if local:
            self.attempted.append(_call_id(item))
        return local

    def add(self, item: Any, output: Any) -> None:
        self.outputs.append(output)
        self.completed.append(_call_id(item))

    def finish(self, response: Response) -> bool:
        """Takes a response into the history, unless it is the final one: then True."""
        self.check()
        completed = [wire(item) for item in response.output]
        if response.status != "completed" or not same_output(self.items, completed):
            raise self.error("Completed response differs from what was executed.")
        self.items = completed
        if not self.outputs:
            if any(map(_is_answer, response.output)):
                return True
            raise self.error("Response has no completed final message or tool call.")
        triggered = self.history and self.history[-1].get("type") == "compaction_trigger"
        if triggered and self.budget is not None and self.ledger is None:
            self.history.pop()
        self.history += deepcopy(self.items)
        self.history += self.outputs
        return False

    # --- what the caller sees and gives between responses

    def turn(
        self, response: Response, snapshot: Response, step: int, final: bool, suppliable: bool
    ) -> ResponsesRunnerTurn:
        self.active_step = step
        eligible = frozenset(
            item.call_id
            for item in snapshot.output[len(self.items) :]
            if item.type == "function_call" and item.name in self.overrides
        )
        return ResponsesRunnerTurn(
            response=response,
            step=step,
            final=final,
            tools_executed=bool(self.outputs),
            attempted_call_ids=tuple(self.attempted),
            completed_call_ids=tuple(self.completed),
            _supply=partial(self._supply, step, eligible, suppliable),
            _append=partial(self._append, step, final),
        )

    def _supply(self, step: int, eligible: frozenset[str], suppliable: bool, outputs: Any) -> None:
        if self.active_step != step or not (suppliable or eligible):
            raise ValueError("This turn cannot accept outputs (any more).")
        self.supplied = supplied_outputs(outputs, eligible)

    def _append(self, step: int, final: bool, text: Any) -> None:
        if self.active_step != step or final:
            raise ValueError("Only the current turn takes user text, if it is not the final one.")
        if type(text) is not str or not text.strip():
            raise ValueError("The user text must be a string that is not blank.")
        self._user_text.append(text)

    def take_user_text(self) -> bool:
        taken, self._user_text = self._user_text, []
        self.history += [{"role": "user", "content": text} for text in taken]
        return bool(taken)

    # --- boundaries

    def over_budget(self) -> bool:
        if self.budget is None:
            return False
        self.check_boundary()
        if self.budget.holds(self.history):
            return False
        if self.budget.compact is None:
            raise self.error("Input of the request exceeds context_budget.")
        return True

    def compacted(self, decision: Any, eligible: list[str]) -> list[Any]:
        """The input of this request alone; the history stays whole."""
        if self.budget is None or not valid_decision(decision, frozenset(eligible)):
            raise self.error("compact of context_budget returned no valid decision.")
        history = projected(self.history, decision)
        check_history(history, self.tools, references_allowed=self.ledger is None)
        if not self.budget.holds(history):
            raise self.error("Input of the request exceeds context_budget even when compacted.")
        return history

    def check_boundary(self) -> None:
        check_counts(self)
        measured_only = self.ledger is None and self.budget is not None
        self._seen = check_history(
            plain(self.history), self.tools, references_allowed=measured_only
        )
        check_receipts(self, self._seen)

    def checkpoint(self, phase: Phase, response: Any = None) -> ResponsesToolCheckpoint:
        if phase == "boundary":
            self.check_boundary()
        if self.revision >= MAX_INTEGER:
            raise ValueError("The run has no revisions left.")
        self.revision += 1
        return checkpoint_of(self, phase, response)

    def approvals_to_refresh(self) -> Iterator[tuple[Item, McpApprovalRequest]]:
        """Approvals of an imported history that are still unused: they have to be given anew."""
        history = [item for item in self.history if item.get("type") in _MCP_ITEMS]
        if not history or self.consumed_requests >= self.max_steps:
            return
        if self.ledger is None:
            if self.budget is not None:
                self.check_boundary()
            else:
                check_history(history, self.tools)
        granted = Approvals.of(history)
        for item in history:
            if item.get("type") == "mcp_approval_response" and item.get("approve") is True:
                request = granted.get(item["approval_request_id"])
                if request is not None:
                    native = construct_type_unchecked(
                        value=deepcopy(request), type_=McpApprovalRequest
                    )
                    self._inspection.mcp(native)
                    yield item, native

    # --- errors

    def error(self, message: str) -> ToolRunnerError:
        self.last_error = ToolRunnerError(message, self.attempted, self.completed)
        return self.last_error

    def check(self) -> None:
        if self.cancelled is not None and self.cancelled():
            raise self.error(CANCELLED)


def _steps(given: Any, saved: Any) -> int:
    if given is None:
        given = 20 if saved is None else saved.get("max_steps")
    if type(given) is not int or given < 1:
        raise ValueError("max_steps must be a positive integer.")
    return given


def _call_id(item: Any) -> str:
    call_id: str = item.id if item.type == "mcp_approval_request" else item.call_id
    return call_id


def _is_answer(item: Any) -> bool:
    if item.type == "message":
        return bool(item.status == "completed" and item.phase != "commentary")
    return item.type in SERVER_ITEMS and item.type != "mcp_approval_request"
