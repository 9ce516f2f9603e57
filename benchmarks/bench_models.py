"""JSON text to response models: the official package's road against ours, in one thread's CPU time.

python benchmarks/bench_models.py [--seconds 0.2]
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from typing import Any

import openai.types
import openai.types.chat
import openai.types.responses
from openai._models import construct_type

import openai_native.types
import openai_native.types.chat
import openai_native.types.responses
from openai_native._core import build

_usage = {
    "prompt_tokens": 19,
    "completion_tokens": 10,
    "total_tokens": 29,
    "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
    "completion_tokens_details": {
        "reasoning_tokens": 0,
        "audio_tokens": 0,
        "accepted_prediction_tokens": 0,
        "rejected_prediction_tokens": 0,
    },
}
_text = "Hello! How can I assist you today? " * 7
_completion = {
    "id": "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
    "object": "chat.completion",
    "created": 1741569952,
    "model": "gpt-4.1-2025-04-14",
    "choices": [
        {
            "index": 0,
            "message": {
                "role": "assistant",
                "content": _text,
                "refusal": None,
                "annotations": [],
            },
            "logprobs": None,
            "finish_reason": "stop",
        }
    ],
    "usage": _usage,
    "service_tier": "default",
    "system_fingerprint": "fp_44709d6fcb",
}
_calls = [
    {
        "id": f"call_{i}",
        "type": "function",
        "function": {"name": "get_weather", "arguments": '{"city": "Bern"}'},
    }
    for i in range(2)
]
_tool_calls = {
    **_completion,
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": None, "tool_calls": _calls},
            "logprobs": None,
            "finish_reason": "tool_calls",
        }
    ],
    "provider": "somebody",
    "timings": {"queue": 0.01, "total": [1, 2, 3]},
}
_token = {"token": "Hi", "logprob": -0.1, "bytes": [72, 105], "top_logprobs": []}
_logprobs = {
    **_completion,
    "choices": [{**_completion["choices"][0], "logprobs": {"content": [_token] * 1000}}],  # type: ignore[index,dict-item]
}
_chunk = {
    "id": "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
    "object": "chat.completion.chunk",
    "created": 1694268190,
    "model": "gpt-4o-mini",
    "service_tier": "default",
    "system_fingerprint": "fp_44709d6fcb",
    "choices": [
        {"index": 0, "delta": {"content": "Hello"}, "logprobs": None, "finish_reason": None}
    ],
    "usage": None,
}
_message = {
    "type": "message",
    "id": "msg_1",
    "status": "completed",
    "role": "assistant",
    "content": [{"type": "output_text", "text": _text, "annotations": [], "logprobs": []}],
}
_response = {
    "id": "resp_1",
    "object": "response",
    "created_at": 1741476777,
    "status": "completed",
    "error": None,
    "incomplete_details": None,
    "instructions": None,
    "max_output_tokens": None,
    "model": "gpt-4.1",
    "output": [{"type": "reasoning", "id": "rs_1", "summary": []}, _message],
    "parallel_tool_calls": True,
    "temperature": 1.0,
    "text": {"format": {"type": "text"}},
    "tool_choice": "auto",
    "tools": [],
    "usage": {
        "input_tokens": 328,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": 52,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 380,
    },
    "metadata": {},
}
_embedding = {
    "object": "list",
    "data": [
        {"object": "embedding", "index": 0, "embedding": [i * 1.7e-5 - 0.01 for i in range(1536)]}
    ],
    "model": "text-embedding-3-small",
    "usage": {"prompt_tokens": 8, "total_tokens": 8},
}

# (title, module below the package, class, value)
CASES: list[tuple[str, str, str, Any]] = [
    ("chat completion", "types.chat", "ChatCompletion", _completion),
    ("with two tool calls and extras", "types.chat", "ChatCompletion", _tool_calls),
    ("with 1,000 logprobs", "types.chat", "ChatCompletion", _logprobs),
    ("chat chunk", "types.chat", "ChatCompletionChunk", _chunk),
    ("response", "types.responses", "Response", _response),
    ("embedding, 1,536 numbers", "types", "CreateEmbeddingResponse", _embedding),
]


def _find(package: Any, module: str, name: str) -> Any:
    for part in module.split("."):
        package = getattr(package, part)
    return getattr(package, name)


def microseconds(action: Callable[[], object], seconds: float) -> float:
    """The best of several rounds, each about `seconds` long."""
    action()
    start = time.thread_time()
    action()
    count = max(1, int(seconds / max(time.thread_time() - start, 1e-7)))
    rounds = []
    for _ in range(7):
        start = time.thread_time()
        for _ in range(count):
            action()
        rounds.append((time.thread_time() - start) / count)
    return min(rounds) * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=0.2, help="length of a round")
    seconds = parser.parse_args().seconds

    print(f"{'':32}{'bytes':>8}{'official us':>13}{'ours us':>10}{'ratio':>8}")
    for title, module, name, value in CASES:
        text = json.dumps(value).encode()
        official = _find(openai, module, name)
        ours = _find(openai_native, module, name)
        slow = microseconds(lambda: construct_type(value=json.loads(text), type_=official), seconds)  # noqa: B023
        fast = microseconds(lambda: build(ours, text), seconds)  # noqa: B023
        print(f"{title:32}{len(text):8}{slow:13.1f}{fast:10.2f}{slow / fast:7.0f}x")


if __name__ == "__main__":
    main()
