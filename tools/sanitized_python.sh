#!/bin/sh
# Builds the extension with a sanitizer and runs a Python program with it: the tests, or a storm.
# usage: tools/sanitized_python.sh address,undefined|thread PYTHON -m pytest [ARGUMENT...]
#        tools/sanitized_python.sh address,undefined|thread PYTHON tests/py/storm.py [ARGUMENT...]
set -eu
sanitizer=$1
python=$2
shift 2
case $sanitizer in
    thread) place=build/tsan-py runtime=libtsan.so PYTEST_ADDOPTS='-m "not forks"' ;;
    *) place=build/asan-py runtime=libasan.so PYTEST_ADDOPTS= ;;
esac
leaks=1
[ "$1" != -m ] || leaks=0 # the tests count what is left themselves, also in processes of others
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
ASAN_OPTIONS="detect_leaks=$leaks:abort_on_error=1:suppressions=$here/tools/asan.supp:log_path=$here/$place/report"
LSAN_OPTIONS="suppressions=$here/tools/lsan.supp:print_suppressions=0"
UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1"
TSAN_OPTIONS="suppressions=$here/tools/tsan.supp:second_deadlock_stack=1:die_after_fork=0:log_path=$here/$place/report"
export PYTEST_ADDOPTS LD_PRELOAD PYTHONPATH PYTHONMALLOC ASAN_OPTIONS LSAN_OPTIONS UBSAN_OPTIONS TSAN_OPTIONS
status=0
"$python" "$@" || status=$?
unset LD_PRELOAD
# A report of a child process whose status no test looks at is one as well.
cat "$place"/report* 2>/dev/null && exit 1
exit "$status"
