"""Facts about the client itself -> the modules that hold them."""

from __future__ import annotations

from surface_model import HEADER, PACKAGE, names_in


def emit_regions(regions: dict[str, str]) -> str:
    names = ", ".join(f'"{name}"' for name in regions)
    return "\n".join(
        [
            HEADER,
            "from typing import Literal",
            "",
            f"DataResidency = Literal[{names}]",
            "",
            "_DATA_RESIDENCY_BASE_URLS: dict[DataResidency, str] = {",
            *(f'    "{name}": "{url}",' for name, url in regions.items()),
            "}",
            "",
        ]
    )


def emit_request_options(options: dict[str, str]) -> str:
    """Annotations stay text: what they name imports this module."""
    named = names_in(*(f"_: {each}" for each in options.values()))
    ours = sorted(n for n in named if n not in ("Literal", "float", "int", "bool", "str"))
    return "\n".join(
        [
            HEADER,
            "from __future__ import annotations",
            "",
            "from typing import TYPE_CHECKING, Literal, TypedDict",
            "",
            "if TYPE_CHECKING:",
            f"    from {PACKAGE}._types import {', '.join(ours)}",
            "",
            "",
            "class RequestOptions(TypedDict, total=False):",
            *(f"    {name}: {annotation}" for name, annotation in options.items()),
            "",
            "",
            f'RequestOptions.__module__ = "{PACKAGE}._types"',
            "",
        ]
    )
