"""The events of a chat completion's stream."""
# ruff: noqa: UP006, UP007, UP035, UP045 (types are spelled as in the official package)

from typing import Generic, List, Literal, Optional, TypeVar, Union

from ...._models import BaseModel, GenericModel
from ....types.chat import ChatCompletionChunk, ChatCompletionTokenLogprob
from ..._parsing import ResponseFormatT
from ._types import ParsedChatCompletionSnapshot

# Without the default that ResponseFormatT has: dumps would warn about every parsed value.
_ParsedT = TypeVar("_ParsedT")


class ChunkEvent(BaseModel):
    """One for every chunk, before the events that the chunk leads to."""

    type: Literal["chunk"]
    chunk: ChatCompletionChunk
    snapshot: ParsedChatCompletionSnapshot


class ContentDeltaEvent(BaseModel):
    type: Literal["content.delta"]
    delta: str
    snapshot: str
    parsed: Optional[object] = None
    """As much of the content's JSON as there is, if a type was asked for."""


class ContentDoneEvent(GenericModel, Generic[_ParsedT]):
    type: Literal["content.done"]
    content: str
    parsed: Optional[_ParsedT] = None


class RefusalDeltaEvent(BaseModel):
    type: Literal["refusal.delta"]
    delta: str
    snapshot: str


class RefusalDoneEvent(BaseModel):
    type: Literal["refusal.done"]
    refusal: str


class FunctionToolCallArgumentsDeltaEvent(BaseModel):
    type: Literal["tool_calls.function.arguments.delta"]
    name: str
    index: int
    arguments: str
    """All JSON text so far."""
    parsed_arguments: object
    """As much of it as there is, for strict tools."""
    arguments_delta: str


class FunctionToolCallArgumentsDoneEvent(BaseModel):
    type: Literal["tool_calls.function.arguments.done"]
    name: str
    index: int
    arguments: str
    parsed_arguments: object


class LogprobsContentDeltaEvent(BaseModel):
    type: Literal["logprobs.content.delta"]
    content: List[ChatCompletionTokenLogprob]
    snapshot: List[ChatCompletionTokenLogprob]


class LogprobsContentDoneEvent(BaseModel):
    type: Literal["logprobs.content.done"]
    content: List[ChatCompletionTokenLogprob]


class LogprobsRefusalDeltaEvent(BaseModel):
    type: Literal["logprobs.refusal.delta"]
    refusal: List[ChatCompletionTokenLogprob]
    snapshot: List[ChatCompletionTokenLogprob]


class LogprobsRefusalDoneEvent(BaseModel):
    type: Literal["logprobs.refusal.done"]
    refusal: List[ChatCompletionTokenLogprob]


ChatCompletionStreamEvent = Union[
    ChunkEvent,
    ContentDeltaEvent,
    ContentDoneEvent[ResponseFormatT],
    RefusalDeltaEvent,
    RefusalDoneEvent,
    FunctionToolCallArgumentsDeltaEvent,
    FunctionToolCallArgumentsDoneEvent,
    LogprobsContentDeltaEvent,
    LogprobsContentDoneEvent,
    LogprobsRefusalDeltaEvent,
    LogprobsRefusalDoneEvent,
]
