"""test_uploads_chunked.py, synchronously."""

from twin_tests import adopt

adopt(globals(), "test_uploads_chunked")
