"""A loop over the Responses API that executes browser, computer and function tools."""

from ._errors import ToolRunnerCancelledError as ToolRunnerCancelledError
from ._errors import ToolRunnerError as ToolRunnerError
from ._functions import AsyncRegisteredFunction as AsyncRegisteredFunction
from ._functions_sync import RegisteredFunction as RegisteredFunction
from ._ledger import AsyncResponsesToolLedger as AsyncResponsesToolLedger
from ._ledger_sync import ResponsesToolLedger as ResponsesToolLedger
from ._runner import AsyncResponsesToolRunner as AsyncResponsesToolRunner
from ._runner_sync import ResponsesToolRunner as ResponsesToolRunner
from ._turn import ResponsesRunnerTurn as ResponsesRunnerTurn
from ._types import AsyncContextBudget as AsyncContextBudget
from ._types import ContextBudget as ContextBudget
from ._types import ContextBudgetDecision as ContextBudgetDecision
from ._types import ContextBudgetSnapshot as ContextBudgetSnapshot
from ._types import EarlyExecution as EarlyExecution
from ._types import FunctionResult as FunctionResult
from ._types import ResponsesToolCheckpoint as ResponsesToolCheckpoint

__all__ = [
    "AsyncContextBudget",
    "AsyncRegisteredFunction",
    "AsyncResponsesToolLedger",
    "AsyncResponsesToolRunner",
    "ContextBudget",
    "ContextBudgetDecision",
    "ContextBudgetSnapshot",
    "EarlyExecution",
    "RegisteredFunction",
    "ResponsesRunnerTurn",
    "ResponsesToolCheckpoint",
    "ResponsesToolLedger",
    "ResponsesToolRunner",
    "ToolRunnerCancelledError",
    "ToolRunnerError",
]
