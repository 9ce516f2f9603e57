#!/bin/sh
# Runs a make command once for every supported CPython found in PATH or pyenv, each in its own venv.
# SKIP="3.11" leaves versions out.
set -eu
for version in 3.10 3.11 3.12 3.13; do
    case " ${SKIP:-} " in *" $version "*) continue ;; esac
    python=""
    candidates="$(command -v "python$version" || true)"
    if command -v pyenv >/dev/null; then
        candidates="$candidates $(ls -d "$(pyenv root)"/versions/"$version"*/bin/python 2>/dev/null || true)"
    fi
    for candidate in $candidates; do
        if "$candidate" -c 'import venv' >/dev/null 2>&1; then python=$candidate; fi
    done
    if [ -z "$python" ]; then
        echo "python$version: not on this machine, skipped"
        continue
    fi
    echo "=== $("$python" --version)"
    "$@" "PYTHON=$python" "VENV=.venv-$version"
done
