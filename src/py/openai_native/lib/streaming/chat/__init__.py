from typing import TYPE_CHECKING

from ...._lazy import sync_names
from ._completions import AsyncChatCompletionStream as AsyncChatCompletionStream
from ._completions import AsyncChatCompletionStreamManager as AsyncChatCompletionStreamManager
from ._completions import ChatCompletionStreamState as ChatCompletionStreamState
from ._events import ChatCompletionStreamEvent as ChatCompletionStreamEvent
from ._events import ChunkEvent as ChunkEvent
from ._events import ContentDeltaEvent as ContentDeltaEvent
from ._events import ContentDoneEvent as ContentDoneEvent
from ._events import FunctionToolCallArgumentsDeltaEvent as FunctionToolCallArgumentsDeltaEvent
from ._events import FunctionToolCallArgumentsDoneEvent as FunctionToolCallArgumentsDoneEvent
from ._events import LogprobsContentDeltaEvent as LogprobsContentDeltaEvent
from ._events import LogprobsContentDoneEvent as LogprobsContentDoneEvent
from ._events import LogprobsRefusalDeltaEvent as LogprobsRefusalDeltaEvent
from ._events import LogprobsRefusalDoneEvent as LogprobsRefusalDoneEvent
from ._events import RefusalDeltaEvent as RefusalDeltaEvent
from ._events import RefusalDoneEvent as RefusalDoneEvent
from ._types import ParsedChatCompletionMessageSnapshot as ParsedChatCompletionMessageSnapshot
from ._types import ParsedChatCompletionSnapshot as ParsedChatCompletionSnapshot
from ._types import ParsedChoiceSnapshot as ParsedChoiceSnapshot

if TYPE_CHECKING:
    from ._completions_sync import ChatCompletionStream as ChatCompletionStream
    from ._completions_sync import ChatCompletionStreamManager as ChatCompletionStreamManager
else:
    __getattr__ = sync_names(__name__, f"{__name__}._completions_sync")
