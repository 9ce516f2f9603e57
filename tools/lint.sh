#!/bin/sh
# Everything a reviewer should not have to say: format, types, our own C++ rules.
set -eu
git ls-files '*.hpp' '*.cpp' | xargs clang-format --dry-run -Werror
python tools/lint_cpp.py
# The dev build's compile commands; only our own sources.
git ls-files 'src/cpp/*.cpp' | grep -vE 'third_party|/python/' |
    xargs -P "$(nproc 2>/dev/null || echo 2)" -n 4 clang-tidy --quiet -p build/dev 2>/dev/null
ruff check .
ruff format --check .
mypy
# The synchronous twins as they are installed.
mypy --follow-imports=silent $(python tools/derive_sync.py | sed 's/^/-m /')
