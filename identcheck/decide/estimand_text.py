"""An estimand as text, written and read: ``direct(use of voucher, health)``, ``direct V Y at wages=1``, ``direct("a, b", Y)``.

A name stands in double quotes, doubled inside, where it holds a sign that parts names. Without commas names are parted by
blanks, and the names that there are tell where one of several words ends.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from identcheck.decide.level_text import Levels, split_levels, write_levels, write_name, write_names
from identcheck.errors import UnknownEstimandError, clipped

__all__ = ["SUMS", "Estimand", "read_estimand", "split_sum"]

SUMS = ("difference", "plus")
"""The kinds that are made of several effects."""

MOST_SUMS = 20
"""So many sums and differences may stand in one."""

_HEAD = re.compile(r"\s*(\w*)\s*(\(?)")
_PIECE = re.compile(
    r"""(?P<blank>\s+)
    |(?P<apart>,|->)
    |(?P<option>(?:arm|avoiding)\s*=|avoiding(?=\s))
    |"(?P<double>(?:[^"]|"")*)"(?=[\s,\])]|->|$)
    |'(?P<single>[^']*)'(?=[\s,\])]|->|$)
    |(?P<word>(?:(?!->)[^\s,])+)""",
    re.VERBOSE,
)
_SIGN = re.compile(
    r"\s(?P<sign>[-+])\s+"
    r"(?=(?:direct|total|average|path|interaction|compliance|itt|mediated|difference|plus)(?:[\s(]|$))"
)
_TRIED = 1000
"""Ways to part words into names that are looked at."""


@dataclass(frozen=True)
class Estimand:
    """An average causal effect that may be asked for; make one with the functions of ``estimands``.

    Attributes:
        kind: "direct", "total", "average", "path", "interaction", "compliance", "itt" or "mediated"; of several effects
            "difference" or "plus".
        nodes: source and target, or all nodes of the path; the mediator of a compliance or of a part.
        arm: the arm of a compliance, of the intent-to-treat effect or of a part of it; None where there is only one.
        avoiding: the nodes that the paths of an "average" effect avoid, sorted.
        levels: the levels of modifiers at which the effect is asked for, each ``(name, level)``, sorted; see ``at``.
        of: of a difference, or a sum, the effects of which it is.
    """

    kind: str
    nodes: tuple[str, ...] = ()
    arm: str | None = None
    avoiding: tuple[str, ...] = ()
    levels: Levels = ()
    of: tuple[Estimand, ...] = ()

    @property
    def signed(self) -> tuple[tuple[int, Estimand], ...]:
        """The effects that are added up, each with 1 or -1; itself where it is one effect."""
        if not self.of:
            return ((1, self),)
        signs = (1, *((-1 if self.kind == "difference" else 1,) * (len(self.of) - 1)))
        return tuple((s * t, each) for s, part in zip(signs, self.of, strict=True) for t, each in part.signed)

    def __str__(self) -> str:
        if self.of:
            return f"{self.kind}({', '.join(map(str, self.of))})"
        arm = () if self.arm is None else (f"arm={write_name(str(self.arm))}",)
        avoiding = (f"avoiding={write_names(map(str, self.avoiding))}",) if self.avoiding else ()
        inside = ", ".join((*(write_name(str(node)) for node in self.nodes), *avoiding, *arm))
        return f"{self.kind}({inside}){write_levels(self.levels)}"


@dataclass
class _Segment:
    """Words between two commas; a word in quotes is a name, whatever it holds."""

    words: list[str] = field(default_factory=list)
    quoted: list[bool] = field(default_factory=list)


def read_estimand(text: str, counts: Mapping[str, Collection[int]], known: Iterable[str] = ()) -> Estimand:
    """What a text asks for; whether there is such an estimand is not looked at.

    Args:
        text: the text.
        counts: how many nodes each kind may have.
        known: the names that there are; without them, names of several words need commas or quotes.

    Raises:
        UnknownEstimandError: the words can be parted into names in two ways, or what stands for a level is no number.
    """
    text, levels = split_levels(text)
    head = _HEAD.match(text)
    assert head is not None  # it matches nothing, too
    rest = text[head.end() :].rstrip()
    rest = rest[:-1] if head[2] and rest.endswith(")") else rest
    parts = _parts(re.sub(r"(avoiding\s*=)\s*\[([^\[\]]*)\]", r"\1 \2", rest))
    names = {" ".join(name.split()): name for name in known}
    nodes = _nodes(parts["nodes"], counts.get(head[1], ()), names, text)
    avoiding = [name for segment in parts["avoiding"] for name in _names(segment, names, text)]
    arms = [" ".join(segment.words) for segment in parts["arm"] if segment.words]
    arm = names.get(arms[0], arms[0]) if arms else None
    return Estimand(head[1], tuple(nodes), arm, tuple(sorted(set(avoiding))), levels)


def split_sum(text: str) -> tuple[str, list[str]] | None:
    """The kind of a difference or a sum and the texts of its effects; None where a text asks for one effect.

    Effects are parted by commas that stand in no brackets and no quotes: ``difference(direct(M1, Y), direct M2 Y)``; or by signs
    between blanks, each before the kind of an effect: ``direct(M1, Y) - direct(M2, Y)``, ``total M1 Y + total M2 Y - itt``.
    """
    added, taken = _signed(text)
    if taken:
        whole = f"plus({', '.join(added)})" if len(added) > 1 else added[0]
        return "difference", [whole, f"plus({', '.join(taken)})" if len(taken) > 1 else taken[0]]
    if len(added) > 1:
        return "plus", added
    head = re.fullmatch(rf"\s*({'|'.join(SUMS)})\s*\((.*)\)\s*", text, re.DOTALL)
    if head is None:
        return None
    if len(re.findall(rf"(?:{'|'.join(SUMS)})\s*\(", text)) > MOST_SUMS:
        raise UnknownEstimandError(
            [f"{clipped(text)} has more than {MOST_SUMS} sums in one another; write fewer"]
        )
    pieces = [""]
    for letter, outside in _outside(head[2]):
        if letter == "," and outside:
            pieces.append("")
        else:
            pieces[-1] += letter
    return head[1], [piece.strip() for piece in pieces]


def _outside(text: str) -> Iterator[tuple[str, bool]]:
    """Each letter, and whether it stands in no brackets and no quotes."""
    depth, quoted = 0, ""
    for letter in text:
        if quoted or letter in "\"'":
            quoted = "" if letter == quoted else quoted or letter
        elif letter in "()[]":
            depth += 1 if letter in "([" else -1
        yield letter, not depth and not quoted


def _signed(text: str) -> tuple[list[str], list[str]]:
    """The texts of effects that signs between them add, and those that they take away."""
    outside = [free for _, free in _outside(text)]
    found: tuple[list[str], list[str]] = [], []
    start, less = 0, False
    for sign in _SIGN.finditer(text):
        if outside[sign.start("sign")]:
            found[less].append(text[start : sign.start()].strip())
            start, less = sign.end(), sign["sign"] == "-"
    found[less].append(text[start:].strip())
    return found


def _parts(text: str) -> dict[str, list[_Segment]]:
    """The segments of a text, by what they are of."""
    parts: dict[str, list[_Segment]] = {"nodes": [_Segment()], "avoiding": [], "arm": []}
    of = "nodes"
    for match in _PIECE.finditer(text):
        kind = match.lastgroup or ""
        if kind == "option":
            of = "arm" if match[0].startswith("arm") else "avoiding"
            parts[of].append(_Segment())
        elif kind == "apart":
            of = "nodes" if of == "arm" else of
            parts[of].append(_Segment())
        elif kind != "blank":
            word = match[kind].replace('""', '"') if kind == "double" else match[kind]
            parts[of][-1].words.append(word)
            parts[of][-1].quoted.append(kind != "word")
    return parts


def _nodes(segments: list[_Segment], counts: Collection[int], names: dict[str, str], text: str) -> list[str]:
    filled = [segment for segment in segments if segment.words]
    if len(filled) == 1 and len(segments) == 1:
        found = _names(filled[0], names, text, counts)
        return found if len(found) in counts or 1 not in counts else [" ".join(filled[0].words)]
    return [name for segment in filled for name in _between_commas(segment, names, text)]


def _between_commas(segment: _Segment, names: dict[str, str], text: str) -> list[str]:
    """What stands between two commas is one name; several only where they, and not it, are known."""
    whole = " ".join(segment.words)
    if whole in names:
        return [names[whole]]
    return _names(segment, names, text) if 0 in _ends(segment, names) else [whole]


def _names(
    segment: _Segment, names: dict[str, str], text: str, counts: Collection[int] | None = None
) -> list[str]:
    """The names that words stand for; where not all are known, each word is one."""
    ways = list(islice(_ways(_ends(segment, names), len(segment.words)), _TRIED))
    fitting = [way for way in ways if counts is None or len(way) in counts]
    if len(fitting) > 1:
        shown = " or ".join(", ".join(map(write_name, way)) for way in fitting[:2])
        raise UnknownEstimandError(
            [f"{clipped(text)} can be read in two ways, {shown}; put commas between the names"]
        )
    return fitting[0] if fitting else _longest(segment, names)


def _ends(segment: _Segment, names: dict[str, str]) -> dict[int, list[tuple[int, str]]]:
    """By word from which the rest can be parted into known names: where a name that begins there may end, and which."""
    most = max((len(name.split()) for name in names), default=1)
    found: dict[int, list[tuple[int, str]]] = {len(segment.words): []}
    for start in reversed(range(len(segment.words))):
        if segment.quoted[start]:
            ends = [(start + 1, segment.words[start])]
        else:
            ends = [
                (end, names[joined])
                for end in range(start + 1, min(start + most, len(segment.words)) + 1)
                if not any(segment.quoted[start:end])
                and (joined := " ".join(segment.words[start:end])) in names
            ]
        ends = [end for end in ends if end[0] in found]
        if ends:
            found[start] = ends
    return found


def _ways(ends: dict[int, list[tuple[int, str]]], last: int) -> Iterator[list[str]]:
    """The ways to part words into known names."""
    open_: list[tuple[int, Any]] = [
        (0, None)
    ]  # where a way goes on, and its names so far, the last one first
    while open_:
        start, way = open_.pop()
        if start < last:
            open_ += [(end, (name, way)) for end, name in reversed(ends.get(start, ()))]
            continue
        names = []
        while way is not None:
            name, way = way
            names.append(name)
        yield names[::-1]


def _longest(segment: _Segment, names: dict[str, str]) -> list[str]:
    """The longest known name at each word, or the word itself."""
    most = max((len(name.split()) for name in names), default=1)
    found: list[str] = []
    at = 0
    while at < len(segment.words):
        end = min(at + most, len(segment.words))
        while end > at + 1 and (any(segment.quoted[at:end]) or " ".join(segment.words[at:end]) not in names):
            end -= 1
        joined = " ".join(segment.words[at:end])
        found.append(joined if segment.quoted[at] else names.get(joined, joined))
        at = end
    return found
