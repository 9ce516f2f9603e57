# Synchronous twin: _toolset_sync.py (derived)
from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from ...types.responses.computer_action import Screenshot
from .._snapshots import replay, snapshot_response
from .._tool_lifecycle import AsyncAnswer, CloseStatus, ToolLifecycle, ask, invoke
from ..tool_diagnostics import Diagnostics, ToolDiagnosticObserver
from ._actions import actions_of
from ._call import Call
from ._errors import ComputerUseError, check_cancelled
from ._handlers import computer_handlers
from ._outputs import call_output
from ._requests import ComputerRun

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..._client import AsyncOpenAI
    from ...types.responses import Response, ResponseComputerToolCall
    from ...types.responses.response_create_params import ResponseCreateParamsNonStreaming
    from ...types.responses.response_input_param import ComputerCallOutput
    from ._drivers import AsyncComputerDriver
    from ._types import AsyncActionApproval, AsyncSafetyApproval, ComputerActionInput


class AsyncComputerToolset:
    """Executes computer calls with a driver, one by one or in a loop over responses.

    The driver is the caller's: nothing is opened or closed here. Settings of the HTTP requests are
    the client's (`client.with_options()`).
    """

    def __init__(self, driver: AsyncComputerDriver) -> None:
        self.driver = driver
        self._handlers = computer_handlers(driver, AsyncAnswer)
        self._lifecycle = ToolLifecycle("Computer toolset")

    def close(self) -> CloseStatus:
        """Refuses further calls; the driver stays open."""
        return self._lifecycle.close()

    async def run(
        self,
        client: AsyncOpenAI,
        params: ResponseCreateParamsNonStreaming,
        *,
        max_steps: int = 20,
        approve_safety_checks: AsyncSafetyApproval | None = None,
        before_action: AsyncActionApproval | None = None,
        cancelled: Callable[[], bool] | None = None,
        on_diagnostic: ToolDiagnosticObserver | None = None,
    ) -> Response:
        """Requests and executes until a final message comes, and returns its response.

        Args:
            params: What `client.responses.create` takes; the whole history goes into `input`.
            max_steps: The most requests, retries of the client not counted.
            approve_safety_checks: Called for a call with safety checks, which without it ends the
                run. Only exactly `True` approves.
            before_action: Called before every action and the screenshot after the last. Only
                exactly `True` approves.
            cancelled: Asked between requests and driver calls.
            on_diagnostic: Is told of approvals and actions, without their contents.
        """
        self._lifecycle.enter()
        try:
            run = ComputerRun(params, max_steps)
            response: Response | None = None
            for step in range(max_steps):
                check_cancelled(cancelled, response)
                run.begin(step, client)
                response = snapshot_response(await client.responses.create(**run.request))
                check_cancelled(cancelled, response)
                calls = run.calls(step, response)
                if not calls:
                    return response
                run.proceed(response)
                outputs: list[ComputerCallOutput] = []
                try:
                    for call in calls:
                        made = Call(call, cancelled, Diagnostics(on_diagnostic, "computer"))
                        outputs.append(
                            await self._dispatch(made, approve_safety_checks, before_action)
                        )
                except ComputerUseError as error:
                    error.response = response
                    raise
                run.add(outputs)
            raise AssertionError("the last step returns or raises")
        finally:
            self._lifecycle.exit()

    async def execute(
        self,
        call: ResponseComputerToolCall,
        *,
        approve_safety_checks: AsyncSafetyApproval | None = None,
        before_action: AsyncActionApproval | None = None,
        cancelled: Callable[[], bool] | None = None,
        on_diagnostic: ToolDiagnosticObserver | None = None,
    ) -> ComputerCallOutput:
        """Executes one call, for programs with a loop of their own; arguments as for `run`."""
        self._lifecycle.enter()
        try:
            made = Call(call, cancelled, Diagnostics(on_diagnostic, "computer"))
            return await self._dispatch(made, approve_safety_checks, before_action)
        finally:
            self._lifecycle.exit()

    async def _dispatch(
        self,
        made: Call,
        approve_safety_checks: AsyncSafetyApproval | None,
        before_action: AsyncActionApproval | None,
    ) -> ComputerCallOutput:
        call = made.checked()
        actions = actions_of(call)
        replay([call])  # refuses what could not be sent back, before anything is done
        if actions[-1].type != "screenshot":
            actions.append(Screenshot(type="screenshot"))
        check_cancelled(made.cancelled)
        if call.pending_safety_checks:
            await self._approve(made, approve_safety_checks, None)
        for action in actions:
            check_cancelled(made.cancelled)
            if before_action is not None:
                await self._approve(made, before_action, action)
            check_cancelled(made.cancelled)
            if action.type != "screenshot":  # one is taken at the end, of the result
                await self._perform(made, action)
        check_cancelled(made.cancelled)
        output = await self._capture(made)
        check_cancelled(made.cancelled)
        return output

    async def _approve(
        self,
        made: Call,
        policy: AsyncSafetyApproval | AsyncActionApproval | None,
        action: ComputerActionInput | None,
    ) -> None:
        started = monotonic()
        asked = made.call if action is None else action
        approved: object = False
        try:
            if policy is not None:
                copied = asked.model_copy(deep=True)
                approved = await ask(policy, copied, cancelled=made.cancelled)
            check_cancelled(made.cancelled)
        except Exception:
            if made.is_cancelled():
                made.report("approval", "cancelled", started, action)
                raise ComputerUseError("Computer run was cancelled") from None
            raise
        made.decided(approved is True, started, action)

    async def _perform(self, made: Call, action: ComputerActionInput) -> None:
        started = monotonic()
        try:
            done = invoke(
                self._handlers[action.type],
                action.model_copy(deep=True),
                cancelled=made.cancelled,
            )
            await AsyncAnswer.of(done, made.not_synchronous)
            check_cancelled(made.cancelled)
        except Exception:
            made.failed(started, action.type)
            raise
        made.report("action", "completed", started, action)

    async def _capture(self, made: Call) -> ComputerCallOutput:
        started = monotonic()
        try:
            taken = invoke(self._handlers["screenshot"], cancelled=made.cancelled)
            screenshot = await AsyncAnswer.of(taken, made.not_synchronous)
            output = call_output(made.call, screenshot)
            check_cancelled(made.cancelled)
        except Exception:
            made.failed(started, "screenshot")
            raise
        made.diagnostics.report(
            "action", "completed", started, call_id=made.call.call_id, member="screenshot"
        )
        return output
