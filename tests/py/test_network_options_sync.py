"""The synchronous clients' keywords beyond the official ones."""

from __future__ import annotations

from twin_tests import adopt

adopt(globals(), "test_network_options")
