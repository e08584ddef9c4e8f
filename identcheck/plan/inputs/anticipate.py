"""Check a plan against its design and fill in the defaults; every problem is found before any is raised.

A plan is stated in Python, in the table [plan] of a design file, or under the key "plan" of one in JSON.
"""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np

from identcheck.basics.once import once
from identcheck.decide.comparison.designs import redrawn
from identcheck.describe.declarations import Edge
from identcheck.describe.design import Design, demand_design
from identcheck.errors import InvalidDesignError, InvalidPlanError, suggestion
from identcheck.formats.plan_keys import arrow_name
from identcheck.plan.inputs.anticipated import Anticipated, Array
from identcheck.plan.inputs.arrows import Arrows
from identcheck.plan.inputs.clusters import allocation_of, cells_of
from identcheck.plan.inputs.correlations import Correlated
from identcheck.plan.inputs.disturbances import Disturbances
from identcheck.plan.inputs.moved import moved_by
from identcheck.plan.inputs.notes import Notes
from identcheck.plan.inputs.persons import share_of_each
from identcheck.plan.inputs.plan import Plan, demand_plan
from identcheck.plan.inputs.products import demand_products
from identcheck.plan.inputs.standardized import in_natural_units

__all__ = ["anticipate", "resolved"]

SOURCED = (
    "sites", "sites_are", "persons", "treated", "clusters", "persons_per_cluster", "attrition", "cluster_attrition",
    "arrows", "suspected", "between", "within", "third_between", "third_within", "residuals",
    "sds", "prevalence", "icc", "r2", "reliability", "costs", "confounding",
    "variation", "modifiers",
)  # fmt: skip
"""The fields of a plan that have a source."""


def anticipate(design: Design, plan: Plan | None = None) -> Anticipated:
    """Make a plan definite for a design: check every number and fill in the defaults.

    Args:
        design: the design.
        plan: the anticipated numbers; the defaults for None.

    Raises:
        InvalidPlanError: with every number that is impossible or fits nothing in the design, and the nearest
            possible value.
    """
    found, notes = resolved(design, Plan() if plan is None else plan)
    if notes.problems:
        raise InvalidPlanError(notes.problems)
    return found


def resolved(design: Design, plan: Plan | None) -> tuple[Anticipated, Notes]:
    """The definite numbers, and what is wrong with them; to be used only where nothing is."""
    demand_design(design)
    plan = demand_plan(plan)
    wrong: list[str] = []
    derived: dict[str, str] = {}
    if (plan.sds or plan.standardized) and not Notes(design, plan).problems:
        plan, wrong, derived = in_natural_units(design, plan, resolved)
    to = Notes(design, plan, derived)
    for problem in wrong:
        to.report(("sds",), problem)
    cells = cells_of(to, share_of_each(to))
    sized = _with_sites(design, len(cells.sizes))
    world = _world_of(to, sized)
    demand_products(to, world)
    order = world.order
    edges = tuple(sorted(world.causal.edges, key=lambda e: (order[e[1]], order[e[0]])))
    nodes = (*world.mediators, world.outcome)
    disturbances = Disturbances(to, nodes)
    arrows = Arrows(to, world, dict(zip(nodes, disturbances.sd.tolist(), strict=True)), len(cells.sizes))
    mean, sd_between, sd_within = arrows.numbers(edges)
    carried = _carried(edges, nodes, mean)
    levels = disturbances.levels(cells.clustered, carried)
    moved = moved_by(to, edges, sd_between, sd_within)
    across = Correlated(to, edges, "between", sd_between, moved)
    inside = Correlated(to, edges, "within", sd_within, moved)
    between, within = across.covariance(), inside.covariance()
    found = Anticipated(
        design=sized,
        world=world,
        plan=Plan.unchecked({"alpha": to.plan.alpha, "power": to.plan.power}, plan),
        edges=edges,
        mean=mean,
        between=between,
        within=within,
        third_between=across.thirds(between),
        third_within=inside.thirds(within),
        nodes=nodes,
        residual=disturbances.covariance,
        sizes=cells.sizes,
        shares=cells.shares,
        allocation=allocation_of(cells, *levels, alike=design.weights == "persons"),
        inputs=tuple(to.inputs),
        questioned=tuple(text for _, text in to.questioned),
        moved=moved,
        cluster_sizes=cells.differing,
        unit_size=cells.unit_size,
    )
    _check_rest(to, nodes)
    return found, to


