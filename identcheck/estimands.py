"""The questions that can be asked of a design: average effects, written independently of any design."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from identcheck.design import Design
from identcheck.errors import InvalidQuestionError, UnknownVariableError
from identcheck.paths import check_nodes, inner_nodes, reaches

__all__ = ["Estimand", "Target", "compliance", "direct", "itt", "path", "resolve", "total"]


@dataclass(frozen=True)
class Estimand:
    """An average causal effect that may be asked for; make one with the functions of this module.

    Attributes:
        kind: "direct", "total", "path", "compliance" or "itt".
        nodes: source and target, or all nodes of the path; the mediator of a compliance.
        arm: the arm of a compliance or of the intent-to-treat effect; None where there is only one.
    """

    kind: str
    nodes: tuple[str, ...] = ()
    arm: str | None = None

    def __str__(self) -> str:
        inside = ", ".join((*self.nodes, *((f"arm={self.arm}",) if self.arm else ())))
        return f"{self.kind}({inside})"


def direct(u: str, v: str) -> Estimand:
    """The average direct effect of u on v, through no other mediator: delta_k, lambda_jk."""
    return Estimand("direct", (u, v))


def total(u: str, v: str) -> Estimand:
    """The average total effect of u on v, over all directed paths."""
    return Estimand("total", (u, v))


def path(*nodes: str) -> Estimand:
    """The average effect along one directed path: the mean of the product of its coefficients."""
    return Estimand("path", nodes)


def compliance(m: str, arm: str | None = None) -> Estimand:
    """The average total effect of treatment on mediator m: gamma_m."""
    return Estimand("compliance", (m,), arm)


def itt(arm: str | None = None) -> Estimand:
    """The intent-to-treat effect: the average total effect of treatment on the outcome, beta."""
    return Estimand("itt", (), arm)


@dataclass(frozen=True)
class Target:
    """What an estimand means in one design: the paths from source to target it averages over.

    Attributes:
        source: where the paths start.
        target: where they end.
        avoiding: the nodes the paths avoid.
        inner: the nodes between source and target on those paths.
        route: the one path, where a single one was asked for and others share its nodes; else None.
        empty: whether there is no such path, so that the effect is zero by the graph.
    """

    source: str
    target: str
    avoiding: frozenset[str]
    inner: frozenset[str]
    route: tuple[str, ...] | None = None
    empty: bool = False


def resolve(design: Design, estimand: Estimand) -> Target:
    """Find the paths an estimand averages over.

    Raises:
        InvalidQuestionError, UnknownVariableError: where the design has no such effect; the message says why.
    """
    if not isinstance(estimand, Estimand):
        raise InvalidQuestionError(
            [f"{estimand!r} is no estimand; ask with direct, total, path, compliance or itt"]
        )
    if estimand.kind == "path":
        return _resolve_path(design, estimand.nodes)
    if estimand.kind in ("compliance", "itt"):
        end = estimand.nodes[0] if estimand.kind == "compliance" else design.outcome
        if estimand.kind == "compliance" and end not in design.mediators:
            raise UnknownVariableError(end, design.mediators)
        source, target = _arm(design, estimand), end
    else:
        source, target = estimand.nodes
    _check_pair(design, source, target)
    others = frozenset(design.mediators) - {source, target}
    avoiding = others if estimand.kind == "direct" else frozenset()
    empty = not reaches(design, source, target, avoiding)
    return Target(source, target, avoiding, inner_nodes(design, source, target, avoiding), empty=empty)


def _arm(design: Design, estimand: Estimand) -> str:
    if estimand.arm is None and len(design.treatments) > 1:
        arms = ", ".join(repr(arm) for arm in design.treatments)
        raise InvalidQuestionError(
            [f"{estimand}: the design has several arms, {arms}; name one with arm=..."]
        )
    arm = estimand.arm or design.treatments[0]
    if arm not in design.treatments:
        raise UnknownVariableError(arm, design.treatments)
    return arm


def _check_pair(design: Design, source: str, target: str) -> None:
    check_nodes(design, source, target)
    if source == target:
        raise InvalidQuestionError([f"the effect of {source!r} on itself is not a question"])
    if target in design.treatments:
        raise InvalidQuestionError([f"{target!r} is randomised: nothing has an effect on it"])


def _resolve_path(design: Design, nodes: tuple[str, ...]) -> Target:
    if len(nodes) < 2:
        raise InvalidQuestionError(["a path has at least two nodes, such as path('T', 'M1')"])
    for node in nodes:
        design.known(node)
    missing = [
        f"there is no arrow {a!r} -> {b!r} in the graph"
        for a, b in itertools.pairwise(nodes)
        if not design.causal.has_edge(a, b)
    ]
    if missing:
        raise InvalidQuestionError(missing)
    others = frozenset(design.mediators) - set(nodes)
    return Target(nodes[0], nodes[-1], others, frozenset(nodes[1:-1]), nodes)


def parse(text: str) -> Estimand:
    """Read an estimand written as on the command line: ``"total V Y"`` or ``"total(V, Y)"``.

    Raises:
        InvalidQuestionError: saying how estimands are written.
    """
    words = text.replace("(", " ").replace(")", " ").replace(",", " ").replace("->", " ").split()
    kind, nodes = (words[0], words[1:]) if words else ("", [])
    arm = next((word.removeprefix("arm=") for word in nodes if word.startswith("arm=")), None)
    nodes = [word for word in nodes if not word.startswith("arm=")]
    counts = {"direct": 2, "total": 2, "compliance": 1, "itt": 0}
    if kind == "path" and len(nodes) >= 2:
        return path(*nodes)
    if counts.get(kind) == len(nodes):
        return Estimand(kind, tuple(nodes), arm)
    raise InvalidQuestionError(
        [
            f"{text!r} is no estimand; write 'direct V Y', 'total V Y', 'path T V Y', 'compliance V', 'itt' "
            "(with 'arm=T1' where there are several arms)"
        ]
    )
