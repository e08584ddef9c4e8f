"""Designs and plans written to a file read back to the same, whatever is in them."""

import re
from random import Random

import pytest

import identcheck as ic
from identcheck.errors import IdentcheckError, InvalidPlanError
from identcheck.formats import from_text, json_design, toml_write
from identcheck.formats.starter import STARTER
from identcheck.plan.inputs.from_files import plan_from_text
from tests.drawn import drawn
from tests.formats.random_designs import TEXTS, any_plan, random_design
from tests.tools import REPOSITORY, often

WRITERS = {"toml": toml_write.write, "json": json_design.write}
EXAMPLES = sorted((REPOSITORY / "examples").glob("*.toml"))
every_format = pytest.mark.parametrize("format", WRITERS)


@every_format
def test_random_designs(format):
    random = Random(f"designs in {format}")
    for _ in range(often(200, 1000)):
        design = random_design(random)
        text = WRITERS[format](design)

        assert from_text(text, format) == design, text
        assert WRITERS[format](from_text(text, format)) == text


@every_format
def test_plans_with_every_key(format):
    random = Random(f"plans in {format}")
    tried = 0
    while tried < often(40, 100):
        design = random_design(random)
        plan = any_plan(random, design)
        text = WRITERS[format](design, plan)
        try:
            read = plan_from_text(text, "trial", format)
        except InvalidPlanError:  # numbers that cannot be together
            continue
        tried += 1

        assert read == plan, text
        assert from_text(text, format) == design
        assert WRITERS[format](design, read) == text


@every_format
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example(format, path):
    design, plan = ic.load(path), ic.Plan.from_toml(path)
    text = WRITERS[format](design, plan)

    assert from_text(text, format) == design
    assert plan_from_text(text, "trial", format) == plan


@every_format
def test_what_is_said_of_conditions_without_a_numeral_is_kept(format):
    said = {"bypass": "Nobody hears of the offer otherwise.", "i": "Pupils do not meet."}
    design = drawn("T -> {M N} -> Y", justifications=said, citations={"shared": "A (2020)"})

    assert from_text(WRITERS[format](design), format) == design


@every_format
def test_every_hostile_text(format):
    for text in TEXTS:
        design = drawn("T -> M -> Y", title=text, justifications={"viii": text})

        assert from_text(WRITERS[format](design), format) == design


@every_format
def test_what_no_file_can_hold_is_refused(format):
    design = drawn("T -> M -> Y", labels={"M": "half \ud800"})
    with pytest.raises(IdentcheckError) as caught:
        WRITERS[format](design)
    assert r"its text has \ud800, which is no character" in str(caught.value)


@every_format
@pytest.mark.parametrize(
    ("plan", "message"),
    [
        ({"alpha": float("nan")}, "alpha is nan; it is a finite number or text"),
        ({"persons": True}, "persons is True; it is a finite number or text"),
        ({"arrows": {"T - M": ic.Arrow()}}, "arrows: 'T - M' is no arrow"),
        ({"confounding": {5: 0.1}}, "confounding: 5 is no pair of nodes"),
        ({"sources": {"person": "x"}}, "sources has no field 'person'"),
    ],
)
def test_a_plan_that_no_file_can_hold_is_refused(format, plan, message):
    with pytest.raises(IdentcheckError) as caught:
        WRITERS[format](drawn("T -> M -> Y"), ic.Plan.unchecked(plan))
    assert message in str(caught.value)


def test_the_toml_is_grouped_and_has_only_what_is_said():
    design = ic.Design.from_text(STARTER)

    text = toml_write.write(design, plan_from_text(STARTER))

    assert text.startswith(
        'title = "Offer of tutoring in twelve schools"\n'
        'graph = """\n'
        "T -> {Effort Tutored} -> Y\n"
        "Motivation -> {Effort Tutored Y}\n"
        "PriorScore -> {Effort Y}\n"
        '"""\n'
        'treatment = "T"\n'
    )
    assert not re.search("average|citations|suspected", text)
    assert '[plan.arrows]\n"T -> Tutored" = {mean = 0.5, between = 0.15, source = "illustrative"}\n' in text


def test_long_text_is_wrapped_in_the_file_and_not_in_the_design():
    argument = "Places were drawn by lot within each school, in the presence of the parents. " * 3
    design = drawn("T -> M -> Y", justifications={"viii": argument.strip()})

    text = toml_write.write(design)

    assert max(map(len, text.splitlines())) <= 95
    assert ic.Design.from_text(text).justifications["viii"] == argument.strip()
