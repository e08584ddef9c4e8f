"""What notebooks show of values: harmless, complete, the same as the values say."""

import re
import subprocess
import sys
from typing import Any

import pytest

import identcheck as ic
from identcheck.basics.display import Displayed, DisplayedTables
from identcheck.report.writers import notebook
from identcheck.tables.table import ResultTables
from tests.notebooks.values import FORMULAS, POVERTY, design, large, proportional, values, values_of
from tests.report.contexts import NASTY
from tests.report.readers import Page, assert_harmless, plain

KINDS = list(values())
NODES = ("offer", "V", "NP", "Y")


def bundle(value: Any) -> dict[str, str]:
    made: dict[str, str] = value._repr_mimebundle_()
    assert "could not be shown" not in made["text/plain"], made["text/plain"]
    return made


def page(value: Any) -> Page:
    return Page(bundle(value)["text/html"])


@pytest.mark.parametrize("kind", KINDS)
def test_html_is_one_harmless_element_and_says_what_the_text_says(kind: str) -> None:
    shown = page(values()[kind])
    assert_harmless(shown)
    assert shown.elements[0][0] == "div"
    assert "identcheck" in (shown.elements[0][1]["class"] or "").split()
    assert not {"h1", "h2", "h3", "h4"} & {
        name for name, _ in shown.elements
    }  # they would enter the contents
    assert not [attributes for _, attributes in shown.elements if "id" in attributes]  # cells share one page
    first = bundle(values()[kind])["text/plain"].splitlines()[0]
    assert plain(first.partition(" [")[0]) in shown.text


def test_every_kind_of_result_is_among_them() -> None:
    """But for evidence, which tests/evidence shows."""
    kinds = {each.__name__ for each in ResultTables.__subclasses__()} - {"Evidence"}
    assert (
        {"Cheapest", "Diagnosis", "Sweep"} <= kinds <= {type(value).__name__ for value in values().values()}
    )


@pytest.mark.parametrize("kind", KINDS)
def test_ipython_picks_it(kind: str) -> None:
    formatters = pytest.importorskip("IPython.core.formatters")
    value = values()[kind]
    data, _ = formatters.DisplayFormatter().format(value)
    assert data == bundle(value)
    assert set(data) == {"text/plain", "text/html"} | ({"text/latex"} if kind in FORMULAS else set())


@pytest.mark.parametrize(
    "kind", [kind for kind, value in values().items() if isinstance(value, DisplayedTables)]
)
def test_a_result_in_tables_prints_as_them(kind: str) -> None:
    assert str(values()[kind]) == bundle(values()[kind])["text/plain"]


def test_a_front_end_gets_what_it_asks_for() -> None:
    value = values()["condition"]
    assert set(value._repr_mimebundle_(include={"text/html"})) == {"text/html"}
    assert set(value._repr_mimebundle_(exclude={"text/html"})) == {"text/plain", "text/latex"}
    assert value._repr_html_() == bundle(value)["text/html"]
    assert value._repr_latex_() == rf"$\displaystyle {value.latex}$"
    assert values()["composed"]._repr_latex_().startswith(r"$\displaystyle ")


@pytest.mark.parametrize("kind", KINDS)
def test_what_users_write_is_literal(kind: str) -> None:
    value = hostile()[kind]
    shown = page(value)
    assert_harmless(shown)
    # MathJax, which some front ends have, must not read what stands between dollar signs.
    assert {"mathjax_ignore", "tex2jax_ignore"} <= set((shown.elements[0][1]["class"] or "").split())
    if kind in ("design", "identification", "finding", "strategy"):
        assert plain(NASTY) in shown.text
    if kind in ("condition", "witness"):  # which are told in short labels
        assert plain(SHORT) in shown.text
    assert "\x1b" not in bundle(value)["text/plain"]


SHORT = "<b>&amp; $x$ {{ 7 }}"


def hostile() -> dict[str, Any]:
    if not _HOSTILE:
        short = {node: f"{SHORT} {node}" for node in NODES}
        _HOSTILE.update(values_of(title=f"{NASTY}\x1b[31m", labels=dict.fromkeys(NODES, NASTY), short=short))
    return _HOSTILE


_HOSTILE: dict[str, Any] = {}


def test_the_style_sheet_stays_within_the_card() -> None:
    css = "".join(
        re.findall(r"<style>(.*?)</style>", bundle(values()["design"])["text/html"], flags=re.DOTALL)
    )
    outside, depth = "", 0
    for letter in css:
        outside += letter if depth == 0 and letter != "{" else ""
        depth += (letter == "{") - (letter == "}")
    assert outside.split() == [".identcheck.mathjax_ignore.tex2jax_ignore"]
    assert depth == 0
    assert css.count("{") > 20
    assert "url(" not in css
    assert "@import" not in css


def test_the_graph_is_described_and_the_rest_folded() -> None:
    for kind in ("design", "identification"):
        html = bundle(values()[kind])["text/html"]
        assert 'role="img"' in html
        assert "<title>Causal graph of the design</title>" in html
        description = re.search("<desc>(.*?)</desc>", html)
        assert description is not None
        assert "from offer to V" in description[1]
        assert html.count("<details>") == html.count("<summary>") >= 4
        assert "<details open" not in html


