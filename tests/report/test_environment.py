"""Escaping, filters and the finding of templates."""

import re
from pathlib import Path

import pytest
from jinja2 import DictLoader, UndefinedError, nodes
from jinja2.exceptions import SecurityError, TemplateAssertionError
from markupsafe import Markup

from identcheck.errors import ReportError
from identcheck.errors.visible import visible
from identcheck.report.blocks import PLAIN, Equation, Graph, Tabular
from identcheck.report.writers import environment as room, escaping, filters, filters_text, formulas
from identcheck.report.writers.environment import environment, template_folder
from identcheck.report.writers.render import render
from identcheck.report.writers.tree import FORMATS, frame_name, slug
from identcheck.symbols.typeset import unicode
from identcheck.symbols.written import Badge, Code, Formula, Soft, Strong, Wanted
from identcheck.tables.table import Column, Table
from tests.report.sample import holding, picture, report
from tests.report.sample_findings import SUM
from tests.tools import REPOSITORY

ESCAPED = ("markdown", "latex", "html")
OPEN = {"latex": ("(((", ")))")}
HOSTILE = r"\input{x} & <b> *_ $"


def rendered(format: str, expression: str, **values: object) -> str:
    left, right = OPEN.get(format, ("{{", "}}"))
    return environment(format).from_string(f"{left} {expression} {right}").render(**values)


@pytest.mark.parametrize("format", ESCAPED)
def test_a_value_is_escaped_once_wherever_it_is_printed(format: str) -> None:
    once = rendered(format, "value", value=HOSTILE)
    assert once == getattr(escaping, format)(HOSTILE) != HOSTILE
    block = ("((*", "*))") if format == "latex" else ("{%", "%}")
    shown = "((( x )))" if format == "latex" else "{{ x }}"
    macro = f"@macro m(x)#{shown}@endmacro#@set y#{shown.replace('x', 'value')}@endset#"
    source = macro.replace("@", block[0] + " ").replace("#", " " + block[1])
    made = environment(format).from_string(
        source + shown.replace("x", "m(value)") + "!" + shown.replace("x", "y")
    )
    assert made.render(value=HOSTILE) == f"{once}!{once}"


@pytest.mark.parametrize("format", ESCAPED)
def test_join_escapes_every_item_and_the_separator(format: str) -> None:
    literal = getattr(escaping, format)
    made = rendered(format, "items | join('&c ')", items=[HOSTILE, Markup("<i>"), 3])
    assert made == f"{literal(HOSTILE)}{literal('&c')} <i>{literal('&c')} 3"
    assert rendered(format, "items | join(' ')", items=["a", "b"]) == "a b"


@pytest.mark.parametrize("format", FORMATS)
def test_what_is_not_there_is_an_error(format: str) -> None:
    with pytest.raises(UndefinedError):
        rendered(format, "nothing")
    with pytest.raises(UndefinedError):
        rendered(format, "report.titel", report=report())


@pytest.mark.parametrize("format", FORMATS)
def test_templates_are_sandboxed_and_cannot_unescape(format: str) -> None:
    with pytest.raises(SecurityError):
        rendered(format, "value.__class__.__mro__", value="x")
    for name in ("safe", "format", "replace", "xmlattr", "e"):
        with pytest.raises(TemplateAssertionError):
            rendered(format, f"value | {name}", value="x")


def test_one_environment_per_format() -> None:
    assert environment("html") is environment("html")
    assert environment("latex").variable_start_string == "((("


def all_templates() -> list[Path]:
    return sorted(template_folder().rglob("*.jinja"))


@pytest.mark.parametrize("path", all_templates(), ids=lambda path: path.name)
def test_templates_do_not_glue_text(path: Path) -> None:
    """`~` and `+` of markup and text escape by the rules of HTML in every format."""
    formats = {suffix: format for format, suffix in FORMATS.items()}
    format = formats.get(path.name.split(".")[-2], "text")  # code in a language is text
    tree = environment(format).parse(path.read_text(encoding="utf-8"))
    sums = (node for node in tree.find_all(nodes.Add) if not counts(node))
    glued = [node.lineno for node in (*tree.find_all(nodes.Concat), *sums)]
    assert not glued, f"{path.name}: glued text in lines {glued}; print values side by side or use join"


