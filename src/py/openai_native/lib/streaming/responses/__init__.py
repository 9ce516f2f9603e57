from typing import TYPE_CHECKING

from ...._lazy import sync_names
from ._events import (
    ResponseFunctionCallArgumentsDeltaEvent as ResponseFunctionCallArgumentsDeltaEvent,
)
from ._events import ResponseStreamEvent as ResponseStreamEvent
from ._events import ResponseTextDeltaEvent as ResponseTextDeltaEvent
from ._events import ResponseTextDoneEvent as ResponseTextDoneEvent
from ._responses import AsyncResponseStream as AsyncResponseStream
from ._responses import AsyncResponseStreamManager as AsyncResponseStreamManager
from ._responses import ResponseStreamState as ResponseStreamState

if TYPE_CHECKING:
    from ._responses_sync import ResponseStream as ResponseStream
    from ._responses_sync import ResponseStreamManager as ResponseStreamManager
else:
    __getattr__ = sync_names(__name__, f"{__name__}._responses_sync")
