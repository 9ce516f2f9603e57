"""Our generated types and resources against the official package that surface/ was read from."""

from __future__ import annotations

import filecmp
import importlib
import inspect
import os
import pkgutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import openai
import openai.types
import pytest
import typing_extensions as te

import openai_native.types
import surface_compare as compare

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2]
SURFACE = ROOT / "surface"
TRACKED = (SURFACE / "VERSION").read_text(encoding="utf-8").strip()

pytestmark = pytest.mark.skipif(
    openai.__version__ != TRACKED,
    reason=f"the installed openai is {openai.__version__}, surface/ is {TRACKED}",
)


def type_modules(package: Any) -> dict[str, Any]:
    prefix = package.__name__ + "."
    names = [
        prefix + m.name[len(prefix) :] for m in pkgutil.walk_packages(package.__path__, prefix)
    ]
    return {name[len(prefix) :]: importlib.import_module(name) for name in names}


@pytest.fixture(scope="module")
def modules() -> list[tuple[str, Any, Any]]:
    official, ours = type_modules(openai.types), type_modules(openai_native.types)
    assert sorted(ours) == sorted(official)
    return [(name, official[name], ours[name]) for name in sorted(official)]


def public_names(module: Any) -> list[str]:
    """What a module defines: its classes and aliases, and what a package re-exports."""
    listed = list(getattr(module, "__all__", ()))
    own = [n for n, v in vars(module).items() if getattr(v, "__module__", None) == module.__name__]
    if hasattr(module, "__path__"):
        own += [n for n in dir(module) if n[:1].isupper()]
    return sorted({*listed, *own} - {"__getattr__", "__dir__"})


def test_every_type_module_has_the_same_names(modules: list[tuple[str, Any, Any]]) -> None:
    for name, official, ours in modules:
        if not hasattr(official, "__path__"):
            assert getattr(ours, "__all__", None) == getattr(official, "__all__", None) or name == (
                "websocket_reconnection"
            )
        missing = [
            n for n in public_names(official) if not n.startswith("_") and not hasattr(ours, n)
        ]
        assert not missing, f"{name} lacks {missing}"
    print(f"{len(modules)} of {len(modules)} type modules")


def test_every_type_is_the_same(modules: list[tuple[str, Any, Any]]) -> None:
    differences: list[str] = []
    compared = 0
    for module, official, ours in modules:
        for name in public_names(official):
            value = getattr(official, name)
            if inspect.isfunction(value) or name.startswith("_RECOVERABLE"):
                continue
            expected, actual = (
                compare.definition_form(value),
                compare.definition_form(getattr(ours, name)),
            )
            compared += 1
            if repr(expected).replace("_websocket", "") != repr(actual).replace(
                "lib._websocket", "types.websocket"
            ):
                differences.append(f"{module}.{name}: {difference(expected, actual)}")
    print(f"{compared - len(differences)} of {compared} types")
    assert not differences, "\n".join(differences[:20])
    assert compared > 5000


def difference(expected: Any, actual: Any) -> str:
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key in expected:
            if repr(expected[key]) != repr(actual.get(key)):
                return f"{key}: {difference(expected[key], actual.get(key))}"
    return f"\n  official: {expected}\n  ours:     {actual}"


def resources() -> list[tuple[str, Any, Any]]:
    """(attribute path, official class, our class) of every enabled resource."""
    enabled = tomllib.loads((SURFACE / "enabled.toml").read_text(encoding="utf-8"))["resources"]
    found = []
    for file in sorted((SURFACE / "resources").rglob("*.toml")):
        path = ".".join(file.relative_to(SURFACE / "resources").with_suffix("").parts)
        if path.split(".")[0] in enabled:
            facts = tomllib.loads(file.read_text(encoding="utf-8"))
            classes = []
            for package in ("openai", "openai_native"):
                module = importlib.import_module(f"{package}.{facts['module']}")
                classes.append(getattr(module, f"Async{facts['class']}"))
            found.append((path, *classes))
    return found


def methods(cls: Any) -> dict[str, Any]:
    return {n: v for n, v in vars(cls).items() if inspect.isfunction(v) and not n.startswith("_")}


