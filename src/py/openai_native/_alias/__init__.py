"""Alias mode: `openai` and every module below it is the one of `openai_native`."""

from __future__ import annotations

import sys

from .finder import ALIAS, PACKAGE, AliasFinder

_finder = AliasFinder()


def install() -> None:
    """From here on `import openai` gives this package; `importlib.metadata` knows it by that name.

    To be called before anything imports the official package. Calling it again changes nothing.
    """
    _refuse_official()
    if _finder in sys.meta_path:
        return
    sys.meta_path.insert(0, _finder)
    if "multiprocessing.spawn" in sys.modules:
        from .children import include_alias

        include_alias()


def uninstall() -> None:
    """Takes `install()` back, for tests: the next `import openai` looks for the official one."""
    if _finder in sys.meta_path:
        sys.meta_path.remove(_finder)
    for name in [n for n in sys.modules if n.partition(".")[0] == ALIAS]:
        if sys.modules[name] is sys.modules.get(PACKAGE + name.removeprefix(ALIAS)):
            del sys.modules[name]
    if (children := sys.modules.get(f"{__name__}.children")) is not None:
        children.exclude_alias()


def _refuse_official() -> None:
    loaded = sys.modules.get(ALIAS)
    if loaded is None or loaded is sys.modules[PACKAGE]:
        return
    version = getattr(loaded, "__version__", "of unknown version")
    place = getattr(loaded, "__file__", None) or "an unknown place"
    raise ImportError(
        f"openai ({version}, from {place}) has been imported already, so openai_native cannot take "
        "its name: call openai_native.install() before everything that imports openai, or start "
        "the program with `python -m openai_native run`",
        name=ALIAS,
        path=place,
    )
