"""`docs/threat-model.md` names the tests that stand for each line: they exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
ROWS = [line for line in TEXT.splitlines() if line.startswith("|") and "---" not in line]
NAMED = re.compile(r"`([\w./]+\.(?:py|cpp))::([^`]+)`")


@pytest.mark.parametrize(("file", "name"), sorted(set(NAMED.findall(TEXT))))
def test_every_test_that_is_named_exists(file: str, name: str) -> None:
    folder = "cpp" if file.endswith(".cpp") else "py"
    found = (ROOT / "tests" / folder / file).read_text(encoding="utf-8")
    shape = rf"^(async )?def {name}\(" if folder == "py" else rf"^(void )?{name}\(|\"{name}\""
    assert re.search(shape, found, re.MULTILINE), f"{file} has no {name}"


def test_every_line_has_a_test_or_a_reason() -> None:
    for row in ROWS:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert len(cells) >= 2 and cells[-1], row


def test_the_figures() -> None:
    """Most lines are tests: a table of excuses is none."""
    tested = [row for row in ROWS if NAMED.search(row)]
    assert len(set(NAMED.findall(TEXT))) > 100 and len(tested) > 0.8 * len(ROWS)