def counts(node: nodes.Node) -> bool:
    """Whether it is a number, as in a margin; a sum is one if either part is, as text cannot be added to a number."""
    if isinstance(node, nodes.CondExpr):
        return counts(node.expr1) and node.expr2 is not None and counts(node.expr2)
    if isinstance(node, nodes.Add):
        return counts(node.left) or counts(node.right)
    if isinstance(node, nodes.Filter):
        return node.name == "length"
    return isinstance(node, nodes.Const) and isinstance(node.value, int)


def test_the_readme_of_the_templates_names_every_file_and_block() -> None:
    folder = template_folder()
    readme = (folder / "README.md").read_text(encoding="utf-8")
    for path in folder.rglob("*.*"):
        assert path.name == "README.md" or f"`{path.relative_to(folder).as_posix()}`" in readme
    assert all(f"`{block}`" in readme for format in FORMATS for block in blocks(frame_name(format)))


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_has_a_macro_for_every_plain_kind(format: str) -> None:
    macros = environment(format).get_template(f"{format}/blocks.{FORMATS[format]}.jinja").module
    assert all(hasattr(macros, kind) for kind in PLAIN)


def blocks(name: str) -> set[str]:
    text = (template_folder() / name).read_text(encoding="utf-8")
    return set(re.findall(r"(?:\{%|\(\(\*) block (\w+)", text))


@pytest.mark.parametrize("format", FORMATS)
def test_any_block_of_the_frame_can_be_overridden(format: str) -> None:
    original = environment(format)
    assert original.loader is not None
    name = frame_name(format)
    for block in blocks(name) - {"preamble"}:
        left, right = ("((*", "*))") if format == "latex" else ("{%", "%}")
        mine = f'{left} extends "{name}" {right}{left} block {block} {right}MINE{left} endblock {right}'
        overlay = original.overlay()
        overlay.loader = DictLoader({"mine": mine, **{n: original.loader.get_source(original, n)[0]
                                                      for n in original.loader.list_templates()}})  # fmt: skip
        assert overlay.get_template("mine").render(report=report()).count("MINE") == 1


def test_templates_are_found_in_the_package_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert template_folder() == REPOSITORY / "templates"
    packaged = tmp_path / "templates"
    packaged.mkdir()
    (packaged / "text").mkdir()
    (packaged / "text" / "frame.txt.jinja").write_text("")
    monkeypatch.setattr(room.resources, "files", lambda _: tmp_path)
    assert template_folder() == packaged


def test_missing_templates_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room.resources, "files", lambda _: tmp_path)
    monkeypatch.setattr(room, "__file__", str(tmp_path / "a" / "b" / "c" / "d.py"))
    with pytest.raises(ReportError, match="templates are missing"):
        template_folder()


# -- escaping ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a_b *c* `d`", r"a\_b \*c\* \`d\`"),
        ("<script>", r"\<script>"),
        ("[x](javascript:y)", r"\[x\](javascript:y)"),
        ("#1 $x$ ~ ^ |", r"\#1 \$x\$ \~ \^ \|"),
        ("back\\slash", r"back\\slash"),
        ("&amp; R & D", r"\&amp; R & D"),
        ("1. first", r"1\. first"),
        ("(i) first", r"\(i) first"),
        ("- item", r"\- item"),
        ("> quote", r"\> quote"),
        ("a\n\nb", "a b"),
        ("---", r"\-\-\-"),
        ("-1/4", "-1/4"),
        ("0.1 is 10.", "0.1 is 10."),
        ("V -> NP", "V -> NP"),
    ],
)
def test_markdown_is_escaped_where_it_would_be_obeyed(text: str, escaped: str) -> None:
    assert escaping.markdown(text) == escaped


def test_a_terminal_is_not_given_commands() -> None:
    assert visible("a\x1b[31mb\u202ec\ud800") == "a[U+001B][31mb[U+202E]c[U+D800]"
    assert visible("née 漢字 😀\n") == "née 漢字 😀\n"


def test_markdown_names_what_is_not_measured() -> None:
    made = render(holding(Graph(picture(), "What it shows.")), "markdown")
    assert "\nNot measured: X.\n\nWhat it shows." in made


def test_notes_of_a_table_in_markdown_are_one_list() -> None:
    long = "more persons in each of the sites do not help, as sites differ"
    columns = (Column("effect", "Effect", "", 0), Column("se", "SE", "", 2), Column("why", "Why", "", 0))
    rows = (("a", 0.1, long), ("b", 0.2, long))
    made = render(holding(Tabular(Table("precision", "", columns, rows, ""))), "markdown")
    assert f"\n- \\(1) {long}\n" in made


