"""Templates of a user: one block or all of it, what is wrong with them, and escaping that holds in them too."""

from __future__ import annotations

import base64
import os
import resource
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from identcheck import Identification, ReportError, check, load
from identcheck.errors.visible import visible
from identcheck.report.matter import Matter
from identcheck.report.writers import metering, pdf
from identcheck.report.writers.escaping import html, latex, markdown
from identcheck.report.writers.own_templates import OwnTemplates
from identcheck.report.writers.render import render
from identcheck.report.writers.tree import FORMATS as SUFFIXES, frame_name
from tests.report.readers import lint
from tests.report.sample import report
from tests.terminal import run
from tests.tools import REPOSITORY, require_program

FORMATS = list(SUFFIXES)
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
HOSTILE = r"\input{x} & <script>alert(1)</script> *_ $ 5% [a](b) #"
LITERAL = {"text": visible, "markdown": markdown, "latex": latex, "html": html}


def in_marks(format: str, source: str) -> str:
    """The source with the marks of the format: ``<% %>`` for blocks and ``<< >>`` for values."""
    left, right, before, after = (
        ("((*", "*))", "(((", ")))") if format == "latex" else ("{%", "%}", "{{", "}}")
    )
    for sign, mark in (("<%", left), ("%>", right), ("<<", before), (">>", after)):
        source = source.replace(sign, mark)
    return source


@pytest.fixture
def result() -> Identification:
    return check(load(REPOSITORY / "examples" / "one_site.toml"))


