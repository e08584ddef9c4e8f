"""What a protocol settles beside the design: the words of the trial, and the rules for its analysis."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from numbers import Real
from types import MappingProxyType
from typing import Any

from identcheck.basics.arguments import entries_of
from identcheck.basics.display import Brief
from identcheck.describe.wording import choice
from identcheck.errors import InvalidDesignError, clipped
from identcheck.errors.limits import TEXT_LETTERS

__all__ = ["ALL", "AS_PROPOSED", "DIRECTIONS", "MULTIPLICITY", "RULES", "WORDS", "Rules", "plural", "worded"]

WORDS = ("person", "persons", "site", "sites", "assigned")
"""What the words of a trial name; "assigned" is what is assigned to an arm, where that is not a person."""

DIRECTIONS = ("positive", "negative", "two-sided")
IRREGULAR = {"child": "children", "woman": "women", "man": "men"}

MULTIPLICITY = ("holm", "bonferroni", "none")

ALL = "all"
"""The key of the direction of every effect that has none of its own."""

AS_PROPOSED = "as proposed"
"""The decision rules of those who adopt the ones that identcheck proposes."""

RULES = ("direction", "multiplicity", "tests", "conditional_f", "decisions", "missing_data", "protocol")
"""What is settled, by the names of the fields of :class:`Rules`."""


@dataclass(frozen=True)
class Rules(Brief):
    """What a pre-registration settles before the data are seen.

    Attributes:
        direction: the direction that theory expects, by effect ("direct(practice, literacy)"): "positive", "negative" or
            "two-sided"; the key "all", or one word alone, is for every other effect.
        multiplicity: how the tests of the primary effects are adjusted: "holm", "bonferroni" or "none".
        tests: how the tests that speak against the regressions on the outcome (intercept, curvature, pooled) are adjusted for
            their number: "holm", "bonferroni" or "none".
        conditional_f: the conditional F, a positive number, below which the effect of a mediator is reported as not
            determined by the trial.
        decisions: the decision rules, in the author's words, one text for each; "as proposed" alone adopts those that
            identcheck proposes; empty where nothing is settled.
        missing_data: how missing data are handled, in the author's words; "" where nothing is settled.
        protocol: identifiers of the trial, by name: {"ISRCTN": "12345678"}.

    Raises:
        InvalidDesignError: with everything that is wrong. ``check``, and reading a design file, refuse a key of ``direction``
            that is no effect.

    Source: docs/file-format.md, "What a protocol settles".
    """

    direction: Mapping[str, str] = field(default_factory=dict)
    multiplicity: str = "holm"
    tests: str = "holm"
    conditional_f: float = 10.0
    decisions: tuple[str, ...] = ()
    missing_data: str = ""
    protocol: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        said: dict[str, Any] = dict(vars(self))
        if isinstance(said["direction"], str):
            said["direction"] = {ALL: said["direction"]}
        decisions = said["decisions"]
        said["decisions"] = [decisions] if isinstance(decisions, str) else entries_of(decisions)
        problems = [f"rules: {problem}" for problem in _problems(said)]
        if problems:
            raise InvalidDesignError(problems)
        alone = [text.strip().lower() for text in said["decisions"]] == [AS_PROPOSED]
        self.__dict__.update(
            said,
            direction=MappingProxyType(dict(said["direction"])),
            conditional_f=float(said["conditional_f"]),
            decisions=(AS_PROPOSED,) if alone else tuple(said["decisions"]),
            protocol=MappingProxyType(dict(said["protocol"])),
        )

    def __reduce__(self) -> tuple[Any, ...]:
        said: dict[str, Any] = {
            key: dict(value) if isinstance(value, Mapping) else value for key, value in vars(self).items()
        }
        return partial(Rules, **said), ()

    def __hash__(self) -> int:
        tables = (frozenset(self.direction.items()), frozenset(self.protocol.items()))
        return hash(
            (tables, self.multiplicity, self.tests, self.conditional_f, self.decisions, self.missing_data)
        )

    def _brief(self) -> str:
        return f"Rules: {self.multiplicity}, conditional F {self.conditional_f:g}"

    def expected(self, effect: str) -> str:
        """The direction expected of an effect, by its text as in ``direction``; "" where none is settled."""
        return self.direction.get(effect, self.direction.get(ALL, ""))


def _problems(said: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the fields of ``Rules``; each begins with the field's name."""
    yield from _table_problems("direction", said["direction"], "'all' or effects such as 'direct(M, Y)'")
    if isinstance(said["direction"], Mapping):
        for effect, way in said["direction"].items():
            yield from choice(f"direction: that of {clipped(str(effect))}", way, DIRECTIONS)
    yield from choice("multiplicity", said["multiplicity"], MULTIPLICITY)
    yield from choice("tests", said["tests"], MULTIPLICITY)
    limit = said["conditional_f"]
    number = isinstance(limit, Real) and not isinstance(limit, bool)
    if not (number and math.isfinite(limit) and limit > 0):
        yield f"conditional_f is {limit!r:.60}; write a positive number, such as 10"
    yield from _decision_problems(said["decisions"])
    if not isinstance(said["missing_data"], str):
        yield f"missing_data is {said['missing_data']!r:.60}; write text in quotes"
    else:
        yield from _too_long("missing_data", said["missing_data"])
    yield from _table_problems("protocol", said["protocol"], "names of registries")
    if isinstance(said["protocol"], Mapping):
        for name, text in said["protocol"].items():
            if not (isinstance(text, str) and text.strip()):
                yield f"protocol: the identifier under {name!r:.60} is {text!r:.60}; write text in quotes"
            else:
                yield from _too_long(f"protocol: the identifier under {name!r:.60}", text)


def _table_problems(field_: str, value: object, keys: str) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"{field_} is {value!r:.60}; write a table by {keys}"
        return
    for key in value:
        if not (isinstance(key, str) and key.strip()):
            yield f"{field_}: the key {key!r:.60} is no text; its keys are {keys}"


def _decision_problems(decisions: list[Any] | None) -> Iterator[str]:
    if decisions is None:
        yield f"decisions is no text and no list of texts; write the rules in quotes, or {AS_PROPOSED!r}"
        return
    for text in decisions:
        if not (isinstance(text, str) and text.strip()):
            yield f"decisions: {text!r:.60} is no rule; write text in quotes"
        elif text.strip().lower() == AS_PROPOSED and len(decisions) > 1:
            yield f"decisions: {AS_PROPOSED!r} stands beside other rules; let it stand alone, or write every rule out"
        else:
            yield from _too_long("decisions: a rule", text)


def _too_long(where: str, text: str) -> Iterator[str]:
    if len(text) > TEXT_LETTERS.most:
        yield f"{where} has {TEXT_LETTERS.refusal(len(text))}"


def worded(words: Mapping[str, str], name: str) -> str:
    """The word of a trial for one of ``WORDS``; plurals are made from singulars where they are not given."""
    if name in words:
        return words[name]
    if name == "assigned":
        return worded(words, "person")
    return plural(words[name[:-1]]) if name.endswith("s") and name[:-1] in words else name


@lru_cache(maxsize=1000)
def plural(word: str) -> str:
    """The plural of an English noun, regular or a common word for people: "pupils", "counties", "churches", "children"."""
    for one, many in IRREGULAR.items():
        if re.search(rf"\b{one}$", word):
            return word.removesuffix(one) + many
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    return word + ("es" if re.search(r"(s|x|z|ch|sh)$", word) else "s")
