"""How a Word document is laid out: what can be measured in the file without a word processor."""

import base64
import html
import io
import re
import zipfile
from functools import cache
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from identcheck.report.blocks import Equation, Equations, Tabular
from identcheck.report.writers import formulas_word, word, word_page
from identcheck.report.writers.render import render
from identcheck.report.writers.word_body import TEXT_WIDTH, body
from identcheck.symbols.written import Formula
from identcheck.tables.table import table_of
from tests.report.sample import holding, report
from tests.report.test_documents import made

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
EMU = 635  # in a twentieth of a point
OF_ALL = ("sample", "preregistration", "grant", "paper-appendix")


@cache
def parts(of: str) -> dict[str, bytes]:
    shown = report() if of == "sample" else made(of)
    with zipfile.ZipFile(io.BytesIO(word.word(render(shown, "word")))) as file:
        return {name: file.read(name) for name in file.namelist()}


def root(of: str) -> ElementTree.Element:
    return ElementTree.fromstring(parts(of)["word/document.xml"])


def styles(of: str = "sample") -> dict[str, ElementTree.Element]:
    found = ElementTree.fromstring(parts(of)["word/styles.xml"]).iter(f"{W}style")
    return {style.get(f"{W}styleId", ""): style for style in found}


def text(element: ElementTree.Element) -> str:
    return "".join(item.text or "" for item in element.iter() if item.tag in (f"{W}t", f"{M}t"))


def style_of(block: ElementTree.Element) -> str:
    named = block.find(f"{W}pPr/{W}pStyle")
    return "" if named is None else named.get(f"{W}val", "")


def blocks(of: str) -> list[ElementTree.Element]:
    (whole,) = root(of).iter(f"{W}body")
    return [item for item in whole if item.tag in (f"{W}p", f"{W}tbl")]


def kept(paragraph: ElementTree.Element) -> bool:
    return paragraph.find(f"{W}pPr/{W}keepNext") is not None


# -- the page --------------------------------------------------------------------------


def test_the_page_has_margins_and_numbers() -> None:
    (section,) = root("grant").iter(f"{W}sectPr")
    size, margins = section.find(f"{W}pgSz"), section.find(f"{W}pgMar")
    assert size is not None
    assert margins is not None
    width, height = int(size.get(f"{W}w", "")), int(size.get(f"{W}h", ""))
    sides = [int(margins.get(f"{W}{side}", "")) for side in ("left", "right", "top", "bottom")]
    assert width < height  # never across
    assert all(abs(side / 567 - 2.3) < 0.01 for side in sides)  # centimeters
    assert width - sides[0] - sides[1] == TEXT_WIDTH
    foot = parts("grant")["word/footer.xml"].decode()
    assert "PAGE" in foot
    assert "NUMPAGES" in foot
    assert made("grant").title[:60] in foot
    assert 'Target="footer.xml"' in parts("grant")["word/_rels/document.xml.rels"].decode()
    assert "/word/footer.xml" in parts("grant")["[Content_Types].xml"].decode()


def test_title_author_and_language_are_set() -> None:
    told = {
        item.tag.split("}")[1]: item.text
        for item in ElementTree.fromstring(parts("grant")["docProps/core.xml"])
    }
    asked = made("grant")
    assert told["title"] == asked.title
    assert told["subject"] == asked.subtitle
    assert told["creator"] == f"identcheck {asked.version}"
    assert told["language"] == "en-US"
    assert b'<w:lang w:val="en-US"' in parts("grant")["word/styles.xml"]
    assert b'w:name="compatibilityMode"' in parts("grant")["word/settings.xml"]
    page = render(asked, "word").replace("<title>", '<meta name="author" content="A. &amp; B."><title>', 1)
    with zipfile.ZipFile(io.BytesIO(word.word(page))) as file:
        assert "<dc:creator>A. &amp; B.</dc:creator>" in file.read("docProps/core.xml").decode()


def test_a_long_title_is_one_line_at_the_foot() -> None:
    assert len(html.unescape(word._shortened("long &amp; " * 40))) == 80
    assert word._shortened("A &amp; B") == "A &amp; B"


