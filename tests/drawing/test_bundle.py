"""The page that is shipped is the one that its sources make."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.tools import REPOSITORY, require_program

STATIC = REPOSITORY / "identcheck" / "drawing" / "static"
MOST_BYTES = 120_000


def test_the_page_is_small() -> None:
    assert sum(file.stat().st_size for file in STATIC.iterdir()) < MOST_BYTES


def test_built_anew_it_is_the_same(tmp_path: Path) -> None:
    """With the release of esbuild that the lock file names."""
    require_program("npm", "node")
    shutil.copytree(REPOSITORY / "editor", tmp_path / "editor", ignore=shutil.ignore_patterns("node_modules"))
    (tmp_path / "identcheck" / "drawing" / "static").mkdir(parents=True)
    for command in (["npm", "ci", "--silent"], ["npm", "run", "--silent", "build"]):
        done = subprocess.run(command, cwd=tmp_path / "editor", capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
    made = tmp_path / "identcheck" / "drawing" / "static" / "draw.js"
    assert made.read_bytes() == (STATIC / "draw.js").read_bytes(), "the sources changed: make editor"
