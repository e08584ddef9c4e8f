"""What drawn modifiers do to effects, in numbers: slopes, and the covariances that follow by the sum over treks.

A plan states, for an arrow from a modifier to an effect, by how many of its own SDs the effect changes per SD of the
modifier; for an arrow between modifiers likewise. Own parts are independent. So two effects with common modifiers have the
covariance that path tracing gives, and no other.

A site's characteristic acts across sites. A person's acts within sites, and across them as far as sites differ in their mix of
persons: its SD is that within sites, and the share ``icc`` of its variance lies between them.

Source: theory, equation (14.4).
"""

from __future__ import annotations

import math

import numpy as np

from identcheck.describe.declarations import Edge
from identcheck.describe.modifiers import Modifier
from identcheck.errors import suggestion
from identcheck.formats.plan_keys import arrow_name
from identcheck.plan.inputs.anticipated import Array, Moved
from identcheck.plan.inputs.defaults import BALANCED, EQUAL, ICC, UNSTATED
from identcheck.plan.inputs.notes import Notes
from identcheck.plan.inputs.problems import Path
from identcheck.plan.inputs.stated import ICC_KEY, LEVELS, UNIT_KEYS

__all__ = ["moved_by"]

ROUNDING = 1e-9

NO_SHARE = (
    f"what causes it differs between sites, but none of its variance lies between them; give it an {ICC_KEY}"
)


def moved_by(to: Notes, edges: tuple[Edge, ...], between: Array, within: Array) -> Moved | None:
    """What the modifiers of a design do to effects; None where none is drawn.

    Args:
        to: where inputs and problems are written down.
        edges: the arrows; E of them.
        between: (E,) the SD of each arrow's effect across sites; NaN where something is wrong with one already.
        within: (E,) that across the persons of a site.
    """
    _report_strange(to)
    modifiers = to.design.modifiers
    if not modifiers:
        return None
    if not to.plan.modifiers:
        to.note("what modifiers do to effects", "0", "", "modifiers", UNSTATED)
    for modifier in modifiers:
        if to.plan.modifiers and modifier.level == "sites" and modifier.scale != "continuous":
            share = 1 / (modifier.terms + 1)
            to.note(
                f"share of sites in each category of {modifier.name}", f"{share:.3g}", "", "modifiers", EQUAL
            )
    for name, what in to.plan.modifiers:
        if what in UNIT_KEYS:
            to.note(f"{what} of {name}", f"{to.plan.modifiers[name, what]:g}", "", "modifiers", None)
    ratio = [_ratio(to, modifier) for modifier in modifiers]
    of_sites = np.array([float(modifier.level == "sites") for modifier in modifiers])
    across, inside = of_sites + ratio, 1 - of_sites
    slopes = _slopes(to, across)
    loadings = np.array(
        [
            [_loading(to, m, e, a, b) for m in modifiers]
            for e, a, b in zip(edges, between, within, strict=True)
        ]
    )
    names = tuple(modifier.name for modifier in modifiers)
    spread = [
        _spread(to, slopes, np.asarray(variance), level)
        for variance, level in ((across, "between"), (inside, "within"))
    ]
    made = Moved(names, loadings.reshape(len(edges), len(names)), *spread)
    for table, sd in (("between", between), ("within", within)):
        for edge, own, explained in zip(edges, sd, np.diag(made.covariance(table)), strict=True):
            if explained > own**2 * (1 + ROUNDING):
                _too_much(to, edge, LEVELS[table], explained / own**2 if own else math.inf)
    return made


def _report_strange(to: Notes) -> None:
    """Numbers of what is no modifier, or of what it is not drawn to move."""
    drawn = {modifier.name: modifier for modifier in to.design.modifiers}
    for name, what in to.plan.modifiers:
        path = ("modifiers", name, arrow_name(what) if isinstance(what, tuple) else what)
        if name not in drawn:
            known = ", ".join(map(repr, drawn))
            hint = suggestion(name, drawn) or (f"; there are {known}" if drawn else "; it has none")
            to.report(path, f"{name!r} is no modifier of the design{hint}")
        elif isinstance(what, tuple) and what not in drawn[name].of:
            there = ", ".join(map(arrow_name, drawn[name].of)) or "no arrow"
            to.report(
                path,
                f"{name!r} is not drawn to move {arrow_name(what)}, it moves {there}; draw that, or leave it out here",
            )
        elif what == ICC_KEY:
            _report_share(to, drawn[name], path)
        elif what in UNIT_KEYS:
            if drawn[name].scale != "continuous":
                to.report(
                    path,
                    f"{name!r} has categories, whose levels are known by their numbers; leave {what} out",
                )
        elif isinstance(what, str) and (what not in drawn or name not in drawn[what].causes):
            caused = [modifier.name for modifier in drawn.values() if name in modifier.causes]
            hint = suggestion(what, caused) or f"; it causes {', '.join(map(repr, caused)) or 'none'}"
            to.report(
                path,
                f"{name!r} is not drawn to cause a modifier {what!r}{hint}; an arrow is written 'A -> B'",
            )


