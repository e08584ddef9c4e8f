"""Formulas as MathML, as in identcheck's own HTML reports: no script, and nothing fetched from elsewhere."""

import re
import xml.etree.ElementTree as ET
from html import escape

from docutils import nodes
from equations import TAG, anchor_of
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from identcheck.symbols.typeset import mathml

NAME = re.compile(r"\\mathrm\{([A-Za-z]+)\}")
SPACE = "http://www.w3.org/1998/Math/MathML"
LIMITS = {"msubsup": "munderover", "msub": "munder", "msup": "mover"}
LEFT_OVER = re.compile(r"<m[a-z]+>(?:\\|&<)")


def _converted(formula: str, display: bool) -> str:
    made = mathml(NAME.sub(r"\\operatorname{\1}", formula.strip()), display=display)
    made = made.replace("&#x029F5;", "&#x02216;")  # fonts have this sign of a set difference
    if LEFT_OVER.search(made):
        raise ValueError(f"this formula has a command that cannot be written as MathML: {formula}")
    return _refined(made) if display else made


def _refined(made: str) -> str:
    """Limits above and below sums and products inside brackets too; bars as high as a letter."""
    ET.register_namespace("", SPACE)
    root = ET.fromstring(made)
    for element in root.iter():
        name = element.tag.rpartition("}")[2]
        if name in LIMITS and element[0].text in ("∑", "∏"):
            element.tag = f"{{{SPACE}}}{LIMITS[name]}"
        if name == "mo" and element.text == "|":
            element.set("stretchy", "false")
            element.set("lspace", "0")
            element.set("rspace", "0")
    return ET.tostring(root, encoding="unicode")


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    """A formula inside a sentence."""
    self.body.append(_converted(node.astext(), display=False))
    raise nodes.SkipNode


def visit_block(self: HTML5Translator, node: nodes.math_block) -> None:
    """A formula on a line of its own, with the number of its tag and a link to itself."""
    formula = node.astext()
    tag = TAG.search(formula)
    number = ""
    if tag:
        anchor = anchor_of("equation", tag.group(1))
        number = (
            f'<span class="eqno">({escape(tag.group(1))})<a class="headerlink" href="#{anchor}" '
            'title="Link to this equation">#</a></span>'
        )
    self.body.append(self.starttag(node, "div", CLASS="math"))
    self.body.append(f"{_converted(TAG.sub('', formula), display=True)}{number}</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the way of writing formulas; ``html_math_renderer`` chooses it."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
