"""Two worlds as a sentence and a small table: a row for each effect, a column for each kind of site."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import pairwise
from operator import methodcaller

from identcheck.decide.conditions import UNNUMBERED
from identcheck.decide.estimands import target_words
from identcheck.decide.identification import Finding, Verdict
from identcheck.decide.population import Population, Site
from identcheck.decide.witness import Witness
from identcheck.decide.worlds import all_met, grantable
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

MOST_NAMED = 6
"""So many arrows that are the same everywhere are named with their value."""

NUMBERED = "every numbered assumption that can be granted"
RECOMPUTED = "Each effect is the sum, over its paths, of the products of the arrows along them, averaged over {}."
SHARES = "Each kind makes up the same share of the population of {} that those of the trial stand for."

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


def _worlds(witness: Witness, sentence: str, notes: Sequence[str] = ()) -> Worlds:
    """The sites of both worlds as a table, with as much of what they have in common as there is room for."""
    design, sites = witness.first.design, _kinds(witness)
    data, apart, alike = _data(witness, sites), list(_apart(witness, sites)), _Alike(witness, sites)
    tables = (
        ([*data, *apart, *alike.rows(data)], alike.sentence(data)),
        ([*data, *apart], "All other arrows are the same in both worlds."),
        (apart, "All other arrows, and all that contrasts of arms show, are the same in both worlds."),
    )
    rows, left_out = next((table for table in tables if len(table[0]) <= MOST_ROWS), ([], ""))
    if not rows or is_large(design):
        return Worlds(sentence, (), (), "")
    heads, shares, share_note = _heads(witness, sites)
    notes = (left_out, share_note, _persons_note(witness), _drawn_note(witness), *notes)
    return Worlds(sentence, ("", *heads), (*rows, *shares), " ".join(filter(None, notes)))


def _heads(witness: Witness, sites: Sites) -> tuple[list[str], list[Row], str]:
    """The headings of the columns; the row of their shares, where these are not those of the numbers of sites; a note."""
    design, weights = witness.first.design, _weights(witness, sites)
    numbers = [sum(witness.first.sites[s].number for s in same) for same in sites]
    several = any(site.number > 1 for site in witness.first.sites)
    heads = [counted(n, "site", "sites") for n in numbers] if several else [_head(same) for same in sites]
    if len({weight / number for weight, number in zip(weights, numbers, strict=True)}) == 1:
        return heads, [], ""
    what = design.word("sites" if design.average == "sites" else "persons")
    shares = [(f"share of the {what}", *map(str, weights))]
    if design.average == "persons":
        return heads, shares, ""
    return [f"kind {number}" for number in range(1, len(sites) + 1)], shares, SHARES.format(what)


def _shown(witness: Witness, findings: Sequence[Finding], more: bool = False) -> Worlds:
    """The worlds as the answer for effects; ``more`` where they are not the first of a question."""
    first, design = findings[0], findings[0].design
    found = [Witness(witness.first, witness.second, f.estimand, f.target).values for f in findings]
    effects = tuple((f.words, str(a), str(b)) for f, (a, b) in zip(findings, found, strict=True))
    several = len(findings) > 1
    ((words, one, other), *_) = effects
    apart = ", but the effects differ:" if several else f"; in the first {words} is {one}, in the second {other}."
    if first.verdict is not Verdict.NOT_IDENTIFIED:
        why = (
            "What was granted does not suffice"
            if first.granted
            else "Without what is missing, the data do not decide"
        )
        return _worlds(witness, f"{why}: both worlds would give you these data{apart}")
    recomputed = RECOMPUTED.format(design.word("sites")) if several else ""
    if more:
        said = "Two more such worlds:" if several else f"Two more such worlds{apart}"
        made = _worlds(witness, said, (recomputed,))
    else:
        said = f"Both worlds would give you these data, and meet {_met(witness)}{apart}"
        made = _worlds(witness, said, (recomputed, _uniform_note(witness, first)))
    return replace(made, effects=effects) if several else made


def _met(witness: Witness) -> str:
    """What both worlds meet of all that can be granted."""
    if not all_met(witness):
        return NUMBERED
    keys = {c.key for c in grantable(witness.first.design)}
    names = listed([name for key, name in UNNUMBERED.items() if key in keys])
    return f"{NUMBERED}, and {names} as well" if names else "whatever can be granted here"


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


class _Alike:
    """The arrows that are the same in both worlds, for everyone in a site."""

    def __init__(self, witness: Witness, sites: Sites) -> None:
        worlds, causal = (witness.first, witness.second), witness.first.design.causal
        cells = {e: [_cells(world, sites, partial(_coefficients, e)) for world in worlds] for e in causal.edges}
        self.cells = {
            edge: one for edge, (one, other) in cells.items() if one == other and not any("," in c for c in one)
        }

    def rows(self, data: Sequence[Row]) -> list[Row]:
        """Those that differ between sites, unless a contrast of arms shows them."""
        known = {row for row in data}
        return [
            (f"{' -> '.join(edge)}, both worlds", *cells)
            for edge, cells in self.cells.items()
            if len(set(cells)) > 1 and (f"effect of {edge[0]} on {edge[1]}", *cells) not in known
        ]

    def sentence(self, data: Sequence[Row]) -> str:
        """Those that are the same in all sites, or that there are such where they are many."""
        known = {row for row in data}
        same = [
            f"{' -> '.join(edge)} is {cells[0]}"
            for edge, cells in self.cells.items()
            if len(set(cells)) == 1 and (f"effect of {edge[0]} on {edge[1]}", *cells) not in known
        ]
        if len(same) > MOST_NAMED:
            return "All other arrows are the same in both worlds and in all sites."
        return f"In both worlds, and in all sites, {listed(same)}." if same else ""


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
