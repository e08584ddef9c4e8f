"""The decomposition of the intent-to-treat effect, and derivations: from path products to regressions and composed effects."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from identcheck.decide.conditions import Regression
from identcheck.decide.equations import equations
from identcheck.decide.identification import Finding
from identcheck.decide.strategies import Composed, Step as Derived, Strategy
from identcheck.derive.words import capital, in_brackets, listed
from identcheck.describe.design import Design
from identcheck.report.blocks import Derivation, Equation, Equations, Paragraph, Section, Step
from identcheck.report.proportion import counted, is_large
from identcheck.symbols.written import Formula

__all__ = ["Register", "decomposition_section", "written_in_sums"]

MOST_DERIVATIONS = 14
"""So many derivations are written out; strategies beyond them have none."""

FEW_COLUMNS = 2
"""An alternative with more coefficients than this is not derived."""

MOST_EQUATIONS = 3
"""Of more normal equations the first is shown and the rest are counted."""

NOTE = (
    "Each derivation goes from the effect of treatment on one person to the regression over sites. With each step stand the "
    "equation of the paper that it specializes and the assumptions that license it. A derivation holds for every coefficient of "
    "its regression."
)

LARGE_NOTE = " With this many mediators sums are written with an index that runs over them, in the order of the variables."

INSIDE = Equation(
    Formula(r"\Gamma_{k} = \Gamma^{*}_{k} + \sum_{j \to k} \Gamma_{j} \, \Lambda_{jk}"),
    (Formula(r"\Delta^{\mathrm{tot}}_{k} = \Delta_{k} + \sum_{k \to j} \Lambda_{kj} \, \Delta^{\mathrm{tot}}_{j}"),),
    "9",
    "What treatment does to a mediator is what it does directly and by the arrows from other mediators, those that are in "
    "the graph: (i), (iii) and (iv).",
)  # fmt: skip

Key = Regression | Composed


def decomposition_section(design: Design) -> Section:
    """The equations of the paper for this design; in a large one with an index that runs over the mediators."""
    if written_in_sums(design):
        steps = _in_sums(_on_all(design))[:-1]
        written = (Equation(s.equation, s.tail, s.like, _licence(s.reason, s.numerals)) for s in steps)
        items = (INSIDE, *written)
    else:
        items = _together(equations(design))
    return Section("decomposition", "Decomposition of the intent-to-treat effect", (Equations(items),))


def written_in_sums(design: Design) -> bool:
    """Whether the equations have an index over the mediators, so that nothing is left out."""
    return is_large(design) and not design.unobserved and _in_sums_fits(_on_all(design))


def _on_all(design: Design) -> Regression:
    """The outcome on all mediators that act on it."""
    arm, outcome = design.treatments[0], design.outcome
    around = (arm,) if design.causal.has_edge(arm, outcome) else ()
    parents = tuple(m for m in design.mediators if design.causal.has_edge(m, outcome))
    return Regression(design, outcome, parents, (arm,), around)


def _together(steps: Sequence[Derived]) -> tuple[Equation, ...]:
    """Neighboring steps that hold for the same reason are shown together."""
    shown = []
    for (number, numerals, reason), same in groupby(steps, key=lambda s: (s.number, s.numerals, s.reason)):
        first, *rest = (Formula(line) for step in same for line in step.lines or (step.latex,))
        shown.append(
            Equation(first, tuple(rest), number, _licence(capital(reason), listed(in_brackets(numerals))))
        )
    return tuple(shown)


def _licence(reason: str, numerals: str) -> str:
    return f"{reason}: {numerals}." if numerals else f"{reason}."


class Register:
    """The derivations of a report, numbered as they are first asked for."""

    def __init__(self, design: Design) -> None:
        self._design = design
        self._known: dict[Key, Strategy | Composed] = {}

    def want(self, finding: Finding) -> None:
        """Derive the strategy the verdict rests on, or the first that is excluded; and what else is short."""
        self.add(finding.best or finding.ruled_out[0])
        if not is_large(self._design):
            for strategy in (*finding.strategies, *finding.ruled_out):
                if isinstance(strategy, Composed) or len(strategy.regression.columns) <= FEW_COLUMNS:
                    self.add(strategy)

    def add(self, strategy: Strategy | Composed) -> None:
        """Derive a strategy, with what it goes on from, unless there are too many already."""
        if not strategy.regressors:
            return
        new = [part for part in strategy.parts if part.regressors and _key(part) not in self._known]
        if isinstance(strategy, Composed):
            new = [*new, strategy]  # type: ignore[list-item]
        if len(self._known) + len({_key(one) for one in new}) <= MOST_DERIVATIONS:
            for one in new:
                self._known.setdefault(_key(one), one)

    def label(self, strategy: Strategy | Composed) -> str:
        """The label of its derivation, or "" where it has none."""
        key = _key(strategy)
        return f"D{list(self._known).index(key) + 1}" if key in self._known else ""

    def derivations(self) -> tuple[Derivation, ...]:
        """All of them, in order."""
        return tuple(self._derivation(strategy) for strategy in self._known.values())

    @property
    def section(self) -> Section:
        """All of them, after how to read them; without blocks where there are none."""
        note = (Paragraph(NOTE + LARGE_NOTE * is_large(self._design)),) if self._known else ()
        return Section("derivations", "Derivations", (*note, *self.derivations()), appendix=True)

    def _derivation(self, strategy: Strategy | Composed) -> Derivation:
        steps, more, uses = strategy.derivation, "", ""
        named = self.label(strategy), capital(strategy.name, self._design)
        if isinstance(strategy, Composed):
            taken = {step for part in strategy.parts for step in part.derivation}
            steps = tuple(step for step in steps if step not in taken)
            uses = listed(list(dict.fromkeys(filter(None, map(self.label, strategy.parts)))))
        elif is_large(self._design) and _in_sums_fits(strategy.regression):
            return Derivation(*named, "", _in_sums(strategy.regression), "")
        else:
            steps, more = _shortened(steps)
        return Derivation(*named, uses, _numbered(steps), more)


def _key(strategy: Strategy | Composed) -> Key:
    return strategy if isinstance(strategy, Composed) else strategy.regression


def _shortened(steps: Sequence[Derived]) -> tuple[tuple[Derived, ...], str]:
    """All steps, but of many normal equations only the first; what is averaged after them rests on no assumption."""
    last = [step for step in steps if step.level == "sites" and step.numerals]
    if len(last) <= MOST_EQUATIONS:
        return tuple(steps), ""
    left_out = set(last[1:])
    return (
        tuple(step for step in steps if step not in left_out),
        f"And {counted(len(left_out), 'more normal equation', 'more normal equations')}, one for each further "
        "regressor in its place on the left.",
    )


def _numbered(steps: Sequence[Derived]) -> tuple[Step, ...]:
    """The steps in order; one that holds for the reason of the one before it says only that."""
    made = []
    before: tuple[str, ...] = ()
    for place, step in enumerate(steps, start=1):
        first, *rest = map(Formula, step.lines or (step.latex,))
        numerals = listed(in_brackets(step.numerals))
        said = (step.number, step.reason, numerals)
        reason = "In the same way" if said == before else capital(step.reason)
        made.append(Step(str(place), first, tuple(rest), step.number, reason, numerals))
        before = said
    return tuple(made)


def _in_sums_fits(regression: Regression) -> bool:
    """Whether sums over all mediators can stand for it: one arm, and every mediator a regressor."""
    design = regression.design
    return (
        len(design.treatments) == 1
        and regression.outcome == design.outcome
        and regression.regressors == design.mediators
        and design.sites != 1
        and not regression.pooled
        and not regression.site_by_site
    )


def _in_sums(regression: Regression) -> tuple[Step, ...]:
    """The steps for the outcome on all mediators, with an index over the mediators."""
    person, site, mean = (
        ("B^{*} + ", r"\beta^{*}_{s} + ", r"\beta^{*} + ") if regression.intercepts else ("", "", "")
    )
    total = r"\sum_{k=1}^{P}"
    error = (r"\left(\beta^{*}_{s} - \beta^{*}\right) + " if regression.intercepts else "") + (
        rf"{total} \gamma_{{ks}} \, \left(\delta_{{ks}} - \delta_{{k}}\right)"
    )
    first = r"\gamma_{js}"
    constant = r"\mathbb{E}[\gamma_{js}] \, \beta^{*} + " if regression.intercepts else ""
    known = "averages zero at every value of the compliances"
    lines = [r"\mathbb{E}[\omega_{s} \mid \gamma_{1s}, \ldots, \gamma_{Ps}] = 0"]
    if regression.intercepts:
        known = "averages zero and is uncorrelated with the compliances, given that the bypass is"
        lines = [
            r"\mathbb{E}[\omega_{s}] = 0",
            r"\mathbb{E}[\omega_{s} \, \gamma_{ks}] = 0 \quad (k = 1,\ldots,P)",
        ]
    shapes = [
        ("9", [f"B = {person}{total} \\Gamma_{{k}} \\, \\Delta_{{k}}"],
         "Every path from treatment is split at the last regressor on it", "(i), (ii), (iii) and (iv)"),
        ("10", [rf"\beta_{{s}} = {site}{total} \left(\gamma_{{ks}} \, \delta_{{ks}} + "
                r"\operatorname{Cov}_s(\Gamma_{k}, \Delta_{k})\right)"],
         "The mean of a product is the product of means plus the covariance", ""),
        ("10", [rf"\beta_{{s}} = {site}{total} \gamma_{{ks}} \, \delta_{{ks}}"],
         "No compliance-effect covariance within sites", "(vi)"),
        ("11", [rf"\beta_{{s}} = {mean}{total} \gamma_{{ks}} \, \delta_{{k}} + \omega_{{s}}", rf"\omega_{{s}} = {error}",
                *lines],
         f"The average effects become the slopes; the deviations of the sites from them are the error, which {known}",
         "(vii)"),
        ("11", [rf"\mathbb{{E}}[{first} \, \beta_{{s}}] = {constant}{total} "
                rf"\mathbb{{E}}[{first} \, \gamma_{{ks}}] \, \delta_{{k}} "
                r"\quad (j = 1,\ldots,P)"],
         f"The error {known}, so the normal equations hold for the averages; the rank makes their solution unique",
         "(vii), (viii) and (ix)"),
    ]  # fmt: skip
    return tuple(
        Step(str(place), Formula(lines[0]), tuple(map(Formula, lines[1:])), number, reason, numerals)
        for place, (number, lines, reason, numerals) in enumerate(shapes, start=1)
    )
