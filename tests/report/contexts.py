"""Reports whose every text is replaced: to see that nothing is left out, and that nothing is obeyed."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from itertools import count
from typing import Any

from identcheck.picture import Drawing
from identcheck.report.blocks import Report
from identcheck.symbols.written import Badge, Formula
from identcheck.tables.table import Column
from tests.report.sample import report

NASTY = (
    r"R&D 50% of $x_1$ {a}^2~b \input{/etc/passwd} <script>alert(1)</script> {{ 7*7 }} {% x %} ((* x *)) ((( y )))"
    "\n\"dq\" 'sq' `tick` *star* _under_ | pipe [link](javascript:x) ![i](j) # hash -- --- ... ,, << >> &amp; é ß"
    " γ Δ 漢字 😀 \\ end"
)
"""What no format may obey."""


OURS = (
    "id",
    "key",
    "kind",
    "name",
    "file",
    "meaning",
    "unit",
    "purpose",
    "missing",
    "level",
    "numeral",
    "place",
)
"""Fields that are not printed: names in JSON and links, and what tables say in files only."""


def with_texts(change: Callable[[str, str], str], value: Any, name: str = "report") -> Any:
    """The value with `change(name of the field, text)` in place of each text; formulas and picture stay."""
    if isinstance(value, str):
        return change(name, value)
    if isinstance(value, tuple):
        return tuple(with_texts(change, item, name) for item in value)
    if is_dataclass(value) and not isinstance(value, (Formula, Drawing, type)):
        short = isinstance(value, (Badge, Column))  # a word or two of ours
        changed = {
            f.name: with_texts(change, getattr(value, f.name), "badge" if short else f.name)
            for f in fields(value)
            if f.name not in OURS and f.init
        }
        return replace(value, **changed)
    return value


def marked(formulas: bool = False, base: Report | None = None) -> tuple[Report, list[str]]:
    """The sample with a mark of its own in place of each text, and in each formula too if asked for."""
    numbers = count(1)
    marks: list[str] = []

    def mark(*_: str) -> str:
        marks.append(f"mark{next(numbers)}x")
        return marks[-1]

    made = with_texts(mark, base or report())
    if formulas:
        made = _formulas(made, lambda: Formula(rf"\text{{{mark()}}}"))
    return made, marks


def _formulas(value: Any, make: Callable[[], Formula]) -> Any:
    if isinstance(value, Formula):
        return make()
    if isinstance(value, tuple):
        return tuple(_formulas(item, make) for item in value)
    if is_dataclass(value) and not isinstance(value, (Drawing, type)):
        return replace(value, **{f.name: _formulas(getattr(value, f.name), make) for f in fields(value)})  # type: ignore[type-var]
    return value


def nasty(*but: str, base: Report | None = None) -> tuple[Report, list[str]]:
    """The sample with a mark and NASTY in each text except these fields; and the texts put in."""
    numbers = count(1)
    texts: list[str] = []

    def spoil(name: str, text: str) -> str:
        if name in but:
            return text
        texts.append(f"mark{next(numbers)}x {NASTY}")
        return texts[-1]

    return with_texts(spoil, base or report()), texts


def emptied() -> Report:
    """A report without anything in it."""
    return replace(report(), sections=())