def test_verdicts_are_those_of_the_result() -> None:
    result = values()["identification"]
    html = bundle(result)["text/html"]
    rows = re.findall(
        r"<code[^>]*>(.*?)</code>.*?<span class=\"badge \w+\">(.*?)</span>", html, flags=re.DOTALL
    )
    shown = dict(rows)
    assert shown == {str(f.estimand): f.verdict.value for f in result.findings if str(f.estimand) in shown}
    assert set(shown) >= {"direct(V, Y)", "total(V, Y)", "direct(NP, Y)", "direct(V, NP)", "itt()"}


def test_a_finding_says_what_is_missing() -> None:
    finding = values()["finding"]
    shown = page(finding)
    assert finding.verdict.value == "conditional"
    for condition in finding.missing:
        assert plain(condition.need) in shown.text
    assert "derivation" in shown.text
    assert "two worlds" in shown.text


def test_a_witness_is_a_table_of_both_worlds() -> None:
    witness = proportional().witness()
    assert witness is not None
    shown = page(witness)
    first, second = witness.values
    text = shown.text.replace("\N{MINUS SIGN}", "-")
    assert f"in the first the effect of np on y is {first}, in the second {second}" in text
    assert "first world" in shown.text
    assert "second world" in shown.text
    assert "site 1" in shown.text or "sites 1" in shown.text


@pytest.mark.parametrize("kind", ["diagnosis", "falsification", "simulation"])
def test_tables_of_numbers_are_shown(kind: str) -> None:
    shown = page(values()[kind])
    for table in values()[kind].tables:
        if table.key not in ("simulation", "strength"):
            assert plain(table.title) in shown.text


def test_many_rows_are_cut_and_counted() -> None:
    table = values()["table"]
    long = type(table)(table.key, table.title, table.columns, table.rows * 50)
    said = f"The first 60 of {len(long.rows):,} rows; save() writes them all."
    assert plain(said) in page(long).text
    assert page(long).text.count("stated in the plan") <= 60


def test_a_large_design_is_shown_in_short_and_says_so() -> None:
    result = ic.check(large())
    html = bundle(result)["text/html"]
    assert len(html) < 250_000
    assert "With more than 6 mediators" in html
    assert "435 arrows between mediators" in html
    assert len(bundle(result.design)["text/html"]) < 250_000
    finding = result[ic.direct("M3", "Y")]
    assert f"And {len(finding.missing) - 12} more." in bundle(finding)["text/plain"]


def test_nothing_is_simulated_to_show_a_value(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = values()

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("simulated")

    monkeypatch.setattr("identcheck.plan.simulation.trials.simulate", refuse)
    monkeypatch.setattr("identcheck.plan.falsification.falsification", refuse)
    for value in kept.values():
        bundle(value)


def test_an_error_is_told_and_does_not_end_the_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise ValueError("<b>no</b> room")

    monkeypatch.setattr(notebook, "card", broken)
    made = design()._repr_mimebundle_()
    assert "This Design could not be shown (ValueError: <b>no</b> room)" in made["text/plain"]
    assert "&lt;b&gt;no" in made["text/html"]
    Page(made["text/html"])


def test_a_value_without_a_card_is_named() -> None:
    class Unknown(Displayed):
        pass

    assert "TypeError: no card is known for a Unknown" in Unknown()._repr_mimebundle_()["text/plain"]


def test_tables_stay_text_where_rich_sees_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    table = values()["diagnosis"].tables[0]
    expected = table.text()
    monkeypatch.setattr("rich.console._is_jupyter", lambda: True)
    assert table.text() == expected
    assert len(expected.splitlines()) > 5


def test_values_of_one_display_do_not_depend_on_another() -> None:
    first = bundle(ic.check(design(), assume=["vi"])[POVERTY])
    assert first == bundle(ic.check(design(), assume=["vi"])[POVERTY])


def test_importing_identcheck_imports_no_display() -> None:
    code = (
        "import sys, identcheck; identcheck.Design; print('jinja2' in sys.modules, 'IPython' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_a_figure_shows_itself_as_svg() -> None:
    pytest.importorskip("matplotlib")
    from identcheck import plots

    def drawn() -> list[dict[str, str]]:
        figures = (
            plots.bias_contours(values()["contour"]),
            plots.compliance_scatter(values()["diagnosis"], POVERTY),
        )
        return [figure._repr_mimebundle_() for figure in figures]  # type: ignore[attr-defined]

    shown = drawn()
    for made in shown:
        assert made["image/svg+xml"].startswith('<svg xmlns="http://www.w3.org/2000/svg"')
        assert "<style" not in made["image/svg+xml"]
        assert 'role="img"' in made["image/svg+xml"]
    named = [set(re.findall(r'\bid="([^"]+)"', made["image/svg+xml"])) for made in shown]
    assert not named[0] & named[1]
    assert all(named)
    assert shown == drawn()
    assert "correlation across sites" in shown[0]["text/plain"]
