"""Links between theory and code: "theory section 7" and "equation (9.1)" lead there, and a table leads back."""

import re
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from equations import PAGE, TAG, anchor_of, citations, cited_by, numbers_of, sections_of
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

import identcheck

logger = logging.getLogger(__name__)
LEFT_ALONE = (nodes.reference, nodes.literal, nodes.literal_block, nodes.title)
"""What no link is put into: a link within a link would leave the outer one without words."""
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


def ancestors(node: nodes.Node) -> Iterator[nodes.Node]:
    """What a node stands in, from the inside."""
    while node.parent is not None:
        node = node.parent
        yield node


def link_citations(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Make a link of every number that a page cites."""
    page = app.srcdir / f"{PAGE}.md"
    known = {("equation", n) for n in numbers_of(page)} | {("section", n) for n in sections_of(page)}
    for text in list(doctree.findall(nodes.Text)):
        if any(isinstance(around, LEFT_ALONE) for around in ancestors(text)):
            continue
        found = sorted(citations(text.astext(), own=docname == PAGE), key=lambda c: c.start)
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


class Index(SphinxDirective):
    """Each equation with the docstrings that cite it."""

    def run(self) -> list[nodes.Node]:
        """A list of two levels."""
        order = numbers_of(Path(self.env.srcdir) / f"{PAGE}.md")
        found = cited_by(Path(identcheck.__file__).parent, order)
        whole = nodes.bullet_list()
        for number in (n for n in order if n in found):
            places = nodes.bullet_list()
            places += [
                nodes.list_item("", nodes.paragraph("", "", nodes.literal(text=name)))
                for name in found[number]
            ]
            item = nodes.list_item("", nodes.paragraph(text=f"equation ({number})"), places)
            whole += item
        return [whole]


def setup(app: Sphinx) -> dict[str, bool]:
    """Name the places when a page is read, link to them when it is written."""
    app.add_directive("equations", Index)
    app.connect("doctree-read", give_anchors)
    app.connect("doctree-resolved", link_citations)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
