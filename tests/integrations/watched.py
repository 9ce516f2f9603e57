"""Runs a program in alias mode, and writes how many of its requests an HTTP library of Python sent.

usage: watched.py REPORT SERVER PROGRAM [ARGS...]
"""

from __future__ import annotations

import atexit
import importlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from openai_native.__main__ import main


class Watch:
    """Counts what `send` of a client class is asked to send to the server."""

    def __init__(self, server: str) -> None:
        self.server = server
        self.sent: dict[str, int] = {}

    def follow(self, module: str) -> None:
        try:
            library = importlib.import_module(module)
        except ModuleNotFoundError:
            return
        for kind in (library.Client, library.AsyncClient):
            kind.send = self.counting(kind.send, f"{module}.{kind.__name__}")

    def counting(self, send: Callable[..., Any], name: str) -> Callable[..., Any]:
        def counted(client: Any, request: Any, *rest: Any, **more: Any) -> Any:
            if str(request.url).startswith(self.server):
                self.sent[name] = self.sent.get(name, 0) + 1
            return send(client, request, *rest, **more)

        return counted


report, server, *program = sys.argv[1:]
watch = Watch(server)
watch.follow("httpx")
watch.follow("httpx2")
atexit.register(lambda: Path(report).write_text(json.dumps(watch.sent)))
sys.exit(main(["run", *program]))
