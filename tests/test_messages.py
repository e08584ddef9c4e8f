"""What is said of easy mistakes in a plan, on the command line and in Python: the object, where it stands, and what to write."""

import json
import os
import subprocess
import sys
from pathlib import Path

import networkx as nx
import pytest
from click import Context

import identcheck as ic
from identcheck.cli import main
from identcheck.errors import IdentcheckError, InvalidPlanError
from identcheck.tables.table import Column, Table
from tests.terminal import failed, file, flat, run
from tests.tools import REPOSITORY

COMMANDS = main.list_commands(Context(main))
TRIAL = """title = "Coaching"
graph = "T -> {M N} -> Y"
treatment = "T"
outcome = "Y"
sites = 30
"""
PLAN = """
[plan]
persons = 220
[plan.arrows]
"T -> M" = { mean = 0.47, between = 0.2 }
"M -> Y" = { mean = 0.18 }
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def notes_of(text: str, *words: str) -> str:
    """The notes of a command that works: on stderr, and of a plan among the warnings of its page."""
    result = run(words[0], file(text), *words[1:])
    assert result.exit_code in (0, 1), result.output
    if words[0] != "plan":
        return flat(result.stderr)
    assert result.stderr == ""
    notes = flat(result.stdout).split("trial.toml, ")[1:]
    return f"note: trial.toml, {notes[0]}" if notes else ""


class TestUnlikelyEffects:
    def test_plan_and_report_ask_for_a_check(self) -> None:
        text = TRIAL + PLAN.replace("0.47", "47")
        said = "note: trial.toml, line 10: mean of T -> M is 47, which is 47 SDs of M; effects of more than 3 SDs are hardly"

        assert notes_of(text, "plan").startswith(said)
        assert notes_of(text, "report", "-o", "-", "-f", "text").startswith(said)
        assert notes_of(text, "report", "-o", "-", "-f", "text", "--for", "grant").startswith(said)
        for words in (["plan", "--full"], ["report", "-o", "-", "-f", "text", "--for", "preregistration"]):
            shown = flat(run(words[0], "trial.toml", *words[1:]).stdout)
            assert "Please check: mean of T -> M is 47, which is 47 SDs of M" in shown
        assert "if it is a percentage, write 0.47" in notes_of(text, "plan")

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("0.47", "-3.1", "mean of T -> M is -3.1, which is -3.1 SDs of M;"),
            ("0.2 }", "20 }", "SD across sites of T -> M is 20, which is 20 SDs of M;"),
            (
                "0.18 }",
                "0.18, within = 5 }",
                "SD within sites of M -> Y is 5, which is 5 SDs of Y per SD of M;",
            ),
            ("0.18", "18", "mean of M -> Y is 18, which is 18 SDs of Y per SD of M;"),
        ],
    )
    def test_each_number_of_an_arrow_is_looked_at(self, old: str, new: str, said: str) -> None:
        found = ic.anticipate(*_read(TRIAL + PLAN.replace(old, new)))

        assert len(found.questioned) == 1
        assert found.questioned[0].startswith(said)

    @pytest.mark.parametrize(
        "more",
        ["", "[plan.residuals]\nM = 16\n", "[scales]\nM = 'binary'\n"],
    )
    def test_the_threshold_is_in_standard_deviations(self, more: str) -> None:
        mean = {"": "3", "[p": "47", "[s": "0.9"}[more[:2]]
        text = (
            TRIAL
            + (more if more.startswith("[s") else "")
            + PLAN.replace("0.47", mean).replace(", between = 0.2", "")
        )
        text += more if more.startswith("[p") else ""

        assert ic.anticipate(*_read(text)).questioned == ()

    def test_defaults_are_not_questioned(self) -> None:
        assert ic.anticipate(*_read(TRIAL)).questioned == ()


def _read(text: str) -> tuple[ic.Design, ic.Plan]:
    name = file(text)
    return ic.load(name), ic.Plan.from_toml(name)


def test_notes_follow_what_is_printed_and_no_error_has_any() -> None:
    text = TRIAL + PLAN.replace("0.47", "47")
    shown = run("plan", file(text), "--full").output

    assert shown.index("Anticipated numbers") < shown.index("note: trial.toml")
    shown = run("plan", "trial.toml").stdout
    assert shown.index("Warnings") < shown.index("trial.toml, line 10: mean of T -> M is 47")
    assert "note" not in failed(run("plan", "trial.toml", "-t", "direct X Y"))
    assert "note" in run("check", file(TRIAL.replace("{M N}", "{effort hours} ")), "-t", "itt").stderr


def test_what_a_sweep_varies_is_not_questioned() -> None:
    text = TRIAL + PLAN.replace("[plan]\n", "[plan]\nsites = 40\n").replace("0.47", "47")
    grid = ["--vary", "sites=20,40", "-n", "2", "-t", "itt"]

    assert "sites = 40" not in notes_of(text, "sweep", *grid)
    assert "mean of T -> M is 47" in notes_of(text, "sweep", *grid)
    assert notes_of(text, "sweep", *grid, "--vary", "arrows.T -> M.mean=0.2,0.4") == ""


def test_two_numbers_of_sites_are_both_named() -> None:
    text = TRIAL + PLAN.replace("[plan]\n", "[plan]\nsites = 40\n")

    said = notes_of(text, "plan")
    assert said.startswith(
        "note: trial.toml, line 8: the plan says sites = 40, and the design says sites = 30; the numbers"
    )
    assert "Keep one of the two (the design's stands in line 5)" in said
    assert notes_of(text.replace("sites = 40", "sites = 30"), "plan") == ""


@pytest.mark.parametrize(
    ("table", "key", "form"),
    [
        ("correlations", "T -> M ~ M -> Y", ""),
        ("correlations", "T -> M, M -> Y", "; the key is written 'A -> B ~ B -> C'"),
        ("third_moments", "T -> M ~ T -> M ~ M -> Y", ""),
    ],
)
def test_a_correlation_without_a_level_is_told_the_heading(table: str, key: str, form: str) -> None:
    with pytest.raises(InvalidPlanError) as caught:
        _read(TRIAL + PLAN + f'[plan.{table}]\n"{key}" = 0.1\n')

    assert caught.value.problems == (
        f"trial.toml, line 13: {key!r} needs a level, sites or persons: across sites, write [plan.{table}.sites] and its "
        f"entries below it; across the persons of a site, write [plan.{table}.persons] and its entries below it{form}",
    )


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            "sites=20-50",
            "'20-50' is no number; write a range with its step, 20:50:10, or each value, 20,30,50",
        ),
        ("sites=20..50", "'20..50' is no number; write a range with its step, 20:50:10"),
        ("sites=20 to 50", "'20 to 50' is no number; write a range with its step, 20:50:10"),
        ("alpha=0.1-0.5", "'0.1-0.5' is no number; write a range with its step, 0.1:0.5:0.1"),
        ("sites=20;50", "'20;50' is no number; commas stand between values: 20,50"),
        ("sites=20 50", "'20 50' is no number; commas stand between values: 20,50"),
        (
            "sites=many",
            "'many' is no number; write numbers with commas between them, such as 20,50,100, or start:stop",
        ),
        ("sites=20:50", "'20:50' is no range; write start:stop:step, such as 50:200:50"),
    ],
)
def test_a_range_of_another_kind_is_told_how_it_is_written(values: str, said: str) -> None:
    assert said in failed(run("sweep", file(TRIAL + PLAN), "--vary", values))


def test_the_spread_may_still_be_a_word() -> None:
    assert run("sweep", file(TRIAL + PLAN), "--vary", "variation=small,modest", "-n", "2").exit_code == 0


class TestWordsLeftOver:
    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (
                "check trial.toml -t direct M Y",
                "An effect has several words and stands in quotes: -t 'direct M Y'",
            ),
            (
                "check -t direct M Y trial.toml",
                "An effect has several words and stands in quotes: -t 'direct M Y'",
            ),
            ("check trial.toml --target=direct M Y", "stands in quotes: --target 'direct M Y'"),
            ("show trial.toml -e M Y", "An effect has several words and stands in quotes: -e 'M Y'"),
            ("check trial.toml -a vi vii ix", "Several assumptions are written -a vi,vii,ix"),
            ("sweep trial.toml --vary sites=20, 50", "in quotes where it has spaces: --vary 'sites=20, 50'"),
            ("check my trial.toml", "The name of a file that has spaces stands in quotes: 'my trial.toml'"),
            ("check trial.toml other.toml", "It takes one file; run it once for each"),
        ],
    )
    def test_what_was_meant_is_told(self, words: str, said: str) -> None:
        for name in ("trial.toml", "my trial.toml", "other.toml"):
            file(TRIAL, name)
        result = run(*words.split())

        assert result.exit_code == 2
        assert "Got unexpected extra argument" in result.stderr
        assert result.stderr.rstrip().endswith(said)

    @pytest.mark.parametrize("option", ["-o", "--output"])
    def test_a_document_is_asked_of_report(self, option: str) -> None:
        result = run("check", file(TRIAL), option, "trial.pdf")

        assert result.exit_code == 2
        assert "`identcheck report trial.toml -o trial.pdf`" in result.stderr

    def test_nothing_is_guessed(self) -> None:
        assert (
            run("check", file(TRIAL), "word").stderr.rstrip().endswith("Got unexpected extra argument (word)")
        )


def test_json_with_for_is_that_document() -> None:
    for purpose in ("grant", "preregistration", "paper-appendix"):
        run("report", file(TRIAL + PLAN), "-o", "r.json", "--for", purpose, "-t", "itt", "--force")
        made = json.loads(Path("r.json").read_text())
        document = ic.Document(purpose, ("itt",))
        assert (
            made["subtitle"]
            == json.loads(ic.check(ic.load("trial.toml")).render("json", document=document))["subtitle"]
        )
        assert made["subtitle"] != json.loads(ic.check(ic.load("trial.toml")).render("json"))["subtitle"]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_closed_pipe_is_never_a_verdict(command: str) -> None:
    words = {
        "report": ["trial.toml", "-o", "-"],
        "convert": ["trial.toml", "-", "-f", "dot"],
        "compare": ["trial.toml", "trial.toml", "--all"],
        "code": ["trial.toml", "-l", "r", "-t", "itt"],
        "simulate": ["trial.toml", "-n", "2"],
        "falsify": ["trial.toml", "-n", "2"],
        "sweep": ["trial.toml", "-n", "2", "--vary", "sites=20,30"],
        "examine": ["trial.toml", "sites.csv", "--site", "s", "--effect", "M=m,e", "--effect", "Y=y,e2"],
        "completion": ["bash"],
        "init": ["new.toml"],
        "doctor": [],
        "schema": [],
    }.get(command, ["trial.toml"])
    file(TRIAL + 'unobserved = ["N"]\n' + PLAN)
    file("s,m,e,y,e2\na,1,1,1,1\nb,2,1,1,1\nc,2,1,3,1\n", "sites.csv")
    read, write = os.pipe()
    os.close(read)
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    ended = subprocess.run(
        [sys.executable, "-m", "identcheck", command, *words],
        stdout=write, stderr=subprocess.PIPE, env=environment, check=False, timeout=300,
    )  # fmt: skip
    os.close(write)

    assert ended.returncode == 141, ended.stderr
    assert b"Traceback" not in ended.stderr


class TestTables:
    COLUMNS = (
        Column("sites", "sites", "a setting"),
        Column("mean", "mean", "a setting"),
        Column("effect", "effect", "a text"),
        Column("own", "own", "yes or no"),
        *(Column(f"x{at}", f"measure{at}", "a measure", 3) for at in range(9)),
    )

    def headings(self, columns: tuple[Column, ...], rows: list[tuple], width: int = 80) -> list[str]:
        text = Table("sweep", "A sweep", columns, tuple(rows)).text(width)
        lines = text.split("\n")
        return [lines[at - 1] for at, line in enumerate(lines) if line.startswith("---")]

    def test_each_part_names_its_rows(self) -> None:
        rows = [(20, 0.5, "direct(M, Y)", True, *[0.25] * 9), (50, 0.5, "direct(M, Y)", False, *[0.5] * 9)]
        parts = self.headings(self.COLUMNS, rows)

        assert len(parts) > 1
        for part in parts:
            assert flat(part).startswith("sites mean effect own measure")

    def test_where_all_are_numbers_the_first_names_the_rows(self) -> None:
        parts = self.headings(self.COLUMNS[4:], [(0.5,) * 9], 40)

        assert len(parts) > 1
        assert all(flat(part).startswith("measure0") for part in parts)

    def test_a_text_behind_the_measures_names_nothing(self) -> None:
        columns = (self.COLUMNS[2], *self.COLUMNS[4:10], Column("verdict", "verdict", "a text"))
        parts = self.headings(columns, [("itt()", *[0.5] * 6, "strong")], 50)

        assert sum("verdict" in part for part in parts) == 1
        assert all(flat(part).startswith("effect") for part in parts)

    def test_sweep_prints_them_so(self) -> None:
        shown = run("sweep", file(TRIAL + PLAN), "--vary", "sites=20,50", "-n", "5", "-t", "itt").stdout
        heads = [line for line in shown.split("\n") if line.startswith(" sites")]

        assert len(heads) > 2
        assert all(
            flat(head).startswith(("sites effect estimator own", "sites regression mediator"))
            for head in heads
        )


class TestPython:
    def test_an_effect_that_the_design_lacks(self) -> None:
        result = ic.check(ic.load(file(TRIAL)))

        with pytest.raises(
            ic.UnknownEstimandError, match="no variable 'X' in this design; it has 'T', 'M', 'N', 'Y'"
        ):
            result["direct X Y"]

    @pytest.mark.parametrize(
        ("value", "way"),
        [
            (
                nx.DiGraph([("T", "M")]),
                "say what is randomized and what the outcome is: ic.Design(graph, treatment=",
            ),
            (None, "make one with ic.Design(graph, treatment=..., outcome=...) or ic.load('file.toml')"),
            ("trial.toml", "read a file by ic.load('file.toml')"),
            (Path("trial.toml"), "read a file by ic.load('file.toml')"),
        ],
    )
    def test_what_is_no_design(self, value: object, way: str) -> None:
        with pytest.raises(IdentcheckError) as caught:
            ic.check(value)

        assert way in str(caught.value)

    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("robust", "; in Python it is ic.robustness(result)"),
            ("report", "; in Python it is result.save('report.pdf') or"),
            ("convert", "; in Python it is ic.dump(ic.load("),
            ("doctor", "; it is on the command line: identcheck doctor"),
            ("chek", " (did you mean 'check'?)"),
            ("_hidden", ""),
            ("zzz", ""),
        ],
    )
    def test_a_name_that_there_is_not(self, name: str, said: str) -> None:
        with pytest.raises(AttributeError) as caught:
            ic.__getattr__(name)

        assert str(caught.value).startswith(f"module 'identcheck' has no attribute {name!r}{said}")
        assert said or str(caught.value).endswith(repr(name))

    def test_every_command_is_a_name_or_says_what_it_is_called(self) -> None:
        for command in COMMANDS:
            if command not in ic.__all__ and command != "completion":
                with pytest.raises(AttributeError, match="; "):
                    ic.__getattr__(command)

    @pytest.mark.parametrize(("text", "number"), [("0,05", "0.05"), ("5%", "0.05")])
    def test_a_number_as_text(self, text: str, number: str) -> None:
        with pytest.raises(
            InvalidPlanError, match=f"alpha is '{text}', expected a number without quotes: {number}"
        ):
            ic.Plan(alpha=text)
