"""What every numbered assumption has, and the equation of the outcome that the list is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from textwrap import fill
from typing import TypeAlias

from identcheck.basics.display import DisplayedFormula
from identcheck.decide.assumptions.stories import Remark
from identcheck.decide.conditions import Condition, Regression, conditions_of
from identcheck.decide.strategies.candidates import own_regressors
from identcheck.decide.strategies.moderated_by import moderators_of
from identcheck.derive.paths import reaches
from identcheck.derive.words import agree, brief, counted, listed
from identcheck.describe.design import Design
from identcheck.symbols.algebra import Expr
from identcheck.symbols.typeset import latex

__all__ = [
    "BY_DECLARATION",
    "BY_DESIGN",
    "ENCODED",
    "OPEN",
    "VIOLATED",
    "Assumption",
    "Details",
    "Lines",
    "Remark",
    "Setting",
    "met",
    "no_room",
]

BY_DESIGN = "holds by design"
BY_DECLARATION = "holds by declaration"
ENCODED = "encoded in the graph"
OPEN = "to be justified"
VIOLATED = "violated"

VERIFIABLE = "can be verified"
FALSIFIABLE = "can be falsified"
NEITHER = "cannot be checked with data"


Lines: TypeAlias = tuple[str, ...]
Details: TypeAlias = tuple[Lines, Lines]
"""Further lines, and formulas that belong to them."""


@dataclass(frozen=True)
class Assumption(DisplayedFormula):
    """One numbered assumption of the list, for one design.

    Attributes:
        numeral: roman numeral, such as "vi" or "v.a".
        title: its name in the paper.
        statement: a plain sentence in the design's labels.
        written: the formal statement in LaTeX, one formula each; or what makes it when it is asked for.
        reason: why it is needed: the step of the derivation it licenses.
        status: "holds by design", "holds by declaration", "encoded in the graph", "to be justified" or "violated".
        status_text: why.
        check: "can be verified", "can be falsified" or "cannot be checked with data".
        check_text: how, or why not.
        breaks: a concrete sentence of what would break it.
        spelt_out: further lines, such as each absent arrow, and formulas that belong to them, such as expansions along
            upstream paths; or what makes both when they are asked for.
        remarks: discussion.
        justification: the user's own; "" where it is still to be written.
        citation: the literature behind it, the user's own; "" for none.
    """

    numeral: str
    title: str
    statement: str
    written: Lines | Callable[[], Lines] = field(compare=False, repr=False)
    reason: str
    status: str
    status_text: str
    check: str
    check_text: str
    breaks: str
    spelt_out: Details | Callable[[], Details] = field(default=((), ()), compare=False, repr=False)
    remarks: tuple[Remark, ...] = field(default=())
    justification: str = ""
    citation: str = ""

    @cached_property
    def formulas(self) -> Lines:
        """The formal statement in LaTeX, one formula each."""
        return self.written() if callable(self.written) else self.written

    @property
    def details(self) -> Lines:
        """Further lines, such as each absent arrow."""
        return self._details[0]

    @property
    def detail_formulas(self) -> Lines:
        """Formulas of the details, such as expansions along upstream paths."""
        return self._details[1]

    @cached_property
    def _details(self) -> Details:
        return self.spelt_out() if callable(self.spelt_out) else self.spelt_out

    @property
    def latex(self) -> str:
        """The formal statement in LaTeX, formulas joined."""
        return r" ;\quad ".join(self.formulas)

    @property
    def falsifiable(self) -> bool:
        """Whether data could speak against it."""
        return self.check != NEITHER

    @property
    def open(self) -> bool:
        """Whether the user has to argue for it: all but what the design itself guarantees."""
        return self.status != BY_DESIGN

    def _brief(self) -> str:
        return f"Assumption ({self.numeral}) {self.title}: {self.status}"

    def __str__(self) -> str:
        said = [f"({self.numeral}) {self.title}: {self.status}", self.statement]
        said += [f"Your argument: {self.justification}"] if self.justification else []
        return "\n  ".join(fill(text, 98, subsequent_indent="  ", break_on_hyphens=False) for text in said)


def met(conditions: Sequence[Condition]) -> str:
    """The status of an assumption that its conditions make up: met by design, by declarations, or not."""
    if any(c.violated for c in conditions):
        return VIOLATED
    if not conditions or any(not c.implied for c in conditions):
        return OPEN
    return BY_DECLARATION if any(c.declared for c in conditions) else BY_DESIGN


def no_room(setting: Setting) -> str:
    """That the regression has too few sites for its scatter to speak against an assumption, as a sentence; "" if it has enough.

    With as many equations as coefficients the fit is exact; one more is taken up by an intercept or a curve.
    """
    design, reg = setting.design, setting.regression
    if design.sites is None or reg.pooled:
        return ""
    rows, columns = design.sites * len(reg.arms), len(reg.columns)
    if rows > columns + 1:
        return ""
    sites = counted(design.sites, design.word("site"), design.word("sites"))
    coefficients = counted(columns, "coefficient", "coefficients")
    if rows <= columns:
        return (
            f"With {sites} and {coefficients} the regression fits exactly: nothing is left over, so there is nothing to check it "
            f"against. More {design.word('sites')} could falsify it."
        )
    return f"It could be falsified with more {design.word('sites')}: with {sites}, {coefficients} leave almost nothing to test."


@dataclass(frozen=True)
class Setting:
    """The equation that the list is about, and words for its parts: the outcome's own, or that of a strategy.

    Attributes:
        design: the design.
        own: the regression of a strategy; None for the outcome's own (W = its measured mediator parents).
        column: the column of that regression which is wanted; "" for all.
    """

    design: Design
    own: Regression | None = None
    column: str = ""

    @property
    def regression(self) -> Regression:
        """The outcome regressed on its own regressors, an intercept for each arm that bypasses them; or the strategy's.

        Where drawn causes exclude that, with the fewest moderators that mend it, if any do.
        """
        if self.own is not None:
            return self.own
        design = self.design
        own = own_regressors(design, design.outcome)
        bypassing = tuple(a for a in design.treatments if reaches(design, a, design.outcome, own))
        plain = Regression(design, design.outcome, own, design.treatments, bypassing)
        return replace(plain, moderators=next(iter(moderators_of(plain)), ())) if design.modifiers else plain

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The conditions of that equation."""
        reg = self.regression
        return conditions_of(reg, self.column or reg.regressors[0]) if reg.regressors else ()

    @property
    def pooled(self) -> tuple[Condition, ...]:
        """The conditions of that equation for the pooled ratio, over the arms together."""
        reg = replace(self.regression, pooled=True, intercepts=(), moderators=())
        return conditions_of(reg, reg.regressors[0]) if reg.regressors else ()

    def tex(self, expr: Expr) -> str:
        """An expression as LaTeX, without the index s where there is one site."""
        return latex(expr, one_site=self.design.sites == 1)

    @property
    def parallel(self) -> bool:
        """Whether no mediator affects another."""
        among = set(self.design.own_mediators)
        return not any(a in among and b in among for a, b in self.design.causal.edges)

    @property
    def several(self) -> bool:
        """Whether there are several mediators."""
        return len(self.design.own_mediators) > 1

    @property
    def among_several(self) -> bool:
        """Whether the regression tells several mediators apart; for the outcome's own, whether there are several."""
        return len(self.own.regressors) > 1 if self.own is not None else self.several

    @property
    def treatment(self) -> str:
        """The arms in words."""
        return listed([brief(self.design, arm) for arm in self.regression.arms], "or")

    def does(self, one: str, many: str) -> str:
        """The verb that agrees with :attr:`treatment`."""
        return agree(self.design, self.regression.arms, one, many, "or")

    @property
    def outcome(self) -> str:
        """The outcome in words."""
        return brief(self.design, self.regression.outcome)

    @property
    def regressors(self) -> str:
        """What the regression has as regressors, in words; without any, the mediators."""
        return listed([brief(self.design, u) for u in self.regression.regressors]) or self.mediators

    @property
    def mediators(self) -> str:
        """All mediators in words, joined by "and"."""
        return listed([brief(self.design, m) for m in self.design.own_mediators])

    def mediator(self, place: int = 0) -> str:
        """One mediator in words."""
        return brief(self.design, self.design.own_mediators[place % len(self.design.own_mediators)])

    @property
    def place(self) -> str:
        """Where persons are: "within the site" or "within each district"."""
        return f"within {'the' if self.design.sites == 1 else 'each'} {self.design.word('site')}"

    @property
    def numbers(self) -> str:
        """The subscripts k = 1, ..., P of general formulas."""
        return r"k = 1,\ldots,P" if len(self.design.own_mediators) > 2 else "k = 1,2"
