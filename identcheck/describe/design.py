"""The design: an immutable description of the graph of treatment, mediators and outcome.

Public: :class:`Design`. What makes a graph a design is written down in ``validation``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, partial
from os import PathLike
from types import MappingProxyType
from typing import Any

import networkx as nx

from identcheck.basics.display import Displayed
from identcheck.basics.options import AverageOver, DesignFormat, Role, Scale, Varies, Weights
from identcheck.describe.declarations import Declaration
from identcheck.describe.interactions import product_label, products_of, same_as, written_product
from identcheck.describe.modifiers import Modifier, in_order
from identcheck.describe.protocol import Rules, worded
from identcheck.describe.validation import (
    Description,
    Parts,
    find_problems,
    fixed,
    natural,
    notation_of,
    numerals_of,
    parts_of,
)
from identcheck.errors import InvalidDesignError, UnknownVariableError
from identcheck.errors.visible import visible
from identcheck.homes import lead
from identcheck.symbols.names import Notation

__all__ = ["SAID", "Design", "demand_design"]

SHORT, SHORT_ARM = 30, 20
"""A label of at most so many letters is its own short label; that of an arm, of which there is more to say, SHORT_ARM."""

NAMED, COINED = 4, 5
"""A node's name with fewer letters is no word that a reader would know; with so many, it is one if it stands in the label."""

ASSIGNMENT = re.compile(
    r"(?:random )?(?:assignment|randomization) (?:of .+? )?to (?:(?:the|an?) )?(?=\w)", re.I
)
"""How the label of an arm begins that says what is assigned: of "assignment of the clinic to training" it is "training"."""

SAID = (
    "outcome", "sites", "unobserved", "labels", "scales", "justifications", "citations", "confounded", "title", "average",
    "weights", "declarations", "primary", "words", "short", "rules", "modifiers", "works_everywhere", "interactions",
)  # fmt: skip
"""The arguments of a design but its graph and treatment, by the attributes that keep them."""

SHOWN = 200
"""Arrows are listed in a design's repr where they take no more letters; else they are counted."""


