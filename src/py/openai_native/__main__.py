"""`python -m openai_native run | mock | demo | --version`"""

from __future__ import annotations

import sys

USAGE = """\
usage: python -m openai_native COMMAND [options]

  run         run a program with this package under the name `openai` (run SCRIPT, run -m MODULE)
  mock        start the local OpenAI-compatible server (mock --help lists its options)
  demo        stream one answer, then run many at once and print how fast that was
  --version   print the version of this package and of the official one it follows
"""


def main(arguments: list[str] | None = None) -> int:
    arguments = sys.argv[1:] if arguments is None else arguments
    command, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if command == "run":
        from ._run import main as run_program

        return run_program(rest)
    if command == "mock":
        from .mock import main as run_mock

        return run_mock(rest)
    if command == "demo":
        from .demo import main as run_demo

        return run_demo(rest)
    if command in ("--version", "-V"):
        from . import __native_version__, __version__

        print(f"openai-native {__native_version__} (openai {__version__})")
        return 0
    if command in ("-h", "--help"):
        print(USAGE, end="")
        return 0
    print(
        f"unknown command {command!r}\n" if command else "", USAGE, sep="", end="", file=sys.stderr
    )
    return 2


if __name__ == "__main__":
    sys.exit(main())
