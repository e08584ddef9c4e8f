"""Every limit of size in one place: what is refused or cut short, how large it may be, and the way on.

A limit that is met is always said: an input beyond one is refused in a sentence made by ``Limit.refusal``; a result that
stops at one says so in its note. ``docs/limits.md`` is made from this list.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "FILE_BYTES",
    "NAME_LETTERS",
    "TEMPLATE_BYTES",
    "TEMPLATE_LETTERS",
    "TEMPLATE_NUMBER",
    "TEMPLATE_SECONDS",
    "TEMPLATE_TOKENS",
    "TEXT_LETTERS",
    "Limit",
    "every_limit",
]


@dataclass(frozen=True)
class Limit:
    """One limit.

    Attributes:
        what: what is counted, as a plural noun phrase ("letters in a variable's name").
        most: the largest number accepted.
        reason: why there is a limit, as a clause ("a report could not show it").
        way_on: what to do instead, as an imperative ("give a long text as its label").
    """

    what: str
    most: int
    reason: str
    way_on: str

    def refusal(self, found: int | str) -> str:
        """The sentence for an input that is beyond the limit; ``found`` is its size, or words for it."""
        shown = f"{found:,}" if isinstance(found, int) else found
        return (
            f"{shown} {self.what}; at most {self.most:,} are accepted, because {self.reason}: {self.way_on}"
        )


FILE_BYTES = Limit(
    "bytes in a file that is read",
    10_000_000,
    "a design of 10,000 variables needs less than a tenth of it",
    "take out what is not the graph",
)
NAME_LETTERS = Limit(
    "letters in a variable's name",
    200,
    "names stand in every table and formula",
    "use a short name and give the long text as its label",
)
TEXT_LETTERS = Limit(
    "letters in a title, label, source or justification",
    20_000,
    "a document shows it whole",
    "refer to a longer text by a citation",
)

TEMPLATE_BYTES = Limit(
    "bytes in a template of your own",
    1_000_000,
    "the longest of identcheck's own has 9,000",
    "split it into files that it includes",
)
TEMPLATE_LETTERS = Limit(
    "letters made by templates of your own (a list's item counts as 10, a pass of a loop as 50, a call as 300)",
    100_000_000,
    "a report has less than a tenth of it, and a template that repeats itself has no end",
    "shorten its loops",
)
TEMPLATE_NUMBER = Limit(
    "as a width or a number of digits in a template of your own",
    1_000,
    "no line of a report is as long",
    "write a smaller number",
)
TEMPLATE_SECONDS = Limit(
    "seconds for templates of your own",
    60,
    "a report takes a few",
    "shorten its loops",
)
TEMPLATE_TOKENS = Limit(
    "words and signs of code in a template of your own",
    100_000,
    "the longest of identcheck's own has 3,000",
    "split it into files that it includes",
)


def every_limit() -> dict[str, Limit]:
    """Every limit by its name in this module, in the order in which they are written here."""
    return {name: value for name, value in globals().items() if isinstance(value, Limit)}
