"""Streams that put the whole together from its events: assistants', and `chat`, `responses`."""

from ..._later import AssistantEventHandler as AssistantEventHandler
from ._assistants import AsyncAssistantEventHandler as AsyncAssistantEventHandler
from ._assistants import AsyncAssistantEventHandlerT as AsyncAssistantEventHandlerT
from ._assistants import AsyncAssistantStreamManager as AsyncAssistantStreamManager
