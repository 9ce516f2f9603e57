"""`python -m openai_native run`: what a program sees is what it sees under `python`."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path
from textwrap import dedent

import pytest

from alias_process import environment, python

RUN = ("-m", "openai_native", "run")

SHOW = """
    import sys
    def show():
        main = sys.modules["__main__"]
        names = ("__name__", "__file__", "__package__", "__doc__", "__cached__")
        print(sys.argv, sys.path[0], *(getattr(main, name, "none") for name in names))
        print(main.__spec__ and main.__spec__.name, type(main.__loader__).__name__)
        print(globals() is vars(main))
    show()
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for name in ("script.py", "pack/__main__.py", "pack/part.py", "folder/__main__.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(dedent(SHOW))
    for folder in ("pack", "empty"):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "__init__.py").write_text("")
    (tmp_path / "missing.py").write_text("import nowhere_to_be_found\n")
    (tmp_path / "wrong.py").write_text("x = = 1\n")
    (tmp_path / "fails.py").write_text("def f():\n    raise ValueError('text')\nf()\n")
    (tmp_path / "hook.py").write_text(
        "import sys\nsys.excepthook = lambda *a: print('hook', a[0].__name__)\n1 / 0\n"
    )
    with zipfile.ZipFile(tmp_path / "app.zip", "w") as archive:
        archive.writestr("__main__.py", dedent(SHOW))
    return tmp_path


CASES = {
    "script": ("script.py", "one", "-m", "--two"),
    "path": ("./folder/../script.py",),
    "folder": ("folder",),
    "zip": ("app.zip", "x"),
    "module": ("-m", "script", "one"),
    "package": ("-m", "pack", "-x"),
    "part": ("-m", "pack.part"),
    "no script": ("nope.py",),
    "no main": ("pack/../empty",),
    "no module": ("-m", "nope"),
    "no part": ("-m", "pack.nope"),
    "no package main": ("-m", "empty"),
    "import fails": ("missing.py",),
    "syntax": ("wrong.py",),
    "syntax by name": ("-m", "wrong"),
    "raises": ("fails.py",),
    "hook": ("hook.py",),
}


@pytest.mark.parametrize("case", CASES)
def test_like_python(case: str, place: Path) -> None:
    results = [python(*how, *CASES[case], cwd=place) for how in ((), RUN)]
    official, ours = ((r.returncode, r.stdout, _without_runpy(r.stderr)) for r in results)
    assert ours == official


def _without_runpy(text: str) -> str:
    kept: list[str] = []
    ours = False
    for line in text.splitlines():
        is_frame = line.startswith("  File ")
        if is_frame:
            ours = "runpy" in line
        # With the frame goes its source line, which Python 3.10 shows of runpy, too.
        skipped = ours and (is_frame or line.startswith("    "))
        if not skipped and line.strip(" ^") != "":
            kept.append(line)
    return "\n".join(kept)


# A job in the background is started with SIGINT ignored, and then Python leaves it so.
INTERRUPTED = """import os, signal, time
signal.signal(signal.SIGINT, signal.default_int_handler)
os.kill(os.getpid(), signal.SIGINT)
time.sleep(9)
"""


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("import sys; sys.exit(7)", 7),
        ("raise SystemExit('said')", 1),
        (INTERRUPTED, -2),
        ("import atexit; atexit.register(lambda: print(__name__, open.__name__))", 0),
    ],
)
def test_exits(program: str, code: int, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(program)
    done = python(*RUN, "program.py", cwd=tmp_path)
    assert done.returncode == code
    assert "said" not in program or done.stderr == "said\n"
    assert "atexit" not in program or done.stdout == "__main__ open\n"


def test_the_program_is_in_alias_mode(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(
        "import openai, openai_native\nassert openai is openai_native\nprint(openai.__version__)\n"
    )
    assert python(*RUN, "program.py", cwd=tmp_path).returncode == 0
    if sys.version_info >= (3, 11):
        assert python("-P", *RUN, "program.py", cwd=tmp_path).returncode == 0
    script = Path(sys.executable).with_name("openai-native")
    done = subprocess.run(
        [script, "run", "-m", "program"], cwd=tmp_path, env=environment(), capture_output=True
    )
    assert done.returncode == 0, done.stderr


def test_usage() -> None:
    for arguments in ((), ("-m",), ("--wrong",)):
        done = python(*RUN, *arguments)
        assert done.returncode == 2 and done.stderr.startswith("usage:")
    assert python(*RUN, "--help").stdout.startswith("usage:")
