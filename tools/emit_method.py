"""One method of a resource: its endpoint, its signature, its overloads."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import surface_deprecations
from surface_model import PACKAGE, split_origin
from surface_signature import COMMON, overload_order
from twin_names import sync_name

if TYPE_CHECKING:
    from emit_resources import Unit


@dataclass(frozen=True)
class Flavour:
    prefix: str  # "Async", or "" for synchronous classes

    @property
    def is_async(self) -> bool:
        return bool(self.prefix)

    def home(self, module: str) -> str:
        """Where the flavour's classes of a module are: both are official names of that module."""
        return module if self.is_async else f"{module}_sync"

    def rename(self, text: str) -> str:
        """surface/ speaks of the asynchronous classes; this gives the flavour's own names."""
        if self.is_async:
            return text
        text = re.sub(r"\bWeb[sS]ocketConnectionOptions\b", "SyncWebSocketConnectionOptions", text)
        text = re.sub(r"\bAsyncPaginator\[[^,]+, (.+?),? ?\]$", r"\1", text)
        return re.sub(r"\bAsync\w+", lambda found: sync_name(found.group()), text)

    def rename_origin(self, origin: str) -> str:
        module, _, name = origin.partition(":")
        return f"{module}:{self.rename(name)}" if name else module


ASYNC, SYNC = Flavour("Async"), Flavour("")
BINARY = "HttpxBinaryResponseContent"
BUILTIN_CASTS = {
    "NoneType": "None",
    "str": "str",
    "object": "object",
    BINARY: f'"{PACKAGE}._legacy_response:{BINARY}"',
}


def connection_home(module: str, flavour: Flavour) -> str:
    """Beside the resource: what only connections need is imported when one is asked for."""
    package, _, name = module.rpartition(".")
    return flavour.home(f"{package}._{name}_connection")


