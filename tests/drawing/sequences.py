"""Random sequences of edits, by the page's own code, undone and redone: what the editor answers is what ``check`` says.

``python -m tests.drawing.sequences --count 10000 --seed 1``. What is shown after the last edit and after some are undone goes
two ways: as the drawing to the answering function, and as the TOML file that is saved to ``ic.check``. Needs Node.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import identcheck as ic
from identcheck.drawing.answers import respond
from identcheck.drawing.written import changed
from identcheck.errors import IdentcheckError
from tests.drawing.drawings import reason
from tests.tools import REPOSITORY


def sequences(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """What each sequence shows.

    Raises:
        AssertionError: undo or redo gave another drawing.
    """
    command = ["node", str(REPOSITORY / "editor" / "sequences.mjs"), str(count), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as node:
        assert node.stdout is not None
        assert node.stderr is not None
        for line in node.stdout:
            yield json.loads(line)
        said = node.stderr.read()
    assert node.returncode == 0, said


def answered(drawing: dict[str, Any], assume: list[str]) -> tuple[str, Any]:
    """What the editor says: of each question verdict and reason, what is missing, what it rests on; or the problems."""
    answers = list(
        respond({"protocol": 1, "revision": 1, "ask": "check", "drawing": drawing, "assume": assume})
    )
    assert answers[-1]["kind"] == "done"
    problems = [answer["text"] for answer in answers if answer["kind"] == "problem"]
    if problems:
        return "no design", problems
    cards = {answer["card"]["id"]: answer["card"] for answer in answers if "card" in answer}
    return "design", {
        name: (
            card["kind"],
            reason(card),
            sorted(entry["name"] for entry in card["missing"]),
            card["rests_on"],
        )
        for name, card in cards.items()
    }


def checked(drawing: dict[str, Any], assume: list[str]) -> tuple[str, Any]:
    """What ``check`` says of the file that the drawing is saved as; of one that is not saved, nothing."""
    try:
        design = ic.Design.from_text(changed("", drawing), "toml")
        result = ic.check(design, assume)
    except IdentcheckError:
        return "no design", None
    return "design", {
        str(f.estimand): (f.verdict.value, f.reason, sorted({c.called for c in f.missing}), list(f.rests_on))
        for f in result.findings
    }


def compared(count: int, seed: int) -> Counter[str]:
    """How many drawings were designs and how many were none.

    Raises:
        AssertionError: the two ways differ, with the drawing.
    """
    found: Counter[str] = Counter()
    for sequence in sequences(count, seed):
        found["sequences"] += 1
        for shown in sequence["shown"]:
            one, other = answered(**shown), checked(**shown)
            assert one[0] == other[0], (sequence["number"], one, json.dumps(shown))
            assert one[0] == "no design" or one[1] == other[1], (sequence["number"], json.dumps(shown))
            found[one[0]] += 1
    return found


def main() -> int:
    """Compare, and print how many there were."""
    parser = argparse.ArgumentParser(description="Compare the editor with check over random edits.")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    found = compared(given.count, given.seed)
    print(
        f"{found['sequences']:,} sequences of edits, undone and redone; {found['design']:,} designs and {found['no design']:,} "
        f"drawings that are none: no difference, seed {given.seed}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
