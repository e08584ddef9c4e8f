"""The cases of ``engine.py``: kinds of job by a size, each built before the clock starts; the table of cases with their aims."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from itertools import combinations
from pathlib import Path
from random import Random
from tempfile import gettempdir
from time import process_time
from typing import Any, NamedTuple

import networkx as nx

import identcheck as ic

SCRATCH = Path(gettempdir(), f"identcheck_{os.getpid()}")
EXAMPLE = Path(__file__).parents[1] / "examples" / "moving_to_opportunity.toml"
LEVELS = ("persons", "sites")
IN_VAIN = (1, 5, 7)
"""Of eleven random designs those in which release 0.1.0 looks longest for worlds that it does not find."""
Job = Callable[[], object]
Shape = Callable[..., ic.Design]


class Case(NamedTuple):
    """A line: a kind of job with its size and options; CPU seconds at most; at most so many times another case; MB at most."""

    kind: Callable[..., Job]
    size: int
    options: dict[str, Any]
    aim: float | None = None
    base: str = ""
    most: float | None = None
    memory: float | None = None


# -- designs: from T1 to Y, with so many sites more than columns of compliances ----------------


def complete(
    p: int, spare: int = 1, arms: int = 1, mixed: int = 0, hidden: int = 0, left_out: float = 0
) -> ic.Design:
    """Every arm moves every mediator, each moves all later ones and the outcome; a share of the arrows may be left out."""
    mediators, treatments, random = nodes(p), [f"T{k}" for k in range(1, arms + 1)], Random(mixed or spare)
    graph = nx.DiGraph(
        [*(("T1", m) for m in mediators), *((t, "M1") for t in treatments), *((m, "Y") for m in mediators)]
    )
    others = [*combinations(mediators, 2), *((t, m) for t in treatments[1:] for m in mediators)]
    graph.add_edges_from(edge for edge in others if random.random() >= left_out)
    for edge in graph.edges if mixed else ():
        graph.edges[edge]["varies"] = random.choice((*LEVELS, "none"))
    unseen = [mediators[p // 2], mediators[p // 4]][:hidden]
    return ic.Design(
        graph, treatment=treatments, outcome="Y", sites=max(1, p * arms + spare), unobserved=unseen
    )


def modified(p: int, measured: bool = True) -> ic.Design:
    """The same with three causes of heterogeneity, each of a compliance and an effect: two of the sites, one of the persons."""
    plain, m = complete(p, spare=3 * p), nodes(p)
    causes = [
        ic.Modifier("wages", [("T1", m[0]), (m[1], "Y")], scale="binary", measured=measured),
        ic.Modifier("size", [("T1", m[p // 4]), (m[p // 3], "Y"), (m[0], m[-1])], measured=measured),
        ic.Modifier("age", [("T1", m[-1]), (m[0], "Y")], level="persons", scale="binary", measured=measured),
    ]
    return ic.Design(plain.graph, treatment="T1", outcome="Y", sites=plain.sites, modifiers=causes)


def nodes(p: int) -> list[str]:
    """Names of mediators."""
    return [f"M{k}" for k in range(1, p + 1)]


def parallel(p: int, spare: int = 1, routes: Iterable[list[str]] = ()) -> ic.Design:
    """Mediators side by side, and other arrows."""
    graph = nx.DiGraph()
    for route in (*(["T1", m, "Y"] for m in nodes(p)), *routes):
        nx.add_path(graph, route)
    return ic.Design(graph, treatment="T1", outcome="Y", sites=max(1, p + spare))


def sparse(p: int) -> ic.Design:
    """The same, and each moves the next."""
    return parallel(p, 1, [nodes(p)])


def chain(p: int) -> ic.Design:
    """One mediator behind the other."""
    return ic.Design(
        nx.path_graph(["T1", *nodes(p), "Y"], nx.DiGraph), treatment="T1", outcome="Y", sites=p + 1
    )


# -- kinds of job ------------------------------------------------------------------------


def verdicts(
    p: int,
    shape: Shape = complete,
    declared: int = 0,
    prove: bool = True,
    granted: Iterable[str] = (),
    **said: Any,
) -> Job:
    """The verdicts on all default effects, with so many declarations, and something granted."""
    design, random = shape(p, **said), Random(declared)
    made = (ic.uncorrelated, lambda a, b, level: ic.independent([a], [b], level))
    pairs = (
        [(*pair, level) for pair in combinations(design.graph.edges, 2) for level in LEVELS]
        if declared
        else []
    )
    known = [
        random.choice(made)(a, b, level=level)
        for a, b, level in random.sample(pairs, min(declared, len(pairs)))
    ]
    quick = {} if prove else {"prove": False}  # an older identcheck knows no such option
    return lambda: [finding.verdict for finding in ic.check(design, [*granted, *known], **quick).findings]


def in_vain(p: int, seeds: Iterable[int] = IN_VAIN) -> Job:
    """The CPU seconds of the slowest effect that stays undecided, in random designs with up to three arms and few sites."""

    def result(seed: int) -> ic.Identification:
        random, arms = Random(seed), 1 + seed % 3
        design = complete(p, 1 + seed % 5 - p * arms, arms, mixed=1 + seed, left_out=0.3)
        one, other = random.sample(
            [(a, b) for a, b in design.graph.edges if design.varies(a, b) == "persons"], 2
        )
        return ic.check(design, [ic.normal("persons"), ic.correlated(one, other, level="persons")])

    def seconds(result: ic.Identification, effect: str) -> float:
        start = process_time()
        return process_time() - start if result[effect].verdict is ic.Verdict.UNDECIDED else 0.0

    return lambda: max(seconds(found, f"total {m} Y") for found in map(result, seeds) for m in nodes(p))


def asked(
    p: int,
    what: Callable[[ic.Identification], object],
    shape: Shape = complete,
    **said: Any,
) -> Job:
    """Something asked of answers, these included."""
    design = shape(p, **said)
    return lambda: what(ic.check(design))


def process(p: int, words: str) -> Job:
    """A whole process: imports, or a command on the example or, with p, on a complete graph.

    Byte code is kept in a folder, as it is of installed packages; else this checkout's files alone would be compiled each time.
    """
    plan = "\n[plan]\npersons = 100\n"
    SCRATCH.with_suffix(".toml").write_text(
        ic.dumps(complete(p), "toml") + plan if p else EXAMPLE.read_text()
    )
    command = ["-c", words] if words.startswith("import") else ["-m", "identcheck", *words.split()]
    command = [str(SCRATCH.with_suffix(".toml")) if word == "FILE" else word for word in command]

    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(SCRATCH.with_name("identcheck_byte_code"))

    def run() -> None:
        done = subprocess.run(
            [sys.executable, *command],
            capture_output=True,
            text=True,
            check=False,
            env=environment,
            cwd=gettempdir(),  # what stands in the current folder would be imported before all else
        )
        assert done.returncode in (0, 1), done.stderr

    return run


def listing(p: int, ours: bool) -> Job:
    """Every path from T1 to Y, by identcheck or by networkx."""
    from identcheck.derive.paths import paths

    design = complete(p)
    return lambda: sum(
        1 for _ in (paths(design, "T1", "Y") if ours else nx.all_simple_paths(design.causal, "T1", "Y"))
    )


def expansion(p: int, ours: bool) -> Job:
    """The sum of path products as a polynomial, by identcheck or as an element of sympy's (I - A)^-1, expanded."""
    import sympy

    design = complete(p)
    step = [
        [int(design.causal.has_edge(a, b)) * sympy.Symbol(a + b) for b in design.causal]
        for a in design.causal
    ]
    matrix = sympy.eye(p + 2) - sympy.Matrix(step)
    return lambda: ic.effect(design, "T1", "Y") if ours else sympy.expand(matrix.inv()[0, -1])


