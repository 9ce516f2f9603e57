# Synchronous twin: _runner_sync.py (derived)
from __future__ import annotations

from copy import copy, deepcopy
from typing import TYPE_CHECKING

from .._tool_lifecycle import CloseStatus, ToolLifecycle
from ._errors import (
    NO_STEPS_LEFT,
    STOPPED,
    TaskCancelled,
    ToolRunnerCancelledError,
    ToolRunnerError,
)
from ._ledger import AsyncResponsesToolLedger
from ._options import Options
from ._registry import Early, all_local, declared_tools, early_tools
from ._run import Run
from ._steps import AsyncSteps

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ..._client import AsyncOpenAI
    from ...types.responses import Response
    from ...types.responses.response_create_params import ResponseCreateParamsNonStreaming
    from ..browser import AsyncBrowserToolset
    from ..computer import AsyncComputerToolset
    from ..computer._types import AsyncActionApproval, AsyncSafetyApproval
    from ..tool_diagnostics import ToolDiagnosticObserver
    from ._functions import AsyncRegisteredFunction
    from ._types import (
        AsyncContextBudget,
        AsyncEarlyPolicy,
        AsyncMcpApproval,
        AsyncObserver,
        AsyncTurns,
        EarlyExecution,
    )


class AsyncResponsesToolRunner:
    """Requests responses and executes the tools they call, until one is the answer.

    One run at a time. The drivers behind `browser` and `computer` stay the caller's.

        runner = AsyncResponsesToolRunner(functions=[AsyncRegisteredFunction(tool, execute)])
        response = await runner.run(client, {"model": "gpt-4o", "input": "..."})
    """

    def __init__(
        self,
        *,
        browser: AsyncBrowserToolset | None = None,
        computer: AsyncComputerToolset | None = None,
        functions: list[AsyncRegisteredFunction] | None = None,
        early_execution: EarlyExecution | None = None,
    ) -> None:
        self._lifecycle = ToolLifecycle("Responses runner")
        registered = list(functions or [])
        self._tools = declared_tools(browser, computer, registered)
        self._early_execution = early_tools(early_execution, self._tools)
        shown = browser.tools if browser is not None else []
        self._browser_names = frozenset(tool["name"] for tool in shown)
        self.browser = browser
        self.computer = computer
        self._functions = {function.tool["name"]: copy(function) for function in registered}

    def close(self) -> CloseStatus:
        """Refuses further runs; the drivers stay open."""
        return self._lifecycle.close()

    async def run(
        self,
        client: AsyncOpenAI,
        params: ResponseCreateParamsNonStreaming,
        *,
        max_steps: int | None = None,
        stream: bool = False,
        eager: bool = False,
        max_concurrent_calls: int = 2,
        on_event: AsyncObserver | None = None,
        cancelled: Callable[[], bool] | None = None,
        approve_safety_checks: AsyncSafetyApproval | None = None,
        before_action: AsyncActionApproval | None = None,
        ledger: AsyncResponsesToolLedger | None = None,
        context_budget: AsyncContextBudget | None = None,
        on_diagnostic: ToolDiagnosticObserver | None = None,
        approve_mcp: AsyncMcpApproval | None = None,
        before_early_call: AsyncEarlyPolicy | None = None,
    ) -> Response:
        """The final response. Arguments as for `iterate`.

        Raises `ToolRunnerError` if there is none, with the IDs of calls that were attempted.
        """
        turns = self.iterate(
            client,
            params,
            max_steps=max_steps,
            stream=stream,
            eager=eager,
            max_concurrent_calls=max_concurrent_calls,
            on_event=on_event,
            cancelled=cancelled,
            approve_safety_checks=approve_safety_checks,
            before_action=before_action,
            ledger=ledger,
            context_budget=context_budget,
            on_diagnostic=on_diagnostic,
            approve_mcp=approve_mcp,
            before_early_call=before_early_call,
        )
        try:
            async for turn in turns:
                if turn.final:
                    return turn.response
        finally:
            await turns.aclose()
        raise AssertionError("the last turn is final")

    async def iterate(
        self,
        client: AsyncOpenAI,
        params: ResponseCreateParamsNonStreaming,
        *,
        max_steps: int | None = None,
        stream: bool = False,
        eager: bool = False,
        max_concurrent_calls: int = 2,
        on_event: AsyncObserver | None = None,
        cancelled: Callable[[], bool] | None = None,
        approve_safety_checks: AsyncSafetyApproval | None = None,
        before_action: AsyncActionApproval | None = None,
        ledger: AsyncResponsesToolLedger | None = None,
        context_budget: AsyncContextBudget | None = None,
        on_diagnostic: ToolDiagnosticObserver | None = None,
        approve_mcp: AsyncMcpApproval | None = None,
        before_early_call: AsyncEarlyPolicy | None = None,
    ) -> AsyncTurns:
        """Every response before its tools run; advancing runs them.

        Leaving the loop with `break` does not close a generator that is still referred to: use
        `contextlib.aclosing`.

        Args:
            params: What `client.responses.create` takes; the whole history goes into `input`.
            max_steps: The most requests, 20 by default.
            stream: Stream the responses; `on_event` sees a copy of every event.
            eager: Execute local calls while the response streams, as far as nothing forbids.
            max_concurrent_calls: How many independent functions may run at once.
            cancelled: Asked between all steps.
            approve_safety_checks: Decides on computer calls with safety checks.
            before_action: Decides on every action of the computer.
            ledger: Where the run is recorded, and resumed from.
            context_budget: Limits of the input, and what to leave out above them.
            on_diagnostic: Is told of stages and outcomes, without their contents.
            approve_mcp: Decides on approval requests of MCP servers.
            before_early_call: Decides which calls run before the response is complete.
        """
        self._lifecycle.enter()
        try:
            options = Options(
                max_steps,
                stream,
                eager,
                max_concurrent_calls,
                on_event,
                cancelled,
                approve_safety_checks,
                before_action,
                ledger,
                context_budget,
                on_diagnostic,
                approve_mcp,
                before_early_call,
            )
            options.check(AsyncResponsesToolLedger)
            browser, computer = self.browser, self.computer
            tools: list[dict[str, Any]] = deepcopy(self._tools)
            run = Run(params, tools, self._functions, self._browser_names, options)
            early = self._early(options)
            steps = AsyncSteps(run, options, client, browser, computer, early)
        except BaseException:
            self._lifecycle.exit()
            raise
        try:
            await steps.refresh_approvals()
            for step in range(run.consumed_requests, run.max_steps):
                turn = await steps.turn(step)
                try:
                    yield turn
                finally:
                    run.active_step = None
                if turn.final:
                    return
                await steps.perform()
        except ToolRunnerError as error:
            await steps.settle_quietly()
            known = error is run.last_error
            raise run.error(str(error) if known else STOPPED) from None
        except TaskCancelled:
            await steps.settle_quietly()
            raise ToolRunnerCancelledError(run.attempted, run.completed) from None
        except Exception:
            await steps.settle_quietly()
            raise run.error(STOPPED) from None
        finally:
            steps.close()
            self._lifecycle.exit()
        raise run.error(NO_STEPS_LEFT)

    def _early(self, options: Options) -> Early | None:
        if self._early_execution is None and options.before_early_call is not None:
            return all_local(self._tools, self.computer)
        return self._early_execution
