"""The completion so far: chunks go in, one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from ...._models import construct_type_unchecked
from ....types.chat.chat_completion import ChoiceLogprobs, Moderation
from ..._reshape import assemble, make
from .._deltas import accumulate_delta
from ._types import (
    ParsedChatCompletionMessageSnapshot,
    ParsedChatCompletionSnapshot,
    ParsedChoiceSnapshot,
)

if TYPE_CHECKING:
    from ...._models import BaseModel
    from ....types.chat import ChatCompletionChunk
    from ....types.chat.chat_completion_chunk import Choice, ChoiceDelta
    from ....types.chat.chat_completion_chunk import ChoiceLogprobs as ChunkLogprobs

_PLAIN = (str, type(None))


def first_snapshot(chunk: ChatCompletionChunk) -> ParsedChatCompletionSnapshot:
    values = chunk.to_dict(warnings=False)
    values.pop("obfuscation", None)
    choices = sorted(chunk.choices, key=lambda choice: choice.index)
    values["choices"] = [_choice_values(choice) for choice in choices]
    values.setdefault("system_fingerprint", None)
    values["object"] = "chat.completion"
    return construct_type_unchecked(type_=ParsedChatCompletionSnapshot, value=values)


def _choice_values(choice: Choice) -> dict[str, Any]:
    values = choice.model_dump(exclude_unset=True, exclude={"delta"}, warnings=False)
    values["message"] = accumulate_delta({}, choice.delta.to_dict(warnings=False))
    return values


def find_choice(snapshot: ParsedChatCompletionSnapshot, index: int) -> ParsedChoiceSnapshot | None:
    choices = snapshot.choices
    if index < len(choices) and choices[index].index == index:
        return choices[index]
    return next((choice for choice in choices if choice.index == index), None)


def find_tool_call(choice: ParsedChoiceSnapshot, index: int) -> Any:
    calls = choice.message.tool_calls or []
    for position, call in enumerate(calls):
        if getattr(call, "index", position) == index:
            return call
    return None


def add_choice(snapshot: ParsedChatCompletionSnapshot, choice: Choice) -> ParsedChoiceSnapshot:
    """Adds a delta to its choice, or the choice itself when this is its first delta."""
    known = find_choice(snapshot, choice.index)
    if known is None:
        made = construct_type_unchecked(type_=ParsedChoiceSnapshot, value=_choice_values(choice))
        snapshot.choices.append(made)
        snapshot.choices.sort(key=lambda each: each.index)
        return made
    known.message = _add_delta(known.message, choice.delta)
    if choice.logprobs is not None:
        _add_logprobs(known, choice.logprobs)
    return known


def add_chunk_values(snapshot: ParsedChatCompletionSnapshot, chunk: ChatCompletionChunk) -> None:
    snapshot.usage = chunk.usage
    snapshot.system_fingerprint = chunk.system_fingerprint
    if chunk.moderation is not None:
        values = chunk.moderation.to_dict(warnings=False)
        snapshot.moderation = construct_type_unchecked(type_=Moderation, value=values)


def _add_delta(
    message: ParsedChatCompletionMessageSnapshot, delta: ChoiceDelta
) -> ParsedChatCompletionMessageSnapshot:
    """Another message, one delta longer: snapshots that were handed out keep theirs."""
    if _is_text(message) and _is_text(delta):
        return _add_text(message, delta)
    values = delta.to_dict(warnings=False)
    if message.role:
        values.pop("role", None)  # some servers repeat it in every chunk
    calls = message.tool_calls or []
    parsed = {position: {"function": {"parsed_arguments"}} for position, _ in enumerate(calls)}
    known = message.model_dump(exclude={"parsed": True, "tool_calls": parsed}, warnings=False)
    longer = construct_type_unchecked(
        type_=ParsedChatCompletionMessageSnapshot, value=accumulate_delta(known, values)
    )
    for position, call in enumerate(calls):
        if call.type == "function":
            index = getattr(call, "index", position)
            for at, made in enumerate(longer.tool_calls or []):
                if getattr(made, "index", at) == index:
                    made.function.parsed_arguments = call.function.parsed_arguments
    return longer


def _is_text(part: BaseModel) -> bool:
    values = vars(part)
    return not part.__pydantic_extra__ and all(
        isinstance(value, _PLAIN) for name, value in values.items() if name != "parsed"
    )


def _add_text(
    message: ParsedChatCompletionMessageSnapshot, delta: ChoiceDelta
) -> ParsedChatCompletionMessageSnapshot:
    """The common delta: nothing but text, added without a walk through the whole message."""
    values = {**vars(message), "parsed": None}
    for name, new in vars(delta).items():
        if new is not None and name in values:
            old = values[name]
            values[name] = new if old is None or name == "role" else old + new
    return assemble(ParsedChatCompletionMessageSnapshot, values, {}, set(values) - {"parsed"})


def _add_logprobs(choice: ParsedChoiceSnapshot, new: ChunkLogprobs) -> None:
    known = choice.logprobs
    if known is None:
        choice.logprobs = make(
            ChoiceLogprobs, content=_copy(new.content), refusal=_copy(new.refusal)
        )
        return
    for name in ("content", "refusal"):
        if tokens := getattr(new, name):
            if getattr(known, name) is None:
                setattr(known, name, [])
            getattr(known, name).extend(tokens)


def _copy(tokens: Any) -> Any:
    return cast("Any", tokens and list(tokens))
