"""The gallery: every example with its picture, what it teaches, its verdicts and its report, made by identcheck itself.

The names stand in the page, in the order to read them; a name that is missing or unknown is an error. What an
example teaches is said in the first lines of its script.
"""

import ast
import re
import shutil
import tomllib
from collections import Counter
from collections.abc import Iterable
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import identcheck as ic
from identcheck.derive.words import capital

FOLDER = "gallery"
KINDS = {
    "identified": "good",
    "conditional": "open",
    "undecided": "open",
    "not identified": "bad",
    "no single number": "bad",
}
"""The colour of each verdict."""
BOX = re.compile(r'viewBox="-([\d.]+) 0 ([\d.]+) ([\d.]+)"')
PICTURE = re.compile(r"<svg\b.*?</svg>", re.DOTALL)


class Gallery(SphinxDirective):
    """One section for each example named in the content."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """The sections; the reports they link to are written beside the pages."""
        examples = Path(self.env.srcdir).parent / "examples"
        names = [line.strip() for line in self.content if line.strip()]
        there = {path.stem for path in examples.glob("*.toml")}
        if set(names) != there:
            raise self.error(f"the examples are {sorted(there)}, and the gallery names {sorted(names)}")
        target = files_of(self.env.app) / FOLDER
        target.mkdir(parents=True, exist_ok=True)
        cards, sections = [], []
        for name in names:
            for suffix in (".toml", ".py"):
                self.env.note_dependency(str(examples / f"{name}{suffix}"))
            file = examples / f"{name}.toml"
            full = ic.check(ic.load(file), assume="all")
            sections.append(self._example(file, full, target))
            cards.append(card(file, full))
        grid = nodes.raw("", f"<ul class='cards'>{''.join(cards)}</ul>", format="html")
        return [grid, *sections]

    def _example(self, file: Path, full: ic.Identification, target: Path) -> nodes.section:
        design = full.design
        bare = ic.check(design)
        planned = "plan" in tomllib.loads(file.read_text(encoding="utf-8"))
        report = full.render("html", ic.Plan.from_toml(file) if planned else None)
        (target / f"{file.stem}.html").write_text(report, encoding="utf-8")
        shutil.copy(file, target)
        section = nodes.section(ids=[nodes.make_id(file.stem)], names=[file.stem])
        section += nodes.title(text=design.title)
        picture = picture_of(report)
        (target / f"{file.stem}.svg").write_text(picture, encoding="utf-8")
        section += nodes.raw("", f'<figure class="graph">{picture}</figure>', format="html")
        section += [nodes.paragraph(text=text) for text in teaching(file.with_suffix(".py"))]
        section += nodes.raw("", verdicts(bare, full), format="html")
        section += nodes.raw("", links(file), format="html")
        return section


def teaching(script: Path) -> list[str]:
    """The paragraphs at the top of an example's script, after its title."""
    text = ast.get_docstring(ast.parse(script.read_text(encoding="utf-8"))) or ""
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n")[1:]]


def picture_of(report: str) -> str:
    """The graph that a report shows, as SVG, without the empty margins that make it as wide as a report's line."""
    picture = PICTURE.search(report)
    if picture is None:
        raise ValueError("the report has no picture")
    return BOX.sub(
        lambda box: f'viewBox="0 0 {float(box[2]) - 2 * float(box[1]):g} {box[3]}"', picture.group(), count=1
    )


def card(file: Path, full: ic.Identification) -> str:
    """An example in the grid: its picture, its title, and how many effects have which verdict."""
    counts = Counter(finding.verdict.value for finding in full.findings)
    badges = " ".join(
        f'<span class="verdict {KINDS[name]}">{counts[name]} {name}</span>' for name in KINDS if counts[name]
    )
    title = escape(full.design.title or file.stem)
    return (
        f'<li><a href="#{nodes.make_id(file.stem)}"><img src="{FOLDER}/{file.stem}.svg" alt="" loading="lazy">'
        f"<span>{title}</span></a><p>{badges}</p>"
        f'<p><a href="{FOLDER}/{file.stem}.html">Report<span class="unseen"> on {title}</span></a></p></li>'
    )


def verdicts(bare: ic.Identification, full: ic.Identification) -> str:
    """A table: each effect with its verdict if nothing is granted, and if every numbered assumption is."""
    rows = dict.fromkeys(  # where mediators are parallel, direct and total effect are one
        f"<tr><td>{escape(capital(after.words, full.design))}</td>"
        f"<td>{badge(before)}</td><td>{badge(after)}</td></tr>"
        for before, after in zip(bare.findings, full.findings, strict=True)
    )
    return table(("Average effect", "Granting nothing", "Granting every numbered assumption"), rows)


def table(titles: Iterable[str], rows: Iterable[str]) -> str:
    """A table of verdicts that scrolls by itself where the screen is narrow."""
    head = "".join(f"<th scope='col'>{escape(title)}</th>" for title in titles)
    return (
        f"<div class='pst-scrollable-table-container' tabindex='0'><table class='table verdicts'><thead><tr>{head}</tr>"
        f"</thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def badge(finding: ic.Finding) -> str:
    """A verdict in its colour and in words, with what it lacks."""
    lacking = _short(finding.missing)
    needs = f"<br>needs {escape(lacking)}" if lacking else ""
    return (
        f'<span class="verdict {KINDS[finding.verdict.value]}">{escape(finding.verdict.value)}</span>{needs}'
    )


def _short(missing: Iterable[ic.Condition]) -> str:
    """The conditions by numeral, or by nickname where no numeral grants them."""
    names = dict.fromkeys(f"({c.numeral})" if c.numeral else c.nickname for c in missing)
    return ", ".join(names)


def links(file: Path) -> str:
    """Links to the report and to the design file."""
    report, design = f"{FOLDER}/{file.stem}.html", f"{FOLDER}/{file.name}"
    return (
        f'<p><a href="{report}">The report</a>, granting every numbered assumption. '
        f'<a href="{design}">The design file</a>, <code>examples/{file.name}</code>.</p>'
    )


def files_of(app: Sphinx) -> Path:
    """Where the reports wait until they are copied beside the pages."""
    return Path(app.doctreedir) / "extra"


def add_files(app: Sphinx) -> None:
    """Have them copied."""
    files_of(app).mkdir(parents=True, exist_ok=True)
    app.config.html_extra_path.append(str(files_of(app)))


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directive."""
    app.add_directive(FOLDER, Gallery)
    app.connect("builder-inited", add_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
