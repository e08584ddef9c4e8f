"""Drawn causes of heterogeneity: what each moves, which effects it endangers, and whether measuring it suffices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from identcheck.decide.dangers import Danger, Endangered, dangers, endangered
from identcheck.decide.identification import Finding
from identcheck.derive.heterogeneity import asked_of_weights, open_route
from identcheck.derive.words import agree, brief, capital, is_plural, listed
from identcheck.describe.design import Design
from identcheck.describe.modifiers import Modifier
from identcheck.describe.site_weights import SITE_WEIGHTS
from identcheck.report.blocks import Block, Bullets, Item, Paragraph, Section, Tabular
from identcheck.report.matter import Matter
from identcheck.report.sections.questions import question
from identcheck.tables.table import table_of

__all__ = ["broken_of_interest", "broken_sentences", "modifiers_section", "modifiers_table"]

HEADINGS = ("Modifier", "What it moves", "Which effects it endangers", "Does measuring it suffice?")

HEADING = "Causes of heterogeneity"

READING = (
    "A modifier changes effects. Where one changes both what treatment does to a mediator and what that mediator does, the "
    "two go together, and a regression takes one for the other; held fixed in the regression, it no longer can. Other common "
    "causes are taken not to exist: that is what {granted} still {grant}."
)
OF_WEIGHTS = (
    " The weights of the {sites} are drawn as well: what changes them and an effect makes the estimator's average another than "
    "the one wanted, unless it is held fixed."
)
LINEAR = "Held fixed, a continuous modifier takes (xi) as well: effects change linearly with it."

MOST_NAMED = 4
"""Of more effects that a modifier endangers only the number is given."""

MOST_SENTENCES = 2
"""So many ways by which drawn causes break effects are told on the first page; the others are counted."""


def modifiers_section(matter: Matter) -> Section:
    """The table for the effects of interest, then the others, with how to read it; without blocks where nothing is drawn."""
    design = matter.design
    if not design.modifiers:
        return Section("heterogeneity", HEADING, ())
    found = dangers(design, (*matter.findings, *matter.others))
    numerals = ["(v)"] if design.single else ["(vi)", "(vii)"][: 1 if design.sites == 1 else 2]
    weighted = bool(asked_of_weights(design))
    numerals += ["(x)"] if weighted else []
    reading = READING.format(granted=listed(numerals), grant="grants" if len(numerals) == 1 else "grant")
    reading += OF_WEIGHTS.format(sites=design.word("sites")) if weighted else ""
    blocks: tuple[Block, ...] = (Paragraph(reading), modifiers_table(design, found))
    return Section("heterogeneity", HEADING, (*blocks, *_in_numbers(matter)))


def _in_numbers(matter: Matter) -> Iterator[Block]:
    """By how much each effect of interest is off while nothing is held fixed, what then remains, and what that costs."""
    if matter.diagnosis is None:
        return
    bought = matter.diagnosis.bought[:MOST_NAMED]
    lines = [Item(f"{question(each.finding)}: {each.sentence.partition(': ')[2]}") for each in bought]
    if lines:
        yield Bullets(tuple(lines), "What measuring buys, at the planned numbers")
    side_by_side = tuple(each for each in bought if each.then is not None)
    if side_by_side:
        from identcheck.plan.closed.modifier_tables import bought_table  # which needs numpy; there is a plan

        at = matter.diagnosis.anticipated
        yield Tabular(bought_table(side_by_side, at.design, at.plan))


def modifiers_table(design: Design, found: Sequence[Danger]) -> Tabular:
    """A row for each modifier."""
    rows = [
        (
            _named(danger.modifier),
            _moves(design, danger.modifier),
            _effects(danger),
            capital(danger.measuring(design)) + ".",
        )
        for danger in found
    ]
    return Tabular(table_of("modifiers", "", HEADINGS, rows, _linear(found)))


def _named(modifier: Modifier) -> str:
    said = capital(modifier.words) if modifier.label else modifier.name
    said += " (the weights)" if modifier.label and modifier.name == SITE_WEIGHTS else ""
    return f"{said}{'' if modifier.measured else ' (not measured)'}"


def _moves(design: Design, modifier: Modifier) -> str:
    """Its arrows in short labels, then the modifiers that it causes."""
    of = sorted(modifier.of, key=lambda arrow: [design.order[node] for node in arrow])
    arrows = [f"{design.short_label(u)} → {design.short_label(v)}" for u, v in of]
    caused = (other.words for other in design.modifiers if modifier.name in other.causes)
    return "; ".join((*arrows, *caused)) or "nothing"


def _effects(danger: Danger) -> str:
    found = [question(each.finding) for each in danger.effects]
    if len(found) > MOST_NAMED:
        return f"{len(found)} effects, such as {found[0]}"
    return "; ".join(found) or "none of these"


def _linear(found: Sequence[Danger]) -> str:
    """That effects change linearly with a continuous modifier, where holding it fixed is what mends."""
    used = any(d.modifier.scale == "continuous" and any(e.settled for e in d.effects) for d in found)
    return LINEAR if used else ""


def broken_of_interest(matter: Matter) -> Iterator[str]:
    """That of the effects of interest; where the design states none, of all, as what cannot be had is no effect of interest."""
    stated = matter.effects or matter.design.primary
    yield from broken_sentences(matter.findings if stated else (*matter.findings, *matter.others))


def broken_sentences(findings: Sequence[Finding]) -> Iterator[str]:
    """For each way by which drawn causes break effects, whatever is measured: what they change, and what would mend it."""
    ways: dict[tuple[str, tuple[str, ...]], list[Finding]] = {}
    for finding in findings:
        if (each := endangered(finding)) is not None and not each.settled:
            ways.setdefault((_in_words(finding.design, each), each.to_measure), []).append(finding)
    for (way, unseen), broken in list(ways.items())[:MOST_SENTENCES]:
        design = broken[0].design
        named = listed([design.modifier_words(name) for name in unseen])
        effects = (
            listed([question(f) for f in broken]) if len(broken) < MOST_NAMED else f"{len(broken)} effects"
        )
        mend = (
            f"Measured in each {design.word('site')}, {named} could be held fixed"
            if unseen
            else "No measurement mends that"
        )
        yield f"{capital(way)}; no regression then gives {effects}. {mend}."
    if (left := len(ways) - MOST_SENTENCES) > 0:
        yield f"Drawn causes join what effects rest on in {left} more ways."


def _in_words(design: Design, each: Endangered) -> str:
    """What the drawn causes change on both sides: "entry wages change both how much the program changes hours and ..."."""
    route = open_route(design, *each.demands[0])
    if route is None or len(route.modifiers) != 1:
        return f"drawn causes move both sides of the regression, {each.way}"
    modifier = next(m for m in design.modifiers if m.name == route.modifiers[0])
    arrows = sorted(
        (node for node in route.nodes if not isinstance(node, str)), key=lambda e: design.order[e[0]]
    )
    words = design.modifier_words(modifier.name)
    if route.nodes[-1] == SITE_WEIGHTS:
        return f"the weights of the {design.word('sites')} change {_effect(design, arrows[0])}"
    verb = "change" if is_plural(words) else "changes"
    return f"{words} {verb} both {listed([_effect(design, arrow) for arrow in arrows])}"


def _effect(design: Design, arrow: tuple[str, str]) -> str:
    one, other = brief(design, arrow[0]), brief(design, arrow[1])
    if arrow[0] in design.treatments:
        return f"how much {one} {agree(design, arrow[:1], 'changes', 'change')} {other}"
    return f"how much {one} {agree(design, arrow[:1], 'matters', 'matter')} for {other}"
