"""test_logs.py, synchronously."""

from twin_tests import adopt

adopt(globals(), "test_logs")
