"""test_bad_input.py, synchronously."""

from twin_tests import adopt

adopt(globals(), "test_bad_input")
