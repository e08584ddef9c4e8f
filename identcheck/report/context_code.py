"""What the templates of estimation code are filled with: names that are valid, comments that are cleaned."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CodeContext", "CodeFactor", "CodeFit", "CodeTerm"]

Lines = tuple[str, ...]
"""Lines of a comment, without the sign that makes them one."""


@dataclass(frozen=True)
class CodeFit:
    """One regression among persons.

    Attributes:
        number: from 1.
        about: what is regressed on what.
        outcome: the column on the left.
        regressors: the columns that are instrumented; none for a contrast.
        exogenous: the columns of arms that are regressors themselves.
        arms: the columns of the arms whose persons are used.
        others: the columns of the arms whose persons are left out.
        instruments: "sites" (site by arm), "arms", or "" for a contrast.
        weights: "" (none), "sites" or "persons".
        fixed: what the site effects, or the constant, rest on.
        bypass: what leaving the arms out of the equation, or putting them in, rests on.
        rank: what the instruments rest on.
        meaning: what the coefficients rest on, and mean.
        weighting: what the weights, or their absence, rest on.
    """

    number: int
    about: Lines
    outcome: str
    regressors: tuple[str, ...]
    exogenous: tuple[str, ...]
    arms: tuple[str, ...]
    others: tuple[str, ...]
    instruments: str
    weights: str
    fixed: Lines
    bypass: Lines
    rank: Lines
    meaning: Lines
    weighting: Lines

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the regression uses, but that of the sites."""
        return tuple(dict.fromkeys((self.outcome, *self.regressors, *self.arms, *self.others)))

    @property
    def coefficients(self) -> tuple[str, ...]:
        """The columns whose coefficients are of interest."""
        return (*self.exogenous, *self.regressors)


@dataclass(frozen=True)
class CodeFactor:
    """A coefficient: that of a column in a regression; ``instrumented`` if it is a regressor with instruments."""

    fit: int
    column: str
    instrumented: bool


@dataclass(frozen=True)
class CodeTerm:
    """A signed product of coefficients: the sign is "+" or "-"."""

    sign: str
    factors: tuple[CodeFactor, ...]


@dataclass(frozen=True)
class CodeBootstrap:
    """The standard error of a sum of products: sites drawn with replacement, and everything estimated again.

    Attributes:
        needed: how many different sites a draw must have, so that the regressions can be run.
        about: what it is, and when it is not to be relied on.
        draws: how often sites are drawn.
        seed: where the random numbers begin, so that the same data give the same result.
    """

    needed: int
    about: Lines
    draws: int = 999
    seed: int = 1


@dataclass(frozen=True)
class CodeContext:
    """Everything that the code for one strategy says.

    Attributes:
        header: what is estimated, by which strategy, and what the verdict is.
        given: what is taken as given, and what the code does not do.
        columns: the columns that the data need, each with the node.
        data: the data file.
        site: what the column of the sites is called in the code.
        column: what it is called in the data.
        single: whether there is one site, so that no column of sites is needed.
        fits: the regressions.
        terms: the sum of products of coefficients that is the estimate.
        combining: what that rests on; empty for a single coefficient.
        bootstrap: its standard error; None for a single coefficient, whose regression has one.
    """

    header: Lines
    given: Lines
    columns: Lines
    data: str
    site: str
    column: str
    single: bool
    fits: tuple[CodeFit, ...]
    terms: tuple[CodeTerm, ...]
    combining: Lines
    bootstrap: CodeBootstrap | None
