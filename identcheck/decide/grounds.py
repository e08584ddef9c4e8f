"""What chosen effects rest on: the assumptions that their own strategies ask for, each once, with what is to be argued."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from identcheck.basics.display import Brief
from identcheck.decide.absent import absent_break, absent_numerals, absent_sentence
from identcheck.decide.assumptions import Assumption, assumption_for
from identcheck.decide.assumptions.base import BY_DESIGN, ENCODED, FALSIFIABLE, NEITHER, VIOLATED, met
from identcheck.decide.conditions import UNNUMBERED, Bypass, Condition, Rank, Regression, is_kind
from identcheck.decide.conditions.breaking import breaks
from identcheck.decide.conditions.plain import plainly
from identcheck.decide.conditions.unnumbered import TITLES, said_of
from identcheck.decide.findings import Finding
from identcheck.decide.granting import standing_numerals
from identcheck.decide.identification import Identification
from identcheck.derive.heterogeneity import asked_of_weights
from identcheck.derive.paths import inner_nodes
from identcheck.derive.words import briefs, capital

__all__ = ["Ground", "Statement", "grounds"]


Statement = tuple[str, tuple[Finding, ...]]
"""A plain sentence, and the findings whose own strategy asks it."""


@dataclass(frozen=True)
class Ground(Brief):
    """One assumption that chosen effects rest on, as their own strategies ask it.

    Attributes:
        name: a roman numeral, or "bypass", "everywhere", "shared" or "product".
        called: as it is named in sentences: "(vii)", "the bypass".
        title: a few words.
        statements: plain sentences, each with the findings whose own strategy asks it.
        findings: all findings that rest on it.
        reason: why it is needed: the step of the derivation that it licenses.
        status: "holds by design", "holds by declaration", "encoded in the graph", "to be justified" or "violated".
        status_text: why.
        standing: whether every verdict takes it as given: (i), (iii), (iv) and ignorable assignment.
        check: "can be verified", "can be falsified" or "cannot be checked with data".
        check_text: how, or why not.
        breaks: what would break it.
        justification: the user's own; "" where it is still to be written.
        citation: the literature behind it, the user's own; "" for none.
        written: what makes the formulas when they are asked for.
    """

    name: str
    called: str
    title: str
    statements: tuple[Statement, ...]
    findings: tuple[Finding, ...]
    reason: str
    status: str
    status_text: str
    standing: bool
    check: str
    check_text: str
    breaks: str
    justification: str
    citation: str
    written: Callable[[], tuple[str, ...]] = field(compare=False, repr=False)

    @cached_property
    def formulas(self) -> tuple[str, ...]:
        """Its weakest form as LaTeX, each formula once."""
        return tuple(dict.fromkeys(self.written()))

    @property
    def open(self) -> bool:
        """Whether the user has to argue for it: all but what the design itself guarantees."""
        return self.status != BY_DESIGN

    def _brief(self) -> str:
        return f"Ground {self.called}: {self.status}"

    def __str__(self) -> str:
        return " ".join(sentence for sentence, _ in self.statements)


SENTENCES = re.compile(r"(?<=[.]) (?=[A-Z(])")
DRAWN = "Read off the graph, which has no other path. Each arrow that it leaves out is a claim."
UNGRANTED = "No numbered assumption grants it."
SPARED = "Contrasts of arms in {} are effects of treatment: what treatment shares a cause with lies elsewhere in the graph."


def grounds(result: Identification, findings: Iterable[Finding]) -> tuple[Ground, ...]:
    """What the findings rest on, in the order of the list, then bypass, everywhere, shared and product.

    Only what the findings' own strategies ask is among them: the standing assumptions, the conditions that the design does
    not imply by itself, and where there is a regression (v), the arrows left out between mediators, and (x), its weights.

    Args:
        result: the identification.
        findings: the chosen effects.
    """
    chosen = tuple(dict.fromkeys(findings))
    asked: dict[str, list[tuple[Condition, Finding]]] = {}
    for finding in chosen:
        for condition in asked_of(finding):
            for name in condition.rests_on(finding.granted)[-1:]:  # what two grant together is said once
                asked.setdefault(name, []).append((condition, finding))
    names = (*result.design.numerals, *UNNUMBERED)
    found = (_ground(result, chosen, name, tuple(asked.get(name, ()))) for name in names)
    return tuple(ground for ground in found if ground is not None)


Asked = tuple[tuple[Condition, Finding], ...]


def asked_of(finding: Finding) -> tuple[Condition, ...]:
    """The conditions of the finding's own strategy, without those that the design itself implies; a bypass is claimed there."""
    conditions = finding.best.conditions if finding.best is not None else ()
    return tuple(
        c for c in conditions if c.drawn or c.asserted or not c.implied or (is_kind(c, Bypass) and c.alike)
    )


