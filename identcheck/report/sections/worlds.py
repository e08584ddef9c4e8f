"""Two worlds as a sentence and a small table: a row for each effect, a column for each kind of site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from identcheck.decide.estimands import target_words
from identcheck.decide.identification import Finding, Verdict
from identcheck.decide.witness import Witness
from identcheck.decide.worlds import met_by
from identcheck.derive.words import capital, listed
from identcheck.report.blocks import Worlds
from identcheck.report.proportion import MOST_WITNESSED, counted, is_large
from identcheck.report.sections.weighted_sites import misled
from identcheck.report.sections.world_rows import (
    Alike,
    Row,
    Sites,
    apart,
    causes,
    data,
    head,
    kinds,
    weights,
)

__all__ = ["worlds_alone", "worlds_of"]

MOST_ROWS = 12
"""A table with more rows than this leaves out what the worlds have in common; if still too long, only the sentence
is given."""

MOST_TABLES = 3
"""So many pairs of worlds are shown for one question."""

RECOMPUTED = (
    "Each effect is the sum, over its paths, of the products of the arrows along them, averaged over {}."
)
SHARES = "Each kind makes up the same share of the population of {} that those of the trial stand for."


def worlds_of(findings: Sequence[Finding]) -> tuple[Worlds, ...]:
    """The worlds of a group of findings: of one that is conditional; of those not identified, each pair once.

    Of those undecided, where drawn weights stand in the way, sites in which these mislead.
    """
    design, verdict = findings[0].design, findings[0].verdict
    if verdict is Verdict.CONDITIONAL and len(design.mediators) <= MOST_WITNESSED:
        witness = findings[0].witness()
        return () if witness is None else (_shown(witness, findings[:1]),)
    if verdict is not Verdict.NOT_IDENTIFIED:
        return tuple(islice(filter(None, map(misled, findings)), 1)) if verdict is Verdict.UNDECIDED else ()
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
    design, sites = witness.first.design, kinds(witness)
    shown, differing, alike = data(witness, sites), list(apart(witness, sites)), Alike(witness, sites)
    differing = [*causes(witness, sites), *differing]
    tables = (
        ([*shown, *differing, *alike.rows(shown)], alike.sentence(shown)),
        ([*shown, *differing], "All other arrows are the same in both worlds."),
        (differing, "All other arrows, and all that contrasts of arms show, are the same in both worlds."),
    )
    rows, left_out = next((table for table in tables if len(table[0]) <= MOST_ROWS), ([], ""))
    if not rows or is_large(design):
        return Worlds(sentence, (), (), "")
    heads, shares, share_note = _heads(witness, sites)
    caused = _cause_note(witness)
    notes = (left_out, share_note, _persons_note(witness), _drawn_note(witness), caused, *notes)
    return Worlds(sentence, ("", *heads), (*rows, *shares), " ".join(filter(None, notes)))


def _heads(witness: Witness, sites: Sites) -> tuple[list[str], list[Row], str]:
    """The headings of the columns; the row of their shares, where these are not those of the numbers of sites; a note."""
    design, each = witness.first.design, weights(witness, sites)
    numbers = [sum(witness.first.sites[s].number for s in same) for same in sites]
    several = any(site.number > 1 for site in witness.first.sites)
    heads = [counted(n, "site", "sites") for n in numbers] if several else [head(same) for same in sites]
    if len({weight / number for weight, number in zip(each, numbers, strict=True)}) == 1:
        return heads, [], ""
    what = design.word("sites" if design.average == "sites" else "persons")
    shares = [(f"share of the {what}", *map(str, each))]
    if design.average == "persons":
        return heads, shares, ""
    return [f"kind {number}" for number in range(1, len(sites) + 1)], shares, SHARES.format(what)


def _shown(witness: Witness, findings: Sequence[Finding], more: bool = False) -> Worlds:
    """The worlds as the answer for effects; ``more`` where they are not the first of a question."""
    first, design = findings[0], findings[0].design
    effects = _values(witness, findings[:MOST_ROWS])
    if several := len(findings) > 1:
        differ = "the effects differ" + (", such as:" if len(findings) > MOST_ROWS else ":")
    else:
        ((words, one, other),) = effects
        differ = f"in the first {words} is {one}, in the second {other}."
    if first.verdict is not Verdict.NOT_IDENTIFIED:
        why = (
            "What was granted does not suffice"
            if first.granted
            else "Without what is missing, the data do not decide"
        )
        return _worlds(witness, f"{why}: both worlds would give you these data; {differ}")
    averaged = design.word("sites" if design.average == "sites" else "persons")
    notes = [RECOMPUTED.format(averaged)] if several else []
    said = f"Both worlds would give you these data, and meet {met_by(witness)}; {differ}"
    if more:
        said = f"In two more such worlds {differ}" if several else f"Two more such worlds: {differ}"
    else:
        notes.append(_uniform_note(witness, first))
    return replace(_worlds(witness, said, notes), effects=effects if several else ())


def _values(witness: Witness, findings: Sequence[Finding]) -> tuple[tuple[str, str, str], ...]:
    """Each effect in words, its value in the first and in the second world."""
    pairs = ((f.words, Witness(witness.first, witness.second, f.estimand, f.target).values) for f in findings)
    return tuple((words, str(first), str(second)) for words, (first, second) in pairs)


def _cause_note(witness: Witness) -> str:
    """What the drawn cause does in the two worlds, and the other modifiers do not."""
    if not witness.causes:
        return ""
    words = listed([m.words for m in witness.first.design.modifiers if m.name in witness.causes])
    many = len(witness.causes) > 1
    return capital(
        f"{words} {'are' if many else 'is'} not measured, and what {'they move' if many else 'it moves'} is the same wherever "
        f"{'they are' if many else 'it is'} the same; no other modifier moves anything in these worlds.",
        witness.first.design,
    )


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
