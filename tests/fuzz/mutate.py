"""How inputs are made: values of every kind, and texts that are nearly right."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np

LETTERS = "TMY12_ab \t\n\"'\\{}[]()<>=-~;:,.#/*+&%$@!|éß中\x00\x1b\x85\u200b\u202e\u2028\ufeff\ud800😀"
NUMBERS = (
    "0",
    "1",
    "-1",
    "3",
    "0.5",
    "1e308",
    "1e999",
    "-0.0",
    "1e-320",
    "nan",
    "inf",
    "9" * 40,
    "0x10",
    "1_000",
    "\u0661",
)
WORDS = (
    *(
        "T",
        "M",
        "M1",
        "Y",
        "V",
        "NP",
        "U",
        "->",
        "<->",
        "<-",
        "~",
        "=~",
        "~~",
        ":=",
        "==",
        "true",
        "null",
        "None",
        "none",
    ),
    *(
        "treatment",
        "outcome",
        "graph",
        "sites",
        "persons",
        "title",
        "role",
        "plan",
        "arrows",
        "digraph",
        "subgraph",
        "node",
    ),
    *(
        "edge",
        "label",
        "identcheck",
        "[exposure]",
        "[adjusted]",
        "dag{",
        "</node>",
        "<key/>",
        "<!DOCTYPE a>",
        "&#0;",
        "&a;",
    ),
    *(
        '"""',
        "'''",
        "/*",
        "*/",
        "//",
        "<!--",
        "-->",
        "]]>",
        "{" * 40,
        "[" * 40,
        "(" * 40,
        "\\u0000",
        "\\ud800",
        "\r\n",
    ),
)


def mutated(random: Random, text: str, most: int = 3) -> str:
    """A text with at most so many places changed; often with none, so that enough is accepted."""
    for _ in range(random.choice((0, 0, 1, 1, 2, most))):
        text = random.choice(_CHANGES)(random, text)
    return text


def _place(random: Random, text: str) -> tuple[int, int]:
    start = random.randrange(len(text) + 1)
    return start, min(len(text), start + random.choice((0, 1, 1, 2, 5, 30, 300)))


def _inserted(random: Random, text: str) -> str:
    start, _ = _place(random, text)
    piece = random.choice((random.choice(WORDS), random.choice(LETTERS), random.choice(NUMBERS), " "))
    return text[:start] + piece + text[start:]


def _replaced(random: Random, text: str) -> str:
    start, end = _place(random, text)
    return text[:start] + random.choice((random.choice(WORDS), random.choice(LETTERS))) + text[end:]


def _removed(random: Random, text: str) -> str:
    start, end = _place(random, text)
    return text[:start] + text[end:]


def _repeated(random: Random, text: str) -> str:
    start, end = _place(random, text)
    return text[:end] + text[start:end] * random.choice((1, 1, 2, 20)) + text[end:]


def _cut(random: Random, text: str) -> str:
    return text[: random.randrange(len(text) + 1)]


def _line(random: Random, text: str) -> str:
    """A line removed, said twice, or put elsewhere."""
    lines = text.split("\n")
    line = lines.pop(random.randrange(len(lines)))
    for _ in range(random.choice((0, 1, 2))):
        lines.insert(random.randrange(len(lines) + 1), line)
    return "\n".join(lines)


def _number(random: Random, text: str) -> str:
    places = [place for place, letter in enumerate(text) if letter.isdigit()]
    if not places:
        return _inserted(random, text)
    place = random.choice(places)
    return text[:place] + random.choice(NUMBERS) + text[place + 1 :]


_CHANGES = (_inserted, _replaced, _removed, _repeated, _cut, _line, _line, _number, _number)


class Odd:
    """An object that answers nothing."""

    def __bool__(self) -> bool:
        raise ValueError("no truth value")

    def __repr__(self) -> str:
        return "Odd()"


def anything(random: Random, depth: int = 2) -> Any:
    """A value of any kind."""
    plain = (
        *(
            None,
            True,
            False,
            0,
            1,
            -1,
            2,
            7,
            10**20,
            0.5,
            -0.5,
            5e-324,
            1e308,
            math.nan,
            math.inf,
            1j,
            Fraction(1, 3),
        ),
        *(
            "",
            " ",
            "T",
            "M",
            "Y",
            "vi",
            "persons",
            "sites",
            "x\ny",
            "\x1b[1m",
            "\ud800",
            b"T",
            b"",
            object,
            Ellipsis,
        ),
        *(np.int64(3), np.float64(0.2), np.bool_(True)),
    )
    if depth == 0 or random.random() < 0.6:
        return random.choice(plain)
    parts = [anything(random, depth - 1) for _ in range(random.randrange(4))]
    plain_parts = [part if isinstance(part, (str, int, float, tuple)) else "x" for part in parts]
    kinds = (
        lambda: parts,
        lambda: tuple(parts),
        lambda: dict(zip(plain_parts, parts, strict=True)),
        lambda: np.array([part for part in plain_parts if isinstance(part, float)]),
        lambda: iter(parts),
        lambda: range(3),
        Odd,
    )
    return random.choice(kinds)()


def one_of(random: Random, good: Sequence[Any], odd: float = 0.15) -> Any:
    """Mostly one of the good values; sometimes anything."""
    return anything(random) if random.random() < odd else random.choice(good)
