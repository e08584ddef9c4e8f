"""Two worlds as a sentence and a small table: a row for each effect, a column for each kind of site."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import pairwise
from operator import methodcaller

from identcheck.decide.estimands import target_words
from identcheck.decide.identification import Finding, Verdict
from identcheck.decide.population import Population, Site
from identcheck.decide.witness import Witness
from identcheck.derive.assignment import back_doors
from identcheck.derive.words import listed
from identcheck.report.blocks import Worlds
from identcheck.report.proportion import MOST_WITNESSED, counted, is_large

__all__ = ["worlds_alone", "worlds_of"]

MOST_ROWS = 12
"""A table with more rows than this leaves out what the worlds have in common; if still too long, only the sentence
is given."""

MOST_PLACES = 3
"""Of more sites in a column that are not neighbors the number is given."""

MOST_TABLES = 3
"""So many pairs of worlds are shown for one question."""

Row = tuple[str, ...]
Sites = Sequence[Sequence[int]]
"""Places of sites, those together that are alike in both worlds."""


def worlds_of(findings: Sequence[Finding]) -> tuple[Worlds, ...]:
    """The worlds of a group of findings: of one that is conditional; of those not identified, each pair once."""
    design, verdict = findings[0].design, findings[0].verdict
    if verdict is Verdict.CONDITIONAL and len(design.mediators) <= MOST_WITNESSED:
        witness = findings[0].witness()
        return () if witness is None else (_shown(witness, findings[:1]),)
    if verdict is not Verdict.NOT_IDENTIFIED:
        return ()
    told: list[tuple[Witness, list[Finding]]] = []
    for finding in findings:
        witness = finding.witness()
        shared = next((group for shown, group in told if _serves(shown, finding)), None)
        if shared is not None:
            shared.append(finding)
        elif witness is not None:
            told.append((witness, [finding]))
    return tuple(_shown(witness, group, n > 0) for n, (witness, group) in enumerate(told[:MOST_TABLES]))


def _serves(witness: Witness, finding: Finding) -> bool:
    """Whether the same two worlds show another effect not to be identified."""
    other = finding.witness()
    if other is None:
        return False
    return replace(witness, estimand=finding.estimand, target=finding.target, granted=other.granted).verify()


def worlds_alone(witness: Witness) -> Worlds:
    """A pair of worlds by itself."""
    first, second = witness.values
    words = target_words(witness.first.design, witness.target)
    said = f"Two worlds with the same site effects: in the first {words} is {first}, in the second {second}."
    return _worlds(witness, said)


def _worlds(witness: Witness, sentence: str, uniform_note: str = "") -> Worlds:
    sites = _kinds(witness)
    data, apart = _data(witness, sites), list(_apart(witness, sites))
    left_out = ""
    rows = [*data, *apart]
    if len(rows) > MOST_ROWS:
        rows, left_out = apart, "What contrasts of arms show is the same in both worlds, site by site."
    if len(rows) > MOST_ROWS or is_large(witness.first.design):
        return Worlds(sentence, (), (), "")
    weights = _weights(witness, sites)
    numbers = [sum(witness.first.sites[s].number for s in same) for same in sites]
    if len(set(weights)) > 1 or len(set(numbers)) > 1:
        rows.append(("weight in the average", *map(str, weights)))
    if any(site.number > 1 for site in witness.first.sites):
        heads = [counted(number, "site", "sites") for number in numbers]
    else:
        heads = [_head(same) for same in sites]
    notes = (left_out, _persons_note(witness), _drawn_note(witness), uniform_note)
    return Worlds(sentence, ("", *heads), tuple(rows), " ".join(filter(None, notes)))


def _shown(witness: Witness, findings: Sequence[Finding], more: bool = False) -> Worlds:
    """The worlds as the answer for effects; ``more`` where they are not the first of a question."""
    firsts, seconds = [], []
    for finding in findings:
        found = Witness(witness.first, witness.second, finding.estimand, finding.target).values
        firsts.append(f"{finding.words} is {found[0]}")
        seconds.append(str(found[1]))
    apart = f"in the first {listed(firsts)}, in the second {listed(seconds)}."
    first = findings[0]
    if first.verdict is Verdict.NOT_IDENTIFIED:
        if more:
            return _worlds(witness, f"Two more such worlds: {apart}")
        said = f"Both worlds would give you these data, and meet whatever can be granted here; {apart}"
        return _worlds(witness, said, _uniform_note(witness, first))
    why = (
        "What was granted does not suffice"
        if first.granted
        else "Without what is missing, the data do not decide"
    )
    return _worlds(witness, f"{why}: both worlds would give you these data; {apart}")


def _kinds(witness: Witness) -> list[list[int]]:
    """The sites, those together that are alike in both worlds."""
    kinds: dict[object, list[int]] = {}
    for s in range(len(witness.first.sites)):
        alike = tuple(_persons(world, s) for world in (witness.first, witness.second))
        kinds.setdefault(alike, []).append(s)
    return list(kinds.values())


def _persons(world: Population, site: int) -> tuple[object, ...]:
    found = world.sites[site]
    return tuple(tuple(sorted(each.items())) for each in (*found.persons, found.unequal))


def _head(same: Sequence[int]) -> str:
    """The sites of a column: "site 1", "sites 1 and 4", "8 sites"."""
    places = _places(same)
    word = "site" if len(same) == 1 else "sites"
    return f"{word} {places}" if places else f"{len(same)} {word}"


def _places(same: Sequence[int]) -> str:
    """The numbers of sites: "1", "1 and 4", "1 to 5"."""
    numbers = [s + 1 for s in same]
    if len(numbers) > 2 and all(b == a + 1 for a, b in pairwise(numbers)):
        return f"{numbers[0]} to {numbers[-1]}"
    return listed([str(number) for number in numbers]) if len(numbers) <= MOST_PLACES else ""


def _weights(witness: Witness, sites: Sites) -> list[Fraction]:
    """The share of each kind of site in the average over sites."""
    each = [Fraction(site.weight) for site in witness.first.sites]
    return [sum((each[s] for s in same), Fraction(0)) / sum(each) for same in sites]


def _data(witness: Witness, sites: Sites) -> list[Row]:
    observed, doors = witness.first.observed(), back_doors(witness.first.design)
    rows = []
    for arm, node in observed[0]:
        what = f"contrast of {arm} in {node}" if node in doors else f"effect of {arm} on {node}"
        rows.append((what, *(str(observed[same[0]][arm, node]) for same in sites)))
    return rows


def _apart(witness: Witness, sites: Sites) -> Iterator[Row]:
    """The coefficients that differ between the worlds, or between the persons of a site; then what a common cause adds."""
    worlds = (witness.first, witness.second)
    for edge in witness.first.design.causal.edges:
        name = " -> ".join(edge)
        first, second = (_cells(world, sites, partial(_coefficients, edge)) for world in worlds)
        if first != second:
            yield f"{name}, first world", *first
            yield f"{name}, second world", *second
        elif any("," in cell for cell in first):
            yield f"{name}, both worlds", *first
    for arm, node in dict.fromkeys(pair for world in worlds for site in world.sites for pair in site.unequal):
        for which, world in zip(("first", "second"), worlds, strict=True):
            added = _cells(world, sites, methodcaller("added", arm, node))
            yield f"{node} by its cause shared with {arm}, {which} world", *added


def _coefficients(edge: tuple[str, str], site: Site) -> list[Fraction]:
    return [Fraction(person[edge]) for person in site.persons]


def _cells(world: Population, sites: Sites, of: Callable[[Site], Sequence[Fraction]]) -> Row:
    """A value for each kind of site; one for each person where they differ."""
    found = (of(world.sites[same[0]]) for same in sites)
    return tuple(str(v[0]) if len(set(v)) == 1 else ", ".join(map(str, v)) for v in found)


def _persons_note(witness: Witness) -> str:
    if witness.uniform:
        return ""
    most = max(len(site.persons) for site in (*witness.first.sites, *witness.second.sites))
    return (
        f"Where a cell has several values, they are those of the {most} persons of the site, who count alike."
    )


def _drawn_note(witness: Witness) -> str:
    """Which kind of proof it is where the sites alone do not obey what is declared between sites."""
    if witness.drawn is None:
        return ""
    between = [str(d) for d in witness.first.design.declarations if d.level == "sites"]
    arrows = listed([" -> ".join(edge) for edge in witness.drawn.arrows])
    many = len(witness.drawn.arrows) > 1
    return (
        f"These sites do not obey {listed(between)} by themselves. They stand for two infinite populations of sites "
        f"that do: in the first {arrows} {'are' if many else 'is'} normal between sites, in the second the arrows of "
        "the arms are linear functions of those, and all other arrows are the same in all sites."
    )


def _uniform_note(witness: Witness, finding: Finding) -> str:
    """Only if everyone in a site is alike may it be said that no analysis could tell."""
    if not witness.uniform:
        return ""
    return (
        "Everyone in a site has the same coefficients, so both worlds can also be given the same full distributions of "
        f"the mediators and {finding.design.label(finding.design.outcome)} given treatment and site: no analysis of "
        "such data could tell them apart."
    )
