"""Requests for the mock server's tests, and what comes back on a raw socket."""

from __future__ import annotations

import json
import socket
from typing import Any

from openai_native.mock import MockServer


def chat(prompt: str = "Hello there", **more: Any) -> dict[str, Any]:
    return {"model": "gpt-4o", "messages": [{"role": "user", "content": prompt}], **more}


def fault(text: str) -> dict[str, str]:
    return {"X-Mock-Fault": text}


def exchange(server: MockServer, request: bytes, timeout: float = 5) -> bytes:
    """Everything the server sends until it closes; b"RST" at the end when it resets."""
    with socket.create_connection((server.host, server.port), timeout=timeout) as sock:
        sock.sendall(request)
        out = b""
        while True:
            try:
                got = sock.recv(65536)
            except ConnectionResetError:
                return out + b"RST"
            if not got:
                return out
            out += got


def http(body: bytes, *headers: str, path: str = "/v1/chat/completions") -> bytes:
    lines = [f"POST {path} HTTP/1.1", "host: x", "authorization: Bearer k"]
    lines += ["content-type: application/json", f"content-length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


CHAT = json.dumps(chat()).encode()
STREAM = json.dumps(chat(stream=True)).encode()
WEATHER: Any = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 2}},
            "required": ["city", "days"],
            "additionalProperties": False,
        },
    },
}
