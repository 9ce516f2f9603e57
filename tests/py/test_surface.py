"""What is generated from surface/: the same each time, imported late, seen by type checkers."""

from __future__ import annotations

import filecmp
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import openai
import openai.types
import pytest

import openai_native.types

ROOT = Path(__file__).resolve().parents[2]
SURFACE = ROOT / "surface"
TRACKED = (SURFACE / "VERSION").read_text(encoding="utf-8").strip()

pytestmark = pytest.mark.skipif(
    openai.__version__ != TRACKED,
    reason=f"the installed openai is {openai.__version__}, surface/ is {TRACKED}",
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


SAMPLES = [str(Path(__file__).with_name(f"typing_{name}.py")) for name in ("sample", "hundred")]


def package_root() -> Path:
    return Path(openai_native.types.__file__ or "").parents[2]


def test_mypy_sees_the_generated_package(tmp_path: Path) -> None:
    """`--strict` over programs that use a hundred types and dozens of methods."""
    environment = dict(os.environ)
    if "site-packages" not in package_root().parts:
        environment["MYPYPATH"] = str(package_root())
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", os.devnull]
    command += ["--cache-dir", str(tmp_path), "--follow-imports", "silent", *SAMPLES]
    checked = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_pyright_sees_the_generated_package(tmp_path: Path) -> None:
    pytest.importorskip("pyright", reason="pyright is not installed")
    for sample in SAMPLES:
        shutil.copy(sample, tmp_path)
    settings = {"extraPaths": [str(package_root())], "pythonVersion": "3.11"}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [sys.executable, "-m", "pyright", "--outputjson", "-p", str(tmp_path)]
    command += ["--pythonpath", sys.executable]
    checked = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    if not checked.stdout.startswith("{"):
        pytest.skip(f"pyright cannot be had: {checked.stderr[-200:]}")
    found = json.loads(checked.stdout)
    assert found["summary"]["filesAnalyzed"] == len(SAMPLES)
    wrong = [each for each in found["generalDiagnostics"] if each["severity"] == "error"]
    assert not wrong, json.dumps(wrong[:10], indent=1)
