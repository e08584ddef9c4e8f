"""The published schema is that of the readers, and refuses what they refuse."""

import json
import tomllib
from importlib import resources
from random import Random

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

import identcheck as ic
from identcheck.cli import main
from identcheck.errors import IdentcheckError
from identcheck.formats import json_design, toml_write
from identcheck.formats.design_file import KEYS
from identcheck.formats.plan_table import PLAN_KEYS, plan_table
from identcheck.formats.schema import schema, schema_text
from identcheck.formats.starter import STARTER
from identcheck.plan.inputs.from_files import plan_from_text
from tests.formats.random_designs import any_plan, random_design
from tests.tools import REPOSITORY

VALIDATOR = Draft202012Validator(schema())
EXAMPLES = sorted((REPOSITORY / "examples").glob("*.toml"))
PUBLISHED = resources.files("identcheck") / "formats" / "design.schema.json"
TRIAL = {"graph": "T -> {M1 M2} -> Y", "treatment": "T", "outcome": "Y"}


def test_the_published_file_is_the_schema_of_the_readers():
    """To write it anew: identcheck schema -o identcheck/formats/design.schema.json."""
    Draft202012Validator.check_schema(schema())

    assert PUBLISHED.read_text("utf-8") == schema_text()


def test_it_has_the_keys_of_the_readers():
    found = schema()["properties"]

    assert set(found) == {*KEYS, "$schema"}
    assert set(found["plan"]["properties"]) == set(PLAN_KEYS)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_valid(path):
    VALIDATOR.validate(tomllib.loads(path.read_text("utf-8")))


def test_the_starter_is_valid():
    VALIDATOR.validate(tomllib.loads(STARTER))


def test_every_random_design_written_is_valid():
    random = Random("valid")
    for _ in range(300):
        design = random_design(random)
        VALIDATOR.validate(json.loads(json_design.write(design, any_plan(random, design))))
    VALIDATOR.validate(tomllib.loads(toml_write.write(design, any_plan(random, design))))


BAD = [
    {"graph": None},
    {"graph": 5},
    {"graph": " "},
    {"treatment": None},
    {"treatment": 1},
    {"treatment": ["T", 1]},
    {"treatment": []},
    {"treatment": ["T", "T"]},
    {"treatment": ""},
    {"outcome": ""},
    {"unobserved": ["M1", "M1"]},
    {"outcome": None},
    {"outcome": ["Y"]},
    {"title": 5},
    {"site": 5},
    {"sites": "5"},
    {"sites": 0},
    {"sites": 2.5},
    {"sites": True},
    {"unobserved": {"M1": True}},
    {"mediators": 1},
    {"baseline": [1]},
    {"consequences": [None]},
    {"average": "schools"},
    {"weights": "equal"},
    {"labels": ["M1"]},
    {"labels": {"M1": ""}},
    {"labels": {"M1": 1}},
    {"scales": {"M1": "ordinal"}},
    {"varies": {"T -> M1": "never"}},
    {"varies": {"M1": "none"}},
    {"noncompliance": {"T -> M1": "two-sided"}},
    {"symbols": {"M1": "a b"}},
    {"declarations": {"normal": "people"}},
    {"declarations": {"usual": "persons"}},
    {"declarations": {"uncorrelated": {"of": "T -> M1", "level": "sites"}}},
    {"declarations": {"uncorrelated": {"of": "T -> M1", "with": [], "level": "sites"}}},
    {"declarations": {"independent": {"of": "T -> M1", "with": "M1 -> Y", "level": "sites"}}},
    {"justifications": {"xii": "x"}},
    {"justifications": {"i": 1}},
    {"citations": {"first": "x"}},
    {"citations": "x"},
    {"plan": 5},
    {"plan": {"site": 5}},
    {"plan": {"sites": 0}},
    {"plan": {"persons": "many"}},
    {"plan": {"persons": {"cv": 0.3}}},
    {"plan": {"persons": {"mean": 80, "sd": 3}}},
    {"plan": {"treated": "half"}},
    {"plan": {"treated": 2}},
    {"plan": {"persons": []}},
    {"plan": {"alpha": 0}},
    {"plan": {"power": 1}},
    {"plan": {"arrows": {"T -> M1": 0.5}}},
    {"plan": {"arrows": {"T -> M1": {"means": 0.5}}}},
    {"plan": {"arrows": {"T": {"mean": 0.5}}}},
    {"plan": {"suspected": {"T -> Y": {"mean": "large"}}}},
    {"plan": {"correlations": {"T -> M1 ~ M1 -> Y": 0.5}}},
    {"plan": {"correlations": {"sites": {"T -> M1": 0.5}}}},
    {"plan": {"third_moments": {"sites": {"T -> M1 ~ M1 -> Y": 0.5}}}},
    {"plan": {"residuals": {"Y": "1"}}},
    {"plan": {"confounding": {"M1": 0.1}}},
    {"plan": {"units": {"Y": 5}}},
    {"plan": {"sources": {"alpha": "x"}}},
    {"plan": {"sources": {"correlations": {"between": "x"}}}},
]


@pytest.mark.parametrize("change", BAD, ids=str)
def test_reader_and_schema_refuse_the_same(change):
    document = {key: value for key, value in (TRIAL | change).items() if value is not None}

    assert not VALIDATOR.is_valid(document)
    with pytest.raises(IdentcheckError):
        plan_from_text(json.dumps(document), "bad.json", "json")


def test_the_base_of_the_bad_ones_is_good():
    VALIDATOR.validate(TRIAL)
    assert plan_from_text(json.dumps(TRIAL), "good.json", "json") == ic.Plan()
    assert plan_table(*json_design.parsed(json.dumps(TRIAL), "good.json")).problems == []


def test_sources_of_one_level_are_read_and_valid():
    document = TRIAL | {"plan": {"sources": {"correlations": {"sites": "a pilot"}}}}

    VALIDATOR.validate(document)
    assert plan_from_text(json.dumps(document), "x.json", "json").sources == {"between": "a pilot"}


def test_the_command_prints_and_writes_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, ["schema"]).output == schema_text()
    assert CliRunner().invoke(main, ["schema", "-o", "s.json"]).output == "wrote s.json\n"
    assert (tmp_path / "s.json").read_text("utf-8") == schema_text()
    assert CliRunner().invoke(main, ["schema", "-o", "no/s.json"]).exit_code == 2


def test_init_can_write_the_schema_beside_the_design(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, ["init", "trial.toml", "--schema"]).exit_code == 0

    assert (tmp_path / "trial.toml").read_text("utf-8") == "#:schema ./design.schema.json\n" + STARTER
    assert (tmp_path / "design.schema.json").read_text("utf-8") == schema_text()
    assert ic.load("trial.toml") == ic.Design.from_text(STARTER)
