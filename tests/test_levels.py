"""Effects at stated levels of modifiers: asked, written, refused, and equal to the average where the graph says so."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from click.testing import CliRunner

import identcheck as ic
from identcheck.cli import main
from identcheck.decide.estimands import resolve, same_at_all_levels, target_edges
from identcheck.describe.modifiers import Modifier
from tests.drawn import drawn
from tests.exact.heterogeneous import Drawn, random_heterogeneous
from tests.exact.test_moderated import effect

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
        ic.check(DESIGN)["direct incme Y at wags=1, luck=0, wages=2, income=1, Y=0, grade of school=0"]

    assert caught.value.problems == (
        "no variable 'incme' in this design (did you mean 'income'?); it has 'T', 'hours', 'income', 'Y'",
        "'Y' is a node of the graph, no modifier; an effect is stated at levels of modifiers: "
        "'grade of school', 'luck', 'size', 'wages'",
        "the modifier 'grade of school' has 3 categories, 1 to 3, and 0 is none of them",
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


def _levels_of(population, name):
    return sorted({values[name] for _, persons in population.sites for _, values in persons})


def _average(population, asked, levels):
    """E[D | Z = z] by counting persons, or of cells by their shares; None where nobody has the levels."""
    whole = total = Fraction(0)
    ways = [asked.source, asked.target, asked.avoiding]
    for share, persons in population.sites:
        everyone = sum(count for count, _ in persons)
        for count, values in persons:
            if all(values[name] == level for name, level in levels.items()):
                weight = Fraction(share * count, everyone)
                whole += weight
                total += weight * effect(population.design, values, *ways)
    return total / whole if whole else None


def test_the_average_at_a_level_is_the_average_where_the_graph_separates():
    """500 random designs with random graphs of heterogeneity, exactly; and often not, where the graph does not separate."""
    same = differ = others = 0
    for number in range(4000):
        random = Random(f"levels {number}")
        design = random_heterogeneous(random)
        if not design.modifiers:
            continue
        modifiers = random.sample(design.modifiers, random.randint(1, len(design.modifiers)))
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
        if same_at_all_levels(design, asked):
            assert found == average, design
            same += 1
        else:
            others += 1
            differ += found != average
        if same >= 500 and others >= 500:
            break
    assert same >= 500
    assert differ > others / 2
