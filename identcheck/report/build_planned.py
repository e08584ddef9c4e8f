"""What a plan adds to a document: power, strength, tests that could falsify, sensitivity; and rules of decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from identcheck.decide.identification import Finding
from identcheck.derive.words import capital
from identcheck.describe.design import Design
from identcheck.plan import Falsification, Plan, falsification
from identcheck.plan.closed.strength import STRONG
from identcheck.plan.falsification import BLIND_SPOTS
from identcheck.report.build_effects import short_number
from identcheck.report.build_numbers import build_numbers, number_table
from identcheck.report.context_documents import Piece
from identcheck.report.context_entries import Fact
from identcheck.report.context_numbers import DesignNumbers, NumberTable
from identcheck.report.provenance import SEED
from identcheck.tables.table import figure_of

__all__ = ["TRIALS", "Planned", "planned", "rules", "tests_pieces"]

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
        numbers: the part "Design in numbers" of a report, without pictures.
        tests: the simulated tests; None where the document has none.
        keys: the effects of interest, as they are asked for.
    """

    design: Design
    plan: Plan
    numbers: DesignNumbers
    tests: Falsification | None
    keys: tuple[str, ...]

    def tables(self, *identifiers: str) -> tuple[NumberTable, ...]:
        """Tables of numbers by name, of the effects of interest alone."""
        every = [table for section in self.numbers.sections for table in section.tables]
        kept = (
            self._of_interest(table) for name in identifiers for table in every if table.identifier == name
        )
        return tuple(table for table in kept if table.rows)

    def _of_interest(self, table: NumberTable) -> NumberTable:
        columns = [column.identifier for column in table.columns]
        if "effect" in columns:
            place = columns.index("effect")
            return replace(table, rows=tuple(row for row in table.rows if row[place] in self.keys))
        if table.identifier == "conditions" and not table.title.endswith(tuple(f", {k}" for k in self.keys)):
            return replace(table, rows=())
        return table

    @property
    def simulated(self) -> str:
        """What was simulated, in a phrase."""
        if self.tests is None or not self.tests.rejections:
            return ""
        return f"tests of the scatter of site effects, {self.tests.reps:,} trials in each world"

    def anticipated(self) -> dict[str, str]:
        """The value of each effect in the anticipated world."""
        (table,) = self.tables("precision") or (None,)
        if table is None:
            return {}
        place = [column.identifier for column in table.columns].index("target")
        values = {str(row[0]): row[place] for row in table.rows}
        return {key: short_number(figure_of(value)) for key, value in values.items() if value is not None}


def planned(
    design: Design, plan: Plan | None, findings: Sequence[Finding], trials: int | None
) -> Planned | None:
    """The numbers of a document; None without a plan.

    Args:
        design: the design.
        plan: the anticipated numbers.
        findings: the effects of interest.
        trials: in so many trials the tests are simulated, 0 for the usual number; None for no tests.
    """
    if plan is None:
        return None
    return Planned(
        design,
        plan,
        build_numbers(design, plan),
        None if trials is None else falsification(design, plan, trials or TRIALS, SEED),
        tuple(str(finding.estimand) for finding in findings),
    )


def tests_pieces(design: Design, found: Planned | None) -> tuple[Piece, ...]:
    """The tests that could falsify, with their power, or that there is none without a plan; and what none can see."""
    if design.sites == 1:
        return (Piece(text="With one site there is no scatter of site effects, and so no test of it."),)
    tests = Piece(
        text="Three tests of the regressions that are lines through the origin could speak against (ii), (vi) and (vii) taken "
        "together. None can show that they hold.",
        facts=tuple(Fact(capital(name), text) for name, text in TESTS.items()),
    )
    blind = Piece(
        heading="What these tests cannot see",
        facts=tuple(Fact(capital(name), text) for name, text in BLIND_SPOTS.items()),
    )
    if found is None or found.tests is None:
        return tests, Piece(blank=NO_POWER), blind
    if not found.tests.rejections:
        return (Piece(text=NO_TEST),)
    tables = tuple(number_table(t) for t in found.tests.tables if t.key == "falsification")
    return tests, Piece(heading="Power", numbers=tables), blind


def rules(design: Design, found: Planned | None) -> tuple[Piece, ...]:
    """Proposed rules: what is concluded if a test rejects, and if it does not; of tests only where there are any."""
    alpha = None if found is None else found.plan.alpha
    untested = found is not None and found.tests is not None and not found.tests.rejections
    level = "the level stated above" if alpha is None else f"level {alpha:g}"
    scatter = (
        ()
        if design.sites == 1 or untested
        else (
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
    )
    weak = (
        f"If the first-stage F of a mediator beside the others (conditional F) is below {STRONG:g} in the data, its effect is "
        "reported as not determined by this trial, whatever its p value."
    )
    last = (
        f"If an effect differs from zero at {level} and no rule above speaks against it, it is reported as causal, together "
        "with the assumptions that it rests on and the sensitivity analysis; if it does not differ from zero, it is reported "
        "with its confidence interval, and not as the absence of an effect."
    )
    said = (weak, *scatter, last)
    return (
        Piece(
            text="What will be concluded if a test rejects, and if it does not.",
            blank="this is a proposal: change these rules to those you will follow, and take this line away",
        ),
        *(Piece(term=f"Rule {number}", text=rule) for number, rule in enumerate(said, 1)),
    )
