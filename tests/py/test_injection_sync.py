"""test_injection.py, synchronously."""

from twin_tests import adopt

adopt(globals(), "test_injection")
