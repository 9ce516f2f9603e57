"""Annotations of generated methods can be evaluated, though their types are imported lazily."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import subprocess
import sys
import typing
from collections.abc import Iterator
from typing import Any

import httpx2
import openai
import openai.resources
import pydantic
import pytest

import openai_native
import openai_native.resources as resources
from openai_native._annotations import evaluate_lazily


def methods() -> Iterator[Any]:
    for found in pkgutil.walk_packages(resources.__path__, "openai_native.resources."):
        module = importlib.import_module(found.name)
        for each in list(vars(module).values()):
            if not inspect.isclass(each) or each.__module__ != module.__name__:
                continue
            # pydantic leaves `SyncPage[Model]` in the module where that was evaluated.
            if not issubclass(each, pydantic.BaseModel):
                yield from filter(inspect.isfunction, vars(each).values())


def test_every_generated_method() -> None:
    count = 0
    for method in methods():
        hints = typing.get_type_hints(method)
        signature = inspect.signature(method, eval_str=True)
        assert hints.keys() - {"return"} <= signature.parameters.keys()
        count += 1
    assert count > 100


@pytest.mark.parametrize(
    "name", ["models.AsyncModels.retrieve", "chat.completions.AsyncCompletions.create"]
)
def test_hints_name_what_the_official_ones_name(name: str) -> None:
    def hints(package: Any) -> dict[str, Any]:
        found = package.resources
        for part in name.split("."):
            found = getattr(found, part)
        return typing.get_type_hints(found)

    ours, theirs = hints(openai_native), hints(openai)
    assert ours.keys() == theirs.keys()
    if name.startswith("models"):
        assert ours["return"] is openai_native.types.Model
    assert ours["model"] == theirs["model"]


def test_constructor() -> None:
    hints = typing.get_type_hints(openai_native.AsyncOpenAI.__init__)
    assert httpx2.URL in typing.get_args(hints["base_url"])
    (options,) = typing.get_args(hints["network"])
    assert "deadline" in options.__annotations__


def test_unknown_names_are_still_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    space = vars(sys.modules[__name__])
    monkeypatch.setitem(space, "__builtins__", space["__builtins__"])
    evaluate_lazily(__name__)
    with pytest.raises(NameError, match="nowhere"):
        eval("nowhere", space)
    assert eval("[len(each) for each in ('a', 'bc')]", space) == [1, 2]
    exec("import json as imported\nclass Made: pass", space)
    assert space.pop("Made").__name__ == "Made"
    assert space.pop("imported").__name__ == "json"


def test_nothing_is_imported_before_somebody_asks() -> None:
    code = """if True:
        import sys
        from openai_native.resources.models import AsyncModels
        assert "openai_native.types.model" not in sys.modules
        import typing
        assert typing.get_type_hints(AsyncModels.retrieve)["return"].__name__ == "Model"
    """
    subprocess.run([sys.executable, "-c", code], check=True)
