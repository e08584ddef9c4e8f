"""The gate for system programs that a test needs, and how many cases it goes through.

Where one is missing the test is skipped, and says so. Under IDENTCHECK_REQUIRE_ALL=1, as
in continuous integration, it fails instead: a skipped test there would pass for a checked one.
"""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]


def often(few: int, many: int) -> int:
    """How many designs, documents or pages: few, or many under IDENTCHECK_LONG, as in ``make long``; so too asserted counts."""
    return many if os.environ.get("IDENTCHECK_LONG") else few


def require_program(*names: str) -> None:
    """Go on only if every one of these programs is on PATH."""
    missing = [name for name in names if shutil.which(name) is None]
    if missing:
        _stop(f"not on PATH: {', '.join(missing)}")


def _stop(reason: str) -> NoReturn:
    __tracebackhide__ = True
    if os.environ.get("IDENTCHECK_REQUIRE_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
