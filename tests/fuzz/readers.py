"""Fuzzers for what reads text: every format, and files of designs with plans."""

from __future__ import annotations

from functools import cache
from random import Random

from identcheck import Design, dumps
from identcheck.formats import DESIGN_FILES, FORMATS, from_text
from tests.formats.graphs.any_design import any_design
from tests.formats.random_designs import any_plan, random_design
from tests.fuzz.engine import BrokenError, Fuzzer
from tests.fuzz.mutate import mutated
from tests.tools import REPOSITORY

DRAWN = 60
FOREIGN = {
    "dagitty": [
        'dag { T [exposure]\n Y [outcome,pos="1,0.5"]\n T -> {M N} -> Y [beta=0.3]\n M <-> N }',
        "dag{T->Y}",
    ],
    "lavaan": ["Y ~ b*M + c*T\nM ~ a*T\nind := a*b\nM ~~ M", "# treatment: T\n# outcome: Y\nY ~ M\nM ~ T"],
    "dot": ['digraph G { rankdir=LR; "T" -> M [label="a"]; M -> Y; subgraph c { T M } }', "digraph{T->M->Y}"],
    "graphml": [
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="directed"><node id="T"/><node id="M"/>'
        '<node id="Y"/><edge source="T" target="M"/><edge source="M" target="Y"/></graph></graphml>'
    ],
    "gexf": [
        '<gexf version="1.2"><graph defaultedgetype="directed"><nodes><node id="T" label="T"/><node id="M" label="M"/>'
        '<node id="Y" label="Y"/></nodes><edges><edge id="0" source="T" target="M"/><edge id="1" source="M" target="Y"/>'
        "</edges></graph></gexf>"
    ],
}


@cache
def texts(format: str) -> list[str]:
    """What is well written in a format: designs of ours, examples, and what other programs write."""
    found = list(FOREIGN.get(format, ()))
    for number in range(DRAWN):
        if format in DESIGN_FILES:
            random = Random(f"fuzz {number}")
            design = random_design(random)
            found.append(dumps(design, format, any_plan(random, design) if number % 2 else None))
        else:
            found.append(dumps(any_design(number), format))
    if format == "toml":
        found += [
            path.read_text(encoding="utf-8") for path in sorted((REPOSITORY / "examples").glob("*.toml"))
        ]
    return found


def _reader(format: str, floor: float, cost: int) -> Fuzzer:
    def make(random: Random) -> tuple[str, dict[str, str]]:
        text = random.choice(texts(format))
        splice = random.choice(texts(format)) if random.random() < 0.05 else ""
        roles = {} if format in DESIGN_FILES or random.random() < 0.5 else {"treatment": "T", "outcome": "Y"}
        return mutated(random, text + splice), roles

    def read(made: tuple[str, dict[str, str]]) -> None:
        text, roles = made
        design = from_text(text, format, **roles)
        if not isinstance(design, Design):
            raise BrokenError(f"no design but {design!r:.100}")

    return Fuzzer(f"read-{format}", make, read, floor, cost)


# DOT is read by pydot, which takes its time.
_COSTS = {"dot": 10, "graphml": 2, "gexf": 2, "toml": 3, "json": 2}
READING = [_reader(format, 0.12, _COSTS.get(format, 1)) for format in FORMATS]
