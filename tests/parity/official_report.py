"""What the official tests gave, by file; exclusions and their reasons come from the table."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections import Counter, defaultdict
from pathlib import Path

from table import Table


def report(results: Path, *, whole: bool) -> int:
    """Prints the figures; 1 if a test failed that the table does not speak of."""
    table = Table("official")
    files: dict[str, Counter[str]] = defaultdict(Counter)
    for place, file, outcome in outcomes(results):
        entry = table.entry_for(place)
        files[file]["excluded" if entry and outcome == "failed" else outcome] += 1
        if outcome != "skipped":
            table.note(place, None if outcome == "passed" else "failed")
    for file, counts in sorted(files.items()):
        print(f"{file}: " + ", ".join(f"{n} {what}" for what, n in sorted(counts.items())))
    print()
    for entry in table.entries:
        if entry.hits:
            print(f"excluded: {entry.place} ({entry.hits}; {entry.topic}: {entry.reason})")
    print(table.summary("official tests").replace("agree", "pass"))
    for line in table.unexplained:
        print("FAILED", line.partition(":")[0] if line.count("::") == 0 else line)
    stale = table.stale if whole else []
    if stale:
        print("passes by now, take it out of the table:", *stale, sep="\n  ")
    return 1 if table.unexplained or stale else 0


def outcomes(results: Path) -> list[tuple[str, str, str]]:
    """(place, file, outcome) of each test: `tests.lib.test_x.TestY.test_z[loose]`."""
    found = []
    for case in ElementTree.parse(results).getroot().iter("testcase"):
        module = case.get("classname") or ""
        place = f"{module}.{case.get('name')}" if module else str(case.get("name"))
        kinds = {child.tag for child in case}
        outcome = "failed" if kinds & {"failure", "error"} else "passed"
        if "skipped" in kinds:
            outcome = "skipped"
        parts = [p for p in module.split(".") if not p.startswith("Test")]
        found.append((place, "/".join(parts) or place.replace(".", "/"), outcome))
    return found
