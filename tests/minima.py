"""Every dependency of identcheck and of its tests at the least version that pyproject.toml declares, as constraints for pip.

    python tests/minima.py > build/minima.txt
    pip install --constraint build/minima.txt --editable '.[test]'

It needs nothing but Python: it is run before anything is installed. What is not declared (what dependencies need in their
turn) is left to pip. An extra of identcheck itself has no version, and a pinned release (``==``) no minimum.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

PROJECT = Path(__file__).parents[1] / "pyproject.toml"
DECLARED = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?>=(?P<least>[0-9][0-9.]*)")

EXTRAS = ("plots", "parquet", "word", "test")


def minima() -> list[str]:
    """One line a dependency, such as ``numpy==1.26``."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    declared = [*project["dependencies"], *(line for name in EXTRAS for line in extras[name])]
    found = [DECLARED.fullmatch(line) for line in declared]
    return sorted({f"{match['name']}=={match['least']}" for match in found if match})


if __name__ == "__main__":
    print("\n".join(minima()))
