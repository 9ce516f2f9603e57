"""The API's types that the differential test covers, and hand-written answers for some of them."""

from __future__ import annotations

from typing import Any

# Where the type is, below the package's name: "types.chat:ChatCompletion".
TYPES = [
    "types.chat:ChatCompletion",
    "types.chat:ChatCompletionChunk",
    "types.chat:ChatCompletionMessage",
    "types:Completion",
    "types.responses:Response",
    "types.responses:ResponseStreamEvent",
    "types.responses:ResponseOutputItem",
    "types.responses:ResponseItem",
    "types:CreateEmbeddingResponse",
    "types:Model",
    "types:ModelDeleted",
    "types:ModerationCreateResponse",
    "types.fine_tuning:FineTuningJob",
    "types.fine_tuning:FineTuningJobEvent",
    "types.fine_tuning.jobs:FineTuningJobCheckpoint",
    "types:ErrorObject",
]
# (page class, item)
PAGES = [
    ("pagination:AsyncCursorPage", "types.fine_tuning:FineTuningJob"),
    ("pagination:AsyncCursorPage", "types.responses:ResponseItem"),
    ("pagination:AsyncPage", "types:Model"),
]

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
_logprob = {"token": "Hi", "logprob": -0.1, "bytes": [72, 105], "top_logprobs": []}

CHAT_COMPLETION: dict[str, Any] = {
    "id": "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
    "object": "chat.completion",
    "created": 1741569952,
    "model": "gpt-4.1-2025-04-14",
    "choices": [
        {
            "index": 0,
            "message": {
                "role": "assistant",
                "content": "Hello! How can I assist you today?",
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
CHAT_WITH_TOOLS: dict[str, Any] = {
    **CHAT_COMPLETION,
    "choices": [
        {
            "index": 0,
            "message": {
                "role": "assistant",
                "content": None,
                "tool_calls": [
                    {
                        "id": "call_abc123",
                        "type": "function",
                        "function": {"name": "get_weather", "arguments": '{"city": "Bern"}'},
                    },
                    {"id": "call_2", "type": "custom", "custom": {"name": "grep", "input": "x"}},
                    {"id": "call_3", "type": "invented", "payload": {"a": 1}},
                ],
                "audio": {"id": "a", "data": "AAAA", "expires_at": 1, "transcript": "hi"},
            },
            "logprobs": {"content": [_logprob, {**_logprob, "top_logprobs": [_logprob]}]},
            "finish_reason": "tool_calls",
        }
    ],
}
CHUNK: dict[str, Any] = {
    "id": "chatcmpl-123",
    "object": "chat.completion.chunk",
    "created": 1694268190,
    "model": "gpt-4o-mini",
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
    "content": [
        {
            "type": "output_text",
            "text": "In a peaceful grove",
            "annotations": [
                {"type": "url_citation", "url": "u", "title": "t", "start_index": 0, "end_index": 3}
            ],
        },
        {"type": "refusal", "refusal": "no"},
        {"type": "output_hologram", "beam": 7},
    ],
}
RESPONSE: dict[str, Any] = {
    "id": "resp_1",
    "object": "response",
    "created_at": 1741476777,
    "status": "completed",
    "error": None,
    "incomplete_details": None,
    "instructions": None,
    "max_output_tokens": None,
    "model": "gpt-4o-2024-08-06",
    "output": [
        _message,
        {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "s"}]},
        {
            "type": "function_call",
            "id": "fc_1",
            "call_id": "c",
            "name": "f",
            "arguments": "{}",
        },
        {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": None},
        {"type": "teleport_call", "id": "t_1"},
    ],
    "parallel_tool_calls": True,
    "previous_response_id": None,
    "reasoning": {"effort": None, "summary": None},
    "store": True,
    "temperature": 1,
    "text": {"format": {"type": "text"}},
    "tool_choice": "auto",
    "tools": [
        {"type": "function", "name": "f", "parameters": {"type": "object"}, "strict": True},
        {"type": "file_search", "vector_store_ids": ["vs"], "filters": None},
    ],
    "top_p": 1.0,
    "truncation": "disabled",
    "usage": {
        "input_tokens": 328,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": 52,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 380,
    },
    "user": None,
    "metadata": {},
}

SAMPLES: dict[str, list[Any]] = {
    "types.chat:ChatCompletion": [CHAT_COMPLETION, CHAT_WITH_TOOLS],
    "types.chat:ChatCompletionChunk": [CHUNK],
    "types.responses:Response": [RESPONSE],
    "types.responses:ResponseOutputItem": RESPONSE["output"],
    "types.responses:ResponseStreamEvent": [
        {
            "type": "response.output_text.delta",
            "item_id": "msg_1",
            "output_index": 0,
            "content_index": 0,
            "delta": "In",
            "logprobs": [],
            "sequence_number": 4,
        },
        {"type": "response.completed", "response": RESPONSE, "sequence_number": 9},
        {"type": "response.invented", "sequence_number": 1},
        {"type": "error", "code": "x", "message": "m", "param": None, "sequence_number": 2},
    ],
    "types:Model": [{"id": "gpt-4.1", "object": "model", "created": 1, "owned_by": "openai"}],
    "types:CreateEmbeddingResponse": [
        {
            "object": "list",
            "data": [{"object": "embedding", "index": 0, "embedding": [0.1, -2, 3e-7, "x"]}],
            "model": "text-embedding-3-small",
            "usage": {"prompt_tokens": 8, "total_tokens": 8},
        },
        {"object": "list", "data": [{"embedding": "AAAAAAAAgD8=", "index": 0}], "model": "m"},
    ],
    "types:ErrorObject": [{"code": None, "message": "bad", "param": None, "type": "t"}],
}
