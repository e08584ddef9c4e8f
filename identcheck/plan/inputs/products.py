"""What has to be stated of products of mediators: numbers that follow from no others in a plan (theory section 15)."""

from __future__ import annotations

from identcheck.derive.words import brief
from identcheck.describe.design import Design
from identcheck.formats.plan_keys import arrow_name
from identcheck.plan.inputs.notes import Notes
from identcheck.plan.inputs.stated import Arrow

__all__ = ["demand_products"]


def demand_products(to: Notes, world: Design) -> None:
    """Ask for what a plan takes of each product, and say what is not checked.

    What treatment does to a product holds levels without treatment, and its disturbance moves with those of its factors:
    neither has a default that would be right more often than wrong.
    """
    for product, factor in world.same.items():
        to.report(
            ("arrows",),
            f"{brief(world, product)} is {brief(world, factor)} itself, as nobody has it without the other; plan the design "
            f"without this interaction, in which the direct effect of {brief(world, factor)} is the one with the other",
        )
    for product, pair in world.products.items():
        if product in world.same:
            continue
        for arm in world.causal.pred[product]:
            _arrow(to, (arm, product))
        name = repr(product)
        if product not in to.plan.residuals:
            to.report(
                ("residuals", product),
                f"residuals has no {name}; state the SD of {brief(world, product)} within arms of a site",
            )
        for factor in dict.fromkeys(pair):
            if not {(product, factor), (factor, product)} & {*to.plan.confounding}:
                to.report(
                    ("confounding",),
                    f"confounding has no '\"{product}\" ~ {factor}'; state how {brief(world, product)} correlates with "
                    f"{brief(world, factor)} within arms of a site",
                )
        to.questioned.append(
            (
                ("arrows", arrow_name((next(iter(world.causal.pred[product])), product))),
                f"{brief(world, product)} is anticipated as a mediator of its own, and trials are drawn so; whether "
                "its numbers fit the levels and effects of what it is the product of is not worked out",
            )
        )


def _arrow(to: Notes, edge: tuple[str, str]) -> None:
    """Ask for the mean and the SDs of what an arm does to a product."""
    said = to.plan.arrows.get(edge, Arrow())
    wanted = {"mean": said.average, "between": said.between, "within": said.within}
    missing = [key for key, number in wanted.items() if number is None]
    if missing:
        to.report(
            ("arrows", arrow_name(edge)),
            f"{arrow_name(edge)}: state its {', '.join(missing)}; what treatment does to a product holds levels without "
            "treatment, so that it follows from no other number of the plan",
        )
