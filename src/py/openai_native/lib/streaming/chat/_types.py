"""What has come so far, as the types of the whole."""

from __future__ import annotations

from typing import TypeAlias

from ....types.chat.parsed_chat_completion import (
    ParsedChatCompletion,
    ParsedChatCompletionMessage,
    ParsedChoice,
)

ParsedChatCompletionSnapshot: TypeAlias = ParsedChatCompletion[object]

# While the content is still coming, `parsed` is as much of its JSON as there is.
ParsedChatCompletionMessageSnapshot: TypeAlias = ParsedChatCompletionMessage[object]

ParsedChoiceSnapshot: TypeAlias = ParsedChoice[object]
