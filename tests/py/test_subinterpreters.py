"""The core belongs to the process: other interpreters are told so, and change nothing."""

from __future__ import annotations

import textwrap

import pytest

from programs import run_whole

INTERPRETERS = """
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
"""

FOREIGN = """
try:
    from openai_native import AsyncOpenAI
    AsyncOpenAI(api_key="k").models
except ImportError as error:
    print(error, flush=True)
"""


@pytest.mark.parametrize("imported", [True, False], ids=["imported before", "imported after"])
def test_subinterpreters(imported: bool) -> None:
    told = run_whole(
        INTERPRETERS
        + textwrap.dedent(f"""
        if {imported}:
            from openai_native import _core
        for _ in range(2):
            other = interpreters.create()
            interpreters.run_string(other, {FOREIGN!r})
            interpreters.destroy(other)
        from openai_native import OpenAI, _core
        OpenAI(api_key="k").close()
        """)
    )
    assert told.count("\n") == 2 and told.count("subinterpreters") == 2, told


def test_imported_again() -> None:
    run_whole(
        textwrap.dedent("""
        import sys
        from openai_native import _core
        first = _core
        for name in [name for name in sys.modules if name.startswith("openai_native")]:
            del sys.modules[name]
        from openai_native import OpenAI, _core
        assert _core is first
        OpenAI(api_key="k").close()
        """)
    )
