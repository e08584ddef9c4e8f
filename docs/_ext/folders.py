"""A folder's `index.md` has the other pages of its folder below it, in the order in which it links to them."""

import logging
import re
from pathlib import PurePosixPath

from sphinx.application import Sphinx

LINK = re.compile(r"\]\(([\w-]+)\.md\)")


def add_list(app: Sphinx, docname: str, source: list[str]) -> None:
    """Append a hidden list of the folder's pages to an index that has none; those it does not link to come last."""
    path = PurePosixPath(docname)
    if path.name == "index" and path.parent.name and "{toctree}" not in source[0]:
        linked = "\n".join(dict.fromkeys(LINK.findall(source[0])))
        source[0] += f"\n\n:::{{toctree}}\n:hidden:\n:glob:\n\n{linked}\n*\n:::\n"


def may_be_empty(record: logging.LogRecord) -> bool:
    """Let a pattern match no page: it names pages of a kind, and there may be none left."""
    return "toctree glob pattern" not in str(record.msg)


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the lists when a page is read."""
    logging.getLogger("sphinx.sphinx.directives.other").addFilter(may_be_empty)
    app.connect("source-read", add_list)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
