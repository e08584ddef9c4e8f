"""The report in every format: complete, tidy, self-contained, and without overfull lines."""

import re
from dataclasses import fields, is_dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from identcheck.errors import ReportError
from identcheck.report.writers.render import FORMATS, render
from tests.report.contexts import emptied, marked
from tests.report.readers import Page, assert_harmless, lint, overfull
from tests.report.sample import holding, picture, report
from tests.report.sample_findings import entry

WRITTEN = [format for format in FORMATS if format != "json"]


@pytest.mark.parametrize("format", FORMATS)
def test_every_text_and_every_formula_is_shown(format: str) -> None:
    made, marks = marked(formulas=True)
    shown = render(made, format).casefold()
    missing = {mark for mark in marks if mark not in shown}
    missing -= {made.version} if format in ("text", "markdown") else set()  # there it is in the subtitle
    assert not missing, [where for where, value in leaves(made) if value in missing]


def leaves(value: Any, path: str = "report") -> list[tuple[str, Any]]:
    if is_dataclass(value):
        return [leaf for f in fields(value) for leaf in leaves(getattr(value, f.name), f"{path}.{f.name}")]
    if isinstance(value, tuple):
        return [leaf for n, item in enumerate(value) for leaf in leaves(item, f"{path}[{n}]")]
    return [(path, value)]


@pytest.mark.parametrize("format", WRITTEN)
def test_the_picture_is_shown(format: str) -> None:
    made = render(report(), format)
    for box in picture().layout.boxes:
        parts = box.caption_lines if format in ("html", "latex") else (box.node.name,)
        assert all(part in made for part in parts)
    sign = {"text": "V -> NP (Λ_{V,NP})", "markdown": r"V → NP ($\Lambda_{V,\mathrm{NP}}$)",
            "latex": r"\begin{tikzpicture}", "html": "<svg "}[format]  # fmt: skip
    assert sign in made


@pytest.mark.parametrize("format", FORMATS)
def test_an_empty_report_can_be_rendered(format: str, tmp_path: Path) -> None:
    made = render(emptied(), format)
    assert report().title in made
    if format == "latex":
        lint(made, tmp_path)
    if format == "html":
        Page(made)


@pytest.mark.parametrize("format", WRITTEN)
def test_a_blank_is_left_for_a_justification_that_is_wanted(format: str) -> None:
    def blanks(wanted: bool, given: str) -> int:
        item = entry("i", "Title", "to be justified", "x", justification=given, needs_justification=wanted)
        made = render(holding(item), format)
        assert (given in made) or not given
        return made.count("to be filled in")

    assert [blanks(True, ""), blanks(False, ""), blanks(True, "Because.")] == [1, 0, 0]


def test_unknown_formats_are_refused_with_a_suggestion() -> None:
    with pytest.raises(ReportError, match=r"'htm' \(did you mean 'html'\?\); known are text, markdown"):
        render(report(), "htm")


@pytest.mark.parametrize("format", FORMATS)
def test_rendering_is_deterministic_and_tidy(format: str) -> None:
    made = render(report(), format)
    assert made == render(report(), format)
    assert made.endswith("\n")
    assert "\n\n\n" not in made
    assert not re.search(r"[ \t]$", made, flags=re.MULTILINE)
    assert "Markup" not in made


# -- looks ---------------------------------------------------------------------------


def test_text_keeps_to_its_page() -> None:
    long = [line for line in render(report(), "text").splitlines() if len(line) > 88]
    assert long == []


def test_latex_is_free_of_faults(tmp_path: Path) -> None:
    log = lint(render(report(), "latex"), tmp_path)
    assert overfull(log) == []
    assert "Undefined control sequence" not in log
    assert "Missing character" not in log
    assert "LaTeX Warning" not in log


def test_html_is_self_contained_and_well_ordered() -> None:
    page = Page(render(report(), "html"))
    assert_harmless(page)
    levels = [int(name[1]) for name, _ in page.elements if re.fullmatch("h[1-6]", name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    identifiers = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))
    targets = {(attributes["href"] or "")[1:] for name, attributes in page.elements if name == "a"}
    assert targets <= set(identifiers)
    assert all("scope" in attributes for name, attributes in page.elements if name == "th")
    assert ("html", {"lang": "en"}) in page.elements
    policy = next(a for _, a in page.elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy["content"] == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
