"""What is wrong with the numbers of a plan, written down one by one, each with the place of the number."""

from __future__ import annotations

import math
from numbers import Real
from typing import Any, cast

import numpy as np

from identcheck.formats.number_mistakes import read_anew

__all__ = ["LEAST_LIKELY", "MOST_UNLIKELY", "Path", "Problems"]

Path = tuple[str, ...]
"""Where a number stands in the plan: the keys of its table."""

MOST_UNLIKELY = 1e6
"""Numbers beyond this are taken for mistakes in writing."""

LEAST_LIKELY = 1e-9
"""So are numbers nearer to 0 than this that are not 0: their squares and ratios leave what a computer can hold."""


class Problems:
    """Every problem found with the numbers of a plan.

    Attributes:
        found: where each problem is, and what it is.
    """

    def __init__(self) -> None:
        self.found: list[tuple[Path, str]] = []

    @property
    def problems(self) -> list[str]:
        """Every problem in words, each after the name of the field it is in."""
        return [f"{path[0]}: {text}" for path, text in self.found]

    def report(self, path: Path, problem: str) -> None:
        """Add a problem with the number at a path."""
        self.found.append((path, problem))

    def number(
        self,
        path: Path,
        value: object,
        what: str = "",
        low: float = -MOST_UNLIKELY,
        high: float = MOST_UNLIKELY,
        strict: bool = False,
    ) -> float | None:
        """A finite number between bounds; anything else is a problem and gives None."""
        subject = what or " ".join(path)
        if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
            self.report(path, f"{subject} is {value!r}, expected a number{_unquoted(value)}")
            return None
        try:
            given = float(value)
        except OverflowError:
            given = math.inf if value > cast(Any, 0) else -math.inf  # a whole number of hundreds of digits
        inside = low < given < high if strict else low <= given <= high
        if math.isnan(given) or not inside:
            bounds = f"{'strictly ' if strict else ''}between {_plain(low)} and {_plain(high)}"
            if math.isnan(given):
                nearest = ""
            elif (low, high) == (0, 1) and 2 <= given <= 100:
                nearest = f"; if percent is meant, write {given / 100:g}"
            elif strict:
                nearest = f"; the nearest round value is {low + 0.01 if given <= low else high - 0.01:g}"
            else:
                nearest = f"; the nearest possible value is {_plain(low if given < low else high)}"
            self.report(path, f"{subject} is {given:g}; it lies {bounds}{nearest}")
            return None
        if 0 < abs(given) < LEAST_LIKELY or (strict and 0 < high - given < LEAST_LIKELY):
            self.report(path, f"{subject} is {_exact(given)}, {_too_near(given, high, strict)}")
            return None
        return given

    def whole(self, path: Path, number: float, what: str) -> int:
        """A number rounded; a problem where it was no whole one."""
        if number != round(number):
            self.report(path, f"{what} is {number:g}; the nearest possible value is {round(number)}")
        return round(number)


def _unquoted(value: object) -> str:
    """How a number in quotes is written."""
    if not isinstance(value, str):
        return ""
    number = read_anew(value) if {*value} & {*",%"} else None
    return " without quotes" + ("" if number is None else f": {number:g}")


def _too_near(given: float, high: float, strict: bool) -> str:
    """Why a number that is almost 0, or almost at a bound it may not reach, is refused, and what to write."""
    if strict and abs(given) >= LEAST_LIKELY:
        return f"nearer to {_plain(high)} than {LEAST_LIKELY:g}; write {high - 0.01:g}, or another number below that"
    instead = "0.01" if strict else f"0, or a number of at least {LEAST_LIKELY:g} in size"
    return f"nearer to 0 than {LEAST_LIKELY:g}; write {instead}"


def _exact(number: float) -> str:
    """A number so that it does not look like the bound beside it."""
    return repr(number) if f"{number:g}" in ("0", "1") else f"{number:g}"


def _plain(number: float) -> str:
    """A number without a power of ten."""
    return f"{number:,g}" if abs(number) < 1e5 else f"{number:,.0f}"