class Design(Displayed):
    """A multi-site trial as a causal graph.

    Every edge carries a person-specific coefficient; the treatment is randomized within each site.

    Args:
        graph: a ``networkx.DiGraph``. Node attributes ``role`` ("treatment", "outcome", "mediator", "baseline",
            "consequence"), ``label``, ``scale``, ``unobserved``, ``symbol`` and edge attributes ``varies``,
            ``noncompliance``, ``symbol`` are understood. A "consequence" follows from treatment and does not lead to the
            outcome; it is only drawn. The graph is copied.
        treatment: the randomized node, or a list of nodes: the arms of a multi-arm trial, each
            contrasted with one control. May be given by ``role`` instead.
        outcome: the outcome node. May be given by ``role`` instead.
        sites: number of sites (or strata); None where it is not known yet.
        unobserved: nodes that will not be measured.
        labels: words for people, by node: ``{"V": "use of the voucher"}``.
        scales: "binary" or "continuous", by node.
        justifications: the user's own arguments, by roman numeral of the assumption, or by "bypass", "everywhere",
            "shared" or "product" for conditions without one.
        citations: the literature behind them, by the same names.
        confounded: pairs of nodes that share a cause which is not drawn, ``[("M", "Y")]``. Harmless, unless
            one of the two is the treatment.
        title: heading of the reports.
        average: what the target average is over: "sites" (each site counts once) or "persons".
        weights: the site weights of the estimator: "precision" (those of two-stage least squares,
            n p (1 - p)), "sites" or "persons". Where they differ from ``average``, assumption (x) is listed.
        declarations: what is known of the coefficients, made by ``independent``, ``uncorrelated``,
            ``correlated`` and ``normal``.
        primary: the effects that the trial is for and reports are about, as text such as "direct(practice, literacy)", the
            most important first. Empty: the default effects that can be had. ``check``, and reading a design file, refuse an
            effect that the design does not have.
        words: what persons and sites are called: ``{"person": "pupil", "site": "district"}``; also "persons" and "sites"
            where the plural is irregular, and "assigned" for what is assigned to an arm where that is no person.
        short: a word or two for a node, or a modifier (at most 40 letters), used where its label has been given:
            ``{"practice": "teacher practice"}``.
        rules: what a pre-registration settles: direction, multiplicity, decision rules, missing data, identifiers.
        modifiers: the causes of heterogeneity, each made by ``Modifier``; also by name, ``{"wages": ["T -> M", "N -> Y"]}``.
        works_everywhere: whether treatment moves the mediators in every site, enough to tell them apart there; effects can
            then be had site by site (theory section 7). What ``assume="everywhere"`` grants, as a fact about the trial.
        interactions: pairs of mediators whose product changes the outcome, ``[("V", "NP")]``, or as text, ``["V * NP"]``; the
            square of one is ``("V", "V")``. Each product is one more mediator, with a node in :attr:`graph`; treatment is
            then given or not (binary).

    Edge attribute ``varies``: "persons" (default: the coefficient may differ between persons), "sites"
    (the same for everyone within a site) or "none" (the same for everyone). Edge attribute
    ``noncompliance="one-sided"`` on an arm -> mediator edge says that controls cannot get the mediator; on an edge between two
    mediators that interact, the first binary, that nobody has the second without the first.

    Raises:
        InvalidDesignError: with every problem found, each naming the object and the remedy.

    Source: the paper's sections 2 to 4; any acyclic graph, theory section 6.
    """

    title: str
    treatments: tuple[str, ...]
    outcome: str
    mediators: tuple[str, ...]
    baseline: tuple[str, ...]
    consequences: tuple[str, ...]
    unobserved: frozenset[str]
    sites: int | None
    average: AverageOver
    weights: Weights
    graph: nx.DiGraph[str]
    labels: Mapping[str, str]
    scales: Mapping[str, str]
    justifications: Mapping[str, str]
    citations: Mapping[str, str]
    confounded: tuple[tuple[str, str], ...]
    declarations: tuple[Declaration, ...]
    primary: tuple[str, ...]
    words: Mapping[str, str]
    short: Mapping[str, str]
    rules: Rules
    modifiers: tuple[Modifier, ...]
    works_everywhere: bool
    interactions: tuple[tuple[str, str], ...]
    _parts: Parts

    def __init__(
        self,
        graph: nx.DiGraph[Any],
        *,
        treatment: str | Sequence[str] | None = None,
        outcome: str | None = None,
        sites: int | None = None,
        unobserved: Iterable[str] = (),
        labels: Mapping[str, str] | None = None,
        scales: Mapping[str, Scale] | None = None,
        justifications: Mapping[str, str] | None = None,
        citations: Mapping[str, str] | None = None,
        confounded: Iterable[tuple[str, str]] = (),
        title: str = "",
        average: AverageOver = "sites",
        weights: Weights = "precision",
        declarations: Iterable[Declaration] = (),
        primary: str | Iterable[object] = (),
        words: Mapping[str, str] | None = None,
        short: Mapping[str, str] | None = None,
        rules: Rules | None = None,
        modifiers: Modifier | Iterable[Modifier | Mapping[str, Any]] | Mapping[str, Any] = (),
        works_everywhere: bool = False,
        interactions: str | Iterable[str | tuple[str, str]] = (),
    ) -> None:
        said = {name: value for name, value in locals().items() if name not in ("self", "graph")}
        described = Description.of(graph, **said)
        problems = find_problems(described)
        if problems:
            raise InvalidDesignError(problems)
        parts = parts_of(described.graph, described.treatments, described.outcomes[0])
        place = {node: at for at, node in enumerate(parts.nodes)}
        products = products_of(described.graph)
        pairs = [sorted(pair, key=place.__getitem__) for pair in described.confounded]
        self.__dict__.update(
            _parts=parts,
            graph=fixed(described.graph, parts.nodes),
            title=title,
            **vars(parts),
            unobserved=frozenset(described.unobserved),
            sites=described.sites,
            average=average,
            weights=weights,
            labels=MappingProxyType(described.labels),
            scales=MappingProxyType(described.scales),
            justifications=MappingProxyType(described.justifications),
            citations=MappingProxyType(described.citations),
            confounded=tuple(sorted(((a, b) for a, b in pairs), key=lambda p: (place[p[0]], place[p[1]]))),
            declarations=tuple(described.declarations),
            primary=tuple(described.primary),
            words=MappingProxyType(described.words),
            short=MappingProxyType(described.short),
            rules=described.rules,
            modifiers=in_order(described.modifiers, natural),
            works_everywhere=described.works_everywhere,
            interactions=tuple(products[node] for node in parts.mediators if node in products),
        )

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Design is immutable: make a new one instead of setting {name!r}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a Design is immutable: {name!r} cannot be deleted")

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(Design, **self._said()), (nx.DiGraph(self.graph),)

    def _said(self) -> dict[str, Any]:
        """The keyword arguments that make this design again from its graph."""
        said = {"treatment": list(self.treatments)} | {
            name: _changeable(getattr(self, name)) for name in SAID
        }
        return said | {"unobserved": sorted(self.unobserved - {*self.products})}

    @classmethod
    def from_text(cls, text: str, format: DesignFormat = "toml") -> Design:
        """Read a design from text in a named format; see ``identcheck.load`` for files."""
        return lead("Design.from_text")(text, format)

    def draw(self, *, assume: Iterable[str] = (), height: int = 640) -> Any:
        """Draw this design in a notebook, with the verdicts at every edit; shown where it is the last line of a cell.

        Of what is returned ``.design`` is the design as it is drawn, ``.result`` its verdicts, and ``.on_change(function)`` calls
        a function with each new design; setting ``.design`` changes the drawing. Needs ``pip install 'identcheck[notebook]'``. In
        the browser, and with a file that is saved, ``ic.draw`` does the same.

        Args:
            assume: what is granted at first, such as "vi".
            height: of the editor, in pixels.

        Raises:
            IdentcheckError: anywidget is not installed.
        """
        return lead("Design.draw")(self, assume, height)

    def declaring(self, *declarations: Declaration) -> Design:
        """The same design, with more declared of its coefficients.

        Raises:
            InvalidDesignError: what is declared contradicts the design, or what it declares already.
        """
        said = self._said()
        return Design(self.graph, **said | {"declarations": [*said["declarations"], *declarations]})

    def with_sites(self, sites: int | None) -> Design:
        """The same design with another number of sites."""
        return Design(self.graph, **self._said() | {"sites": sites})

    # -- what the design says -------------------------------------------------

    @cached_property
    def observed_mediators(self) -> tuple[str, ...]:
        """The mediators that are measured, in topological order."""
        return tuple(m for m in self.mediators if m not in self.unobserved)

    @property
    def own_mediators(self) -> tuple[str, ...]:
        """The mediators that are drawn, without products of them."""
        return (
            tuple(m for m in self.mediators if m not in self.products)
            if self.interactions
            else self.mediators
        )

    @cached_property
    def causal(self) -> nx.DiGraph[str]:
        """The part of the graph that carries effects of the treatment: arms, mediators, outcome."""
        return fixed(self.graph, self._parts.causal)

    @cached_property
    def drawn(self) -> nx.DiGraph[str]:
        """The graph as it is drawn: without the nodes that are products of two mediators."""
        if not self.interactions:
            return self.graph
        return fixed(self.graph, [node for node in self.graph if node not in self.products])

    @cached_property
    def products(self) -> Mapping[str, tuple[str, str]]:
        """The mediators that are products of two others, or the square of one, each with its factors."""
        return MappingProxyType(products_of(self.graph))

    @cached_property
    def same(self) -> Mapping[str, str]:
        """The products that are one of their factors, as nobody has it without the other, each with that factor."""
        found = {product: same_as(self.graph, pair) for product, pair in self.products.items()}
        return MappingProxyType({product: factor for product, factor in found.items() if factor is not None})

    @cached_property
    def order(self) -> Mapping[str, int]:
        """Each node's place: arms, mediators topologically, outcome, baseline nodes, consequences."""
        return MappingProxyType({node: place for place, node in enumerate(self._parts.nodes)})

    @property
    def numerals(self) -> tuple[str, ...]:
        """The roman numerals of the assumption list this design has."""
        moderated = any(modifier.measured for modifier in self.modifiers)
        return numerals_of(self.sites, len(self.mediators), self.weights != self.average, moderated)

    @property
    def single(self) -> bool:
        """One site and one mediator: the seven assumptions of the paper's section 2."""
        return self.sites == len(self.mediators) == 1

    def label(self, node: str) -> str:
        """The words for a node, on one line, as they can be shown; its name where no label was given."""
        if self.known(node) in self.products and node not in self.labels:
            return product_label(*map(self.label, self.products[node]))
        return " ".join(visible(self.labels.get(node, node)).split())

    def short_label(self, node: str) -> str:
        """A word or two for a node: its short label, its label where that is short, or else its name if that is a word.

        No two are the same; no name of a few letters, such as "att", stands for a label.
        """
        return self._shorts[self.known(node)]

    def modifier_words(self, name: str) -> str:
        """Words for a modifier within a sentence: its short label, its label, or its name."""
        modifier = next(modifier for modifier in self.modifiers if modifier.name == name)
        said = self.short.get(name)
        return " ".join(visible(said).split()) if said else modifier.words

    @cached_property
    def _shorts(self) -> Mapping[str, str]:
        found = {node: self._short(node) for node in self.drawn}
        for longer in (self.label, visible):
            taken = Counter(found.values())
            found = {node: word if taken[word] == 1 else longer(node) for node, word in found.items()}
        said = {
            node: self.short.get(node, product_label(*(found[one] for one in two)))
            for node, two in self.products.items()
        }
        return found | said

    def _short(self, node: str) -> str:
        if said := self.short.get(node):
            return " ".join(visible(said).split())
        label = re.sub(r"\s*\([^)]*\)", "", self.label(node)).strip() or self.label(node)
        brief = re.sub(r"^(the|a|an) (?=\w)", "", label)
        name = visible(node).replace("_", " ")
        arm = node in self.treatments
        fits = len(brief) <= (SHORT_ARM if arm else SHORT)
        fits = fits and not (arm and re.match(rf"{re.escape(name)} (of|to|for)\b", brief, re.I))
        needed = NAMED if re.search(rf"\b{re.escape(name)}\b", label, re.I) else COINED
        named = sum(map(str.isalpha, name)) >= needed and len(name) < len(brief)
        return name if named and not fits else ASSIGNMENT.sub("", brief) if arm else brief

    def word(self, name: str) -> str:
        """What the trial calls persons and sites: one of "person", "persons", "site", "sites", "assigned"."""
        return worded(self.words, name)

    def varies(self, source: str, target: str) -> Varies:
        """Over whom the coefficient of an edge may differ: "persons", "sites" or "none"."""
        rule: Varies = self.graph.edges[source, target].get("varies", "persons")
        return rule

    def role(self, node: str) -> Role:
        """What a node is."""
        if self.known(node) in self.treatments:
            return "treatment"
        if node == self.outcome:
            return "outcome"
        if node in self.mediators:
            return "mediator"
        return "baseline" if node in self.baseline else "consequence"

    def known(self, node: str) -> str:
        """Return the node, or raise UnknownVariableError naming those that exist."""
        if node not in self.graph:
            raise UnknownVariableError(node, self.order)
        return node

    @cached_property
    def notation(self) -> Notation:
        """The symbols of this design, in the paper's letters unless overridden."""
        return notation_of(self.graph, self._parts)

    # -- value semantics ------------------------------------------------------

    @cached_property
    def _key(self) -> tuple[object, ...]:
        nodes = {(n, str(d.get("symbol", ""))) for n, d in self.drawn.nodes.items()}
        edges = {
            (u, v, self.varies(u, v), str(d.get("symbol", "")), str(d.get("noncompliance", "")))
            for (u, v), d in self.drawn.edges.items()
        }
        products = {  # in whatever order the two are named
            (tuple(sorted(pair)), end, str(said.get("symbol", "")))
            for product, pair in self.products.items()
            for end, said in (
                ("", self.graph.nodes[product]),
                *self.graph.pred[product].items(),
                *self.graph.adj[product].items(),
            )
        }
        tables = (self.labels, self.scales, self.justifications, self.citations, self.words, self.short)
        return (
            frozenset(nodes),
            frozenset(edges),
            (self.treatments, self.outcome, self.unobserved - {*self.products}, self.sites),
            frozenset(products),
            (self.title, self.average, self.weights, self.declarations, self.confounded),
            (self.primary, self.rules, self.modifiers, self.works_everywhere),
            tuple(frozenset(table.items()) for table in tables),
        )

    def __eq__(self, other: object) -> bool:
        return self._key == other._key if isinstance(other, Design) else NotImplemented

    @cached_property
    def _hash(self) -> int:
        return hash(self._key)

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        edges = [*(f"{u} -> {v}" for u, v in self.drawn.edges), *(f"{u} <-> {v}" for u, v in self.confounded)]
        edges += [*map(str, self.modifiers), *(written_product(*pair) for pair in self.interactions)]
        arrows = "; ".join(edges)
        if len(arrows) > SHOWN:
            arrows = f"{len(self.drawn)} nodes, {len(edges)} arrows"
        sites = "sites unknown" if self.sites is None else f"{self.sites} site{'s' * (self.sites > 1)}"
        title = f"{visible(' '.join(self.title.split())):.80}: " if self.title else ""
        return f"<Design {title}{arrows} ({sites})>"


def _changeable(value: Any) -> Any:
    """A copy of a table or a list that can be changed; anything else as it is."""
    return dict(value) if isinstance(value, Mapping) else list(value) if isinstance(value, tuple) else value


def demand_design(value: object) -> Design:
    """The design that was handed over.

    Raises:
        InvalidDesignError: it is something else.
    """
    if isinstance(value, Design):
        return value
    if isinstance(value, nx.Graph):
        said = "it is a graph alone; say what is randomized and what the outcome is: ic.Design(graph, treatment=..., outcome=...)"
    elif isinstance(value, (str, PathLike)):
        said = f"it is the text {str(value)!r:.60}; read a file by ic.load('file.toml'), text by ic.Design.from_text(text)"
    elif isinstance(getattr(value, "design", None), Design):
        said = (
            f"it is no design but of one ({type(value).__name__}); hand over the design itself, its .design"
        )
    else:
        said = f"it is {value!r:.60}; make one with ic.Design(graph, treatment=..., outcome=...) or ic.load('file.toml')"
    raise InvalidDesignError([said])
