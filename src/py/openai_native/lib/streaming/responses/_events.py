"""The events of a response's stream: the API's own, four of them with what was put together."""
# ruff: noqa: UP007, UP045 (the fields' types are spelled as in the official package)

from typing import TYPE_CHECKING, Annotated, Generic, Optional, TypeAlias, TypeVar, Union

from ...._models import GenericModel
from ...._utils import PropertyInfo
from ....types import responses as raw
from ....types.responses import ParsedResponse
from ....types.responses.response_reasoning_text_delta_event import ResponseReasoningTextDeltaEvent
from ....types.responses.response_reasoning_text_done_event import ResponseReasoningTextDoneEvent
from ..._parsing._responses import TextFormatT

# Without the default that TextFormatT has: dumps would warn about every parsed value.
_ParsedT = TypeVar("_ParsedT")


class ResponseTextDeltaEvent(raw.ResponseTextDeltaEvent):
    snapshot: str


class ResponseTextDoneEvent(raw.ResponseTextDoneEvent, GenericModel, Generic[_ParsedT]):
    parsed: Optional[_ParsedT] = None


class ResponseFunctionCallArgumentsDeltaEvent(raw.ResponseFunctionCallArgumentsDeltaEvent):
    snapshot: str


class ResponseCompletedEvent(raw.ResponseCompletedEvent, GenericModel, Generic[_ParsedT]):
    if TYPE_CHECKING:
        response: ParsedResponse[_ParsedT]
    else:  # a class made for the type variable would warn about its own output items
        response: ParsedResponse


ResponseStreamEvent: TypeAlias = Annotated[
    Union[
        ResponseTextDeltaEvent,
        ResponseTextDoneEvent[TextFormatT],
        ResponseFunctionCallArgumentsDeltaEvent,
        ResponseCompletedEvent[TextFormatT],
        raw.ResponseAudioDeltaEvent,
        raw.ResponseAudioDoneEvent,
        raw.ResponseAudioTranscriptDeltaEvent,
        raw.ResponseAudioTranscriptDoneEvent,
        raw.ResponseCodeInterpreterCallCodeDeltaEvent,
        raw.ResponseCodeInterpreterCallCodeDoneEvent,
        raw.ResponseCodeInterpreterCallCompletedEvent,
        raw.ResponseCodeInterpreterCallInProgressEvent,
        raw.ResponseCodeInterpreterCallInterpretingEvent,
        raw.ResponseCompactionCompactingEvent,
        raw.ResponseContentPartAddedEvent,
        raw.ResponseContentPartDoneEvent,
        raw.ResponseCreatedEvent,
        raw.ResponseCustomToolCallInputDeltaEvent,
        raw.ResponseCustomToolCallInputDoneEvent,
        raw.ResponseErrorEvent,
        raw.ResponseFailedEvent,
        raw.ResponseFileSearchCallCompletedEvent,
        raw.ResponseFileSearchCallInProgressEvent,
        raw.ResponseFileSearchCallSearchingEvent,
        raw.ResponseFunctionCallArgumentsDoneEvent,
        raw.ResponseImageGenCallCompletedEvent,
        raw.ResponseImageGenCallGeneratingEvent,
        raw.ResponseImageGenCallInProgressEvent,
        raw.ResponseImageGenCallPartialImageEvent,
        raw.ResponseInProgressEvent,
        raw.ResponseIncompleteEvent,
        raw.ResponseMcpCallArgumentsDeltaEvent,
        raw.ResponseMcpCallArgumentsDoneEvent,
        raw.ResponseMcpCallCompletedEvent,
        raw.ResponseMcpCallFailedEvent,
        raw.ResponseMcpCallInProgressEvent,
        raw.ResponseMcpListToolsCompletedEvent,
        raw.ResponseMcpListToolsFailedEvent,
        raw.ResponseMcpListToolsInProgressEvent,
        raw.ResponseOutputItemAddedEvent,
        raw.ResponseOutputItemDoneEvent,
        raw.ResponseOutputTextAnnotationAddedEvent,
        raw.ResponseQueuedEvent,
        raw.ResponseReasoningSummaryPartAddedEvent,
        raw.ResponseReasoningSummaryPartDoneEvent,
        raw.ResponseReasoningSummaryTextDeltaEvent,
        raw.ResponseReasoningSummaryTextDoneEvent,
        ResponseReasoningTextDeltaEvent,
        ResponseReasoningTextDoneEvent,
        raw.ResponseRefusalDeltaEvent,
        raw.ResponseRefusalDoneEvent,
        raw.ResponseShellCallCommandAddedEvent,
        raw.ResponseShellCallCommandDeltaEvent,
        raw.ResponseShellCallCommandDoneEvent,
        raw.ResponseShellCallOutputContentDeltaEvent,
        raw.ResponseShellCallOutputContentDoneEvent,
        raw.ResponseWebSearchCallCompletedEvent,
        raw.ResponseWebSearchCallInProgressEvent,
        raw.ResponseWebSearchCallSearchingEvent,
    ],
    PropertyInfo(discriminator="type"),
]
