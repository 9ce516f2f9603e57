"""test_agent_files.py, synchronously."""

from twin_tests import adopt

adopt(globals(), "test_agent_files")
