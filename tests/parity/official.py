"""Runs the official package's own tests against ours, unmodified: `openai` is `openai_native`.

usage: official.py [--package openai] [--keep-going] [pytest arguments]

They are fetched into build/official with pip, their mock server with npm; nothing of it enters the
repository. What cannot be had is named, and the step is skipped (exit status 0). With
`--package openai` the tests run against the official package itself, which tells a fault of ours
from one of the mock server's description.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from official_report import report

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = ROOT / "build" / "official"
VERSION = (ROOT / "surface" / "VERSION").read_text(encoding="utf-8").strip()
SOURCE = BUILD / f"openai-{VERSION}"
SPECIFICATION = BUILD / f"openapi-{VERSION}.json"
PYTHON = BUILD / "venv" / "bin" / "python"
MOCK = BUILD / "mock" / "node_modules" / ".bin" / "steady"
# To build the source archive's metadata, and what the tests import besides our own requirements.
REQUIREMENTS = [
    "hatchling", "hatch-fancy-pypi-readme", "inline-snapshot", "pytest-xdist", "rich", "trio",
    "dirty-equals",
]  # fmt: skip
FORMATS = [
    f"--validator-{where}-{what}-format=brackets"
    for where in ("query", "form")
    for what in ("array", "object")
]


class Unavailable(Exception):
    """Something that comes from outside cannot be had."""


def obtain() -> None:
    """Their tests, what they import, the mock server and its description."""
    if shutil.which("npm") is None:
        raise Unavailable("npm is not installed")
    BUILD.mkdir(parents=True, exist_ok=True)
    if not PYTHON.exists():
        run(sys.executable, "-m", "venv", str(BUILD / "venv"))
        run(str(PYTHON), "-m", "pip", "install", "-q", *REQUIREMENTS)
        (site,) = (BUILD / "venv" / "lib").glob("python*/site-packages")
        (site / "project.pth").write_text("\n".join(p for p in sys.path if "site-packages" in p))
    if not SOURCE.exists():
        download = ("download", "-q", "--no-binary", ":all:", "--no-deps", "--no-build-isolation")
        run(str(PYTHON), "-m", "pip", *download, f"openai=={VERSION}", "-d", str(BUILD))
        unpack_tests(BUILD / f"openai-{VERSION}.tar.gz")
    if not MOCK.exists():
        (BUILD / "mock").mkdir(exist_ok=True)
        run("npm", "install", "--silent", "--prefix", str(BUILD / "mock"), "@stdy/cli@0.22.1")
    if not SPECIFICATION.exists():
        run(sys.executable, str(HERE / "openapi.py"), str(SPECIFICATION))


def unpack_tests(archive: Path) -> None:
    """Without `src`: only the `openai` that was asked for can be imported. Tests read the rest."""
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            if not member.name.startswith(f"{SOURCE.name}/src/"):
                tar.extract(member, BUILD)


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise Unavailable(f"{' '.join(command[:4])} ...: {done.stderr.strip()[-500:]}")


@contextmanager
def mock_server() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(MOCK), "--host", "127.0.0.1", "-p", str(port), "-q", *FORMATS]
    with (
        (BUILD / "mock.log").open("w") as log,
        subprocess.Popen([*command, str(SPECIFICATION)], stdout=log, stderr=log) as process,
    ):
        try:
            wait_until_ready(f"http://127.0.0.1:{port}", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise Unavailable(f"the mock server ended; see {BUILD / 'mock.log'}")
        try:
            urllib.request.urlopen(f"{url}/_x-steady/health").close()
            return
        except OSError:
            time.sleep(0.1)
    raise Unavailable("the mock server does not answer")


def run_tests(url: str, package: str, arguments: list[str]) -> Path:
    results = BUILD / f"results-{package}.xml"
    results.unlink(missing_ok=True)
    ours = ["-p", "openai_native.alias", "-p", "official_names"]
    plugins = ours if package == "openai_native" else []
    own = ["-o", "addopts=", "-p", "no:cacheprovider", "-q", "--tb=short"]
    own += [f"--junitxml={results}", "--continue-on-collection-errors"]
    environment = {**os.environ, "TEST_API_BASE_URL": url, "PYTHONPATH": str(HERE)}
    command = [str(PYTHON), "-m", "pytest", *plugins, *own, *arguments]
    with (BUILD / f"pytest-{package}.log").open("w") as log:
        subprocess.run(command, cwd=SOURCE, env=environment, stdout=log, stderr=subprocess.STDOUT)
    if not results.exists():
        sys.exit(f"pytest did not get through; see {log.name}")
    return results


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", choices=["openai_native", "openai"], default="openai_native")
    options, arguments = parser.parse_known_args()
    try:
        obtain()
        with mock_server() as url:
            chosen = arguments or ["-n", "2", "tests/api_resources"]
            results = run_tests(url, options.package, chosen)
    except Unavailable as reason:
        print(f"The official tests are skipped: {reason}")
        return 0
    return report(results, whole=not arguments)


if __name__ == "__main__":
    sys.exit(main())
