#!/bin/sh
# Builds the extension with a sanitizer and runs the Python tests with it.
# usage: tools/sanitized_python.sh address,undefined|thread PYTHON [PYTEST ARGUMENT...]
set -eu
sanitizer=$1
python=$2
shift 2
case $sanitizer in
    thread)
        place=build/tsan-py runtime=libtsan.so
        set -- -m "not forks" "$@"
        ;;
    *) place=build/asan-py runtime=libasan.so ;;
esac
here=$(pwd)
"$python" -m pip install -q --no-build-isolation --no-deps --upgrade --target "$place/site" \
    --config-settings=build-dir="$place/build" \
    --config-settings=cmake.build-type=RelWithDebInfo \
    --config-settings='cmake.define.CMAKE_CXX_FLAGS_RELWITHDEBINFO=-O1 -g1' \
    --config-settings=cmake.define.OAI_SANITIZE="$sanitizer" .
rm -f "$place"/report*

# The interpreter is not built with the sanitizer, so its runtime has to come first; with it the C++
# runtime, whose exceptions it wraps.
LD_PRELOAD="$(g++ -print-file-name=$runtime) $(g++ -print-file-name=libstdc++.so)"
PYTHONPATH="$here/$place/site"
PYTHONMALLOC=malloc # or blocks of Python's own arenas hide what is wrong with them
# Leaks are counted by the tests themselves: what the interpreter and pydantic keep to the end would
# drown ours.
ASAN_OPTIONS="detect_leaks=0:abort_on_error=1:suppressions=$here/tools/asan.supp:log_path=$here/$place/report"
UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1"
TSAN_OPTIONS="suppressions=$here/tools/tsan.supp:second_deadlock_stack=1:die_after_fork=0:log_path=$here/$place/report"
export LD_PRELOAD PYTHONPATH PYTHONMALLOC ASAN_OPTIONS UBSAN_OPTIONS TSAN_OPTIONS
status=0
"$python" -m pytest -p no:cacheprovider "$@" || status=$?
unset LD_PRELOAD
# A report of a child process whose status no test looks at is one as well.
cat "$place"/report* 2>/dev/null && exit 1
exit "$status"
