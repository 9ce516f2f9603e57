"""test_polling.py, synchronously."""

from twin_tests import adopt

adopt(globals(), "test_polling")