def _carried(edges: tuple[Edge, ...], nodes: tuple[str, ...], mean: Array) -> Array:
    """(V, V) how much a node changes, on average effects, per unit of a disturbance."""
    place = {node: i for i, node in enumerate(nodes)}
    along = np.zeros((len(nodes), len(nodes)))
    for (tail, head), effect in zip(edges, np.nan_to_num(mean).tolist(), strict=True):
        if tail in place:
            along[place[head], place[tail]] = effect
    return np.asarray(np.linalg.inv(np.eye(len(nodes)) - along))


def _check_rest(to: Notes, nodes: tuple[str, ...]) -> None:
    for node in to.plan.units:
        if node not in nodes:
            to.no_node(nodes, ("units", node), node)
    for key in to.plan.sources:
        if key not in SOURCED:
            hint = suggestion(key, SOURCED) or f"; they are {', '.join(SOURCED)}"
            to.report(("sources", key), f"{key!r} is no field that has a source{hint}")
    if to.plan.sites_are == "population" and to.plan.test != "CR1":
        said = f"test = {to.plan.test!r} is of sites that are a sample; where they are the population tests are plain t tests"
        to.questioned.append((("test",), f"{said} with the degrees of freedom within sites"))


def _with_sites(design: Design, sites: int) -> Design:
    """The same design with this number of sites.

    Once every column of a regression can have a site of its own, more sites change no rank; the design then states
    none, so that what is known of it serves all such plans.
    """
    enough = len(design.mediators) + len(design.treatments)
    stated = None if sites > enough else sites
    return design if design.sites == stated else _stating(design, stated)


@once
def _stating(design: Design, sites: int | None) -> Design:
    return design.with_sites(sites)


def _world_of(to: Notes, design: Design) -> Design:
    """The design with every suspected arrow that is possible; the others are reported."""
    graph: nx.DiGraph[Any] = nx.DiGraph(design.graph)
    added: list[Edge] = []
    for edge in to.plan.suspected:
        path, name = ("suspected", arrow_name(edge)), arrow_name(edge)
        strange = [node for node in edge if node not in graph]
        if strange:
            hint = suggestion(strange[0], graph) or f"; the design has {', '.join(map(repr, graph))}"
            to.report(path, f"{name}: {strange[0]!r} is no node of the design{hint}")
        elif graph.has_edge(*edge) and edge not in added:
            to.report(path, f"{name} is in the design; state its numbers under 'arrows'")
        elif edge[1] in design.treatments or edge[1] in design.baseline:
            to.report(
                path, f"{name}: an arrow into {edge[1]!r} cannot carry an effect of treatment; leave it out"
            )
        elif {*edge} & {*design.consequences}:
            to.report(path, f"{name}: a consequence aside has no part in the effects on {design.outcome!r}")
        elif edge[0] in design.baseline:
            to.report(
                path,
                f"{name}: {edge[0]!r} is fixed before treatment, and its effects do no harm; state how it "
                "correlates disturbances under 'confounding'",
            )
        elif nx.has_path(graph, edge[1], edge[0]):
            to.report(
                path, f"{name} would close a cycle, as {edge[0]!r} is an effect of {edge[1]!r}; leave it out"
            )
        else:
            graph.add_edge(*edge)
            added.append(edge)
    try:
        return _with_arrows(design, tuple(added))
    except InvalidDesignError as error:
        for problem in error.problems:
            to.report(("suspected",), f"with the suspected arrows the design is impossible: {problem}")
        return design


@once
def _with_arrows(design: Design, arrows: tuple[Edge, ...]) -> Design:
    """The same design with these arrows."""
    return redrawn(design, arrows) if arrows else design
