"""test_python_lane.py, synchronously."""

from twin_tests import adopt

adopt(globals(), "test_python_lane")
