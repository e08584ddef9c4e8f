"""Products of effects that moderators change: their average over sites, in the words of each language.

Given Z the average of a product is E[m_1(Z) m_2(Z)], and a part of the whole is E[gamma_ms m_m(Z)], with m(Z) = a + k'h(Z): never
the product of averages. The compliance times a + k'h is the contrast, in each site or cell, of the mediator times a + k'h.
Source: theory, equations (14.3) and (16.1).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from identcheck.decide.level_text import Levels
from identcheck.decide.strategies import Strategy, Term

if TYPE_CHECKING:
    from identcheck.report.code.fits import Centred, Fit

__all__ = ["Averaged", "moved_together"]

GIVEN = {
    "python": 'given(fit_{fit}, rows_{fit}, "{column}", [{terms}])',
    "r": 'given(fit_{fit}, rows_{fit}, "{column}", c({terms}))',
}
"""The effect of a column given the moderators, for each person."""

CONTRAST = {
    "python": 'contrast(rows_{fit}["{column}"] * {effect}, rows_{fit}, "{arm}", [{arms}])',
    "r": 'contrast(rows_{fit}${column} * {effect}, rows_{fit}, "{arm}", c({arms}))',
}
"""The compliance times the effect of its mediator."""


def moved_together(term: Term, levels: Levels) -> tuple[Strategy, ...]:
    """The parts of a product whose effects moderators change, where its average is not the product of coefficients.

    At stated levels of the moderators it is.
    """
    moved = tuple(f.strategy for f in term.factors if _moved(f.strategy))
    together = len(moved) > 1 or (len(term.factors) > 1 and term.by_slope)
    return moved if together and not levels else ()


def _moved(part: Strategy) -> bool:
    return bool(part.regressors and part.regression.terms(part.column))


@dataclass(frozen=True)
class Averaged:
    """A product that is averaged over sites.

    Attributes:
        effects: the regression of each effect that moderators change, with its column.
        arm: the column of the arm, where the first of these is multiplied by the compliance with its mediator; else "".
        average: over what, "sites" or "persons".
        single: whether there is one site.
    """

    effects: tuple[tuple[Fit, str], ...]
    arm: str
    average: str
    single: bool

    def expression(self, language: str) -> str:
        """The average, in Python or R."""
        fit, column = self.effects[0]
        each = [
            GIVEN[language].format(fit=one.number, column=name, terms=_quoted(one.terms_of(name)))
            for one, name in self.effects
        ]
        product = f"times({', '.join(each)})" if language == "r" and len(each) > 1 else " * ".join(each)
        if self.arm:
            product = CONTRAST[language].format(
                fit=fit.number, column=column, effect=product, arm=self.arm, arms=_quoted(fit.arms)
            )
        return f"averaged({product}, rows_{fit.number})"

    def lines(self, scalar: str) -> Iterator[str]:
        """The lines of Stata that put the average in a scalar."""
        fits = list(dict.fromkeys(fit for fit, _ in self.effects))
        columns = [] if self.single else ["site_id"]
        columns += dict.fromkeys(name for fit in fits for name in fit.columns)
        yield "preserve"
        yield f"quietly keep if !missing({', '.join(columns)})"
        yield from (
            f"quietly keep if {arm} == 0" for arm in dict.fromkeys(a for fit in fits for a in fit.others)
        )
        yield f"generate double ic_value = {' * '.join(_stata_effect(*effect) for effect in self.effects)}"
        if self.arm:
            yield from self._stata_contrast()
        if self.single or self.average == "persons":
            yield "quietly summarize ic_value"
        else:
            yield "quietly bysort site_id: egen double ic_mean = mean(ic_value)"
            yield "quietly egen byte ic_first = tag(site_id)"
            yield "quietly summarize ic_mean if ic_first"
        yield f"scalar {scalar} = r(mean)"
        yield "restore"

    def _stata_contrast(self) -> Iterator[str]:
        fit, column = self.effects[0]
        where = [*([] if self.single else ["site_id"]), *fit.levels]
        by = f"bysort {' '.join(where)}: " if where else ""
        control = " & ".join(f"{arm} == 0" for arm in fit.arms)
        yield f"quietly replace ic_value = ic_value * {column}"
        yield f"quietly {by}egen double ic_treated = mean(cond({self.arm} == 1, ic_value, .))"
        yield f"quietly {by}egen double ic_control = mean(cond({control}, ic_value, .))"
        yield "quietly replace ic_value = ic_treated - ic_control"


def _stata_effect(fit: Fit, column: str) -> str:
    """The effect given the moderators as an expression of their columns."""
    terms = {term.name: term for term in fit.terms}
    changes = [
        f"scalar(b{fit.number}_{column}_{name}) * ({_stata_term(terms[name])} - scalar(c{fit.number}_{name}))"
        for name in fit.terms_of(column)
    ]
    return f"({' + '.join([f'scalar(b{fit.number}_{column})', *changes])})"


def _stata_term(term: Centred) -> str:
    return " * ".join(
        f"({column} == {category})" if category else column for column, category in term.factors
    )


def _quoted(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)
