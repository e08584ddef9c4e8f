"""What a plan adds to a document: power, strength, tests that could falsify, sensitivity; and rules of decision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from identcheck.decide.estimands import Estimand
from identcheck.derive.words import capital
from identcheck.describe.design import Design
from identcheck.plan.closed.diagnosis import Diagnosis, diagnose
from identcheck.plan.closed.strength import STRONG
from identcheck.plan.falsification import Falsification, falsification
from identcheck.plan.inputs.plan import Plan
from identcheck.plan.sensitivity.result import sensitivity
from identcheck.report.blocks import Blank, Block, Fact, Facts, Paragraph, Section, Tabular
from identcheck.report.documents.document import SEED
from identcheck.report.sections.effect_words import short_number
from identcheck.report.sections.numbers import blind_spots, moves, robustness, tabular

__all__ = ["TRIALS", "Planned", "rules", "tests"]

TRIALS = 1000
"""So many trials the tests are simulated in, unless another number is asked for."""

NO_POWER = (
    "the power of these tests: it is not available without anticipated numbers. Add a table [plan] to the design file, or pass "
    "a Plan"
)
NO_TEST = (
    "None is planned: the tests of the scatter of site effects are of lines through the origin, and here no regression on the "
    "outcome is one with every coefficient determined."
)
TESTS = {
    "intercept": "With an intercept added to the line through the origin, is that intercept zero?",
    "curvature": "With the squares and products of the compliances added, are their coefficients zero?",
    "heterogeneity Q": "Do the site effects differ from the line by more than their sampling errors explain?",
}


@dataclass(frozen=True)
class Planned:
    """The numbers of a document.

    Attributes:
        design: the design.
        plan: the anticipated numbers.
        effects: the effects of interest.
        trials: in so many trials tests are simulated, 0 for the usual number; None where the document has no tests.
    """

    design: Design
    plan: Plan
    effects: tuple[Estimand, ...]
    trials: int | None

    @cached_property
    def diagnosis(self) -> Diagnosis:
        """Power and strength."""
        return diagnose(self.design, self.plan, self.effects)

    @cached_property
    def tests(self) -> Falsification | None:
        """The simulated tests."""
        trials = self.trials or TRIALS
        return None if self.trials is None else falsification(self.design, self.plan, trials, SEED)

    def tables(self, *keys: str) -> list[Tabular]:
        """Tables by their keys; those that have rows."""
        moved = sensitivity(self.design, self.plan, self.effects)
        known = {table.key: [tabular(table)] for table in self.diagnosis.tables}
        known["robustness"] = [made] if (made := robustness(moved)) else []
        known["conditions"] = list(moves(moved))
        return [block for key in keys for block in known.get(key, [])]

    @property
    def simulated(self) -> str:
        """What was simulated, in a phrase."""
        if self.tests is None or not self.tests.rejections:
            return ""
        return f"tests of the scatter of site effects, {self.tests.reps:,} trials in each world"

    def anticipated(self) -> dict[str, str]:
        """The value of each effect in the anticipated world."""
        questions = (effect.question for effect in self.diagnosis.effects)
        return {str(q.estimand): short_number(q.target) for q in questions}


def tests(design: Design, found: Planned | None) -> Iterator[Block]:
    """The tests that could falsify, with their power, or that there is none without a plan; and what none can see."""
    if design.sites == 1:
        yield Paragraph("With one site there is no scatter of site effects, and so no test of it.")
        return
    done = None if found is None else found.tests
    if done is not None and not done.rejections:
        yield Paragraph(NO_TEST)
        return
    yield Paragraph(
        "Three tests of the regressions that are lines through the origin could speak against (ii), (vi) and (vii) taken "
        "together. None can show that they hold."
    )
    yield Facts(tuple(Fact(capital(name), text) for name, text in TESTS.items()))
    if done is None:
        yield Blank(NO_POWER)
    else:
        power = (tabular(table) for table in done.tables if table.key == "falsification")
        yield Section("power", "Power", tuple(power))
    yield Section("blind", "What these tests cannot see", (blind_spots(),))


def rules(design: Design, found: Planned | None) -> Iterator[Block]:
    """Proposed rules: what is concluded if a test rejects, and if it does not; of tests only where there are any."""
    alpha = None if found is None else found.plan.alpha
    untested = found is not None and found.tests is not None and not found.tests.rejections
    level = "the level stated above" if alpha is None else f"level {alpha:g}"
    scatter: tuple[str, ...] = (
        f"If the intercept test rejects at {level}, it is concluded that at least one of (ii), (vi) and (vii) fails for that "
        "regression, or that error in the site compliances makes the intercept. Its estimates are reported, but not as "
        "causal effects.",
        f"If the curvature test rejects at {level}, it is concluded that at least one of (ii), (vi) and (vii) fails for that "
        "regression, or that error in the site compliances makes the curve; a curve points to effects that covary with "
        "compliance. Its estimates are reported with the sensitivity analysis, but not as causal effects.",
        f"If Q rejects at {level}, it is concluded that site effects differ from the line by more than sampling error, as "
        "they do where effects differ between sites. That alone is not held against (vii); standard errors that allow for "
        "it are used.",
        "If none of these tests rejects, nothing is concluded about (ii), (vi) and (vii): they stand on their "
        "justifications. The power of the tests is reported with the result.",
    )
    if design.sites == 1 or untested:
        scatter = ()
    weak = (
        f"If the first-stage F of a mediator beside the others (conditional F) is below {STRONG:g} in the data, its effect is "
        "reported as not determined by this trial, whatever its p value."
    )
    last = (
        f"If an effect differs from zero at {level} and no rule above speaks against it, it is reported as causal, together "
        "with the assumptions that it rests on and the sensitivity analysis; if it does not differ from zero, it is reported "
        "with its confidence interval, and not as the absence of an effect."
    )
    yield Paragraph("What will be concluded if a test rejects, and if it does not.")
    yield Blank("this is a proposal: change these rules to those you will follow, and take this line away")
    for number, rule in enumerate((weak, *scatter, last), 1):
        yield Paragraph(rule, term=f"Rule {number}")
