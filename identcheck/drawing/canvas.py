"""The editor in a notebook: drawn on in the page, read and set in Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from itertools import chain
from threading import Thread
from typing import Any

import anywidget
import traitlets

from identcheck.decide.identification import Identification, check
from identcheck.describe.design import Design
from identcheck.drawing.edit import demand_drawing, design_drawn, drawing_of
from identcheck.drawing.embedded import page, static
from identcheck.drawing.workers import Engine
from identcheck.errors import IdentcheckError

__all__ = ["Canvas"]


@cache
def _engine() -> Engine:
    """The processes that answer all canvases of this kernel."""
    return Engine()


class Canvas(anywidget.AnyWidget):
    """A design that is drawn on in a notebook.

    Args:
        design: what is drawn at first.
        assume: what is granted at first.
        height: of the editor, in pixels.

    Attributes:
        height: of the editor, in pixels.
        assume: what is granted in the page.
        problems: what is wrong with the drawing as it stands; empty where it is a design.
    """

    _esm = static("notebook.js")
    _page = traitlets.Unicode().tag(sync=True)
    height = traitlets.Int(640).tag(sync=True)

    def __init__(self, design: Design, assume: Iterable[str] = (), height: int = 640) -> None:
        super().__init__(height=height, _page=page())
        self.assume = tuple(assume)
        self.problems: tuple[str, ...] = ()
        self._design = design
        self._drawing = drawing_of(design)
        self._told: list[Callable[[Design], object]] = []
        self.on_msg(self._asked)

    @property
    def design(self) -> Design:
        """The design as it is drawn; where the drawing is none, as it was last. Setting it is a step that Undo takes back."""
        return self._design

    @design.setter
    def design(self, design: Design) -> None:
        self._design, self._drawing, self.problems = design, drawing_of(design), ()
        self.send({"push": self._drawing})

    @property
    def result(self) -> Identification:
        """The verdicts about what is drawn, granting what is granted in the page."""
        return check(self._design, self.assume)

    def on_change(self, told: Callable[[Design], object]) -> Callable[[Design], object]:
        """Call a function with the design after each change in the page that leaves one; also as a decorator."""
        self._told.append(told)
        return told

    def _asked(self, _: object, message: Any, __: object) -> None:
        """A question of the page: about the drawing it is answered here, else by a process of its own."""
        request = message.get("request") if isinstance(message, dict) else None
        if not isinstance(request, dict):
            return
        place, ask = message.get("id"), request.get("ask")
        if ask == "check" and isinstance(request.get("assume"), list):
            self.assume = tuple(map(str, request["assume"]))
        if ask == "open":
            opened = {"kind": "open", "file": "drawing", "read_only": False, "drawing": self._drawing}
            self._answer(place, [[opened | {"assume": list(self.assume)}]])
        elif ask == "save":
            saved = self._saved(request.get("drawing")) | {"revision": request.get("revision", 0)}
            self._answer(place, [[saved]])
        else:
            Thread(target=self._answer, args=(place, _engine().answers(request)), daemon=True).start()

    def _answer(self, place: object, answers: Iterable[list[dict[str, Any]]]) -> None:
        for answer in chain.from_iterable(answers):
            self.send({"id": place, "answer": answer})
        self.send({"id": place, "done": True})

    def _saved(self, drawing: object) -> dict[str, Any]:
        try:
            found = design_drawn(demand_drawing(drawing))
        except IdentcheckError as error:
            self.problems = tuple(getattr(error, "problems", (str(error),)))
            return {"kind": "unsaved", "text": str(error)}
        changed, self.problems = found != self._design, ()
        self._design, self._drawing = found, drawing  # type: ignore[assignment]
        if changed:
            for told in self._told:
                told(found)
        return {"kind": "saved", "file": "drawing"}
