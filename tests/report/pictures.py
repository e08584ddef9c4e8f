"""Graphs to draw in the tests, each with a name."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import combinations, pairwise

from identcheck.picture import Edge, Node, Role, Varies

Picture = tuple[list[Node], list[Edge]]

HOSTILE = r"costs & 5% of $x_1$ <script>alert(1)</script> \input{x} #~^ [sic] {"
LONG = (
    "Übergang in eine weiterführende Schule, gemessen drei Jahre nach der Verlosung – "
    "où l'élève a été inscrit; in a register of all pupils of the municipality"
)


def graph(
    arrows: str,
    captions: Mapping[str, str] = {},
    *,
    baseline: Iterable[str] = (),
    unobserved: Iterable[str] = (),
    varies: Mapping[str, Varies] = {},
) -> Picture:
    """A picture from chains such as `"T -> V -> Y; T -> Y"`; T... are arms, Y the outcome."""
    pairs: list[tuple[str, str]] = []
    for chain in arrows.split(";"):
        names = [name.strip() for name in chain.split("->")]
        pairs += [pair for pair in pairwise(names) if pair not in pairs]
    names = list(dict.fromkeys(name for pair in pairs for name in pair))
    nodes = [
        Node(name, captions.get(name, name), _role(name, baseline), name not in unobserved) for name in names
    ]
    edges = [_edge(u, v, u not in baseline, varies.get(f"{u} -> {v}", "persons")) for u, v in pairs]
    return nodes, edges


def _role(name: str, baseline: Iterable[str]) -> Role:
    if name in baseline:
        return "baseline"
    return "treatment" if name[0] == "T" else "outcome" if name == "Y" else "mediator"


def _edge(source: str, target: str, causal: bool, varies: Varies) -> Edge:
    if not causal:
        return Edge(source, target, "", "", varies, causal=False)
    if source[0] == "T":
        text = f"Γ_{{{target}}}" if source == "T" else f"Γ_{{{target},{source}}}"
    else:
        text = f"Δ_{source}" if len(source) == 1 else f"Δ_{{{source}}}"
        text = text if target == "Y" else f"Λ_{{{source},{target}}}"
    latex = text.replace("Γ", r"\Gamma").replace("Δ", r"\Delta").replace("Λ", r"\Lambda")
    return Edge(source, target, latex, text, varies)


def complete(mediators: int) -> Picture:
    """Every arrow there can be between T, M1, M2, ... and Y."""
    names = ["T", *(f"M{k}" for k in range(1, mediators + 1)), "Y"]
    return graph("; ".join(f"{u} -> {v}" for u, v in combinations(names, 2)))


def sparse(mediators: int, share: float, seed: int) -> Picture:
    """A random graph in which every mediator lies between T and Y."""
    rng = random.Random(seed)
    names = [f"M{k}" for k in range(1, mediators + 1)]
    pairs = [pair for pair in combinations(names, 2) if rng.random() < share]
    first = [("T", n) for n in names if rng.random() < 0.4 or all(v != n for _, v in pairs)]
    last = [(n, "Y") for n in names if rng.random() < 0.3 or all(u != n for u, _ in pairs)]
    return graph("; ".join(f"{u} -> {v}" for u, v in first + pairs + last))


def parallel(mediators: int) -> Picture:
    """Mediators side by side."""
    return graph("; ".join(f"T -> M{k} -> Y" for k in range(1, mediators + 1)))


def many_baseline(count: int) -> Picture:
    """Baseline causes of two mediators and the outcome, some causes of others."""
    names = [f"X{k}" for k in range(count)]
    targets = ("M1", "M2", "Y")
    arrows = [f"{name} -> {targets[k % 3]}; {name} -> Y" for k, name in enumerate(names)]
    core = "T -> M1 -> M2 -> Y; T -> M2; M1 -> Y; X0 -> X1; X1 -> X5"
    captions = {name: f"covariate number {k}" for k, name in enumerate(names)}
    return graph("; ".join([core, *arrows]), captions, baseline=names)


def captioned(picture: Picture) -> Picture:
    """The same graph with a caption for every node."""
    words = ("years of schooling", "hours worked a week", "use of the voucher", "income")
    nodes, edges = picture
    named = [replace(node, caption=words[k % len(words)]) for k, node in enumerate(nodes)]
    return named, edges


MTO = {
    "T": "offer of a housing voucher",
    "T1": "voucher for a low-poverty area",
    "T2": "voucher for any area",
    "V": "use of the voucher",
    "NP": "neighborhood poverty",
    "Y": "adult mental health",
}
WELFARE = {
    "T": "welfare-to-work program",
    "H": "hours worked",
    "I": "income",
    "W": "welfare receipt",
    "Y": "child's school achievement",
}

PICTURES: dict[str, Picture] = {
    "one mediator": graph("T -> M -> Y", {"T": "treatment", "M": "mediator", "Y": "outcome"}),
    "parallel": graph("T -> M1 -> Y; T -> M2 -> Y"),
    "figure 1": graph("T -> M1 -> Y; T -> M2 -> Y; M1 -> M2"),
    "figure 2": graph("T -> V -> NP -> Y; V -> Y", MTO),
    "welfare": graph("T -> H -> Y; T -> I -> Y; T -> W -> Y; H -> I; W -> I", WELFARE),
    "welfare parallel": graph("T -> H -> Y; T -> I -> Y; T -> W -> Y", WELFARE),
    "two arms": graph("T1 -> V -> NP -> Y; T2 -> V -> Y; T1 -> NP; T2 -> NP", MTO),
    "baseline": graph(
        "X -> M1 -> Y; X -> Y; T -> M1; T -> M2 -> Y; U -> M2; U -> Y",
        {"X": "mother's education", "U": "motivation", "M1": "attendance", "M2": "effort"},
        baseline=("X", "U"),
        unobserved=("U",),
    ),
    "direct": graph("T -> M1 -> Y; T -> M2 -> Y; T -> Y"),
    "direct, one mediator": graph("T -> M -> Y; T -> Y", {"M": "hours of tutoring"}),
    "direct, three mediators": graph("T -> M1 -> Y; T -> M2 -> Y; T -> M3 -> Y; T -> Y"),
    "chain": graph("T -> M1 -> M2 -> M3 -> M4 -> Y; M1 -> M3; M1 -> Y"),
    "varies": graph(
        "T -> V -> NP -> Y; V -> Y; T -> Y",
        MTO,
        unobserved=("NP",),
        varies={"T -> V": "none", "V -> NP": "sites"},
    ),
    "complete 4": complete(4),
    "complete 6": complete(6),
    "random 10": sparse(10, 0.2, 3),
    "random 10 dense": sparse(10, 0.35, 5),
    "parallel 10, captions": captioned(parallel(10)),
    "parallel 5": captioned(parallel(5)),
    "many baseline": many_baseline(9),
    "random 14": sparse(14, 0.4, 2),
    "random 10, captions": captioned(sparse(10, 0.15, 4)),
    "complete 8": complete(8),
    "complete 6, captions": captioned(complete(6)),
    "complete 28": complete(28),
    "long captions": graph(
        "T -> M1 -> Y; T -> M2 -> Y; M1 -> M2; X -> M1; X -> Y",
        {
            "M1": LONG,
            "M2": "住宅バウチャーの利用と近隣の貧困",
            "T": "Öffnung für Auswärtige",
            "X": LONG[:60],
        },
        baseline=("X",),
    ),
    "hostile captions": graph(
        "T -> M_1 -> Y; T -> M2 -> Y; M_1 -> M2; T -> Y; <X> -> M2",
        {"T": HOSTILE, "M_1": r"\input{x}", "M2": "a & b < c % $d_e$", "Y": HOSTILE[::-1]},
        baseline=("<X>",),
    ),
}
