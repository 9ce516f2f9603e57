"""test_pagination.py, synchronously."""

from twin_tests import adopt

adopt(globals(), "test_pagination")
