"""The cheapest trial in words: what is unusual about it, why none does, and which bound would have to give."""

from __future__ import annotations

from collections.abc import Iterator

from identcheck.derive.words import assigned_unit, listed, singular
from identcheck.plan.cheapest.bounds import MOST_UNITS, Bounds, possible, stated
from identcheck.plan.cheapest.rounds import least_biased
from identcheck.plan.cheapest.search import Offer, Search
from identcheck.plan.cheapest.settled import settled
from identcheck.plan.closed.causes import cause_of
from identcheck.plan.closed.questions import Question

__all__ = ["ranges_in_words", "trial_in_words", "unusual_numbers", "ways_out", "why_none"]


def trial_in_words(search: Search, offer: Offer) -> str:
    """Such as "20 districts with 18 schools of 27 pupils each"."""
    site, persons = _sites(search, offer.sites), search.design.word("persons")
    if not search.clustered:
        return f"{site} with {offer.units:,} {persons} each"
    return f"{site} with {offer.units:,} {_unit(search)} of {offer.in_cluster:,} {persons} each"


def ranges_in_words(search: Search, bounds: Bounds) -> str:
    """Such as "8 to 100 sites of 20 to 1,000 persons"."""
    inside = f"{bounds.units.words} {_unit(search)}"
    if search.clustered:
        inside += f" of {bounds.size.words} {search.design.word('persons')}"
    return f"{bounds.sites.words} {search.design.word('sites')} of {inside}"


def unusual_numbers(search: Search, offer: Offer, usual: Bounds) -> tuple[str, ...]:
    """Which numbers of a trial are outside the usual ranges."""
    site, sites = search.design.word("site"), search.design.word("sites")
    found = [(offer.sites, usual.sites, f"{offer.sites:,} {sites}")]
    found.append((offer.units, usual.units, f"{offer.units:,} {_unit(search)} in a {site}"))
    if search.clustered:
        what = f"{offer.in_cluster:,} {search.design.word('persons')} in a {singular(_unit(search))}"
        found.append((offer.in_cluster, usual.size, what))
    return tuple(
        f"{words} ({f'fewer than {usual.least:,}' if number < usual.least else f'more than {usual.most:,}'})"
        for number, usual, words in found
        if number not in usual
    )


def why_none(search: Search, bounds: Bounds) -> str:
    """Why no trial within bounds does: some effect is out of reach of the largest, or what has power is too biased."""
    if bounds.empty:
        return "there is no trial within these numbers."
    largest = bounds.sites.most, bounds.units.most, bounds.size.most
    weak = [q for q in search.questions if not search.powerful(q, *largest)]
    if weak:
        return " ".join(_weak(search, weak, bounds))
    return " ".join(_biased(search, bounds))


def _weak(search: Search, weak: list[Question], bounds: Bounds) -> Iterator[str]:
    largest = Offer(0.0, bounds.sites.most, bounds.units.most, bounds.size.most)
    if bounds == possible(search.at):
        names = listed([str(q.estimand) for q in weak])
        yield f"{names} would need more than {bounds.sites.most:,} {search.design.word('sites')}."
        return
    reached = []
    for question in weak:
        now = search.prospect(question, largest.sites, largest.units, largest.in_cluster)
        value = now.power if search.detect is None else now.detectable
        figure = "no test" if value is None else f"{value:.2f}" if search.detect is None else f"{value:.3g}"
        reached.append(f"{question.estimand} ({figure})")
    what = "the power" if search.detect is None else "the smallest detectable effect"
    large = "small" if search.detect is None else "large"
    yield (
        f"even in the largest trial, {trial_in_words(search, largest)}, {what} is too {large} for {listed(reached)}."
    )


