"""test_raw_response.py, synchronously."""

from twin_tests import adopt

adopt(globals(), "test_raw_response")
