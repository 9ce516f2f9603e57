"""Event handlers of assistants' runs, and what opens their streams."""

# Synchronous twin: _assistants_sync.py (derived)

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator
from typing import TYPE_CHECKING, Generic, TypeVar

from ..._exceptions import APIConnectionError
from ..._lazy import sync_names
from ._assistant_state import AssistantState
from ._assistant_state import accumulate_event as accumulate_event
from ._assistant_state import accumulate_run_step as accumulate_run_step
from ._deltas import accumulate_delta as accumulate_delta
from ._request import AsyncRequest, send
from ._transport_errors import is_timeout, transport_error

if TYPE_CHECKING:
    from types import TracebackType

    from ..._streaming import AsyncStream
    from ...types.beta import AssistantStreamEvent
    from ...types.beta.threads import ImageFile, Message, MessageDelta, Run, Text, TextDelta
    from ...types.beta.threads.runs import RunStep, RunStepDelta, ToolCall, ToolCallDelta


async def _events(stream: AsyncStream[AssistantStreamEvent]) -> AsyncIterator[AssistantStreamEvent]:
    try:
        async for event in stream:
            yield event
    except APIConnectionError as error:
        if (cause := transport_error(error)) is not None:
            raise cause from None
        raise


class AsyncAssistantEventHandler:
    """Events of one run, one by one or by hooks: derive from it and define the `on_...` you need.

    async with client.beta.threads.runs.stream(..., event_handler=Handler()) as stream:
        await stream.until_done()
    """

    text_deltas: AsyncIterable[str]  # the texts alone, as they come

    def __init__(self) -> None:
        self.__state = AssistantState()
        self.__stream: AsyncStream[AssistantStreamEvent] | None = None
        self.text_deltas = self.__text_deltas__()
        self._iterator = self.__stream__()

    def _init(self, stream: AsyncStream[AssistantStreamEvent]) -> None:
        if self.__stream:
            raise RuntimeError(
                "A single event handler cannot be shared between multiple streams: make a new one "
                "for each"
            )
        self.__stream = stream

    async def __anext__(self) -> AssistantStreamEvent:
        return await self._iterator.__anext__()

    async def __aiter__(self) -> AsyncIterator[AssistantStreamEvent]:
        async for event in self._iterator:
            yield event

    @property
    def current_event(self) -> AssistantStreamEvent | None:
        """The event whose hooks are being called."""
        return self.__state.event

    @property
    def current_run(self) -> Run | None:
        return self.__state.run

    @property
    def current_run_step_snapshot(self) -> RunStep | None:
        state = self.__state
        return state.steps[state.step_id] if state.step_id else None

    @property
    def current_message_snapshot(self) -> Message | None:
        return self.__state.message

    async def close(self) -> None:
        """End the stream and give its connection back; leaving the context manager does it too."""
        if self.__stream:
            await self.__stream.close()

    async def until_done(self) -> None:
        """Read the rest of the stream."""
        async for _ in self:
            pass

    async def get_final_run(self) -> Run:
        """The run as it was at the end of the stream, which is waited for."""
        await self.until_done()
        if not self.__state.run:
            raise RuntimeError("No final run object found")
        return self.__state.run

    async def get_final_run_steps(self) -> list[RunStep]:
        """The steps of the run, once the stream has come to its end."""
        await self.until_done()
        if not self.__state.steps:
            raise RuntimeError("No run steps found")
        return list(self.__state.steps.values())

    async def get_final_messages(self) -> list[Message]:
        """The messages of the run, once the stream has come to its end."""
        await self.until_done()
        if not self.__state.messages:
            raise RuntimeError("No messages found")
        return list(self.__state.messages.values())

    async def __text_deltas__(self) -> AsyncIterator[str]:
        async for event in self:
            if event.event == "thread.message.delta":
                for delta in event.data.delta.content or ():
                    if delta.type == "text" and delta.text and delta.text.value:
                        yield delta.text.value

    async def on_end(self) -> None:
        """The stream is over, by its end or by an error."""

    async def on_event(self, event: AssistantStreamEvent) -> None:
        """Any event, before the hooks of its kind."""

    async def on_run_step_created(self, run_step: RunStep) -> None:
        """A step began."""

    async def on_run_step_delta(self, delta: RunStepDelta, snapshot: RunStep) -> None:
        """A step grew: what came, and the step so far."""

    async def on_run_step_done(self, run_step: RunStep) -> None:
        """A step has come to its end."""

    async def on_tool_call_created(self, tool_call: ToolCall) -> None:
        """A call of a tool began."""

    async def on_tool_call_delta(self, delta: ToolCallDelta, snapshot: ToolCall) -> None:
        """A call of a tool grew: what came, and the call so far."""

    async def on_tool_call_done(self, tool_call: ToolCall) -> None:
        """A call of a tool is complete."""

    async def on_exception(self, exception: Exception) -> None:
        """Reading the stream, or a hook, raised this; it goes on to the reader."""

    async def on_timeout(self) -> None:
        """The stream was silent for too long."""

    async def on_message_created(self, message: Message) -> None:
        """A message began."""

    async def on_message_delta(self, delta: MessageDelta, snapshot: Message) -> None:
        """A message grew: what came, and the message so far."""

    async def on_message_done(self, message: Message) -> None:
        """A message is complete."""

    async def on_text_created(self, text: Text) -> None:
        """A text part of a message began."""

    async def on_text_delta(self, delta: TextDelta, snapshot: Text) -> None:
        """A text part grew: what came, and the text so far."""

    async def on_text_done(self, text: Text) -> None:
        """A text part is complete."""

    async def on_image_file_done(self, image_file: ImageFile) -> None:
        """An image part is complete."""

    async def _emit_sse_event(self, event: AssistantStreamEvent) -> None:
        for hook, *arguments in self.__state.hooks(event):
            await getattr(self, hook)(*arguments)

    async def __stream__(self) -> AsyncIterator[AssistantStreamEvent]:
        if not self.__stream:
            raise RuntimeError("Stream has not been started yet")
        try:
            async for event in _events(self.__stream):
                await self._emit_sse_event(event)
                yield event
        except Exception as error:
            if is_timeout(error):
                await self.on_timeout()
            await self.on_exception(error)
            raise
        finally:
            await self.on_end()


AsyncAssistantEventHandlerT = TypeVar(
    "AsyncAssistantEventHandlerT", bound=AsyncAssistantEventHandler
)


class AsyncAssistantStreamManager(Generic[AsyncAssistantEventHandlerT]):
    """Sends the request on entering, closes the stream on leaving."""

    def __init__(
        self,
        api_request: AsyncRequest[AsyncStream[AssistantStreamEvent]],
        *,
        event_handler: AsyncAssistantEventHandlerT,
    ) -> None:
        self.__stream: AsyncStream[AssistantStreamEvent] | None = None
        self.__event_handler = event_handler
        self.__api_request = api_request

    async def __aenter__(self) -> AsyncAssistantEventHandlerT:
        self.__stream = await send(self.__api_request)
        try:
            self.__event_handler._init(self.__stream)
        except BaseException:
            await self.__stream.close()
            raise
        return self.__event_handler

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        if self.__stream is not None:
            await self.__stream.close()


if TYPE_CHECKING:
    from ._assistants_sync import AssistantEventHandler as AssistantEventHandler
    from ._assistants_sync import AssistantEventHandlerT as AssistantEventHandlerT
    from ._assistants_sync import AssistantStreamManager as AssistantStreamManager
else:
    __getattr__ = sync_names(__name__, f"{__package__}._assistants_sync")
