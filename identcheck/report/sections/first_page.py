"""The first page of every report and document: what this trial can tell, what it cannot, and what that takes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from identcheck.decide.estimands import Estimand
from identcheck.decide.findings import PENDING
from identcheck.decide.grounds import Ground
from identcheck.decide.identification import Finding, Verdict
from identcheck.derive.assignment import back_doors
from identcheck.derive.paths import reaches
from identcheck.derive.words import (
    agree,
    assigned_unit,
    briefs,
    capital,
    counted,
    declared_words,
    listed,
    some,
)
from identcheck.describe.design import Design
from identcheck.report.blocks import Beside, Block, Bullets, Fact, Facts, Item, Paragraph, Section, Tabular
from identcheck.report.matter import Matter
from identcheck.report.proportion import is_large
from identcheck.report.sections.cautions import cautions
from identcheck.report.sections.graph import short_graph
from identcheck.report.sections.questions import answer, answer_of_sum, question, question_of_sum, takes
from identcheck.report.sections.verdicts import granted_paragraph
from identcheck.symbols.written import Badge, Piece, Strong, Text
from identcheck.tables.table import table_of

if TYPE_CHECKING:
    from identcheck.plan.closed.outlook import Help, Outlook

__all__ = ["first_section"]

MOST_ROWS = 10
"""So many effects of interest have a row on the first page; the others are counted."""

MOST_APART = 8
"""With more effects of interest the effects of one arm on mediators share a row."""

MOST_TOGETHER = 4
"""Of more effects with one answer one is named."""

MOST_LINES = 3
"""So many lines say what else may be asked; the rest is counted."""

HEADINGS = ("Question", "Can the trial answer it?", "At the planned numbers")
HOW_TO_READ: Mapping[str, str] = {
    Verdict.CONDITIONAL: "Conditional: a regression of site effects gives the effect if what is named holds.",
    Verdict.NOT_IDENTIFIED: "Not identified: two worlds with different answers would give the same data.",
    Verdict.NO_SINGLE_NUMBER: "No single number: the effect depends on the level of a mediator that interacts.",
    PENDING: "Pending: two worlds that would prove that the effect is not identified were not looked for yet.",
}
STRENGTH = "F: strength of site-by-treatment instruments for a mediator given the others, weak below {f:g}."
NUMBERS = (
    "Detects: the smallest effect found with power {power:g}. Bias: expected estimate less true effect, then the true effect; "
    "covers: the chance that a {level:g}% interval holds it; rejects: the share of trials in which the test does, bias included."
)
GLOSSES = {
    "i": "no interference (i)",
    "iii": "linear mediators (iii)",
    "iv": "a linear outcome without interactions (iv)",
    "iv drawn": "a linear outcome, with no interactions but those drawn (iv)",
    "v": "mediators linked only as drawn (v)",
    "assigned": "random assignment ({})",
    "x": "site weights unrelated to effects (x)",
}
"""What every analysis of the kind rests on, in a few words; assignment is (vii) among the seven, else (viii)."""


def first_section(matter: Matter) -> Section:
    """The graph, an answer for each effect of interest, what has to be argued, other questions, cautions."""
    return Section("first", "", tuple(_blocks(matter)))


def _blocks(matter: Matter) -> Iterator[Block]:
    design = matter.design
    yield Beside(short_graph(design), (Paragraph(_trial(design)), Facts(tuple(_facts(matter)))))
    yield _answers(matter)
    if matter.result.granted:
        yield Paragraph(granted_paragraph(matter.result), soft=True)
    if matter.argued:
        yield _to_argue(matter)
    if items := tuple(_others(matter)):
        yield Bullets(items, "Other questions")
    if items := tuple(map(Item, cautions(matter))):
        yield Bullets(items, "Cautions")


def _trial(design: Design) -> str:
    """What is randomized, and through what it works."""
    many = len(design.treatments) > 1
    arms = listed([design.label(arm) for arm in design.treatments])
    doors = listed(list(dict.fromkeys(door.text for door in back_doors(design).values())))
    verb = ("are" if many else "is") + (" meant to be" if doors else "")
    where = "" if design.sites == 1 else f" within each {design.word('site')}"
    but = f", but the graph has {doors}" if doors else ""
    straight = [arm for arm in design.treatments if design.causal.has_edge(arm, design.outcome)]
    directly = f", and {briefs(design, straight)} also directly" if straight else ""
    return f"{capital(arms, design)} {verb} randomized{where}{but}; {_works(design)}{directly}."


def _works(design: Design) -> str:
    """Through what the arms work: "they are assumed to work on reading through mood", or each arm by itself."""
    through: dict[tuple[str, ...], list[str]] = {}
    for arm in design.treatments:
        reached = tuple(m for m in design.own_mediators if reaches(design, arm, m))
        through.setdefault(reached, []).append(arm)
    outcome = design.label(design.outcome)
    ways: list[str] = []
    for mediators, arms in through.items():
        if len(through) == 1:
            who, be = ("they", "are") if len(arms) > 1 else ("it", "is")
        elif mediators:
            who, be = listed([design.label(arm) for arm in arms]), agree(design, arms, "is", "are")
        else:
            continue
        work = "" if ways else f" {be} assumed to work on {outcome}"
        ways.append(
            f"{who}{work} through {some([design.label(m) for m in mediators or design.own_mediators])}"
        )
    return ways[0] if len(ways) == 1 else f"{', '.join(ways[:-1])}, and {ways[-1]}"


def _assigned(matter: Matter, unit: str) -> str:
    """What is assigned, and how many of them there are in a site, where the plan counts them."""
    at = None if matter.diagnosis is None else matter.diagnosis.anticipated
    if at is None or at.allocation.clusters is None:
        return unit
    number = float(at.allocation.counts.sum()) / at.sites
    return f"{unit}, {number:.3g} in each {matter.design.word('site')}{'' if number.is_integer() else ' on average'}"


def _number_of_sites(matter: Matter) -> int | None:
    """The design's, or else that which the plan states; None where neither does."""
    if matter.design.sites is not None or matter.diagnosis is None:
        return matter.design.sites
    at = matter.diagnosis.anticipated
    return at.sites if at.plan.sites is not None or isinstance(at.plan.persons, tuple) else None


