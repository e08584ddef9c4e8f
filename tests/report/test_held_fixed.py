"""What a report says of a regression with modifiers: its coefficients are not the average effects, but make them up."""

from __future__ import annotations

from identcheck import Modifier, Plan, check, load
from identcheck.report.sections.derivations import _shortened
from tests.drawn import PARALLEL, drawn


def test_averages_are_put_together_from_the_coefficients():
    """With entry wages held fixed the effect of income is a + k E[wages]; that of hours, which wages leave alone, is a."""
    text = " ".join(check(load("examples/entry_wages.toml")).render("text").split())
    assert "or, with modifiers held fixed, what these are put together from" in text
    assert (
        "Modifiers: Z_1s is entry wages. Below the equations stands how average effects are put together"
        in text
    )
    assert "δ_H = a_1 δ_I = a_2 + k_{2,1} E[Z_1s]" in text


def test_categories_are_told_apart():
    region = Modifier("region", ["T -> M", "M -> Y"], scale="categorical", levels=3)
    text = " ".join(check(drawn("T -> M -> Y", modifiers=[region])).render("text").split())
    assert "is 1 where region is 1, else 0, " in text
    assert "is 1 where region is 2, else 0. Below" in text


def test_without_modifiers_nothing_is_said_of_them():
    text = check(drawn("T -> {M N} -> Y")).render("text")
    assert "The slopes are the average effects of interest;" in text.replace("\n", " ")
    assert "put together" not in text


def test_a_rank_names_the_compliances_that_have_products():
    """Three columns: the two compliances, and one product."""
    lacking = check(load("examples/entry_wages.toml"))["direct I Y"].missing
    (rank,) = [c.statement for c in lacking if c.kind == "rank"]
    assert (
        "on income, and the product of that on income with entry wages, are linearly independent (3" in rank
    )


def test_a_plan_has_numbers_with_characteristics_of_sites_held_fixed():
    path = "examples/entry_wages.toml"
    text = " ".join(check(load(path)).render("text", plan=Plan.from_toml(path)).split())
    assert "a regression over groups" not in text
    assert "F 10 takes 1,300 persons in each site" in text
    assert "no numbers before data" not in text


def test_where_there_are_no_numbers_none_are_promised():
    age = Modifier("age", ["T -> M", "M -> Y"], scale="binary", level="persons")
    design = drawn("T -> M -> Y", sites=30, modifiers=[age], primary=["direct(M, Y)"])
    text = " ".join(check(design).render("text", plan=Plan(sites_are="population")).split())
    assert (
        "At the planned numbers: Where the sites are the population, regressions over groups of persons"
        in text
    )
    assert "have no numbers before data" in text
    assert "would tell, if everything" not in text
    assert "Detects: " not in text


def test_a_derivation_counts_its_equations_and_keeps_the_averages() -> None:
    """Two mediators, each with two products: six normal equations, of which one is shown; then the two averages."""
    wages = Modifier("wages", ["T -> M1", "M1 -> Y", "M2 -> Y"], scale="categorical", levels=3)
    found = check(drawn(PARALLEL, sites=30, modifiers=[wages]), "all")["direct M1 Y"].best
    steps, more = _shortened(found.derivation)
    assert more.startswith("And 5 more normal equations")
    assert [step.latex.split(" = ")[0] for step in steps[-2:]] == [r"\delta_{1}", r"\delta_{2}"]
