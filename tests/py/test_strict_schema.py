"""Strict JSON schemas and function tools: as the official package makes them."""

from __future__ import annotations

import dataclasses
import enum
import importlib
from typing import Annotated, Any, Literal

import pydantic
import pytest

from openai_native import pydantic_function_tool, pydantic_responses_function_tool
from openai_native.lib._parsing import type_to_response_format_param
from openai_native.lib._pydantic import to_strict_json_schema


class Units(enum.Enum):
    celsius = "c"
    fahrenheit = "f"


class Weather(pydantic.BaseModel):
    """The weather in a city."""

    city: str
    units: Units = Units.celsius


@pydantic.dataclasses.dataclass
class Point:
    city: str
    units: str = "c"


class Node(pydantic.BaseModel):
    name: str = pydantic.Field(description="its name", pattern="^[a-z]+$")
    children: list[Node] = []
    parent: Node | None = pydantic.Field(default=None, description="above it")


class Leaf(pydantic.BaseModel):
    kind: Literal["leaf"]
    weather: Weather = pydantic.Field(description="here", title="W")
    maybe: Weather | None = None
    more: dict[str, int] = {}


class Tree(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="allow", title="A tree")

    kind: Literal["tree"]
    inside: Annotated[Leaf | Tree, pydantic.Field(discriminator="kind")]
    point: Point
    pair: tuple[int, str]
    units: Units | None = pydantic.Field(None, description="of all")
    size: float = pydantic.Field(1.5, ge=0)


class Old(pydantic.BaseModel):
    """Schemas with `allOf` and `definitions`, as older tools write them."""

    @classmethod
    def model_json_schema(cls, **_: Any) -> dict[str, Any]:  # type: ignore[override]
        one = {"type": "object", "properties": {"a": {"$ref": "#/definitions/x", "title": "t"}}}
        two = {"type": "object", "properties": {"b": {"allOf": [{"$ref": "#/definitions/x"}]}}}
        return {
            "allOf": [one, two],
            "definitions": {"x": {"type": "object", "properties": {"c": {"default": None}}}},
        }


MODELS: list[Any] = [Weather, Point, Node, Leaf, Tree, Old]


@pytest.mark.parametrize("kind", MODELS)
def test_strict_schemas_are_the_official_ones(kind: Any) -> None:
    official: Any = importlib.import_module("openai.lib._pydantic")
    given = kind if issubclass(kind, pydantic.BaseModel) else pydantic.TypeAdapter(kind)
    ours, theirs = to_strict_json_schema(given), official.to_strict_json_schema(given)
    assert _with_order(ours) == _with_order(theirs)


def _with_order(schema: Any) -> Any:
    """The order of the properties counts, too: the model answers in that order."""
    if isinstance(schema, list):
        return [_with_order(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    values = {name: _with_order(value) for name, value in schema.items()}
    return {**values, "order": list(schema.get("properties", ()))}


def test_schemas_that_cannot_be_strict() -> None:
    plain = dataclasses.make_dataclass("Plain", ["x"])
    for wrong in (int, plain, list[int], Weather(city="a"), "json"):
        with pytest.raises(TypeError):
            type_to_response_format_param(wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        to_strict_json_schema(dict)  # type: ignore[arg-type]


def test_a_rebuilt_model_has_another_schema() -> None:
    class Changing(pydantic.BaseModel):
        a: int

    first: Any = type_to_response_format_param(Changing)
    assert type_to_response_format_param(Changing) == first
    Changing.model_fields["b"] = pydantic.fields.FieldInfo(annotation=str)
    Changing.__annotations__["b"] = str
    Changing.model_rebuild(force=True)
    second: Any = type_to_response_format_param(Changing)
    assert first["json_schema"]["schema"]["required"] == ["a"]
    assert second["json_schema"]["schema"]["required"] == ["a", "b"]


@pytest.mark.parametrize(
    "arguments", [{}, {"name": "n"}, {"description": "d"}, {"name": "n", "description": ""}]
)
def test_function_tools_are_the_official_ones(arguments: dict[str, Any]) -> None:
    official = importlib.import_module("openai")
    for kind in (Weather, Leaf):
        ours: Any = pydantic_function_tool(kind, **arguments)
        assert ours == official.pydantic_function_tool(kind, **arguments)
        assert ours["function"].model is kind
        for more in ({}, {"defer_loading": True}):
            mine: Any = pydantic_responses_function_tool(kind, **arguments, **more)
            theirs = official.pydantic_responses_function_tool(kind, **arguments, **more)
            assert mine == theirs
            assert mine.model is kind
