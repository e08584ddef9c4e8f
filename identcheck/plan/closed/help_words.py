"""What would help an estimate, in words."""

from __future__ import annotations

import re

from identcheck.derive.words import capital
from identcheck.plan.closed.diagnosis import Diagnosis
from identcheck.plan.closed.prospect import Prospect
from identcheck.plan.closed.questions import Question

__all__ = ["comes_to", "gives", "out_of_reach", "per_site", "spared"]


def comes_to(diagnosis: Diagnosis, now: Prospect, after: Prospect, weak: bool) -> str:
    """What a change brings strength, bias and coverage to, or that coverage stays as it is, or falls."""
    covers, covered = (round(100 * (each.coverage or 0)) for each in (after, now))
    strong = ""
    if weak and after.strong:
        strong = f"the conditional F to {after.strong.f:.1f}{',' if covers > covered else ' and'} "
    bias, se = _figure(diagnosis, after, after.bias, "+"), _figure(diagnosis, after, after.se)
    coverage = f" and coverage to {covers}%"
    if covers <= covered:
        coverage = f"; the interval {'still covers' if covers == covered else 'then covers only'} {covers}%"
    return f"bring {strong}the bias to {bias} (SE {se}){coverage}"


def _figure(diagnosis: Diagnosis, of: Prospect, value: float, sign: str = "") -> str:
    """A number in the unit of an effect, with as many digits as in the tables."""
    text = f"{value:{sign}.{diagnosis.digits_for(of.se)}f}"
    return text if float(text) else text.lstrip("+-")


def per_site(diagnosis: Diagnosis, number: int) -> str:
    """So many persons in each site, and how many that is in all."""
    at = diagnosis.anticipated
    persons, site = at.design.word("persons"), at.design.word("site")
    if at.allocation.clusters is not None:
        units, name = at.assigned(number)
        return (
            f"{units:,} {name} of {at.unit_size:.0f} {persons} in each {site} ({units * at.sites:,} in all)"
        )
    if at.sites == 1:
        return f"{number:,} {persons}"
    average = " on average" if len(set(at.sizes.tolist())) > 1 else ""
    return f"{number:,} {persons} in each {site}{average} ({number * at.sites:,} in all)"


def out_of_reach(diagnosis: Diagnosis, times: int, most: int, then: Prospect, weak: bool) -> str:
    """That even the most persons that are tried do not help."""
    left = (
        f"leave the conditional F at {then.strong.f:.1f}"
        if weak and then.strong
        else f"leave a bias of {_figure(diagnosis, then, then.bias, '+')}"
    )
    return f"Even {times} times as many, {per_site(diagnosis, most)}, would {left}."


def gives(diagnosis: Diagnosis, after: Prospect) -> str:
    """What a change of the design gives an effect."""
    strong = f"a conditional F of {after.strong.f:.1f}, " if after.strong else ""
    small = abs(after.bias) <= after.se / 100
    expected = f"an expected bias of {_figure(diagnosis, after, after.bias, '+')}"
    numbers = f"{'hardly any bias' if small else expected} and an SE of {_figure(diagnosis, after, after.se)}"
    return f"give it {strong}{numbers}"


def spared(before: Question, after: Question) -> str:
    """What no longer has to be argued, of that which no numeral grants: the bypass, a shared arrow, products of averages."""
    has = _ungranted(after)
    gone = [re.sub("^(?:a|an) ", "the ", name) for name in _ungranted(before) if name not in has]
    if not gone:
        return ""
    if len(gone) > 1:
        return f" Neither {' nor '.join(gone)} would then have to be argued."
    return f" {capital(gone[0])} would then not have to be argued."


def _ungranted(question: Question) -> list[str]:
    conditions = question.strategy.conditions if question.strategy else ()
    return list(
        dict.fromkeys(c.nickname for c in conditions if not c.numeral and not c.implied and c.nickname)
    )
