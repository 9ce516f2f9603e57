"""test_responses_lanes.py, synchronously."""

from twin_tests import adopt

adopt(globals(), "test_responses_lanes")