def _biased(search: Search, bounds: Bounds) -> Iterator[str]:
    """Of the trials that have power the one with the least bias, what its bias comes from, and what helps."""
    offer, shares = least_biased(search, bounds)
    harmed = {q: share for q, share in shares.items() if share >= search.bias}
    if not harmed:  # they do by the numbers of the plan, and not by their own
        yield _missed(search, offer)
        return
    said = listed([f"{q.estimand} ({share:.2f})" for q, share in harmed.items()])
    yield (
        f"where there is power, the bias is too large a share of the standard error. It is least at about "
        f"{trial_in_words(search, offer)}: {said}."
    )
    sites, site = search.design.word("sites"), search.design.word("site")
    lasting = [q for q in harmed if _lasts(search, q, offer)]
    if lasting:
        causes = dict.fromkeys(filter(None, (_cause(search, q) for q in lasting)))
        origin = f" It comes from {listed(list(causes))}." if causes else ""
        whose = f" of {listed([str(q.estimand) for q in lasting])}" if len(lasting) < len(harmed) else ""
        yield (
            f"More {_unit(search)} in a {site} leave most of the bias{whose}, and more {sites} make the share larger."
            f"{origin} {_advice(search, lasting)}".strip()
        )
    if len(lasting) < len(harmed):
        more = (
            ""
            if bounds.units.most == MOST_UNITS
            else f": allow more than {bounds.units.most:,}, or aim at less power"
        )
        yield (
            f"{'Otherwise it' if lasting else 'It'} comes from too few {_unit(search)} in a {site}, and more {sites} make the "
            f"share larger{more}."
        )
    yield f"To accept the bias, allow a share above {max(harmed.values()):.2f}."


def _missed(search: Search, offer: Offer) -> str:
    """By how much a trial misses what is asked."""
    found = (search.stating(offer) or search).prospects(offer)
    each = [
        f"{question.estimand} (power {now.power or 0:.3f}, smallest detectable effect {now.detectable or 0:.3g}, bias "
        f"{abs(now.bias) / now.se:.3f} of the standard error)"
        for question, now in found
    ]
    return f"the nearest, {trial_in_words(search, offer)}, just misses it: {listed(each)}."


def _lasts(search: Search, question: Question, offer: Offer) -> bool:
    """Whether most of a bias is left however many persons there are."""
    now = search.prospect(question, offer.sites, offer.units, offer.in_cluster)
    then = search.prospect(question, offer.sites, 100 * offer.units, offer.in_cluster)
    return abs(then.bias) > abs(now.bias) / 2


def _cause(search: Search, question: Question) -> str:
    """What the lasting part of a bias comes from."""
    return cause_of(search.at, search.start[question.estimand], lasting=True)


def _advice(search: Search, lasting: list[Question]) -> str:
    budgets = (search.start[question.estimand].budget for question in lasting)
    causes = {budget.largest(lasting=True) for budget in budgets if budget is not None}
    said = [
        text
        for text, about in (
            ("measure what moves compliance and effect together, and hold it fixed", {"between", "within"}),
            ("draw that path, so that the regression has an intercept", {"bypass"}),
            ("draw those arrows", {"left_out"}),
        )
        if causes & about
    ]
    return f"{listed(said)[:1].upper()}{listed(said)[1:]}." if said else ""


def ways_out(search: Search) -> Iterator[str]:
    """What the trial would be without one of the stated bounds, or without all of them."""
    names = list(search.plan.bounds)
    found = {name: settled(search, stated(search.at, leave_out=name), shown=1) for name in names}
    for name, offers in found.items():
        if offers:
            yield f"Without the bound on {name}: {_offered(search, offers[0])}."
    if len(names) > 1 and not any(found.values()):
        offers = settled(search, possible(search.at), shown=1)
        yield (
            f"Without any bound: {_offered(search, offers[0])}."
            if offers
            else "Nor does any trial without bounds."
        )
    elif names and not any(found.values()):
        yield "Nor does any trial without that bound."


def _offered(search: Search, offer: Offer) -> str:
    return f"{trial_in_words(search, offer)}, at a cost of {offer.cost:,.0f}"


def _unit(search: Search) -> str:
    if not search.clustered:
        return search.design.word("persons")
    return assigned_unit(search.design) or "clusters"


def _sites(search: Search, number: int) -> str:
    return f"{number:,} {search.design.word('site' if number == 1 else 'sites')}"
