"""The matrix as a table: steps down, operations by protocol across, in each cell what held."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from cases import OPERATIONS, PROTOCOLS

if TYPE_CHECKING:
    from lanes import Lane, Result

Cell = tuple[int, int]  # held, of


def summary(results: list[tuple[Lane, Result]]) -> str:
    held = sum(not why for _, (_, why) in results)
    return f"{held} of {len(results)}"


def table(results: list[tuple[Lane, Result]]) -> str:
    return "\n".join(
        part for protocol in PROTOCOLS for part in (_of(protocol, results), "") if part is not None
    )


def _of(protocol: str, results: list[tuple[Lane, Result]]) -> str:
    cells: dict[tuple[str, str], Cell] = defaultdict(lambda: (0, 0))
    steps: dict[str, None] = {}
    for _, (case, why) in results:
        if case.protocol != protocol:
            continue
        row = f"{case.step}: {case.fault.action}"
        steps[row] = None
        for key in ((row, case.operation), (row, "all"), ("all", case.operation), ("all", "all")):
            held, of = cells[key]
            cells[key] = (held + (not why), of + 1)
    columns = [*(each for each in OPERATIONS if ("all", each) in cells), "all"]
    width = max((len(row) for row in steps), default=0) + 2
    lines = [protocol.ljust(width) + "".join(each.rjust(14) for each in columns)]
    for row in (*sorted(steps), "all"):
        found = (cells.get((row, each)) for each in columns)
        text = (f"{cell[0]} of {cell[1]}" if cell else "-" for cell in found)
        lines.append(row.ljust(width) + "".join(each.rjust(14) for each in text))
    return "\n".join(lines)
