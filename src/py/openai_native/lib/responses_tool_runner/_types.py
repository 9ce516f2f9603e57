from __future__ import annotations

from collections.abc import AsyncGenerator as _AsyncGenerator
from collections.abc import Awaitable, Callable, Generator
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, Union

from typing_extensions import Required, TypedDict

from ...types.responses import ResponseComputerToolCall, ResponseFunctionToolCall
from ...types.responses.response_function_call_output_item_list_param import (
    ResponseFunctionCallOutputItemListParam,
)
from ...types.responses.response_input_item_param import McpApprovalResponse
from ...types.responses.response_input_param import (
    ComputerCallOutput,
    FunctionCallOutput,
    ResponseInputParam,
)
from ...types.responses.response_output_item import McpApprovalRequest
from ...types.responses.tool_param import ToolParam
from ..streaming.responses._events import ResponseStreamEvent

if TYPE_CHECKING:
    from ._turn import ResponsesRunnerTurn

FunctionResult: TypeAlias = Union[str, ResponseFunctionCallOutputItemListParam]  # noqa: UP007
ToolOutput: TypeAlias = Union[FunctionCallOutput, ComputerCallOutput, McpApprovalResponse]  # noqa: UP007
LocalCall: TypeAlias = Union[ResponseFunctionToolCall, ResponseComputerToolCall]  # noqa: UP007

Observer: TypeAlias = Callable[["ResponseStreamEvent[None]"], None]
AsyncObserver: TypeAlias = Callable[["ResponseStreamEvent[None]"], Awaitable[None]]
McpApproval: TypeAlias = Callable[[McpApprovalRequest], bool]
AsyncMcpApproval: TypeAlias = Callable[[McpApprovalRequest], Awaitable[bool]]
EarlyPolicy: TypeAlias = Callable[[LocalCall], Literal["execute", "defer"]]
AsyncEarlyPolicy: TypeAlias = Callable[[LocalCall], Awaitable[Literal["execute", "defer"]]]
Turns: TypeAlias = Generator["ResponsesRunnerTurn", None, None]
AsyncTurns: TypeAlias = _AsyncGenerator["ResponsesRunnerTurn", None]

# A plain JSON object as it goes on the wire or came from it.
Item: TypeAlias = "dict[str, Any]"


class EarlyExecution(TypedDict, total=False):
    """Which registered tools may run while the response is still streaming.

    With `stream=True, eager=True` the first local call that is not named here puts itself and
    everything after it off until the iterator advances. Approvals are asked for all the same.
    """

    functions: list[str]
    computer: bool


class ContextBudgetSnapshot(TypedDict):
    """The whole input of the next request, detached, and the calls that may be left out of it."""

    history: ResponseInputParam
    eligible_call_ids: list[str]
    input_bytes: int
    input_images: int


class ContextBudgetDecision(TypedDict, total=False):
    drop_call_ids: Required[list[str]]
    summary: str


class _ContextBudgetFields(TypedDict, total=False):
    max_input_bytes: Required[int]
    max_input_images: Required[int]
    keep_recent_screenshots: int


class ContextBudget(_ContextBudgetFields, total=False):
    """Limits of each request's input; what a ledger stores is not limited by it."""

    compact: Callable[[ContextBudgetSnapshot], ContextBudgetDecision]


class AsyncContextBudget(_ContextBudgetFields, total=False):
    """The same for asynchronous runs: `compact` may return something to await."""

    compact: Callable[
        [ContextBudgetSnapshot], ContextBudgetDecision | Awaitable[ContextBudgetDecision]
    ]


class ResponsesToolCheckpoint(TypedDict):
    """What a ledger saves: enough to go on from a boundary.

    A returned call ID proves no effect outside. MCP tools are saved without authorization and
    headers, their URLs as digests: whoever resumes gives them anew and answers for their being the
    same servers.
    """

    version: Literal[1]
    run_id: str
    revision: int
    phase: Literal["boundary", "pending", "final"]
    max_steps: int
    consumed_requests: int
    tools: list[ToolParam]
    output_override_names: list[str]
    history: ResponseInputParam
    attempted_call_ids: list[str]
    returned_call_ids: list[str]
    pending_items: list[dict[str, object]]
    returned_outputs: list[ToolOutput]
    final_response: dict[str, object] | None
