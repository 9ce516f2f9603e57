# Synchronous twin: _toolset_sync.py (derived)
from __future__ import annotations

from copy import deepcopy
from time import monotonic
from typing import TYPE_CHECKING, Any

from .._snapshots import replay
from .._tool_lifecycle import AsyncAnswer, CloseStatus, ToolLifecycle, ask, invoke
from ..tool_diagnostics import Diagnostics, ToolDiagnosticObserver
from ._errors import BrowserCancelledError, BrowserError, check_cancelled
from ._execution import Execution, not_synchronous
from ._members import NAVIGATES, READ_ONLY, arguments_of, tool_params
from ._results import action_result, output_of, read_refused
from ._selection import offered
from ._states import checked_state

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ...types.responses import ResponseFunctionToolCall
    from ...types.responses.function_tool_param import FunctionToolParam
    from ...types.responses.response_input_param import FunctionCallOutput
    from ._drivers import AsyncBrowserDriver
    from ._types import (
        AsyncConfirm,
        AsyncUrlPolicy,
        BrowserConfirmContext,
        BrowserObservationV1,
        BrowserResult,
        BrowserState,
    )


class AsyncBrowserToolset:
    """Browser actions as function tools, executed by a driver that belongs to the caller.

    URLs that are navigated to directly are checked with `url_policy`; keeping the network of pages
    apart is the driver's affair.

    Args:
        driver: An object with `state` and any of the methods in `BROWSER_MEMBERS`.
        members: Offer exactly these.
        additional_members: Offer these besides the default ones.
        confirm_reads: Reading members that ask `confirm` as well, before anything is read.
        confirm: Decides on every action that changes something. Only exactly `True` confirms.
        url_policy: Decides on every URL to navigate to.
    """

    def __init__(
        self,
        driver: AsyncBrowserDriver,
        *,
        members: Sequence[str] | None = None,
        additional_members: Sequence[str] | None = None,
        confirm_reads: Sequence[str] | None = None,
        confirm: AsyncConfirm | None = None,
        url_policy: AsyncUrlPolicy | None = None,
    ) -> None:
        self._offered = offered(
            driver,
            members,
            additional_members,
            confirm_reads,
            AsyncAnswer,
            has_confirm=confirm is not None,
            has_url_policy=url_policy is not None,
        )
        self._lifecycle = ToolLifecycle("Browser toolset")
        self.driver = driver
        self.confirm = confirm
        self.url_policy = url_policy

    def close(self) -> CloseStatus:
        """Refuses further calls; wait for the current one before you close the driver."""
        return self._lifecycle.close()

    @property
    def tools(self) -> list[FunctionToolParam]:
        """The tools to give to `responses.create`."""
        return tool_params(self._offered.names)

    async def execute(
        self,
        call: ResponseFunctionToolCall,
        *,
        cancelled: Callable[[], bool] | None = None,
        on_diagnostic: ToolDiagnosticObserver | None = None,
    ) -> FunctionCallOutput:
        """Executes one call. Refusals and failures of the driver become outputs for the model."""
        output, _ = await self._execute(call, cancelled=cancelled, on_diagnostic=on_diagnostic)
        return output

    async def _execute(
        self,
        call: ResponseFunctionToolCall,
        *,
        skip: bool = False,
        cancelled: Callable[[], bool] | None = None,
        on_diagnostic: ToolDiagnosticObserver | None = None,
    ) -> BrowserResult:
        self._lifecycle.enter()
        try:
            made = call.model_copy(deep=True)
            check_cancelled(cancelled)
            diagnostics = Diagnostics(on_diagnostic, "browser")
            execution = Execution(made, self._offered, cancelled, diagnostics)
            return await self._dispatch(execution, skip)
        finally:
            self._lifecycle.exit()

    async def _dispatch(self, made: Execution, skip: bool) -> BrowserResult:
        """`skip`: an earlier action of the same turn failed, so that this one only reports."""
        call = made.call
        replay([call])
        if not made.is_offered():
            made.report("arguments", "invalid_input", monotonic())
            return output_of(call, None, None, "Browser tool is unavailable or incomplete.")
        asks = made.member in self._offered.confirmed_reads
        if asks and (skip or not await self._may_read(made)):
            return read_refused(call)
        policies = (None, None) if skip else self._policies(made.member)
        read_state = self._state_reader()
        state = await self._state(made, read_state, None)
        check_cancelled(made.cancelled)
        if skip:
            error = "Not executed: an earlier browser action in this turn failed."
            return output_of(call, state, None, error)
        result, failure = await self._act(made, state, policies)
        check_cancelled(made.cancelled)
        state = await self._state(made, read_state, state.get("observation"))
        check_cancelled(made.cancelled)
        return output_of(call, state, result, failure)

    async def _may_read(self, made: Execution) -> bool:
        started = monotonic()
        try:
            context = {
                "member": made.member,
                "arguments": arguments_of(made.member, made.call.arguments),
                "state": None,
                "call_id": made.call.call_id,
                "phase": "before_read",
            }
            approved = await self._asks(made, self.confirm, context)
        except Exception:
            made.check_cancelled_approval(started)
            made.report("approval", "policy_failed", started)
            return False
        made.check_cancelled_approval(started)
        made.report("approval", "completed" if approved else "refused", started)
        return approved

    async def _asks(self, made: Execution, policy: Any, context: Any, *more: object) -> bool:
        if policy is None:
            return False
        said = await ask(policy, deepcopy(context), *more, cancelled=made.cancelled)
        return said is True

    def _policies(self, member: str) -> tuple[Any, Any]:
        """`confirm` and `url_policy` if needed, as they are before the driver is asked anything."""
        try:
            confirm = None if member in READ_ONLY else self.confirm
            return confirm, self.url_policy if member in NAVIGATES else None
        except Exception:
            raise RuntimeError("Browser policy lookup failed.") from None

    def _state_reader(self) -> Callable[..., object]:
        try:
            return self.driver.state
        except Exception:
            raise RuntimeError("Browser state report failed.") from None

    async def _state(
        self,
        made: Execution,
        read_state: Callable[..., object],
        previous: BrowserObservationV1 | None,
    ) -> BrowserState:
        try:
            read = invoke(read_state, cancelled=made.cancelled)
            state = await AsyncAnswer.of(read, not_synchronous)
            check_cancelled(made.cancelled)
            return checked_state(state, previous)
        except Exception:
            check_cancelled(made.cancelled)
            raise RuntimeError("Browser state report failed.") from None

    async def _act(
        self, made: Execution, state: BrowserState, policies: tuple[Any, Any]
    ) -> tuple[object, str | None]:
        """The driver's result, or what the model is told instead."""
        try:
            context = made.context(state)
            await self._approve(made, context, *policies)
            made.enter("action")
            result = await self._perform(made, context["arguments"])
        except BrowserCancelledError:
            made.report_stage("cancelled")
            raise
        except BrowserError as error:
            made.report_stage(made.refusal)
            return None, str(error)
        except Exception:
            made.report_stage(made.failure)
            return None, "Browser action failed."
        try:
            result = action_result(made.member, result, made.cancelled)
        except BrowserCancelledError:
            made.report_stage("cancelled")
            raise
        made.report_stage("completed")
        return result, None

    async def _approve(
        self, made: Execution, context: BrowserConfirmContext, confirm: Any, url_policy: Any
    ) -> None:
        made.enter("approval")
        url = context["arguments"].get("url")
        if made.member in NAVIGATES and isinstance(url, str):
            if not await self._asks(made, url_policy, context, url):
                raise BrowserError("Browser navigation was not approved.")
            check_cancelled(made.cancelled)
        changes = made.member not in READ_ONLY
        if changes and not await self._asks(made, confirm, context):
            raise BrowserError(
                "Browser action was not approved. Do not retry it unless the user asks."
            )
        check_cancelled(made.cancelled)
        if changes:
            made.report_stage("completed")

    async def _perform(self, made: Execution, arguments: dict[str, object]) -> object:
        if made.member == "list_tabs":
            return None
        handler = self._offered.handlers[made.call.name]
        done = invoke(handler, arguments, cancelled=made.cancelled)
        return await AsyncAnswer.of(done, not_synchronous)
