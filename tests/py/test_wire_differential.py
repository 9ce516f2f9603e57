"""Every generated method sends, byte for byte where it matters, what the official client sends."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import io
import json
import os
import re
import sys
import typing
from collections import abc
from pathlib import Path
from typing import Any

import openai
import pytest
import typing_extensions as te
from openai._types import SequenceNotStr

import openai_native
from scripted import Request, ScriptedServer

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SURFACE = Path(__file__).resolve().parents[2] / "surface"
NOT_A_VALUE = {"NoneType", "Omit", "NotGiven"}
# What is each client's own: names, versions, connection handling.
OWN_HEADERS = ("user-agent", "x-stainless-", "accept-encoding", "connection", "host", "idempotency")


class Sampler:
    """Values for annotations; another `variant` takes other members of unions and literals."""

    def __init__(self, variant: int) -> None:
        self.variant = variant

    def of(self, tp: Any, depth: int = 3) -> Any:
        origin, arguments = te.get_origin(tp), te.get_args(tp)
        if origin in (te.Required, te.NotRequired, typing.Annotated, te.Annotated):
            return self.of(arguments[0], depth)
        if origin in (typing.Literal, te.Literal):
            return arguments[self.variant % len(arguments)]
        if origin is typing.Union or type(tp).__name__ == "UnionType":
            members = [a for a in arguments if getattr(a, "__name__", "") not in NOT_A_VALUE]
            return self.of(members[self.variant % len(members)], depth)
        if te.is_typeddict(tp):
            return self.typed_dict(tp, depth)
        base = origin or tp
        if base in (list, abc.Iterable, abc.Sequence, SequenceNotStr):
            return [self.of(arguments[0], depth - 1)] * (1 + self.variant % 2)
        if base in (dict, abc.Mapping):
            return {"key é": self.of(arguments[1], depth - 1)}
        if base is tuple:
            return self.file_tuple(arguments)
        if base is typing.IO:
            return io.BytesIO(b"from \r\n memory")
        if base is os.PathLike:
            return Path(__file__)
        scalars = {
            bytes: b"bytes\x00\xff",
            str: "a/b é&?=%+",
            int: 7,
            float: 0.25,
            bool: True,
            object: {"any": [None, 1]},
        }
        return scalars[base]

    def file_tuple(self, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        headers = {"X-Part": "1"}
        values = [self.of(argument) for argument in arguments[:3]]
        return (*values, headers) if len(arguments) > 3 else tuple(values)

    def typed_dict(self, tp: Any, depth: int) -> dict[str, Any]:
        hints = te.get_type_hints(tp, include_extras=True)
        wanted = tp.__required_keys__ if depth <= 0 else hints.keys()
        return {k: self.of(h, depth - 1) for k, h in hints.items() if k in wanted}

    def arguments(self, method: Any, everything: bool) -> dict[str, Any]:
        hints = te.get_type_hints(method, include_extras=True)
        found = {}
        for name, parameter in list(inspect.signature(method).parameters.items())[1:]:
            bare = parameter.default is inspect.Parameter.empty
            if name in ("timeout", "stream") or not (bare or everything):
                continue
            if name.startswith("extra_"):
                found[name] = {"x-extra" if name == "extra_headers" else "extra": "1"}
            else:
                found[name] = self.of(hints[name])
        return found


def enabled_methods(prefix: str) -> list[tuple[str, str, Any]]:
    """(resource, method, the official function) of each method made from facts alone.

    Methods in code of their own (parse, stream) have differential tests of their own.
    """
    own_code = tomllib.loads((SURFACE / "hooks.toml").read_text(encoding="utf-8"))["methods"]
    enabled = tomllib.loads((SURFACE / "enabled.toml").read_text(encoding="utf-8"))["resources"]
    found = []
    for file in sorted((SURFACE / "resources").rglob("*.toml")):
        path = ".".join(file.relative_to(SURFACE / "resources").with_suffix("").parts)
        if path.split(".")[0] not in enabled:
            continue
        facts = tomllib.loads(file.read_text(encoding="utf-8"))
        official = importlib.import_module(f"openai.{facts['module']}")
        ours = importlib.import_module(f"openai_native.{facts['module']}")
        name = f"{prefix}{facts['class']}"
        for method in vars(getattr(ours, name)):
            if method.startswith("_") or f"{path}.{method}" in own_code:
                continue
            if inspect.isfunction(vars(getattr(ours, name))[method]):
                function = inspect.unwrap(getattr(getattr(official, name), method))
                found.append((path, method, function))
    return found


async def outcome(client: Any, path: str, method: str, arguments: dict[str, Any]) -> str:
    for attribute in path.split("."):
        client = getattr(client, attribute)
    try:
        call = getattr(client, method)
        if isinstance(client._client, openai.OpenAI | openai_native.OpenAI):
            result = await asyncio.to_thread(call, **arguments)
        else:
            result = await call(**arguments)
    except (ValueError, TypeError) as error:
        # A UnicodeError of a header is a plain ValueError of ours, with the header's name.
        return "ValueError" if isinstance(error, UnicodeError) else type(error).__name__
    return type(result).__name__


def sent(request: Request) -> dict[str, Any]:
    headers = {name.lower(): value for name, value in request.headers}
    kept = {n: v for n, v in headers.items() if not n.startswith(OWN_HEADERS)}
    body: Any = request.body or None
    boundary = re.search("boundary=([0-9a-f]{32})", kept.get("content-type", ""))
    if boundary is not None:  # the only thing that two forms with equal content may differ in
        kept["content-type"] = kept["content-type"].replace(boundary[1], "B")
        body = request.body.replace(boundary[1].encode(), b"B")
    elif request.body.startswith(b"{"):
        body = json.loads(request.body)
        kept.pop("content-length", None)  # spaces and escapes of JSON are each client's own
    return {
        "method": request.method,
        "path": request.target.partition("?")[0],
        "query": sorted(request.query),
        "body": body,
        "order": list(body) if isinstance(body, dict) else None,
        "headers": kept,
    }


async def compare(variants: list[tuple[int, bool]], prefix: str) -> tuple[int, list[str]]:
    differences: list[str] = []
    compared = 0
    async with ScriptedServer() as server:
        settings = {"api_key": "k", "admin_api_key": "a", "max_retries": 0}
        base_url = server.url
        clients = [
            getattr(package, f"{prefix}OpenAI")(base_url=base_url, **settings)
            for package in (openai, openai_native)
        ]
        for path, method, function in enabled_methods(prefix):
            for variant, everything in variants:
                arguments = Sampler(variant).arguments(function, everything)
                seen = []
                for client in clients:
                    server.requests.clear()
                    result = await outcome(client, path, method, arguments)
                    seen.append((result, [sent(r) for r in server.requests]))
                compared += 1
                if seen[0] != seen[1]:
                    differences.append(f"{path}.{method} {variant}: {seen[0]}\n    {seen[1]}")
        for client in clients:
            await client.close() if prefix else client.close()
    return compared, differences


@pytest.mark.parametrize("prefix", ["Async", ""])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_every_method_sends_what_the_official_client_sends(prefix: str) -> None:
    variants = [(0, False), (0, True), (1, True), (2, True)]
    compared, differences = asyncio.run(compare(variants, prefix))
    print(f"{compared - len(differences)} of {compared} calls")
    assert not differences, "\n".join(differences[:10])
    assert compared > 1000
