"""Texts that come in pieces."""

from __future__ import annotations


class Texts:
    """By field and position. Pieces are joined only when they are asked for."""

    def __init__(self) -> None:
        self._fields: dict[str, dict[int, list[str]]] = {}

    def put(self, name: str, position: int, value: str) -> None:
        self._fields.setdefault(name, {})[position] = [value]

    def extend(self, name: str, position: int, value: str, *, after: str = "") -> None:
        """`after` is what the first piece continues."""
        self._fields.setdefault(name, {}).setdefault(position, [after]).append(value)

    def drop(self, names: tuple[str, ...], position: int) -> None:
        for name in names:
            self._fields.get(name, {}).pop(position, None)

    def has(self, name: str, position: int) -> bool:
        return position in self._fields.get(name, {})

    def get(self, name: str, position: int = 0) -> str | None:
        pieces = self._fields.get(name, {}).get(position)
        return None if pieces is None else "".join(pieces)

    def of(self, name: str) -> dict[int, str]:
        """In the order of their positions."""
        return {at: "".join(pieces) for at, pieces in sorted(self._fields.get(name, {}).items())}
