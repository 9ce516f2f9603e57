"""Several conversations over one Responses connection: a lane each, by `stream_id`."""

from __future__ import annotations

from ._accumulator import ResponsesWebSocketAccumulator as ResponsesWebSocketAccumulator
from ._errors import ResponsesWebSocketBufferError as ResponsesWebSocketBufferError
from ._errors import ResponsesWebSocketError as ResponsesWebSocketError
from ._errors import ResponsesWebSocketLimits as ResponsesWebSocketLimits
from ._session import AsyncResponsesWebSocketLane as AsyncResponsesWebSocketLane
from ._session import AsyncResponsesWebSocketSession as AsyncResponsesWebSocketSession
from ._session_sync import ResponsesWebSocketLane as ResponsesWebSocketLane
from ._session_sync import ResponsesWebSocketSession as ResponsesWebSocketSession
from ._snapshot import ResponsesWebSocketOutput as ResponsesWebSocketOutput
from ._snapshot import ResponsesWebSocketSnapshot as ResponsesWebSocketSnapshot
