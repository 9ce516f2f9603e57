"""Facts about a resource's WebSocket connections -> Python text, a module for each flavour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emit_method import Flavour
from surface_model import HEADER, PACKAGE, import_line, names_in, split_origin

if TYPE_CHECKING:
    from emit_resources import Unit

TYPING = ("Any", "Callable", "Iterable", "List", "Optional", "Union")
REGISTERED = "Callable[[Callable[..., Any]], Callable[..., Any]]"
TYPE_ONLY = ("Awaitable",)


def connection_names(unit: Unit, flavour: Flavour) -> list[str]:
    facts = unit.facts["connection"]
    name = facts["class"]
    parts = [part["class"] for part in facts["part"]]
    names = [flavour.prefix + each for each in (name, f"{name}Manager", *parts)]
    return [*names, _base_part(facts, flavour)]


def _base_part(facts: dict[str, Any], flavour: Flavour) -> str:
    return f"Base{flavour.prefix}{facts['class']}Resource"


def emit_connection(unit: Unit, flavour: Flavour) -> str:
    facts = unit.facts["connection"]
    base = _base_part(facts, flavour)
    body = [
        "",
        "",
        f"class {base}(ConnectionPart):",
        *_home(unit),
        "",
        f"    def __init__(self, connection: {flavour.prefix}{facts['class']}) -> None:",
        "        super().__init__(connection)",
    ]
    for part in facts["part"]:
        body += ["", "", *_part(unit, part, flavour)]
    body += ["", "", *_connection(unit, flavour), "", "", *_manager(unit, flavour)]
    bases = _bases(facts, flavour)
    head = [
        HEADER,
        f'"""`client.{unit.path}.connect`"""',
        "",
        "from __future__ import annotations",
        "",
        "from typing import TYPE_CHECKING",
        "",
        f"from {PACKAGE}._annotations import evaluate_lazily",
        f"from {PACKAGE}._compat import cached_property",
        f"from {PACKAGE}.{flavour.home('_event_connection')} import {', '.join(bases)}",
        f"from {PACKAGE}._event_connection import ConnectionPart, given",
        f"from {PACKAGE}._types import NOT_GIVEN, omit",
        f"from {PACKAGE}.{flavour.home('_websocket_place')} import Place",
        *_imports(unit, flavour),
    ]
    return "\n".join([*head, *body, "", "", "evaluate_lazily(__name__)", ""])


def _bases(facts: dict[str, Any], flavour: Flavour) -> list[str]:
    kind = "Plain" if facts.get("plain") else ""
    name = f"{flavour.prefix}{kind}EventConnection"
    return [name, f"{name}Manager"]


def _imports(unit: Unit, flavour: Flavour) -> list[str]:
    facts = unit.facts["connection"]
    texts = [facts["client_event"], facts["server_event"]]
    texts += [
        p
        for part in facts["part"]
        for m in part.get("method", [])
        for p in m.get("parameters", {}).values()
    ]
    texts += _connect(unit)["parameters"].values()
    wanted = {n for text in texts for n in names_in(f"_: {text}" if " = " in text else text)}
    origins = {**unit.facts.get("imports", {})}
    rows = {
        import_line(flavour.rename_origin(o), flavour.rename(n))
        for n, o in origins.items()
        if n in wanted
    }
    client = f"{flavour.prefix}OpenAI"
    socket = f"{flavour.prefix}WebSocket"
    rows |= {
        f"from {PACKAGE}.{flavour.home('_client')} import {client}",
        f"from {PACKAGE}.{flavour.home('_web_socket')} import {socket} as {socket}Connection",
        f"from {PACKAGE}._send_queue import SendQueue",
        f"from {PACKAGE}._types import Headers, NotGiven, Omit, Query",
        f"from {PACKAGE}.types.websocket_reconnection import ReconnectingEvent, "
        "ReconnectingOverrides",
        f"from typing import {', '.join((*TYPING, *TYPE_ONLY))}",
        f"from typing import {'AsyncIterator' if flavour.is_async else 'Iterator'}",
        "from types import TracebackType",
    }
    return ["", "if TYPE_CHECKING:", *("    " + row for row in sorted(rows))]


def _connect(unit: Unit) -> dict[str, Any]:
    found: dict[str, Any] = next(m for m in unit.facts["method"] if m.get("connects"))
    return found


def _home(unit: Unit) -> list[str]:
    return [f'    __module__ = "{PACKAGE}.{unit.facts["module"]}"']


def _part(unit: Unit, part: dict[str, Any], flavour: Flavour) -> list[str]:
    base = _base_part(unit.facts["connection"], flavour)
    lines = [f"class {flavour.prefix}{part['class']}({base}):", *_home(unit)]
    for name, cls in part.get("children", {}).items():
        child = flavour.rename(cls)
        lines += ["", "    @cached_property", f"    def {name}(self) -> {child}:"]
        lines += [f"        return {child}(self._connection)"]
    for method in part.get("method", []):
        lines += ["", *_sender(method, flavour)]
    return lines


def _sender(method: dict[str, Any], flavour: Flavour) -> list[str]:
    parameters = method.get("parameters", {})
    fields = [f'"type": "{method["sends"]}"']
    fields += [f'"{name}": {name}' for name in method.get("fields", parameters)]
    wait = "await " if flavour.is_async else ""
    return [
        *_head(method["name"], parameters, "None", flavour),
        f'        """Sends `{method["sends"]}`."""',
        "        event = given({",
        *(f"            {field}," for field in fields),
        "        })",
        f"        {wait}self._connection.send(event)",
    ]


def _head(name: str, keyword: dict[str, str], returns: str, flavour: Flavour) -> list[str]:
    star = ["*,"] if keyword else []
    rows = ["self,", *star, *(f"{n}: {flavour.rename(p)}," for n, p in keyword.items())]
    define = "async def" if flavour.is_async else "def"
    return [f"    {define} {name}(", *(f"        {row}" for row in rows), f"    ) -> {returns}:"]


def _connection(unit: Unit, flavour: Flavour) -> list[str]:
    facts = unit.facts["connection"]
    name = flavour.prefix + facts["class"]
    imports = unit.facts["imports"]
    children = {n: flavour.rename(c) for n, c in facts["children"].items()}
    define, wait = ("async def", "await ") if flavour.is_async else ("def", "")
    server, sent = facts["server_event"], facts["client_event"]
    parts = ", ".join(f'"{n}": {c}' for n, c in children.items())
    lines = [
        f"class {name}({_bases(facts, flavour)[0]}):",
        *_home(unit),
        "",
        *(f"    {n}: {c}" for n, c in children.items()),
        "",
        f"    _parts = {{{parts}}}",
        f'    _server_event = "{_named(imports, server)}"',
        f'    _error_event = "{_named(imports, facts.get("error_event", ""))}"',
        "",
        *_made(facts, flavour),
        "",
        *_iterate(server, flavour),
        "",
        f"    {define} recv(self) -> {server}:",
        '        """The next event. A wait that is cancelled loses nothing."""',
        f"        return {wait}super().recv()",
        "",
        f"    {define} recv_bytes(self) -> bytes:",
        '        """The next message as it came; `parse_event` makes an event of it."""',
        f"        return {wait}super().recv_bytes()",
        "",
        f"    {define} send(self, event: {sent}) -> None:",
        '        """Sends an event, or queues it while there is no connection."""',
        f"        {wait}super().send(event)",
        "",
        f"    def parse_event(self, data: str | bytes) -> {server}:",
        '        """An event from `recv_bytes()` as `recv()` returns it."""',
        "        return super().parse_event(data)",
    ]
    if facts.get("plain"):
        return lines
    lines += _registering(name)
    return [
        *lines,
        "",
        f"    {define} dispatch_events(self) -> None:",
        '        """Calls the handlers of each event until the connection is closed."""',
        f"        {wait}super().dispatch_events()",
    ]


def _named(imports: dict[str, str], name: str) -> str:
    if not name:
        return ""
    module, original = split_origin(imports[name], name)
    return f"{PACKAGE}.{module}:{original}"


def _made(facts: dict[str, Any], flavour: Flavour) -> list[str]:
    socket = f"{flavour.prefix}WebSocketConnection"
    if facts.get("plain"):
        socket = f"{flavour.prefix}WebsocketConnection"
        return [
            f"    def __init__(self, connection: {socket}) -> None:",
            "        super().__init__(connection)",
        ]
    again = f"Awaitable[{socket}]" if flavour.is_async else socket
    keyword = {
        "make_ws": f"Callable[[Query, Headers], {again}] | None = None",
        "on_reconnecting": "Callable[[ReconnectingEvent], ReconnectingOverrides | None] | None"
        " = None",
        "max_retries": "int = 5",
        "initial_delay": "float = 0.5",
        "max_delay": "float = 8.0",
        "extra_query": "Query = {}",
        "extra_headers": "Headers = {}",
        "send_queue": "SendQueue | None = None",
    }
    return [
        "    def __init__(",
        "        self,",
        f"        connection: {socket},",
        "        *,",
        *(f"        {n}: {p}," for n, p in keyword.items()),
        "    ) -> None:",
        "        super().__init__(",
        "            connection,",
        *(f"            {n}={n}," for n in keyword),
        "        )",
    ]


def _iterate(server: str, flavour: Flavour) -> list[str]:
    if flavour.is_async:
        return [
            f"    async def __aiter__(self) -> AsyncIterator[{server}]:",
            '        """Events until the connection is closed."""',
            "        async for event in super().__aiter__():",
            "            yield event",
        ]
    return [
        f"    def __iter__(self) -> Iterator[{server}]:",
        '        """Events until the connection is closed."""',
        "        return super().__iter__()",
    ]


def _registering(name: str) -> list[str]:
    lines: list[str] = []
    for method, what in (("on", "each event"), ("once", "one event")):
        lines += [
            "",
            f"    def {method}(",
            "        self, event_type: str, handler: Callable[..., Any] | None = None",
            f"    ) -> Union[{name}, {REGISTERED}]:",
            f'        """Has a handler called for {what} of that type, or of any type: "event".',
            "",
            "        Without a handler it is a decorator.",
            '        """',
            f"        return super().{method}(event_type, handler)",
        ]
    return [
        *lines,
        "",
        f"    def off(self, event_type: str, handler: Callable[..., Any]) -> {name}:",
        '        """Takes a handler out."""',
        "        return super().off(event_type, handler)",
    ]


