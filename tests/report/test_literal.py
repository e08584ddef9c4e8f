"""Whatever a user writes is printed, and never obeyed, in every format."""

import json
import re
import shutil
import subprocess
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis.strategies import text

from identcheck.errors.visible import visible
from identcheck.report.blocks import Bullets, Fact, Facts, Item, Paragraph, Tabular, walked
from identcheck.report.writers.json import SCHEMA_VERSION
from identcheck.report.writers.render import FORMATS, render
from identcheck.symbols.typeset import escape_latex
from identcheck.symbols.typeset.letters import _BOARD, _LATIN, _MATHS, _TEXTS, LOWER_SYMBOLS, UPPER_SYMBOLS
from identcheck.symbols.written import Formula, Strong, Wanted
from tests.report.contexts import nasty, with_texts
from tests.report.readers import Page, assert_harmless, lint, overfull, plain, printed
from tests.report.sample import holding, report
from tests.tools import require_program

# Fields that hold a word of ours or a number, and are printed in boxes.
SHORT = ("numeral", "number", "label", "order", "status", "verdict", "badge", "term")
LONG = (
    "effect_of_neighborhood_poverty_on_mental_health_of_the_parent_in_the_year_after_the_offer",
    "Donaudampfschifffahrtsgesellschaftskapitän und Rindfleischetikettierungsüberwachung",
    "https://example.org/a/long/path/to/the/registry?with=parameters&and=values#and-a-fragment",
    "住宅券の利用が親の精神的健康に与える影響について、抽選から一年後に測定されたもの",
)
CHROMIUM = """
    --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync
    --disable-background-networking --disable-component-update --dump-dom
""".split()  # noqa: SIM905


def test_html_shows_any_text_literally_and_runs_none() -> None:
    made, texts = nasty("version")  # it is in the head of the page
    page = Page(render(made, "html"))
    missing = [text for text in texts if plain(text) not in page.text]
    assert missing == []
    assert_harmless(page)


def test_text_shows_any_text_literally() -> None:
    made, texts = nasty("version")
    shown = plain(render(made, "text"))
    # A text in a table that is drawn is in several lines beside others: there its words are.
    drawn = {text for block in made.blocks("table") if has_numbers(block) for text in strings_of(block)}
    assert [text for text in texts if plain(text) not in shown and text not in drawn] == []
    assert all(word in shown for text in drawn for word in plain(text).split() if len(word) < 12)


