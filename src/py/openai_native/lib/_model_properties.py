"""Properties with code of the response models; the generated classes delegate to them."""

from __future__ import annotations

from typing import Any


def output_text(response: Any) -> str:
    """All `output_text` parts of a response's messages, joined."""
    texts = (
        part.text
        for item in response.output
        if item.type == "message"
        for part in item.content
        if part.type == "output_text"
    )
    return "".join(text for text in texts if text is not None)


def message_output_text(message: Any) -> str:
    return "".join(part.text for part in message.content if part.type == "output_text")


def output_parsed(response: Any) -> Any:
    """The first parsed text part, if there is one."""
    for item in response.output:
        if item.type == "message":
            for part in item.content:
                if part.type == "output_text" and part.parsed:
                    return part.parsed
    return None


def api_exclude(message: Any) -> dict[str, object]:
    """What a dump that goes back to the API leaves out: the parsed values inside the content."""
    from ..types.responses.parsed_response import ParsedResponseOutputText

    content = getattr(message, "content", None)
    if not isinstance(content, list):
        return {}
    parsed = {i: p for i, p in enumerate(content) if isinstance(p, ParsedResponseOutputText)}
    return {"content": {index: part.__api_exclude__ for index, part in parsed.items()}}
