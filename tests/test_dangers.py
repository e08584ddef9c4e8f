"""Which drawn causes endanger which effects, and whether measuring them mends it: in words, in documents, and exactly."""

from __future__ import annotations

from random import Random

import pytest
from click.testing import CliRunner

import identcheck as ic
from identcheck.cli import main
from identcheck.decide.dangers import danger_lines, dangers, endangered
from identcheck.derive.paths import paths
from tests.drawn import drawn
from tests.exact.heterogeneous import Drawn, random_heterogeneous
from tests.exact.test_moderated import average, moderated
from tests.tools import often

BOTH = ["T -> hours", "income -> Y"]


def welfare(*modifiers, **said):
    return drawn("T -> hours -> income -> Y; hours -> Y", modifiers=modifiers, sites=24, **said)


def measuring(*modifiers):
    design = welfare(*modifiers)
    result = ic.check(design, "all")
    found = dangers(design, [result["total hours Y"]])
    return {danger.modifier.name: danger.measuring(design) for danger in found}


@pytest.mark.parametrize(
    ("modifiers", "answers"),
    [
        ([ic.Modifier("wages", BOTH)], {"wages": "yes"}),
        ([ic.Modifier("wages", BOTH, measured=False)], {"wages": "it would"}),
        ([ic.Modifier("wages", BOTH[0], measured=False)], {"wages": "not needed"}),
        (
            [ic.Modifier("wages", BOTH, measured=False), ic.Modifier("size", BOTH, measured=False)],
            {"wages": "only with size, not measured either", "size": "only with wages, not measured either"},
        ),
        (
            [ic.Modifier("wages", BOTH, measured=False), ic.Modifier("size", BOTH)],
            {"wages": "it would, with size", "size": "not alone: wages would have to be measured too"},
        ),
        (
            [
                ic.Modifier("wages", BOTH[0], measured=False),
                ic.Modifier("rents", BOTH[1], causes="wages", label="rents in town"),
            ],
            {"wages": "not needed: rents in town is held fixed", "rents": "not needed"},
        ),
        (
            [ic.Modifier("wages", BOTH), ic.Modifier("size", BOTH)],
            {"wages": "yes, with size", "size": "yes, with wages"},
        ),
    ],
)
def test_whether_measuring_suffices(modifiers, answers):
    assert measuring(*modifiers) == answers


def test_a_shared_arrow_that_is_moved_is_no_way_out():
    """The regression on income with an intercept asks that T -> hours is the same everywhere, and wages move it."""
    result = ic.check(welfare(ic.Modifier("wages", BOTH)), "all")

    assert endangered(result["direct income Y"]).causes == ("wages",)


def test_an_effect_by_randomization_or_by_a_free_regression_is_not_endangered():
    result = ic.check(welfare(ic.Modifier("wages", BOTH)), "all")

    assert endangered(result["itt"]) is None
    assert endangered(result["direct hours income"]) is None
    assert endangered(ic.check(welfare(), "all")["total hours Y"]) is None


def test_lines_of_the_terminal(tmp_path):
    file = tmp_path / "trial.toml"
    file.write_text(
        'graph = "T -> hours -> Y; wages => (T -> hours), (hours -> Y)"\ntreatment = "T"\noutcome = "Y"\nsites = 9\n'
    )
    printed = " ".join(CliRunner().invoke(main, ["check", str(file)]).output.split())

    assert (
        "Causes of heterogeneity wages (measured) => (T -> hours), (hours -> Y): endangers direct(hours, Y). Does measuring "
        "it suffice? Yes."
    ) in printed
    design = welfare(ic.Modifier("luck", BOTH[0]), ic.Modifier("wages", BOTH[1], causes="luck"))
    assert next(danger_lines(design, ic.check(design).findings)).startswith(
        "luck (measured) => (T -> hours), wages: endangers "
    )


def plainly(text):
    """Without the places where LaTeX may break a word."""
    return text.replace("\\icbreak{}", "")


@pytest.mark.parametrize("document", [None, "grant", "preregistration", "paper-appendix"])
@pytest.mark.parametrize("format", ["text", "markdown", "html", "latex"])
def test_documents_have_one_table_where_modifiers_are_drawn(format, document):
    result = ic.check(welfare(ic.Modifier("wages", BOTH, label="entry wages")), "all")
    plain = ic.check(welfare(), "all")

    assert "Causes of heterogeneity" in (said := plainly(result.render(format, document=document)))
    assert said.count("entry wages") + said.count("Entry wages") >= 2
    assert "Causes of heterogeneity" not in plainly(plain.render(format, document=document))


def test_the_first_page_says_what_is_broken_and_what_mends_it():
    hidden = ic.Modifier("wages", BOTH, measured=False, label="entry wages")
    said = " ".join(ic.check(welfare(hidden, primary=["total hours Y"]), "all").render("markdown").split())

    assert (
        "Entry wages change both how much T changes hours and how much income matters for Y; no regression then gives"
        in said
    )
    assert "Measured in each site, entry wages could be held fixed." in said
    known = ic.Modifier("wages", BOTH)
    assert "no regression then gives" not in ic.check(
        welfare(known, primary=["total hours Y"]), "all"
    ).render("markdown")


def test_exactly_in_populations_that_obey_the_graph():
    """Not endangered: the regression on all parents is exact. Mended by some: the moderated one is. Else it often is not."""
    free = mended = broken = missed = 0
    for number in range(often(300, 2000)):
        random = Random(f"dangers {number}")
        design = random_heterogeneous(random)
        regressors = tuple(m for m in design.mediators if design.causal.has_edge(m, "Y"))
        if not design.modifiers or list(paths(design, "T", "Y", regressors)):
            continue
        result = ic.check(design, "all", prove=False)
        population = Drawn(design, random)
        for u in regressors:
            finding = result[ic.direct(u, "Y")]
            plain = [
                s
                for s in finding.search.regressions
                if s.regression.regressors == regressors and not s.pooled
            ]
            if not plain or plain[0].intercept or any(c.kind == "Shared" for c in plain[0].conditions):
                continue
            found = endangered(finding)
            given = [] if found is None else sorted(found.mended_by([m.name for m in design.modifiers]) or ())
            if found is None and finding.best != plain[0]:
                continue
            truth = average(population, u, "Y", set(regressors) - {u})
            estimate = moderated(population, "Y", regressors, given)
            if estimate is None:
                continue
            value = estimate[regressors.index(u)]
            if found is None:
                free += 1
                assert value == truth, (design, u)
            elif given:
                mended += 1
                assert value == truth, (design, u, given)
                broken += 1
                bare = moderated(population, "Y", regressors, [])
                missed += bare is None or bare[regressors.index(u)] != truth
        if free > 60 and mended > 60:
            break
    assert free > often(9, 60)
    assert mended > often(9, 60)
    assert missed > broken / 3
