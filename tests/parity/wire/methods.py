"""Every method of the official clients, found by walking their resources."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator
from typing import Any, NamedTuple

import openai
import typing_extensions as te

VIEWS = ("with_raw_response", "with_streaming_response")
# They return a helper of their own and send nothing yet, or work on what was received; each has
# differential tests of its own.
HELPERS = {
    "beta.agents.sessions.artifacts.for_result",
    "beta.agents.sessions.create",
    "beta.agents.sessions.stream",
    "beta.chat.completions.parse",
    "beta.chat.completions.stream",
    "beta.threads.create_and_run_stream",
    "beta.threads.runs.create_and_stream",
    "beta.threads.runs.stream",
    "beta.threads.runs.submit_tool_outputs_stream",
    "chat.completions.parse",
    "chat.completions.stream",
    "responses.parse",
    "responses.stream",
    "webhooks.unwrap",
    "webhooks.verify_signature",
}


class Method(NamedTuple):
    place: str  # "AsyncOpenAI chat.completions.create"
    path: list[str]  # of attributes
    function: Any  # the official one, without decorators
    returns: Any

    @property
    def streams(self) -> bool:
        return "stream" in inspect.signature(self.function).parameters

    @property
    def polls(self) -> bool:
        return self.path[-1].endswith(("poll", "wait_for_processing"))


def methods(client: str) -> Iterator[Method]:
    made = getattr(openai, client)(api_key="k")
    for path, function in _below(made, []):
        if ".".join(path) in HELPERS or function.__name__ == "connect":
            continue
        plain = inspect.unwrap(function)
        returns = te.get_type_hints(plain, include_extras=True).get("return")
        yield Method(f"{client} {'.'.join(path)}", path, plain, returns)


def _below(resource: Any, path: list[str]) -> Iterator[tuple[list[str], Any]]:
    for name, member in inspect.getmembers_static(type(resource)):
        if name.startswith("_") or name in VIEWS:
            continue
        if isinstance(member, functools.cached_property):
            yield from _below(getattr(resource, name), [*path, name])
        elif inspect.isfunction(member) and path:
            yield [*path, name], member
