"""A kind of condition answers for itself, and every place that tells kinds apart refuses one that it does not know."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest

import identcheck as ic
from identcheck.decide import conditions, findings
from identcheck.decide.conditions import (
    KINDS,
    UNNUMBERED,
    Condition,
    Everywhere,
    Regression,
    is_kind,
    of_kind,
)
from identcheck.decide.conditions.base import Asks
from identcheck.decide.strategies.demand import demand
from identcheck.describe.validation import values as options
from identcheck.homes import BY_KIND
from identcheck.report.sections import conditions as tables
from tests.drawn import FIGURE_1, drawn

PACKAGE = Path(ic.__file__).parent


def named(place: str):
    """A function of later wings by what it is listed as."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


DISPATCHERS = tuple(map(named, BY_KIND))
"""What later wings ask of a condition: a function with a version for each kind."""

ANSWERS = {
    "kind": "novel",
    "letter": "N",
    "level": "between sites",
    "granted_by": ("xi",),
    "statement": "Something new holds.",
    "reason": "none",
    "latex": "0 = 0",
    "implied": "",
    "declared": (),
    "violated": "",
    "asks": Asks(),
    "moments": lambda *_: (),
}
"""What a condition must answer by itself."""

Novel = dataclass(frozen=True)(type("Novel", (Condition,), ANSWERS))
"""A kind of condition that nobody has heard of."""

REGRESSION = Regression(drawn(FIGURE_1), "Y", ("M1", "M2"), ("T",))
NOVEL = Novel(REGRESSION)


@dataclass(frozen=True)
class Asking:
    """A strategy that asks for the new kind."""

    conditions: tuple[Condition, ...] = (NOVEL,)
    regressors: tuple[str, ...] = ("M1", "M2")
    regression: Regression = REGRESSION
    pooled: bool = False
    arms: tuple[str, ...] = ("T",)

    @property
    def parts(self):
        return (self,)

    @property
    def asks(self):
        return conditions.asked_by(self.conditions)


def below(kind: type[Condition]) -> set[type[Condition]]:
    """A class and those that are made of it."""
    return {kind} | {kind for sub in kind.__subclasses__() for kind in below(sub)}


def test_the_list_of_kinds_is_every_kind():
    made = {kind for kind in below(Condition) if not kind.__abstractmethods__ and kind.__name__ != "Novel"}
    assert made == set(KINDS)


class TestAnswers:
    """What a kind answers by itself: whoever adds one finds out by making one."""

    def test_are_these(self):
        assert Condition.__abstractmethods__ == set(ANSWERS)

    @pytest.mark.parametrize("left_out", ANSWERS)
    def test_none_can_be_left_out(self, left_out):
        answers = {name: answer for name, answer in ANSWERS.items() if name != left_out}
        lacking = type("Lacking", (Condition,), answers)
        with pytest.raises(TypeError, match=left_out):
            lacking(REGRESSION)

    def test_a_kind_without_a_numeral_has_a_name_and_a_key(self):
        unnumbered = [
            kind for kind in KINDS if kind.granted_by == () or kind is Everywhere
        ]  # (ix) may grant that
        assert {kind.key: kind.nickname for kind in unnumbered} == UNNUMBERED
        assert all(UNNUMBERED)
        assert all(UNNUMBERED.values())
        assert tuple(UNNUMBERED) == options.UNNUMBERED

    def test_are_asked_wherever_a_kind_makes_no_difference(self):
        assert NOVEL.met(frozenset({"xi"}))
        assert not NOVEL.met(frozenset({"vi"}))
        assert findings.lacking(Asking(), frozenset()) == (NOVEL,)
        assert demand(Asking())[:7] == (0, 0, 0, 0, 1, 0, 0)
        assert conditions.open_names(Asking().conditions) == {NOVEL.ways: 1} == {(frozenset({"xi"}),): 1}


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


@pytest.mark.parametrize("dispatcher", DISPATCHERS, ids=BY_KIND)
class TestDispatchers:
    @pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
    def test_has_a_version_for_each_kind(self, dispatcher, kind):
        assert dispatcher.dispatch(kind) is not dispatcher.dispatch(object)

    @pytest.mark.parametrize(
        "kind", sorted(below(Condition) - set(KINDS), key=str), ids=lambda kind: kind.__name__
    )
    def test_has_none_for_what_several_kinds_are_made_of(self, dispatcher, kind):
        assert dispatcher.dispatch(kind) is dispatcher.dispatch(object)

    def test_refuses_a_new_kind(self, dispatcher):
        arguments = (
            [NOVEL]
            if dispatcher.__name__ in ("_open_rows", "short_words", "plain", "breaks", "_read")
            else [NOVEL, None]
        )
        with pytest.raises(NotImplementedError, match="Novel"):
            list(dispatcher(*arguments))


class TestQuestions:
    """What asks whether a condition is of one kind or another."""

    @pytest.mark.parametrize(
        "ask",
        [
            lambda: is_kind(NOVEL, conditions.Within),
            lambda: of_kind([NOVEL], conditions.Within),
            lambda: tables.condition_tables([NOVEL]),
        ],
    )
    def test_refuse_a_new_kind(self, ask):
        with pytest.raises(NotImplementedError, match="Novel"):
            ask()

    def test_are_all_asked_in_one_way(self):
        """No type test of a condition, and no comparison of its ``kind``, outside the room of conditions."""
        names = {kind.__name__ for kind in below(Condition)} - {"Novel", "Lacking"}
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

    def test_every_function_by_kind_is_listed(self):
        """A ``singledispatch`` with a version for a kind of condition is in ``BY_KIND``, and nothing else is."""
        found = set()
        for file in PACKAGE.rglob("*.py"):
            if "singledispatch" in file.read_text(encoding="utf-8"):
                name = ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(
                    ".__init__"
                )
                for member in vars(import_module(name)).values():
                    if set(KINDS) & set(getattr(member, "registry", ())) and member.__module__ == name:
                        found.add(f"{name}:{member.__name__}")
        assert found == set(BY_KIND)
