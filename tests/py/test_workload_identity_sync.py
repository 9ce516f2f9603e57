"""test_workload_identity.py, synchronously."""

from twin_tests import adopt

adopt(globals(), "test_workload_identity")
