#!/bin/sh
# usage: tools/wheel.sh PYTHON   Builds dist/*.whl for the CPython of an environment, with pinned
# tools, repairs it, and tries it in a clean environment.
set -eu
python=$(realpath -s "$1")
"$python" -m pip install -q -r tools/wheel-requirements.txt
PATH="$(dirname "$python"):$PATH"
# Nothing of the machine's clock gets into a wheel.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 1577836800)}
export PATH SOURCE_DATE_EPOCH

# Debian's archive of nghttp2 is not position independent: the shared library goes with the wheel.
shared=${BUNDLE_SHARED-nghttp2}
raw=build/wheel/$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
rm -rf "$raw"
"$python" -m pip wheel -q --no-deps --no-build-isolation -w "$raw" \
    --config-settings=cmake.define.OAI_BUNDLE=ON \
    --config-settings=cmake.define.OAI_BUNDLE_SHARED="$shared" \
    --config-settings=cmake.define.CMAKE_UNITY_BUILD="${UNITY:-ON}" .
auditwheel repair -w "$raw/repaired" "$raw"/*.whl
mkdir -p dist
cp "$raw"/repaired/*.whl dist/
sh tools/try_wheel.sh "$("$python" -c 'import sys; print(sys._base_executable)')" "$raw"/repaired/*.whl
