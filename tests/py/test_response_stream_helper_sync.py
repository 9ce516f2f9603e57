"""test_response_stream_helper.py, synchronously."""

from twin_tests import adopt

adopt(globals(), "test_response_stream_helper")