def _facts(matter: Matter) -> Iterator[Fact]:
    """The trial at a glance, short enough for a column."""
    design = matter.design
    sites, persons = design.word("sites"), design.word("persons")
    if design.sites != 1:
        number = _number_of_sites(matter)
        yield Fact(capital(sites), "not stated yet" if number is None else f"{number:,}")
    if matter.diagnosis is not None:
        at = matter.diagnosis.anticipated
        number, alike = int(at.sizes.sum()), len(set(at.sizes.tolist())) == 1
        each = f", {number / at.sites:,.0f} in each {design.word('site')}{'' if alike else ' on average'}"
        yield Fact(capital(persons), f"{number:,}{each if at.sites > 1 else ''}")
        arms = [f" {design.short_label(arm)}" if len(at.shares) > 1 else "" for arm in design.treatments]
        shares = [f"{share:.0%}{arm}" for share, arm in zip(at.shares, arms, strict=True)]
        yield Fact("Treated", listed(shares))
    if unit := assigned_unit(design):
        yield Fact("Assigned", _assigned(matter, unit))
    if design.sites != 1:
        over = f"{sites}, each counting once" if design.average == "sites" else persons
        yield Fact("Average", f"over {over}")
    unseen = [design.short_label(node) for node in design.order if node in design.unobserved]
    if unseen:
        yield Fact("Not measured", some(unseen))
    if said := declared_words(design):
        yield Fact("Declared", some(said))


# -- the answers ----------------------------------------------------------------------


def _answers(matter: Matter) -> Tabular:
    """A row for each effect of interest, then for each reason why others cannot be had."""
    shared = _shared(matter)
    together = {f.estimand for same in shared for f in same}
    single = [f for f in matter.findings if f.estimand not in together]
    shown = single[: MOST_ROWS - len(shared)]
    rows = [_row(matter, _arm_question(same), answer(same[0]), _arm_numbers(matter, same)) for same in shared]
    rows += [_row(matter, question(f), _answer(matter, f), _planned(matter, f.estimand)) for f in shown]
    rows += [
        _row(matter, question_of_sum(s), answer_of_sum(s), _planned(matter, s.estimand)) for s in matter.sums
    ]
    refused = tuple(_refused(matter))
    said = {f.reason for f in shown if f.best is None}
    rows += [
        _row(matter, _together(same), _why_not(matter, same, same[0].reason in said), "") for same in refused
    ]
    occurring = {f.verdict_text for f in (*shown, *(same[0] for same in refused))}
    occurring |= {str(s.verdict.value) for s in matter.sums}
    notes = [text for verdict, text in HOW_TO_READ.items() if verdict in occurring]
    if any(outlook.conditional_f is not None for outlook in matter.told):
        notes.append(STRENGTH.format(f=matter.design.rules.conditional_f))
    if matter.plan is not None and any(outlook.se is not None for outlook in matter.told):
        level = 100 * (1 - matter.plan.alpha)
        notes.append(NUMBERS.format(power=matter.plan.power, level=level))
    if more := len(single) - len(shown):
        notes.append(f"And {more:,} more effects; name those that matter with the key primary.")
    headings = HEADINGS[: 2 + (matter.plan is not None)]
    return Tabular(table_of("answers", "", headings, rows, " ".join(notes)))


