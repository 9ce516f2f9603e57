"""test_chain.py, synchronously."""

from twin_tests import adopt

adopt(globals(), "test_chain")
