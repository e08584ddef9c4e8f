"""The editor opened in the browser, until it is ended."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable, Iterable
from os import PathLike
from threading import Timer
from typing import TYPE_CHECKING

from identcheck.basics.arguments import path_of
from identcheck.describe.design import Design
from identcheck.drawing.autosave import DesignFile
from identcheck.drawing.server import Server
from identcheck.drawing.share import fragment_in, opened_link
from identcheck.errors import IdentcheckError

if TYPE_CHECKING:
    from identcheck.drawing.canvas import Canvas

__all__ = ["draw", "in_notebook"]

FIRST = "design.toml"
"""Where a drawing without a file is saved."""


def draw(
    path: str | PathLike[str] = FIRST,
    *,
    assume: Iterable[str] = (),
    port: int = 0,
    browser: bool = True,
    read_only: bool = False,
    told: Callable[[str], object] | None = None,
) -> None:
    """Draw a design in the browser, with the verdicts at every edit; returns when it is interrupted (Ctrl-C).

    What is drawn is saved to the file as it is edited: comments, order and everything that is not drawn, such as ``[plan]``,
    stay. A server on this machine answers the page and nobody else.

    Args:
        path: the TOML file, which need not exist yet; a graph of another program is saved beside it as TOML. A link to a
            design is opened in ``design.toml``, once you agree in the page.
        assume: what is granted at first, such as "vi".
        port: the port on 127.0.0.1; 0 for any that is free.
        browser: whether the browser is opened.
        read_only: whether nothing is to be written.
        told: called with the address once the page can be opened.

    Raises:
        IdentcheckError: the file cannot be read or written, does not describe a design, or the port is taken.
    """
    link = fragment_in(path) if isinstance(path, str) else ""
    if link:
        opened_link(link)  # a damaged one is refused before a page is opened
    file = DesignFile(path_of(FIRST if link else path, IdentcheckError), read_only)
    try:
        server = Server(file, [assume] if isinstance(assume, str) else assume, port)
    except OSError as error:
        raise IdentcheckError(
            f"cannot use port {port}: {error.strerror}; leave it out for any that is free"
        ) from None
    address = f"{server.address}&{link}" if link else server.address
    with server:
        if told is not None:
            told(address)
        if browser:
            Timer(0.1, webbrowser.open, [address]).start()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


def in_notebook(design: Design, assume: Iterable[str] = (), height: int = 640) -> Canvas:
    """The editor of a design as a notebook shows it (see ``Design.draw``)."""
    try:
        from identcheck.drawing.canvas import Canvas
    except ImportError:
        raise IdentcheckError(
            "drawing in a notebook needs the package anywidget: pip install 'identcheck[notebook]'. Without it "
            "ic.draw('trial.toml') opens the editor in the browser"
        ) from None
    return Canvas(design, [assume] if isinstance(assume, str) else assume, height)
