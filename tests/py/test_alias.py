"""Alias mode in one process: modules, their specs, distributions, errors."""

from __future__ import annotations

import sys
import sysconfig
from importlib import metadata
from pathlib import Path

import pytest

from alias_process import check, python

VERSION = metadata.version("openai")


def test_every_module_is_one_object_under_both_names() -> None:
    check(
        """
        import openai_native
        openai_native.install()
        openai_native.install()
        import importlib, pkgutil, sys
        import openai
        import openai.types.chat as chat_types
        from openai import AsyncOpenAI, types
        from openai.types.chat import ChatCompletion

        assert openai is openai_native and types is openai_native.types
        assert chat_types is sys.modules["openai_native.types.chat"]
        assert ChatCompletion is openai_native.types.chat.ChatCompletion
        assert AsyncOpenAI is openai_native.AsyncOpenAI
        assert "openai.types.beta" not in sys.modules

        names = [m.name for m in pkgutil.walk_packages(openai.__path__, "openai.")]
        assert len(names) > 1500
        for name in names[::40] + ["openai._client", "openai._models"]:
            if name == "openai.__main__":
                continue
            module = importlib.import_module(name)
            original = sys.modules[name.replace("openai", "openai_native", 1)]
            assert sys.modules[name] is module is original, name
            assert module.__spec__.name == original.__name__, name
        """
    )


def test_what_does_not_exist_stays_absent() -> None:
    check(
        """
        import openai_native; openai_native.install()
        import importlib, importlib.util
        for name in ("nope", "resources.beta.chat.completions", "types.nope", "version.nope",
                     "__main__"):
            try:
                importlib.import_module("openai." + name)
            except ModuleNotFoundError as error:
                assert str(error).startswith(f"No module named 'openai.{name}") or "chat" in name
            else:
                raise AssertionError(name)
        assert importlib.util.find_spec("openai.nope") is None
        try:
            from openai import Nope
        except ImportError as error:
            assert "Nope" in str(error)
        """
    )


def test_specs_serve_those_who_look_at_modules() -> None:
    check(
        """
        import openai_native; openai_native.install()
        import copy, importlib, importlib.resources, importlib.util, inspect, pickle, sys, typing
        spec = importlib.util.find_spec("openai.types.completion")
        assert spec.name == "openai.types.completion" and spec.origin.endswith("completion.py")
        assert spec.has_location and "openai.types.completion" not in sys.modules
        assert "class Completion" in spec.loader.get_source(spec.name)

        import openai, openai.version, openai.types.completion as module
        assert importlib.util.find_spec("openai.types.completion") is module.__spec__
        assert "class Completion" in inspect.getsource(module.Completion)
        assert inspect.getmodule(module.Completion) is module
        assert importlib.reload(openai.version) is openai.version is sys.modules["openai.version"]
        assert importlib.reload(openai) is sys.modules["openai"]
        assert importlib.resources.files("openai").joinpath("py.typed").is_file()

        usage = openai.types.CompletionUsage(completion_tokens=1, prompt_tokens=2, total_tokens=3)
        assert pickle.loads(pickle.dumps(usage)) == usage == copy.deepcopy(usage)
        # As the official package pickles it.
        elsewhere = pickle.dumps(openai.types.CompletionUsage, 0)
        elsewhere = elsewhere.replace(b"openai_native", b"openai")
        assert b"openai.types" in elsewhere
        assert pickle.loads(elsewhere) is openai.types.CompletionUsage
        error = pickle.loads(b"copenai\\nOpenAIError\\n.")
        assert error is openai_native.OpenAIError
        """
    )


def test_patching_by_path() -> None:
    check(
        """
        import openai_native; openai_native.install()
        from unittest import mock
        import pkgutil
        path = "openai.resources.chat.completions.Completions.create"
        with mock.patch(path, return_value=7):
            import openai
            assert openai.OpenAI(api_key="k").chat.completions.create() == 7
        assert pkgutil.resolve_name("openai:OpenAI") is openai.OpenAI
        openai.api_key = "set"
        assert openai_native.api_key == "set"
        """
    )


def test_uninstall_gives_the_name_back() -> None:
    check(
        """
        import sys, openai_native
        before = list(sys.meta_path)
        openai_native.install()
        import openai, openai.types.chat, multiprocessing.popen_spawn_posix, multiprocessing.spawn
        openai_native.uninstall()
        openai_native.uninstall()
        assert sys.meta_path == before
        assert not [n for n in sys.modules if n.split(".")[0] == "openai"]
        assert multiprocessing.spawn.get_preparation_data.__module__ == "multiprocessing.spawn"
        assert "openai_native.types.chat" in sys.modules
        import openai
        assert openai is not openai_native and "site-packages/openai/" in openai.__file__
        """
    )


