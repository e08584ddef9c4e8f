"""sweep(): the same results whatever the workers, the backend and the interruptions."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import joblib
import pytest
from dask.distributed import Client, LocalCluster

from identcheck import (
    Arrow,
    FormatError,
    InvalidPlanError,
    InvalidQuestionError,
    Plan,
    Sizes,
    Sweep,
    contour,
    direct,
    simulate,
    sweep,
)
from identcheck.plan.simulation.cells import cells_of, fingerprint
from tests.planning.trials import ONE, designed

DESIGN = designed(ONE, 20)
PLAN = Plan(persons=30)
GRID = {"sites": [10, 20], "arrows.T -> M.between": [0.1, 0.5], "between.M -> Y ~ T -> M": [0, 0.5]}


def swept(**settings: object) -> Sweep:
    return sweep(DESIGN, PLAN, GRID, 60, 3, **settings)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def alone() -> Sweep:
    return swept(workers=1)


def test_every_combination_is_a_cell(alone: Sweep) -> None:
    assert len(alone.cells) == 8
    assert len({record["seed"] for record in alone.results}) == 8
    keys = [column.key for column in alone.table.columns]
    assert keys[:4] == ["sites", "arrows_T_M_between", "between_M_Y_T_M", "estimand"]
    assert {row[:3] for row in alone.table.rows} == {
        (k, b, r) for k in (10, 20) for b in (0.1, 0.5) for r in (0, 0.5)
    }
    assert len(alone.strength.rows) == 8


@pytest.mark.parametrize("mean", [0.2, 0.5])
def test_a_coefficient_of_variation_is_one_of_the_mean_beside_it(mean: float) -> None:
    """Whichever of the two comes first, and whatever mean the plan states."""
    name, plan = "arrows.T -> M", PLAN.but(arrows={ONE[0]: Arrow(mean)})
    grid = {f"{name}.cv": [0.5], f"{name}.mean": [0.2]}
    (cell,) = cells_of(DESIGN, plan, grid)
    axes = (f"{name}.mean", [0.2]), (f"{name}.cv", [0.5])
    biases = {float(contour(DESIGN, plan, "direct M Y", *pair).bias[0, 0]) for pair in (axes, axes[::-1])}

    assert cell.plan.arrows[ONE[0]] == Arrow(0.2, 0.1)
    assert len(biases) == 1


def test_a_cell_is_what_simulate_gives_with_its_plan_and_seed(alone: Sweep) -> None:
    plan = Plan(sites=20, persons=30, arrows={ONE[0]: Arrow(between=0.5)}, between={(ONE[1], ONE[0]): 0.5})
    found = simulate(DESIGN, plan, 60, alone.results[-1]["seed"])
    assert [row[3:] for row in alone.table.rows if row[:3] == (20, 0.5, 0.5)] == list(found.table.rows)


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_the_number_of_workers_changes_nothing(alone: Sweep, backend: str) -> None:
    with joblib.parallel_config(backend, n_jobs=2):
        assert swept().table == alone.table


def test_a_dask_cluster_gives_the_same(alone: Sweep) -> None:
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None) as cluster,
        Client(cluster),
        joblib.parallel_config("dask"),
    ):
        assert swept().table == alone.table


def _children(parent: int) -> list[int]:
    """The processes that work for this one."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, owner = entry.read_text().rsplit(")", 1)[1].split()[:2]
            loaded = "popen_loky" in (entry.parent / "cmdline").read_text()
        except OSError:
            continue
        if state != "Z" and int(owner) == parent and loaded:
            found.append(int(entry.parent.name))
    return found


