"""The table [plan] of a design file: every key read, every mistake with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from identcheck import (
    Arrow,
    Design,
    IdentcheckError,
    InvalidDesignError,
    InvalidPlanError,
    Plan,
    Sizes,
    anticipate,
    load,
)
from identcheck.formats.plan_table import PLAN_KEYS
from identcheck.formats.starter import STARTER
from identcheck.plan.inputs.from_files import plan_from_text
from tests.tools import REPOSITORY

DESIGN = 'graph = "offer -> V -> NP -> Y; V -> Y"\ntreatment = "offer"\noutcome = "Y"\nsites = 5\n'
LINES = DESIGN.count("\n")


def problems_of(text: str) -> list[str]:
    with pytest.raises(InvalidPlanError) as caught:
        plan_from_text(DESIGN + text, "trial.toml")
    return list(caught.value.problems)


class TestReading:
    def test_every_key_reaches_the_plan(self):
        plan = plan_from_text(
            DESIGN
            + """
            [plan]
            sites = 50
            persons = { mean = 100, cv = 0.4 }
            treated = 0.4
            variation = "small"
            alpha = 0.1
            power = 0.9
            [plan.arrows]
            "offer -> V" = { mean = 0.45, between = 0.15, within = 0.3, source = "KLK" }
            "{V NP} -> Y" = { between = 0.1, within = 0.2, source = "a" }
            "V -> Y" = { mean = 0.2, source = "b" }
            [plan.suspected]
            "offer -> Y" = { mean = 0.05 }
            [plan.correlations]
            sites = { "offer -> V ~ V -> Y" = 0.3 }
            [plan.correlations.persons]
            "offer -> V ~ {V NP} -> Y" = 0.1
            [plan.third_moments.sites]
            "offer -> V ~ offer -> V ~ V -> Y" = 0.2
            [plan.third_moments.persons]
            "V -> Y ~ V -> Y ~ V -> Y" = 0.5
            [plan.residuals]
            V = 0.45
            [plan.confounding]
            "NP ~ Y" = 0.2
            [plan.units]
            NP = "percentage points"
            [plan.sources]
            persons = "enrollment"
            correlations = "guess"
            """
        )

        assert plan == Plan(
            sites=50,
            persons=Sizes(100, 0.4),
            treated=0.4,
            variation="small",
            alpha=0.1,
            power=0.9,
            arrows={
                ("offer", "V"): Arrow(0.45, 0.15, 0.3, "KLK"),
                ("V", "Y"): Arrow(0.2, 0.1, 0.2, "a; b"),
                ("NP", "Y"): Arrow(None, 0.1, 0.2, "a"),
            },
            suspected={("offer", "Y"): Arrow(mean=0.05)},
            between={"offer -> V ~ V -> Y": 0.3},
            within={"offer -> V ~ V -> Y": 0.1, "offer -> V ~ NP -> Y": 0.1},
            third_between={"offer -> V ~ offer -> V ~ V -> Y": 0.2},
            third_within={"V -> Y ~ V -> Y ~ V -> Y": 0.5},
            residuals={"V": 0.45},
            confounding={("NP", "Y"): 0.2},
            units={"NP": "percentage points"},
            sources={"persons": "enrollment", "between": "guess", "within": "guess"},
        )

    def test_a_list_of_persons_and_a_table_of_shares(self):
        plan = plan_from_text(
            DESIGN + "[plan]\npersons = [40, 50, 60, 70, 80]\n[plan.treated]\noffer = 0.3", "trial.toml"
        )

        assert plan == Plan(persons=(40, 50, 60, 70, 80), treated={"offer": 0.3})

    @pytest.mark.parametrize("text", ["", "[plan]\n", "[plan.arrows]\n"])
    def test_without_numbers_it_is_a_plan_of_defaults(self, text):
        assert plan_from_text(DESIGN + text) == Plan()

    def test_a_node_with_spaces(self):
        text = 'graph = \'T -> "own effort" -> Y\'\ntreatment = "T"\noutcome = "Y"\n'
        plan = plan_from_text(text + "[plan.arrows]\n'T -> \"own effort\"' = { mean = 1 }")

        assert plan == Plan(arrows={("T", "own effort"): Arrow(mean=1)})
        assert any(
            each.name == 'mean of T -> "own effort"'
            for each in anticipate(Design.from_text(text), plan).inputs
        )

    def test_from_toml_reads_the_file(self, tmp_path: Path):
        file = tmp_path / "trial.toml"
        file.write_text("\ufeff" + DESIGN.replace("\n", "\r\n") + "[plan]\r\nsites = 9\r\n", encoding="utf-8")

        assert Plan.from_toml(file) == Plan(sites=9)
        assert load(file).sites == 5

    def test_a_file_that_cannot_be_read(self, tmp_path: Path):
        with pytest.raises(IdentcheckError, match=r"cannot read .*absent\.toml"):
            Plan.from_toml(tmp_path / "absent.toml")

    def test_a_design_that_is_none(self):
        with pytest.raises(InvalidDesignError, match="unknown key 'site'"):
            plan_from_text(DESIGN + "site = 5\n[plan]\nalpha = 2")

    @pytest.mark.parametrize(
        "name",
        sorted(path.stem for path in (REPOSITORY / "examples").glob("*.toml")),
    )
    def test_the_examples(self, name):
        file = REPOSITORY / "examples" / f"{name}.toml"

        plan = Plan.from_toml(file)
        assert anticipate(load(file), plan).plan == plan

    def test_the_starter_file(self):
        assert plan_from_text(STARTER).arrows["T", "Tutored"].mean == 0.5


MISTAKES = [
    ("plan = 5", 1, "'plan' is 5, expected a table: write [plan] and its entries below it"),
    ("[plan]\nsite = 5", 2, "unknown key 'site' in [plan] (did you mean 'sites'?)"),
    ("[plan]\ntitle = 'x'", 2, "the key 'title' is not part of [plan]; move it above all tables"),
    ("[plan]\nsites = '5'", 2, "sites is '5', expected a number without quotes"),
    ("[plan]\n\nsites = 0", 3, "sites is 0; it lies between 1 and 100,000; the nearest possible value is 1"),
    ("[plan]\nalpha = true", 2, "alpha is True, expected a number"),
    ("[plan]\npower = nan", 2, "power is nan; it lies strictly between 0 and 1"),
    (
        "[plan]\nvariation = 'big'",
        2,
        "variation is 'big'; it is one of small, modest, substantial, or a number of SDs",
    ),
    (
        "[plan]\npersons = { cv = 0.4 }",
        2,
        "persons: the mean is missing; write persons = { mean = 100, cv = 0.4 }",
    ),
    ("[plan.persons]\nmean = 80\nsd = 4", 3, "unknown key 'sd' in [plan.persons]; its keys are mean, cv"),
    ("[plan]\npersons = [40, 50]", 2, "persons lists 2 sites, but there are 5; give one number for each"),
    (
        "[plan.treated]\nofer = 0.5\noffer = 0.5",
        2,
        "'ofer' is no arm of the design (did you mean 'offer'?)",
    ),
    (
        "[plan]\narrows = 3",
        2,
        "'plan.arrows' is 3, expected a table: write [plan.arrows] and its entries below it",
    ),
    (
        "[plan]\nicc = 0.15",
        2,
        "'plan.icc' is 0.15, expected a table: write [plan.icc] and its entries below it, such as \"Y\" = 0.15",
    ),
    (
        "[plan]\n[plan.arrows]\n'offer -> V' = 0.5",
        3,
        "offer -> V: 0.5 is no table of numbers; write { mean = ..., between = ..., within = ... }",
    ),
    (
        "[plan.arrows]\n'offer -> V' = { meen = 0.5 }",
        2,
        "offer -> V: unknown key 'meen' (did you mean 'mean'?)",
    ),
    ("[plan.arrows]\nV = { mean = 1 }", 2, "the key 'V' cannot be read: write it as in the graph: 'A -> B'"),
    (
        "[plan.arrows]\n'V - > Y' = { mean = 1 }",
        2,
        "the key 'V - > Y' cannot be read: found '- >', a broken arrow; write '->' or '<-' without a space inside",
    ),
    (
        "[plan.arrows]\n'offer -> V' = { mean = 'half' }",
        2,
        "mean of offer -> V is 'half', expected a number without quotes",
    ),
    (
        "[plan.arrows]\n'V -> Y' = { mean = 1 }\n'{V NP} -> Y' = { mean = 1 }",
        3,
        "'mean' is given twice for V -> Y: here and at line 6; drop one",
    ),
    (
        "[plan.arrows]\n'V -> Y' = { mean = 1 }\n'{V NP} -> Y' = { between = -1, source = 'x' }\n'NP -> Y' = { mean = 1 }",
        3,
        "SD across sites of V -> Y is -1; it lies between 0 and 1,000,000; the nearest possible value is 0",
        "SD across sites of NP -> Y is -1; it lies between 0 and 1,000,000; the nearest possible value is 0",
    ),
    (
        "[plan.arrows.'offer -> V']\nmean = 1\nsource = 2007",
        1,
        "the source of offer -> V is 2007, expected text",
    ),
    (
        "[plan.suspected]\n'Y -> V' = { mean = 1 }",
        2,
        "Y -> V would close a cycle, as 'Y' is an effect of 'V'; leave it out",
    ),
    (
        "[plan.correlations]\n'offer -> V ~ V -> Y' = 0.3",
        2,
        "'offer -> V ~ V -> Y' needs a level, sites or persons: across sites, write [plan.correlations.sites] and its "
        "entries below it; across the persons of a site, write [plan.correlations.persons] and its entries below it",
    ),
    (
        "[plan.correlations.between]\n'offer -> V ~ V -> Y' = 0.3",
        1,
        "unknown key 'between' in [plan.correlations]; its keys are sites, persons; between is sites here",
    ),
    (
        "[plan.correlations]\nsites = [0.3]",
        2,
        "'plan.correlations.sites' is [0.3], expected a table: write [plan.correlations.sites] and its entries below it",
    ),
    (
        "[plan.correlations.sites]\n'offer -> V' = 0.3",
        2,
        "the key 'offer -> V' cannot be read: write two arrows with '~' between them: 'A -> B ~ B -> C'",
    ),
    (
        "[plan.correlations.sites]\n'offer -> V ~ V -> Y' = 0.3\n'offer -> V ~ {V NP} -> Y' = 0.3",
        3,
        "offer -> V ~ V -> Y is stated twice: here and at line 6; drop one",
    ),
    (
        "[plan.correlations.sites]\n'offer -> V ~ V -> Y' = 0.3\n'V -> Y ~ offer -> V' = 0.3",
        3,
        "the correlation of V -> Y ~ offer -> V across sites is stated twice; drop one of them",
    ),
    (
        "[plan.correlations.persons]\n'offer -> V ~ V -> Y' = 2",
        2,
        "the correlation of offer -> V ~ V -> Y within sites is 2; it lies between -1 and 1; the nearest possible value is 1",
    ),
    (
        "[plan.third_moments.sites]\n'V -> Y ~ V -> Y' = 1",
        2,
        "the key 'V -> Y ~ V -> Y' cannot be read: write three arrows with '~' between them: 'A -> B ~ B -> C ~ C -> D'",
    ),
    ("[plan.residuals]\nv = 1", 2, "'v' is no mediator and not the outcome (did you mean 'V'?)"),
    (
        "[plan.confounding]\n'V -> Y' = 0.5",
        2,
        "the key 'V -> Y' cannot be read: write two nodes with '~' between them: 'A ~ B'",
    ),
    (
        "[plan.confounding]\n'V ~ Y' = 0.5\n'Y ~ V' = 0.5",
        3,
        "the correlation of the disturbances of Y and V is stated twice; drop one of them",
    ),
    ("[plan.units]\nV = 1", 2, "units of V is 1, expected text"),
    (
        "[plan.sources]\nbetween = 'x'",
        2,
        "unknown key 'between' in [plan.sources]; its keys are sites, sites_are, persons, treated, clusters, "
        "persons_per_cluster, attrition, cluster_attrition, variation, "
        "arrows, suspected, correlations, third_moments, modifiers, residuals, "
        "sds, prevalence, icc, "
        "r2, reliability, confounding, costs",
    ),
    ("[plan.sources]\nsites = 1", 2, "sources of sites is 1, expected text"),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake[0].replace("\n", "; "))
def test_a_mistake_has_its_line(mistake: tuple) -> None:
    text, line, *messages = mistake

    assert problems_of(text) == [f"trial.toml, line {LINES + line}: {message}" for message in messages]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    text = "\n".join(
        [
            "[plan]",
            "alpha = 2",
            "sitez = 3",
            "[plan.arrows]",
            "'V -> X' = { mean = 1 }",
            "'V' = { mean = 1 }",
            "[plan.correlations.sites]",
            "'offer -> V ~ V -> Y' = 3",
            "[plan.units]",
            "V = 3",
        ]
    )

    lines = [problem.split(":")[0] for problem in problems_of(text)]
    assert lines == [f"trial.toml, line {LINES + n}" for n in (2, 3, 5, 6, 8, 10)]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
names = st.sampled_from(["offer -> V", "V -> Y", "V", "Y", "V ~ Y", "offer -> V ~ V -> Y", "sites", "mean"])


def written(value: object) -> str:
    """A value in TOML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(key)} = {written(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, (int, float)) else quoted(str(value))


def quoted(text: str) -> str:
    return (
        '"'
        + "".join(c if (c.isascii() and c.isalnum()) or c in " ->~" else f"\\U{ord(c):08x}" for c in text)
        + '"'
    )


@given(st.dictionaries(st.sampled_from(PLAN_KEYS), values | st.dictionaries(names, values), max_size=4))
def test_whatever_is_written_is_read_or_refused(table: dict) -> None:
    text = DESIGN + "plan = " + written(table)
    try:
        plan = plan_from_text(text)
    except IdentcheckError:
        return
    assert isinstance(plan, Plan)
