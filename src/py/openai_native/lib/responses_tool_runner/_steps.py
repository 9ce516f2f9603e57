# Synchronous twin: _steps_sync.py (derived)
"""What one run waits for: requests, streams, tools, approvals, the ledger. `Run` decides."""

from __future__ import annotations

from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any

from ..._types import omit
from .._snapshots import own_item, snapshot_response
from .._tool_lifecycle import AsyncAnswer, invoke, rotated_idempotency_headers
from ..streaming.responses._responses import AsyncResponseStream
from ._errors import FUNCTION_NOT_SYNCHRONOUS, TaskCancelled
from ._function_results import function_result
from ._jobs import AsyncJobs
from ._server_items import SERVER_ITEMS
from ._wire import wire

if TYPE_CHECKING:
    from ..._client import AsyncOpenAI
    from ...types.responses import Response
    from ..browser import AsyncBrowserToolset
    from ..computer import AsyncComputerToolset
    from ._checkpoints import Phase
    from ._options import Options
    from ._registry import Early
    from ._run import Run
    from ._turn import ResponsesRunnerTurn
    from ._types import Item


class AsyncSteps:
    def __init__(
        self,
        run: Run,
        options: Options,
        client: AsyncOpenAI,
        browser: AsyncBrowserToolset | None,
        computer: AsyncComputerToolset | None,
        early: Early | None,
    ) -> None:
        self._run = run
        self._options = options
        self._client = client.with_options(max_retries=0) if run.sends_once else client
        self._browser = browser
        self._computer = computer
        # Items of server tools are checked together, before anything local follows from them.
        self._eager = options.eager and not run.has_server_tools
        self._collect = options.eager and run.ledger is not None
        self._early = early if self._eager else None
        self._jobs = AsyncJobs(options.max_concurrent_calls)
        self._snapshot: Any = None
        self._pending = False

    async def settle(self) -> None:
        await self._jobs.settle(self._run.add)

    async def settle_quietly(self) -> None:
        """For a run that has failed already."""
        with suppress(BaseException):
            await self.settle()

    def close(self) -> None:
        self._jobs.close()

    # --- a request and its response

    async def turn(self, step: int) -> ResponsesRunnerTurn:
        run = self._run
        run.begin_step(step)
        run.check()
        response = await self._respond(await self._request(step))
        run.check()
        snapshot = self._snapshot
        if any(map(_is_unfinished, snapshot.output)):
            await self._save_items(snapshot)
        final = run.preflight(snapshot, streamed=self._eager)
        left = len(run.items) < len(snapshot.output)
        self._pending = not final and (left or not self._eager)
        if self._pending:
            await self._save_items(snapshot)
        else:
            await self._save("final" if final else "boundary", snapshot if final else None)
        if run.ledger is not None:
            run.check()
        suppliable = not self._eager or self._early is not None
        return run.turn(response, snapshot, step + 1, final, suppliable)

    async def _request(self, step: int) -> Item:
        run = self._run
        request: Item = run.request.copy()
        if step > 0:
            headers = rotated_idempotency_headers(self._client, request.get("extra_headers"))
            if headers is not None:
                request["extra_headers"] = headers
        if run.over_budget() and run.budget is not None and run.budget.compact is not None:
            snapshot = run.budget.snapshot(run.history)
            eligible = list(snapshot["eligible_call_ids"])
            answer = run.budget.compact(snapshot)
            decision = await AsyncAnswer.maybe(answer, self._compact_not_synchronous)
            run.check()
            request["input"] = run.compacted(decision, eligible)
        if run.ledger is not None:
            run.consumed_requests = step + 1
            await self._save("pending" if run.has_server_tools else "boundary")
            run.check()
        return request

    async def _respond(self, request: Item) -> Response:
        diagnostics, started = self._run.diagnostics, monotonic()
        response: Response
        try:
            if self._options.stream:
                response = await self._streamed(request)
            else:
                response = await self._client.responses.create(**request)
        except (Exception, TaskCancelled) as error:
            cancelled = isinstance(error, TaskCancelled)
            diagnostics.report("request", "cancelled" if cancelled else "api_failed", started)
            raise
        self._snapshot = snapshot_response(response)
        diagnostics.report("request", "completed", started, usage=self._snapshot.usage)
        return response

    async def _streamed(self, request: Item) -> Response:
        run, on_event = self._run, self._options.on_event
        raw = await self._client.responses.create(**{**request, "stream": True})
        tools: Any = run.tools
        async with AsyncResponseStream(
            raw_stream=raw, text_format=omit, input_tools=tools, starting_after=None
        ) as events:
            async for event in events:
                run.check()
                if on_event is not None:  # which never sees what will be executed
                    await on_event(event.model_copy(deep=True))
                run.check()
                if event.type == "response.output_item.done" and (self._eager or self._collect):
                    await self._observe(event.output_index, own_item(event.item))
            await self.settle()
            return await events.get_final_response()

    # --- eager execution

    async def _observe(self, index: int, item: Any) -> None:
        run = self._run
        if run.ledger is not None:
            run.pending_items = [*(run.pending_items or ()), wire(item)]
            if len(run.pending_items) == 1 or item.type in SERVER_ITEMS:
                await self._save("pending")
            run.check()
        if not self._eager:
            return
        if not (run.receive(index, item, self._early) and await self._may_start(item)):
            await self.settle()
        elif self._is_independent(item):
            run.accept(index, item)
            self._jobs.start(item, self._execute, item)
            if self._jobs.full:
                await self.settle()
        else:
            await self.settle()
            await self._dispatch(index, item)

    async def _may_start(self, item: Any) -> bool:
        policy = self._options.before_early_call
        if policy is None or item.type not in ("function_call", "computer_call"):
            return True
        decision: object = await policy(item.model_copy(deep=True))
        self._run.check()
        if type(decision) is not str or decision not in ("execute", "defer"):
            raise self._run.error("before_early_call must return execute or defer.")
        if decision == "defer":
            self._run.deferred = True
        return decision == "execute"

    def _is_independent(self, item: Any) -> bool:
        return (
            self._run.ledger is None
            and item.type == "function_call"
            and item.name in self._run.functions
            and bool(self._run.functions[item.name].independent)
        )

    # --- tools

    async def perform(self) -> None:
        """Executes what the turn left to do, and closes the step."""
        run, snapshot = self._run, self._snapshot
        if self._pending:
            for index in range(len(run.items), len(snapshot.output)):
                await self._dispatch(index, snapshot.output[index])
            run.finish(snapshot)
        if (run.take_user_text() or self._pending) and run.ledger is not None:
            await self._save("boundary")
            run.check()

    async def _dispatch(self, index: int, item: Any) -> None:
        run = self._run
        if not run.accept(index, item):
            return
        if run.ledger is not None:
            await self._save("pending")
            run.check()
        run.add(item, await self._output(item))
        await self._save("pending")
        if run.ledger is not None and run.browser_failed:
            raise run.error("Browser action failed: look at the browser before going on.")
        run.check()

    async def _output(self, item: Any) -> Any:
        run, options = self._run, self._options
        if item.type == "mcp_approval_request":
            approved = await self._approve(item)
            return {
                "type": "mcp_approval_response",
                "approval_request_id": item.id,
                "approve": approved,
            }
        if item.type == "computer_call":
            if self._computer is None:
                raise run.error("No computer driver was registered.")
            return await self._computer.execute(
                item,
                approve_safety_checks=options.approve_safety_checks,
                before_action=options.before_action,
                cancelled=run.cancelled,
                on_diagnostic=options.on_diagnostic,
            )
        if self._browser is not None and item.name in run.browser_names:
            output, succeeded = await self._browser._execute(
                item,
                skip=run.browser_failed,
                cancelled=run.cancelled,
                on_diagnostic=options.on_diagnostic,
            )
            run.browser_failed |= not succeeded
            return output
        if item.name not in run.functions:
            raise run.error("Function was not registered.")
        supplied = run.supplied.get(item.call_id)
        return await self._execute(item) if supplied is None else supplied

    async def _execute(self, item: Any) -> Item:
        run, started = self._run, monotonic()
        call = {"call_id": item.call_id, "member": item.name}
        arguments = run.arguments[item.call_id]
        try:
            made = invoke(run.functions[item.name].execute, arguments, cancelled=run.cancelled)
            result = await AsyncAnswer.of(made, self._function_not_synchronous)
        except (Exception, TaskCancelled):
            run.diagnostics.report("action", "driver_failed", started, **call)
            raise
        checked = monotonic()
        try:
            output = function_result(result)
        except Exception:
            run.diagnostics.report("action", "completed", started, **call)
            run.diagnostics.report("output", "invalid_output", checked, **call)
            raise
        run.diagnostics.report("action", "completed", started, **call)
        return {"type": "function_call_output", "call_id": item.call_id, "output": output}

    # --- approvals

    async def refresh_approvals(self) -> None:
        for answer, request in self._run.approvals_to_refresh():
            answer["approve"] = await self._approve(request)

    async def _approve(self, request: Any) -> bool:
        run, policy = self._run, self._options.approve_mcp
        run.check()
        if policy is None:
            raise run.error("MCP approval needs approve_mcp.")
        started = monotonic()
        approved: object = await policy(request.model_copy(deep=True))
        if type(approved) is not bool:
            raise run.error("approve_mcp must return True or False.")
        run.check()
        outcome: Any = "completed" if approved else "refused"
        run.diagnostics.report(
            "approval", outcome, started, call_id=request.id, member=request.name
        )
        run.check()
        return approved

    # --- the ledger

    async def _save(self, phase: Phase, response: Any = None) -> None:
        ledger = self._run.ledger
        if ledger is not None:
            saved = ledger.save(self._run.checkpoint(phase, response))
            await AsyncAnswer.of(saved, self._save_not_synchronous)

    async def _save_items(self, response: Any) -> None:
        if self._run.ledger is not None:
            self._run.pending_items = [wire(item) for item in response.output]
            await self._save("pending")

    # --- what a synchronous run says of an awaitable

    def _function_not_synchronous(self) -> Exception:
        return self._run.error(FUNCTION_NOT_SYNCHRONOUS)

    def _compact_not_synchronous(self) -> Exception:
        return self._run.error("compact of context_budget returned an awaitable.")

    def _save_not_synchronous(self) -> Exception:
        return ValueError("save of a ledger returned an awaitable.")


def _is_unfinished(item: Any) -> bool:
    return item.type in SERVER_ITEMS and (
        getattr(item, "status", None) not in (None, "completed")
        or getattr(item, "error", None) is not None
    )
