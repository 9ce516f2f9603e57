"""The tools behind surface/: what they cannot express stops them, by name."""

from __future__ import annotations

import ast
import importlib
import sys
import textwrap
import types
from pathlib import Path
from typing import Annotated, Any

import pytest
import typing_extensions as te

from openai_native._utils import PropertyInfo

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

emit_method = importlib.import_module("emit_method")
emit_resources = importlib.import_module("emit_resources")
generate = importlib.import_module("generate")
emit_types = importlib.import_module("emit_types")
surface_call = importlib.import_module("surface_call")
surface_deprecations = importlib.import_module("surface_deprecations")
surface_model = importlib.import_module("surface_model")
surface_spelling = importlib.import_module("surface_spelling")
surface_signature = importlib.import_module("surface_signature")
surface_toml = importlib.import_module("surface_toml")
surface_types = importlib.import_module("surface_types")


def read(source: str) -> list[str]:
    module = surface_types.TypeModule(ROOT, "types.sample", hooks={})
    return module.read(ast.parse(textwrap.dedent(source)))


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("class A(BaseModel):\n    def code(self): return 1", "class A.*def code"),
        ("class A(BaseModel):\n    @property\n    def p(self) -> int: return 1", "A.p.*hooks.toml"),
        ("@decorated\nclass A(BaseModel): pass", "decorated class"),
        ("def function(): pass", "function"),
        ("import sys", "import sys"),
        ("from somewhere import A", "somewhere"),
        ("X = call()", "call"),
        ("class A(BaseModel, metaclass=M): pass", "class keyword"),
    ],
)
def test_unknown_code_in_types_is_refused_by_name(source: str, named: str) -> None:
    with pytest.raises(surface_types.NotUnderstood, match=f"(?s)types.sample.*{named}"):
        read(source)


def test_types_keep_facts_and_drop_sentences() -> None:
    lines = read(
        '''
        """Words."""
        from typing import Optional
        from .._models import BaseModel
        from .other import B, C as D
        __all__ = ["A"]
        class A(BaseModel):
            """Words."""
            b: Optional[B] = None
            """Words."""
            d: "D"
        '''
    )
    assert "Words" not in "\n".join(lines)
    facts = surface_model.tomllib.loads("\n".join(lines))
    assert facts["imports"] == {"B": "types.other", "D": "types.other:C"}
    (defined,) = facts["define"]
    assert defined == {"model": "A", "fields": {"b": "Optional[B] = None", "d": "'D'"}}


def method(source: str) -> Any:
    return ast.parse(textwrap.dedent(source)).body[0]


def test_keywords_of_the_synchronous_method_alone_are_taken_in() -> None:
    mine = method("async def m(self, p: int, *, a: int, c: int = 0) -> None: ...")
    twin = method("def m(self, p: int, *, a: int, b: str = 'x', c: int = 0) -> None: ...")
    surface_signature.take_in(mine, twin)
    assert surface_signature.Signature.of(mine).parameters == {
        "p": "int",
        "a": "int",
        "b": "str = 'x'",
        "c": "int = 0",
    }


def test_a_deprecated_method_warns_and_its_overloads_are_marked() -> None:
    facts = surface_model.load(ROOT / "surface/resources/audio/translations.toml")
    hooks = surface_model.Surface.open(ROOT / "surface").hooks
    unit = emit_resources.Unit("audio.translations", facts, hooks, {})
    text = emit_resources.emit_resource(unit, emit_method.ASYNC)
    assert text.count("    @overload\n    @deprecated('deprecated', category=None)\n") == 4
    assert text.count("    @deprecated('deprecated')\n    async def create(") == 1


def test_surface_says_of_deprecations_what_not_how() -> None:
    official = "The Sora API is scheduled to permanently shut down on September 24, 2026."
    facts = surface_deprecations.facts(official)
    assert facts == {"api": "Sora", "shutdown": "September 24, 2026"}
    assert surface_deprecations.warning(facts) == official
    assert surface_deprecations.facts("Use something else.") is None
    with pytest.raises(ValueError, match="no warning says api, instead"):
        surface_deprecations.warning({"api": "Sora", "instead": "content"})


PLAIN = """
async def send(self, thing_id: str, *, name: str, extra_headers: H = None):
    if not thing_id:
        raise ValueError()
    extra_headers = {"OpenAI-Beta": "x=v1", **(extra_headers or {})}
    return await self._post(
        path_template("/things/{thing_id}", thing_id=thing_id),
        body=await async_maybe_transform({"name": name}, p.P),
        options=make_request_options(extra_headers=extra_headers, security={"bearer_auth": True}),
        cast_to=Thing,
    )
"""


