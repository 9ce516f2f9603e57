#!/bin/sh
# Everything a reviewer should not have to say: format, types, our own C++ rules.
set -eu
git ls-files '*.hpp' '*.cpp' | xargs clang-format --dry-run -Werror
python tools/lint_cpp.py
ruff check .
ruff format --check .
mypy
