"""Effects at stated levels of modifiers: asked, written, refused, and equal to the average where the graph says so."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from math import prod
from random import Random

import pytest
from click.testing import CliRunner

import identcheck as ic
from identcheck.cli import main
from identcheck.decide.estimands import resolve, target_edges, that_matter
from identcheck.describe.modifiers import Modifier
from tests.drawn import drawn
from tests.exact.heterogeneous import Drawn, random_heterogeneous
from tests.exact.test_moderated import effect, rows_of, solved
from tests.tools import often

WAGES = Modifier("wages", ["T -> hours", "income -> Y"], scale="binary", label="high entry wages")
GRADE = Modifier("grade of school", "T -> hours", scale="categorical", levels=3)
SIZE = Modifier("size", "hours -> income")
HIDDEN = Modifier("luck", "hours -> income", measured=False)


def welfare(*modifiers, **said):
    return drawn("T -> hours -> income -> Y; hours -> Y", modifiers=modifiers, **said)


DESIGN = welfare(WAGES, GRADE, SIZE, HIDDEN)
ASKED = ic.at(ic.direct("income", "Y"), wages=1)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("direct income Y at wages=1", ASKED),
        ("direct(income, Y) at wages = 1.0", ASKED),
        ("at(direct('income', 'Y'), wages=1)", ASKED),
        ("itt at size=2.5, wages=0", ic.at(ic.itt(), wages=0, size=2.5)),
        ("itt at wages=0 and size=2.5", ic.at(ic.itt(), wages=0, size=2.5)),
        (
            "total hours Y at grade of school=2 wages=1",
            ic.at(ic.total("hours", "Y"), {"grade of school": 2}, wages=1),
        ),
        ("compliance hours at 'grade of school'=2", ic.at(ic.compliance("hours"), {"grade of school": 2})),
        ("average hours Y avoiding income at wages=1", ic.at(ic.average("hours", "Y", ["income"]), wages=1)),
        ("path T hours Y at wages=1", ic.at(ic.path("T", "hours", "Y"), wages=1)),
    ],
)
def test_levels_stand_behind_the_effect(text, asked):
    result = ic.check(DESIGN)

    assert result[text].estimand == asked
    assert result[str(asked)].estimand == asked
    assert text in result


def test_levels_may_be_stated_one_after_another():
    assert ic.at(ic.at(ic.itt(), wages=1), size=2) == ic.at("itt", {"size": 2}, wages=1.0)
    assert (
        str(ic.at(ic.itt(), {"size": 2, "grade of school": 1})) == 'itt() at "grade of school"=1 and size=2'
    )
    assert ic.at(ic.itt(), size=Fraction(1, 2)) == ic.at(ic.itt(), size=0.5)


def test_every_problem_is_listed():
    with pytest.raises(ic.UnknownEstimandError) as caught:
        ic.check(DESIGN)["direct incme Y at wags=1, luck=0, wages=2, income=1, Y=0, grade of school=3"]

    assert caught.value.problems == (
        "no variable 'incme' in this design (did you mean 'income'?); it has 'T', 'hours', 'income', 'Y'",
        "'Y' is a node of the graph, no modifier; an effect is stated at levels of modifiers: "
        "'grade of school', 'luck', 'size', 'wages'",
        "the modifier 'grade of school' has 3 categories, 0 to 2, and 3 is none of them",
        "'income' is a mediator, and drawn to interact with no other, so that no effect depends on its level; an effect is "
        "stated at levels of modifiers: 'grade of school', 'luck', 'size', 'wages'",
        "the modifier 'luck' is drawn as not measured, so that no data show where it has which level; say measured = true "
        "where it will be measured, or ask for the average effect",
        "the modifier 'wages' is binary: its levels are 0 and 1, and 2 is neither",
        "there is no modifier 'wags' in this design (did you mean 'wages'?); it has 'grade of school', 'luck', 'size', 'wages'",
    )


@pytest.mark.parametrize(
    ("asked", "problems"),
    [
        (lambda: ic.at(ASKED, wages=0), ["'wages' has two levels, 1 and 0; name it once"]),
        (
            lambda: ic.at(ic.itt(), wages="high", size=True),
            ["level of 'wages' is 'high'", "level of 'size' is True"],
        ),
        (lambda: ic.at(ic.itt(), {3: 1, "size": float("nan")}), ["3 is not text", "level of 'size' is nan"]),
        (lambda: ic.at(ic.itt()), ["no level is stated"]),
        (lambda: ic.at(ic.itt(), "wages=1"), ["the levels are 'wages=1'"]),
        (lambda: ic.at("direct V at wages=1"), ["is no estimand; write 'direct V Y'"]),
        (
            lambda: ic.check(DESIGN)["itt at wages=high"],
            ["the level of 'wages' is 'high', which is no number"],
        ),
        (lambda: ic.check(DESIGN)["itt at wages=1, wages=0"], ["'wages' has two levels"]),
        (lambda: ic.check(welfare())["itt at wages=1"], ["it has none; draw it first"]),
    ],
)
def test_what_is_no_level_is_refused(asked, problems):
    with pytest.raises(ic.InvalidQuestionError) as caught:
        asked()

    for said, problem in zip(caught.value.problems, problems, strict=True):
        assert problem in said


def test_words_and_symbol():
    finding = ic.check(DESIGN, "all")["direct income Y at wages=1"]

    assert finding.words == "the effect of income on Y where high entry wages = 1"


def test_where_nothing_drawn_moves_the_effect_it_is_the_average():
    result = ic.check(DESIGN, "all")
    plain, stated = result["direct hours income"], result["direct hours income at wages=1"]

    assert stated.best == plain.best
    assert stated.verdict == plain.verdict == ic.Verdict.IDENTIFIED
    assert stated.rests_on == plain.rests_on


def test_design_files_and_the_terminal_take_it(tmp_path):
    file = tmp_path / "trial.toml"
    file.write_text(
        'graph = "T -> hours -> income -> Y; wages => (T -> hours)"\ntreatment = "T"\noutcome = "Y"\nsites = 9\n'
        'primary = ["direct income Y at wages=1", "itt"]\n[rules]\ndirection = { "itt at wages=2" = "positive" }\n'
    )
    result = CliRunner().invoke(
        main, ["check", str(file), "--assume", "all", "--target", "direct income Y at wages=3"]
    )

    assert result.exit_code == 0, result.output
    assert "direct(income, Y) at wages=3" in result.output
    assert ic.check(ic.load(file)).verdicts


def _average(population, asked, levels):
    """E[D | Z = z] by counting persons, or of cells by their shares; None where nobody has the levels."""
    whole = total = Fraction(0)
    ways = [asked.source, asked.target, asked.avoiding]
    for share, persons in population.sites:
        everyone = sum(count for count, _ in persons)
        inside = [row for row in persons if all(row[1][name] == level for name, level in levels.items())]
        whole += Fraction(share * sum(count for count, _ in inside), everyone)
        gains = sum(count * effect(population.design, values, *ways) for count, values in inside)
        total += Fraction(share * gains, everyone)
    return total / whole if whole else None


def test_the_average_at_a_level_is_the_average_where_the_graph_separates():
    """Random designs with random graphs of heterogeneity, exactly; and often not, where the graph does not separate."""
    same = differ = others = 0
    wanted = often(50, 150)
    for number in range(4000):
        random = Random(f"levels {number}")
        design = random_heterogeneous(random)
        if not design.modifiers:
            continue
        usable = [m for m in design.modifiers if design.sites != 1 or m.level == "persons"]
        modifiers = random.sample(usable, random.randint(1, len(usable))) if usable else []
        if not modifiers:
            continue
        stated = {m.name: random.randint(0, 1) for m in modifiers}
        source = random.choice([node for node in design.order if node != "Y"])
        asked = resolve(design, ic.at(random.choice([ic.total, ic.direct])(source, "Y"), stated))
        if asked.empty:
            continue
        assert target_edges(design, asked)
        population = Drawn(design, random)
        found, average = _average(population, asked, stated), _average(population, asked, {})
        if found is None:
            continue
        if not that_matter(design, asked).levels:
            assert found == average, design
            same += 1
        else:
            others += 1
            differ += found != average
        if min(same, others) >= wanted:
            break
    assert same >= wanted
    assert differ > others / 2


def test_which_regressions_give_it():
    result = ic.check(DESIGN, "all")
    finding = result["direct income Y at wages=1"]

    assert finding.verdict is ic.Verdict.IDENTIFIED
    assert finding.best.moderators == ("wages",)
    assert finding.reason.endswith("through the origin, read where high entry wages = 1")
    contrast = result["itt at wages=1"]
    assert contrast.verdict is ic.Verdict.IDENTIFIED
    assert (
        contrast.best.name
        == "the contrast of T with control for Y, among sites with the same high entry wages"
    )
    assert "xi" not in [
        c.numeral for c in ic.check(DESIGN, ())["itt at wages=1"].missing
    ]  # a binary one has its own term
    assert [c.numeral for c in ic.check(DESIGN, ())["itt at size=2"].missing] == ["xi"]
    assert "The average total effect of T on Y changes along a straight line with size." in [
        c.statement for c in result["itt at size=2"].best.conditions
    ]


def test_the_other_moderators_are_averaged_over_among_those_with_the_level():
    both = ["T -> hours", "hours -> Y"]
    design = drawn(
        "T -> hours -> Y",
        modifiers=[Modifier("a", both, scale="binary"), Modifier("b", both, scale="binary")],
    )
    assert ic.check(design, "all")["direct hours Y at a=1"].best.moderators == ("a", "b")
    straight = drawn("T -> hours -> Y", modifiers=[Modifier("a", both), Modifier("b", both)])
    finding = ic.check(straight, "all")["direct hours Y at a=1"]
    assert finding.verdict is ic.Verdict.UNDECIDED
    assert not finding.pending
    assert finding.prove() is finding
    assert "two worlds were not looked for" in finding.reason


def test_with_an_unmeasured_cause_left_there_is_no_such_regression():
    both = ["T -> hours", "hours -> Y"]
    design = drawn("T -> hours -> Y", modifiers=[Modifier("a", both), Modifier("luck", both, measured=False)])

    assert ic.check(design, "all")["direct hours Y at a=1"].best is None


def test_few_sites_and_one_site():
    of_sites = Modifier("size", ["T -> hours", "hours -> Y"])
    assert (
        ic.check(drawn("T -> hours -> Y", modifiers=[of_sites], sites=2), "all")["itt at size=1"].best
        is not None
    )
    assert ic.check(drawn("T -> hours -> Y", modifiers=[of_sites], sites=1), "all")["itt"].best is not None
    with pytest.raises(ic.UnknownEstimandError, match="with one site it has one level"):
        ic.check(drawn("T -> hours -> Y", modifiers=[of_sites], sites=1), "all")["itt at size=1"]


def _regressed(population, strategy, column, levels):
    """The value of the effect of a regressor at stated levels, by the moderated regression with all products, in fractions."""
    reg = strategy.regression
    rows = list(rows_of(population, reg.outcome, reg.regressors, reg.moderators))
    parts = [
        some
        for size in range(len(reg.moderators) + 1)
        for some in combinations(range(len(reg.moderators)), size)
    ]
    terms = [[prod(level[k] for k in part) for part in parts] for _, level, *_ in rows]
    columns = [[r * h for r in row[2] for h in each] for row, each in zip(rows, terms, strict=True)]
    size = len(reg.regressors) * len(parts)
    if not reg.regressors:
        columns, size = terms, len(parts)
    normal = [
        [sum(w[0] * x[i] * x[j] for w, x in zip(rows, columns, strict=True)) for j in range(size)]
        for i in range(size)
    ]
    found = solved(
        normal, [sum(w[0] * x[i] * w[3] for w, x in zip(rows, columns, strict=True)) for i in range(size)]
    )
    if found is None:
        return None
    at = 0 if not reg.regressors else reg.regressors.index(column) * len(parts)
    chosen = [
        (row[0], each)
        for row, each in zip(rows, terms, strict=True)
        if all(
            row[1][reg.moderators.index(name)] == level for name, level in levels if name in reg.moderators
        )
    ]
    whole = sum(share for share, _ in chosen)
    return (
        sum(share * found[at + k] * each[k] for share, each in chosen for k in range(len(parts))) / whole
        if whole
        else None
    )


def test_the_regression_gives_the_average_at_the_level_exactly():
    """Random designs: the strategy's coefficients at the levels, against counting the persons who have them."""
    found = contrasts = several = 0
    wanted = often(50, 150)
    for number in range(20_000):
        random = Random(f"at levels {number}")
        design = random_heterogeneous(random)
        if not design.modifiers:
            continue
        binary = [replace(m, scale="binary") for m in design.modifiers]
        design = ic.Design(design.graph, **design._said() | {"modifiers": binary})
        usable = [m for m in design.modifiers if design.sites != 1 or m.level == "persons"]
        if not usable:
            continue
        stated = {
            m.name: random.randint(0, 1)
            for m in random.sample(usable, random.randint(1, min(2, len(usable))))
        }
        source = random.choice([node for node in design.order if node != "Y"])
        estimand = ic.at(random.choice([ic.total, ic.direct])(source, "Y"), stated)
        asked = that_matter(design, resolve(design, estimand))
        if asked.empty or not asked.levels:
            continue
        finding = ic.check(design, "all", prove=False)[estimand]
        if finding.best is None or finding.verdict is not ic.Verdict.IDENTIFIED:
            continue
        if any(c.kind == "shared" for c in finding.best.conditions):
            continue  # populations are drawn in which shared arrows are not the same
        population = Drawn(design, random)
        truth = _average(population, asked, dict(estimand.levels))
        estimate = _regressed(population, finding.best, finding.best.column, asked.levels)
        if truth is None or estimate is None:
            continue
        assert estimate == truth, (design, estimand)
        found += 1
        contrasts += not finding.best.regressors
        several += len(finding.best.moderators) > 1
        if found == wanted:
            break
    assert found == wanted
    assert wanted / 10 < contrasts < 0.9 * wanted
    assert several > often(1, 6)


def test_what_moves_a_compliance_moves_that_of_its_square():
    """M(1)^2 - M(0)^2 = 2 M(0) Gamma + Gamma^2: where wages are high, Gamma is another, and so is the contrast of the square."""
    wages = Modifier("wages", ["T -> M"], scale="binary")
    design = drawn("T -> M -> Y", modifiers=[wages], interactions=[("M", "M")], sites=20)
    for asked in (ic.compliance("M*M"), ic.path("T", "M*M", "Y")):
        target = resolve(design, ic.at(asked, wages=1))
        assert that_matter(design, target).levels == target.levels
    assert ic.check(design)[ic.at(ic.compliance("M*M"), wages=1)].best.moderators == ("wages",)
    assert not that_matter(design, resolve(design, ic.at(ic.interaction("M", "M"), wages=1))).levels
