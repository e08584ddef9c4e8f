"""``load``, ``dump``, ``dumps`` and ``identcheck convert``: which file is in which format, and what is left out."""

from __future__ import annotations

import networkx as nx
import pytest
from click.testing import CliRunner

import identcheck as ic
from identcheck.cli import main
from identcheck.formats import FORMATS, SUFFIXES, columns_in, lost
from tests.formats.graphs.any_design import any_design
from tests.tools import REPOSITORY

EXAMPLES = sorted((REPOSITORY / "examples").glob("*.toml"))
WRITABLE = list(SUFFIXES)


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("suffix", WRITABLE)
def test_a_design_is_written_and_read_by_suffix(folder, suffix):
    design = any_design(7)
    ic.dump(design, f"trial.{suffix.upper()}")

    assert ic.load(f"trial.{suffix.upper()}") == design
    assert [file.name for file in folder.iterdir()] == [f"trial.{suffix.upper()}"]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_goes_through_every_format(example):
    design = ic.load(example)

    for name in FORMATS:
        assert ic.Design.from_text(ic.dumps(design, name), name) == design


def test_every_suffix_names_a_format():
    assert {*SUFFIXES.values(), "node-link"} == set(FORMATS)


@pytest.mark.usefixtures("folder")
def test_a_json_file_is_a_design_or_a_graph_by_its_keys():
    design = any_design(3)
    for name in ("json", "node-link"):
        ic.dump(design, "trial.json", format=name)
        assert ic.load("trial.json") == design


@pytest.mark.usefixtures("folder")
def test_design_files_keep_the_plan():
    example = REPOSITORY / "examples" / "moving_to_opportunity.toml"
    run("convert", example, "trial.json")
    run("convert", "trial.json", "again.toml")

    assert ic.Plan.from_toml("trial.json") == ic.Plan.from_toml("again.toml") == ic.Plan.from_toml(example)
    assert ic.load("again.toml") == ic.load(example)


def test_a_plan_has_no_place_in_a_graph():
    with pytest.raises(ic.IdentcheckError, match="dot text holds no plan"):
        ic.dumps(any_design(1), "dot", ic.Plan())


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("suffix", WRITABLE)
def test_every_command_takes_every_format(suffix):
    run("convert", REPOSITORY / "examples" / "figure_1.toml", f"trial.{suffix}")
    toml = run("check", REPOSITORY / "examples" / "figure_1.toml")

    assert run("check", f"trial.{suffix}").output == toml.output
    assert run("plan", f"trial.{suffix}").exit_code == 0
    assert run("report", f"trial.{suffix}", "-o", "-").exit_code == 0


def test_convert_takes_the_roles_that_a_graph_does_not_name(folder):
    (folder / "model.lav").write_text("Y ~ M + T\nM ~ T\n")
    done = run("convert", "model.lav", "trial.dagitty", "--treatment", "T", "--outcome", "Y")

    assert (done.exit_code, done.output) == (0, "wrote trial.dagitty\n")
    assert (folder / "trial.dagitty").read_text() == (
        "dag {\nT [exposure]\nM\nY [outcome]\nT -> M\nT -> Y\nM -> Y\n}\n"
    )


def test_convert_prints_to_the_terminal(folder):
    (folder / "trial.dag").write_text("dag { T [e] Y [o] T -> M -> Y }")

    assert (
        run("convert", "trial.dag", "-", "-f", "lavaan").output
        == "# treatment: T\n# outcome: Y\nY ~ M\nM ~ T\n"
    )
    assert run("convert", "trial.dag", "-").exit_code == 2


def test_convert_says_what_it_leaves_out(folder):
    text = 'graph = "T -> M -> Y"\ntreatment = "T"\noutcome = "Y"\n[plan]\nsites = 20\n'
    (folder / "trial.toml").write_text(text)

    assert run("convert", "trial.toml", "trial.gv").output == "wrote trial.gv\nleft out: the table [plan]\n"


