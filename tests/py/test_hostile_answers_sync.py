"""The synchronous client's answers that no honest server gives."""

from __future__ import annotations

from twin_tests import adopt

adopt(globals(), "test_hostile_answers")
