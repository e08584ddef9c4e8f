"""One rule for every command that writes: what exists is not replaced without --force, and that is told before any work."""

from __future__ import annotations

from pathlib import Path

import pytest
from click import Context

from identcheck import Modifier, Plan, contour, diagnose, examine, falsification, sensitivity, simulate, sweep
from identcheck.cli import main
from identcheck.tables.write import TABLES
from tests.drawn import drawn
from tests.evidence.shared import effects, frame
from tests.terminal import FIGURE_2, failed, file, run

WRITING = {
    "init": (("init", "out.toml"), ["out.toml"]),
    "init --schema": (("init", "out.toml", "--schema"), ["design.schema.json", "out.toml"]),
    "convert": (("convert", "trial.toml", "out.dot"), ["out.dot"]),
    "schema": (("schema", "-o", "out.toml"), ["out.toml"]),
    "code": (("code", "trial.toml", "-l", "r", "-t", "itt", "-o", "out.R"), ["out.R"]),
    "report": (("report", "trial.toml", "-o", "out.md"), ["out.md"]),
    "report --fragments": (
        ("report", "trial.toml", "--fragments", "."),
        ["assumptions.tex", "conditions.tex", "graph.tex", "verdicts.tex"],
    ),
    "plan": (("plan", "trial.toml", "-o", "out.json"), ["out.json"]),
    "plan to several": (("plan", "trial.toml", "-o", "out.csv"), ["out-bias.csv", "out-inputs.csv"]),
    "simulate": (("simulate", "trial.toml", "-n", "5", "-o", "out.csv"), ["out-simulation.csv"]),
    "sweep": (("sweep", "trial.toml", "-n", "5", "-v", "sites=9", "-o", "out.csv"), ["out-sweep.csv"]),
    "falsify": (("falsify", "trial.toml", "-n", "5", "-o", "out.json"), ["out.json"]),
    "examine": (("examine", "trial.toml", "sites.csv", "-o", "out.md"), ["out.md"]),
}
LONG = "a" * 300
ENDINGS = {
    "init": ("init", f"{LONG}.toml"),
    "convert": ("convert", "trial.toml", f"{LONG}.dot"),
    "schema": ("schema", "-o", LONG),
    "code": ("code", "trial.toml", "-l", "r", "-t", "itt", "-o", LONG),
    "report": ("report", "trial.toml", "-o", f"{LONG}.html"),
    "report --fragments": ("report", "trial.toml", "--fragments", LONG),
    "plan": ("plan", "trial.toml", "-o", f"{LONG}.csv"),
    "simulate": ("simulate", "trial.toml", "-o", f"{LONG}.csv"),
    "sweep": ("sweep", "trial.toml", "-v", "sites=9", "-o", f"{LONG}.csv"),
    "sweep --file": ("sweep", "trial.toml", "-v", "sites=9", "--file", LONG),
    "falsify": ("falsify", "trial.toml", "-o", f"{LONG}.json"),
}


@pytest.fixture(autouse=True)
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    named = '{ V = ["v", "v_se"], NP = ["np", "np_se"], Y = ["y", "y_se"] }'
    file(f'{FIGURE_2}[plan]\nsites = 12\n[data]\nsite = "site"\neffects = {named}\n')
    frame(8, "V", "NP", "Y").to_csv("sites.csv", index=False)
    return tmp_path


@pytest.mark.parametrize(("words", "names"), WRITING.values(), ids=WRITING)
def test_what_exists_is_replaced_only_with_force(words: tuple[str, ...], names: list[str]) -> None:
    for name in names:
        Path(name).write_text("mine")
    said = failed(run(*words))
    assert all(name in said for name in names)
    assert "--force" in said
    assert {Path(name).read_text() for name in names} == {"mine"}
    done = run(*words, "--force")
    assert done.exit_code == 0, done.output
    assert all(Path(name).read_text() != "mine" for name in names)


def test_pictures_beside_a_document_are_not_replaced_either() -> None:
    Path("out_figures").mkdir()
    Path("out_figures", "power.pdf").write_text("mine")
    assert str(Path("out_figures", "power.pdf")) in failed(
        run("report", "trial.toml", "-o", "out.tex", "--full")
    )
    assert not Path("out.tex").exists()


def test_every_command_that_writes_has_the_option() -> None:
    writing = {words[0] for words, _ in WRITING.values()}
    context = Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        options = {option for parameter in command.params for option in parameter.opts}
        assert ("--force" in options) == (name in writing)
        if options & {"--output", "-o"}:
            assert name in writing


def test_the_files_of_every_table_are_known_before_they_are_written() -> None:
    design, plan = drawn("T -> {M N} -> Y; M -> N", sites=12), Plan(persons=60)
    sensitive = sensitivity(design, plan)
    bias = contour(design, plan, diagnose(design, plan).effects[0].question.estimand,
                   ("residuals.M", [1.0, 2.0]), ("residuals.N", [1.0, 2.0]))  # fmt: skip
    tables = [
        *diagnose(design, plan).tables,
        *diagnose(drawn("T -> M -> Y", sites=12), plan).tables,
        *diagnose(
            drawn("T -> M -> Y", sites=12, modifiers=[Modifier("z", ["T -> M", "M -> Y"])]),
            plan.but(modifiers={"z": {"T -> M": 0.5, "M -> Y": 0.5}}),
        ).tables,
        *sensitive.tables,
        sensitive.formulas,
        bias.table,
        *simulate(design, plan, 5).tables,
        *sweep(design, plan, {"sites": [9]}, 5, workers=1).tables,
        *falsification(design, plan, 5).tables,
        *examine(drawn("T -> M -> Y", sites=12), effects(12, "M", "Y"), plan=plan).all_tables,
    ]
    assert {table.key for table in tables} == set(TABLES)


@pytest.mark.parametrize("words", ENDINGS.values(), ids=ENDINGS)
def test_a_name_that_is_too_long_is_one_sentence(words: tuple[str, ...]) -> None:
    said = failed(run(*words))
    assert said.startswith(f"error: cannot write '{LONG}")
    assert said.count("\n") == 1


@pytest.mark.parametrize("option", ["--templates", "--template"])
def test_so_is_that_of_a_template(option: str) -> None:
    assert "there is no " in failed(run("report", "trial.toml", "-o", "-", option, LONG))
