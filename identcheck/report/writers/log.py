"""What a reader of a LaTeX document would see: what leaves the page, what is left out, as its log or its source says."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence

from identcheck.errors import TypesettingWarning

__all__ = ["faults_in", "lacking_in", "tell_faults"]

MOST_TOLD = 5
"""So many faults are told one by one."""

MOST_POINTS = 10.0
"""By so many points a line may stand out, which nobody sees beside a margin of sixty."""

LEAST_SIZE = 0.5
"""A formula that is shrunk further than this cannot be read."""

CODE_POINT = re.compile(r"\[\}?U\+([0-9A-F]{4,6})\]")
"""How a letter without a form in LaTeX is written there."""

_PAGE = re.compile(r"^identcheck: page (\d+)$")
_OVERFULL = re.compile(r"^Overfull \\([hv])box \(([0-9.]+)pt too (?:wide|high)\)")
_SHRUNK = re.compile(r"^identcheck: shrunk from ([0-9.]+)pt to ([0-9.]+)pt")
_MISSING = re.compile(r"^Missing character: There is no (\S+)")
_UNKNOWN = re.compile(r"Unicode character (.+?) not set up for use with LaTeX")
_FONT = re.compile(r"\\[A-Za-z0-9]+/[^ ]* ?|\[\]|\||\$")


def faults_in(log: str) -> tuple[str, ...]:
    """A sentence for each fault, with its page: "page 15: a line stands out by 23 pt, at 'the effect of'".

    Args:
        log: what LaTeX wrote; the preamble notes there when a page is finished.
    """
    found: list[str] = []
    told = 0
    lines = log.splitlines()
    for number, line in enumerate(lines):
        if page := _PAGE.match(line):
            found[told:] = [f"page {page[1]}: {fault}" for fault in found[told:]]
            told = len(found)
        elif fault := _fault(line, lines[number + 1] if number + 1 < len(lines) else ""):
            found.append(fault)
    return tuple(dict.fromkeys(found))


def lacking_in(source: str) -> tuple[str, ...]:
    """A sentence on letters that stand as their code points in a LaTeX document; none where there are none."""
    letters = dict.fromkeys(chr(int(code, 16)) for code in CODE_POINT.findall(source))
    some = " ".join([*letters][:MOST_TOLD])
    told = f"letters that LaTeX lacks stand as their code points ({some}); HTML and Word have them"
    return (told,) if letters else ()


def tell_faults(faults: Sequence[str], what: str) -> None:
    """Warn of the first of some faults of a PDF, or of a LaTeX document, and of how many more there are.

    Warns:
        TypesettingWarning: where there are any.
    """
    if faults:
        more = f"; and {len(faults) - MOST_TOLD} more" if len(faults) > MOST_TOLD else ""
        told = "; ".join(faults[:MOST_TOLD])
        warnings.warn(
            f"look at the {what} before you send it: {told}{more}", TypesettingWarning, stacklevel=3
        )


def _fault(line: str, after: str) -> str:
    """The fault that a line tells, with the words it is at where the next line has some; "" for none."""
    if over := _OVERFULL.match(line):
        points = float(over[2])
        if over[1] == "v":
            return f"something is taller than the page, by {points:.0f} pt"
        words = " ".join(_FONT.sub(" ", after).split())
        at = f", at {words[-60:]!r}" if words else ""
        return f"a line stands out by {points:.0f} pt{at}" if points > MOST_POINTS else ""
    if (shrunk := _SHRUNK.match(line)) and float(shrunk[2]) < LEAST_SIZE * float(shrunk[1]):
        return f"a formula is shrunk to {100 * float(shrunk[2]) / float(shrunk[1]):.0f} % of its size to fit"
    if missing := _MISSING.match(line) or _UNKNOWN.search(line):
        return f"the character {missing[1]} is left out, as the fonts lack it"
    return ""
