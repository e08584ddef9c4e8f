"""Check a plan against its design and fill in the defaults; every problem is found before any is raised."""

from __future__ import annotations

from identcheck.describe.design import Design, demand_design
from identcheck.errors import InvalidPlanError, suggestion
from identcheck.plan.inputs.anticipated import Anticipated
from identcheck.plan.inputs.arrows import Arrows
from identcheck.plan.inputs.collecting import Ledger
from identcheck.plan.inputs.correlations import Correlated, Disturbances, no_node
from identcheck.plan.inputs.persons import allotted, share_of_each
from identcheck.plan.inputs.plan import Plan, demand_plan
from identcheck.plan.inputs.suspected import with_sites, world_of

__all__ = ["anticipate", "resolved"]

SOURCED = (
    *("sites", "persons", "treated", "arrows", "suspected", "between", "within", "third_between"),
    *("third_within", "residuals", "confounding", "variation"),
)
"""The fields of a plan that have a source."""


def anticipate(design: Design, plan: Plan | None = None) -> Anticipated:
    """Make a plan definite for a design: check every number and fill in the defaults.

    Raises:
        InvalidPlanError: with every number that is impossible or fits nothing in the design, and the nearest
            possible value.
    """
    found, ledger = resolved(design, plan)
    if ledger.problems:
        raise InvalidPlanError(ledger.problems)
    return found


def resolved(design: Design, plan: Plan | None) -> tuple[Anticipated, Ledger]:
    """The definite numbers, and what is wrong with them; to be used only where nothing is."""
    demand_design(design)
    plan = demand_plan(plan)
    to = Ledger(design, plan)
    shares = share_of_each(to)
    sizes = allotted(to, shares)
    sized = with_sites(design, len(sizes))
    world = world_of(to, sized)
    order = world.order
    edges = tuple(sorted(world.causal.edges, key=lambda e: (order[e[1]], order[e[0]])))
    nodes = (*world.mediators, world.outcome)
    disturbances = Disturbances(to, nodes)
    arrows = Arrows(to, world, dict(zip(nodes, disturbances.sd.tolist(), strict=True)))
    mean, sd_between, sd_within = arrows.numbers(edges)
    residual = disturbances.covariance()
    across, inside = Correlated(to, edges, "between", sd_between), Correlated(to, edges, "within", sd_within)
    between, within = across.covariance(), inside.covariance()
    thirds = across.thirds(between), inside.thirds(within)
    tested = {
        key: to.number((key,), getattr(plan, key), low=0.0, high=1.0, strict=True)
        for key in ("alpha", "power")
    }
    _check_rest(to, nodes)
    found = Anticipated(
        design=sized,
        world=world,
        plan=Plan.unchecked({key: value for key, value in tested.items() if value is not None}, plan),
        edges=edges,
        mean=mean,
        between=between,
        within=within,
        third_between=thirds[0],
        third_within=thirds[1],
        nodes=nodes,
        residual=residual,
        sizes=sizes,
        shares=shares,
        inputs=tuple(to.inputs),
    )
    return found, to


def _check_rest(to: Ledger, nodes: tuple[str, ...]) -> None:
    for node in to.plan.units:
        if node not in nodes:
            no_node(to, nodes, ("units", node), node)
    for key in to.plan.sources:
        if key not in SOURCED:
            hint = suggestion(key, SOURCED) or f"; they are {', '.join(SOURCED)}"
            to.report(("sources", key), f"{key!r} is no field that has a source{hint}")
