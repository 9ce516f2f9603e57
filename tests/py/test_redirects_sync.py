"""Redirects, synchronously."""

from __future__ import annotations

from twin_tests import adopt

adopt(globals(), "test_redirects")
