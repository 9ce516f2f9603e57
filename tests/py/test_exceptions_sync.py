"""test_exceptions.py, synchronously."""

from twin_tests import adopt

adopt(globals(), "test_exceptions")
