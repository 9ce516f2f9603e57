"""Recognises methods that are one HTTP call and nothing else, and says what goes where."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field

from surface_multipart import Form

VERBS = {"_get": "GET", "_post": "POST", "_put": "PUT", "_patch": "PATCH", "_delete": "DELETE"}
SECURITY = {
    "{'bearer_auth': True}": "bearer",
    "{'admin_api_key_auth': True}": "admin",
    "{}": "none",
}
EXTRAS = {"extra_headers", "extra_query", "extra_body", "timeout"}
JOINED = re.compile(r"','\.join\(\(str\(e\) for e in (\w+)\)\) if is_given\((\w+)\) else not_given")


class NotPlain(Exception):
    """Code beyond a verb, a path and parameters. The text is the reason, in a word or two."""


@dataclass
class Call:
    facts: dict[str, object] = field(default_factory=dict)
    tables: dict[str, dict[str, str]] = field(
        default_factory=lambda: {"headers": {}, "header_parameters": {}, "checks": {}, "parts": {}}
    )
    names: set[str] = field(default_factory=set)
    body: list[str] = field(default_factory=list)
    prepare: str = ""
    cast_by: str = ""  # a function of one parameter that chooses the result's type
    prepared_body: ast.expr | None = None
    form: Form = field(default_factory=Form)
    body_type: ast.expr | None = None


def plain_call(node: ast.AsyncFunctionDef | ast.FunctionDef) -> Call:
    call = Call()
    checked: list[str] = []
    for statement in node.body[:-1]:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue
        if call.form.takes(statement):
            continue
        if isinstance(statement, ast.If):
            checked.append(_empty_check(statement))
        elif (
            isinstance(statement, ast.Assign)
            and ast.unparse(statement.targets[0]) == "extra_headers"
        ):
            _header(call, statement.value)
        elif (
            isinstance(statement, ast.Assign)
            and ast.unparse(statement.targets[0]) == "_runtime_context"
        ):
            _prepare(call, statement.value)
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            _check(call, statement.value)
        else:
            raise NotPlain("code")
    request = _request(node.body[-1])
    _describe(call, request, paged=isinstance(node, ast.FunctionDef))
    in_path = re.findall(r"{(\w+)}", str(call.facts["path"]))
    if sorted(set(in_path)) != sorted(checked):
        call.facts["may_be_empty"] = sorted(set(in_path) - set(checked))
    return call


def _empty_check(statement: ast.If) -> str:
    test = statement.test
    raises = len(statement.body) == 1 and isinstance(statement.body[0], ast.Raise)
    if (
        raises
        and isinstance(test, ast.UnaryOp)
        and isinstance(test.operand, ast.Name)
        and not statement.orelse
    ):
        return test.operand.id
    raise NotPlain("code")


def _header(call: Call, value: ast.expr) -> None:
    if (
        not isinstance(value, ast.Dict)
        or not value.values
        or ast.unparse(value.values[-1]) != "extra_headers or {}"
    ):
        raise NotPlain("code")
    for name, item in zip(value.keys[:-1], value.values[:-1], strict=True):
        if isinstance(name, ast.Constant) and isinstance(item, ast.Constant):
            call.tables["headers"][str(name.value)] = str(item.value)
        elif (
            name is None
            and isinstance(item, ast.Call)
            and ast.unparse(item.func) == "strip_not_given"
        ):
            _header_parameters(call, item.args[0])
        else:
            raise NotPlain("code")


def _header_parameters(call: Call, value: ast.expr) -> None:
    if not isinstance(value, ast.Dict):
        raise NotPlain("code")
    for name, item in zip(value.keys, value.values, strict=True):
        joined = JOINED.fullmatch(ast.unparse(item))
        source = joined.group(1) if joined else item.id if isinstance(item, ast.Name) else None
        if source is None or not isinstance(name, ast.Constant):
            raise NotPlain("code")
        call.tables["header_parameters"][source] = str(name.value)


def _prepare(call: Call, value: ast.expr) -> None:
    if not isinstance(value, ast.Call) or not isinstance(value.args[1], ast.Dict):
        raise NotPlain("code")
    if any(k.arg == "output_type" for k in value.keywords):
        raise NotPlain("code")
    call.prepare = ast.unparse(value.func)
    call.prepared_body = value.args[1]


def _check(call: Call, value: ast.Call) -> None:
    function, arguments = ast.unparse(value.func), [ast.unparse(a) for a in value.args]
    if not function.startswith("validate_") or len(arguments) != 1 or value.keywords:
        raise NotPlain("code")
    call.tables["checks"][arguments[0]] = function


def _request(statement: ast.stmt) -> ast.Call:
    value = statement.value if isinstance(statement, ast.Return) else None
    if isinstance(value, ast.Call) and ast.unparse(value.func) == "cast":
        value = value.args[1]
    if isinstance(value, ast.Await):
        value = value.value
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        raise NotPlain("code")
    if ast.unparse(value.func.value) != "self" or value.func.attr not in {*VERBS, "_get_api_list"}:
        raise NotPlain("code")
    return value


def _describe(call: Call, request: ast.Call, paged: bool) -> None:
    assert isinstance(request.func, ast.Attribute)
    keywords = {k.arg: k.value for k in request.keywords if k.arg}
    verb = VERBS.get(request.func.attr, "GET")
    if "method" in keywords:
        verb = ast.literal_eval(keywords.pop("method")).upper()
    call.facts["verb"] = verb
    call.facts["path"] = _path(request.args[0])
    if (request.func.attr == "_get_api_list") != paged:
        raise NotPlain("code")
    if paged:
        page = keywords.pop("page")
        call.facts["page"] = ast.unparse(page).split("[")[0].removeprefix("Async")
        call.facts["cast_to"] = _cast(call, keywords.pop("model"))
    else:
        call.facts["cast_to"] = _cast(call, keywords.pop("cast_to"))
    _stream(call, keywords.pop("stream", None), keywords.pop("stream_cls", None))
    if "body" in keywords:
        call.body = _values(call, keywords["body"])
        call.body_type = _transformed(call, keywords.pop("body")).args[1]
        call.facts["body"] = call.body
    _options(call, keywords.pop("options"))
    if call.form.used:
        _form(call, keywords)
    if keywords:
        raise NotPlain("code")


def _form(call: Call, keywords: dict[str, ast.expr]) -> None:
    if not (call.form.header or call.form.optional):
        raise NotPlain("code")
    for name in ("files", "content"):
        keywords.pop(name, None)
    call.facts.update(call.form.facts())
    call.tables["parts"].update(call.form.parts)


def _path(node: ast.expr) -> str:
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "path_template":
        same = all(k.arg == ast.unparse(k.value) for k in node.keywords)
        node = node.args[0] if same else ast.Pass()  # type: ignore[assignment]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise NotPlain("code")


def _cast(call: Call, node: ast.expr) -> str:
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "cast":
        node = node.args[1]
    text = ast.unparse(node)
    if text == "_legacy_response.HttpxBinaryResponseContent":
        return text.rpartition(".")[2]
    if isinstance(node, ast.Call) and "log=" in text and len(node.args) == 1:
        call.cast_by, call.facts["cast_of"] = ast.unparse(node.func), ast.unparse(node.args[0])
        return ""
    if not isinstance(node, ast.Name):
        raise NotPlain("code")
    call.names.add(text)
    return text


def _stream(call: Call, stream: ast.expr | None, cls: ast.expr | None) -> None:
    if stream is None and cls is None:
        return
    if cls is None or stream is None or not isinstance(cls, ast.Subscript):
        raise NotPlain("code")
    if ast.unparse(stream) == "True":
        call.facts["always_streams"] = True
    elif ast.unparse(stream) != "stream or False":
        raise NotPlain("code")
    call.facts["stream_of"] = ast.unparse(cls.slice)
    call.names |= {n.id for n in ast.walk(cls.slice) if isinstance(n, ast.Name)}


def _options(call: Call, options: ast.expr) -> None:
    assert isinstance(options, ast.Call)
    for keyword in options.keywords:
        value = ast.unparse(keyword.value)
        if keyword.arg in EXTRAS and value == keyword.arg:
            continue
        if keyword.arg == "security" and value in SECURITY:
            call.facts["security"] = SECURITY[value]
        elif keyword.arg == "query":
            call.facts["query"] = _values(call, keyword.value)
        elif keyword.arg == "synthesize_event_and_data" and value == "True":
            call.facts["synthesize_event_and_data"] = True
        elif keyword.arg == "stream_mode":
            call.facts["stream_mode"] = ast.literal_eval(keyword.value)
        elif keyword.arg != "post_parser" or not call.prepare:
            raise NotPlain("code")


def _transformed(call: Call, node: ast.expr) -> ast.Call:
    """`maybe_transform(values, type)`, also where a form was made of it first."""
    if ast.unparse(node) == "multipart_body" and call.form.transformed is not None:
        return call.form.transformed
    if isinstance(node, ast.Await):
        node = node.value
    if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("maybe_transform"):
        return node
    raise NotPlain("code")


def _values(call: Call, node: ast.expr) -> list[str]:
    """Wire names in sending order; each is its parameter's name, or "wire=parameter"."""
    values = _transformed(call, node).args[0]
    if call.form.copied is not None and ast.unparse(values) == "body":
        values = call.form.copied
    if ast.unparse(values) == "_runtime_context.body" and call.prepared_body is not None:
        values = call.prepared_body
    if not isinstance(values, ast.Dict):
        raise NotPlain("code")
    found = []
    for key, value in zip(values.keys, values.values, strict=True):
        if not isinstance(key, ast.Constant) or not isinstance(value, ast.Name):
            raise NotPlain("code")
        wire = str(key.value)
        found.append(wire if wire == value.id else f"{wire}={value.id}")
    return found
