"""`python -m openai_native run`: a program in alias mode, otherwise as `python` would run it."""

from __future__ import annotations

import builtins
import importlib.util
import io
import os
import sys
from collections.abc import Callable
from importlib.abc import InspectLoader
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pkgutil import read_code
from types import CodeType, ModuleType
from typing import cast

from ._alias import install

USAGE = "usage: python -m openai_native run SCRIPT [ARGS...] | -m MODULE [ARGS...]\n"

Program = tuple[CodeType, ModuleType]


class _CannotRun(Exception):
    """Reported as `python` reports it: one line, no traceback."""

    def __init__(self, problem: str, exit_code: int = 1) -> None:
        super().__init__(problem)
        self.exit_code = exit_code


def main(arguments: list[str]) -> int:
    if arguments[:1] in (["-h"], ["--help"]):
        print(USAGE, end="")
        return 0
    by_name = arguments[:1] == ["-m"]
    rest = arguments[1:] if by_name else arguments
    if not rest or (rest[0].startswith("-") and not by_name):
        print(USAGE, end="", file=sys.stderr)
        return 2
    install()
    try:
        return _execute(_module if by_name else _script, rest)
    except _CannotRun as problem:
        print(f"{sys.executable}: {problem}", file=sys.stderr)
        return problem.exit_code


def _execute(find: Callable[..., Program], arguments: list[str]) -> int:
    try:
        code, main_module = find(*arguments)
        # It stays there after the program: exit handlers, threads and new processes look for it.
        sys.modules["__main__"] = main_module
        exec(code, vars(main_module))
    except (SystemExit, KeyboardInterrupt, _CannotRun):
        raise
    except BaseException as error:
        _report(error)
        return 1
    return 0


def _report(error: BaseException) -> None:
    """As the interpreter does it, without the frames of this module."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    sys.excepthook(type(error), error.with_traceback(trace), trace)


def _module(name: str, *arguments: str) -> Program:
    _search_first(os.getcwd())
    sys.argv = ["-m", *arguments]  # what the packages around it see
    spec = _find(name)
    if spec is None:
        raise _CannotRun(f"No module named {name}")
    if spec.submodule_search_locations is not None:
        spec = _find(f"{name}.__main__")
        if spec is None:
            raise _CannotRun(
                f"No module named {name}.__main__; "
                f"{name!r} is a package and cannot be directly executed"
            )
    program = _loaded(spec)
    sys.argv[0] = str(spec.origin)
    return program


def _find(name: str) -> ModuleSpec | None:
    try:
        return importlib.util.find_spec(name)
    except ModuleNotFoundError as error:
        # What a package around it misses while it is imported is another matter.
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise
        return None
    except ValueError as error:
        raise _CannotRun(f"{name}: {error}") from None


def _script(given: str, *arguments: str) -> Program:
    sys.argv = [given, *arguments]
    path = os.path.join(os.getcwd(), given)
    if (spec := PathFinder.find_spec("__main__", [path])) is not None:  # a directory or a zip file
        _search_first(path)
        return _loaded(spec)
    if os.path.isdir(path):
        raise _CannotRun(f"can't find '__main__' module in {path!r}", 1)
    try:
        code = _read(path)
    except OSError as error:
        text = f"can't open file {path!r}: [Errno {error.errno}] {error.strerror}"
        raise _CannotRun(text, 2) from None
    _search_first(os.path.dirname(os.path.realpath(path)))
    main_module = _main_module(None)
    main_module.__file__ = path
    main_module.__loader__ = SourceFileLoader("__main__", path)
    return code, main_module


def _read(path: str) -> CodeType:
    with io.open_code(path) as file:
        compiled: CodeType | None = read_code(file)
        if compiled is not None:
            return compiled
        file.seek(0)
        return compile(file.read(), path, "exec", dont_inherit=True)


def _loaded(spec: ModuleSpec) -> Program:
    code = cast(InspectLoader, spec.loader).get_code(spec.name) if spec.loader else None
    if code is None:
        raise _CannotRun(f"No code object available for {spec.name}")
    main_module = _main_module(spec)
    main_module.__file__ = spec.origin
    main_module.__loader__ = spec.loader
    main_module.__package__ = spec.parent
    return code, main_module


def _main_module(spec: ModuleSpec | None) -> ModuleType:
    module = ModuleType("__main__")
    module.__spec__ = spec
    vars(module).update(__builtins__=builtins, __cached__=spec and spec.cached)
    return module


def _search_first(directory: str) -> None:
    if not getattr(sys.flags, "safe_path", sys.flags.isolated):
        sys.path[0] = directory
