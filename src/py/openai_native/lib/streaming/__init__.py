"""Streams that put the whole together from its events, in `chat` and `responses`."""

from ..._later import AssistantEventHandler as AssistantEventHandler
from ..._later import AsyncAssistantEventHandler as AsyncAssistantEventHandler
