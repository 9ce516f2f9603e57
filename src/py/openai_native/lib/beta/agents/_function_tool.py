"""An annotated function as a tool: its parameters become the model of the arguments."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from functools import partial
from types import SimpleNamespace
from typing import Any, Protocol, cast, get_type_hints, overload

import pydantic

from ...._types import Omit, omit
from ...streaming.agents._types import ToolOutput
from ._tools import FunctionTool, pydantic_function_tool


class _Decorator(Protocol):
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self, function: Callable[..., Awaitable[object]]
    ) -> FunctionTool[Awaitable[ToolOutput]]: ...
    @overload
    def __call__(self, function: Callable[..., object]) -> FunctionTool[ToolOutput]: ...


@overload
def function_tool(  # type: ignore[overload-overlap]
    function: Callable[..., Awaitable[object]],
    *,
    name: str | None = None,
    description: str | None = None,
    defer_loading: bool | Omit = omit,
) -> FunctionTool[Awaitable[ToolOutput]]: ...
@overload
def function_tool(
    function: Callable[..., object],
    *,
    name: str | None = None,
    description: str | None = None,
    defer_loading: bool | Omit = omit,
) -> FunctionTool[ToolOutput]: ...
@overload
def function_tool(
    function: None = None,
    *,
    name: str | None = None,
    description: str | None = None,
    defer_loading: bool | Omit = omit,
) -> _Decorator: ...
def function_tool(
    function: Callable[..., object] | None = None,
    *,
    name: str | None = None,
    description: str | None = None,
    defer_loading: bool | Omit = omit,
) -> FunctionTool[Any] | _Decorator:
    """Makes a tool of a function or bound method, as `@function_tool` or `@function_tool(...)`.

    Every parameter needs an annotation that pydantic understands, and a name that is not private.
    Defaults stay. What the model must not choose belongs into a closure or a bound method.
    """
    if function is None:
        options = {"name": name, "description": description, "defer_loading": defer_loading}
        return cast("_Decorator", partial(function_tool, **options))
    model, names = _arguments_model(function)
    wanted: Callable[..., object] = function

    def call(arguments: pydantic.BaseModel) -> object:
        # Not model_dump: nested models stay models.
        return wanted(**{name: getattr(arguments, field) for field, name in names.items()})

    async def call_async(arguments: pydantic.BaseModel) -> object:
        return await cast("Awaitable[object]", call(arguments))

    handler = call_async if inspect.iscoroutinefunction(function) else call
    return pydantic_function_tool(
        model,
        handler=cast("Any", handler),
        name=cast("Any", function).__name__ if name is None else name,
        description=(inspect.getdoc(function) or "") if description is None else description,
        defer_loading=defer_loading,
    )


def _arguments_model(
    function: Callable[..., object],
) -> tuple[type[pydantic.BaseModel], dict[str, str]]:
    """The model, whose fields have neutral names: a parameter may be called `copy` or `schema`."""
    signature = inspect.signature(function)
    annotations = _annotations(function, signature)
    fields: dict[str, Any] = {}
    names: dict[str, str] = {}
    for parameter in signature.parameters.values():
        if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            raise TypeError(f"A tool cannot have a parameter of this kind: {parameter.name}")
        if parameter.name.startswith("_") or parameter.name not in annotations:
            raise TypeError(f"A tool's parameter must be public and annotated: {parameter.name}")
        default = ... if parameter.default is parameter.empty else parameter.default
        field = f"argument_{len(fields)}"
        names[field] = parameter.name
        fields[field] = (annotations[parameter.name], default)
    config = pydantic.ConfigDict(extra="forbid", alias_generator=names.__getitem__)
    return pydantic.create_model("ToolArguments", __config__=config, **fields), names


def _annotations(function: Callable[..., object], signature: inspect.Signature) -> dict[str, Any]:
    """Of the parameters only: what is returned may be importable for type checkers alone."""
    source: Any = inspect.unwrap(function)
    bare = getattr(source, "__func__", source)
    owner = _owner(function, source, bare)
    local: dict[str, Any] = {}
    for cls in reversed(owner.__mro__ if owner is not None else ()):
        local.update(vars(cls))
    parameters = {
        name: parameter.annotation
        for name, parameter in signature.parameters.items()
        if parameter.annotation is not parameter.empty
    }
    generics = getattr(owner, "__type_params__", ()) + getattr(bare, "__type_params__", ())
    annotated: Any = SimpleNamespace(__type_params__=generics, __annotations__=parameters)
    known = getattr(source, "__globals__", None)
    return get_type_hints(annotated, globalns=known, localns=local, include_extras=True)


def _owner(function: Any, source: Any, bare: Any) -> type | None:
    """The class in whose body a method was written, whose names its annotations may use."""
    path = getattr(source, "__qualname__", "").split(".")[:-1]
    if inspect.ismethod(function):
        bound = function.__self__
        for cls in (bound if inspect.isclass(bound) else type(bound)).__mro__:
            if (cls.__module__, cls.__qualname__) == (bare.__module__, ".".join(path)):
                return cls
    owner: Any = None
    namespace: Any = getattr(source, "__globals__", {})
    for name in path:
        owner = namespace.get(name)
        if not inspect.isclass(owner):
            return None
        namespace = vars(owner)
    return owner if inspect.isclass(owner) else None
