"""The examples in the help of a command, as they stand in the terminal."""

import re
from itertools import groupby

import click
from sphinx.application import Sphinx

VERBATIM = "| "
OPTION = re.compile(r"(?<![\w`-])--[a-z][\w-]*")


def keep_layout(app: Sphinx, context: click.Context, lines: list[str]) -> None:
    """Turn the lines that click does not wrap, which arrive as a line block, into code; options too."""
    found: list[str] = []
    for verbatim, group in groupby(lines, key=lambda line: line.startswith(VERBATIM)):
        if verbatim:
            found += [
                ".. code-block:: text",
                "",
                *(f"    {line.removeprefix(VERBATIM)}" for line in group),
                "",
            ]
        else:
            found += (OPTION.sub(r"``\g<0>``", line) for line in group)
    lines[:] = found


def setup(app: Sphinx) -> dict[str, bool]:
    """Look at each description before it is read."""
    app.connect("sphinx-click-process-description", keep_layout)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
