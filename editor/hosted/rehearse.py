"""Ask the engine everything that the page asks, of every example; print the modules that this loaded, a JSON list of names.

python editor/hosted/rehearse.py FILE.toml ...
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from identcheck.decide.identification import check
from identcheck.drawing.answers import respond
from identcheck.drawing.edit import drawing_of
from identcheck.drawing.hosted import answers
from identcheck.formats import load

PASTED = (
    "dag { T [exposure,pos=\"0,0\"] Y [outcome,pos=\"2,0\"] T -> M -> Y M <-> Y }",
    "M ~ T\nY ~ M\nM ~~ Y",
    "digraph { T -> M -> Y }",
    '{"directed": true, "nodes": [{"id": "T"}, {"id": "Y"}], "links": [{"source": "T", "target": "Y"}]}',
    '<graphml><graph edgedefault="directed"><node id="T"/><node id="Y"/><edge source="T" target="Y"/></graph></graphml>',
    '<gexf version="1.2"><graph defaultedgetype="directed"><nodes><node id="T"/><node id="Y"/></nodes>'
    '<edges><edge id="0" source="T" target="Y"/></edges></graph></gexf>',
    "T -> {M N} -> Y",
    "no graph",
)  # fmt: skip


def asked(**request: Any) -> list[dict[str, Any]]:
    """The answers to a request, all of them."""
    return list(respond({"protocol": 1, **request}))


def everything(path: Path) -> Iterator[dict[str, Any]]:
    """The answers to everything that is asked of one design."""
    design = load(path)
    drawing = drawing_of(design)
    for assume in ([], list(check(design, "all", prove=False).granted)):
        of = {"drawing": drawing, "assume": assume}
        found = asked(ask="check", **of)
        assert found[0]["kind"] == "start"
        yield from found
        cards = [answer["card"] for answer in found if "card" in answer]
        for card in {card["kind"]: card for card in cards}.values():
            yield from asked(ask="worlds", question=card["id"], **of)
            for language in ("r", "stata", "python"):
                yield from asked(ask="code", question=card["id"], language=language, **of)
    for format in ("html", "latex", "markdown"):
        yield from asked(ask="report", format=format, **of)
    yield from asked(ask="mends", question=cards[0]["id"], drawing=drawing, assume=[])
    of = {"drawing": drawing, "assume": []}
    yield from asked(ask="place", tidy=True, **of)
    yield from asked(ask="preview", changed=drawing, **of)
    yield from asked(ask="file", **of)
    (link, *_) = asked(ask="share", **of)
    yield from asked(ask="read", text=f"#{link['fragment']}")
    yield from asked(ask="read", text=path.read_text(encoding="utf-8"))


def main() -> None:
    """Print the modules."""
    for path in map(Path, sys.argv[1:]):
        assert [*everything(path)]
    for text in PASTED:
        for answer in asked(ask="read", text=text):
            if answer["kind"] == "read":
                asked(ask="check", drawing=answer["drawing"], assume=[])
    assert [*answers('{"protocol": 1, "ask": "place"}')]
    print(
        json.dumps(sorted(name for name, module in sys.modules.items() if getattr(module, "__file__", None)))
    )


if __name__ == "__main__":
    main()
