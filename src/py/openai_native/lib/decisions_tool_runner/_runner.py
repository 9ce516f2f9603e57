# Synchronous twin: _runner_sync.py (derived)
from __future__ import annotations

from copy import deepcopy
from time import monotonic
from typing import TYPE_CHECKING

from .._tool_lifecycle import (
    AsyncAnswer,
    CloseStatus,
    ToolLifecycle,
    invoke,
    rotated_idempotency_headers,
)
from ..tool_diagnostics import Diagnostics, ToolDiagnosticObserver
from ._errors import DecisionsToolRunnerCancelledError, DecisionsToolRunnerError, TaskCancelled
from ._run import Run

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..._client import AsyncOpenAI
    from ._candidates import Candidate
    from ._types import (
        AsyncObserve,
        AsyncPropose,
        AsyncVerify,
        DecisionsRunnerParams,
        DecisionsRunResult,
        OwnObservation,
    )


class AsyncDecisionsToolRunner:
    """Observes, asks the Decisions API which candidate comes next, executes it, and again.

    A choice is no permission: whatever must be confirmed belongs into the executors.

    Args:
        observe: What there is to see now, as text or as parts of a message.
        candidates: The actions that are possible then, exactly one of them `done`.
        verify: Whether an observation shows the task as done, once that was chosen.
    """

    def __init__(
        self,
        *,
        observe: AsyncObserve,
        candidates: AsyncPropose,
        verify: AsyncVerify | None = None,
    ) -> None:
        self.observe = observe
        self.candidates = candidates
        self.verify = verify
        self._lifecycle = ToolLifecycle("Decisions runner")

    def close(self) -> CloseStatus:
        """Refuses further runs."""
        return self._lifecycle.close()

    async def run(
        self,
        client: AsyncOpenAI,
        params: DecisionsRunnerParams,
        *,
        max_steps: int = 20,
        cancelled: Callable[[], bool] | None = None,
        on_diagnostic: ToolDiagnosticObserver | None = None,
    ) -> DecisionsRunResult:
        """Until done was chosen or the API refused. Raises `DecisionsToolRunnerError` otherwise.

        With a single candidate left nothing is asked.
        """
        diagnostics = Diagnostics(on_diagnostic, "decisions")
        self._lifecycle.enter()
        try:
            run = Run(params, max_steps, cancelled)
        except BaseException:
            self._lifecycle.exit()
            raise
        try:
            observe, propose, verify = self.observe, self.candidates, self.verify
            for step in range(max_steps):
                last_step = step == max_steps - 1
                run.check()
                observation = run.own_observation(await observe())
                candidates = run.candidates(await propose(deepcopy(observation)))
                only_done = len(candidates) == 1
                choice: Candidate | None = candidates[0]
                if not only_done:
                    choice = await _chosen(run, client, diagnostics, observation, candidates, step)
                diagnostics.report(
                    "selection",
                    "refused" if choice is None else "completed",
                    monotonic(),
                    call_id=choice.id if choice is not None else None,
                )
                if choice is None:
                    return run.result("refused")
                if choice.done:
                    if verify is None:
                        return run.result("unverified")
                    run.check()
                    fresh = run.own_observation(await observe())
                    verification = await _verification(verify, fresh, choice, diagnostics)
                    if run.verified(verification, only_done=only_done, last_step=last_step):
                        return run.result("verified")
                    continue
                if last_step:
                    raise run.error("step_limit")
                await _execute(run, choice, diagnostics)
        except DecisionsToolRunnerError as error:
            if error is not run.last_error:
                raise run.error("failed") from None
            if error.reason == "step_limit":
                diagnostics.report("run", "step_limit", monotonic())
            raise
        except TaskCancelled:
            raise DecisionsToolRunnerCancelledError(run.attempted, run.completed) from None
        except Exception:
            raise run.error("failed") from None
        finally:
            self._lifecycle.exit()
        raise AssertionError("the last step returns or raises")


async def _chosen(
    run: Run,
    client: AsyncOpenAI,
    diagnostics: Diagnostics,
    observation: OwnObservation,
    candidates: list[Candidate],
    step: int,
) -> Candidate | None:
    started = monotonic()
    try:
        headers = rotated_idempotency_headers(client, None) if step > 0 else None
        decision = await client.decisions.create(
            **run.request(observation, candidates), extra_headers=headers
        )
    except Exception:
        diagnostics.report("request", "api_failed", started)
        raise
    choice, usage = run.select(decision, candidates)
    diagnostics.report("request", "completed", started, usage=usage)
    run.check()
    return choice


async def _verification(
    verify: AsyncVerify, fresh: OwnObservation, choice: Candidate, diagnostics: Diagnostics
) -> object:
    started = monotonic()
    verification: object = await verify(deepcopy(fresh))
    diagnostics.report(
        "verification",
        "completed" if verification is True else "refused",
        started,
        call_id=choice.id,
    )
    return verification


async def _execute(run: Run, choice: Candidate, diagnostics: Diagnostics) -> None:
    assert choice.execute is not None
    run.check()
    run.attempted.append(choice.id)
    started = monotonic()
    try:
        made = invoke(choice.execute, cancelled=run.cancelled)
        await AsyncAnswer.of(made, run.not_synchronous)
    except (Exception, TaskCancelled):
        diagnostics.report("action", "driver_failed", started, call_id=choice.id)
        raise
    diagnostics.report("action", "completed", started, call_id=choice.id)
    run.completed.append(choice.id)
    run.check()
