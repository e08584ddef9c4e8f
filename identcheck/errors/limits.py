"""Every limit of size in one place: what is refused or cut short, how large it may be, and the way on.

A limit that is met is always said: an input beyond one is refused in a sentence made by ``Limit.refusal``; a result that
stops at one says so in its note. ``docs/limits.md`` is made from this list.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "ABSENT_ARROWS",
    "AXIS_VALUES",
    "CATEGORIES",
    "COMPOSED_TERMS",
    "DRAWN",
    "FILE_BYTES",
    "FIRST_WORLDS",
    "GRID_CELLS",
    "JOINTS",
    "LISTED_MEDIATORS",
    "MESSAGE_LETTERS",
    "MODERATORS",
    "MULTIPLIED_PATHS",
    "MULTIPLIED_PRODUCTS",
    "NAME_LETTERS",
    "NESTING",
    "OPTIONAL_REGRESSORS",
    "PAIRED_REMEDIES",
    "PIECES",
    "PLANNED_CLUSTERS",
    "PLANNED_PERSONS",
    "PLANNED_SITES",
    "PROBLEMS",
    "SIMULATION_MEGABYTES",
    "SPARED_REGRESSORS",
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
    "TRIED_ARMS",
    "WITNESS_SITES",
    "WORLD_COEFFICIENTS",
    "WORLD_PERSONS",
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
    "the longest of identcheck's own has 6,000",
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
OPTIONAL_REGRESSORS = Limit(
    "regressors of an effect that can be left out, for every subset of which to be tried",
    7,
    "each more doubles the subsets; beyond it the node's own equation and one least set are tried, and a note says so",
    "leave mediators out of the graph that lead nowhere else",
)
SPARED_REGRESSORS = Limit(
    "mediators that could be left to a bypass, for every way to leave some to be tried",
    4,
    "a bypass where none is needed asks for more; beyond it none is tried, and the list of strategies says so",
    "measure what the regressions with all of them ask for",
)
TRIED_ARMS = Limit(
    "arms of a trial, for every set of them to be tried in a regression",
    4,
    "each more doubles the sets; beyond it each arm alone and all together are tried",
    "ask about a trial with fewer arms",
)
JOINTS = Limit(
    "nodes at which an effect may be cut into a product, for every set of them to be tried",
    4,
    "each more doubles the sets; beyond it each node alone and all together are tried",
    "ask for the parts of the effect",
)
MODERATORS = Limit(
    "measured modifiers above the effects of one regression, for every set of which to be tried",
    8,
    "each more doubles the sets; beyond it one least set is looked for, and the list of strategies says so",
    "draw as not measured what will not be adjusted for",
)
CATEGORIES = Limit(
    "categories of a modifier",
    100,
    "each is a column beside every compliance, and takes a site",
    "group them",
)
COMPOSED_TERMS = Limit(
    "products in an effect that is put together from others",
    24,
    "nobody could argue for as many product conditions; beyond it none is tried, and the list of strategies says so",
    "ask for the parts of the effect",
)
FIRST_WORLDS = Limit(
    "first worlds tried in the search for two that show an effect not to be identified (for a conditional effect a third as many "
    "more, with a site in which an arm does nothing)",
    60,
    "the plainest come first; where none of them serves the effect is undecided, and the finding says so",
    "ask about a smaller graph, or declare less",
)
WORLD_COEFFICIENTS = Limit(
    "coefficients of the persons in the first worlds of such a search, each counted once for each way to change it",
    800_000,
    "worlds with many sites, persons and unmeasured mediators take long; where the search ends at it, the finding says so and "
    "after how many first worlds",
    "ask about a smaller graph, or declare less",
)
WORLD_PERSONS = Limit(
    "persons in a world that is tried where something is declared",
    48,
    "declared independence multiplies persons and sites, and each world is checked exactly",
    "declare less",
)
PAIRED_REMEDIES = Limit(
    "pairs of arrows or of mediators tried as a remedy where no single one is enough",
    100,
    "each pair is a check of its own",
    "ask about a smaller graph",
)
ABSENT_ARROWS = Limit(
    "absent arrows that robust tries, unless --most says another number",
    60,
    "each is a check of its own; those left out are counted",
    "give a larger number",
)
PLANNED_SITES = Limit(
    "sites of a plan",
    100_000,
    "no trial has as many",
    "check the number",
)
PLANNED_PERSONS = Limit(
    "persons in a site of a plan",
    10_000_000,
    "no trial has as many",
    "check the number",
)
PLANNED_CLUSTERS = Limit(
    "clusters in all sites of a plan whose sizes differ within sites",
    1_000_000,
    "the size of each is worked out",
    "check the number, or state persons_per_cluster without a cv",
)
MULTIPLIED_PATHS = Limit(
    "paths of an effect that are multiplied out for a plan's numbers",
    1_000,
    "their products grow with the square of their number",
    "plan for the effects of a part of the graph",
)
MULTIPLIED_PRODUCTS = Limit(
    "products of a covariance within sites that are multiplied out for a simulation",
    200_000,
    "they take seconds for each site",
    "simulate persons, or effects that do not vary within sites",
)
AXIS_VALUES = Limit(
    "values of one number in a sweep",
    10_000,
    "each of them is a simulation of its own",
    "take larger steps",
)


def every_limit() -> dict[str, Limit]:
    """Every limit by its name in this module, in the order in which they are written here."""
    return {name: value for name, value in globals().items() if isinstance(value, Limit)}
