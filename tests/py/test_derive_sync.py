"""Synchronous twins of asynchronous modules: what is rewritten, what is shared, what is refused."""

from __future__ import annotations

import importlib
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

derive_sync = importlib.import_module("derive_sync")
twin_module = importlib.import_module("twin_module")
twin_names = importlib.import_module("twin_names")
twin_text = importlib.import_module("twin_text")

DERIVED = "# Synchronous twin: {}_sync.py (derived)\n"


def derive(folder: Path, **modules: str) -> dict[str, str]:
    for name, source in modules.items():
        mark = "" if source.startswith("# Synchronous") else DERIVED.format(name)
        (folder / f"{name}.py").write_text(mark + textwrap.dedent(source))
    written: dict[str, str] = derive_sync.Twins(folder).write()
    return written


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("AsyncOpenAI", "OpenAI"),
        ("_AsyncStreamT", "_StreamT"),
        ("AsyncCursorPage", "SyncCursorPage"),
        ("BaseAsyncPage", "BaseSyncPage"),
        ("DefaultAsyncHttpxClient", "DefaultHttpxClient"),
        ("AsyncAPIResource", "SyncAPIResource"),
        ("__aexit__", "__exit__"),
        ("async_to_raw_response_wrapper", "to_raw_response_wrapper"),
        ("_async_transform", "_transform"),
        ("aclose", "close"),
        ("synchronize", "synchronize"),
    ],
)
def test_names(before: str, after: str) -> None:
    assert twin_names.sync_name(before) == after


@pytest.mark.parametrize("name", ["asyncio", "is_async", "AsyncGenerator", "__await__"])
def test_names_without_a_rule_are_refused(name: str) -> None:
    with pytest.raises(twin_names.UnknownConstruct, match=name):
        twin_names.sync_name(name)


def test_text_keeps_its_lines_and_its_form() -> None:
    source = '''
    async def read(api: Callable[[], Awaitable[AsyncStream[T]]]) -> AsyncIterator[T]:
        """Reads `AsyncStream`s: async for x in await client.read(): ..."""
        async with (await api()) as stream, other:  # an AsyncStream
            async for event in stream:
                yield event, [x async for x in (
                    await event.all())], "async:asyncio", "Callable[[int], Awaitable[list[int]]]"
    '''
    wanted = '''
    def read(api: Callable[[], Stream[T]]) -> Iterator[T]:
        """Reads `Stream`s: for x in client.read(): ..."""
        with (api()) as stream, other:  # an Stream
            for event in stream:
                yield event, [x for x in (
                    event.all())], "async:asyncio", "Callable[[int], list[int]]"
    '''
    assert twin_text.sync_text(textwrap.dedent(source)) == textwrap.dedent(wanted)


def test_what_reads_the_same_is_shared(tmp_path: Path) -> None:
    written = derive(
        tmp_path,
        other="""
            from collections.abc import AsyncIterator
            class AsyncReader:
                async def read(self): ...
            async def same_name(): ...
            def shared(): ...
        """,
        main='''
            """Reads with AsyncReader."""
            from __future__ import annotations
            from typing import TYPE_CHECKING
            from ._lazy import sync_names
            from .other import AsyncReader, same_name, shared
            if TYPE_CHECKING:
                from ._client import AsyncOpenAI
            LIMIT = 3
            class Info:
                """Knows nothing of AsyncReader but its name."""
            class Holder:
                client: AsyncOpenAI
            class Derived(Holder): ...
            def plain(): return shared(LIMIT)
            def calls(): return same_name()
            def imports():
                from .other import AsyncReader
                return AsyncReader
            async def main(info: Info): return await AsyncReader().read(LIMIT)
            AsyncReader.__module__ = "here"
            if TYPE_CHECKING:
                from .main_sync import Reader as Reader
            else:
                __getattr__ = sync_names(__name__, "main_sync")
        ''',
    )
    text = written["main_sync.py"]
    assert "from .main import LIMIT\n" in text and "from .main import Info\n" in text
    for own in ("class Holder", "class Derived", "def calls", "def main(info", "Reads with Reader"):
        assert own in text
    assert "    from .other_sync import Reader\n" in text  # inside a function
    assert "from .other_sync import same_name\n" in text
    assert "    from ._client import OpenAI\n" in text
    assert 'Reader.__module__ = "here"' in text
    assert "plain" not in text and "sync_names" not in text
    assert "from .other import" not in text
    compile(text, "main_sync.py", "exec")


def test_a_twin_by_hand_provides_what_it_defines(tmp_path: Path) -> None:
    (tmp_path / "waits_sync.py").write_text("class Waiter: ...\ndef wait(): ...")
    written = derive(
        tmp_path,
        waits="# Synchronous twin: waits_sync.py (by hand)\nimport asyncio\nVALUE = 1\n",
        main="""
            from .waits import AsyncWaiter, VALUE, wait
            async def run(): return await wait(AsyncWaiter, VALUE)
        """,
    )
    assert list(written) == ["main_sync.py"]
    for line in ("waits_sync import Waiter", "waits_sync import wait", "waits import VALUE"):
        assert f"from .{line}\n" in written["main_sync.py"]


def test_statements_for_the_asynchronous_face_only(tmp_path: Path) -> None:
    written = derive(
        tmp_path,
        main="""
            import asyncio  # async only
            class AsyncThing:
                async def close(self):
                    ...
                # async only
                async def aclose(self):
                    await asyncio.sleep(0)
                x = 1
        """,
    )
    assert "class Thing:\n    def close(self):\n        ...\n" in written["main_sync.py"]
    assert "asyncio" not in written["main_sync.py"] and "    x = 1\n" in written["main_sync.py"]


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("import asyncio", "main.py: line 2: 'asyncio'"),
        ("class AsyncA: ...\nclass A: ...", "become one name: A"),
        ("class A:\n async def aclose(s): ...\n def close(s): ...", "class A: .*become one: close"),
        ("try:\n import x\nexcept ImportError: ...", "line 2: a top-level Try"),
        ("if X:\n import y", "only `if TYPE_CHECKING:`"),
        ("from . import main", "import names from .main"),
        ("x = 1\n# async only\n", "line 3: `# async only` belongs to no statement"),
        ("# Synchronous twin: gone_sync.py (by hand)", "gone_sync.py is to be written by hand"),
    ],
)
def test_what_has_no_synchronous_form_stops_the_build(
    tmp_path: Path, source: str, named: str
) -> None:
    with pytest.raises(SystemExit, match=named):
        derive(tmp_path, main=source)


def test_derived_modules_use_no_name_that_is_not_there(tmp_path: Path) -> None:
    written = derive_sync.Twins(ROOT / "src/py/openai_native").write()
    for path, text in written.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    check = [sys.executable, "-m", "ruff", "check", "-q", "--isolated", "--select", "F821,F811,E9"]
    done = subprocess.run([*check, str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