def test_long_words_may_be_broken_in_latex() -> None:
    assert r"\icbreak" not in escaping.latex("neighborhood poverty")
    assert escaping.latex("https://x.org/a").count(r"\icbreak{}") >= 4


def test_latex_takes_no_text_for_an_option() -> None:
    """After a line break in a table, a bracket or a star would be one; two commas would be joined."""
    assert escaping.latex("[2cm] *") == "{[}2cm] {*}"
    assert escaping.latex(",,,") == "{,}{,},"


# -- formulas ------------------------------------------------------------------------


@pytest.mark.parametrize("width", [10, 30, 60, 200])
def test_a_formula_in_lines_is_still_the_formula(width: int) -> None:
    lines = formulas.display_lines(SUM, width)
    assert " ".join(lines).replace(r"\quad", "").split() == SUM.replace(r"\quad", "").split()
    assert all(line.count("{") == line.count("}") for line in lines)
    assert all(line.count("(") == line.count(")") for line in lines) or width < 30
    assert all(formulas.printed_width(line) <= width for line in lines) or width < 30


def test_a_formula_is_broken_inside_brackets_at_commas_alone() -> None:
    first, second = r"\operatorname{Cov}(a + b,", r"c - d)^{x + y, z}_{\text{a, ( = b}}"
    assert formulas.display_lines(f"{first} {second}", 100) == [f"{first} {second}"]
    assert formulas.display_lines(f"{first} {second} = 0", 5) == [first, second, "= 0"]
    assert formulas.display_lines(r"\left(a, b\right)", 1) == [r"\left(a, b\right)"]
    assert formulas.display_lines(r"-a = -b - c", 1) == ["-a", "= -b", "- c"]
    assert formulas.display_lines(r"a_{1} ,\ b \quad c", 1) == ["a_{1} ,", "b", "c"]


def test_lines_are_aligned_at_a_short_left_side() -> None:
    assert formulas.aligned(["a"]) == "a"
    assert formulas.aligned(["a = b + c", "+ d"]).splitlines() == [
        r"\begin{aligned}", r"a &= b + c \\", r"& \quad {} + d", r"\end{aligned}"
    ]  # fmt: skip
    assert "& a + b = c" in formulas.aligned(["a + b = c", "= d"])


def test_math_in_each_format() -> None:
    gamma = Formula(r"\gamma_{1s}")
    inline = {format: rendered(format, "x | inline", x=(gamma,)) for format in (*FORMATS, "word")}
    assert inline["text"] == unicode(gamma.latex) == "γ_1s"
    assert inline["markdown"] == r"$\gamma_{1s}$"
    assert inline["latex"] == r"\(\gamma_{1s}\)"
    assert inline["html"].startswith("<math ")
    assert inline["word"].startswith('<script type="math/tex">')
    numbered = Equation(gamma, number="9")
    assert rendered("text", "x | display(6)", x=numbered) == "(9)   γ_1s"
    assert rendered("markdown", "x | display", x=numbered) == "$$\n\\gamma_{1s} \\tag{9}\n$$"
    assert rendered("latex", "x | display", x=numbered) == r"\icequation{9}{}{\icpart{\gamma_{1s}}}{}"
    assert 'display="block"' in rendered("html", "x | display", x=gamma)


@pytest.mark.parametrize("format", FORMATS)
def test_marks_in_each_format_are_literal(format: str) -> None:
    marks = (Code(HOSTILE), Badge(HOSTILE), Strong(HOSTILE), Soft(HOSTILE), Wanted(HOSTILE))
    literal = filters.LITERAL[format](HOSTILE)
    for mark in marks:
        made = rendered(format, "x | inline", x=("a ", mark, " b"))
        assert made.count(literal) == 1
        assert made.startswith("a ")
        assert made.endswith(" b")
    assert "To be written" in rendered(format, "x | inline", x=(Wanted("x"),))
    assert rendered(format, "x | inline", x=HOSTILE) == literal
    with pytest.raises(TypeError, match="was given a value of the kind dict"):
        rendered(format, "x | inline", x=({},))


# -- other filters -------------------------------------------------------------------


def test_text_is_wrapped_with_hanging_indents() -> None:
    lines = filters_text.wrap("word " * 60, 2, 6).splitlines()
    assert all(len(line) <= 88 for line in lines)
    assert lines[0].startswith("  word")
    assert all(line.startswith("      word") for line in lines[1:])


def test_slugs_are_safe_in_identifiers() -> None:
    assert slug('v.a"> <b') == "v-a-b"
