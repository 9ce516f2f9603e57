"""Streams of chat completion chunks, as JSON texts."""

from __future__ import annotations

import json
from typing import Any


def chunk(*choices: dict[str, Any], **more: Any) -> str:
    whole = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1700000000,
        "model": "gpt-4o",
        "system_fingerprint": "fp",
        "choices": list(choices),
        **more,
    }
    return json.dumps(whole)


def choice(
    delta: dict[str, Any] | None = None, finish: str | None = None, index: int = 0, **more: Any
) -> dict[str, Any]:
    return {"index": index, "delta": delta or {}, "finish_reason": finish, **more}


def said(*texts: str, finish: str = "stop", key: str = "content") -> list[str]:
    """The usual stream: a role, the texts, the end."""
    return [
        chunk(choice({"role": "assistant", "content": "" if key == "content" else None})),
        *(chunk(choice({key: text})) for text in texts),
        chunk(choice(finish=finish)),
    ]


def call(index: int, arguments: str, name: str | None = None, **more: Any) -> dict[str, Any]:
    function: dict[str, Any] = {"arguments": arguments}
    if name is None:
        return {"index": index, "function": function, **more}
    function["name"] = name
    return {"index": index, "id": f"call_{index}", "type": "function", "function": function, **more}


def calls(*fragments: dict[str, Any], finish: str = "tool_calls") -> list[str]:
    return [
        chunk(choice({"role": "assistant", "content": None})),
        *(chunk(choice({"tool_calls": [fragment]})) for fragment in fragments),
        chunk(choice(finish=finish)),
    ]


def tokens(*texts: str) -> list[dict[str, Any]]:
    return [{"token": t, "logprob": -0.5, "bytes": None, "top_logprobs": []} for t in texts]


USAGE = {"prompt_tokens": 3, "completion_tokens": 5, "total_tokens": 8}
WEATHER = '{"city": "Zürich", "units": "c"}'
FRAGMENTS = (WEATHER[:4], WEATHER[4:14], WEATHER[14:])

# What has an official answer, by name.
STREAMS: dict[str, list[str]] = {
    "text": said("Hel", "lo ", "", "wörld 🌍"),
    "json": [*said(*FRAGMENTS), chunk(usage=USAGE)],
    "spaces first": said(" ", "\n", *FRAGMENTS),
    "refusal": said("I ", "can't.", key="refusal"),
    "text, then a refusal": [
        *said("Well", "...")[:-1],
        chunk(choice({"refusal": "No."})),
        chunk(choice(finish="stop")),
    ],
    "cut short": said('{"city": "Z', finish="length"),
    "filtered": said('{"city": "Z', finish="content_filter"),
    "all in one chunk": [
        chunk(choice({"role": "assistant", "content": WEATHER}, "stop"), usage=USAGE)
    ],
    "cut short in one chunk": [chunk(choice({"role": "assistant", "content": "{"}, "length"))],
    "null deltas": [*said("a")[:-1], chunk(choice({"content": None, "role": None}, "stop"))],
    "no JSON": said("not JSON at all"),
    "not the type": said('{"city": 1}'),
    "calls": calls(
        call(0, "", "weather"),
        *(call(0, text) for text in FRAGMENTS),
        call(1, "", "weather"),
        *(call(1, text) for text in FRAGMENTS),
    ),
    "fragments of one call in one chunk": [
        chunk(choice({"role": "assistant"})),
        chunk(choice({"tool_calls": [call(0, "", "weather"), call(0, WEATHER[:7])]})),
        chunk(choice({"tool_calls": [call(0, WEATHER[7:])]})),
        chunk(choice(finish="tool_calls")),
    ],
    "call in the first chunk": [
        chunk(choice({"role": "assistant", "tool_calls": [call(0, "{", "weather")]})),
        chunk(choice({"tool_calls": [call(0, WEATHER[1:])]})),
        chunk(choice(finish="tool_calls")),
    ],
    "call without id and type": calls(
        {"index": 0, "function": {"name": "weather", "arguments": ""}, "type": "function"},
        call(0, WEATHER, note="extra"),
    ),
    "text before a call": [
        *said("Let me ", "look.")[:-1],
        chunk(choice({"tool_calls": [call(0, "", "weather")]})),
        chunk(choice({"tool_calls": [call(0, WEATHER)]})),
        chunk(choice(finish="tool_calls")),
    ],
    "unknown call": calls(call(0, "", "other"), call(0, '{"a": 1}')),
    "cut short in a call": calls(call(0, "", "weather"), call(0, '{"ci'), finish="length"),
    "broken arguments": calls(call(0, "", "weather"), call(0, "}{")),
    "function call of old": [
        chunk(choice({"role": "assistant", "function_call": {"name": "f", "arguments": ""}})),
        chunk(choice({"function_call": {"arguments": '{"a"'}})),
        chunk(choice({"function_call": {"arguments": ": 1}"}})),
        chunk(choice(finish="function_call")),
    ],
    "two choices": [
        chunk(choice({"role": "assistant", "content": ""})),
        chunk(choice({"role": "assistant", "content": ""}, index=1)),
        chunk(choice({"content": "{"}), choice({"content": "{"}, index=1)),
        chunk(choice({"content": WEATHER[1:]}, index=1)),
        chunk(choice({"content": WEATHER[1:]})),
        chunk(choice(finish="stop", index=1)),
        chunk(choice(finish="stop")),
    ],
    "logprobs": [
        chunk(choice({"role": "assistant", "content": ""}, logprobs=None)),
        chunk(choice({"content": "a"}, logprobs={"content": tokens("a"), "refusal": None})),
        chunk(choice({"content": "bc"}, logprobs={"content": tokens("b", "c"), "refusal": None})),
        chunk(choice({"content": "d"}, logprobs={"content": None, "refusal": None})),
        chunk(choice(finish="stop", logprobs=None)),
    ],
    "logprobs of a refusal": [
        chunk(choice({"role": "assistant", "refusal": "N"}, logprobs={"refusal": tokens("N")})),
        chunk(choice({"refusal": "o"}, logprobs={"refusal": tokens("o")})),
        chunk(choice({"refusal": "!"}, logprobs={"content": tokens("?"), "refusal": tokens("!")})),
        chunk(choice(finish="stop")),
    ],
    "no choices first": [
        chunk(prompt_filter_results=[{"prompt_index": 0}]),
        *said("Hi", " there"),
    ],
    "Azure's filter events in between": [
        *said("Hi")[:-1],
        json.dumps({"id": "", "object": "", "created": 0, "model": "", "choices": []}),
        chunk(choice(finish="stop")),
    ],
    "unknown members": [
        chunk(choice({"role": "assistant", "content": "", "reasoning_content": "Let"}), x=1),
        chunk(choice({"reasoning_content": " me"}), obfuscation="xyz"),
        chunk(choice({"content": "Hi", "parts": ["a"]}), service_tier="default"),
        chunk(choice({"content": "!", "parts": ["b"], "audio": {"id": "au"}})),
        chunk(choice({"audio": {"transcript": "Hi"}}, "stop", seed=3), system_fingerprint="other"),
        chunk(moderation={"model": "m"}),
    ],
}
