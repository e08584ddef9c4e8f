"""An estimate of an effect, with what it rests on."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Estimate"]


@dataclass(frozen=True)
class Estimate:
    """An estimate of an effect.

    Attributes:
        value: the estimate, in units of the effect.
        se: its standard error over sites: CR3 of least squares, the jackknife of others, of "liml" from the curvature of Q; None
            where there is none.
        df: degrees of freedom of the interval, Satterthwaite's; None for the normal distribution, or none.
        interval: the 95 percent interval, below 60 sites that of CR2; None where there is none.
        note: what it rests on, or why something is missing; "".
        bootstrap: below 30 sites the interval of the restricted wild bootstrap; else None.
        cr1: the sandwich standard error with the plain correction, for comparison.
        classical: the standard error by the scale of the residuals, for comparison.
        pull: how far sampling errors of the compliances move the estimate, in its units, by the moments corrected for them; 0 for
            estimates that take them off; None where it cannot be told.
        common: the standard error if all sites had one effect (scale 1); only with weights "precision".
    """

    value: float
    se: float | None
    df: float | None
    interval: tuple[float, float] | None
    note: str = ""
    bootstrap: tuple[float, float] | None = None
    cr1: float | None = None
    classical: float | None = None
    common: float | None = None
    pull: float | None = 0.0
