"""Reads the official WebSocket connections: what is sent through them, by which names."""

from __future__ import annotations

import ast
import importlib
import re
from dataclasses import dataclass, field

from surface_signature import Signature
from surface_toml import annotation, pairs, table
from surface_types import NotUnderstood

# What every manager takes beside what is the connection's own.
SHARED = {
    "client",
    "extra_query",
    "extra_headers",
    "websocket_connection_options",
    "on_reconnecting",
    "max_retries",
    "initial_delay",
    "max_delay",
    "max_queue_size",
}


@dataclass
class Connection:
    """What `connect` of one resource leads to."""

    lines: list[str]
    names: set[str] = field(default_factory=set)


def connects(node: ast.AsyncFunctionDef | ast.FunctionDef) -> bool:
    returned = ast.unparse(node.returns) if node.returns is not None else ""
    return node.name == "connect" and returned.endswith("ConnectionManager")


def constant(module: str, name: str) -> object:
    """A default that the official package gives by name."""
    return getattr(importlib.import_module(f"openai.{module}"), name)


def read_connection(tree: ast.Module, manager: str) -> Connection:
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    connection = classes[manager.removesuffix("Manager")]
    reader = _Parts(classes)
    facts = {**_events(connection), **_place(classes[manager])}
    children = {
        item.target.id: ast.unparse(item.annotation)
        for item in connection.body
        if isinstance(item, ast.AnnAssign)
        and isinstance(item.target, ast.Name)
        and not item.target.id.startswith("_")
    }
    made = Signature.of(method(classes[manager], "__init__"))
    own = {n: p for n, p in made.parameters.items() if n not in SHARED}
    lines = ["", "[connection]", *pairs(facts)]
    if own:
        lines += ["[connection.parameters]", *pairs(own)]
    lines += ["[connection.children]", *pairs(children)]
    for name in children.values():
        reader.read(name)
    names = {str(facts["server_event"]), *re.findall(r"\w+", str(facts["client_event"]))}
    names |= {str(facts.get("error_event", ""))} | reader.names
    return Connection(lines + reader.lines, names)


def method(cls: ast.ClassDef, name: str) -> ast.AsyncFunctionDef | ast.FunctionDef:
    for item in cls.body:
        if isinstance(item, (ast.AsyncFunctionDef, ast.FunctionDef)) and item.name == name:
            return item
    raise NotUnderstood(f"{cls.name} has no {name}")


def _events(connection: ast.ClassDef) -> dict[str, object]:
    sent, received = method(connection, "send"), method(connection, "recv")
    argument = sent.args.args[1].annotation
    assert argument is not None and received.returns is not None
    facts: dict[str, object] = {
        "class": connection.name.removeprefix("Async"),
        "server_event": ast.unparse(received.returns),
        "client_event": annotation(argument),
    }
    if not connection.bases:
        return {**facts, "plain": True}
    dispatch = ast.unparse(method(connection, "dispatch_events"))
    found = re.search(r"isinstance\(event, (\w+)\)", dispatch)
    return {**facts, **({"error_event": found[1]} if found else {})}


def _place(manager: ast.ClassDef) -> dict[str, object]:
    whole = ast.unparse(manager)
    url = ast.unparse(method(manager, "_prepare_url"))
    path = re.search(r"b?'(/[a-z/{}_]+)'", url)
    if path is None:
        raise NotUnderstood(f"{manager.name}: no path")
    facts: dict[str, object] = {"path": path[1]}
    # Name-mangled attributes hold the parameters; those with a key of the same name are sent.
    query = re.findall(r"'(\w+)': self\.__\1", whole)
    if query:
        facts["query"] = sorted(set(query) - {"extra_query"}, key=query.index)
    if beta := re.search(r"'OpenAI-Beta': '([^']+)'", whole):
        facts["beta"] = beta[1]
    if "_configure_realtime" in whole:
        facts["deployed"] = True
    if "_validate_beta_realtime_auth" in whole:
        facts["own_credentials"] = True
    return facts


class _Parts:
    """`connection.session`, `connection.conversation.item`, ...: classes of methods that send."""

    def __init__(self, classes: dict[str, ast.ClassDef]) -> None:
        self.classes = classes
        self.lines: list[str] = []
        self.names: set[str] = set()

    def read(self, name: str) -> None:
        children: dict[str, str] = {}
        methods: list[list[str]] = []
        for item in self.classes[name].body:
            if isinstance(item, ast.FunctionDef) and item.returns is not None:
                children[item.name] = ast.unparse(item.returns)
            elif isinstance(item, ast.AsyncFunctionDef):
                methods.append(self.method(name, item))
        self.lines += ["", "[[connection.part]]", *pairs({"class": name.removeprefix("Async")})]
        if children:
            self.lines += table("connection.part.children", children)[1:]
        for lines in methods:
            self.lines += lines
        for child in children.values():
            self.read(child)

    def method(self, name: str, node: ast.AsyncFunctionDef) -> list[str]:
        signature = Signature.of(node)
        self.names |= signature.names
        parameters = {**signature.parameters}
        sent = [d for d in ast.walk(node) if isinstance(d, ast.Dict) and d.keys]
        event = {
            ast.literal_eval(k): v for k, v in zip(sent[0].keys, sent[0].values, strict=True) if k
        }
        kind = ast.literal_eval(event.pop("type"))
        if any(ast.unparse(value) != key for key, value in event.items()):
            raise NotUnderstood(f"{name}.{node.name}: fields that are not its parameters")
        if set(event) != set(parameters):
            raise NotUnderstood(f"{name}.{node.name}: parameters that it does not send")
        facts = {"name": node.name, "sends": kind, "fields": list(event)}
        if list(event) == list(parameters):
            del facts["fields"]
        lines = ["[[connection.part.method]]", *pairs(facts)]
        if parameters:
            lines += ["[connection.part.method.parameters]", *pairs(parameters)]
        return lines
