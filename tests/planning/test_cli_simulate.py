"""``identcheck simulate`` and ``identcheck sweep``: what is printed, kept and written; Ctrl-C; going on again."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

import identcheck.plan
from tests.terminal import FIGURE_2, failed, file, run

PLAN = FIGURE_2 + '[plan]\nsites = 20\n[plan.arrows]\n"T -> V" = { mean = 0.5 }\n'


@pytest.fixture(autouse=True)
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test works in a directory of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def interrupted(monkeypatch: pytest.MonkeyPatch, name: str, after: int) -> None:
    """Press Ctrl-C at the call of progress with so many done."""
    engine = getattr(identcheck, name)

    def stopped(*arguments: Any, **options: Any) -> Any:
        def progress(done: int, _total: int) -> None:
            if done >= after:
                raise KeyboardInterrupt

        return engine(*arguments, **options | {"progress": progress})

    monkeypatch.setattr(identcheck, name, stopped)


class TestSimulate:
    def test_prints_tables_and_writes_them(self):
        result = run("simulate", file(PLAN), "--reps", "50", "-o", "out.json")

        assert result.exit_code == 0
        assert result.stderr.startswith(
            "note: trial.toml, line 9: the plan says sites = 20, and the design says sites = 5;"
        )
        assert result.stdout.rstrip().endswith("wrote out.json")
        tables = json.loads(Path("out.json").read_text())["tables"]
        assert tables
        for table in tables:
            assert table["title"] in result.stdout

    def test_the_same_seed_gives_the_same_numbers(self):
        first, again, other = (
            run("simulate", file(PLAN), "--reps", "50", "--seed", seed).stdout for seed in ("1", "1", "2")
        )

        assert first == again != other

    @pytest.mark.parametrize("level", ["sites", "persons"])
    def test_a_level_and_a_target(self, level):
        result = run("simulate", file(PLAN), "-n", "20", "--level", level, "--target", "total V Y")

        assert result.exit_code == 0

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (["--target", "total V X"], "no variable 'X' in this design"),
            (["-o", "out.xlsx"], "tables go to .csv, .json or .parquet"),
        ],
    )
    def test_bad_input(self, words, message):
        assert message in failed(run("simulate", file(PLAN), *words))

    def test_ctrl_c(self, monkeypatch, room):
        interrupted(monkeypatch, "simulate", 0)
        result = run("simulate", file(PLAN), "--reps", "50", "-o", "out.csv")

        assert result.exit_code == 130
        assert result.stdout == ""
        assert result.stderr.startswith("interrupted; nothing was kept")
        assert [path.name for path in room.iterdir()] == ["trial.toml"]


class TestSweep:
    GRID = ("--vary", "sites=10,20", "--vary", "persons=40:80:40", "--reps", "20", "--target", "total V Y")

    def test_every_cell_of_the_grid_is_written(self):
        result = run("sweep", file(PLAN), *self.GRID, "-o", "out.json")

        assert result.exit_code == 0
        rows = json.loads(Path("out.json").read_text())["tables"][0]["rows"]
        cells = {(row["sites"], row["persons"]) for row in rows}
        assert cells == {(10, 40), (10, 80), (20, 40), (20, 80)}

    def test_the_number_of_workers_changes_nothing(self):
        one, two = (
            run("sweep", file(PLAN), *self.GRID, "--workers", count, "-o", "out.csv", "--force").stdout
            for count in "12"
        )

        assert one == two

    def test_ctrl_c_and_going_on(self, monkeypatch):
        whole = run("sweep", file(PLAN), *self.GRID, "-o", "whole.csv")
        assert whole.exit_code == 0
        with monkeypatch.context() as patch:
            interrupted(patch, "sweep", 2)
            result = run("sweep", "trial.toml", *self.GRID, "--file", "cells.jsonl", "-o", "out.csv")
        assert result.exit_code == 130
        assert result.stderr.strip() == (
            "interrupted; the finished cells are kept in cells.jsonl: the same command goes on with the others"
        )
        assert not list(Path().glob("out*"))
        kept = Path("cells.jsonl").read_text()
        assert kept

        assert (
            run("sweep", "trial.toml", *self.GRID, "--resume", "cells.jsonl", "-o", "out.csv").exit_code == 0
        )
        assert Path("cells.jsonl").read_text().startswith(kept)
        for part in ("sweep", "sweep_strength"):
            with open(f"out-{part}.csv", newline="") as one, open(f"whole-{part}.csv", newline="") as other:
                assert list(csv.reader(one)) == list(csv.reader(other))

    def test_ctrl_c_without_a_file(self, monkeypatch):
        interrupted(monkeypatch, "sweep", 0)
        result = run("sweep", file(PLAN), *self.GRID)

        assert result.exit_code == 130
        assert "With --file CELLS a sweep can be taken up where it stopped" in result.stderr

    @pytest.mark.parametrize("text", ["sitez=5", "arrows.T -> X.mean=1", "arrows.T -> V.meen=1", "sites=0"])
    def test_a_field_or_a_value_that_cannot_be(self, text):
        failed(run("sweep", file(PLAN), "--vary", text, "--reps", "20"))