def _runs(number: int) -> bool:
    """Whether there is a process with this number that is not only waited for."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def _worked(number: int) -> float:
    """Seconds of a processor that a process has had."""
    user, system = Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _hears(number: int) -> bool:
    """Whether Ctrl-C in a terminal reaches a process, which would print where it met it: it neither blocks nor ignores it."""
    said = dict(line.split(":") for line in Path(f"/proc/{number}/status").read_text().splitlines())
    masks = (int(said[name], 16) for name in ("SigBlk", "SigIgn"))
    return not any(mask >> (signal.SIGINT - 1) & 1 for mask in masks)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")
@pytest.mark.parametrize("how", ["SIGKILL", "Ctrl-C"])
def test_workers_end_with_a_sweep_that_is_killed(how: str) -> None:
    """A kill reaches the sweep alone; Ctrl-C in a terminal everything that it started too."""
    program = """
import networkx as nx
from identcheck import Design, Plan, sweep
design = Design(nx.DiGraph([("T", "M"), ("M", "Y")]), treatment="T", outcome="Y", sites=20)
sweep(design, Plan(persons=30), {"sites": list(range(10, 90))}, 100_000, 3, workers=2)
"""
    started = subprocess.Popen(
        [sys.executable, "-c", program], start_new_session=True, stderr=subprocess.DEVNULL
    )
    try:
        workers: list[int] = []
        until = time.monotonic() + 60
        while len(workers) < 2 and time.monotonic() < until:
            time.sleep(0.1)
            workers = _children(started.pid)
        assert len(workers) >= 2
        assert not any(map(_hears, workers))
        while min(map(_worked, workers)) < 4 and time.monotonic() < until:  # seconds: loaded, and at work
            time.sleep(0.1)
    finally:
        if how == "SIGKILL":
            os.kill(started.pid, signal.SIGKILL)
        else:
            os.killpg(started.pid, signal.SIGINT)
        started.wait(60)
    until = time.monotonic() + 30
    while any(map(_runs, workers)) and time.monotonic() < until:
        time.sleep(0.1)
    assert not any(map(_runs, workers))


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupted_sweep_goes_on_from_its_file(alone: Sweep, tmp_path: Path, workers: int) -> None:
    file = tmp_path / "sweep.jsonl"

    def stop(done: int, _: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        swept(workers=workers, file=file, progress=stop)
    kept = file.read_bytes()
    assert kept.count(b"\n") == 4
    file.write_bytes(kept + b'{"cell": {"si')  # a line that was cut off
    told: list[int] = []
    assert swept(workers=workers, file=file, progress=lambda done, _: told.append(done)).table == alone.table
    assert told == [3, 4, 5, 6, 7, 8]
    assert file.read_bytes().startswith(kept)
    assert len(file.read_text().splitlines()) == 9
    told.clear()
    assert swept(file=file, progress=lambda done, _: told.append(done)).table == alone.table
    assert told == [8]


def test_a_grid_can_be_extended_in_the_same_file(tmp_path: Path) -> None:
    file = tmp_path / "sweep.jsonl"
    small = sweep(DESIGN, PLAN, {"sites": [10]}, 40, file=file, workers=1)
    large = sweep(DESIGN, PLAN, {"sites": [20, 10]}, 40, file=file, workers=1)
    assert large.results[1] == small.results[0]
    assert len(file.read_text().splitlines()) == 3


def test_a_file_of_another_sweep_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "sweep.jsonl"
    settings = {"file": file, "workers": 1, "estimands": [direct("M", "Y")]}
    sweep(DESIGN, PLAN, {"sites": [10]}, 20, **settings)  # type: ignore[arg-type]
    before = file.read_bytes()
    for plan, reps, word in ((PLAN.but(persons=31), 20, "design, plan"), (PLAN, 21, "reps")):
        with pytest.raises(FormatError, match=word):
            sweep(DESIGN, plan, {"sites": [10]}, reps, **settings)  # type: ignore[arg-type]
    assert file.read_bytes() == before
    for text, line in (("sites,bias\n1,2\n", 1), ("no newline", 1), (before.decode() + "{}\n", 3)):
        file.write_text(text)
        with pytest.raises(FormatError) as error:
            sweep(DESIGN, PLAN, {"sites": [10]}, 20, **settings)  # type: ignore[arg-type]
        assert error.value.line == line
        assert file.read_text() == text


def test_a_header_that_was_cut_off_is_begun_again(tmp_path: Path) -> None:
    file = tmp_path / "sweep.jsonl"
    found = sweep(DESIGN, PLAN, {"sites": [10]}, 20, file=file, workers=1)
    whole = file.read_bytes()
    file.write_bytes(whole[:20])
    assert sweep(DESIGN, PLAN, {"sites": [10]}, 20, file=file, workers=1).table == found.table
    assert file.read_bytes() == whole
    assert json.loads(whole.splitlines()[0])["seed"] == 0


def test_impossible_cells_are_named_before_any_is_simulated(tmp_path: Path) -> None:
    file = tmp_path / "sweep.jsonl"
    with pytest.raises(InvalidPlanError) as error:
        sweep(DESIGN, PLAN, {"sites": [10, -3], "treated": [0.5, 2.0]}, 20, file=file)
    assert "at sites = -3, treated = 0.5" in str(error.value)
    assert "at sites = 10, treated = 2.0" in str(error.value)
    assert not file.exists()


@pytest.mark.parametrize(
    ("path", "values", "words"),
    [
        ("site", [10], "did you mean 'sites'"),
        ("sites", 10, "give a list of values"),
        ("sites", [], "give a list of values"),
        ("sites.T", [10], "sites is one value"),
        ("arrows.T -> M", [0.1], "arrows.T -> M.mean"),
        ("between.T -> M", [0.1], "between.T -> M ~ M -> Y"),
        ("residuals.M ~ Y", [0.1], "residuals.M"),
        (3, [0.1], "no field of a plan"),
    ],
)
def test_a_path_that_is_none_says_how_it_is_written(path: str, values: object, words: str) -> None:
    with pytest.raises(InvalidQuestionError, match=words.replace("~", ".")):
        sweep(DESIGN, PLAN, {path: values})  # type: ignore[dict-item]


def test_every_field_of_a_plan_can_vary() -> None:
    grid = {
        "persons": [40, Sizes(40, 0.5)],
        "treated": [0.4],
        "variation": ["small"],
        "alpha": [0.1],
        "power": [0.9],
        "arrows.T -> M.mean": [0.7],
        "arrows.M -> Y.within": [0.2],
        "suspected.T -> Y.mean": [0.1],
        "within.T -> M ~ M -> Y": [0.0],
        "third_between.T -> M ~ T -> M ~ M -> Y": [0.1],
        "residuals.M": [2.0],
        "confounding.Y ~ M": [0.1],
    }
    plan = Plan(persons=20, confounding={("M", "Y"): 0.5}, arrows={ONE[0]: Arrow(0.5, 0.3)})
    first, second = (cell.plan for cell in cells_of(DESIGN, plan, grid))
    assert (first.persons, second.persons) == (40, Sizes(40, 0.5))
    assert first.arrows == {ONE[0]: Arrow(0.7, 0.3), ONE[1]: Arrow(within=0.2)}
    assert first.suspected == {("T", "Y"): Arrow(0.1)}
    assert first.confounding == {("Y", "M"): 0.1}
    assert first.third_between == {(ONE[0], ONE[0], ONE[1]): 0.1}
    assert first.residuals == {"M": 2.0}
    assert (first.treated, first.variation, first.alpha, first.power) == (0.4, "small", 0.1, 0.9)


def test_the_fingerprint_tells_designs_and_plans_apart() -> None:
    known = fingerprint(DESIGN, PLAN)
    assert known == fingerprint(designed(ONE, 20), Plan(persons=30))
    others = [
        (designed(ONE, 21), PLAN),
        (DESIGN, PLAN.but(sources={"sites": "x"})),
        (DESIGN, Plan(persons=31)),
    ]
    assert known not in {fingerprint(design, plan) for design, plan in others}
