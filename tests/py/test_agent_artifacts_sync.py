"""test_agent_artifacts.py, synchronously."""

from twin_tests import adopt

adopt(globals(), "test_agent_artifacts")
