"""Text rules for src/cpp that no compiler enforces: room arrows, the co_await rule, file length.

GCC 12 silently miscompiles three forms inside a co_await expression: a capturing lambda, a braced
temporary, and a conditional operator with co_await in a branch. None of them may appear.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src" / "cpp"
MAX_LINES = 400

# room -> rooms whose headers it may include (transitively closed).
ARROWS = {
    "core": set(),
    "json": {"core"},
    "net": {"core"},
    "http": {"core", "net"},
    "sse": {"core", "net", "http"},
    "ws": {"core", "net"},
    "api": {"core", "net", "http", "sse", "json"},
    "bridge": {"core"},
    "mock": {"core", "json"},
    "python/mock": {"core", "json", "mock"},
    "python": {"core", "json", "net", "http", "sse", "ws", "api", "bridge"},
    "third_party": set(),
}
INCLUDE = re.compile(r'#include "([a-z0-9_]+)/')
PYTHON = re.compile(r"#include [<\"](Python\.h|pybind11/)")


def co_await_expressions(text: str) -> list[tuple[int, str]]:
    """Every `co_await ...` up to the end of its statement, with its line number."""
    found = []
    for match in re.finditer(r"\bco_await\b", text):
        depth = 0
        end = match.end()
        while end < len(text):
            char = text[end]
            if char in "([{":
                depth += 1
            elif char in ")]}":
                if depth == 0:
                    break
                depth -= 1
            elif char == ";" and depth == 0:
                break
            end += 1
        found.append((text.count("\n", 0, match.start()) + 1, text[match.start() : end]))
    return found


def strip(text: str) -> str:
    """Blanks comments and literals, keeping line numbers."""

    def blank(match: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", match.group(0))

    return re.sub(
        r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'', blank, text, flags=re.S
    )


def check(path: Path) -> list[str]:
    """The rules that `path` breaks, as `file:line: message`."""
    raw = path.read_text()
    folders = path.relative_to(SOURCES).parts
    room = "/".join(folders[:2])
    if room not in ARROWS:
        room = folders[0]
    name = path.relative_to(ROOT)
    problems = []
    lines = raw.count("\n")
    if lines > MAX_LINES:
        problems.append(f"{name}:1: {lines} lines, more than {MAX_LINES}")
    for number, line in enumerate(raw.splitlines(), 1):
        include = INCLUDE.match(line)
        if include and include.group(1) != room and include.group(1) not in ARROWS[room]:
            problems.append(f"{name}:{number}: room {room} may not know {include.group(1)}")
        if PYTHON.match(line) and folders[0] != "python":
            problems.append(f"{name}:{number}: only the python room knows Python")
    for number, expression in co_await_expressions(strip(raw)):
        for pattern, what in (
            (r"\[[^\]]*\]\s*(\(|\{|mutable)", "a lambda"),
            (r"\{", "braces"),
            (r"\?", "a conditional operator"),
        ):
            if re.search(pattern, expression):
                problems.append(f"{name}:{number}: {what} inside a co_await expression")
    return problems


def main() -> int:
    files = sorted([*SOURCES.rglob("*.hpp"), *SOURCES.rglob("*.cpp")])
    problems = [problem for path in files for problem in check(path)]
    print("\n".join(problems) or f"lint_cpp: {len(files)} files, no problem")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
