"""Names, signatures, fields and annotations: the official package's, one by one."""

from __future__ import annotations

from pathlib import Path

import openai
import pytest

from table import Table
from walk import comparisons

TRACKED = Path(__file__).resolve().parents[3] / "surface" / "VERSION"


@pytest.mark.skipif(
    openai.__version__ != TRACKED.read_text(encoding="utf-8").strip(),
    reason=f"the installed openai is {openai.__version__}, not what surface/ was read from",
)
@pytest.mark.filterwarnings("ignore")
def test_everything_public_is_the_same() -> None:
    table = Table("surface")
    for place, official, ours in comparisons():
        theirs, mine = repr(official), repr(ours)
        table.note(place, None if theirs == mine else f"\n  official {theirs}\n  ours     {mine}")
    assert table.total > 10_000
    table.check("modules, names and members")
