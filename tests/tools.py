"""The gate for what a test needs from outside the package: system programs and shared data.

Where such a thing is missing the test is skipped, and says so. Under IDENTCHECK_REQUIRE_ALL=1, as
in continuous integration, it fails instead: a skipped test there would pass for a checked one.
"""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED_DATA = REPOSITORY.parent / "shared" / "data"


def require_program(*names: str) -> None:
    """Go on only if every one of these programs is on PATH."""
    missing = [name for name in names if shutil.which(name) is None]
    if missing:
        _stop(f"not on PATH: {', '.join(missing)}")


def require_shared(path: str) -> Path:
    """The file `path` of the data folder kept beside the repository; go on only if it is there."""
    found = SHARED_DATA / path
    if not found.is_file():
        _stop(f"no shared data file: {path}")
    return found


def _stop(reason: str) -> NoReturn:
    __tracebackhide__ = True
    if os.environ.get("IDENTCHECK_REQUIRE_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
