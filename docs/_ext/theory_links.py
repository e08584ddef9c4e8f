"""Links from the code to the theory: "theory section 7" and "equation (9.1)" in a page lead there."""

import re

from docutils import nodes
from equations import PAGE, TAG, anchor_of, citations, numbers_of, sections_of
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.nodes import make_refnode

logger = logging.getLogger(__name__)
NUMBERED = re.compile(r"^(\d+)\. ")


def give_anchors(app: Sphinx, doctree: nodes.document) -> None:
    """On the theory page, name each section and each equation by its number."""
    if app.env.docname != PAGE:
        return
    for section in doctree.findall(nodes.section):
        if found := NUMBERED.match(section[0].astext()):
            section["ids"].append(anchor_of("section", found.group(1)))
    for formula in doctree.findall(nodes.math_block):
        if found := TAG.search(formula.astext()):
            formula["ids"].append(anchor_of("equation", found.group(1)))


def link_citations(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Make a link of every number that a page cites."""
    page = app.srcdir / f"{PAGE}.md"
    known = {("equation", n) for n in numbers_of(page)} | {("section", n) for n in sections_of(page)}
    for text in list(doctree.findall(nodes.Text)):
        if isinstance(text.parent, nodes.reference | nodes.literal | nodes.literal_block | nodes.title):
            continue
        found = sorted(citations(text.astext()), key=lambda c: c.start)
        if not found:
            continue
        pieces: list[nodes.Node] = []
        end = 0
        for cited in found:
            if (cited.kind, cited.number) not in known:
                logger.warning("the theory page has no %s %s", cited.kind, cited.number, location=docname)
                continue
            pieces.append(nodes.Text(text[end : cited.start]))
            words = nodes.Text(text[cited.start : cited.end])
            pieces.append(make_refnode(app.builder, docname, PAGE, cited.anchor, words))
            end = cited.end
        text.parent.replace(text, [*pieces, nodes.Text(text[end:])])


def setup(app: Sphinx) -> dict[str, bool]:
    """Name the places when a page is read, link to them when it is written."""
    app.connect("doctree-read", give_anchors)
    app.connect("doctree-resolved", link_citations)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
