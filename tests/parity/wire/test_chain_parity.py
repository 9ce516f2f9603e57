"""What somebody sees who replaces `client.request`, for every method of both clients."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import io
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from openai._models import FinalRequestOptions

from methods import Method, methods
from sampler import Sampler
from table import Table
from test_wire_parity import SETTINGS, first_difference

# (variant of the values, all parameters or only the required ones)
VARIANTS = {"AsyncOpenAI": [(0, False), (0, True), (1, True), (2, True)], "OpenAI": [(1, True)]}


class Stopped(Exception):
    """Nothing is sent: what was to be sent is what the test is about."""


@pytest.mark.filterwarnings("ignore")
def test_every_method_shows_the_same_request(tmp_path: Path) -> None:
    file = tmp_path / "upload.bin"
    file.write_bytes(b"from a path")
    table = Table("chain")
    for client in VARIANTS:
        asyncio.run(compare_all(client, file, table))
    table.check("calls")


async def compare_all(client: str, file: Path, table: Table) -> None:
    clients = [observed(package, client) for package in ("openai", "openai_native")]
    for method in methods(client):
        for variant, everything in VARIANTS[client]:
            sampler = Sampler(variant, file)
            for stream in (False, True) if method.streams and everything else (False,):
                theirs, ours = [
                    await shown(
                        made, seen, method, sampler.arguments(method.function, everything), stream
                    )
                    for made, seen in clients
                ]
                same = theirs == ours
                table.note(method.place, None if same else first_difference(theirs, ours))


def observed(package: str, client: str) -> tuple[Any, list[Any]]:
    made = getattr(importlib.import_module(package), client)(**SETTINGS)
    seen: list[Any] = []

    def request(cast_to: Any, options: Any, **how: Any) -> Any:
        seen.append(comparable(cast_to, options, how))
        raise Stopped

    made.request = request
    return made, seen


async def shown(
    client: Any, seen: list[Any], method: Method, arguments: dict[str, Any], stream: bool
) -> Any:
    seen.clear()
    if stream:
        arguments["stream"] = True
    for attribute in method.path:
        client = getattr(client, attribute)
    try:
        result = client(**arguments)
        if inspect.isawaitable(result):
            await result
    except Stopped:
        pass
    except Exception as error:
        return type(error).__name__
    return seen[:1]  # helpers that send from several threads may have begun more


def comparable(cast_to: Any, options: Any, how: dict[str, Any]) -> dict[str, Any]:
    names = FinalRequestOptions.model_fields  # official: ours may have what a later release added
    values = {name: getattr(options, name) for name in sorted(names)}
    values["files"] = [(name, contents(file)) for name, file in pairs(values["files"])]
    values["post_parser"] = callable(values["post_parser"])
    return {
        "cast_to": spelled(cast_to),
        "options": {name: plain(value) for name, value in values.items()},
        "stream": how.get("stream", False),
        "stream_cls": spelled(how.get("stream_cls")),
    }


def pairs(files: Any) -> list[Any]:
    return list(files.items() if isinstance(files, dict) else files or [])


def contents(file: Any) -> Any:
    if isinstance(file, tuple):
        return tuple(contents(part) for part in file)
    return ["file", file.getvalue()] if isinstance(file, io.BytesIO) else file


def plain(value: Any) -> Any:
    return type(value).__name__ if type(value).__name__ in ("NotGiven", "Omit") else value


def spelled(kind: Any) -> str:
    """A type without the name of its package."""
    arguments = ", ".join(spelled(each) for each in get_args(kind))
    origin = get_origin(kind) or kind
    name = getattr(origin, "__qualname__", str(origin)).partition("[")[0]
    return f"{name}[{arguments}]" if arguments else name
