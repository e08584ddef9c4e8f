"""What the editor asks, and what it is told: one function for every way to ask, from JSON to JSON.

A request is ``{"protocol": 1, "revision": 17, "ask": "check", "drawing": {...}, "assume": ["vi"], "first": ["total(V, Y)"]}``.
Its answers come one by one, each with the revision: of "check" ``start``, a ``finding`` for each question that is wanted first
and ``first`` where many others follow, the ``verdicts`` of all others at once, a ``finding`` for each of them, a ``proof`` for
each that had none, then ``done``; of a drawing that is no design a ``problem`` for each thing that is wrong, at its place and
with what would mend it. Nothing here reads or writes a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from identcheck.basics.options import ReportFormat
from identcheck.decide.identification import Identification, check
from identcheck.decide.primary import default_estimands
from identcheck.derive.words import capital
from identcheck.drawing.cards import card, headed
from identcheck.drawing.edit import demand_drawing, design_drawn, drawing_of, placed
from identcheck.drawing.numbers import numbers
from identcheck.drawing.pasted import pasted
from identcheck.drawing.place import place
from identcheck.drawing.remedies import mended
from identcheck.drawing.share import fragment
from identcheck.drawing.written import changed
from identcheck.errors import IdentcheckError, InvalidDesignError

__all__ = ["ASKS", "PROTOCOL", "respond"]

PROTOCOL = 1

Answer = dict[str, Any]

SOON = 20
"""The verdicts of so few other questions are there before those that are wanted first could be shown."""

MOST_MENDED = 4
"""Problems of one drawing for which remedies are tried; of the others only the words are told."""


def respond(request: object) -> Iterator[Answer]:
    """The answers to a request, the most wanted first; the last one is ``done``, whatever was asked.

    Args:
        request: what was asked, as JSON has it.
    """
    asked = request if isinstance(request, dict) else {}
    revision = asked.get("revision", 0)
    try:
        if asked.get("protocol") != PROTOCOL or asked.get("ask") not in ASKS:
            raise IdentcheckError(
                f"the editor asks {asked.get('ask')!r:.40}, which is not known here; load the page again"
            )
        for answer in ASKS[asked["ask"]](asked):
            yield {"revision": revision, **answer}
    except InvalidDesignError as error:  # of a drawing that has the shape of one
        for answer in _problems(asked["drawing"], error.problems):
            yield {"revision": revision, **answer}
    except IdentcheckError as error:
        yield {"revision": revision, "kind": "problem", "text": str(error), "at": {}, "mends": []}
    yield {"revision": revision, "kind": "done"}


def _problems(drawing: dict[str, Any], problems: tuple[str, ...]) -> Iterator[Answer]:
    """Every problem at its place; those that lie at no place before."""
    for count, problem in enumerate(problems):
        told = placed(problem, drawing)
        mends = mended(drawing, problem, told["at"], problems) if count < MOST_MENDED else []
        yield {"kind": "problem", **told, "mends": mends}


def _granted(result: Mapping[str, Any]) -> list[str]:
    assume = result.get("assume", [])
    return [str(name) for name in assume] if isinstance(assume, list) else []


def _result(asked: Mapping[str, Any], prove: bool = False) -> Identification:
    return check(design_drawn(demand_drawing(asked.get("drawing"))), _granted(asked), prove=prove)


def _check(asked: Mapping[str, Any]) -> Iterator[Answer]:
    """The cards that are wanted first, then the verdicts of all others, then their cards; proofs after all of them."""
    result = _result(asked)
    questions = {str(estimand): estimand for estimand in default_estimands(result.design)}
    yield {"kind": "start", "questions": [*questions], "numerals": [*result.design.numerals]}
    first = asked.get("first")
    wanted = [
        questions.pop(text)
        for text in map(str, first if isinstance(first, list) else [])
        if text in questions
    ]
    for estimand in wanted:
        yield {"kind": "finding", "card": card(result[estimand])}
    if wanted and len(questions) > SOON:
        yield {"kind": "first"}
    others = [result[estimand] for estimand in questions.values()]
    yield {"kind": "verdicts", "cards": [headed(finding) for finding in others]}
    for finding in others:
        yield {"kind": "finding", "card": card(finding)}
    for finding in result.findings:
        if finding.pending:
            yield {"kind": "proof", "card": card(finding.prove())}


def _place(asked: Mapping[str, Any]) -> Iterator[Answer]:
    """Where boxes stand and arrows run."""
    yield {"kind": "place", **place(demand_drawing(asked.get("drawing")))}


def _mends(asked: Mapping[str, Any]) -> Iterator[Answer]:
    """What would make an effect identified, each with the changed drawing."""
    result = _result(asked)
    for mend in result.mends(str(asked.get("question"))):
        drawn = drawing_of(mend.design)
        drawn["beside"] = asked["drawing"]["beside"]
        yield {
            "kind": "mend",
            "words": mend.change,
            "claim": mend.claim,
            "after": mend.after,
            "drawing": drawn,
        }


def _worlds(asked: Mapping[str, Any]) -> Iterator[Answer]:
    """Two worlds with the same data and different answers."""
    result = _result(asked)
    finding = result[str(asked.get("question"))].prove()
    found = finding.witness()
    yield {
        "kind": "worlds",
        "text": "" if found is None else str(found),
        "verified": found is not None and found.verify(),
    }


def _code(asked: Mapping[str, Any]) -> Iterator[Answer]:
    """The code that estimates an effect."""
    finding = _result(asked)[str(asked.get("question"))]
    language = asked.get("language")
    yield {"kind": "code", "text": finding.code(language if language in ("python", "r", "stata") else "r")}


def _report(asked: Mapping[str, Any]) -> Iterator[Answer]:
    """The report, as HTML unless another format is asked for."""
    formats: dict[object, ReportFormat] = {"latex": "latex", "markdown": "markdown"}
    chosen = formats.get(str(asked.get("format")), "html")
    yield {"kind": "report", chosen: _result(asked, prove=True).render(chosen)}


def _file(asked: Mapping[str, Any]) -> Iterator[Answer]:
    """The design file of a drawing, as TOML."""
    yield {"kind": "file", "text": changed("", demand_drawing(asked.get("drawing")))}


def _read(asked: Mapping[str, Any]) -> Iterator[Answer]:
    """A pasted text as a drawing; or, in words, why it is none."""
    try:
        found = pasted(str(asked.get("text", "")))
    except InvalidDesignError as error:
        yield {"kind": "unread", "problems": list(map(str, error.problems))}
    except IdentcheckError as error:
        yield {"kind": "unread", "problems": [str(error)]}
    else:
        yield {
            "kind": "read",
            "what": found.kind,
            "drawing": found.drawing,
            "assume": found.assume,
            "left": found.remarks,
        }


def _share(asked: Mapping[str, Any]) -> Iterator[Answer]:
    """What stands behind "#" in a link to a drawing."""
    yield {"kind": "share", "fragment": fragment(demand_drawing(asked.get("drawing")), _granted(asked))}


def _preview(asked: Mapping[str, Any]) -> Iterator[Answer]:
    """Which verdicts a changed drawing would have that this one has not, and how many stay; effects in the same words once."""
    before, after = _verdicts(asked), _verdicts({**asked, "drawing": asked.get("changed")})
    told = [
        {"words": words, "before": before.get(words, ""), "after": verdict}
        for words, verdict in after.items()
        if before.get(words) != verdict
    ]
    yield {"kind": "preview", "changes": told, "same": len(after) - len(told)}


def _verdicts(asked: Mapping[str, Any]) -> dict[str, str]:
    """The verdict of each effect, by its words."""
    findings = _result(asked, prove=True).findings
    return {capital(f.words, f.design): f.answer for f in findings}


def _numbers(asked: Mapping[str, Any]) -> Iterator[Answer]:
    """What the plan means for each effect; the server puts the text of the file into the request."""
    for question, words, worry in numbers(str(asked.get("text", "")), _granted(asked)):
        yield {"kind": "number", "id": question, "text": words, "worry": worry}


ASKS: Mapping[str, Callable[[Mapping[str, Any]], Iterator[Answer]]] = {
    "check": _check,
    "place": _place,
    "mends": _mends,
    "worlds": _worlds,
    "code": _code,
    "report": _report,
    "read": _read,
    "share": _share,
    "preview": _preview,
    "numbers": _numbers,
    "file": _file,
}
"""What can be asked, with what answers it."""
