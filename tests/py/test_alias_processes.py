"""Alias mode in the processes a program starts."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from alias_process import python

RUN = ("-m", "openai_native", "run")

PROGRAM = """
    import multiprocessing, sys
    import openai
    from openai.types import CompletionUsage

    class Own(CompletionUsage): ...

    def work(usage):
        import openai as again
        assert again is openai and openai.__name__ == "openai_native"
        assert sys.modules["openai.types"] is sys.modules["openai_native.types"]
        return type(usage), usage, openai.OpenAIError("text")

    if __name__ == "__main__":
        context = multiprocessing.get_context(sys.argv[1])
        sent = Own(completion_tokens=1, prompt_tokens=2, total_tokens=3)
        with context.Pool(1) as pool:
            kind, usage, error = pool.apply(work, (sent,))
        assert kind is Own and usage == sent and type(error) is openai.OpenAIError
        print("done")
"""


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
@pytest.mark.parametrize("started", ["script", "module", "install"])
def test_multiprocessing(method: str, started: str, tmp_path: Path) -> None:
    program = dedent(PROGRAM)
    if started == "install":
        # Children import this module too, but its first lines only count in the parent.
        program = (
            "if __name__ == '__main__':\n    import openai_native\n    openai_native.install()\n"
            + program
        )
    (tmp_path / "program.py").write_text(program)
    how = {"script": (*RUN, "program.py"), "module": (*RUN, "-m", "program")}
    done = python(*how.get(started, ("program.py",)), method, cwd=tmp_path)
    assert done.stdout == "done\n" and done.returncode == 0, done.stderr


def test_futures(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(
        "from concurrent.futures import ProcessPoolExecutor\n"
        "import multiprocessing\n"
        "def name():\n    import openai\n    return openai.__name__\n"
        "if __name__ == '__main__':\n"
        "    context = multiprocessing.get_context('spawn')\n"
        "    with ProcessPoolExecutor(1, mp_context=context) as pool:\n"
        "        print(pool.submit(name).result())\n"
    )
    done = python(*RUN, "program.py", cwd=tmp_path)
    assert done.stdout == "openai_native\n", done.stderr
