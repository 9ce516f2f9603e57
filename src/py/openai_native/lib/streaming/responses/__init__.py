from ._events import (
    ResponseFunctionCallArgumentsDeltaEvent as ResponseFunctionCallArgumentsDeltaEvent,
)
from ._events import ResponseStreamEvent as ResponseStreamEvent
from ._events import ResponseTextDeltaEvent as ResponseTextDeltaEvent
from ._events import ResponseTextDoneEvent as ResponseTextDoneEvent
from ._responses import AsyncResponseStream as AsyncResponseStream
from ._responses import AsyncResponseStreamManager as AsyncResponseStreamManager
from ._responses import ResponseStream as ResponseStream
from ._responses import ResponseStreamManager as ResponseStreamManager
from ._responses import ResponseStreamState as ResponseStreamState
