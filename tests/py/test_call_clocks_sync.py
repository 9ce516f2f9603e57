"""The clocks of a call, synchronously."""

from __future__ import annotations

from twin_tests import adopt

adopt(globals(), "test_call_clocks")