def _manager(unit: Unit, flavour: Flavour) -> list[str]:
    facts = unit.facts["connection"]
    connection = flavour.prefix + facts["class"]
    name = f"{connection}Manager"
    define, wait = ("async def", "await ") if flavour.is_async else ("def", "")
    enter = "__aenter__" if flavour.is_async else "__enter__"
    lines = [
        f"class {name}({_bases(facts, flavour)[1]}):",
        '    """`with` connects and closes; `enter()` only connects."""',
        "",
        *_home(unit),
        "",
        f"    _kind = {connection}",
        f"    _place = {_place(facts)}",
        "",
        *_manager_made(unit, flavour),
    ]
    if not facts.get("plain"):
        lines += [
            "",
            f"    def send(self, event: {facts['client_event']}) -> None:",
            '        """Queues an event that is sent as soon as there is a connection."""',
            "        super().send(event)",
            *_registering(name),
        ]
    return [
        *lines,
        "",
        f"    {define} {enter}(self) -> {connection}:",
        '        """Connects. Who calls it as `enter()` has to close the connection."""',
        f"        return {wait}super().{enter}()",
        "",
        f"    enter = {enter}",
    ]


def _place(facts: dict[str, Any]) -> str:
    arguments = [f'"{facts["path"]}"']
    if "query" in facts:
        arguments.append("query=(" + "".join(f'"{n}", ' for n in facts["query"]).strip() + ")")
    if "beta" in facts:
        arguments.append(f'headers=(("OpenAI-Beta", "{facts["beta"]}"),)')
    if facts.get("deployed"):
        arguments.append("deployed=True")
    if facts.get("own_credentials"):
        arguments.append("own_credentials=True")
    return f"Place({', '.join(arguments)})"


def _manager_made(unit: Unit, flavour: Flavour) -> list[str]:
    own = unit.facts["connection"].get("parameters", {})
    every = _connect(unit)["parameters"]
    shared = {n: p for n, p in every.items() if n not in own}
    for name in ("extra_query", "extra_headers", "websocket_connection_options"):
        shared[name] = shared[name].partition(" = ")[0]
    keyword = {"client": f"{flavour.prefix}OpenAI", **own, **shared}
    values = ", ".join(f'"{n}": {n}' for n in own)
    return [
        "    def __init__(",
        "        self,",
        "        *,",
        *(f"        {n}: {flavour.rename(p)}," for n, p in keyword.items()),
        "    ) -> None:",
        "        super().__init__(",
        f"            client=client, values={{{values}}},",
        *(f"            {n}={n}," for n in shared),
        "        )",
    ]
