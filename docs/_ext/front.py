"""The first screen: a graph with its verdicts beside the code that gives them, and the report it writes.

The code stands in the page, where the tests run it too. From the text `trial` it makes `result`, and it saves one
report. The option `equal` names an arrow whose effect is the same for all in the last column of verdicts,
`equal-words` is what heads that column.
"""

import contextlib
import io
import re
import shutil
import tempfile
from html import escape
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from gallery import FOLDER, badge, files_of, picture_of, table
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import identcheck as ic
from identcheck.decide.granting import granted_words
from identcheck.decide.identification import primary_findings
from identcheck.derive.words import capital

BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)


class Front(SphinxDirective):
    """Picture and verdicts at the left, the code of the content at the right."""

    has_content = True
    option_spec: ClassVar = {
        "equal": directives.unchanged_required,
        "equal-words": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """The two columns; the report is written beside the pages."""
        block = BLOCK.search("\n".join(self.content))
        if block is None:
            raise self.error("no block of Python here")
        target = files_of(self.env.app) / FOLDER
        target.mkdir(parents=True, exist_ok=True)
        result, trial, report = run_code(block[1], target)
        equal = ic.Design.from_text(f'{trial}\n[varies]\n"{self.options["equal"]}" = "none"')
        columns = {
            "granting nothing": ic.check(result.design),
            f"granting {granted_words(result.design, result.granted)}": result,
            self.options["equal-words"]: ic.check(equal, "all"),
        }
        code = nodes.container(classes=["first-code"])
        self.state.nested_parse(self.content, self.content_offset, code)
        seen = nodes.container(classes=["first-seen"])
        picture = picture_of(report.read_text(encoding="utf-8"))
        seen += nodes.raw("", f'<figure class="graph">{picture}</figure>', format="html")
        seen += nodes.raw("", verdicts(columns), format="html")
        link = f'<p class="first-link"><a href="{FOLDER}/{report.name}">The report that this writes</a></p>'
        code += nodes.raw("", link, format="html")
        return [nodes.container("", seen, code, classes=["first-screen"])]


def run_code(code: str, target: Path) -> tuple[ic.Identification, str, Path]:
    """What the code makes, the text of its design, and the report that it saved, moved to the target."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()):
            exec(code, found)
        (saved,) = Path(folder).glob("*.html")
        report = Path(shutil.copy(saved, target))
    return found["result"], found["trial"], report


def verdicts(columns: dict[str, ic.Identification]) -> str:
    """A table: each primary effect with its verdict in each column."""
    design = next(iter(columns.values())).design
    rows = [
        f"<tr><td>{escape(capital(each.words, design))}</td>"
        + "".join(f"<td>{badge(result[each.estimand])}</td>" for result in columns.values())
        + "</tr>"
        for each in primary_findings(next(iter(columns.values())))
    ]
    return table(("Average effect", *columns), rows)


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directive."""
    app.add_directive("front", Front)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
