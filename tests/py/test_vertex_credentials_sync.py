"""test_vertex_credentials.py, synchronously."""

from twin_tests import adopt

adopt(globals(), "test_vertex_credentials")
