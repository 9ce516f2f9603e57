"""test_webhooks.py, synchronously."""

from twin_tests import adopt

adopt(globals(), "test_webhooks")