# -- the table -----------------------------------------------------------------------------

IMPORTS, P_12 = "import sympy, networkx", "plain, p = 12"
LISTS, INVERSE = "networkx.all_simple_paths, p = 16", "expand((I - A).inv()[0, -1]), p = 10"
PROVED = {
    **{f"mixed varies {n}": {"mixed": n} for n in (1, 2, 3)},
    "one hidden": {"hidden": 1},
    "two hidden": {"hidden": 2},
    "p - 1 sites": {"spare": -1},
}
COMMANDS = {"report FILE -o -": 1.75, "plan FILE": 1.25, "falsify FILE": 1.25}
ASKED: dict[str, tuple[int, float | None, dict[str, Any]]] = {
    "Word, p = 6": (6, 27, {"what": lambda r: r.save(SCRATCH.with_suffix(".docx"))}),
    "PDF, p = 6": (6, None, {"what": lambda r: r.save(SCRATCH.with_suffix(".pdf"))}),
    "statements, p = 30": (30, 0.05, {"what": lambda r: [a.statement for a in r.assumptions]}),
    "conditional witnesses, p = 6": (6, 0.06, {"what": lambda r: [f.witness() for f in r]}),
    "mends, p = 6, 5 sites": (
        6,
        0.8,
        {"what": lambda r: [r.mends(f.estimand) for f in r if f.best is None], "spare": -1},
    ),
    **{
        f"HTML, p = {p}": (p, aim, {"what": lambda r: r.render("html")})
        for p, aim in ((6, 0.5), (20, 0.5), (30, 0.8))
    },
    "robust, sparse p = 8": (8, 0.3, {"what": ic.robustness, "shape": sparse}),
    "robust, parallel 20": (20, 1, {"what": ic.robustness, "shape": parallel}),
}
CASES: dict[str, Case] = {
    **{
        f"plain, p = {p}": Case(verdicts, p, {}, aim)
        for p, aim in ((12, None), (20, 0.06), (50, 0.5), (100, 3))
    },
    **{
        f"{n} declared, p = {p}": Case(verdicts, p, {"declared": n}, aim, f"plain, p = {p}", 3)
        for p, aim in ((12, 0.1), (20, 1))
        for n in (1, 50, 500)
    },
    **{
        f"{name}, p = 12{'' if prove else ', unproved'}": Case(
            verdicts, 12, said | {"prove": prove}, aim, P_12
        )
        for name, said in PROVED.items()
        for prove, aim in ((True, 1), (False, 0.15))
    },
    **{f"{n} arms, p = 12": Case(verdicts, 12, {"arms": n}, None, P_12, n + 1) for n in (2, 3, 4)},
    **{
        f"all granted, p = {p}": Case(verdicts, p, {"granted": ["all"]}, None, f"plain, p = {p}", 2)
        for p in (12, 20)
    },
    "3 modifiers, p = 12": Case(verdicts, 12, {"shape": modified}, 0.06, P_12, 2),
    "3 unmeasured modifiers, p = 12, unproved": Case(
        verdicts, 12, {"shape": modified, "measured": False, "prove": False}, 0.15
    ),
    "parallel 100, 30 sites": Case(verdicts, 100, {"shape": parallel, "spare": -70}, 2),
    "parallel 1,000": Case(verdicts, 1000, {"shape": parallel}, 5, memory=500),
    "chain 1,000": Case(verdicts, 1000, {"shape": chain}, 5, memory=500),
    "worlds looked for in vain, p = 8": Case(in_vain, 8, {}, 0.5),
    **{name: Case(asked, p, said, aim) for name, (p, aim, said) in ASKED.items()},
    IMPORTS: Case(process, 0, {"words": IMPORTS}),
    "check FILE, example": Case(process, 0, {"words": "check FILE"}, None, IMPORTS, 0.65),
    "--help": Case(process, 0, {"words": "--help"}, None, IMPORTS, 0.2),
    **{
        f"{words}, p = 6": Case(process, 6, {"words": words}, None, IMPORTS, most)
        for words, most in COMMANDS.items()
    },
    LISTS: Case(listing, 16, {"ours": False}),
    "paths, p = 16": Case(listing, 16, {"ours": True}, None, LISTS, 1.5),
    INVERSE: Case(expansion, 10, {"ours": False}),
    "effect(T, Y), p = 10": Case(expansion, 10, {"ours": True}, None, INVERSE, 0.01),
}
GROWTH: dict[str, tuple[dict[str, Any], tuple[int, ...]]] = {
    "plain": ({}, (12, 20, 30, 50)),
    "50 declared": ({"declared": 50}, (8, 10, 12, 16)),
    **{name: (said, (6, 8, 10, 12)) for name, said in PROVED.items()},
    "3 arms": ({"arms": 3}, (6, 8, 10, 12)),
    "parallel": ({"shape": parallel}, (50, 100, 200, 400)),
    "parallel, p - 1 sites": ({"shape": parallel, "spare": -1}, (10, 20, 30, 40)),
    "chain": ({"shape": chain}, (50, 100, 200, 400)),
}
"""Verdicts by size: their CPU seconds grow as a power of it."""
