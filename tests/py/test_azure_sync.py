"""test_azure.py, synchronously."""

from twin_tests import adopt

adopt(globals(), "test_azure")