def _row(matter: Matter, asked: str, answered: Text, planned: str) -> tuple[Text, ...]:
    return (asked, answered, planned) if matter.plan is not None else (asked, answered)


def _shared(matter: Matter) -> list[list[Finding]]:
    """The effects of one arm on mediators, where there are many effects and none is named as primary."""
    if len(matter.findings) <= MOST_APART or matter.effects or matter.design.primary:
        return []
    outcome = matter.design.outcome
    contrasts = [f for f in matter.contrasts if f.target.target != outcome]
    by_arm = ([f for f in contrasts if f.target.source == arm] for arm in matter.design.treatments)
    return [same for same in by_arm if len(same) > 1]


def _arm_question(same: Sequence[Finding]) -> str:
    design = same[0].design
    ends = _few(design)([design.short_label(f.target.target) for f in same])
    return f"{capital(design.short_label(same[0].target.source), design)} → {ends}"


def _arm_numbers(matter: Matter, same: Sequence[Finding]) -> str:
    """The smallest detectable effects of an arm on mediators, each with its mediator."""
    found = [
        f"{o.figure(o.detectable)} in {matter.design.short_label(f.target.target)}"
        for f in same
        if (o := matter.outlooks.get(f.estimand)) is not None and o.detectable is not None
    ]
    return f"Smallest detectable effects: {_few(matter.design)(found)}." if found else ""


def _few(design: Design) -> Callable[[Sequence[str]], str]:
    """How items are joined: of many in a large design only the first."""
    return some if is_large(design) else listed


def _planned(matter: Matter, estimand: Estimand) -> str:
    """What the planned numbers let the trial say of an effect, and what would help most, in short; "" without numbers."""
    outlook = matter.outlooks.get(estimand)
    known = {f.estimand for f in matter.had} | {s.estimand for s in matter.sums}
    if outlook is None or estimand not in known:
        return ""
    if outlook.se is None:
        return f"{capital(outlook.reason)}."
    low = outlook.power is not None and matter.plan is not None and outlook.power < matter.plan.power
    helps = outlook.helps[:1] if outlook.weak or low or not outlook.harmless else ()
    said = (
        _strength(outlook),
        _precision(outlook),
        _power(outlook),
        *(_help(matter, h) for h in helps),
    )
    return " ".join(filter(None, said))


def _strength(outlook: Outlook) -> str:
    if outlook.conditional_f is None:
        return ""
    return f"{'Weak: ' if outlook.weak else ''}F {outlook.conditional_f:{',.0f' if outlook.conditional_f > 99.95 else '.1f'}}."


def _precision(outlook: Outlook) -> str:
    """Bias and coverage where the bias is notable, else the smallest detectable effect."""
    figure, unit = outlook.figure, f" {outlook.unit}" if outlook.unit else ""
    if (
        outlook.biased
        and outlook.bias is not None
        and outlook.coverage is not None
        and outlook.se is not None
    ):
        of = f"{figure(outlook.bias, sign=True)} on {figure(outlook.target)}{unit}"
        return f"Bias {of} (SE {figure(outlook.se)}), covers {outlook.coverage:.0%}."
    detects = "" if outlook.detectable is None else f", detects {figure(outlook.detectable)}"
    return f"SE {figure(outlook.se or 0.0)}{unit}{detects}."


def _power(outlook: Outlook) -> str:
    rejects = "" if outlook.rejects is None else f", rejects in {outlook.rejects:.0%}"
    return f"Power {outlook.shown_power}{rejects}." if outlook.shown_power else ""


def _help(matter: Matter, help: Help) -> str:
    """The change that achieves most, in short, and what it is for: the F, a bias small beside the SE, or the power."""
    word = matter.design.word
    if help.what == "persons" and help.number is None:
        return f"More {word('persons')} within reach do not help enough."
    if help.number is None or help.what not in ("persons", "sites") or matter.plan is None:
        return help.sentence
    where = f" in each {word('site')}" if help.what == "persons" else ""
    number, what = help.number, word(help.what)
    if help.what == "persons" and matter.diagnosis is not None:
        number, what = matter.diagnosis.anticipated.assigned(number)
    from identcheck.plan.closed.biased import TOLERABLE  # numpy is there where there is a plan

    many = f"{number:,} {what}{where}"
    after = help.after
    if help.aim == "F" and after is not None and after.strong is not None:
        return f"F {after.strong.f:.0f} takes {many}."
    if help.aim == "bias":
        return f"A bias below {TOLERABLE:g} SE takes {many}."
    small = f" and a bias below {TOLERABLE:g} SE" if after is not None and after.bias else ""
    take = "take" if small else "takes"
    return f"Power {matter.plan.power:g}{small} {take} {many}."


