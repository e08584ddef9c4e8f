"""The last part of a script: tests of the scatter of site effects, each with what it speaks against (theory section 17)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from identcheck.report.code.comments import Lines, lines
from identcheck.report.code.fits import Fit
from identcheck.report.code.names import comment

__all__ = ["Testing", "testing_of"]

ABOUT = (
    "Tests of what the regressions rest on. They look at the scatter of site effects: contrasts of each arm with control in each "
    "site, and their sampling covariance. What the sampling error of compliances adds is taken off. A test that does not reject "
    "shows no assumption to hold. The p values are those of identcheck examine, not adjusted for the number of tests."
)
NONE = (
    "No tests of the scatter of site effects: they are of regressions with site-by-treatment instruments over several sites, "
    "without moderators, and this script has none."
)


@dataclass(frozen=True)
class Testing:
    """The tests that are asked for.

    Attributes:
        fits: the regressions that are tested: those over sites, without moderators.
        about: what the tests are; or why there are none.
        speaks: for each test its name and what it speaks against, as a comment.
    """

    fits: tuple[Fit, ...]
    about: Lines
    speaks: Mapping[str, str]


def testing_of(fits: Iterable[Fit]) -> Testing:
    """The tests of those regressions that have them."""
    from identcheck.evidence.scatter import SPEAKS  # when it is first used: it loads scipy

    tested = tuple(fit for fit in fits if fit.instruments == "sites" and not fit.modifiers)
    speaks = {name: comment(f"{name.partition(' at ')[0].capitalize()}: speaks against {said}.")
              for name, said in SPEAKS.items()}  # fmt: skip
    return Testing(tested, lines(ABOUT if tested else NONE), speaks)