def _report_share(to: Notes, modifier: Modifier, path: Path) -> None:
    stated = to.plan.modifiers[modifier.name, ICC_KEY]
    if modifier.level == "sites":
        to.report(
            path,
            f"{modifier.name!r} is a characteristic of sites: all of its variance is between them; leave {ICC_KEY} out",
        )
    elif modifier.balanced and stated:
        to.report(
            path,
            f"{modifier.name!r} is drawn as balanced, so that sites do not differ in it; leave {ICC_KEY} out",
        )


def _ratio(to: Notes, modifier: Modifier) -> float:
    """Of a person's characteristic the variance between sites, as a multiple of that within; 0 for one of sites."""
    if modifier.level == "sites":
        return 0.0
    default = BALANCED if modifier.balanced else ICC
    stated = to.plan.modifiers.get((modifier.name, ICC_KEY))
    share = default.value if stated is None else stated
    what = f"share of the variance of {modifier.name} that lies between sites"
    to.note(what, f"{share:g}", "", "modifiers", default if stated is None else None)
    return share / (1 - share)


def _slopes(to: Notes, across: Array) -> Array:
    """(M, M) by how much the modifier of a row changes per unit of that of a column: 1 is the SD of sites, or within them."""
    modifiers = to.design.modifiers
    found = np.zeros((len(modifiers), len(modifiers)))
    for j, cause in enumerate(modifiers):
        for i, modifier in enumerate(modifiers):
            if cause.name in modifier.causes:
                stated = _stated(to, cause, modifier.name, modifier.name, "SDs per SD of that modifier")
                apart = cause.level == "sites" and modifier.level == "persons"
                if apart and stated and not across[i]:
                    to.report(("modifiers", modifier.name, ICC_KEY), f"{modifier.name}: {NO_SHARE}")
                found[i, j] = stated * (
                    math.sqrt(across[i]) if apart else 1
                )  # a site moves its mix of persons
    return found


def _loading(to: Notes, modifier: Modifier, edge: Edge, between: float, within: float) -> float:
    """By how much the effect along an arrow changes per unit of a modifier, in units of the effect."""
    if edge not in modifier.of:
        return 0.0
    level, own = ("across sites", between) if modifier.level == "sites" else ("within sites", within)
    name = arrow_name(edge)
    stated = _stated(
        to, modifier, edge, f"the effect {name}", f"SDs of the effect {level} per SD of the modifier"
    )
    if stated and own == 0:
        path = ("modifiers", modifier.name, name)
        to.report(
            path,
            f"{name}: this effect has SD 0 {level}, so {modifier.name!r} moves nothing; give it an SD under 'arrows'",
        )
    return 0.0 if math.isnan(own) else stated * own


def _stated(to: Notes, modifier: Modifier, what: Edge | str, words: str, unit: str) -> float:
    stated = to.plan.modifiers.get((modifier.name, what))
    if stated is not None or to.plan.modifiers:
        default = UNSTATED if stated is None else None
        to.note(f"change of {words} by {modifier.name}", f"{stated or 0:g}", unit, "modifiers", default)
    return stated or 0.0


def _spread(to: Notes, slopes: Array, variance: Array, table: str) -> Array:
    """(M, M) the modifiers' covariance at a level: each has its variance, of which its causes explain a part."""
    found = np.zeros_like(slopes)
    for i, modifier in enumerate(to.design.modifiers):
        found[i, :i] = found[:i, i] = slopes[i, :i] @ found[:i, :i]
        explained = float(slopes[i, :i] @ found[:i, :i] @ slopes[i, :i])
        if explained > variance[i] * (1 + ROUNDING) and variance[i]:
            _too_much(to, modifier.name, LEVELS[table], explained / variance[i])
        elif explained > ROUNDING and not variance[i] and table == "between":
            to.report(("modifiers", modifier.name, ICC_KEY), f"{modifier.name}: {NO_SHARE}")
        if not variance[i]:
            found[i, :i] = found[:i, i] = 0.0
        found[i, i] = variance[i]
    return found


def _too_much(to: Notes, what: Edge | str, level: str, share: float) -> None:
    """Report that modifiers explain more of something than there is; by what to shrink their numbers."""
    name = arrow_name(what) if isinstance(what, tuple) else what
    stated = [key for key in to.plan.modifiers if key[1] == what]
    factor = math.floor(1000 / math.sqrt(share)) / 1000
    nearest = f"the nearest possible ones are {factor:g} times as large" if factor else "leave them out"
    for mover, _ in stated:
        said = f"what modifiers do to {name} adds up to {share:.3g} times its variance {level}; {nearest}"
        to.report(("modifiers", mover, name), said)
        return
    to.report(("modifiers",), f"what modifiers do to {name} adds up to more than its variance {level}")