def _refused(matter: Matter) -> Iterator[list[Finding]]:
    """The other effects that cannot be had, those for one reason together."""
    groups: dict[Hashable, list[Finding]] = {}
    for finding in matter.others:
        if finding.refused:
            groups.setdefault((finding.verdict, finding.reason), []).append(finding)
    yield from list(groups.values())[:MOST_LINES]


def _answer(matter: Matter, finding: Finding) -> Text:
    """The verdict on an effect of interest; where it cannot be had, with what would help."""
    return _why_not(matter, [finding]) if finding.refused else answer(finding)


def _why_not(matter: Matter, same: Sequence[Finding], said: bool = False) -> Text:
    """Why effects cannot be had, and what would help; ``said`` if that stands above."""
    first = same[0]
    if said:
        return (Badge(first.answer), ": for the same reason.")
    found = () if is_large(first.design) else matter.result.mends(first.estimand)
    they = "it" if len(same) == 1 else "they"
    remedy = f" {capital(found[0].change)}, and {they} could be argued for." if found else ""
    if found and (relief := found[0].relieves(matter.had)):
        names = listed(list(dict.fromkeys(name for each in relief for name in each.names)))
        remedy += f" Other effects would then rest no longer on {names}."
    return (Badge(first.answer), f": {takes(first)}.{remedy}")


# -- what has to be argued, and what else may be asked -----------------------------------


def _to_argue(matter: Matter) -> Bullets:
    """Each ground in plain words, the strongest first; where several regressions ask for their own, the first."""
    items = []
    for ground in sorted((g for g in matter.argued if not _usual(matter, g)), key=_rank):
        sentences = [sentence for sentence, _ in ground.statements]
        said = sentences[0] if sentences else ground.title
        more = len(sentences) - 1
        also = f" (Likewise in {counted(more, 'other regression', 'other regressions')}.)" if more > 0 else ""
        items.append(Item((Strong(f"{capital(ground.called)}:"), f" {said}{also}")))
    if given := [_gloss(ground) for ground in matter.grounds if _usual(matter, ground)]:
        items.append(Item(f"{'And, as' if items else 'As'} always: {listed(given)}."))
    return Bullets(tuple(items), "What has to be argued, in plain words")


def _usual(matter: Matter, ground: Ground) -> bool:
    """Whether every analysis of the kind rests on it: the standing assumptions, the arrows left out, the weights.

    Among the seven (v) is no arrow left out, but what relates compliance to effects.
    """
    return ground.standing or ground.name == "x" or (ground.name == "v" and not matter.design.single)


def _gloss(ground: Ground) -> str:
    drawn = " drawn" if ground.name == "iv" and any(f.design.interactions for f in ground.findings) else ""
    found = GLOSSES.get(f"{ground.name}{drawn}")
    return GLOSSES["assigned"].format(ground.name) if found is None else found


def _rank(ground: Ground) -> int:
    """The strongest first: what no numeral grants, then what relates effects to compliance, then the rest."""
    order = ("bypass", "shared", "product", "everywhere", "vii", "vi")
    return order.index(ground.name) if ground.name in order else len(order)


def _others(matter: Matter) -> Iterator[Item]:
    """The effects that are not of interest and can be had, those with one answer together."""
    groups: dict[Hashable, list[Finding]] = {}
    for finding in matter.others:
        if finding.best is not None or finding.zero:
            groups.setdefault((finding.verdict, takes(finding)), []).append(finding)
    lines = list(groups.values())
    for same in lines[:MOST_LINES]:
        yield Item(_line(same))
    if left := lines[MOST_LINES:]:
        yield Item(f"And {counted(sum(map(len, left)), 'more effect', 'more effects')}.")


def _line(same: Sequence[Finding]) -> tuple[Piece, ...]:
    first = same[0]
    return (f"{_together(same)}: ", Badge(first.answer), f", {takes(first)}.")


def _together(same: Sequence[Finding]) -> str:
    """Effects by name; of many their number and one of them."""
    if len(same) > MOST_TOGETHER:
        return f"{len(same)} effects, such as {question(same[0])}"
    return "; ".join(map(question, same))