def test_what_no_format_keeps_is_named():
    graph = nx.DiGraph([("T", "M"), ("M", "Y")])
    graph.nodes["M"]["colour"] = "red"
    graph.edges["T", "M"]["width"] = 2
    design = ic.Design(graph, treatment="T", outcome="Y")

    assert lost(design, "dot") == ("'colour' of 'M'", "'width' of 'T' -> 'M'")


def test_a_design_file_names_its_own_roles(folder):
    (folder / "trial.toml").write_text('graph = "T -> M -> Y"\ntreatment = "T"\noutcome = "Y"')

    with pytest.raises(
        ic.IdentcheckError, match=r"trial\.toml is a design file, which names treatment and outcome"
    ):
        ic.load("trial.toml", treatment="M")


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("trial.txt", "cannot write 'trial.txt': the suffix '.txt' names no format; known are "),
        ("trial", "cannot write 'trial': the name has no suffix; known are "),
        ("none/trial.dot", "cannot write 'none/trial.dot': there is no directory 'none'"),
    ],
)
def test_what_cannot_be_written_is_named_with_the_reason(folder, target, message):
    with pytest.raises(ic.IdentcheckError) as caught:
        ic.dump(any_design(1), target)

    assert str(caught.value).startswith(message)
    assert list(folder.iterdir()) == []


def test_an_unknown_format_is_answered_with_those_that_are_known():
    with pytest.raises(ic.IdentcheckError, match=r"unknown format 'dagity' \(did you mean 'dagitty'"):
        ic.dumps(any_design(1), "dagity")


def test_what_was_there_is_kept_when_writing_fails(folder, monkeypatch):
    (folder / "trial.dot").write_text("old")
    monkeypatch.setattr(
        "os.replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device"))
    )

    with pytest.raises(ic.ReportError, match="No space left"):
        ic.dump(any_design(1), "trial.dot")
    assert [file.name for file in folder.iterdir()] == ["trial.dot"]
    assert (folder / "trial.dot").read_text() == "old"


def test_a_bad_file_is_one_message(folder):
    (folder / "trial.dag").write_text("dag { A -- B }")
    done = run("check", "trial.dag")

    assert done.exit_code == 2
    assert done.output.startswith("error: trial.dag, line 1, column 9: found '--'")


def test_a_file_that_exists_is_kept_unless_it_may_be_replaced(folder):
    (folder / "trial.dag").write_text("dag { T [e] Y [o] T -> M -> Y }")
    (folder / "trial.toml").write_text("mine")
    refused = run("convert", "trial.dag", "trial.toml")

    assert (refused.exit_code, refused.stderr) == (
        2,
        "error: trial.toml exists; choose another name, or say --force to replace it\n",
    )
    assert (folder / "trial.toml").read_text() == "mine"
    assert run("convert", "trial.dag", "trial.toml", "--force").output == "wrote trial.toml\n"


COLUMNS = """
[data]
site = "school"
effects = { M = ["m", "m_se"], Y = ["y", "y_se"] }
weights = "sites"
"""


def test_the_columns_of_data_are_kept_in_design_files_and_said_to_be_left_out_of_others(folder):
    (folder / "trial.toml").write_text('graph = "T -> M -> Y"\ntreatment = "T"\noutcome = "Y"\n' + COLUMNS)
    for target in ("trial.json", "again.toml"):
        done = run("convert", "trial.toml", target)
        assert "left out" not in done.output
        assert columns_in(target) == columns_in("trial.toml")
    done = run("convert", "trial.toml", "trial.dagitty")
    assert "left out: the table [data]" in done.output


def test_data_of_python_are_checked():
    with pytest.raises(ic.InvalidDataError, match="did you mean 'site'"):
        ic.dumps(any_design(1), "toml", data={"sit": "school"})
    with pytest.raises(ic.IdentcheckError, match="names no columns"):
        ic.dumps(any_design(1), "dot", data={"site": "school"})
