"""Runs one program with the official package and with ours, and puts what happens into one form."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Awaitable, Callable
from typing import Any

import pydantic

Program = Callable[[Any, Any], Awaitable[Any]]  # (package, client)


def described(value: Any) -> Any:
    """Everything that can be seen of a result: class, attributes in order, which were set."""
    if isinstance(value, pydantic.BaseModel):
        return {
            # The official package specializes classes for a type variable: repr would differ.
            "class": type(value).__name__.partition("[")[0],
            "set": sorted(value.model_fields_set),
            "attributes": [
                (name, described(item))
                for name, item in vars(value).items()
                if name != "_timing_record"  # ours alone
            ],
            "extra": described(value.__pydantic_extra__),
            "dump": value.model_dump(warnings=False),
        }
    if isinstance(value, dict):
        return {key: described(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [described(item) for item in value]
    return value


def raised(error: Exception) -> list[Any]:
    completion = described(getattr(error, "completion", None))
    if completion is not None:  # ours knows its request already
        known = completion["attributes"]
        completion["attributes"] = [pair for pair in known if pair[0] != "_request_id"]
    return ["raised", type(error).__name__, completion]


async def outcome(name: str, url: str, program: Program) -> Any:
    """What `program` returned, or raised, with the package `name`."""
    package = importlib.import_module(name)
    with warnings.catch_warnings():
        # The official package's own classes make pydantic warn.
        warnings.simplefilter("ignore" if name == "openai" else "error")
        async with package.AsyncOpenAI(base_url=url, api_key="test-key", max_retries=0) as client:
            try:
                return await program(package, client)
            except Exception as error:
                return raised(error)


async def events_of(manager: Any) -> list[Any]:
    """Every event as it was when it came, then the final result; or the error that ended it."""
    seen: list[Any] = []
    async with manager as stream:
        try:
            async for event in stream:
                seen.append(described(event))
            final = getattr(stream, "get_final_completion", None) or stream.get_final_response
            seen.append(described(await final()))
        except Exception as error:
            seen.append(raised(error))
    return seen
