"""Streams that put the whole together from its events: assistants', and `chat`, `responses`."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._assistants import AsyncAssistantEventHandler as AsyncAssistantEventHandler
    from ._assistants import AsyncAssistantEventHandlerT as AsyncAssistantEventHandlerT
    from ._assistants import AsyncAssistantStreamManager as AsyncAssistantStreamManager
    from ._assistants_sync import AssistantEventHandler as AssistantEventHandler
    from ._assistants_sync import AssistantEventHandlerT as AssistantEventHandlerT
    from ._assistants_sync import AssistantStreamManager as AssistantStreamManager
else:

    def __getattr__(name: str) -> Any:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from . import _assistants

        value = getattr(_assistants, name)
        globals()[name] = value
        return value


__all__ = [
    "AssistantEventHandler",
    "AssistantEventHandlerT",
    "AssistantStreamManager",
    "AsyncAssistantEventHandler",
    "AsyncAssistantEventHandlerT",
    "AsyncAssistantStreamManager",
]
