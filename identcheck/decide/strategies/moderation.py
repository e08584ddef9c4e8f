"""The derivation and the bias of a regression with moderators, in moments over sites, or over cells (theory section 14).

With x the row of a regression, 1 or a compliance and its products with the terms of h, and m(Z) = a + k'h(Z) the projection of
an effect on 1 and h, the coefficients of the regression are a and k, and a + k'E[h] is the average effect: equation (14.3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from identcheck.basics.once import once
from identcheck.decide.conditions.regression import Regression
from identcheck.decide.strategies.step import Step
from identcheck.derive.bias import solve
from identcheck.derive.heterogeneity import asked_of_weights
from identcheck.derive.moments import mean, mean_effect, within_covariance
from identcheck.symbols.algebra import Expr, add, average, number
from identcheck.symbols.typeset import latex

__all__ = [
    "moderated_average",
    "moderated_biases",
    "moderated_equation",
    "moderated_limit",
    "moderated_mean",
    "moderated_solution",
    "moderated_steps",
]

SMALL = 6
"""With more columns equations are solved by elimination, whose expressions are longer to read and quicker to make."""


@dataclass(frozen=True)
class Moderation:
    """A regression with moderators, in expressions.

    Attributes:
        regression: the regression.
    """

    regression: Regression

    @cached_property
    def effects(self) -> dict[str, Expr]:
        """What each column's coefficients are about: an arm's bypass, a regressor's effect; site averages."""
        reg = self.regression
        found = {arm: reg.bypass(arm) for arm in reg.intercepts}
        return found | {u: reg.site_downstream(u) for u in reg.regressors}

    @once
    def terms(self, column: str) -> tuple[Expr, ...]:
        """1 and the terms of h beside a column."""
        return (number(1), *self.regression.levels(column))

    @once
    def projection(self, column: str) -> tuple[Expr, ...]:
        """A and k of a column: of the projection of its effect on 1 and h."""
        terms, effect = self.terms(column), self.effects[column]
        gram = [[_mean(one, other) for other in terms] for one in terms]
        return tuple(_solved(gram, [_mean(term, effect) for term in terms]))

    def changed(self, column: str) -> Expr:
        """m(Z) = a + k'h(Z)."""
        pairs = zip(self.projection(column), self.terms(column), strict=True)
        return add(*(coefficient * term for coefficient, term in pairs))

    @once
    def row(self, arm: str) -> tuple[Expr, ...]:
        """The row x of an arm."""
        reg = self.regression
        heads = [number(int(arm == column)) for column in reg.intercepts]
        heads += [reg.compliance(arm, u) for u in reg.regressors]
        return tuple(
            head * term for head, c in zip(heads, reg.columns, strict=True) for term in self.terms(c)
        )

    @cached_property
    def gram(self) -> list[list[Expr]]:
        """E[x x'], summed over arms."""
        rows = [self.row(arm) for arm in self.regression.arms]
        size = range(len(rows[0]))
        return [[add(*(_mean(row[i], row[j]) for row in rows)) for j in size] for i in size]

    def against(self, values: Sequence[Expr]) -> list[Expr]:
        """E[x y], summed over arms, for one y of each arm."""
        rows = [self.row(arm) for arm in self.regression.arms]
        return [
            add(*(_mean(row[i], y) for row, y in zip(rows, values, strict=True))) for i in range(len(rows[0]))
        ]

    def error(self, arm: str, within: bool) -> Expr:
        """What the equation of an arm leaves out: deviations from m(Z), and covariances within sites if these are to count."""
        reg = self.regression
        found = [reg.compliance(arm, u) * (self.effects[u] - self.changed(u)) for u in reg.regressors]
        bypass = reg.bypass(arm)
        found.append(bypass - self.changed(arm) if arm in reg.intercepts else bypass)
        if within:
            found += [
                within_covariance(reg.design, arm, u, reg.outcome, reg.others(u)) for u in reg.regressors
            ]
        return add(*found)

    def averaged(self, column: str, coefficients: Sequence[Expr]) -> Expr:
        """A + k'E[h]: equation (14.3)."""
        terms = self.terms(column)
        return add(*(c * _mean(term) for c, term in zip(coefficients, terms, strict=True)))


def moderated_biases(regression: Regression) -> dict[str, Expr]:
    """The limit of what is estimated for every column less its average effect: a + k'E[h] of Q^{-1} E[x e].

    Source: theory, equation (9.1), its averages over the moderators as in section 14.
    """
    of = Moderation(regression)
    return {column: of.averaged(column, apart) for column, apart in _apart(regression).items()}


def _apart(regression: Regression) -> dict[str, list[Expr]]:
    """By how much the limits of every column's coefficients are apart from a and k: Q^{-1} E[x e]."""
    of = Moderation(regression)
    errors = [of.error(arm, within=True) for arm in regression.arms]
    apart = _solved(of.gram, of.against(errors))
    found, at = {}, 0
    for column in regression.columns:
        size = len(of.terms(column))
        found[column] = apart[at : at + size]
        at += size
    return found


def moderated_mean(regression: Regression, column: str) -> Expr:
    """m(Z) = a + k'h(Z), the average effect of a column given the moderators."""
    return Moderation(regression).changed(column)


def moderated_limit(regression: Regression, column: str) -> Expr:
    """What is estimated of it: the same with the limits of the coefficients."""
    of, apart = Moderation(regression), _apart(regression)[column]
    terms = zip(of.projection(column), apart, of.terms(column), strict=True)
    return add(*((right + wrong) * term for right, wrong, term in terms))


