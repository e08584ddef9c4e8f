"""The average effects asked about with their verdicts, those not identified first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from identcheck.decide.conditions import UNNUMBERED, Condition
from identcheck.decide.conditions.base import condition_names
from identcheck.decide.division import apart
from identcheck.decide.findings import PENDING
from identcheck.decide.granting import contradicting, granted_sentence
from identcheck.decide.identification import Finding, Identification, Verdict as Answer, distinct
from identcheck.decide.printed import kind_of
from identcheck.decide.strategies import Composed
from identcheck.decide.strategies.factors import symbol_of
from identcheck.derive.moments import mean, site_mean
from identcheck.derive.words import capital, listed
from identcheck.report.blocks import Asked, Fact, Facts, Paragraph, Section, Verdict
from identcheck.report.matter import Matter
from identcheck.report.proportion import counted, is_large
from identcheck.report.sections.remedies import remedies
from identcheck.report.sections.worlds import worlds_of
from identcheck.symbols.typeset import latex, token
from identcheck.symbols.written import Badge, Formula

__all__ = [
    "MEANINGS", "asked", "average_of", "granted_paragraph", "grounds", "meanings", "refused_section", "verdicts",
    "verdicts_section",
]  # fmt: skip

ORDER = (
    Answer.NOT_IDENTIFIED,
    Answer.NO_SINGLE_NUMBER,
    Answer.UNDECIDED,
    Answer.CONDITIONAL,
    Answer.IDENTIFIED,
)

MEANINGS: Mapping[str, str] = {
    Answer.NOT_IDENTIFIED: "two worlds that meet every assumption that can be granted here give the same site effects "
    "but different answers",
    Answer.NO_SINGLE_NUMBER: "it depends on the level of a mediator that interacts with another or with itself, so that "
    "there is no one number to identify",
    Answer.UNDECIDED: "neither a regression that identifies it nor two such worlds were found",
    PENDING: "no regression identifies it; that none can is not proved yet, since two such worlds were not looked for",
    Answer.CONDITIONAL: "a regression of site effects identifies it if what is listed as missing holds too",
    Answer.IDENTIFIED: "a regression of site effects, or a contrast of arms, gives it under what is granted and what "
    "the graph and the design imply",
}

SENTENCES = re.compile(r"(?<=[.]) (?=[A-Z])")

UNPROVED = "No two worlds were looked for that would prove what the data leave open."
"""What is said of answers without proofs."""

MOST_EFFECTS = 12
"""Of more effects in one group the first FEW are named and the rest counted."""

FEW = 3

MOST_TABLES = 3
"""So many conditional verdicts have a table of two worlds; the others only the sentence."""

IN_SHORT = {
    "bypass": "The bypass: the part of the effect on the left that goes around the regressors must be uncorrelated, between "
    "sites, with the compliances with them.",
    "everywhere": "Compliance in every site: in each site by itself the arms must move the regressors, in as many directions as "
    "there are regressors.",
    "shared": "A shared arrow: where an arrow is part of a compliance and of the effect of a regressor, its average effect must "
    "be the same in all sites.",
}
"""In large designs, where every effect has paths of its own: what no numeral grants, by the kind of condition."""


def verdicts_section(result: Identification) -> Section:
    """What was granted, what the verdicts mean, and the verdicts."""
    head = Paragraph(granted_paragraph(result))
    return Section("questions", "What is identified", (head, meanings(result.findings), *verdicts(result)))


def refused_section(matter: Matter) -> Section:
    """The effects that cannot be had, of interest or by default, with two worlds that show it and what would help."""
    every = (*matter.findings, *matter.others)
    refused = [
        f for f in every if f.verdict in (Answer.NOT_IDENTIFIED, Answer.NO_SINGLE_NUMBER, Answer.UNDECIDED)
    ]
    entries = _grouped(matter.result, refused, _obstacle)
    return Section("refused", "What this trial cannot tell", tuple(entries))


def _obstacle(finding: Finding) -> Hashable:
    return finding.verdict, finding.reason


def granted_paragraph(result: Identification) -> str:
    """What was granted; what of it cannot hold together; and whether proofs were left for later."""
    said = (
        granted_sentence(result.design, result.granted),
        contradicting(result.contradictions),
        "" if result.proved else UNPROVED,
    )
    return " ".join(filter(None, said))


def meanings(findings: Iterable[Finding]) -> Facts:
    """What each verdict that occurs means."""
    found = {finding.verdict_text for finding in findings}
    rows = (Fact((Badge(str(v)),), f"{capital(text)}.") for v, text in MEANINGS.items() if v in found)
    return Facts(tuple(rows))


def verdicts(result: Identification) -> tuple[Verdict, ...]:
    """The default estimands but parts, those with one verdict for one reason together."""
    return _grouped(result, apart(distinct(result.findings)), _key)


def _grouped(
    result: Identification, findings: Iterable[Finding], key: Callable[[Finding], Hashable]
) -> tuple[Verdict, ...]:
    """The findings with the same key together, those not identified first."""
    groups: dict[Hashable, list[Finding]] = {}
    for finding in sorted(findings, key=lambda finding: ORDER.index(finding.verdict)):
        groups.setdefault(key(finding), []).append(finding)
    return tuple(_with_few_tables(_verdict(result, group) for group in groups.values()))


def _with_few_tables(made: Iterable[Verdict]) -> Iterator[Verdict]:
    """After the first few conditional verdicts, of the two worlds only the sentence; no note is said twice."""
    tables, told = 0, set[str]()
    for verdict in made:
        new = tuple(replace(w, note=_untold(w.note, told)) for w in verdict.witnesses)
        verdict = replace(verdict, witnesses=new)
        conditional = verdict.verdict == Answer.CONDITIONAL.value
        tables += conditional and any(worlds.rows for worlds in verdict.witnesses)
        if conditional and tables > MOST_TABLES:
            said = tuple(replace(worlds, columns=(), rows=(), note="") for worlds in verdict.witnesses)
            verdict = replace(verdict, witnesses=said)
        yield verdict


def _untold(note: str, told: set[str]) -> str:
    """The sentences of a note that were not told before; they are told now."""
    fresh = [sentence for sentence in SENTENCES.split(note) if sentence not in told]
    told.update(fresh)
    return " ".join(fresh)


def _key(finding: Finding) -> Hashable:
    """What effects must share to be shown together: in a large design, only the pattern."""
    if not is_large(finding.design):
        return finding.verdict, _reason([finding]), _missing([finding])
    best = finding.best
    pattern = (
        (type(best), best.intercept, best.pooled, best.site_by_site, bool(best.regressors))
        if best is not None
        else ()
    )
    cause = finding.reason if best is None else ""
    return finding.verdict, _heading(finding), kind_of(finding), pattern, cause


def _verdict(result: Identification, findings: Sequence[Finding]) -> Verdict:
    first = findings[0]
    shown = findings if len(findings) <= MOST_EFFECTS else findings[:FEW]
    mends, mends_note = remedies(result, findings)
    return Verdict(
        heading=_heading(first),
        effects=tuple(asked(finding, elsewhere=True) for finding in shown),
        more=_more(findings, len(shown)),
        verdict=first.answer,
        reason=_reason(findings),
        rests_on=", ".join(grounds(first)),
        missing=_missing(findings),
        tried=_tried(first) if first.verdict is Answer.UNDECIDED else "",
        witnesses=worlds_of(findings) if result.proved else (),
        mends=mends,
        mends_note=mends_note,
    )


def _heading(finding: Finding) -> str:
    if finding.verdict is not Answer.CONDITIONAL:
        return finding.answer.capitalize()
    return f"Conditional on {condition_names(finding.missing)}"


def asked(finding: Finding, elsewhere: bool = False) -> Asked:
    """The effect; ``elsewhere`` says how many other strategies the appendix has for it."""
    kinds = {"itt": " (intent to treat)", "compliance": " (compliance)", "mediated": " (mediated part)"}
    more = len(finding.strategies) - 1 if elsewhere and not is_large(finding.design) else 0
    return Asked(
        key=str(finding.estimand),
        text=finding.words + kinds.get(finding.estimand.kind, ""),
        formula=average_of(finding),
        others=f"{counted(more, 'other way', 'other ways')} in the appendix" if more > 0 else "",
    )


def average_of(finding: Finding) -> Formula:
    """The symbol of the average effect, or of that at stated levels of modifiers (theory, equation (14.3))."""
    symbol = symbol_of(finding.design, finding.target)
    if not finding.target.levels:
        return Formula(latex(mean(site_mean(symbol))))
    at = ", ".join(f"{token(name)} = {level}" for name, level in finding.target.levels)
    return Formula(rf"\mathbb{{E}}[{latex(symbol)} \mid {at}]")


def grounds(finding: Finding) -> list[str]:
    """What a finding rests on: numerals, conditions without one, then what was declared."""
    return [*(UNNUMBERED.get(name, f"({name})") for name in finding.rests_on), *map(str, finding.declared)]


def _more(findings: Sequence[Finding], shown: int) -> str:
    """How many effects are not named, by kind."""
    if shown == len(findings):
        return ""
    kinds = Counter(map(kind_of, findings))
    every = listed([counted(number, *names) for names, number in kinds.items()])
    return f"and {len(findings) - shown} more: {every} in all"


def _reason(findings: Sequence[Finding]) -> str:
    first = findings[0]
    best = first.best
    if best is not None and not best.regressors:
        return "By the contrast of treatment with control in the mean of what is affected."
    if best is None or len({finding.reason for finding in findings}) == 1:
        return capital(first.reason, first.design) + "."
    if best.site_by_site:
        how = "Each by the contrasts of every site by itself, averaged over sites"
    elif isinstance(best, Composed):
        how = "Each composed of effects that have regressions of their own"
    else:
        through = "with an intercept" if best.intercept else "through the origin"
        how = f"Each by a regression of site effects of its own, {'pooled over sites' if best.pooled else through}"
    return how + (", if what is missing holds." if first.verdict is Answer.CONDITIONAL else ".")


def _missing(findings: Sequence[Finding]) -> tuple[str, ...]:
    """What numerals would grant in one line; what none grants in full, or by its name where there are many."""
    missing: Sequence[Condition] = findings[0].missing
    many = len({finding.reason for finding in findings}) > 1
    numerals = list(dict.fromkeys(f"({c.numeral})" for c in missing if c.numeral))
    whose = "for each regression its own" if many else "as spelled out below for this regression"
    lines = [f"{listed(numerals)}, {whose}."] if numerals else []
    for c in missing:
        if not c.numeral:
            said = IN_SHORT[c.key] if is_large(c.design) and c.key in IN_SHORT else c.statement
            lines.append(f"{said} None of the numbered assumptions grants this.")
    return tuple(dict.fromkeys(lines))


def _tried(finding: Finding) -> str:
    """What was looked for in vain."""
    tried = "Tried: every set of measured mediators as regressors, of which none serves, and sums of products of effects"
    if excluded := len(finding.ruled_out):
        tried = f"Tried: {counted(excluded, 'strategy', 'strategies')}, which the design excludes"
    more = f" ({finding.note})" if finding.note else ""
    if finding.pending:
        return (
            f"{tried}{more}. Not proved yet: pairs of worlds with the same site effects were not looked for."
        )
    return (
        f"{tried}{more}; and pairs of worlds with the same site effects that meet whatever can be granted, of which no "
        "construction gave one that differs in it."
    )
