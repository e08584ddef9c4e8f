"""How often identcheck has an answer: verdicts over random designs, and conditional ones without two worlds.

    python benchmarks/shares.py [DESIGNS] [--start N] [--kinds KIND ...] [--most MEDIATORS] [--show]

For each kind of design a line: how many effects were asked about (the default ones, random paths, and effects avoiding random
nodes), the share of each verdict, the share of conditional ones for which no two worlds show that what is granted does not
suffice, the CPU seconds. ``--show`` lists what has no answer, the smallest design first. The same numbers give the same designs.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import combinations, islice
from pathlib import Path
from random import Random
from time import process_time
from typing import NamedTuple

import networkx as nx

sys.path.insert(0, str(Path(__file__).parents[1]))

import identcheck as ic

GRANTS = ("", "all", "vi,vii", "ix", "vi,vii,ix", "vii,ix", "vi,ix", "all,bypass")
VARIES = (["persons"], ["persons"], ["sites"], ["persons", "sites", "none"], ["persons", "none"])
Drawn = tuple[ic.Design, str]


class Kind(NamedTuple):
    """What designs of a kind are like.

    Attributes:
        arms: how many arms there may be.
        hidden: how likely a mediator is not measured.
        few_sites: whether there are too few sites in many of them.
        varies: how arrows may vary.
        declared: the kinds of declarations.
        causes: so many modifiers are drawn at most.
        products: whether two mediators interact, or one with itself.
    """

    arms: tuple[int, ...] = (1,)
    hidden: float = 0.0
    few_sites: bool = False
    varies: tuple[list[str], ...] = (["persons"],)
    declared: tuple[str, ...] = ()
    causes: int = 0
    products: bool = False


KINDS = {
    "plain": Kind(),
    "mixed arrows": Kind(varies=VARIES),
    "hidden": Kind(hidden=0.35, varies=VARIES),
    "few sites": Kind(few_sites=True, varies=VARIES),
    "arms": Kind(arms=(2, 3, 4), varies=VARIES),
    "arms, few sites": Kind(arms=(2, 3), few_sites=True, varies=VARIES),
    "declared": Kind(varies=VARIES, declared=("independent", "uncorrelated")),
    "correlated": Kind(varies=VARIES, declared=("correlated",)),
    "arms, correlated": Kind(arms=(2, 3), varies=VARIES, declared=("correlated", "uncorrelated")),
    "unmeasured causes": Kind(varies=VARIES, causes=2),
    "causes, interaction": Kind(varies=VARIES, causes=2, products=True),
}


def design(kind: str, number: int, most: int) -> Drawn | None:
    """A random design of a kind and what is granted; None where what is drawn contradicts itself."""
    said, random = KINDS[kind], Random(f"shares {kind} {number}")
    p = random.randint(1, most)
    mediators, arms = (
        [f"M{k}" for k in range(1, p + 1)],
        [f"T{k}" for k in range(1, random.choice(said.arms) + 1)],
    )
    graph, rules = nx.DiGraph(), random.choice(said.varies)
    for edge in _edges(random, arms, mediators):
        graph.add_edge(*edge, varies=random.choice(rules))
    sites = random.choice([1, 2, max(1, p - 1), p] if said.few_sites else [None, p * len(arms) + 1, 30])
    hidden = [m for m in mediators if random.random() < said.hidden]
    known = [
        _declared(random, graph, said) for _ in range(random.choice([1, 1, 2, 3]) if said.declared else 0)
    ]
    granted = random.choice(GRANTS)
    causes = [_cause(random, name, sorted(graph.edges)) for name in "zw"[: random.randint(0, said.causes)]]
    products = [random.choices(mediators, k=2)] if said.products else []
    try:
        made = ic.Design(
            graph,
            treatment=arms,
            outcome="Y",
            sites=sites,
            unobserved=hidden,
            modifiers=causes,
            interactions=products,
        )
        return made.declaring(*known), granted
    except ic.IdentcheckError:
        return None


def _edges(random: Random, arms: list[str], mediators: list[str]) -> list[tuple[str, str]]:
    dense = random.choice([0.3, 0.6, 0.9])
    found = {e for e in combinations([*mediators, "Y"], 2) if random.random() < dense}
    found |= {(arm, m) for arm in arms for m in mediators if random.random() < dense}
    found |= {(arm, "Y") for arm in arms if random.random() < 0.15}
    for i, m in enumerate(mediators):
        if not any(b == m for _, b in found):
            found.add((random.choice([*arms, *mediators[:i]]), m))
        if not any(a == m for a, _ in found):
            found.add((m, random.choice([*mediators[i + 1 :], "Y"])))
    return sorted(
        found | {(arm, random.choice(mediators)) for arm in arms if arm not in {a for a, _ in found}}
    )


def _cause(random: Random, name: str, arrows: list[tuple[str, str]]) -> ic.Modifier:
    """A modifier of one to three arrows, two times in three not measured."""
    level = random.choice(["sites", "persons"])
    return ic.Modifier(
        name,
        random.sample(arrows, min(len(arrows), random.choice([1, 2, 2, 3]))),
        level=level,
        measured=random.random() < 1 / 3,
        scale=random.choice(["binary", "continuous"]),
        balanced=level == "persons" and random.random() < 0.3,
    )


def _declared(random: Random, graph: nx.DiGraph[str], said: Kind) -> ic.Declaration:
    level, pair = random.choice(["persons", "sites"]), random.sample(sorted(graph.edges), 2)
    return getattr(ic, random.choice(said.declared))(*pair, level)


def questions(made: ic.Design, random: Random) -> Iterator[ic.Estimand]:
    """Paths, and effects avoiding nodes; a few of each."""
    nodes = (*made.mediators, made.outcome)
    pairs = [pair for pair in combinations(nodes, 2) if nx.has_path(made.causal, *pair)]
    for u, v in random.sample(pairs, min(3, len(pairs))):
        yield ic.path(*random.choice(list(islice(nx.all_simple_paths(made.causal, u, v), 8))))
        others = [m for m in made.mediators if m not in (u, v)]
        if others:
            yield ic.average(u, v, random.sample(others, random.randint(1, len(others))))


class Case(NamedTuple):
    """An effect that has no answer."""

    size: int
    text: str


def count(kind: str, numbers: range, most: int) -> tuple[Counter[str], list[Case]]:
    """The verdicts, "shown" for conditional ones with two worlds; and what has no answer."""
    seen: Counter[str] = Counter()
    left: list[Case] = []
    for number in numbers:
        drawn = design(kind, number, most)
        if drawn is None:
            continue
        made, granted = drawn
        try:
            result = ic.check(made, granted)
        except ic.IdentcheckError:
            continue  # a declaration contradicts what is granted by name
        for estimand in dict.fromkeys((*(f.estimand for f in result), *questions(made, Random(number)))):
            finding = result[estimand]
            seen[finding.verdict.value] += 1
            shown = finding.verdict is not ic.Verdict.CONDITIONAL or finding.witness() is not None
            seen["not shown"] += not shown
            if not shown or finding.verdict is ic.Verdict.UNDECIDED:
                left.append(Case(made.causal.number_of_edges(), _told(number, finding, granted)))
    return seen, left


def _told(number: int, finding: ic.Finding, granted: str) -> str:
    made = finding.design
    rules = {"persons": "", "sites": "=s", "none": "=n"}
    arrows = " ".join(f"{a}>{b}{rules[made.varies(a, b)]}" for a, b in made.causal.edges)
    known = [*map(str, made.declarations), *map(_drawn, made.modifiers), *map(" * ".join, made.interactions)]
    return (
        f"{number}: {finding.estimand} {finding.verdict.value}, granting {granted or 'nothing'}; {made.sites} sites, hidden "
        f"{sorted(made.unobserved)}: {arrows} {'; '.join(known)}"
    )


def _drawn(modifier: ic.Modifier) -> str:
    moved = " ".join(f"{a}>{b}" for a, b in modifier.of)
    kind = f"{modifier.scale}, {'balanced ' * modifier.balanced}{modifier.level}"
    return f"{modifier.name} ({kind}{'' if modifier.measured else ', not measured'}) => {moved}"


def line(kind: str, seen: Counter[str], seconds: float) -> str:
    """A row of the table."""
    verdicts = [v.value for v in ic.Verdict]
    every, conditional = sum(seen[v] for v in verdicts), seen[ic.Verdict.CONDITIONAL.value]
    shares = " ".join(f"{100 * seen[v] / max(1, every):14.2f}%" for v in verdicts)
    return f"{kind:18}{every:8}{shares} {100 * seen['not shown'] / max(1, conditional):10.2f}% {seconds:9.1f}"


def main(told: Callable[[str], object] = print) -> None:
    """The table."""
    parser = ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("designs", nargs="?", type=int, default=200)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--kinds", nargs="*", default=list(KINDS), choices=list(KINDS))
    parser.add_argument("--most", type=int, default=4, help="mediators at most (4)")
    parser.add_argument("--show", action="store_true", help="list what has no answer")
    asked = parser.parse_args()
    heads = " ".join(f"{v.value:>15}" for v in ic.Verdict)
    told(f"{'kind':18}{'effects':>8}{heads} {'not shown':>11} {'seconds':>9}")
    for kind in asked.kinds:
        began = process_time()
        seen, left = count(kind, range(asked.start, asked.start + asked.designs), asked.most)
        told(line(kind, seen, process_time() - began))
        for case in sorted(left) if asked.show else ():
            told(f"    {case.text}")


if __name__ == "__main__":
    main()
