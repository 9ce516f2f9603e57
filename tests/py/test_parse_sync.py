"""test_parse.py, synchronously."""

from twin_tests import adopt

adopt(globals(), "test_parse")
