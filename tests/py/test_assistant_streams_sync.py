"""test_assistant_streams.py, synchronously."""

from twin_tests import adopt

adopt(globals(), "test_assistant_streams")