def put(folder: Path, name: str, source: str) -> None:
    """Write a template, in the marks of its format, to its place in a folder."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(in_marks("latex" if ".tex" in name else "html", source), encoding="utf-8")


def rendered(format: str, source: str, folder: Path, title: str = "A trial") -> str:
    put(folder, frame_name(format), source)
    return render(replace(report(), title=title), format, OwnTemplates(folder=folder))


def problem(format: str, source: str, folder: Path) -> str:
    with pytest.raises(ReportError) as caught:
        rendered(format, source, folder)
    return str(caught.value).replace(str(folder), "DIR")


# -- what they can do ----------------------------------------------------------------


@pytest.mark.parametrize("format", FORMATS)
def test_a_kind_of_block_is_replaced_and_the_rest_stays(format: str, tmp_path: Path) -> None:
    put(tmp_path, f"{format}/blocks/blank.{SUFFIXES[format]}.jinja", "Mine: << block.wanted >>.\n\n")
    made, plain = render(report(), format, OwnTemplates(folder=tmp_path)), render(report(), format)
    blanks = plain.count("to be filled in")
    assert made.count("Mine: ") == blanks + 1
    assert made.count("Mine: the direction of the effect.") == 1
    assert "to be filled in" not in made
    kept = [line for line in plain.splitlines() if line in made.splitlines()]
    assert len(kept) > 0.95 * len(plain.splitlines())


@pytest.mark.parametrize("format", FORMATS)
def test_an_entry_is_replaced_and_can_be_printed_as_it_was(format: str, tmp_path: Path) -> None:
    name = f"{format}/blocks/assumption.{SUFFIXES[format]}.jinja"
    put(
        tmp_path,
        name,
        "\n<% if block.numeral == 'i' %>About << block.title >><% endif %>\n\n<< block | written >>\n",
    )
    made, plain = render(report(), format, OwnTemplates(folder=tmp_path)), render(report(), format)
    assert made.count("About Stable unit treatment values") == 1
    assert made.replace("About Stable unit treatment values", "").split() == plain.split()


@pytest.mark.parametrize("format", FORMATS)
def test_a_section_is_replaced_by_its_name(format: str, tmp_path: Path) -> None:
    place = f"{format}/sections/"
    put(tmp_path, f"{place}references.{SUFFIXES[format]}.jinja", "Mine: << section.heading >>.\n")
    put(
        tmp_path, f"{place}assumption-vi.{SUFFIXES[format]}.jinja", "<< section | written >>\n\nAnd more.\n\n"
    )
    put(tmp_path, f"{place}also-given.{SUFFIXES[format]}.jinja", "<< section.blocks | written >>")
    made = render(report(), format, OwnTemplates(folder=tmp_path))
    assert made.count("Mine: References.") == 1
    assert "Reardon" not in made
    assert made.count("And more.") == 1
    assert "No covariance of compliance and effect within sites" in made
    assert "Also taken as given" not in made
    assert "Attrition" in made


@pytest.mark.parametrize("format", FORMATS)
def test_a_block_of_the_frame_is_replaced_and_can_use_ours(format: str, tmp_path: Path) -> None:
    body = "<% block body %>And: << report['references'] | written >><< report.blocks('blank') | written >><% endblock %>"
    made = rendered(
        format,
        f'<% extends "identcheck/{frame_name(format)}" %>{body}<% block title %><< super() >>More.<% endblock %>',
        tmp_path,
    )
    assert "Reardon" in made.replace("\\icbreak{}", "")
    assert "the direction of the effect" in made
    assert "More." in made
    assert "A trial" in made
    assert LITERAL[format](report().subtitle) in made
    assert "Exclusion restriction" not in made


@pytest.mark.parametrize("format", FORMATS)
def test_a_template_wholly_its_own(format: str, tmp_path: Path, result: Identification) -> None:
    path = tmp_path / f"short.{SUFFIXES[format]}.jinja"
    path.write_text(
        in_marks(format, "<% for a in report.blocks('assumption') %><< a.numeral >> <% endfor %>")
    )
    grounds = Matter(result).grounds
    numerals = " ".join(
        ground.name for standing in (False, True) for ground in grounds if ground.standing == standing
    )
    assert "vi" in numerals
    assert result.render(format, template=path).strip() == numerals
    assert result.render(template=path).strip() == numerals  # the name tells the format
    assert result.render(format, template=path.name, templates=tmp_path).strip() == numerals


def test_sections_are_found_by_name_and_chosen_by_filters(tmp_path: Path, result: Identification) -> None:
    path = tmp_path / "short.md.jinja"
    path.write_text(
        "{{ report['assumption-vi'].heading }}! {{ report.sections | selectattr('appendix') | written }}"
    )
    made = result.render(template=path, full=True)
    assert made.startswith(r"\(vi) Effectiveness of the instrument!")
    assert "# Appendix" in made
    assert "## Symbols" not in made


def test_what_lies_beside_a_template_is_no_override(tmp_path: Path, result: Identification) -> None:
    put(tmp_path, "latex/sections/intro.tex", "x")
    path = tmp_path / "short.tex.jinja"
    path.write_text("x")
    assert result.render(template=path) == "x\n"


def test_a_template_elsewhere_sees_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, result: Identification
) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "foot.md").write_text("foot")
    (tmp_path / "short.md.jinja").write_text("{% include 'foot.md' %}")
    monkeypatch.chdir(tmp_path / "own")
    for place in (tmp_path / "short.md.jinja", "../short.md.jinja"):
        assert result.render(template=place, templates=tmp_path / "own") == "foot\n"
        assert result.render(template=place, templates=".") == "foot\n"


def test_a_template_includes_pieces_beside_it_and_of_ours(tmp_path: Path, result: Identification) -> None:
    (tmp_path / "foot.txt").write_text("\ufefffoot of {{ report.title }}", encoding="utf-8")
    (tmp_path / "mine.html").write_text(
        '{% import "identcheck/html/blocks.html.jinja" as blocks %}{{ blocks.badge("a & b") }}{% include "foot.txt" %}'
    )
    made = result.render("html", template=tmp_path / "mine.html")
    assert made.startswith('<span class="badge plain">a &amp; b</span>')
    assert f"foot of {result.design.title}" in made
    assert "\ufeff" not in made


def test_a_piece_of_ours_can_be_replaced(tmp_path: Path, result: Identification) -> None:
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "style.css").write_text("body { color: black; }")
    made = result.render("html", templates=tmp_path)
    assert "<style>\nbody { color: black; }" in made
    assert "<h2>Assumptions, and why they should hold</h2>" in made


def test_a_word_document_takes_those_for_html(tmp_path: Path) -> None:
    put(tmp_path, "html/sections/references.html.jinja", "<p>None.</p>")
    assert "<p>None.</p>" in render(report(), "word", OwnTemplates(folder=tmp_path))


def test_save_and_the_command_line_take_them(tmp_path: Path, result: Identification) -> None:
    put(tmp_path, "html/sections/references.html.jinja", "<p>None.</p>")
    (tmp_path / "own.txt.jinja").write_text("{{ report.title }}!")
    result.save(tmp_path / "a.html", templates=tmp_path)
    assert "<p>None.</p>" in (tmp_path / "a.html").read_text(encoding="utf-8")
    trial = str(REPOSITORY / "examples" / "one_site.toml")
    done = run("report", trial, "-o", str(tmp_path / "b.html"), "--templates", str(tmp_path))
    assert done.exit_code == 0, done.output
    assert (tmp_path / "b.html").read_bytes() == (tmp_path / "a.html").read_bytes()
    done = run("report", trial, "--template", "own.txt.jinja", "--templates", str(tmp_path))
    assert done.stdout == f"{result.design.title}!\n"


def test_a_faulty_template_leaves_an_older_report_and_is_no_traceback(tmp_path: Path) -> None:
    put(tmp_path, "html/frame.html.jinja", "<< report.titel >>")
    (tmp_path / "a.html").write_text("old")
    trial = str(REPOSITORY / "examples" / "one_site.toml")
    done = run("report", trial, "-o", str(tmp_path / "a.html"), "--templates", str(tmp_path), "--force")
    assert done.exit_code == 2
    assert "frame.html.jinja, line 1: Report has no field 'titel' (did you mean 'title'?)" in done.stderr
    assert (tmp_path / "a.html").read_text() == "old"


# -- what is wrong with them -----------------------------------------------------------

EXTENDS = '<% extends "identcheck/html/frame.html.jinja" %>\n'
FAULTS = {
    "misspelled field": (
        "line\n<< report.subtitel >>",
        "template DIR/html/frame.html.jinja, line 2: Report has no field 'subtitel' (did you mean 'subtitle'?)",
    ),
    "misspelled field of an item": (
        "<% for a in report.blocks('assumption') %>\n<< a.numerl >>\n<% endfor %>",
        "line 2: Assumption has no field 'numerl' (did you mean 'numeral'?)",
    ),
    "in a condition": ("\n\n<% if report.plan %>x<% endif %>", "line 3: Report has no field 'plan'"),
    "misspelled variable": ("<< reprot.title >>", "line 1: there is nothing called 'reprot' (did you mean 'report'?)"),
    "misspelled filter": ("<< report.title | mop >>", "line 1: there is no filter 'mop' (did you mean 'map'?); there are"),
    "safe": ("<< report.title | safe >>", "line 1: there is no filter 'safe'"),
    "misspelled macro": (
        "<% import 'identcheck/html/blocks.html.jinja' as blocks %>\n<< blocks.bulets(1) >>",
        "line 2: the imported template has no macro 'bulets' (did you mean 'bullets'?)",
    ),
    "too much for a macro": (
        "<% import 'identcheck/html/blocks.html.jinja' as blocks %>\n\n<< blocks.bullets(1, 2, 3) >>",
        "line 3: this line cannot be printed: macro 'bullets' takes not more than 2 argument(s)",
    ),
    "text for a formula": (
        "<< report.title | display >>",
        "line 1: this line cannot be printed: the filter is for a formula, and was given 'A trial'",
    ),
    "unknown tag": ("\n<% blok x %>", "line 2: encountered unknown tag 'blok'"),
    "block left open": (EXTENDS + "<% block body %>", "line 2: unexpected end of template"),
    "bracket left open": ("<< report.title", "line 1: unexpected end of template"),
    "unknown block": (
        EXTENDS + "<% block boddy %>x<% endblock %>",
        "line 2: identcheck/html/frame.html.jinja has no block 'boddy' (did you mean 'body'?), so this would not "
        "be printed; its blocks are body,",
    ),
    "text beside the blocks": (
        EXTENDS + "\n\nSome words.\n<% block body %><% endblock %>",
        "line 4: this stands outside the blocks, so it would not be printed; move it into a block",
    ),
    "a loop beside the blocks": (
        EXTENDS + "<% for x in report.sections %><% endfor %>",
        "line 2: this stands outside the blocks",
    ),
    "extends itself": (
        '<% extends "html/frame.html.jinja" %>',
        'line 1: the template extends itself; identcheck\'s own is called "identcheck/html/frame.html.jinja"',
    ),
    "extends nothing": (
        '<% extends "identcheck/html/fram.html.jinja" %>',
        "line 1: there is no template 'identcheck/html/fram.html.jinja' (did you mean 'identcheck/html/frame.html.jinja'?)",
    ),
    "extends a name worked out": ("<% extends report.title %>", "line 1: name the template that is extended in quotes"),
    "includes nothing": ("\n<% include 'nothing.css' %>", "line 2: there is no template 'nothing.css'"),
    "includes a file outside": ("<% include '../../etc/passwd' %>", "line 1: there is no template '../../etc/passwd'"),
    "the inside of a value": ("<< report.__class__ >>", "line 1: templates may not use '__class__'"),
    "the inside of a function": (
        "<< report.blocks('graph')[0].picture.rect.__globals__ >>",
        "line 1: Layout has no field 'rect'",
    ),
    "the inside by a format": (
        "<< '{0.__class__}'.format(report) >>",
        "line 1: templates may not use '__class__'",
    ),
    "the inside by a filter": (
        "<< [report] | map(attribute='__dict__') | first >>",
        "line 1: templates may not use '__dict__'",
    ),
    "a file": ("<< open('/etc/passwd') >>", "line 1: there is nothing called 'open'"),
    "a change": ("<< report.sections.append(1) >>", "line 1: a value of the kind tuple has nothing called 'append'"),
    "printed text changed": (
        "<% set x %>a<% endset %><< x.replace('a', report.title) >>",
        "line 1: printed text cannot be changed by 'replace'",
    ),
    "a list": ("<< report.sections >>", "cannot be printed: a list is printed item by item"),
    "a block": (
        "<< report['glance'] >>",
        "cannot be printed: a block is printed by the filter written, or by its fields: id, heading",
    ),
    "no block": (
        "<< report.title | written >>",
        "cannot be printed: the filter is for blocks, and was given a value of the kind str",
    ),
    "a kind there is not": (
        "<< report.blocks('asumption') | written >>",
        "no block of the kind 'asumption' (did you mean 'assumption'?)",
    ),
    "a section there is not": (
        "<< report['asumptions'] | written >>",
        "Report has no field 'asumptions' (did you mean 'assumptions'?)",
    ),
    "a field of old": (
        "<< report.questions >>",
        "a report has no field 'questions' any more; write report.blocks(\"verdict\")",
    ),
    "a template of old": (
        "<% extends 'identcheck/report.html.jinja' %>",
        "there is no template 'identcheck/report.html.jinja' any more",
    ),
    "work of ours": ("<< report.blocks('table')[0].table.save('x.csv') >>", "templates may not use 'save'"),
    "a formula": (
        "<< report['symbols'].blocks[0].rows[0].term[0] >>",
        "cannot be printed: a formula or a mark is printed by the filter inline",
    ),
    "an entry": ("<< report['glance'].blocks[0].rows[0] >>", "cannot be printed: a Fact is printed by its fields: term, text"),
    "nothing": ("<% set x = none %><< x >>", "cannot be printed: there is no value here; ask for it first"),
    "a macro without brackets": ("<% macro m() %>x<% endmacro %><< m >>", "a macro is written with its brackets"),
    "glue": ("\n<< report.title ~ 'x' >>", "line 2: '~' is not used here"),
    "without end": ("<% macro f() %><< f() >><% endmacro %><< f() >>", "it calls itself without end"),
    "far too long": ("<% for x in range(10000000) %>x<% endfor %>", "line 1: this line cannot be printed: Range too big"),
    "division": ("<< 1 / 0 >>", "line 1: this line cannot be printed: division by zero"),
    "marks of LaTeX": ("(((report.title)))", "line 1: write {% extends ... %}"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_with_file_and_line(fault: str, tmp_path: Path) -> None:
    source, expected = FAULTS[fault]
    assert expected in problem("html", source, tmp_path)


def test_marks_of_other_formats_are_no_latex(tmp_path: Path) -> None:
    frame = tmp_path / "latex" / "frame.tex.jinja"
    frame.parent.mkdir()
    frame.write_text('\\emph{%\nx}\n{% extends "identcheck/latex/frame.tex.jinja" %}')
    with pytest.raises(ReportError, match=r"line 3: in a template for LaTeX write \(\(\* extends"):
        render(report(), "latex", OwnTemplates(folder=tmp_path))
    frame.write_text("\\emph{%\n{{\\bf x}}} ((( report.title )))")
    assert report().title in render(report(), "latex", OwnTemplates(folder=tmp_path))


def test_every_problem_of_the_blocks_is_told_at_once(tmp_path: Path) -> None:
    said = problem(
        "html", EXTENDS + "<% block a %><% endblock %>\n<% block b %><% endblock %>\nwords", tmp_path
    )
    assert said.startswith("in the templates:\n  - template DIR/html/frame.html.jinja, line 2:")
    assert said.count("\n  - ") == 3


def test_a_template_between_is_checked_too(tmp_path: Path) -> None:
    (tmp_path / "base.html.jinja").write_text(in_marks("html", EXTENDS + "<% block boddy %><% endblock %>"))
    said = problem("html", '<% extends "base.html.jinja" %><% block body %>x<% endblock %>', tmp_path)
    assert "DIR/base.html.jinja, line 2: identcheck/html/frame.html.jinja has no block 'boddy'" in said


def test_a_block_within_a_block_is_printed(tmp_path: Path) -> None:
    made = rendered(
        "html", EXTENDS + "<% block body %><% block mine %>Here.<% endblock %><% endblock %>", tmp_path
    )
    assert "Here." in made


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    put(tmp_path, "html/frame.html.jinja", "")
    (tmp_path / "html" / "frame.html.jinja").write_bytes("Übung".encode("latin-1"))
    with pytest.raises(ReportError, match="not text in UTF-8; save it as UTF-8"):
        render(report(), "html", OwnTemplates(folder=tmp_path))


def test_a_folder_without_a_template_for_the_format_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "assumption.html.jinja").write_text("x")
    put(tmp_path, "latex/frame.tex.jinja", "x")
    with pytest.raises(ReportError, match=r"no template for html \(did you mean 'html/assum") as caught:
        render(report(), "html", OwnTemplates(folder=tmp_path))
    assert "'html/blocks/assumption.html.jinja' for a kind of block" in str(caught.value)
    with pytest.raises(ReportError, match="there is no folder 'nowhere' to take templates from"):
        render(report(), "html", OwnTemplates(folder="nowhere"))


UNUSED = {
    "html/blocks/asumption.html.jinja": "there is no kind of block 'asumption' (did you mean 'assumption'?)",
    "html/sections/refrences.html.jinja": "there is no section 'refrences' (did you mean 'references'?)",
    "html/blocks/assumption.md.jinja": "nothing uses it; a template here ends in '.html.jinja'",
    "html/sections/references.html": "nothing uses it; a template here ends in '.html.jinja'",
    "html/blocks.html.jinja": "nothing uses it; a kind of block is replaced by a file of its own",
    "report.html.jinja": "templates of this name are no longer used; write 'html/frame.html.jinja' for what stands around",
    "document.html.jinja": "templates of this name are no longer used",
    "html/parts.html.jinja": "templates of this name are no longer used",
    "html/report.html.jinja": "templates of this name are no longer used",
    "html/assumption.html.jinja": "nothing uses it here; put it into the folder 'html/blocks' or 'html/sections'",
}


@pytest.mark.parametrize("name", UNUSED)
def test_a_template_that_nothing_would_use_is_told(name: str, tmp_path: Path) -> None:
    put(tmp_path, name, "x")
    with pytest.raises(ReportError) as caught:
        render(report(), "html", OwnTemplates(folder=tmp_path))
    assert f"template {tmp_path / name}: {UNUSED[name]}" in str(caught.value)


def test_a_section_of_other_reports_may_be_replaced(tmp_path: Path) -> None:
    put(tmp_path, "html/sections/numbers.html.jinja", "x")
    put(tmp_path, "html/sections/derivation-D9.html.jinja", "x")
    assert render(report(), "html", OwnTemplates(folder=tmp_path)) == render(report(), "html")


def test_a_fault_in_a_template_for_a_block_is_told_with_its_place(tmp_path: Path) -> None:
    put(tmp_path, "html/blocks/assumption.html.jinja", "\n<< block.titel >>")
    with pytest.raises(ReportError, match=r"assumption.html.jinja, line 2: Assumption has no field 'titel'"):
        render(report(), "html", OwnTemplates(folder=tmp_path))
    put(tmp_path, "html/blocks/assumption.html.jinja", "(((block.title)))")
    with pytest.raises(ReportError, match=r"assumption.html.jinja, line 1: write {% extends"):
        render(report(), "html", OwnTemplates(folder=tmp_path))
    loops = "<% for a in range(9999) %>" * 3 + "<% endfor %>" * 3
    put(tmp_path, "html/blocks/assumption.html.jinja", f"<< block.parts | written >>{loops}")
    with pytest.raises(ReportError, match=r"assumption.html.jinja.*more than"):
        render(report(), "html", OwnTemplates(folder=tmp_path))


def test_a_template_that_is_not_there_or_of_another_format(tmp_path: Path) -> None:
    (tmp_path / "short.tex.jinja").write_text("x")
    with pytest.raises(
        ReportError, match=r"no template 'shrt.tex.jinja' \(did you mean 'short.tex.jinja'\?\)"
    ):
        render(report(), "latex", OwnTemplates("shrt.tex.jinja", tmp_path))
    with pytest.raises(ReportError, match="is for latex by its name, but the report is to be html"):
        render(report(), "html", OwnTemplates("short.tex.jinja", tmp_path))
    with pytest.raises(ReportError, match="a report in json has no template"):
        render(report(), "json", OwnTemplates("short.tex.jinja", tmp_path))


# -- escaping --------------------------------------------------------------------------

WAYS = {
    "printed": "<< report.title >>",
    "without escaping": "<% autoescape false %><< report.title >><% endautoescape %>",
    "through a macro": "<% macro m(x) %><< x >><% endmacro %><< m(report.title) >>",
    "through a block of text": "<% set x %><< report.title >><% endset %><< x >>",
    "joined": "<< [report.title] | join(' ') >>",
    "added to printed text": "<% set x %><% endset %><< x + report.title >>",
    "added before printed text": "<% set x %><% endset %><< report.title + x >>",
    "formatted": "<< '%s' % report.title >>",
    "formatted otherwise": "<< '{}'.format(report.title) >>",
    "mapped": "<< [report] | map(attribute='title') | first >>",
    "literal": "<< report.title | literal >>",
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("format", FORMATS)
def test_a_hostile_label_is_printed_literally(format: str, way: str, tmp_path: Path) -> None:
    made = rendered(format, WAYS[way], tmp_path, title=HOSTILE)
    assert made.strip() == LITERAL[format](HOSTILE).strip()


def test_a_hostile_title_compiles_in_a_template_for_latex(tmp_path: Path) -> None:
    source = (
        '<% extends "identcheck/latex/frame.tex.jinja" %><% block title %>\\section{<< report.title >>}<% endblock %>'
        "<% block body %>\n<< report.title >>\n<% endblock %>"
    )
    log = lint(rendered("latex", source, tmp_path, title=HOSTILE), tmp_path)
    assert "Undefined control sequence" not in log


# -- what they may cost, and what they may see ---------------------------------------------

LONG = "<% set x = 'x' * 1000 %><% set ns = namespace(x=x, l=[x], n=7) %>"
PASSES = "<% for a in range(100000) %>"
WITHOUT_END = {
    "a loop in a loop": PASSES + PASSES + "<% endfor %><% endfor %>",
    "a loop in a loop that prints": PASSES + PASSES + "x<% endfor %><% endfor %>",
    "loops whose condition is never met": PASSES + "<% for b in range(100000) if b < 0 %><% endfor %><% endfor %>",
    "a long text in a loop": PASSES + "y" * 10_000 + "<% endfor %>",
    "a text many times": "<< 'x' * 4000000000 >>",
    "a text many times, not printed": "<% set x = 'x' * 4000000000 %>",
    "a list many times": "<% set x = [0] * 4000000000 %>",
    "a list many times, from the left": "<% set x = 4000000000 * (0, 1) %>",
    "a text doubled": LONG + "<% for i in range(60) %><% set ns.x = ns.x + ns.x %><% endfor %>",
    "a printed text doubled": LONG
    + "<% for i in range(60) %><% set z %><< ns.x >><< ns.x >><% endset %><% set ns.x = z %><% endfor %>",
    "a list doubled": LONG + "<% for i in range(60) %><% set ns.l = ns.l + ns.l %><% endfor %>",
    "a list of lists compared": LONG
    + "<% set ns.a = [1] %><% set ns.b = [2] %><% for i in range(90) %><% set ns.a = [ns.a, ns.a] %>"
    + "<% set ns.b = [ns.b, ns.b] %><% endfor %><< ns.a == ns.b >>",
    "a list of lists as a key": LONG
    + "<% set ns.a = (1,) %><% for i in range(90) %><% set ns.a = (ns.a, ns.a) %><% endfor %><% set d = {ns.a: 1} %>",
    "a list of lists joined": LONG
    + "<% for i in range(90) %><% set ns.l = [ns.l, ns.l] %><% endfor %><< ns.l | join >>",
    "lists kept": LONG + PASSES + "<% set ns.l = [ns.l, range(100000) | list] %><% endfor %>",
    "slices kept": LONG + "<% set r = range(100000) | list %>" + PASSES + "<% set ns.l = [ns.l, r[:]] %><% endfor %>",
    "a number squared": LONG + "<% for i in range(90) %><% set ns.n = ns.n * ns.n %><% endfor %>",
    "a power": "<< 9 ** (9 ** 9) >>",
    "a power, not printed": "<% set x = 9 ** 999999999 %>",
    "a width": "<< '%1000000000d' % 1 >>",
    "a width by a name": "<< '%(a)1000000000s' % {'a': 1} >>",
    "digits": "<< '%.1000000000f' % 1.5 >>",
    "a width from outside": "<< '%*d' % (1000000000, 1) >>",
    "a width of format": "<< '{:>999999999}'.format(1) >>",
    "digits of format": "<< '{:.999999999f}'.format(1.5) >>",
    "a width of format from a value": "<< '{:{}}'.format(1, 999999999) >>",
    "a width by map": "<< ['{:>999999999}'] | map(attribute='format') | first >><< '{:>999999999}'.format(2) >>",
    "centred": "<< 'x'.center(1000000000) >>",
    "to the left": "<< 'x'.ljust(1000000000) >>",
    "zeros": "<< 'x'.zfill(1000000000) >>",
    "tabs": "<< '\t'.expandtabs(1000000000) >>",
    "replaced": LONG + "<% set y = x * 100 %><< y.replace('x', y) >>",
    "joined": LONG + "<% set y = x * 1000 %><< y.join(range(1000) | map('upper') | list) >>",
    "joined by the filter": LONG + "<% set y = x * 1000 %><< range(10000) | join(y) >>",
    "lipsum": "<< lipsum(100000) >>",
    "a table from pairs": "<< dict([(1, 2)]) >>",
    "bytes": "<< (5).to_bytes(1000000000) >>",
    "macros that call twice": "<% macro f(n) %><% if n %><< f(n - 1) >><< f(n - 1) >><% endif %><% endmacro %><< f(60) >>",
    "a macro that calls itself": "<% macro f() %><< f() >><% endmacro %><< f() >>",
    "a caller that calls twice": "<% macro f(n) %><% if n %><% call f(n - 1) %>x<% endcall %>"
    "<% call f(n - 1) %>x<% endcall %><% endif %><< caller() >><% endmacro %><% call f(60) %>y<% endcall %>",
    "a loop that calls itself": "<% for a in [1, 1] recursive %><< loop([1, 1]) >><% endfor %>",
    "a block in itself": "<% block b %><< self.b() >><< self.b() >><% endblock %>",
    "a file in itself": "<% include 'html/frame.html.jinja' %><% include 'html/frame.html.jinja' %>",
    "twenty loops": "<% for a in range(9) %>" * 20 + "x" + "<% endfor %>" * 20,
    "many brackets": "<< " + "(" * 5000 + "1" + ")" * 5000 + " >>",
    "much code": "<< 1 >>" * 40_000,
    "a large file": "x" * 1_000_001,
    "many values": PASSES + PASSES + "<< report.title >><% endfor %><% endfor %>",
    "what changed": LONG + "<% for i in [1, 2] %><< loop.changed(ns.l) >><% endfor %>",
}  # fmt: skip


@pytest.mark.parametrize("source", WITHOUT_END.values(), ids=WITHOUT_END)
def test_what_has_no_end_is_refused_with_its_place(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metering, "TEMPLATE_LETTERS", replace(metering.TEMPLATE_LETTERS, most=5_000_000))
    assert problem("html", source, tmp_path).startswith("template DIR/html/frame.html.jinja")


@pytest.mark.parametrize(
    "name", ["a loop in a loop", "macros that call twice", "lists kept", "a printed text doubled"]
)
def test_the_limit_itself_bounds_memory(name: str, tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "more than 100,000,000 letters made by templates" in problem("html", WITHOUT_END[name], tmp_path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1_000_000  # kB


def test_the_clock_ends_what_is_slow_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metering, "TEMPLATE_SECONDS", replace(metering.TEMPLATE_SECONDS, most=0))
    said = problem("html", "\n<% for a in range(9) %><< a >><% endfor %>", tmp_path)
    assert "line 2: more than 0 seconds for templates of your own" in said or "line 1: more" in said


KEPT_INSIDE = [
    "<< '%r' % report >>",
    "<< '%s' % report >>",
    "<< '%s %s' % (report.title, report) >>",
    "<< '%(a)s' % {'a': report} >>",
    "<< '%a' % report.title >>",
    "<< '{}'.format(report) >>",
    "<< '{!r}'.format(report.title) >>",
    "<< '{!r:>9}'.format(report.sections) >>",
    "<< [report] | join >>",
    "<< [[1]] | join(', ') >>",
    "<< report | literal >>",
    "<< report.sections | literal >>",
    "<< report | stop >>",
    "<< report | upper >>",
    "<< report.sections | lower >>",
    "<< [report] | map('upper') | first >>",
    "<< report | display >>",
    "<< [report] >>",
    "<< {'a': report} >>",
    "<< self >>",
    "<< loop >>",
    "<< range >>",
    "<< ''.join([report]) >>",
    "<< report + 'x' >>",
    "<< namespace(a=report) >>",
]


@pytest.mark.parametrize("source", KEPT_INSIDE)
def test_no_object_is_printed(source: str, tmp_path: Path) -> None:
    said = problem("html", source, tmp_path)
    assert "Report(" not in said
    assert "Fact(" not in said
    assert " object at 0x" not in said


def test_what_a_template_does_with_text_still_works(tmp_path: Path) -> None:
    source = (
        "<< '%s: %d of %5.2f%%' % (report.title, 3, 2.5) >>|<< '{0:>6}|{a:.1f}|{0!s}'.format('ab', a=1.25) >>|"
        "<< report.title.replace('trial', 'test') >>|<< ', '.join(['a', 'b']) >>|<< 'x' * 3 >>|<< 7 // 2 + 2 ** 5 - 1 >>|"
        "<% set ns = namespace(n=0) %><% for i in range(5) if i is odd %><% set ns.n = ns.n + i %><% endfor %><< ns.n >>|"
        "<< [1, 2, 3][1:] | join('-') >>|<% if 2 in [1, 2] and (1, 2) == (1, 2) %>yes<% endif %>|<< {'a': 5}['a'] >>|"
        "<< 'aXb'.split('X') | map('upper') | join >>|<< '{0.title}'.format(report) >>"
    )
    assert rendered("html", source, tmp_path).strip() == (
        "A trial: 3 of  2.50%|    ab|1.2|ab|A test|a, b|xxx|34|4|2-3|yes|5|AB|A trial"
    )


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside, folder = tmp_path / "secret.txt", tmp_path / "own"
    outside.write_text("secret")
    (folder / "deep").mkdir(parents=True)
    (folder / "foot.txt").symlink_to(outside)
    (folder / "up").symlink_to(tmp_path)
    (folder / "deep" / "real.txt").write_text("real")
    (folder / "inside.txt").symlink_to(folder / "deep" / "real.txt")
    for name in ("foot.txt", "up/secret.txt"):
        said = problem("html", f"<% include '{name}' %>", folder)
        assert "it is a link to a file outside the folder 'DIR', and such links are not followed" in said
    assert rendered("html", "<% include 'inside.txt' %>", folder) == "real\n"
    frame = folder / "html" / "frame.html.jinja"
    frame.unlink()
    frame.symlink_to(outside)
    with pytest.raises(ReportError, match="such links are not followed"):
        render(report(), "html", OwnTemplates(folder=folder))
    with pytest.raises(ReportError, match="such links are not followed"):
        render(report(), "html", OwnTemplates(frame))
    (tmp_path / "linked").symlink_to(folder)  # the folder itself may be one
    put(folder, "markdown/frame.md.jinja", "<% include 'deep/real.txt' %>")
    assert render(report(), "markdown", OwnTemplates(folder=tmp_path / "linked")) == "real\n"


READING = {
    "input": r"\input{FILE}",
    "input without braces": r"\input FILE ",
    "an ending that LaTeX adds": r"\input{STEM}",
    "relative": r"\input{UP/secret.txt}",
    "opened": r"\newread\f\openin\f=FILE \ifeof\f\errmessage{nothing}\fi\read\f to \x \x",
    "a picture": r"\includegraphics{PICTURE}",
    "a picture by pdfTeX": r"\pdfximage{PICTURE}\pdfrefximage\pdflastximage",
    "an object of the PDF": r"\immediate\pdfobj stream file {FILE}\pdfcatalog{/X \the\pdflastobj\space 0 R}",
    "a program": r'\input{|"cat FILE"}',
}


@pytest.mark.parametrize("program", ["latexmk", "pdflatex"])
@pytest.mark.parametrize("body", READING.values(), ids=READING)
def test_a_template_for_latex_reads_no_file_of_the_machine(
    body: str, program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, result: Identification
) -> None:
    require_program(program)
    monkeypatch.setattr(pdf, "_program", lambda: program)
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "secret.tex").write_text("secret")
    (tmp_path / "dot.png").write_bytes(DOT)
    for name, file in (("FILE", "secret.txt"), ("STEM", "secret"), ("PICTURE", "dot.png")):
        body = body.replace(name, (tmp_path / file).as_posix())
    body = body.replace("UP", "../" * 9 + tmp_path.as_posix()[1:])
    source = "\\documentclass{article}\\usepackage{graphicx}\\begin{document}a %s\\end{document}"
    (tmp_path / "latex").mkdir()
    (tmp_path / "latex" / "frame.tex.jinja").write_text(source.replace("%s", body))
    with pytest.raises(ReportError, match="no PDF was made"):
        result.save(tmp_path / "a.pdf", templates=tmp_path)
    assert not (tmp_path / "a.pdf").exists()


def test_what_prints_nothing_of_a_file_gives_a_pdf(tmp_path: Path, result: Identification) -> None:
    require_program("pdflatex")
    (tmp_path / "secret.txt").write_text("secret")
    dump = rf"\pdffiledump length 9 {{{(tmp_path / 'secret.txt').as_posix()}}}"
    (tmp_path / "latex").mkdir()
    (tmp_path / "latex" / "frame.tex.jinja").write_text(
        rf"\documentclass{{article}}\begin{{document}}a\write18{{touch {tmp_path.as_posix()}/made}}{dump}\end{{document}}"
    )
    result.save(tmp_path / "a.pdf", templates=tmp_path)
    assert not (tmp_path / "made").exists()
    require_program("pdftotext")
    shown = subprocess.run(
        ["pdftotext", tmp_path / "a.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "736563" not in shown


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders here")
def test_a_pipe_is_no_template(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "foot.txt")
    assert "it is no regular file" in problem("html", "<% include 'foot.txt' %>", tmp_path)