def test_every_method_has_the_same_signature() -> None:
    hooks = tomllib.loads((SURFACE / "hooks.toml").read_text(encoding="utf-8"))["methods"]
    equal = absent = total = 0
    for path, official, ours in resources():
        for name, method in methods(official).items():
            total += 1
            if hooks.get(f"{path}.{name}") == "" or name not in methods(ours):
                absent += 1
                with pytest.raises(AttributeError, match=f"client.{path}.{name} .*not available"):
                    getattr(ours(NoClient()), name)
                continue
            mine = methods(ours)[name]
            assert compare.signature_form(mine) == compare.signature_form(method), f"{path}.{name}"
            assert hasattr(mine, "__deprecated__") == hasattr(method, "__deprecated__"), (
                f"{path}.{name}"
            )
            mine, method = inspect.unwrap(mine), inspect.unwrap(method)
            assert inspect.iscoroutinefunction(mine) == inspect.iscoroutinefunction(method), (
                f"{path}.{name}"
            )
            theirs, overloads = te.get_overloads(method), te.get_overloads(mine)
            if any(hasattr(f, "__wrapped__") for f in theirs):  # then only the last one is known
                overloads = overloads[-len(theirs) :]
            assert [compare.signature_form(f) for f in overloads] == [
                compare.signature_form(f) for f in theirs
            ], f"{path}.{name}: overloads"
            equal += 1
        assert not methods(ours).keys() - methods(official).keys()
    print(f"{equal} of {total} methods, {absent} not available yet")
    assert equal + absent == total
    assert equal > 30


class NoClient:
    """Resources only keep references to these."""

    get = post = patch = put = delete = get_api_list = None


def test_sub_resources_and_raw_views_are_there() -> None:
    for path, official, ours in resources():
        attributes = {n for n, v in vars(official).items() if type(v).__name__ == "cached_property"}
        attributes -= {"with_streaming_response"}
        resource = ours(NoClient())
        for name in sorted(attributes):
            child = getattr(resource, name)
            assert getattr(resource, name) is child
            assert type(child).__name__ == getattr(official, name).func.__annotations__["return"], (
                f"{path}.{name}"
            )


def test_importing_a_package_imports_none_of_its_types() -> None:
    code = (
        "import sys, openai_native.types.chat as chat\n"
        "loaded = [m for m in sys.modules if m.startswith('openai_native.types.')]\n"
        "assert loaded == ['openai_native.types.chat'], loaded\n"
        "import openai_native.resources.chat.completions.completions\n"
        "loaded = [m for m in sys.modules if m.startswith('openai_native.types.')]\n"
        "assert loaded == ['openai_native.types.chat'], loaded\n"
        "from openai_native.types.chat import ChatCompletionTokenLogprob\n"
        "assert 'openai_native.types.chat.chat_completion' not in sys.modules\n"
        "assert 'ChatCompletion' in dir(chat) and 'ChatCompletion' in chat.__all__\n"
        "try:\n    chat.Nonsense\nexcept AttributeError as e:\n    assert 'Nonsense' in str(e)\n"
        "else:\n    raise SystemExit('no AttributeError')\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def run_tool(name: str, *arguments: str, seed: str = "0") -> None:
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    subprocess.run(
        [sys.executable, str(ROOT / "tools" / name), *arguments], check=True, env=environment
    )


def tree(root: Path) -> dict[str, bytes]:
    files = (f for f in root.rglob("*") if f.is_file() and "__pycache__" not in f.parts)
    return {f.relative_to(root).as_posix(): f.read_bytes() for f in files}


def generate(out: Path, seed: str) -> dict[str, bytes]:
    run_tool("generate.py", "--surface", str(SURFACE), "--out", str(out), seed=seed)
    return tree(out)


def test_generation_is_deterministic_and_removes_what_is_stale(tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = generate(out, seed="1")
    assert len(first) > 1700
    assert first == generate(tmp_path / "again", seed="2")

    stale, kept = out / "types" / "stale.py", out / "types" / "model.py"
    stale.write_text("", encoding="utf-8")
    before = kept.stat().st_mtime_ns
    assert first == generate(out, seed="3")
    assert kept.stat().st_mtime_ns == before


def test_sync_reproduces_the_committed_surface(tmp_path: Path) -> None:
    run_tool("sync_surface.py", "--out", str(tmp_path), seed="3")
    for part in ("types", "resources"):
        fresh, committed = tree(tmp_path / part), tree(SURFACE / part)
        assert fresh.keys() == committed.keys()
        assert [name for name in fresh if fresh[name] != committed[name]] == []
    assert filecmp.cmp(tmp_path / "VERSION", SURFACE / "VERSION", shallow=False)


def test_type_checkers_see_the_generated_package(tmp_path: Path) -> None:
    """mypy --strict over a program that uses a few dozen types and methods."""
    package = Path(openai_native.types.__file__ or "").parents[1]
    environment = dict(os.environ)
    if "site-packages" not in package.parts:
        environment["MYPYPATH"] = str(package.parent)
    sample = Path(__file__).with_name("typing_sample.py")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", os.devnull]
    command += ["--cache-dir", str(tmp_path), "--follow-imports", "silent", str(sample)]
    checked = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr
