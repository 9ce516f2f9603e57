"""The computer tool of the Responses API, over a browser or desktop that the caller drives."""

from ._drivers import AsyncComputerDriver as AsyncComputerDriver
from ._drivers_sync import ComputerDriver as ComputerDriver
from ._errors import ComputerUseError as ComputerUseError
from ._toolset import AsyncComputerToolset as AsyncComputerToolset
from ._toolset_sync import ComputerToolset as ComputerToolset
from ._types import ComputerActionInput as ComputerActionInput
from ._types import Screenshot as Screenshot

__all__ = [
    "AsyncComputerDriver",
    "AsyncComputerToolset",
    "ComputerActionInput",
    "ComputerDriver",
    "ComputerToolset",
    "ComputerUseError",
    "Screenshot",
]