def wire_values(method: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(parameter, wire name, place), in the order in which the endpoint takes the values."""
    found = [(name, name, "path") for name in re.findall(r"{(\w+)}", method["path"])]
    found += [(name, wire, "header") for name, wire in method.get("header_parameters", {}).items()]
    for place in ("query", "body"):
        for item in method.get(place, []):
            wire, _, name = item.partition("=")
            found.append((name or wire, wire, place))
    return found


def sent_text(name: str, method: dict[str, Any]) -> str:
    """A parameter's value as it is handed over: its keys as the wire spells them."""
    names: dict[str, Any] = {}
    for path, wire in method.get("respelled", {}).items():
        parameter, *way, key = path.split(".")
        if parameter == name:
            inner = names
            for step in way:
                inner = inner.setdefault(step, {})
            inner[key] = wire
    return f"respelled({name}, {json.dumps(names)})" if names else name


def cast_text(name: str, imports: dict[str, str]) -> str:
    if name in BUILTIN_CASTS:
        return BUILTIN_CASTS[name]
    module, original = split_origin(imports[name], name)
    return f'"{PACKAGE}.{module}:{original}"'


def emit_endpoint(method: dict[str, Any], imports: dict[str, str], unit: Unit) -> list[str]:
    if "hook" in method or "connects" in method:
        return []
    lines = [
        f"_{method['name']} = Endpoint(",
        f'    "{method["verb"]}",',
        f'    "{method["path"]}",',
    ]
    values = wire_values(method)
    if values:
        rows = [f'        ("{name}", "{wire}", "{place}"),' for name, wire, place in values]
        lines += ["    params=(", *rows, "    ),"]
    cast_to = cast_text(method["cast_to"], imports)
    if "page" not in method and cast_to != "None":
        lines.append(f"    cast_to={cast_to},")
    if "stream_of" in method:
        lines.append(f"    stream_cast_to={cast_text(method['stream_of'], imports)},")
    security = method.get("security", "either")
    if security != "bearer":
        lines.append(f'    security="{security}",')
    if "headers" in method:
        fixed = "".join(f'("{name}", "{value}"), ' for name, value in method["headers"].items())
        lines.append(f"    headers=({fixed.rstrip()}),")
    required = required_groups(method)
    if required:
        groups = ("(" + ", ".join(f'"{n}"' for n in names) + ",)," for names in required)
        lines.append(f"    required=({' '.join(groups)}),")
    if method.get("synthesize_event_and_data"):
        lines.append("    synthesize_event_and_data=True,")
    for fact in ("always_streams", "stream_mode"):
        if fact in method:
            lines.append(f"    {fact}={method[fact]!r},")
    lines += _encoder(method)
    return [*lines, ")", *_casts(method, imports)]


def _encoder(method: dict[str, Any]) -> list[str]:
    if "parts" in method:
        parts = [f'{name}="{kind}"' for name, kind in method["parts"].items()]
        return [f'    encoder=PartsEncoder("{method["raw_part"]}", {", ".join(parts)}),']
    if "files" not in method:
        return []
    arguments = [f'"{name}"' for name in method["files"]]
    if method.get("form") == "if_files":
        arguments.append("always=False")
    return [f"    encoder=FormEncoder({', '.join(arguments)}),"]


def _casts(method: dict[str, Any], imports: dict[str, str]) -> list[str]:
    if "casts" not in method:
        return []
    rows = [f'    "{value}": {cast_text(to, imports)},' for value, to in method["casts"].items()]
    return [f"_{method['name']}_casts = {{", *rows, "}"]


def required_groups(method: dict[str, Any]) -> list[list[str]]:
    """Groups of parameters of which one must be given whole, unless the signature sees to it."""
    parameters: dict[str, str] = method.get("parameters", {})
    bare = {name for name, text in parameters.items() if " = " not in text}
    groups: list[list[str]] = method.get("required", [])
    return [] if any(bare.issuperset(group) for group in groups) else groups


def emit_method(method: dict[str, Any], unit: Unit, flavour: Flavour) -> list[str]:
    lines: list[str] = []
    for overload in method.get("overload", []):
        lines += ["    @overload", *_deprecated(method, ", category=None")]
        whole, changed = method.get("parameters", {}), overload.get("parameters", {})
        parameters = {
            n: changed.get(n, p) for n, p in whole.items() if n not in overload.get("without", [])
        }
        positional = overload.get("positional", method.get("positional", []))
        order = overload.get("order") or overload_order(whole, parameters, positional)
        common = overload.get("common", method.get("common", list(COMMON)))
        head = _head(
            method,
            {n: parameters[n] for n in order},
            positional,
            common,
            overload["returns"],
            flavour,
        )
        lines += [*head[:-1], head[-1] + " ...", ""]
    lines += _deprecated(method)
    common = method.get("common", list(COMMON))
    lines += _head(
        method,
        method.get("parameters", {}),
        method.get("positional", []),
        common,
        method["returns"],
        flavour,
    )
    lines += [
        '        """' + _summary(method, flavour)[0],
        *_summary(method, flavour)[1:],
        '        """',
    ]
    return lines + _checks(method, unit) + _return(method, unit, flavour, common)


def _deprecated(method: dict[str, Any], how: str = "") -> list[str]:
    if "deprecated" not in method:
        return []
    return [f"    @deprecated({surface_deprecations.warning(method['deprecated'])!r}{how})"]


def _head(
    method: dict[str, Any],
    parameters: dict[str, str],
    positional: list[str],
    common: list[str],
    returns: str,
    flavour: Flavour,
) -> list[str]:
    plain = "page" in method or method.get("plain_function") or not flavour.is_async
    rows = ["self,", *(f"{_parameter(n, parameters[n], flavour)}," for n in positional)]
    keyword = [
        f"{_parameter(n, p, flavour)}," for n, p in parameters.items() if n not in positional
    ]
    keyword += [f"{name}: {COMMON[name]}," for name in common]
    if keyword:
        rows += ["*,", *keyword]
    returns = flavour.rename(" ".join(returns.split()))
    keyword_def = "def" if plain else "async def"
    return [
        f"    {keyword_def} {method['name']}(",
        *(f"        {row}" for row in rows),
        f"    ) -> {returns}:",
    ]


def _parameter(name: str, text: str, flavour: Flavour) -> str:
    return f"{name}: " + flavour.rename(text.strip()).replace("\n", "\n        ")


def _summary(method: dict[str, Any], flavour: Flavour) -> list[str]:
    if "hook" in method or "connects" in method:
        return [f"Returns `{flavour.rename(' '.join(method['returns'].split()))}`."]
    returns = f"Returns `{method['cast_to']}`"
    if method["cast_to"] == "NoneType":
        returns = "Returns nothing"
    if "page" in method:
        returns = f"Iterates over `{method['cast_to']}`, page by page"
    if "stream_of" in method:
        article = "an" if flavour.is_async else "a"
        stream = f"{article} `{flavour.prefix}Stream` of `{method['stream_of']}`"
        returns += f"; with `stream=True` {stream}"
    raises = "Raises `APIStatusError` for an error status, `APIConnectionError` for no answer"
    ids = [f"`{name}`" for name, _, place in wire_values(method) if place == "path"]
    if ids:
        raises += f",\n        `ValueError` for an empty {' or '.join(ids)}"
    return [
        f"{method['verb']} {method['path']}",
        "",
        f"        {returns}.",
        *f"        {raises}.".split("\n"),
    ]


def _checks(method: dict[str, Any], unit: Unit) -> list[str]:
    lines: list[str] = []
    for parameter, function in method.get("checks", {}).items():
        source, name = split_origin(unit.hooks["calls"][function], function)
        lines += [
            f"        if {parameter} is not omit:",
            f"            from {PACKAGE}.{source} import {name}",
            "",
        ]
        lines += [f"            {name}({parameter})"]
    return lines


def _return(method: dict[str, Any], unit: Unit, flavour: Flavour, common: list[str]) -> list[str]:
    name, wait = method["name"], "await " if flavour.is_async else ""
    if "connects" in method:
        return _connecting(method, unit, flavour)
    if "hook" in method:
        return _delegate(method, unit, flavour, wait, common)
    sent = {n: sent_text(n, method) for n, _, _ in wire_values(method)}
    values = laid_out("(", list(sent.values()), ")", one="," if len(sent) == 1 else "")
    # Not only the common ones: a method may spell them in its own way.
    common = [n for n in COMMON if n in common or n in method.get("parameters", {})]
    head: list[str] = []
    first: list[str] = []
    paged: list[str] = []
    call = f"{wait}_{name}"
    if "prepare" in method:
        source, function = split_origin(unit.hooks["calls"][method["prepare"]], name)
        values = laid_out("{", [f'"{n}": {text}' for n, text in sent.items()], "}")
        source = unit.hook_module(source, method, flavour)
        head = [f"        from {PACKAGE}.{source} import {function} as implementation", ""]
        call, first = f"{wait}implementation", [f"_{name},"]
    elif "page" in method:
        call, page = "paginate", f"{flavour.prefix or 'Sync'}{method['page']}"
        pages = "pagination" if flavour.is_async else "_pagination_sync"
        head = [
            f"        from {PACKAGE}.{flavour.home('_paginator')} import paginate",
            f"        from {PACKAGE}.{pages} import {page}",
            "",
        ]
        paged = [f"page={page},", f"model={cast_text(method['cast_to'], unit.facts['imports'])},"]
    if "casts" in method:
        head = [f"        from {PACKAGE}._casts import headers_of_cast", ""]
    rows = [
        *first,
        "self._lane,",
        *([f"_{name},"] if paged else []),
        f"{values},",
        *(f"{_common(c, method)}," for c in common),
        *paged,
    ]
    ignore = "" if paged and flavour.is_async else "  # type: ignore[no-any-return]"
    return [
        *head,
        f"        return {call}({ignore}",
        *("            " + row for row in rows),
        "        )",
    ]


def _connecting(method: dict[str, Any], unit: Unit, flavour: Flavour) -> list[str]:
    manager = flavour.rename(method["returns"])
    home = connection_home(unit.facts["module"], flavour)
    return [
        f"        from {PACKAGE}.{home} import {manager}",
        "",
        f"        return {manager}(",
        "            client=self._client,",
        *(f"            {n}={n}," for n in method["parameters"]),
        "        )",
    ]


def _common(name: str, method: dict[str, Any]) -> str:
    if name != "extra_headers" or "casts" not in method:
        return name
    stream = ", stream" if "stream_of" in method else ""
    return f"headers_of_cast({name}, _{method['name']}_casts, {method['cast_of']}{stream})"


def _delegate(
    method: dict[str, Any], unit: Unit, flavour: Flavour, wait: str, common: list[str]
) -> list[str]:
    source, function = split_origin(
        unit.hooks["methods"][f"{unit.path}.{method['name']}"], method["name"]
    )
    source = unit.hook_module(source, method, flavour)
    wait = "" if method.get("plain_function") else wait
    return [
        f"        from {PACKAGE}.{source} import {function} as implementation",
        "",
        f"        return {wait}implementation(",
        "            self,",
        *(f"            {n}={n}," for n in [*method.get("parameters", {}), *common]),
        "        )",
    ]


def laid_out(opening: str, items: list[str], closing: str, one: str = "") -> str:
    """A tuple or dict on one line, or one item a line."""
    flat = opening + ", ".join(items) + one + closing
    if len(flat) <= 84:
        return flat
    return "\n".join(
        [opening, *(f"                {item}," for item in items), "            " + closing]
    )
