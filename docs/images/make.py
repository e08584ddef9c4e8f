"""Makes the picture in README.md: the causal graph as the report of an example draws it.

Run: python docs/images/make.py
"""

import re
from pathlib import Path

import identcheck as ic

HERE = Path(__file__).parent
PICTURE = HERE / "moving_to_opportunity.svg"


def drawn() -> str:
    """The graph of the Moving to Opportunity example, as an SVG file."""
    design = ic.load(HERE.parents[1] / "examples" / "moving_to_opportunity.toml")
    found = re.search(r"<svg.*?</svg>", ic.check(design).render("html"), re.DOTALL)
    assert found is not None
    return found[0] + "\n"


if __name__ == "__main__":
    PICTURE.write_text(drawn(), encoding="utf-8")