def moderated_steps(regression: Regression, arm: str, site_left: Expr) -> list[Step]:
    """(11) of an arm with moderators: equation (14.2)."""
    reg, of = regression, Moderation(regression)
    explained = [reg.compliance(arm, u) * of.changed(u) for u in reg.regressors]
    explained += [of.changed(arm)] if arm in reg.intercepts else []
    moved = (reg.compliance(each, u) for each in reg.arms for u in reg.regressors)
    held = [*(item for item in moved if not item.is_number), *reg.levels("")]
    given = ", ".join(dict.fromkeys(map(latex, held)))
    return [
        Step(
            "11",
            site_left,
            add(*explained, of.error(arm, within=False)),
            "site",
            f"given {reg.given}, each average effect is what stands beside its compliance; what is left is the error, which "
            f"averages zero given {reg.given} and the compliances",
            ("vii", "xi"),
            lines=(moderated_equation(reg, arm), rf"\mathbb{{E}}[\omega_{{s}} \mid {given}] = 0"),
        )
    ]


def moderated_solution(regression: Regression) -> list[Step]:
    """The normal equations, and the averages of what they give: equation (14.3)."""
    reg, of = regression, Moderation(regression)
    outcomes = [mean_effect(reg.design, arm, reg.outcome) for arm in reg.arms]
    known = [c for column in reg.columns for c in of.projection(column)]
    numerals = ("vii", "viii", "ix", "xi")
    why = (
        "the error averages zero given the compliances and the moderators; the rank makes the solution unique"
    )
    names = [name for column in reg.columns for name in _names(of, column)]
    sites = reg.design.word("sites")
    wanted = f", as {sites} count in the average wanted" if asked_of_weights(reg.design) else ""
    steps = []
    for left, row in zip(of.against(outcomes), of.gram, strict=True):
        right = add(*(q * c for q, c in zip(row, known, strict=True)))
        shown = " + ".join(rf"{latex(q)} \, {name}" for q, name in zip(row, names, strict=True) if q != 0)
        steps.append(Step("11", left, right, "sites", why, numerals, lines=(f"{latex(left)} = {shown}",)))
    for u in reg.regressors:
        steps.append(
            Step(
                "11",
                mean(of.effects[u]),
                of.averaged(u, of.projection(u)),
                "sites",
                f"the average over {reg.given}{wanted}",
                (),
                lines=(moderated_average(reg, u),),
            )
        )
    return steps


def moderated_average(reg: Regression, column: str) -> str:
    """How a column's average effect is put together from its coefficients, in LaTeX: a + k'E[h], equation (14.3)."""
    of = Moderation(reg)
    shown = " + ".join(
        name if place == 0 else rf"{name} \, {latex(_mean(term))}"
        for place, (name, term) in enumerate(zip(_names(of, column), of.terms(column), strict=True))
    )
    return f"{latex(mean(of.effects[column]))} = {shown}"


def moderated_equation(reg: Regression, arm: str) -> str:
    """The regression itself, in LaTeX: beta_s = sum of gamma_us (a_u + k_u'h) + omega_s, equation (14.2)."""
    of = Moderation(reg)
    parts = []
    for column in (*((arm,) if arm in reg.intercepts else ()), *reg.regressors):
        inside = " + ".join(
            name if place == 0 else rf"{name} \, {latex(term)}"
            for place, (name, term) in enumerate(zip(_names(of, column), of.terms(column), strict=True))
        )
        head = "" if column in reg.intercepts else latex(reg.compliance(arm, column))
        parts.append(
            f"{head} ({inside})" if head and len(of.terms(column)) > 1 else f"{head} {inside}".strip()
        )
    left = latex(mean_effect(reg.design, arm, reg.outcome))
    return f"{left} = {' + '.join(parts)} + " + r"\omega_{s}"


def _names(of: Moderation, column: str) -> list[str]:
    """The letters of a column's coefficients: a_1, k_11, k_12."""
    place = of.regression.columns.index(column) + 1
    return [f"a_{{{place}}}", *(f"k_{{{place},{k}}}" for k in range(1, len(of.terms(column))))]


def _mean(*factors: Expr) -> Expr:
    """The average over sites of a product."""
    product = number(1)
    for factor in factors:
        product = product * factor
    return product if product.is_number else average("sites", product)


def _solved(matrix: list[list[Expr]], right: Sequence[Expr]) -> list[Expr]:
    """The solution of a system whose determinant is not 0."""
    if len(matrix) <= SMALL:
        return solve(matrix, right)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for at in range(len(rows)):
        pivot = next(k for k in range(at, len(rows)) if rows[k][at] != 0)
        rows[at], rows[pivot] = rows[pivot], rows[at]
        for k in range(at + 1, len(rows)):
            if rows[k][at] != 0:
                factor = rows[k][at] / rows[at][at]
                rows[k] = [
                    number(0) if j == at else x - factor * y
                    for j, (x, y) in enumerate(zip(rows[k], rows[at], strict=True))
                ]
    found: list[Expr] = [number(0)] * len(rows)
    for at in reversed(range(len(rows))):
        known = add(*(rows[at][j] * found[j] for j in range(at + 1, len(rows))))
        found[at] = (rows[at][-1] - known) / rows[at][at]
    return found