def test_the_official_package_imported_before_is_an_error() -> None:
    check(
        """
        import openai, openai_native
        try:
            openai_native.install()
        except ImportError as error:
            text = str(error)
        assert openai.__file__ in text and openai.__version__ in text, text
        assert "before everything that imports openai" in text and "run" in text
        import sys
        assert sys.modules["openai"] is openai and openai is not openai_native
        """
    )


EXTRAS = metadata.metadata("openai").get_all("Provides-Extra")

DISTRIBUTION = f"""
    import openai_native; openai_native.install()
    import importlib.metadata as metadata, sys
    assert metadata.version("openai") == metadata.version("OpenAI") == {VERSION!r}
    distribution = metadata.distribution("openai")
    assert distribution.metadata["Name"] == distribution.name == "openai"
    assert metadata.requires("openai") == {metadata.requires("openai")!r}
    assert distribution.metadata.get_all("Provides-Extra") == {EXTRAS!r}
    assert list(distribution.entry_points) == []
    assert "openai" in metadata.packages_distributions()["openai"]
    assert any(d.metadata["Name"] == "openai" for d in metadata.distributions())
    assert all(d.name != "openai" for d in metadata.distributions(path=["/nowhere"]))
    assert distribution.locate_file("openai/py.typed").exists()
    metadata.entry_points()
    assert metadata.version("pydantic")
    import openai
    assert openai.__version__ == openai_native.__version__ == openai.VERSION == {VERSION!r}
    assert "openai_native" in openai.__file__
"""


@pytest.fixture(scope="session")
def without_official(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything that is installed here except the official package."""
    place = tmp_path_factory.mktemp("site")
    home = Path(sys.modules["openai_native"].__file__ or "").parent
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if not entry.name.startswith("openai") and entry.suffix != ".pth":
            (place / entry.name).symlink_to(entry)
    (place / "openai_native").symlink_to(home)
    return place


def test_distribution_beside_the_official_one() -> None:
    check(DISTRIBUTION)


def test_distribution_without_the_official_one(without_official: Path) -> None:
    missing = python("-S", "-c", "import openai", PYTHONPATH=str(without_official))
    assert "No module named 'openai'" in missing.stderr
    check(DISTRIBUTION, "-S", PYTHONPATH=str(without_official))


def test_distribution_before_another_version(without_official: Path, tmp_path: Path) -> None:
    (tmp_path / "openai").mkdir()
    (tmp_path / "openai/__init__.py").write_text("raise RuntimeError('imported')")
    (tmp_path / "openai-1.0.0.dist-info").mkdir()
    text = "Metadata-Version: 2.1\nName: openai\nVersion: 1.0.0\n"
    (tmp_path / "openai-1.0.0.dist-info/METADATA").write_text(text)
    check(DISTRIBUTION, "-S", PYTHONPATH=f"{tmp_path}:{without_official}")


def test_the_package_runs_as_the_official_one_does() -> None:
    theirs = python("-m", "openai")
    ours = python("-m", "openai_native", "run", "-m", "openai")
    assert (ours.returncode, ours.stderr) == (theirs.returncode, theirs.stderr)


def test_installing_imports_next_to_nothing() -> None:
    printed = check(
        """
        import sys, openai_native
        before = set(sys.modules)
        openai_native.install()
        import openai
        print(*set(sys.modules) - before)
        """
    )
    heavy = {"multiprocessing.spawn", "importlib.metadata", "pydantic", "httpx2"}
    assert not heavy & set(printed.split())


def test_a_suite_in_alias_mode(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("import openai\n")
    (tmp_path / "test_it.py").write_text(
        "import openai, openai.types.chat as c, openai_native, pytest\n"
        "@pytest.mark.parametrize('n', range(2))\n"
        "def test_it(n): assert openai is openai_native and c.ChatCompletion\n"
    )
    # The process that the user starts imports conftest files as well as the worker does.
    done = python("-m", "pytest", "-q", "-p", "openai_native.alias", "-n", "1", cwd=tmp_path)
    assert done.returncode == 0 and "2 passed" in done.stdout, done.stdout