def test_markdown_escapes_any_text() -> None:
    made, texts = nasty("version")
    shown = render(made, "markdown")
    for line in shown.splitlines():
        bare = re.sub(r"\\.|\$[^$]*\$|\*\*|<br>", "", line)  # escapes, formulas, bold, breaks in cells
        table = bare.startswith("|")
        assert not re.search(r"[`*_\[\]<$~^@{}]", bare) or "\\" in line[:1] or in_formula(line), line
        assert table or "|" not in bare, line
        assert table is False or bare.count("|") in (3, 4, 5, 6, 7), line
    unescaped = plain(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", shown))
    assert [text for text in texts if plain(text) not in unescaped] == []


@given(text())
@settings(max_examples=60, deadline=None)
def test_any_text_anywhere_in_a_sentence_is_literal(written: str) -> None:
    sentence = ("So ", written, Strong(written), Formula(r"\alpha"), Wanted(f"x{written}"))
    shown = [*map(visible, (written, written, f"x{written}"))]
    blocks = (Paragraph(sentence), Facts((Fact(written, sentence),)), Bullets((Item(written, (sentence,)),)))
    made = {format: render(holding(*blocks), format) for format in ("text", "markdown", "html")}
    assert_harmless(Page(made["html"]))
    made["markdown"] = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", made["markdown"])
    made["html"] = unescape(re.sub(r"<[^>]*>", "", made["html"]))
    for format, found in made.items():
        assert all(squeezed(each) in squeezed(found) for each in shown), format


def in_formula(line: str) -> bool:
    return bool(re.match(r"[&\\$]|B =|M_|Y\(|\\?[a-z]+_", line))


def test_latex_prints_any_text_literally(tmp_path: Path) -> None:
    """Side by side in several columns, pdftotext mixes the lines of texts: those only have to compile."""
    whole = report()
    kept = tuple(replace(s, blocks=tuple(b for b in s.blocks if not has_table(b))) for s in whole.sections)
    made, texts = nasty(*SHORT, "version", base=replace(whole, sections=kept))
    start = r"\begin{document}"
    unbroken = start + r"\pagestyle{empty}\hyphenpenalty=10000 \exhyphenpenalty=10000 "
    lint(render(made, "latex").replace(start, unbroken), tmp_path, most=1)
    found = squeezed(printed(tmp_path))
    missing = [text for text in texts if squeezed("".join(map(shown_as, text))) not in found]
    assert missing == []


def has_numbers(block: Any) -> bool:
    return any(isinstance(cell, float) for row in block.table.rows for cell in row)


def strings_of(block: Any) -> Iterator[str]:
    for cell in (
        *(column.title for column in block.table.columns),
        *(c for row in block.table.rows for c in row),
    ):
        if isinstance(cell, str):
            yield cell


def has_table(block: Any) -> bool:
    inside = (block, *getattr(block, "parts", ()), *getattr(block, "blocks", ()))
    return any(isinstance(each, Tabular) for each in walked(inside))


def squeezed(text: str) -> str:
    """Without white space, capitals and hyphens, which pdftotext takes away at the end of a line."""
    plain_text = unicodedata.normalize("NFKC", text).replace("\u2206", "Δ")  # a Delta in a formula
    return re.sub(r"[\s-]", "", plain_text).casefold()


def shown_as(character: str) -> str:
    """A character as LaTeX prints it: itself, or its name or its code point where the fonts lack it."""
    escaped = escape_latex(character)
    return escaped if len(escaped) > 1 and escaped.startswith("[") else character


def test_latex_compiles_with_any_text_in_every_cell(tmp_path: Path) -> None:
    made, _ = nasty()
    lint(render(made, "latex"), tmp_path, most=1)
    assert "root:" not in printed(tmp_path)


@pytest.mark.parametrize("label", LONG)
def test_long_labels_do_not_run_into_the_margin(label: str, tmp_path: Path) -> None:
    made = with_texts(lambda name, text: text if name in SHORT else label, report())
    assert overfull(lint(render(made, "latex"), tmp_path)) == []


def test_latex_prints_every_latin_1_character_and_all_our_symbols(tmp_path: Path) -> None:
    latin = [chr(code) for code in (*range(0x21, 0x7F), *range(0xA1, 0x100))]
    greek = [*UPPER_SYMBOLS.values(), *LOWER_SYMBOLS.values()]
    text = " ".join([*latin, *greek, *"–—‘’“”…€•", ",, << >> -- --- '' ``"])
    made = replace(holding(Paragraph(text), Bullets((Item(text),))), title=text)
    log = lint(render(made, "latex"), tmp_path, most=1)
    assert "Missing character" not in log
    assert all(sign in printed(tmp_path) for sign in (",, << >> -- --- '' ``", "Ð", "ß", "€", "•"))


def test_latex_prints_mathematical_signs_and_letters_of_many_scripts(tmp_path: Path) -> None:
    composed = (
        "ẽ ế ả ǎ ệ ṩ ở ﬁ \uff21 ① ⅓ № 𝛽 Θεραπεία Школа 한국 カタカナ სახლი שלום سلام 😀 ☃ ơ Ħ ŀ ⁴ ₂ ⁻ ⁿ ₓ ᵃ ĸ"
    )
    text = " ".join([*_MATHS, *_BOARD, *_TEXTS, *_LATIN, *composed.split()])
    made = replace(holding(Paragraph(text), Bullets((Item(text),))), title=text)
    log = lint(render(made, "latex"), tmp_path, most=1)
    found = printed(tmp_path)
    assert "Missing character" not in log
    assert not re.findall(r"\[U\+[0-9A-F]+\]", found.replace("[U+0138]", ""))
    assert all(sign in found for sign in ("Shkola", "hangug", "katakana", "[snowman]", "≤", "≥", "−", "1/3"))


def test_json_holds_the_tree_literally() -> None:
    made, texts = nasty()
    data = json.loads(render(made, "json"))
    assert data["schema_version"] == SCHEMA_VERSION
    assert list(data) == ["schema_version", "title", "subtitle", "sections", "purpose", "version", "missing"]
    strings = list(walk(data))
    assert [text for text in texts if text not in strings] == []
    graph, symbols = (
        next(s["blocks"][0] for s in data["sections"] if s["id"] == id) for id in ("graph", "symbols")
    )
    assert graph["kind"] == "graph"
    assert graph["picture"]["edges"][1] == {
        "source": "V", "target": "NP", "varies": "sites", "causal": True,
        "coefficient": {"latex": r"\Lambda_{V,\mathrm{NP}}", "text": "Λ_{V,NP}"},
    }  # fmt: skip
    assert symbols["rows"][1]["term"] == [{"latex": r"\Gamma_V", "text": "Γ_V"}]


def test_json_holds_tables_by_column() -> None:
    data = json.loads(render(report(), "json"))
    tables = [b["table"] for s in data["sections"] for b in s["blocks"] if b["kind"] == "table"]
    rows = {table["key"]: table["rows"] for table in tables}
    assert rows["precision"][1] == {"effect": "direct(NP, Y)", "se": "Infinity", "sites": None,
                                    "note": "more persons do not help"}  # fmt: skip
    assert rows["effects"][0]["effect"] == ["the effect of V ", {"code": "direct(V, Y)"}]
    assert rows["effects"][1]["argument"] == [{"wanted": "why (vi) holds"}]


def walk(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from walk(item)


def test_half_a_surrogate_pair_can_be_written_in_every_format() -> None:
    made = replace(report(), title="a\ud800b")
    for format in FORMATS:
        render(made, format).encode("utf-8")


def test_a_browser_shows_the_page_and_runs_nothing(tmp_path: Path) -> None:
    require_program("chromium")
    made, _ = nasty()
    (tmp_path / "report.html").write_text(render(made, "html"), encoding="utf-8")
    command = [shutil.which("chromium") or "", *CHROMIUM, f"--user-data-dir={tmp_path / 'user'}"]
    address = (tmp_path / "report.html").as_uri()
    done = subprocess.run([*command, address], capture_output=True, check=True, timeout=120)
    page = done.stdout.decode()
    assert "<math" in page
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
