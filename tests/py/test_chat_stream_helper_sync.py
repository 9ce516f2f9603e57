"""test_chat_stream_helper.py, synchronously."""

from twin_tests import adopt

adopt(globals(), "test_chat_stream_helper")