def test_a_plain_method_is_a_verb_a_path_and_parameters() -> None:
    call = surface_call.plain_call(method(PLAIN))
    assert call.facts == {
        "verb": "POST",
        "path": "/things/{thing_id}",
        "cast_to": "Thing",
        "body": ["name"],
        "security": "bearer",
    }
    assert call.tables["headers"] == {"OpenAI-Beta": "x=v1"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('{"name": name}', '{"name": name.upper()}'),
        ("self._post", "self.other"),
        ("raise ValueError()", "return None"),
        ("cast_to=Thing", "cast_to=choose(name)"),
        ("cast_to=Thing", "cast_to=Thing, surprise=1"),
        ("security={", "surprise={"),
        ("    return await", "    name = name.strip()\n    return await"),
        ('"OpenAI-Beta": "x=v1"', '"OpenAI-Beta": name'),
        ("thing_id=thing_id)", "thing_id=quote(thing_id))"),
    ],
)
def test_any_other_code_makes_a_method_not_plain(old: str, new: str) -> None:
    assert old in PLAIN
    with pytest.raises(surface_call.NotPlain):
        surface_call.plain_call(method(PLAIN.replace(old, new)))


def test_long_annotations_have_a_member_a_line_and_mean_the_same() -> None:
    for text in (
        "Optional[Literal[" + ", ".join(f"'value{i}'" for i in range(20)) + "]]",
        "Annotated[Union[" + ", ".join(f"Variant{i}" for i in range(20)) + "], Info(kind='type')]",
        "Union[A, List[B]] | Omit",
    ):
        node = ast.parse(text, mode="eval").body
        laid_out = surface_toml.annotation(node)
        assert max(map(len, laid_out.splitlines())) <= 100
        assert ast.unparse(ast.parse(laid_out, mode="eval")) == text
        stored = surface_model.tomllib.loads(f"x = {surface_toml.text(laid_out)}")
        assert ast.unparse(ast.parse(stored["x"].strip(), mode="eval")) == text


@pytest.mark.parametrize("value", ["plain", 'quo"te', "back\\slash", 'two\n"""lines\\"', "a\nb"])
def test_every_string_survives_toml(value: str) -> None:
    loaded = surface_model.tomllib.loads(f"x = {surface_toml.text(value)}")
    assert loaded["x"] == value


def test_overloads_put_parameters_without_default_first() -> None:
    whole = {"id": "str", "a": "A = omit", "b": "B", "stream": "bool = omit"}
    part = {**whole, "stream": "Literal[True]"}
    assert surface_signature.overload_order(whole, part, ["id"]) == ["id", "b", "stream", "a"]


def test_a_type_without_origin_stops_the_generator() -> None:
    facts = {"define": [{"model": "A", "fields": {"b": "Missing"}}]}
    with pytest.raises(SystemExit, match=r"types\.x.*Missing"):
        emit_types.emit_module("types.x", facts, {})


def test_the_synchronous_flavour_comes_from_the_same_template() -> None:
    surface = surface_model.Surface.open(ROOT / "surface")
    facts = surface_model.load(ROOT / "surface/resources/chat/completions.toml")
    twins = generate.Twins(generate.SOURCES).names()
    unit = emit_resources.Unit("chat.completions", facts, surface.hooks, twins)
    text = emit_resources.emit_resource(unit, emit_method.SYNC)
    compile(text, "completions", "exec")
    assert "class Completions(SyncAPIResource):" in text
    assert "async def" not in text and "await " not in text
    assert "-> ChatCompletion | Stream[ChatCompletionChunk]:" in text
    assert "-> SyncCursorPage[ChatCompletion]:" in text


class Inner(te.TypedDict, total=False):
    async_: Annotated[bool | None, PropertyInfo(alias="async")]
    again: Inner


class Outer(te.TypedDict, total=False):
    plain: str
    first: te.Required[Inner | None]
    inners: list[Inner]
    other_: te.Required[Annotated[str, PropertyInfo(alias="other")]]


def spellings(monkeypatch: pytest.MonkeyPatch, *body: str) -> dict[str, str]:
    module = types.ModuleType("openai.resources.sample")
    vars(module)["params"] = sys.modules[__name__]
    monkeypatch.setitem(sys.modules, "openai.resources.sample", module)
    written = ast.parse("params.Outer if stream else params.Outer", mode="eval").body
    found: dict[str, str] = surface_spelling.respelled(written, "resources.sample", list(body))
    return found


def test_nested_keys_have_the_spelling_of_the_wire(monkeypatch: pytest.MonkeyPatch) -> None:
    class Flat(te.TypedDict):
        first: Inner

    monkeypatch.setattr(sys.modules[__name__], "Outer", Flat)
    assert spellings(monkeypatch, "first") == {"first.async_": "async"}
    assert spellings(monkeypatch, "plain") == {}


def test_keys_in_lists_and_of_the_body_itself_stop_the_tools(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(surface_types.NotUnderstood, match="Inner"):
        spellings(monkeypatch, "first")


def test_parameters_are_handed_over_with_keys_respelled() -> None:
    method = {"respelled": {"a.b.c_": "c", "a.d_": "d", "e.f_": "f"}}
    assert emit_method.sent_text("a", method) == 'respelled(a, {"b": {"c_": "c"}, "d_": "d"})'
    assert emit_method.sent_text("x", method) == "x"
