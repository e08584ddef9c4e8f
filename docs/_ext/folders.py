"""A folder's `index.md` has the other pages of its folder below it, without saying so in the page itself."""

import logging
from pathlib import PurePosixPath

from sphinx.application import Sphinx

LIST = "\n\n:::{toctree}\n:hidden:\n:glob:\n\n*\n:::\n"


def add_list(app: Sphinx, docname: str, source: list[str]) -> None:
    """Append a hidden list of the folder's pages to an index that has none."""
    path = PurePosixPath(docname)
    if path.name == "index" and path.parent.name and "{toctree}" not in source[0]:
        source[0] += LIST


def may_be_empty(record: logging.LogRecord) -> bool:
    """Let a pattern match no page: it names pages of a kind, and there may be none yet."""
    return "toctree glob pattern" not in str(record.msg)


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the lists when a page is read."""
    logging.getLogger("sphinx.sphinx.directives.other").addFilter(may_be_empty)
    app.connect("source-read", add_list)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
