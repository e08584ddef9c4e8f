"""Whatever is handed over in Python: an answer, or one clear error that says what is wrong; nothing foreign.

Arrays and objects without truth value, equality or hash are no mistake of a program but of its user.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import networkx as nx
import numpy as np
import pytest

import identcheck as ic


class WithoutTruth:
    """Comparisons give the object back, and that has no truth value: as of arrays, tables and symbols."""

    def __bool__(self) -> bool:
        raise ValueError("no truth value")

    def __eq__(self, other: object) -> Any:
        return self

    def __hash__(self) -> int:
        return 1


class WithoutEquality:
    def __eq__(self, other: object) -> bool:
        raise ValueError("cannot be compared")

    def __hash__(self) -> int:
        return 1


class WithoutHash:
    __hash__ = None  # type: ignore[assignment]


NAMES = np.array(["M", "Y"])
RINGED: list[Any] = []
RINGED.append(RINGED)
ODD: dict[str, Any] = {
    "an array": np.array([1.0, 2.0]),
    "a matrix": np.zeros((2, 2)),
    "an array without dimensions": np.array(3),
    "a name as an array": np.array("M"),
    "an array of names": NAMES,
    "an array of objects": np.array(["M", None], object),
    "no truth": WithoutTruth(),
    "no equality": WithoutEquality(),
    "no hash": WithoutHash(),
    "a list with a table": [{}],
    "a list with an array": [np.array([1, 2])],
    "a list with one without truth": [WithoutTruth()],
    "a list of lists": [[["M"]]],
    "a list in itself": RINGED,
    "a tuple with an array": ("M", np.array([1, 2])),
    "a table with an array": {"M": np.array([1, 2])},
    "a table by one without truth": {WithoutTruth(): 1},
    "a table by one without equality": {WithoutEquality(): 1},
    "a table by numbers": {3: 1},
    "a set of all kinds": {1, "a", None},
    "masked": np.ma.masked,
    "no time": np.datetime64("NaT", "s"),
    "numpy's no": np.bool_(False),
    "a number": 3,
    "no number": float("nan"),
    "without end": float("inf"),
    "hundreds of digits": 10**400,
    "a fraction": Fraction(1, 3),
    "a decimal": Decimal("0.3"),
    "complex": 1j,
    "bytes": b"M",
    "nothing": "",
    "a type": int,
    "a graph": nx.DiGraph(),
}
GRAPH = nx.DiGraph([("T", "M"), ("M", "Y")])
DESIGN = ic.Design(GRAPH, treatment="T", outcome="Y", sites=5)
CHECKED = ic.check(DESIGN)
PLAN_KEYS = {
    "arrows": ("T", "M"),
    "suspected": ("T", "Y"),
    "between": "T -> M ~ M -> Y",
    "within": "T -> M ~ M -> Y",
    "third_between": "T -> M ~ T -> M ~ M -> Y",
    "third_within": "T -> M ~ T -> M ~ M -> Y",
    "residuals": "M",
    "confounding": "M ~ Y",
    "units": "M",
    "sources": "persons",
}


def answered(ask: Callable[[], object]) -> bool:
    """Whether there is an answer; else there is an error of ours, in words of a length that can be read."""
    try:
        ask()
    except ic.IdentcheckError as error:
        said = str(error)
    else:
        return True
    assert 10 < len(said) < 5000
    return False


def used(design: ic.Design) -> None:
    """What is done with a design: shown, compared, kept, changed, written, checked."""
    assert repr(design)
    assert design == design.with_sites(design.sites)
    assert hash(design) == hash(design.with_sites(design.sites))
    ic.check(design)
    for format in ("toml", "json", "dot", "graphml", "gexf", "dagitty", "lavaan"):
        ic.dumps(design, format)


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_arguments_of_a_design(odd: Any) -> None:
    for name in inspect.signature(ic.Design).parameters:
        said = {"graph": GRAPH, "treatment": "T", "outcome": "Y", "sites": 5} | {name: odd}
        answered(lambda said=said: used(ic.Design(**said)))


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_attributes_of_a_graph(odd: Any) -> None:
    def drawn(put: Callable[[nx.DiGraph], dict[Any, Any]], key: Any, value: Any) -> ic.Design:
        graph = nx.DiGraph(GRAPH)
        put(graph)[key] = value
        return ic.Design(graph, treatment="T", outcome="Y")

    places: dict[Callable[[nx.DiGraph], dict[Any, Any]], tuple[str, ...]] = {
        lambda graph: graph.nodes["M"]: ("role", "label", "scale", "unobserved", "symbol", "pos", "mine"),
        lambda graph: graph.edges["T", "M"]: ("varies", "symbol", "noncompliance", "pos", "weight"),
        lambda graph: graph.graph: ("name",),
    }
    for put, keys in places.items():
        for key in keys:
            answered(lambda put=put, key=key: used(drawn(put, key, odd)))
        if hashable(odd):
            answered(lambda put=put: used(drawn(put, odd, 1)))


def hashable(value: object) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def test_a_graph_may_have_attributes_by_any_key_and_places_from_a_layout() -> None:
    graph = nx.DiGraph(GRAPH)
    graph.graph[3] = graph.graph["graph"] = "mine"
    for node, place in zip(graph, np.eye(3, 2), strict=True):
        graph.nodes[node]["pos"] = place
    design = ic.Design(graph, treatment="T", outcome="Y")
    used(design)
    assert dict(design.graph.graph) == {3: "mine", "graph": "mine"}


def questions(odd: Any) -> Iterator[Callable[[], object]]:
    for ask, usual in (
        (ic.direct, ["M", "Y"]),
        (ic.total, ["M", "Y"]),
        (ic.average, ["M", "Y", ()]),
        (ic.path, ["T", "M", "Y"]),
        (ic.compliance, ["M", None]),
        (ic.itt, [None]),
    ):
        for place in range(len(usual)):
            words: list[Any] = [*usual[:place], odd, *usual[place + 1 :]]
            yield lambda ask=ask, words=words: str(ask(*words)) and CHECKED[ask(*words)]
    yield lambda: ic.average("M", "Y", avoiding=[odd])
    yield lambda: ic.average("M", "Y", avoiding=["T", odd])
    yield lambda: CHECKED[odd]
    yield lambda: ic.check(odd)
    yield lambda: ic.check(DESIGN, odd)
    yield lambda: ic.check(DESIGN, [odd])
    yield lambda: ic.effect(odd, "M", "Y")
    yield lambda: ic.effect(DESIGN, odd, "Y")
    yield lambda: ic.effect(DESIGN, "M", "Y", odd)
    yield lambda: ic.normal(odd)
    for declare in (ic.independent, ic.uncorrelated, ic.correlated):
        for place, value in ((0, odd), (1, odd), (2, odd), (0, [odd]), (1, ("T", odd))):
            said: list[Any] = ["T -> M", "M -> Y", "sites"]
            said[place] = value
            yield lambda declare=declare, said=said: declare(*said)


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_questions_and_declarations(odd: Any) -> None:
    for ask in questions(odd):
        answered(ask)


def test_what_is_to_be_avoided_is_told_to_be_names() -> None:
    for wrong in ([{}], 3, [3], "M1"):
        with pytest.raises(
            ic.InvalidQuestionError, match=r"the nodes to avoid are .*give a list of their names"
        ):
            ic.average("M", "Y", avoiding=wrong)  # type: ignore[arg-type]


def plans(odd: Any) -> Iterator[Callable[[], ic.Plan]]:
    for name in inspect.signature(ic.Plan).parameters:
        yield lambda name=name: ic.Plan(**{name: odd})
    for name, key in PLAN_KEYS.items():
        yield lambda name=name, key=key: ic.Plan(**{name: {key: odd}})
        if hashable(odd):
            yield lambda name=name: ic.Plan(**{name: {odd: 0.5}})
            yield lambda name=name: ic.Plan(**{name: {("T", odd): 0.5}})
    for part in ("mean", "between", "within", "source"):
        yield lambda part=part: ic.Plan(arrows={("T", "M"): ic.Arrow(**{part: odd})})
    yield lambda: ic.Plan(persons=ic.Sizes(mean=odd))
    yield lambda: ic.Plan(persons=ic.Sizes(mean=10, cv=odd))
    yield lambda: ic.Plan(persons=[10, 10, 10, 10, odd])
    yield lambda: ic.Plan(treated={"T": odd})


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_numbers_of_a_plan(odd: Any) -> None:
    for make in plans(odd):
        answered(lambda make=make: ic.anticipate(DESIGN, make()))


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_settings_of_a_simulation(odd: Any) -> None:
    usual = {"reps": 2, "seed": 1}
    grid = {"persons": [10]}
    for name in ("plan", "reps", "seed", "level", "estimands", "estimators"):
        said = {"plan": ic.Plan(), "estimators": ["2SLS"]} | usual | {name: odd}
        answered(lambda said=said: ic.simulate(DESIGN, **said))
        answered(lambda said=said: ic.sweep(DESIGN, grid=grid, workers=1, **said))
    answered(lambda: ic.simulate(DESIGN, **usual, estimands=[odd]))
    answered(lambda: ic.simulate(DESIGN, **usual, estimators=[odd]))
    for axes in (odd, {"persons": odd}, {"persons": [odd]}):
        answered(lambda axes=axes: ic.sweep(DESIGN, grid=axes, **usual, workers=1))
    if odd not in (3, 1) if isinstance(odd, (int, float)) else True:
        answered(lambda: ic.sweep(DESIGN, grid=grid, **usual, workers=odd))
    answered(lambda: ic.diagnose(DESIGN, odd))
    answered(lambda: ic.diagnose(odd))
    answered(lambda: ic.diagnose(DESIGN, None, odd))
