"""Every limit of size in one place: what is refused or cut short, how large it may be, and the way on.

A limit that is met is always said: an input beyond one is refused in a sentence made by ``Limit.refusal``; a result that
stops at one says so in its note. ``docs/limits.md`` is made from this list.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "DRAWN",
    "FILE_BYTES",
    "GRID_CELLS",
    "LISTED_MEDIATORS",
    "MESSAGE_LETTERS",
    "NAME_LETTERS",
    "NESTING",
    "PIECES",
    "PROBLEMS",
    "SIMULATION_MEGABYTES",
    "SWEEP_LINE_BYTES",
    "SWEEP_PROCESSES",
    "TEMPLATE_BYTES",
    "TEMPLATE_LETTERS",
    "TEMPLATE_NUMBER",
    "TEMPLATE_SECONDS",
    "TEMPLATE_TOKENS",
    "TEXT_LETTERS",
    "TIED_PRODUCTS",
    "TRIALS",
    "WITNESS_SITES",
    "XML_LEVELS",
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
TIED_PRODUCTS = Limit(
    "pairs of paths up to and from a regressor, in working out whether covariances can give a rank",
    400,
    "each is an unknown of a system of equations that is solved exactly",
    "ask about fewer regressors, or state more sites; the verdict is then without such covariances, and says so",
)
TRIALS = Limit(
    "simulated trials",
    10_000_000,
    "beyond them no digit that is printed changes",
    "give fewer",
)
SIMULATION_MEGABYTES = Limit(
    "megabytes of memory",
    300,
    "the whole command is to stay below 500",
    "simulate fewer trials, effects or estimators at a time, or fewer sites or persons",
)
GRID_CELLS = Limit(
    "combinations of values in a sweep",
    10_000,
    "each of them is a simulation of its own",
    "give fewer values, or vary fewer numbers at a time",
)
SWEEP_PROCESSES = Limit(
    "processes of a sweep",
    256,
    "each takes the memory of a simulation",
    "use as many as the machine has processors",
)
SWEEP_LINE_BYTES = Limit(
    "bytes in a line of a sweep's file",
    10_000_000,
    "the results of a cell take less",
    "give a file that a sweep has written",
)
PIECES = Limit(
    "names and signs in the text of a graph",
    2_000_000,
    "a design of 10,000 variables needs less than a tenth of them",
    "take out what is not the graph",
)
DRAWN = Limit(
    "arrows drawn by one text",
    1_000_000,
    "braces with many names on both sides draw more than anybody can mean",
    "draw each arrow once, and fewer of them",
)
NESTING = Limit(
    "braces, brackets or parts of a key inside each other",
    100,
    "no graph needs as many",
    "write what is inside by itself",
)
PROBLEMS = Limit(
    "problems printed of one file",
    50,
    "the first ones show what is wrong with the rest",
    "put these right and look again",
)
MESSAGE_LETTERS = Limit(
    "letters printed of one problem",
    4_000,
    "what is longer repeats the input",
    "look at the place that it names",
)
XML_LEVELS = Limit(
    "levels of elements inside elements in an XML file",
    100,
    "a graph with boxes inside boxes needs few",
    "take the boxes apart",
)
LISTED_MEDIATORS = Limit(
    "mediators of a design whose effects and conditions are listed one by one",
    6,
    "the list grows with the square of their number and conditions faster; beyond it they are grouped and counted",
    "ask for one effect with --target, or result[...] in Python",
)
WITNESS_SITES = Limit(
    "sites of a trial that are written out one by one in two worlds that show an effect not to be identified",
    100,
    "nobody reads more, and what the worlds show does not depend on it; beyond it sites that are alike stand together with "
    "their number",
    "nothing: the two worlds are exact for any number of sites",
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
