"""Models with what the API's own types do not have: user subclasses and every corner of pydantic.

`define` is called twice, once on the official base class and once on ours.
"""

# Spelled as the API's own types are; evaluated at once, because pydantic sees local classes then.
# ruff: noqa: UP007, UP035, UP045, RUF012

import dataclasses
import enum
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any, Generic, Optional, TypeVar, Union

import pydantic
from typing_extensions import Annotated, Literal, TypeAliasType, TypedDict

T = TypeVar("T")


class Color(enum.Enum):
    red = "red"
    blue = "blue"


class Options(TypedDict, total=False):
    size: int


class Foreign(pydantic.BaseModel):
    x: int = 1


@dataclasses.dataclass
class Point:
    x: int
    y: int = 0


Json = TypeAliasType("Json", "Union[str, int, list[Json], dict[str, Json]]")
Numbers = TypeAliasType("Numbers", list[int])


def define(core: Any) -> dict[str, Any]:
    """Annotations by name; `core` has BaseModel, GenericModel and PropertyInfo."""
    made = _simple(core)
    made.update(_unions(core))
    made.update(_behaviour(core))
    return made


def _simple(core: Any) -> dict[str, Any]:
    class Aliased(core.BaseModel):
        from_: str = pydantic.Field(alias="from")
        plain: Optional[int] = None
        schema_: Optional[dict[str, object]] = pydantic.Field(alias="schema", default=None)

    class Swapped(core.BaseModel):
        first: Optional[int] = pydantic.Field(alias="second", default=None)
        second: Optional[int] = None

    class Defaults(core.BaseModel):
        number: int = 3
        ratio: float = 0.5
        items: list[int] = []
        table: dict[str, Any] = {"a": [1]}
        fresh: list[str] = pydantic.Field(default_factory=list)
        nothing: None = None
        unset: Optional[str] = None

    class Scalars(core.BaseModel):
        s: str
        i: int
        f: float
        b: bool
        any: Any
        anything: object
        li: list[int]
        bare_list: list
        bare_dict: dict
        by_number: dict[int, str]
        table: dict[str, float]

    class Exotic(core.BaseModel):
        when: datetime
        day: Optional[date] = None
        color: Optional[Color] = None
        options: Optional[Options] = None
        foreign: Optional[Foreign] = None
        foreign_plain: Foreign
        point: Optional[Point] = None
        pair: tuple[int, str]
        unique: set[int]
        choice: Literal[1, "one", True, None]
        json_: Json
        numbers: Numbers
        raw: Optional[bytes] = None

    class Node(core.BaseModel):
        value: Optional[int] = None
        children: Optional[list["Node"]] = None
        next: Optional["Node"] = None

    Node.model_rebuild(_types_namespace={"Node": Node})

    class Box(core.GenericModel, Generic[T]):
        item: T
        items: list[T]
        maybe: Optional[T] = None

    class Parent(core.BaseModel):
        aliased: Optional[Aliased] = None
        aliased_list: list[Aliased] = []
        defaults: Optional[Defaults] = None
        exotic: Optional[Exotic] = None

    wide = pydantic.create_model(
        "Wide", __base__=core.BaseModel, **{f"f{i}": (Optional[int], None) for i in range(70)}
    )
    return {
        "Aliased": Aliased,
        "Swapped": Swapped,
        "Defaults": Defaults,
        "Scalars": Scalars,
        "Exotic": Exotic,
        "Node": Node,
        "Box": Box,
        "Box[Aliased]": Box[Aliased],
        "Box[int]": Box[int],
        "Parent": Parent,
        "Wide": wide,
        "list[Node]": list[Node],
        "dict[str, Node]": dict[str, Node],
        "Json": Json,
        "datetime": datetime,
        "float": float,
        "object": object,
        "Optional[Exotic]": Optional[Exotic],
    }


