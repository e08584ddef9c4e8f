"""``identcheck plan`` and what the commands that give numbers share."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import pytest

from identcheck import InvalidQuestionError
from identcheck.cli.printing import progress_bar
from identcheck.cli.sweep import read_grid
from tests.terminal import FIGURE_2, failed, file, flat, run
from tests.tools import REPOSITORY


@pytest.fixture(autouse=True)
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test works in a directory of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


PLAN = '[plan]\nsites = 40\n[plan.arrows]\n"T -> V" = { mean = 0.4, source = "pilot" }\n'


class TestPlan:
    def test_lists_every_input_with_its_source(self):
        result = run("plan", file(FIGURE_2 + PLAN), "--full")

        assert result.exit_code == 0
        assert result.stdout.startswith("Vouchers\n\nAnticipated numbers\n")
        lines = [re.split(r"\s{2,}", line.strip()) for line in result.stdout.splitlines()]
        assert any(line[:3] == ["sites", "40", "sites"] and "default" not in line for line in lines)
        assert ["mean of T -> V", "0.4", "SD of V", "pilot"] in lines
        assert any(line[:4] == ["persons per site", "100", "persons", "default"] for line in lines)
        assert max(map(len, result.stdout.splitlines())) <= 100

    def test_without_a_plan_all_are_defaults(self):
        result = run("plan", file(FIGURE_2), "--full")

        assert result.exit_code == 0
        assert "numbers are defaults: the plan leaves them out" in flat(result.stdout)

    def test_fits_on_a_page(self):
        """What each effect comes to, the instruments, what is wrong, and how much is assumed."""
        result = run("plan", file(FIGURE_2 + PLAN))

        lines = result.stdout.splitlines()
        assert result.exit_code == 0
        assert lines[:3] == ["Vouchers", "", "What each effect comes to at the planned numbers"]
        assert len(lines) <= 50
        assert max(map(len, lines)) <= 100
        assert re.fullmatch(
            r"\d+ of the \d+ numbers behind this are defaults. --full lists them, and gives all tables.",
            lines[-1],
        )

    def test_is_about_the_primary_effects(self):
        primary = 'primary = ["direct NP Y"]\n'
        text = (FIGURE_2 + PLAN).replace("treatment =", f"{primary}treatment =", 1)
        page = run("plan", file(text)).stdout

        assert "direct(NP, Y)" in page
        assert "itt()" not in page
        assert "itt()" in run("plan", "trial.toml", "--full").stdout
        assert "itt()" in run("plan", "trial.toml", "--target", "itt").stdout

    @pytest.mark.parametrize("suffix", ["csv", "json", "parquet"])
    def test_writes_what_it_prints(self, suffix, room):
        result = run("plan", file(FIGURE_2 + PLAN), "-o", f"out.{suffix}")

        written = re.findall(r"^wrote (.*)$", result.stdout, re.MULTILINE)
        assert result.exit_code == 0
        assert written
        assert {path.name for path in room.iterdir()} == {"trial.toml", *written}

    def test_the_files_have_the_inputs(self):
        run("plan", file(FIGURE_2 + PLAN), "-o", "out.json")
        run("plan", "trial.toml", "-o", "out.csv")

        tables = json.loads(Path("out.json").read_text())["tables"]
        place = "out.csv" if len(tables) == 1 else "out-inputs.csv"
        with open(place, newline="", encoding="utf-8") as opened:
            rows = list(csv.DictReader(opened))
        assert tables[0]["key"] == "inputs"
        assert tables[0]["rows"] == rows
        assert {"name": "sites", "value": "40"}.items() <= next(
            r for r in rows if r["name"] == "sites"
        ).items()

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            (
                "[plan]\nalpha = 2\n[plan.residuals]\nX = 1",
                "invalid plan, 2 problems: - trial.toml, line 9: alpha is 2",
            ),
            (
                "[plan]\nalhpa = 0.1",
                "invalid plan: trial.toml, line 9: unknown key 'alhpa' in [plan] (did you mean 'alpha'?)",
            ),
            ("[plan", "trial.toml, line 8, column 6: the heading of a table stands"),
        ],
    )
    def test_bad_input_is_one_message(self, text, message):
        assert message in flat(failed(run("plan", file(FIGURE_2 + text))))

    def test_a_place_that_cannot_be_written_is_told_first(self, room):
        message = failed(run("plan", file(FIGURE_2), "-o", "out.xlsx"))

        assert "tables go to .csv, .json or .parquet" in message
        assert failed(run("plan", "absent.toml")).startswith("error: cannot read 'absent.toml'")
        assert [path.name for path in room.iterdir()] == ["trial.toml"]

    @pytest.mark.parametrize("name", sorted(path.name for path in (REPOSITORY / "examples").glob("*.toml")))
    def test_the_examples(self, name):
        shutil.copy(REPOSITORY / "examples" / name, name)

        assert run("plan", name).exit_code == 0

    @pytest.mark.parametrize("command", ["plan", "simulate", "sweep"])
    def test_help(self, command):
        result = run(command, "--help")

        assert result.exit_code == 0
        assert f"identcheck {command} trial.toml" in result.stdout
        assert r"\b" not in result.stdout


class TestGrid:
    @pytest.mark.parametrize(
        ("text", "field", "values"),
        [
            ("sites=20,50,100", "sites", [20, 50, 100]),
            ("persons=50:200:50", "persons", [50, 100, 150, 200]),
            ("persons=50:199:50", "persons", [50, 100, 150]),
            ("treated=0.1:0.3:0.1", "treated", [0.1, 0.2, 0.3]),
            ("treated = 0.5 , 0.3", "treated", [0.5, 0.3]),
            ("variation=small,modest,0.25", "variation", ["small", "modest", 0.25]),
            ("between.T -> M ~ M -> Y=-0.5:0.5:0.5", "between.T -> M ~ M -> Y", [-0.5, 0.0, 0.5]),
            ("arrows.T -> M.mean=0.3:0.1:-0.1,1", "arrows.T -> M.mean", [0.3, 0.2, 0.1, 1]),
            ("sites=1e2", "sites", [100]),
        ],
    )
    def test_values(self, text, field, values):
        grid = read_grid([text])

        assert grid == {field: values}
        assert [type(value) for value in grid[field]] == [type(value) for value in values]

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("sites", "write a field, '=' and its values, such as sites=20,50,100"),
            ("sites=", "write a field, '=' and its values"),
            ("=5", "write a field, '=' and its values"),
            ("sites=5,,6", "there is nothing before or after a comma"),
            ("sites=5,5.0", "the value 5 is there twice"),
            ("sites=5:10", "'5:10' is no range; write start:stop:step, such as 50:200:50"),
            ("sites=5:10:0", "'5:10:0' is no range"),
            ("sites=a:b:c", "'a:b:c' is no range"),
            ("sites=1:inf:1", "'1:inf:1' is no range"),
            ("sites=10:5:1", "steps away from its end"),
            ("treated=0:1:0.00001", "has 100001 values; there may be 10000"),
            ("treated=nan", "nan is no finite number"),
        ],
    )
    def test_what_is_no_grid(self, text, message):
        with pytest.raises(InvalidQuestionError) as caught:
            read_grid([text])

        assert len(caught.value.problems) == 1
        assert caught.value.problems[0].startswith(f"--vary {text!r}: ")
        assert message in caught.value.problems[0]

    def test_all_problems_are_told_at_once(self):
        with pytest.raises(InvalidQuestionError) as caught:
            read_grid(["sites=5", "sites=6", "persons"])

        assert len(caught.value.problems) == 2
        assert "'sites' is varied twice" in caught.value.problems[0]

    def test_the_command_line_refuses_it_before_any_work(self):
        assert "such as sites=20,50,100" in failed(run("sweep", file(FIGURE_2), "--vary", "sites"))


class TestProgress:
    def test_nobody_sees_a_bar_where_stderr_is_no_terminal(self, capsys: pytest.CaptureFixture[str]):
        with progress_bar("simulating") as progress:
            assert progress is None

        assert capsys.readouterr() == ("", "")

    def test_a_bar_on_stderr_only(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
        monkeypatch.setattr("sys.stderr.isatty", lambda: True)
        monkeypatch.setenv("FORCE_COLOR", "1")
        with progress_bar("simulating") as progress:
            assert progress is not None
            progress(3, 10)
            progress(10, 10)

        printed = capsys.readouterr()
        assert printed.out == ""
        assert "simulating" in printed.err
        assert "10/10" in printed.err


class TestSensitivity:
    def test_conditions_and_robustness_are_printed_and_written(self, room):
        result = run("plan", file(FIGURE_2 + PLAN), "--target", "direct NP Y", "-o", "out.json")
        assert result.exit_code == 0
        assert "How far the estimate changes if an assumption fails" not in result.stdout
        assert (
            "How far the estimate changes if an assumption fails"
            in run("plan", "trial.toml", "--full").stdout
        )
        tables = {table["key"] for table in json.loads((room / "out.json").read_text())["tables"]}
        assert {"inputs", "instruments", "bias", "precision", "robustness", "conditions"} <= tables

    def test_a_threshold_moves_the_tipping_points(self):
        path = file(FIGURE_2 + PLAN)
        one, other = (run("plan", path, "--full", "--threshold", value).stdout for value in ("0", "0.05"))
        assert one != other

    def test_formulas_where_they_are_asked_for(self):
        path = file(FIGURE_2 + PLAN)
        assert "Cov(E_s(" not in run("plan", path).stdout
        assert "Cov(E_s(" in run("plan", path, "--formulas").stdout


class TestFalsify:
    def test_prints_power_size_and_blind_spots(self):
        result = run("falsify", file(FIGURE_2 + PLAN), "--reps", "50", "-o", "out.json")
        assert result.exit_code == 0
        for words in ("curvature", "intercept", "heterogeneity Q", "What the tests cannot see"):
            assert words in result.stdout
        assert Path("out.json").exists()

    def test_bad_numbers(self):
        result = run("falsify", file(FIGURE_2 + PLAN), "--reps", "1")
        assert result.exit_code == 2
