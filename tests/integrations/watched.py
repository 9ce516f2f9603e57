"""Runs a program in alias mode, and writes how many of its requests HTTP libraries of Python sent.

usage: watched.py REPORT SERVER PROGRAM [ARGS...]
"""

from __future__ import annotations

import atexit
import importlib
import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from openai_native.__main__ import main

# Below what mocking libraries replace, which would move calls to the Python lane. The legacy
# library's clients: litellm's have a transport of its own.
METHODS = {
    "httpcore2._async.http11:AsyncHTTP11Connection": "handle_async_request",
    "httpcore2._sync.http11:HTTP11Connection": "handle_request",
    "httpx:AsyncClient": "send",
    "httpx:Client": "send",
}

sent: Counter[str] = Counter()


def watch(place: str, method: str, port: int) -> None:
    module, _, name = place.partition(":")
    try:
        owner = getattr(importlib.import_module(module), name)
    except ModuleNotFoundError:
        return
    setattr(owner, method, counting(getattr(owner, method), name, port))


def counting(send: Callable[..., Any], name: str, port: int) -> Callable[..., Any]:
    def counted(client: Any, request: Any, *rest: Any, **more: Any) -> Any:
        if request.url.port == port:
            sent[name] += 1
        return send(client, request, *rest, **more)

    return counted


report, server, *program = sys.argv[1:]
for place, method in METHODS.items():
    watch(place, method, urlsplit(server).port or 0)
atexit.register(lambda: Path(report).write_text(json.dumps(sent)))
sys.exit(main(["run", *program]))
