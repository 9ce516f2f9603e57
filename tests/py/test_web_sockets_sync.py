"""test_web_sockets.py, synchronously."""

from twin_tests import adopt

adopt(globals(), "test_web_sockets")
