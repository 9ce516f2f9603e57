#!/bin/sh
# usage: tools/try_wheel.sh PYTHON WHEEL   Installs it into an environment of its own and runs a
# program there that needs nothing but what was installed.
set -eu
python=$1
wheel=$(realpath "$2")
program=$(realpath tools/try_wheel.py)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
"$python" -m venv "$place/venv"
"$place/venv/bin/python" -m pip install -q --disable-pip-version-check "$wheel"
cd "$place"
env -i HOME="$place" PATH=/usr/bin:/bin "$place/venv/bin/python" -I -W error "$program"
size=$(wc -c <"$wheel")
echo "$(basename "$wheel"): $((size / 1024)) KiB"
test "$size" -lt $((15 * 1024 * 1024))
