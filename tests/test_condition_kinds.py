"""Kinds of condition are told apart in few ways, and every one of them refuses a kind that it does not know."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest

import identcheck as ic
from identcheck.decide import conditions, findings
from identcheck.decide.conditions import KINDS, Condition, Regression, is_kind
from identcheck.decide.population import meeting
from identcheck.decide.strategies import demand
from identcheck.decide.witness.fits import _met
from identcheck.decide.witness.shifts import _rows_of
from identcheck.plan.sensitivity import violations as moves
from identcheck.report.sections import conditions as tables
from identcheck.report.sections import expansions
from tests.drawn import FIGURE_1, drawn

PACKAGE = Path(ic.__file__).parent
DISPATCHERS = (
    meeting._holds,
    _met,
    _rows_of,
    moves._moves,
    tables._together,
    expansions._open_rows,
    tables.short_words,
)
"""What differs by kind: a function with a version for each."""


@dataclass(frozen=True)
class Novel(Condition):
    """A kind of condition that nobody has heard of."""

    kind = "novel"
    letter = "N"
    level = "between sites"
    granted_by = ()
    statement = "Something new holds."
    reason = "none"
    latex = "0 = 0"


NOVEL = Novel(Regression(drawn(FIGURE_1), "Y", ("M1", "M2"), ("T",)))


@dataclass(frozen=True)
class Asking:
    """A strategy that asks for the new kind."""

    conditions: tuple[Condition, ...] = (NOVEL,)
    regressors: tuple[str, ...] = ("M1", "M2")
    regression: Regression = NOVEL.regression

    @property
    def parts(self):
        return (self,)


def test_the_list_of_kinds_is_every_kind():
    def below(kind):
        return {kind} | {kind for sub in kind.__subclasses__() for kind in below(sub)}

    made = {kind for kind in below(Condition) if not kind.__abstractmethods__ and kind is not Novel}
    assert made == set(KINDS)


def tells_apart(node: ast.AST, names: set[str]) -> bool:
    """Whether some code asks for the type of a condition, or for its ``kind``."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "isinstance":
        return bool({n.id for n in ast.walk(node.args[1]) if isinstance(n, ast.Name)} & names)
    if isinstance(node, ast.MatchClass):
        return getattr(node.cls, "id", "") in names
    sides = (node.left, *node.comparators) if isinstance(node, ast.Compare) else ()
    return any(
        isinstance(side, ast.Attribute)
        and side.attr == "kind"
        and getattr(side.value, "id", "") in ("c", "condition")
        for side in sides
    )


@pytest.mark.parametrize("dispatcher", DISPATCHERS, ids=lambda d: f"{d.__module__}.{d.__name__}")
class TestDispatchers:
    @pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
    def test_has_a_version_for_each_kind(self, dispatcher, kind):
        assert dispatcher.dispatch(kind) is not dispatcher.dispatch(object)

    def test_refuses_a_new_kind(self, dispatcher):
        arguments = [NOVEL] if dispatcher.__name__ in ("_open_rows", "short_words") else [NOVEL, None]
        with pytest.raises(NotImplementedError, match="Novel"):
            list(dispatcher(*arguments))


class TestQuestions:
    """What asks whether a condition is of one kind or another."""

    @pytest.mark.parametrize(
        "ask",
        [
            lambda: is_kind(NOVEL, conditions.Within),
            lambda: findings.is_met(NOVEL, frozenset({"vi"})),
            lambda: findings.lacking(Asking(), frozenset()),
            lambda: demand.demand(Asking()),
            lambda: tables.condition_tables([NOVEL]),
        ],
    )
    def test_refuse_a_new_kind(self, ask):
        with pytest.raises(NotImplementedError, match="Novel"):
            ask()

    def test_are_all_asked_in_one_way(self):
        """No type test of a condition, and no comparison of its ``kind``, outside the room of conditions."""
        names = {kind.__name__ for kind in KINDS} | {"Condition", "Uncorrelated", "MeanIndependence"}
        found = []
        for file in PACKAGE.rglob("*.py"):
            if "conditions" in file.relative_to(PACKAGE).parts:
                continue
            text = file.read_text(encoding="utf-8")
            if "identcheck.decide.conditions" not in text:
                continue
            found += [
                f"{file}:{node.lineno}" for node in ast.walk(ast.parse(text)) if tells_apart(node, names)
            ]
        assert not found

    def test_every_function_by_kind_is_listed_here(self):
        """A ``singledispatch`` with a version for a kind of condition is one of those tested above."""
        known = {(d.__module__, d.__name__) for d in DISPATCHERS}
        for file in PACKAGE.rglob("*.py"):
            if "singledispatch" in file.read_text(encoding="utf-8"):
                name = ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(
                    ".__init__"
                )
                for member in vars(import_module(name)).values():
                    if set(KINDS) & set(getattr(member, "registry", ())) and member.__module__ == name:
                        assert (name, member.__name__) in known
