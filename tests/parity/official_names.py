"""A pytest plugin: private names that the official tests import at their top and ours has not.

Without them a whole file could not be read. They stand for nothing: tests that use them fail.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

NAMES = {
    "_models": "DISCRIMINATOR_CACHE EagerIterable",
    "_multipart": "encode_multipart",
    "_streaming": "_SSELineDecoder",
    "_websocket_connection": (
        "_async_connect_websocket _async_exit_websocket _async_websocket_entry_guard "
        "_connect_websocket _exit_websocket _record_websocket_progress _websocket_entry_guard"
    ),
    "lib": "_files _vector_stores",
    "lib._azure_websocket": "_AzureWebSocketConnect",
    "lib._parsing": "_embeddings",
    "lib._uploads": "async_upload_file_chunked upload_file_chunked",
    "lib._websocket": "_WebSocketConnect",
    "lib.beta.agents._result": "AgentTurnResultCollector",
    "lib.beta.agents._stream": "AgentSessionEventStream",
}


def pytest_configure() -> None:
    for place, names in NAMES.items():
        module = _module(f"openai.{place}")
        for name in names.split():
            if not hasattr(module, name):
                setattr(module, name, type(name, (), {}))


def _module(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        parent, _, last = name.rpartition(".")
        made = ModuleType(name)
        sys.modules[name] = made
        setattr(_module(parent), last, made)
        return made
