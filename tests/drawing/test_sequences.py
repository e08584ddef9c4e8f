"""A short run of ``sequences``; the long one is ``python -m tests.drawing.sequences``."""

from __future__ import annotations

from tests.drawing.sequences import compared
from tests.tools import require_program


def test_random_edits_undone_and_redone_are_what_check_says() -> None:
    require_program("node")
    found = compared(count=150, seed=7)
    assert found["sequences"] == 150
    assert found["design"] > 60
    assert found["no design"] > 30
