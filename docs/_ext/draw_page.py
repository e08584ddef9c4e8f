"""The editor in the site: the hosted page in `draw/`, and the directive `live`, a picture that becomes the editor.

Where the page cannot be made (no Node, no npm, no network) the site has the picture alone, and the build says why.
"""

import sys

from docutils import nodes
from gallery import files_of
from hosted import MissingToolError, build
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

FOLDER = "draw"
PICTURE = "/images/draw.png"
SHOWS = "The editor with the Moving to Opportunity example: the graph at the left, the verdicts at the right"


class Live(SphinxDirective):
    """The picture of the editor; a script puts the editor itself in its place."""

    def run(self) -> list[nodes.Node]:
        """The picture, and a link to the page where there is one."""
        picture = nodes.image(uri=self.env.relfn2path(PICTURE)[0], alt=SHOWS)
        if not (files_of(self.env.app) / FOLDER / "index.html").is_file():
            return [picture]
        link = f'<p class="first-link"><a href="{FOLDER}/index.html">The editor on a page of its own</a></p>'
        return [
            nodes.container("", picture, classes=["live"]),
            nodes.raw("", link, format="html"),
        ]


def make_page(app: Sphinx) -> None:
    """Make the page beside the others."""
    try:
        build(files_of(app) / FOLDER)
    except MissingToolError as error:
        print(f"The editor is shown as a picture only, without the page draw/: {error}", file=sys.stderr)


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the directive and the page."""
    app.add_directive("live", Live)
    app.add_js_file("live.js", loading_method="defer")
    app.connect("builder-inited", make_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