@pytest.mark.parametrize("of", OF_ALL)
def test_every_style_that_is_used_exists(of: str) -> None:
    kinds = (f"{W}pStyle", f"{W}rStyle", f"{W}tblStyle")
    used = {item.get(f"{W}val", "") for item in root(of).iter() if item.tag in kinds}
    assert used <= set(styles())
    assert {"Title", "Subtitle", "Heading1", "TableText", "TableHead"} <= used


# -- pictures --------------------------------------------------------------------------


@pytest.mark.parametrize("of", OF_ALL)
def test_pictures_fit_and_are_described_in_words(of: str) -> None:
    wide = [int(item.get("cx", "")) / EMU for item in root(of).iter(f"{DRAWING}extent")]
    assert wide
    assert max(wide) <= TEXT_WIDTH
    assert max(wide) > 0.4 * TEXT_WIDTH
    described = [item.get("descr", "") for item in root(of).iter(f"{DRAWING}docPr")]
    assert any("Arrows: from " in words for words in described)
    assert all(0 < len(words) < 2000 for words in described)
    assert {item.get("descr") for item in root(of).iter(f"{PICTURE}cNvPr")} == {""}
    assert b"base64" not in parts(of)["word/document.xml"]


@pytest.mark.parametrize("of", OF_ALL)
def test_captions_stay_with_pictures_and_tables(of: str) -> None:
    for name in ("Figure", "TableCaption", "TableHead", "Lead", *(f"Heading{n}" for n in range(1, 7))):
        assert styles()[name].find(f"{W}pPr/{W}keepNext") is not None, name
    for one, two in pairwise(blocks(of)):
        if style_of(one) == "Figure":
            assert style_of(two) == "ImageCaption"
        if style_of(one) == "TableCaption":
            assert two.tag == f"{W}tbl"
    assert any(style_of(block) == "Figure" for block in blocks(of))


