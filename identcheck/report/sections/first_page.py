"""The first page of every report and document: what this trial can tell, what it cannot, and what that takes."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import TYPE_CHECKING

from identcheck.decide.conditions import Condition
from identcheck.decide.conditions.base import condition_name
from identcheck.decide.grounds import Ground
from identcheck.decide.identification import Finding, Verdict
from identcheck.derive.assignment import back_doors
from identcheck.derive.paths import inner_nodes
from identcheck.derive.words import assigned_unit, capital, counted, listed, some
from identcheck.describe.design import Design
from identcheck.report.blocks import Beside, Block, Bullets, Fact, Facts, Item, Paragraph, Section, Tabular
from identcheck.report.matter import Matter
from identcheck.report.proportion import is_large
from identcheck.report.sections.graph import short_graph
from identcheck.symbols.written import Badge, Piece, Strong, Text
from identcheck.tables.table import table_of

if TYPE_CHECKING:
    from identcheck.plan.closed.outlook import Help

__all__ = ["MOST_ROWS", "answer", "first_section", "question"]

MOST_ROWS = 10
"""So many effects of interest have a row on the first page; the others are counted."""

MOST_NAMED = 3
"""Of more effects only the number is given."""

MOST_APART = 8
"""With more effects of interest the contrasts of one arm share a row."""

MOST_LINES = 5
"""So many lines say what cannot be had, and so many what contradicts itself; the rest is counted."""

HEADINGS = ("Question", "Can the trial answer it?", "At the planned numbers")

TOO_SMALL = (
    "{Units} are assigned, but the plan counts {persons} as if they were assigned one by one: all standard errors here are too "
    "small."
)
RULE = "At the planned numbers the rule that a conditional F below {f:g} leaves an effect undetermined would discard"
CHANGE = "Change the plan, ask less of it, or register another rule."


def first_section(matter: Matter) -> Section:
    """The graph, an answer for each effect of interest, what has to be argued, what cannot be had, what is to be settled."""
    return Section("first", "", tuple(_blocks(matter)))


def _blocks(matter: Matter) -> Iterator[Block]:
    design = matter.design
    yield Beside(short_graph(design), (Paragraph(_trial(design)), Facts(tuple(_facts(matter)))))
    yield _answers(matter)
    if matter.argued:
        yield _to_argue(matter)
    if items := tuple(_not_had(matter)):
        yield Bullets(items, "What else may be asked")
    if items := tuple(_to_settle(matter)):
        yield Bullets(items, "To be settled before this is submitted")


def _trial(design: Design) -> str:
    """What is randomized, and through what it works."""
    many = len(design.treatments) > 1
    arms = listed([design.label(arm) for arm in design.treatments])
    doors = listed(list(dict.fromkeys(door.text for door in back_doors(design).values())))
    verb = ("are" if many else "is") + (" meant to be" if doors else "")
    where = "" if design.sites == 1 else f" within each {design.word('site')}"
    but = f", but the graph has {doors}" if doors else ""
    works = "they are assumed to work" if many else "it is assumed to work"
    through = some([design.label(m) for m in design.mediators])
    return (
        f"{capital(arms, design)} {verb} randomized{where}{but}; {works} on {design.label(design.outcome)} "
        f"through {through}."
    )


def _facts(matter: Matter) -> Iterator[Fact]:
    """The trial at a glance, short enough for a column."""
    design = matter.design
    sites, persons = design.word("sites"), design.word("persons")
    if design.sites != 1:
        yield Fact(capital(sites), "not stated yet" if design.sites is None else f"{design.sites:,}")
    if matter.diagnosis is not None:
        at = matter.diagnosis.anticipated
        number = int(at.sizes.sum())
        each = "" if at.sites == 1 else f", {number / at.sites:,.0f} in each {design.word('site')} on average"
        yield Fact(capital(persons), f"{number:,}{each}")
        arms = [f" {design.short_label(arm)}" if len(at.shares) > 1 else "" for arm in design.treatments]
        yield Fact(
            "Treated", listed([f"{share:.0%}{arm}" for share, arm in zip(at.shares, arms, strict=True)])
        )
    if unit := assigned_unit(design):
        yield Fact("Assigned", unit)
    if design.sites != 1:
        yield Fact(
            "Average", f"over {sites}, each counting once" if design.average == "sites" else f"over {persons}"
        )
    unseen = [design.short_label(node) for node in design.order if node in design.unobserved]
    if unseen:
        yield Fact("Not measured", some(unseen))
    if design.declarations:
        yield Fact("Declared", some([str(declaration) for declaration in design.declarations]))


# -- the answers ----------------------------------------------------------------------


def _answers(matter: Matter) -> Tabular:
    """A row for each effect of interest; many contrasts of one arm share one, unless they are named as primary."""
    contrasts = [f for f in matter.had if f.best is not None and not f.best.regressors]
    together = len(matter.findings) > MOST_APART and not matter.effects and not matter.design.primary
    single = [f for f in matter.findings if not (together and f in contrasts)]
    by_arm = {arm: [f for f in contrasts if f.target.source == arm] for arm in matter.design.treatments}
    rows = [_contrasts(matter, same) for same in by_arm.values() if same] if together else []
    shown = single[: MOST_ROWS - len(rows)]
    rows += [_row(matter, question(finding), answer(finding), _planned(matter, finding)) for finding in shown]
    more = len(single) - len(shown)
    note = f"And {more:,} more effects; name those that matter with the key primary." if more else ""
    headings = HEADINGS[: 2 + (matter.plan is not None)]
    return Tabular(table_of("answers", "", headings, rows, note))


def _row(matter: Matter, asked: str, answered: Text, planned: str) -> tuple[Text, ...]:
    return (asked, answered, planned) if matter.plan is not None else (asked, answered)


def _contrasts(matter: Matter, same: Sequence[Finding]) -> tuple[Text, ...]:
    """The contrasts of one arm in one row; of a large design the outcome and the first others."""
    design = same[0].design
    large = is_large(design)
    if large:
        same = sorted(same, key=lambda finding: finding.target.target != design.outcome)
    ends = (some if large else listed)([design.short_label(f.target.target) for f in same])
    found = [o for f in same if (o := matter.outlooks.get(f.estimand)) is not None and o.se is not None]
    errors = [o.se for o in found if o.se is not None]
    detects = [o.detectable for o in found if o.detectable is not None]
    planned = f"SE {_numbers(errors, large)}" + (f"; detects {_numbers(detects, large)}" if detects else "")
    asked = f"{capital(design.short_label(same[0].target.source), design)} → {ends}"
    return _row(matter, asked, answer(same[0]), f"{planned}." if found else "")


def _numbers(values: Sequence[float], large: bool) -> str:
    """Each, or the least and the largest."""
    if large and len(values) > 1:
        return f"{min(values):.2g} to {max(values):.2g}"
    return listed([f"{value:.2g}" for value in values])


def question(finding: Finding) -> str:
    """An effect in short labels: "Teacher practice → literacy, directly"."""
    design, target = finding.design, finding.target
    if target.route is not None:
        return capital(" → ".join(map(design.short_label, target.route)), design)
    ends = f"{capital(design.short_label(target.source), design)} → {design.short_label(target.target)}"
    every = inner_nodes(design, target.source, target.target)
    left = inner_nodes(design, target.source, target.target, target.avoiding)
    if every and not left:
        return f"{ends}, directly"
    if every - left:
        return f"{ends}, not through {listed([design.short_label(n) for n in design.order if n in every - left], 'or')}"
    return f"{ends}, by all paths" if every and target.source not in design.treatments else ends


def answer(finding: Finding) -> Text:
    """The verdict, and what it takes."""
    return (Badge(finding.answer), f": {_takes(finding)}")


def _takes(finding: Finding) -> str:
    if finding.zero:
        return "the graph has no such path"
    best = finding.best
    if best is None:
        return finding.reason
    if finding.missing:
        names = listed(_called(finding))
        missing = [
            c.assumption
            for c in finding.missing
            if not finding.design.justifications.get(c.assumption, "").strip()
        ]
        return (
            f"only if {names} {_hold(names)}, argued below"
            if not missing
            else f"only if {names} can be argued"
        )
    if not best.regressors:
        return "by random assignment alone"
    return f"under {listed(_called(finding))}" if _called(finding) else "by the graph and the design"


def _hold(names: str) -> str:
    return "hold" if " and " in names else "holds"


def _called(finding: Finding) -> list[str]:
    """The conditions that are not read off the design, by their names."""
    asked = finding.missing or (() if finding.best is None else finding.best.conditions)
    return list(dict.fromkeys(condition_name(c) for c in sorted(asked, key=_numbered) if not c.implied))


def _numbered(condition: Condition) -> int:
    """Conditions with a numeral first, in their order."""
    names = condition.design.numerals
    return names.index(condition.numeral) if condition.numeral in names else len(names)


def _planned(matter: Matter, finding: Finding) -> str:
    """What the planned numbers let the trial say of an effect, and what would help most; "" without numbers."""
    outlook = matter.outlooks.get(finding.estimand)
    if outlook is None or finding.best is None:
        return ""
    found = [outlook.sentence]
    if outlook.power is not None and outlook.power_with_bias is not None:
        with_bias = "" if outlook.harmless else f", {outlook.power_with_bias:.2f} with the bias"
        found.append(f"Power {_share(outlook.power)}{with_bias}.")
    if outlook.weak or not outlook.harmless:
        found += [_help(matter.design, help) for help in outlook.helps[:1]]
    return " ".join(found)


def _share(share: float) -> str:
    return "over 0.99" if share > 0.995 else f"{share:.2f}"


def _help(design: Design, help: Help) -> str:
    """The change that achieves most, in short."""
    if help.number is None or help.what not in ("persons", "sites"):
        return help.sentence
    where = f" in a {design.word('site')}" if help.what == "persons" else ""
    strong = None if help.after is None else help.after.strong
    f = "more power" if strong is None else f"F {strong.f:.0f}"
    return f"{help.number:,} {design.word(help.what)}{where}: {f}."


# -- what has to be argued, what cannot be had, what is to be settled -------------------


def _to_argue(matter: Matter) -> Bullets:
    """Each ground in plain words; where several effects ask for their own, the first."""
    items = []
    for ground in sorted((g for g in matter.argued if not _usual(g)), key=_rank):
        sentences = [sentence for sentence, _ in ground.statements]
        said = sentences[0] if sentences else ground.title
        more = len(sentences) - 1
        also = (
            f" (Likewise for {counted(more, 'other regression', 'other regressions')}.)" if more > 0 else ""
        )
        items.append(Item((Strong(f"{capital(ground.called)}:"), f" {said}{also}")))
    given = listed([ground.called for ground in matter.grounds if _usual(ground)])
    if given:
        items.append(Item(f"{'And, as' if items else 'As'} in any such analysis: {given}."))
    return Bullets(tuple(items), "What has to be argued, in plain words")


def _usual(ground: Ground) -> bool:
    """Whether every analysis of the kind rests on it: the standing assumptions, the arrows left out, the weights."""
    return ground.standing or ground.name in ("v", "x")


def _rank(ground: Ground) -> int:
    """The strongest first: what no numeral grants, then what relates effects to compliance, then the rest."""
    order = ("bypass", "shared", "product", "vii", "vi")
    return order.index(ground.name) if ground.name in order else len(order)


def _not_had(matter: Matter) -> Iterator[Item]:
    """The effects that are not of interest, those with one answer together."""
    groups: dict[Hashable, list[Finding]] = {}
    for finding in sorted(matter.others, key=lambda f: f.best is not None):
        key = (finding.verdict, finding.zero, finding.reason if finding.best is None else _takes(finding))
        groups.setdefault(key, []).append(finding)
    lines = list(groups.values())
    for same in lines[:MOST_LINES]:
        yield Item(_line(matter, same))
    if left := lines[MOST_LINES:]:
        yield Item(f"and {counted(sum(map(len, left)), 'more effect', 'more effects')}.")


def _line(matter: Matter, same: Sequence[Finding]) -> tuple[Piece, ...]:
    first = same[0]
    if is_large(first.design) and len(same) > 3:
        named = counted(len(same), "effect", "effects") + f", such as {question(first)}"
    else:
        named = "; ".join(map(question, same))
    return (named, ": ", Badge(first.answer), f", {_takes(first)}.{_worlds(first)}{_remedy(matter, first)}")


def _worlds(finding: Finding) -> str:
    """The two values that the same data allow."""
    witness = finding.witness() if finding.verdict is Verdict.NOT_IDENTIFIED else None
    if witness is None:
        return ""
    one, other = witness.values
    return f" Two worlds with the same data: {one} and {other}."


def _remedy(matter: Matter, finding: Finding) -> str:
    """The first change of the design that would give it."""
    if finding.verdict is not Verdict.NOT_IDENTIFIED or is_large(finding.design):
        return ""
    found = matter.result.mends(finding.estimand)
    if not found:
        return ""
    then = "argued for" if found[0].verdict is Verdict.IDENTIFIED else "conditional"
    return f" It could be {then} if you {found[0].change}."


def _to_settle(matter: Matter) -> Iterator[Item]:
    design = matter.design
    unit = assigned_unit(design)
    if unit and matter.plan is not None:
        yield Item(TOO_SMALL.format(Units=capital(unit), persons=design.word("persons")))
    if matter.diagnosis is not None:
        yield from (Item(f"{capital(text)}.") for text in matter.diagnosis.anticipated.questioned)
    weak = [f for f in matter.regressed if (o := matter.outlooks.get(f.estimand)) is not None and o.weak]
    if weak:
        named = listed([question(f) for f in weak])
        if len(weak) > MOST_NAMED:
            rest = [question(f) for f in matter.regressed if f not in weak]
            named = (
                f"{len(weak)} of the {len(matter.regressed)} effects of mediators"
                if rest
                else "every effect of a mediator"
            )
        yield Item(f"{RULE.format(f=design.rules.conditional_f)} {named}. {CHANGE}")
    for text in matter.result.contradictions:
        yield Item(text)
    found = matter.conflicts
    for conflict in found[:MOST_LINES]:
        yield Item(conflict.sentence)
    if len(found) > MOST_LINES:
        yield Item(
            f"And {counted(len(found) - MOST_LINES, 'more contradiction', 'more contradictions')} of this kind."
        )
