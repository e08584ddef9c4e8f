"""Whatever a plan is given, it is made definite or refused by one error; nothing else comes out."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
from hypothesis import given, strategies as st

from identcheck import Arrow, InvalidPlanError, Modifier, Plan, Sizes
from identcheck.plan.inputs.anticipate import anticipate
from identcheck.plan.inputs.anticipated import Anticipated
from tests.drawn import drawn

DESIGN = drawn(
    "{T1 T2} -> {M1 M2} -> Y; M1 -> M2; U -> Y",
    varies={"T1 -> M1": "none"},
    scales={"M1": "binary"},
    modifiers=[
        Modifier("wages", ["T1 -> M1", "T2 -> M1", "M2 -> Y"]),
        Modifier("motive", ["T2 -> M1", "M1 -> Y"], level="persons", causes="wages", measured=False),
        Modifier("age", "M1 -> M2", level="persons", balanced=True),
    ],
)

numbers = st.integers() | st.floats() | st.integers(-3, 300) | st.floats(-1.5, 1.5)
junk = st.none() | st.booleans() | st.text(max_size=6) | st.binary(max_size=3) | st.lists(numbers, max_size=3)
nodes = st.sampled_from(["T1", "T2", "M1", "M2", "Y", "U", "X"])
edges = st.tuples(nodes, nodes)
modifiers = st.sampled_from(["wages", "motive", "age", "none"])
arrow_texts = edges.map(" -> ".join) | st.just("{T1 T2} -> {M1 M2}")


def joined(size: int) -> st.SearchStrategy[Any]:
    return st.tuples(*[edges | arrow_texts] * size) | st.tuples(*[arrow_texts] * size).map(" ~ ".join)


keys = {
    "arrows": edges | arrow_texts,
    "suspected": edges | arrow_texts,
    "between": joined(2),
    "within": joined(2),
    "third_between": joined(3),
    "third_within": joined(3),
    "modifiers": st.tuples(modifiers, edges | arrow_texts | modifiers | st.just("icc")) | modifiers,
    "confounding": edges | edges.map(" ~ ".join),
    "treated": nodes,
    "attrition": nodes | st.just("control"),
    "residuals": nodes,
    "icc": nodes,
    "r2": nodes,
    "reliability": nodes,
    "units": nodes,
    "sources": st.sampled_from([item.name for item in fields(Plan)]),
}
stray = st.integers(0, 3) | st.text(max_size=6) | st.tuples(nodes) | st.none()
cells = numbers | junk | st.builds(Arrow, cells := numbers | st.none(), cells, cells)


def table(key: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.dictionaries(key, cells, max_size=4) | st.dictionaries(key | stray, cells, max_size=3) | junk


plans = st.fixed_dictionaries(
    {},
    optional={
        **{name: table(key) for name, key in keys.items()},
        "sites": numbers | junk,
        "persons": numbers | junk | st.builds(Sizes, numbers, numbers | junk) | table(nodes),
        "clusters": st.integers(0, 12)
        | numbers
        | junk
        | st.builds(Sizes, numbers, numbers | junk)
        | st.lists(numbers, max_size=3),
        "persons_per_cluster": st.integers(0, 30)
        | numbers
        | junk
        | st.builds(Sizes, numbers, numbers | junk),
        "attrition": numbers | junk | table(nodes | st.just("control")) | st.lists(numbers, max_size=3),
        "cluster_attrition": numbers | junk | table(nodes | st.just("control")),
        "sites_are": junk | st.sampled_from(["sample", "population"]),
        "treated": numbers | junk | table(nodes) | st.lists(numbers, max_size=3),
        "r2": table(nodes)
        | st.dictionaries(
            nodes, st.dictionaries(st.sampled_from(["persons", "clusters", "x"]), cells), max_size=3
        ),
        "variation": numbers | junk | st.sampled_from(["small", "modest"]),
        "alpha": numbers | junk,
        "power": numbers | junk,
    },
).map(Plan.unchecked)


def outcome(plan: Plan) -> Anticipated | tuple[str, ...]:
    """The definite numbers, or the problems."""
    try:
        return anticipate(DESIGN, plan)
    except InvalidPlanError as error:
        return error.problems


def refused_at_once(said: dict[str, Any]) -> tuple[str, ...]:
    """The problems for which a plan is not made."""
    try:
        Plan(**said)
    except InvalidPlanError as error:
        return error.problems
    return ()


def limited(plan: Plan) -> bool:
    """So few sites that a test of many plans stays quick."""
    return not (isinstance(plan.sites, (int, float)) and plan.sites > 1000)


@given(plans.filter(limited))
def test_a_plan_is_made_definite_or_refused(plan: Plan) -> None:
    found = outcome(plan)
    if isinstance(found, Anticipated):
        check(found)
    else:
        assert all(found)


@given(plans.filter(limited))
def test_what_is_refused_without_a_design_is_refused_with_one(plan: Plan) -> None:
    """A plan refuses when it is made nothing that a design would take, and says of each field what it would say then."""
    refused = refused_at_once({field.name: getattr(plan, field.name) for field in fields(Plan)})
    if refused:
        later = outcome(plan)
        assert not isinstance(later, Anticipated)
        assert {p.split(":")[0] for p in refused} <= {p.split(":")[0] for p in later}


@given(st.sampled_from(sorted(keys)), st.data())
def test_one_field_at_a_time(name: str, data: st.DataObject) -> None:
    plan = Plan.unchecked({name: data.draw(table(keys[name]))})
    found = outcome(plan)
    if isinstance(found, Anticipated):
        check(found)
    else:
        assert {problem.split(":")[0] for problem in found} == {name}


def check(found: Anticipated) -> None:
    """What the numbers of every plan obey."""
    edges_, nodes_ = len(found.edges), len(found.nodes)
    assert found.mean.shape == (edges_,)
    assert found.sites == len(found.sizes) >= 1
    assert 0 < found.shares.min() <= found.shares.sum() < 1
    assert found.sizes.min() * min(found.shares.min(), 1 - found.shares.sum()) >= 1 - 1e-6
    for matrix, size in ((found.between, edges_), (found.within, edges_), (found.residual, nodes_)):
        assert matrix.shape == (size, size)
        assert np.isfinite(matrix).all()
        assert (matrix == matrix.T).all()
        assert np.linalg.eigvalsh(matrix)[0] >= -1e-6 * max(1.0, matrix.max())
    assert all(each.source and each.value != "nan" for each in found.inputs)
