"""test_secrets.py, synchronously."""

from twin_tests import adopt

adopt(globals(), "test_secrets")
