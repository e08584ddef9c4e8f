"""Levels of modifiers at which an effect is asked for: whether a design has them, and their words (theory section 14)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite
from numbers import Real

from identcheck.decide.level_text import Levels, level_number
from identcheck.describe.design import Design
from identcheck.describe.modifiers import Modifier
from identcheck.errors import InvalidQuestionError, clipped, suggestion

__all__ = ["level_form_problems", "level_problems", "level_words", "levels_said"]


def levels_said(*said: Levels | Mapping[str, float] | None) -> Levels:
    """Levels said in several places, as one.

    Raises:
        InvalidQuestionError: with every name that is no text, level that is no number, and name with two levels.
    """
    found: dict[str, float] = {}
    problems: list[str] = []
    for place in said:
        if not isinstance(place, (Mapping, tuple, type(None))):
            problems.append(
                f"the levels are {place!r:.80}; give names with levels, such as {{'entry wages': 1}}"
            )
            continue
        for name, level in place.items() if isinstance(place, Mapping) else place or ():
            wrong = list(_form_problems(name, level))
            if not wrong and found.setdefault(name, level) != level:
                wrong.append(f"{clipped(name)} has two levels, {found[name]} and {level}; name it once")
            problems += wrong
    if not (found or problems):
        problems.append(
            "no level is stated; name a modifier with its level, as in at(direct('V', 'Y'), wages=1)"
        )
    if problems:
        raise InvalidQuestionError(problems)
    return tuple(sorted((name, level_number(level)) for name, level in found.items()))


def level_form_problems(levels: object) -> Iterator[str]:
    """What is wrong with the levels of an estimand, whatever the design."""
    if not isinstance(levels, tuple) or any(not isinstance(one, tuple) or len(one) != 2 for one in levels):
        yield f"the levels of an estimand are {levels!r:.80}; state them by at(...)"
        return
    for name, level in levels:
        yield from _form_problems(name, level)


def _form_problems(name: object, level: object) -> Iterator[str]:
    if not isinstance(name, str):
        yield f"{name!r:.80} is not text; modifiers are named by text, such as 'wages'"
    elif isinstance(level, bool) or not isinstance(level, Real) or not isfinite(level):
        yield f"the level of {clipped(name)} is {level!r:.80}; give a number"


def level_problems(design: Design, levels: Levels) -> Iterator[str]:
    """Every reason why an effect of this design cannot be asked for at these levels."""
    drawn = {modifier.name: modifier for modifier in design.modifiers}
    for name, level in levels:
        yield from _of_modifier(design, drawn[name], level) if name in drawn else _no_modifier(design, name)


def _of_modifier(design: Design, modifier: Modifier, level: float) -> Iterator[str]:
    shown, last = clipped(modifier.name), (modifier.levels or 0) - 1
    if design.sites == 1 and modifier.level == "sites":
        yield f"the modifier {shown} is of the sites, and with one site it has one level; ask for the average effect"
    if not modifier.measured:
        yield (
            f"the modifier {shown} is drawn as not measured, so that no data show where it has which level; say measured = true "
            "where it will be measured, or ask for the average effect"
        )
    if modifier.scale == "binary" and level not in (0, 1):
        yield f"the modifier {shown} is binary: its levels are 0 and 1, and {level} is neither"
    elif modifier.levels and level not in range(modifier.levels):
        yield f"the modifier {shown} has {modifier.levels} categories, 0 to {last}, and {level} is none of them"


def _no_modifier(design: Design, name: str) -> Iterator[str]:
    """Why something that is no modifier has no level here."""
    shown, known = clipped(name), [modifier.name for modifier in design.modifiers]
    if name in design.mediators:
        yield (
            f"{shown} is a mediator, and drawn to interact with no other, so that no effect depends on its level; an effect is "
            f"stated at levels of modifiers: {', '.join(map(clipped, known)) or 'the design has none'}"
        )
    elif name in design.graph:
        yield (
            f"{shown} is a node of the graph, no modifier; an effect is stated at levels of modifiers: "
            f"{', '.join(map(clipped, known)) or 'the design has none'}"
        )
    else:
        there = f"it has {', '.join(map(clipped, known))}" if known else "it has none; draw it first"
        yield f"there is no modifier {shown} in this design{suggestion(name, known)}; {there}"


def level_words(design: Design, levels: Levels) -> str:
    """Such as " where the entry wage = 1", in the design's labels; "" for an average over all levels."""
    words = {modifier.name: design.modifier_words(modifier.name) for modifier in design.modifiers}
    said = [f"{words.get(name, name)} = {level}" for name, level in levels]
    return f" where {' and '.join(said)}" if said else ""