def _ground(result: Identification, findings: Sequence[Finding], name: str, asked: Asked) -> Ground | None:
    """One assumption, as far as some of the findings rest on it, asking these conditions of its name."""
    zeros = tuple(f for f in findings if name in absent_numerals(result.design, f.target))
    behind = tuple(f for f in findings if name in _behind(f))
    if name in UNNUMBERED:
        return _unnumbered(name, asked) if asked else None
    if not (asked or zeros or behind):
        return None
    if name == "x":
        return _weighted(behind)
    if behind or name == "v":
        (said,) = (a for a in result.assumptions if a.numeral == name)
        parts: tuple[Assumption, ...] = (_spared(said, behind),)
    else:
        own = [(c.regression, c.column if is_kind(c, Rank) else "") for c, _ in asked if not c.licence]
        own += [(_around(f), "") for f in zeros]
        own = list(dict.fromkeys(own))
        parts = tuple(assumption_for(*each, name) for each in own)
    told = [(parts[0].statement, f) for f in behind] + list(_told(asked))
    told += [(absent_sentence(f.design, f.target), f) for f in zeros]
    made = _made(name, parts, _grouped(told), asked)
    if name == "ix":
        most = max(range(len(own)), key=lambda at: len(own[at][0].columns))
        made = replace(made, status_text=parts[most].status_text)
    return replace(made, breaks=absent_break(zeros[0].design, zeros[0].target)) if zeros else made


def _weighted(findings: Sequence[Finding]) -> Ground:
    """(x) for the regressions that the effects are estimated by."""
    own = [
        (part.regression, f)
        for f in findings
        if f.best is not None
        for part in f.best.parts
        if part.regressors
    ]
    made = {reg: assumption_for(reg, "", "x") for reg, _ in own}
    return _made("x", tuple(made.values()), _grouped((_of_weights(reg), f) for reg, f in own), ())


def _of_weights(reg: Regression) -> str:
    """(x) in a plain sentence; where weights are drawn, among sites that are alike in what is held fixed."""
    design = reg.design
    among = (
        f"among {reg.rows}, those" if reg.moderators and asked_of_weights(design) else design.word("sites")
    )
    return (
        f"{capital(among)} that weigh more in the estimate than in the average wanted, by their number of "
        f"{design.word('persons')} or the balance of their arms, are not those where the effects are larger (or smaller)."
    )


def _behind(finding: Finding) -> tuple[str, ...]:
    """What the list says of every effect estimated as this one is: the standing ones; with a regression (v) and (x)."""
    if finding.best is None:
        return ()
    design, regression = finding.design, bool(finding.best.regressors)
    several = regression and len(design.mediators) > 1
    return (
        *standing_numerals(design, regression),
        *(("v",) if several else ()),
        *(("x",) if regression and "x" in design.numerals else ()),
    )


def _around(finding: Finding) -> Regression:
    """The regression whose exclusion an effect that is zero by the graph rests on: nothing goes around what it avoids."""
    target, design = finding.target, finding.design
    inner = inner_nodes(design, target.source, target.target) & target.avoiding
    return Regression(
        design, target.target, tuple(sorted(inner, key=design.order.__getitem__)), (target.source,)
    )


