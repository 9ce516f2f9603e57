"""Every method of both clients: what goes over the wire, and what becomes of the answer."""

from __future__ import annotations

import asyncio
import importlib
import inspect
from pathlib import Path
from typing import Any

import pydantic
import pytest

from answers import answers_to
from both_packages import described
from methods import Method, methods
from recorder import Recorder, recording
from sampler import Sampler
from table import Table

SETTINGS = {"api_key": "k", "admin_api_key": "a", "max_retries": 0}
PATIENCE = 20  # seconds; no call takes that long, unless a helper waits for what never comes
# (variant of the values, all parameters or only the required ones)
VARIANTS = {"AsyncOpenAI": [(0, False), (0, True), (1, True), (2, True)], "OpenAI": [(0, True)]}
# Of a client with a link of its own, so that every call of ours takes the inner chain.
CHAINED = {"AsyncOpenAI": [(1, True)], "OpenAI": [(2, True)]}


@pytest.mark.filterwarnings("ignore")
def test_every_method_is_the_same_on_the_wire(tmp_path: Path) -> None:
    file = tmp_path / "upload.bin"
    file.write_bytes(b"from a path")
    table = Table("wire")
    with recording() as server:
        for client in VARIANTS:
            asyncio.run(compare_all(client, server, file, table))
            asyncio.run(compare_all(client, server, file, table, chained=True))
    table.check("calls")


async def compare_all(
    client: str, server: Recorder, file: Path, table: Table, chained: bool = False
) -> None:
    clients = []
    for package in ("openai", "openai_native"):
        try:
            module = importlib.import_module(package)
            clients.append(getattr(module, client)(base_url=server.url, **SETTINGS))
        except NotImplementedError:
            clients.append(None)
    if chained:
        take_the_chain(clients[1])
    for method in methods(client):
        for variant, everything in (CHAINED if chained else VARIANTS)[client]:
            sampler = Sampler(variant, file)
            for stream in (False, True) if method.streams and everything else (False,):
                server.reply = answers_to(method, stream)
                theirs, ours = [
                    await outcome(each, method, sampler, everything, stream, server)
                    for each in clients
                ]
                same = theirs == ours
                table.note(method.place, None if same else first_difference(theirs, ours))
    for each in clients:
        closing = each.close() if each is not None else None
        if inspect.isawaitable(closing):
            await closing


def take_the_chain(client: Any) -> None:
    own = client.request
    client.request = lambda *args, **kwargs: own(*args, **kwargs)


async def outcome(
    client: Any,
    method: Method,
    sampler: Sampler,
    everything: bool,
    stream: bool,
    server: Recorder,
) -> dict[str, Any]:
    arguments = sampler.arguments(method.function, everything)
    if stream:
        arguments["stream"] = True
    try:
        for attribute in method.path:
            client = getattr(client, attribute)
        result = await asyncio.wait_for(seen(client(**arguments)), PATIENCE)
    except (AttributeError, NotImplementedError) as error:
        result = f"not available: {error}"
    except Exception as error:
        result = type(error).__name__
    return {"result": result, "requests": server.taken()}


async def seen(result: Any) -> Any:
    """Pages and streams to their end, everything else as it is."""
    if inspect.isawaitable(result) and not hasattr(result, "__aiter__"):
        result = await result
    kind = type(result).__name__.partition("[")[0]
    if hasattr(result, "__aiter__"):
        return [kind, *[described(each) async for each in result]]
    if hasattr(result, "iter_pages") or kind == "Stream":
        return [kind, *[described(each) for each in result]]
    if hasattr(result, "iter_bytes"):
        return [kind, result.read(), result.text]
    plain = result is None or isinstance(result, (str, list, dict, pydantic.BaseModel))
    return described(result) if plain else kind


def first_difference(theirs: Any, ours: Any, where: str = "") -> str:
    if isinstance(theirs, dict) and isinstance(ours, dict) and theirs.keys() == ours.keys():
        for key in theirs:
            if theirs[key] != ours[key]:
                return first_difference(theirs[key], ours[key], f"{where}.{key}")
    if isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        for index, (one, other) in enumerate(zip(theirs, ours, strict=True)):
            if one != other:
                return first_difference(one, other, f"{where}[{index}]")
    return f"{where}\n  official {theirs!r:.1500}\n  ours     {ours!r:.1500}"