def _unions(core: Any) -> dict[str, Any]:
    class Cat(core.BaseModel):
        type: Literal["cat"]
        lives: int
        name: Optional[str] = None

    class Dog(core.BaseModel):
        type: Literal["dog", "puppy"]
        tricks: list[str] = []

    class Fox(core.BaseModel):
        type: Literal["fox", ""]
        sly: float

    class LooseTag(core.BaseModel):
        type: Literal["loose"] = "loose"
        x: Optional[int] = None

    class OpenTag(core.BaseModel):
        type: str
        x: Optional[int] = None

    class SameTag(core.BaseModel):
        type: Literal["cat"]
        claws: int

    class AliasedTag(core.BaseModel):
        kind: Literal["aliased"] = pydantic.Field(alias="type")
        weight: Optional[float] = None

    class Plain(core.BaseModel):
        a: Optional[int] = None
        b: Optional[str] = None
        inner: Optional[Union[Cat, Dog]] = None

    class Plainer(core.BaseModel):
        a: Optional[float] = None
        c: Optional[bool] = None

    tagged = Annotated[Union[Cat, Dog, Fox], core.PropertyInfo(discriminator="type")]
    nested = Annotated[
        Union[Annotated[Union[Cat, Dog], core.PropertyInfo(discriminator="type")], Fox, None],
        core.PropertyInfo(discriminator="type"),
    ]
    aliased = Annotated[Union[AliasedTag, Fox], core.PropertyInfo(discriminator="kind")]
    not_disjoint = Annotated[Union[Cat, SameTag, Dog], core.PropertyInfo(discriminator="type")]
    not_required = Annotated[Union[LooseTag, Cat], core.PropertyInfo(discriminator="type")]
    alternatives = TypeAliasType("alternatives", tagged)

    class Zoo(core.BaseModel):
        star: tagged
        all: list[tagged]
        by_name: Optional[dict[str, tagged]] = None
        strict: Annotated[Union[int, str], pydantic.Field(union_mode="left_to_right")] = 0
        bounded: Annotated[Optional[int], pydantic.Field(gt=3)] = None

    annotations = {
        "tagged": tagged,
        "nested": nested,
        "aliased": aliased,
        "not_disjoint": not_disjoint,
        "not_required": not_required,
        "alternatives": alternatives,
        "untagged": Union[Cat, Dog, Fox],
        "open": Union[OpenTag, Cat],
        "plain": Union[Plain, Plainer],
        "plainer": Union[Plainer, Plain, dict[str, object]],
        "with dict": Union[dict[str, int], Plain],
        "with any": Union[Cat, object],
        "with alias": Union[alternatives, str, None],
        "scalars": Union[int, float, bool, str, None],
        "few": Union[float, bool],
        "float or str": Union[float, str],
        "literal": Union[Literal["a", "b"], int],
        "str or literal": Union[str, Literal["a", "b"], None],
        "lists": Union[str, list[str], list[int], list[list[int]]],
        "of lists": list[Union[list[Cat], list[Plain], Cat, None]],
        "optional float": Optional[float],
        "optional bool": Optional[bool],
        "optional int": Optional[int],
        "optional list": Optional[list[Plain]],
        "Zoo": Zoo,
        "Optional[Zoo]": Optional[Zoo],
    }
    return {f"Union: {name}": annotation for name, annotation in annotations.items()}


def _behaviour(core: Any) -> dict[str, Any]:
    class Checked(core.BaseModel):
        x: int

        @pydantic.field_validator("x")
        @classmethod
        def _positive(cls, value: int) -> int:
            if value < 0:
                raise ValueError("negative")
            return value

    class Closed(core.BaseModel):
        model_config = pydantic.ConfigDict(extra="forbid")
        x: int

    class Stripped(core.BaseModel):
        model_config = pydantic.ConfigDict(str_strip_whitespace=True)
        x: str

    class ByName(core.BaseModel):
        model_config = pydantic.ConfigDict(populate_by_name=True)
        x_: Optional[int] = pydantic.Field(alias="x", default=None)

    class Private(core.BaseModel):
        x: Optional[int] = None
        _hidden: int = pydantic.PrivateAttr(default=4)

    class Started(core.BaseModel):
        x: Optional[int] = None

        def __init__(self, **data: Any) -> None:
            super().__init__(**data)
            self.x = -1

    class Finished(core.BaseModel):
        x: Optional[int] = None

        def model_post_init(self, context: Any) -> None:
            self.x = -2

    class Built(core.BaseModel):
        x: Optional[int] = None

        @classmethod
        def construct(cls, _fields_set: Any = None, **values: Any) -> Any:
            return SimpleNamespace(values=values)

    class Slotted(core.BaseModel):
        __slots__ = ("spare",)
        x: Optional[int] = None

    class Typed(core.BaseModel):
        __pydantic_extra__: dict[str, Checked] = pydantic.Field(init=False)
        x: Optional[int] = None

    class Sub(Private):
        y: Optional[Union[int, str]] = None

        @property
        def twice(self) -> Any:
            return self.x

        @pydantic.computed_field
        def shown(self) -> str:
            return "shown"

    classes = [Checked, Closed, Stripped, ByName, Private, Started, Finished, Built, Slotted, Typed]
    made: dict[str, Any] = {cls.__name__: cls for cls in [*classes, Sub]}
    made.update({f"Optional[{cls.__name__}]": Optional[cls] for cls in [*classes, Sub]})
    return made