@pytest.mark.parametrize(
    ("box", "width"),
    [("-140 0 680 300", 400), ("0 0 1200 300", 560), ("0 0 700 1400", 310), ("0 0 300 200", 300)],
)
def test_a_picture_is_no_larger_than_the_page_and_has_no_idle_sides(
    box: str, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = []
    monkeypatch.setattr(word_page, "_png", lambda svg: drawn.append(svg) or b"png")
    made = word_page._image(f'<svg viewBox="{box}" width="100%"><desc>two &lt; three</desc></svg>')
    assert made.endswith(f'alt="two &lt; three" width="{width}">')
    assert base64.b64encode(b"png").decode() in made
    assert 'viewBox="-' not in drawn[0]


# -- tables ----------------------------------------------------------------------------


@pytest.mark.parametrize("of", OF_ALL)
def test_tables_are_as_wide_as_the_text_and_repeat_their_heads(of: str) -> None:
    tables = list(root(of).iter(f"{W}tbl"))
    assert tables
    for table in tables:
        columns = [int(column.get(f"{W}w", "")) for column in table.iter(f"{W}gridCol")]
        assert abs(sum(columns) - TEXT_WIDTH) <= len(columns)
        assert min(columns) > 0.04 * TEXT_WIDTH
        for place, row in enumerate(table.iter(f"{W}tr")):
            assert row.find(f"{W}trPr/{W}cantSplit") is not None
            head = row.find(f"{W}trPr/{W}tblHeader") is not None
            assert not head or place == 0
            assert {style_of(p) for p in row.iter(f"{W}p")} <= {"TableHead" if head else "TableText"}
            assert [int(cell.find(f"{W}tcPr/{W}tcW").get(f"{W}w")) for cell in row.iter(f"{W}tc")] == columns  # type: ignore[union-attr, arg-type]


def test_a_small_table_is_kept_on_one_page_and_a_long_one_is_not() -> None:
    for rows, whole in ((3, True), (30, False)):
        table = Tabular(table_of("effects", "", ("Effect", "Why"), [("a", "b")] * rows))
        page = render(holding(table), "word")
        with zipfile.ZipFile(io.BytesIO(word.word(page))) as file:
            document = ElementTree.fromstring(file.read("word/document.xml"))
        found = [[kept(p) for p in row.iter(f"{W}p")] for row in document.iter(f"{W}tr")]
        assert len(found) == rows + 1
        assert all(found[0])  # the head, with the first row
        assert all(all(row) is whole for row in found[1:-1])
        assert not any(found[-1])


def test_columns_of_formulas_are_as_wide_as_they_are_and_texts_share_the_rest() -> None:
    texts = [
        ["Part of", "(v)"],
        ["Formula", "_" * 16],
        ["In words", "what treatment does to it " * 6],
        ["Status", "met"],
    ]
    part, formula, words, status = word_page._shares(texts, [False] * 4, "<thead>")
    assert 16 < formula < 22
    assert words > 35
    assert part + formula + words + status == pytest.approx(100)


def test_columns_of_terms_leave_room_for_what_is_said_of_them() -> None:
    rows = [f"<tr><th>{term}</th><td>{'said of it ' * 20}</td></tr>" for term in ("Sites", "Outcome")]
    made = word_page._with_widths(f"<table>{''.join(rows)}</table>")
    assert re.findall(r"width: ([\d.]+)%", made) == ["14.0", "86.0"]


# -- formulas --------------------------------------------------------------------------


@pytest.mark.parametrize("of", OF_ALL)
def test_names_in_formulas_are_words_and_indices_are_indices(of: str) -> None:
    assert list(root(of).iter(f"{M}sSub"))
    words = [run for run in root(of).iter(f"{M}r") if text(run) == "NP"]
    assert words
    assert all(run.find(f"{M}rPr/{M}nor") is not None for run in words)
    for parent in root(of).iter():
        runs = [run if run.tag == f"{M}r" else None for run in parent]
        for one, two in pairwise(runs):
            if one is not None and two is not None and one.find(f"{M}rPr/{M}sty") is not None:
                alike = two.find(f"{M}rPr/{M}sty") is not None
                assert not (alike and text(one).isalpha() and text(two).isalpha()), text(parent)


def body_of(latex: str) -> ElementTree.Element:
    page = render(holding(Equations((Equation(Formula(latex), number="D1.2"),))), "word")
    with zipfile.ZipFile(io.BytesIO(word.word(page))) as file:
        return ElementTree.fromstring(file.read("word/document.xml"))


def formula_lines(latex: str) -> list[ElementTree.Element]:
    return [p for p in body_of(latex).iter(f"{W}p") if style_of(p).startswith("Formula")]


TERM = r"\gamma_{\mathrm{practice},s} \, \operatorname{Cov}(\lambda_{\mathrm{practice}}, \delta_{\mathrm{home},s})"


def test_a_formula_has_its_number_in_its_first_line_and_its_lines_stay_together() -> None:
    lines = formula_lines(rf"\beta = {' + '.join([TERM] * 9)}")
    assert [style_of(line) for line in lines] == ["Formula", *["FormulaContinued"] * (len(lines) - 1)]
    assert len(lines) >= 5
    assert text(lines[0]).endswith("(D1.2)")
    assert lines[0].find(f".//{W}tab") is not None
    assert [kept(line) for line in lines] == [True, *[False] * (len(lines) - 3), True, False]


def test_a_product_with_a_long_bracket_is_cut_in_it() -> None:
    inside = " + ".join([TERM] * 6)
    lines = formula_lines(rf"\beta = \lambda \, \left({inside}\right)")
    assert len(lines) >= 4
    longest = max(len(text(line)) for line in lines)
    assert longest < 100
    alone = [run for line in (lines[0], lines[-1]) for run in line.iter(f"{M}r") if text(run) in ("(", ")")]
    words = [run for run in alone if run.find(f"{M}rPr/{M}nor") is not None]
    assert len(words) <= 2  # a bracket whose partner is on another line


@pytest.mark.parametrize(
    "latex", [rf"\beta = {' + '.join([TERM] * 9)}", rf"x = a \, \left({' + '.join([TERM] * 9)}\right)"]
)
def test_lines_are_the_formula_and_none_is_too_wide(latex: str) -> None:
    lines = formulas_word._lines(latex)
    assert all(formulas_word.letters_of(line) <= formulas_word._WIDTH for line in lines)
    assert " ".join(lines).replace(" ", "") == re.sub(r"\\left|\\right", "", latex).replace(
        " ", ""
    ) or "left" in "".join(lines)


def test_an_upper_index_stands_over_the_lower_one() -> None:
    assert formulas_word.letters_of(r"\gamma") == 1
    one = formulas_word.letters_of(r"\gamma_{\mathrm{insured},s}")
    assert formulas_word.letters_of(r"\gamma^{(\mathrm{arm})}_{\mathrm{insured},s}") == one


@pytest.mark.parametrize(
    ("signs", "words"),
    [
        ("(a)", ""),
        ("(a", "("),
        ("a)+(", ")("),
        ("[a)", "[)"),
        ("a[(b)]", ""),
        ("*(a)", "*"),
        ("\\a", "\u2216"),
    ],
)
def test_a_bracket_whose_partner_is_on_another_line_is_a_word(signs: str, words: str) -> None:
    runs = "".join(f"<m:r><m:t>{sign}</m:t></m:r>" for sign in signs)
    spaces = f'xmlns:w="{W[1:-1]}" xmlns:m="{M[1:-1]}"'
    source = f"<w:document {spaces}><w:body><w:p><m:oMath>{runs}</m:oMath></w:p></w:body></w:document>"
    made = ElementTree.fromstring(body(source.replace("<w:document", '<w:document xmlns:r="r"', 1)))
    found = [text(run) for run in made.iter(f"{M}r") if run.find(f"{M}rPr/{M}nor") is not None]
    assert "".join(found) == words


# -- words -----------------------------------------------------------------------------


def test_verdicts_are_bold_and_coloured() -> None:
    tones = {name: style for name, style in styles().items() if name.startswith("Verdict")}
    assert set(tones) == {"VerdictGood", "VerdictOpen", "VerdictBad", "VerdictPlain"}
    for style in tones.values():
        assert style.find(f"{W}rPr/{W}b") is not None
    colours = [style.find(f"{W}rPr/{W}color").get(f"{W}val") for style in tones.values()]  # type: ignore[union-attr]
    assert len(set(colours)) == 4
    said = {}
    for run in root("sample").iter(f"{W}r"):
        named = run.find(f"{W}rPr/{W}rStyle")
        if named is not None and named.get(f"{W}val", "").startswith("Verdict"):
            said.setdefault(named.get(f"{W}val"), set()).add(text(run).casefold())
    assert "identified" in said["VerdictGood"]
    assert {"conditional", "to be justified"} <= said["VerdictOpen"]
    assert "not identified" in said["VerdictBad"]


def test_a_heading_that_begins_with_its_verdict_does_not_say_it_twice() -> None:
    made = word_page._in_words('<h3>Not identified <span class="badge bad">not identified</span></h3>')
    assert made == '<h3><span data-custom-style="Verdict Bad">Not identified</span></h3>'
    made = word_page._in_words('<h3>(vi) Rank <span class="badge open">to be justified</span></h3>')
    assert made == '<h3>(vi) Rank \u00b7 <span data-custom-style="Verdict Open">to be justified</span></h3>'


def test_a_verdict_in_a_cell_has_its_colour() -> None:
    made = word_page._in_words('<td><span class="tone bad">violated</span></td>')
    assert made == '<td><span data-custom-style="Verdict Bad">violated</span></td>'


def test_folded_parts_are_shown_in_full() -> None:
    shown = [(style_of(block), text(block)) for block in blocks("sample")]
    place = shown.index(("Lead", "Every strategy"))
    assert shown[place + 1][1] == "Here it is."
    assert blocks("sample")[place + 3].tag == f"{W}tbl"
    assert ("Heading1", "Appendix: Derivations") in shown


@pytest.mark.parametrize("of", OF_ALL)
def test_what_announces_something_stays_with_it(of: str) -> None:
    by_style = {name for name, style in styles().items() if style.find(f"{W}pPr/{W}keepNext") is not None}
    for block in blocks(of)[:-1]:
        if block.tag == f"{W}p" and text(block).rstrip().endswith(":"):
            assert kept(block) or style_of(block) in by_style


@pytest.mark.parametrize("of", OF_ALL)
def test_properties_of_paragraphs_stand_in_the_order_of_the_standard(of: str) -> None:
    order = ["pStyle", "keepNext", "keepLines", "numPr", "pBdr", "tabs", "spacing", "ind", "jc", "outlineLvl"]
    for properties in root(of).iter(f"{W}pPr"):
        places = [order.index(tag) for item in properties if (tag := item.tag.removeprefix(W)) in order]
        assert places == sorted(places)
