"""What a protocol settles beside the design: the words of the trial, and the rules for its analysis."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from identcheck.basics.display import Brief

__all__ = ["MULTIPLICITY", "WORDS", "Rules", "plural", "worded"]

WORDS = ("person", "persons", "site", "sites", "assigned")
"""What the words of a trial name; "assigned" is what is assigned to an arm, where that is not a person."""

MULTIPLICITY = ("holm", "bonferroni", "none")


@dataclass(frozen=True)
class Rules(Brief):
    """What a pre-registration settles before the data are seen.

    Attributes:
        direction: the direction that theory expects, by effect ("direct(practice, literacy)"): "positive", "negative" or
            "two-sided"; the key "all" speaks of every effect that has none of its own.
        multiplicity: how the tests of the primary effects are adjusted: "holm", "bonferroni" or "none".
        conditional_f: the conditional F below which an effect is reported as not determined by the trial.
        decisions: the decision rules, in the author's words; "as proposed" alone adopts those that identcheck proposes;
            empty where nothing is settled.
        missing_data: how missing data are handled, in the author's words.
        protocol: identifiers of the trial, by name: {"ISRCTN": "12345678"}.
    """

    direction: Mapping[str, str] = field(default_factory=dict)
    multiplicity: str = "holm"
    conditional_f: float = 10.0
    decisions: tuple[str, ...] = ()
    missing_data: str = ""
    protocol: Mapping[str, str] = field(default_factory=dict)

    def _brief(self) -> str:
        return f"Rules: {self.multiplicity}, conditional F {self.conditional_f:g}"

    def expected(self, effect: str) -> str:
        """The direction expected of an effect, by its text; "" where none is settled."""
        return self.direction.get(effect, self.direction.get("all", ""))


def worded(words: Mapping[str, str], name: str) -> str:
    """The word of a trial for one of ``WORDS``; plurals are made from singulars where they are not given."""
    if name in words:
        return words[name]
    if name == "assigned":
        return worded(words, "person")
    return plural(words[name[:-1]]) if name.endswith("s") and name[:-1] in words else name


def plural(word: str) -> str:
    """The regular plural of an English noun: "pupil" to "pupils", "county" to "counties", "church" to "churches"."""
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    return word + ("es" if re.search(r"(s|x|z|ch|sh)$", word) else "s")