def _told(asked: Asked) -> Iterator[tuple[str, Finding]]:
    """What each regression asks in plain sentences, with the findings that it estimates."""
    by_regression: dict[Regression, list[tuple[Condition, Finding]]] = {}
    for condition, finding in asked:
        by_regression.setdefault(condition.regression, []).append((condition, finding))
    for pairs in by_regression.values():
        findings = dict.fromkeys(f for _, f in pairs)
        for sentence in plainly(tuple(dict.fromkeys(c for c, _ in pairs))):
            yield from ((sentence, f) for f in findings)


def _grouped(told: Iterable[tuple[str, Finding]]) -> tuple[Statement, ...]:
    """Equal sentences once, each with the findings whose own strategy asks it."""
    found: dict[str, dict[Finding, None]] = {}
    for sentence, finding in told:
        found.setdefault(sentence, {})[finding] = None
    return tuple((sentence, tuple(findings)) for sentence, findings in found.items())


def _made(name: str, parts: Sequence[Assumption], told: tuple[Statement, ...], asked: Asked) -> Ground:
    """A numbered assumption: what the list says of each regression that asks it, each sentence once."""
    conditions = tuple(dict.fromkeys(c for c, _ in asked))
    first = parts[0]
    widest = max(parts, key=lambda part: len(part.title))
    drawn = first.status == ENCODED or any(c.drawn for c in conditions)
    status = ENCODED if drawn else met(conditions) if conditions else first.status
    formulas = partial(_of_conditions, conditions) if conditions else partial(_of_parts, parts)
    return Ground(
        name,
        f"({name})",
        widest.title,
        told,
        tuple(dict.fromkeys(f for _, findings in told for f in findings)),
        _once(a.reason for a in parts),
        status,
        DRAWN if name == "ii" else _once(a.status_text for a in parts),
        name in standing_numerals(told[0][1][0].design, True),
        first.check,
        first.check_text,
        first.breaks,
        first.justification.strip(),
        first.citation,
        formulas,
    )


def _unnumbered(name: str, asked: Asked) -> Ground:
    """A condition that no numeral grants."""
    conditions = tuple(dict.fromkeys(c for c, _ in asked))
    said, design = [said_of(c) for c in conditions], conditions[0].design
    status = met(conditions)
    if status == BY_DESIGN and name == Bypass.key:
        status = ENCODED
    return Ground(
        name,
        conditions[0].nickname,
        TITLES[name],
        _grouped(_told(asked)),
        tuple(dict.fromkeys(f for _, f in asked)),
        _once(f"{capital(c.reason)}." for c in conditions),
        status,
        _once(f"{capital(c.implied, design)}." for c in conditions if c.implied) or UNGRANTED,
        False,
        FALSIFIABLE if any(one.checked for one in said) else NEITHER,
        said[0].check,
        breaks(conditions[0]),
        design.justifications.get(name, "").strip(),
        design.citations.get(name, ""),
        partial(_of_conditions, conditions),
    )


def _spared(said: Assumption, findings: Sequence[Finding]) -> Assumption:
    """Ignorable assignment, where the graph contradicts it for other nodes than the ones whose contrasts are used here."""
    if said.status != VIOLATED or not findings:
        return said
    design = findings[0].design
    used = {
        node
        for f in findings
        if f.best is not None
        for part in f.best.parts
        for node in (part.outcome, *part.regressors)
    }
    names = briefs(design, sorted(used, key=design.order.__getitem__))
    return replace(said, status=BY_DESIGN, status_text=SPARED.format(names))


def _once(texts: Iterable[str]) -> str:
    """Texts in a row, each of their sentences once."""
    return " ".join(
        dict.fromkeys(sentence for text in texts for sentence in SENTENCES.split(text) if sentence)
    )


def _of_conditions(conditions: Sequence[Condition]) -> tuple[str, ...]:
    return tuple(c.latex for c in conditions)


def _of_parts(parts: Sequence[Assumption]) -> tuple[str, ...]:
    return tuple(formula for part in parts for formula in part.formulas)
