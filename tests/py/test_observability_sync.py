"""test_observability.py, synchronously."""

from twin_tests import adopt

adopt(globals(), "test_observability")
