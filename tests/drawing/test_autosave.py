"""The user's file: what is not drawn stays as it was written, and nothing that someone else wrote is lost."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

import identcheck as ic
from identcheck.drawing.autosave import DesignFile
from identcheck.drawing.edit import design_drawn, drawing_of
from identcheck.drawing.written import changed
from identcheck.errors import IdentcheckError
from tests.drawing.drawings import edited, empty, trial
from tests.tools import REPOSITORY

EXAMPLES = sorted((REPOSITORY / "examples").glob("*.toml"))
FILE = '''\
# my trial
title = "A trial"   # its name
graph = """
T -> {A B} -> Y    # both
A -> B             # doubtful
"""
treatment = "T"
outcome = "Y"
sites = 12  # so far

[labels]
# in words
A = "attendance"  # days
Y = "score"

[plan]
persons = 80   # a guess
'''


def same_but(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that went, and those that came."""
    one, two = before.splitlines(), after.splitlines()
    return [line for line in one if line not in two], [line for line in two if line not in one]


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_a_file_saved_without_a_change_is_the_same(file: Path) -> None:
    text = file.read_text()
    assert changed(text, drawing_of(ic.load(file))) == text


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_one_more_arrow_is_one_more_line(file: Path) -> None:
    design, text = ic.load(file), file.read_text()
    drawing = drawing_of(design)
    drawing["nodes"].append({"name": "Extra"})
    drawing["arrows"] += [{"from": "Extra", "to": design.outcome}]
    gone, come = same_but(text, changed(text, drawing))
    assert written_anew(text) or (gone == [] and come == [f"Extra -> {design.outcome}"])


def written_anew(text: str) -> bool:  # a file whose graph draws modifiers, or stands on one line
    return "=>" in text.split("[")[0] or 'graph = """' not in text


def test_remarks_order_and_other_tables_stay() -> None:
    drawing = drawing_of(ic.Design.from_text(FILE, "toml"))
    drawing["arrows"] = [a for a in drawing["arrows"] if (a["from"], a["to"]) != ("A", "B")]
    drawing["arrows"][0]["varies"] = "sites"
    drawing["nodes"] = [n | {"label": "score in spring"} if n["name"] == "Y" else n for n in drawing["nodes"]]
    drawing["sites"] = 20
    drawing["positions"] = {"T": [10.2, 20.6]}
    made = changed(FILE, drawing)
    gone, come = same_but(FILE, made)
    assert gone == ["A -> B             # doubtful", "sites = 12  # so far", 'Y = "score"']
    assert come == [
        "# doubtful",
        "sites = 20  # so far",
        'Y = "score in spring"',
        "[varies]",
        '"T -> A" = "sites"',
        "[positions]",
        "T = [10, 21]",
    ]
    assert ic.Design.from_text(made, "toml") == design_drawn(drawing)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_random_edits_are_what_the_file_says(seed: int) -> None:
    rng, text = random.Random(seed), FILE
    drawing = drawing_of(ic.Design.from_text(FILE, "toml"))
    for _ in range(6):
        drawing = edited(drawing, rng)
        try:
            design = design_drawn(drawing)
        except IdentcheckError:
            with pytest.raises(IdentcheckError):
                changed(text, drawing)
            continue
        text = changed(text, drawing)
        assert ic.Design.from_text(text, "toml") == design
        assert "# my trial" in text
        assert "persons = 80   # a guess" in text


def test_a_file_changed_outside_is_a_conflict_until_it_is_settled(tmp_path: Path) -> None:
    path = tmp_path / "trial.toml"
    path.write_text(FILE)
    file = DesignFile(path)
    drawing = json.loads(json.dumps(file.opened()["drawing"])) | {"sites": 30}
    path.write_text(FILE.replace("# my trial", "# someone else's remark"))
    assert file.save(drawing)["kind"] == "conflict"
    assert "someone else's" in path.read_text()
    assert "sites = 12" in path.read_text()
    assert file.save(drawing, keep=True)["kind"] == "saved"
    assert "someone else's" in path.read_text()
    assert "sites = 30" in path.read_text()
    assert file.save(drawing)["kind"] == "saved"


def test_a_conflict_says_what_differs_in_ten_lines_at_most(tmp_path: Path) -> None:
    path = tmp_path / "trial.toml"
    path.write_text(FILE)
    file = DesignFile(path)
    drawing = json.loads(json.dumps(file.opened()["drawing"]))

    def told() -> list[str]:
        answer = file.save(drawing)
        assert answer["kind"] == "conflict"
        return answer["differences"]

    path.write_text(FILE.replace("a guess", "a better guess"))
    assert told() == ["nothing that is drawn: remarks, the places of boxes, or tables such as [plan]"]
    path.write_text(
        FILE.replace("A -> B ", "B -> A ").replace('"attendance"', '"days"').replace("sites = 12", "")
    )
    assert told() == [
        "arrows only in the file: B → A",
        "arrows only in the drawing: A → B",
        "sites: nothing in the file, 12 in the drawing",
        "[labels] A: days in the file, attendance in the drawing",
    ]
    more = empty() | {"nodes": [{"name": f"N{k}"} for k in range(9)], "treatment": ["N0"], "outcome": "N1"}
    more["beside"] = {key: {"ii": "x"} for key in ("justifications", "citations")} | {"average": "persons"}
    more["shared"], more["sites"] = [["N3", "N4"]], 9
    drawing = more
    lines = told()
    assert lines[:2] == [
        "variables only in the file: T, B, A, Y",
        "variables only in the drawing: N0, N1, N2, N3, N4 and 4 more",
    ]
    assert len(lines) == 10
    assert lines[-1].startswith("and ")
    path.write_text("graph = ")
    assert told()[0].startswith("the file is no design now")
    path.unlink()
    assert told() == ["the file is gone"]


def test_what_is_no_design_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "trial.toml"
    path.write_text(FILE)
    file = DesignFile(path)
    with pytest.raises(IdentcheckError):
        file.save(file.opened()["drawing"] | {"outcome": ""})
    assert path.read_text() == FILE
    assert [p.name for p in tmp_path.iterdir()] == ["trial.toml"]


def test_a_new_file_is_made_by_the_first_valid_drawing(tmp_path: Path) -> None:
    file = DesignFile(tmp_path / "new.toml")
    assert file.opened()["drawing"]["nodes"] == []
    assert file.save(trial(2))["kind"] == "saved"
    assert ic.load(tmp_path / "new.toml") == design_drawn(trial(2))


def test_another_format_is_saved_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "trial.dagitty"
    ic.dump(ic.Design.from_text(FILE, "toml"), path)
    file = DesignFile(path)
    assert file.save(file.opened()["drawing"])["file"] == "trial.toml"
    with pytest.raises(IdentcheckError, match="exists already"):
        DesignFile(path)


def test_read_only_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "trial.toml"
    path.write_text(FILE)
    file = DesignFile(path, read_only=True)
    assert file.save(file.opened()["drawing"] | {"sites": 3})["kind"] == "unsaved"
    assert path.read_text() == FILE
