"""test_agent_sessions.py, synchronously."""

from twin_tests import adopt

adopt(globals(), "test_agent_sessions")
