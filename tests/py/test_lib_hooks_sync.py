"""test_lib_hooks.py, synchronously."""

from twin_tests import adopt

adopt(globals(), "test_lib_hooks")
