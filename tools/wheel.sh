#!/bin/sh
# usage: tools/wheel.sh PYTHON   Builds dist/*.whl for that CPython with pinned tools, repairs it,
# and tries it in a clean environment.
set -eu
python=$1
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
tools=build/wheel/tools-$version
test -x "$tools/bin/python" || "$python" -m venv "$tools"
"$tools/bin/python" -m pip install -q -r tools/wheel-requirements.txt
export PATH="$PWD/$tools/bin:$PATH"
# Nothing of the machine's clock gets into a wheel.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 1577836800)}
export SOURCE_DATE_EPOCH

raw=build/wheel/raw-$version
rm -rf "$raw"
python -m pip wheel -q --no-deps --no-build-isolation -w "$raw" \
    --config-settings=cmake.define.OAI_BUNDLE=ON ${UNITY:+--config-settings=cmake.define.CMAKE_UNITY_BUILD=$UNITY} .
auditwheel -q repair -w "$raw/repaired" "$raw"/*.whl
mkdir -p dist
cp "$raw"/repaired/*.whl dist/
sh tools/try_wheel.sh "$python" "$raw"/repaired/*.whl
