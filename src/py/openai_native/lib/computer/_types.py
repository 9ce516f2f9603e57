from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias, Union

from ...types.responses import ResponseComputerToolCall
from ...types.responses.computer_action import ComputerAction
from ...types.responses.response_computer_tool_call import Action
from ...types.responses.response_computer_tool_call_output_screenshot_param import (
    ResponseComputerToolCallOutputScreenshotParam,
)

ComputerActionInput: TypeAlias = Union[Action, ComputerAction]  # noqa: UP007
Screenshot: TypeAlias = ResponseComputerToolCallOutputScreenshotParam

SafetyApproval: TypeAlias = Callable[[ResponseComputerToolCall], bool]
AsyncSafetyApproval: TypeAlias = Callable[[ResponseComputerToolCall], Awaitable[bool]]
ActionApproval: TypeAlias = Callable[[ComputerActionInput], bool]
AsyncActionApproval: TypeAlias = Callable[[ComputerActionInput], Awaitable[bool]]
