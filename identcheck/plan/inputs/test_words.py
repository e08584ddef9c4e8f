"""The tests of a plan in words, for tables and documents alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from identcheck.basics.options import TestName

if TYPE_CHECKING:
    from identcheck.plan.inputs.plan import Plan

__all__ = ["named_test", "tests_in_words"]

TESTS_OF: Mapping[TestName, str] = {
    "CR1": "tests use a t distribution with {sites} less coefficients as degrees of freedom",
    "CR2": "tests of effects of mediators use CR2 standard errors and a t distribution with Satterthwaite's degrees of freedom "
    "(Bell and McCaffrey 2002)",
    "CR3": "tests of effects of mediators use CR3 standard errors and a t distribution with Satterthwaite's degrees of freedom "
    "(Bell and McCaffrey 2002)",
    "bootstrap": "tests of effects of mediators are wild bootstraps over {sites}, restricted to no effect, with Webb's six "
    "values (Cameron, Gelbach and Miller 2008; Webb 2014)",
}
CONTRASTS = "; those of contrasts of arms use a t distribution with {sites} less 1 as degrees of freedom"


def named_test(plan: Plan) -> str:
    """The test of an effect, with what is not usual about it: "test", "one-sided test", "CR2 test"."""
    sides = "one-sided " if plan.sides == 1 else ""
    return f"{sides}{'' if plan.test == 'CR1' or plan.sites_are == 'population' else f'{plan.test} '}test"


def tests_in_words(test: TestName, site: str, sites: str, contrasts: bool) -> str:
    """What tests over sites use: part of a sentence.

    Args:
        test: of the plan.
        site: a site in the trial's word.
        sites: several.
        contrasts: whether contrasts of arms are tested too, whose tests are plain whatever the plan says.
    """
    said = TESTS_OF[test] + (CONTRASTS if contrasts and test != "CR1" else "")
    return said.format(site=site, sites=sites)
