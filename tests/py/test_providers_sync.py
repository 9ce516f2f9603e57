"""test_providers.py, synchronously."""

from twin_tests import adopt

adopt(globals(), "test_providers")
