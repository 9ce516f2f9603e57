#!/bin/sh
# Everything a reviewer should not have to say: format, types, our own C++ rules.
set -eu
git ls-files '*.hpp' '*.cpp' | xargs clang-format --dry-run -Werror
python tools/lint_cpp.py
# A room at once, as a unity build compiles it: the heavy headers are read once a room.
cmake --preset dev -B build/lint -DCMAKE_UNITY_BUILD=ON -DPython_EXECUTABLE="$(command -v python)" \
    --log-level=WARNING >/dev/null
find build/lint/src -name 'unity_*.cxx' | grep -vE 'third_party|heavy' |
    xargs -P "$(nproc 2>/dev/null || echo 2)" -n 1 clang-tidy --quiet -p build/lint 2>/dev/null
ruff check .
ruff format --check .
mypy
# The synchronous twins as they are installed.
mypy --follow-imports=silent $(python tools/derive_sync.py | sed 's/^/-m /')
