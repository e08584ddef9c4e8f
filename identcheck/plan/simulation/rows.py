"""What a trial shows, the contrasts of arms with control by site, and the rows of regressions on them, with their moments.

There is a row for each site and arm; moments are of rows and of their products.

With z_sl the contrasts of arm l in site s (arm indicators, then nodes) and W_s the weights of the arms' contrasts,
site s contributes q_s = sum over arms l, m of W_s,lm z_sl z_sm'. For two-stage least squares with site fixed
effects and site-by-arm instruments W_s = n_s (diag p_s - p_s p_s'), and A = sum of q_s is what the instruments
explain of the nodes' sums of squares within sites. Every estimator here solves linear equations in A, in the
scatter within arms, or both; as each is a sum over sites, its variance robust to clustering by site follows from
the second moments of the q_s. Source: theory, equation (10.2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations_with_replacement

import numpy as np

from identcheck.derive.heterogeneity import Term
from identcheck.plan.closed.columns import Entry
from identcheck.plan.inputs.allocation import arm_weights
from identcheck.plan.inputs.anticipated import Anticipated, Array

__all__ = ["Contrasts", "Moments", "Rows", "joined", "moments_of", "observed", "rows_of"]


@dataclass(frozen=True, eq=False)
class Contrasts:
    """Estimated site effects of R simulated trials.

    Attributes:
        nodes: the measured mediators in topological order, then the outcome; V of them.
        effects: (L, V, R, K) mean of each node in an arm less that in control, by trial and site.
        counts: (K, L + 1) units by site in control and in each arm: persons, or clusters where those are assigned.
        scatter: (L + 1, V, V, R) sums of squares and products of units about the cell means, summed over sites, of
            the controls and of each arm.
        freedom: (L + 1,) degrees of freedom of each scatter: units less sites.
        people: (K, L + 1) persons by site in control and in each arm.
        held: terms of modifiers in each trial and site, less their averages in the plan, (R, K) each.
        inside: (L + 1, V, V, K) covariance of units within control and each arm by site, averaged over trials, where the sites
            are the population; None where each trial draws its own.
        groups: C, the groups of persons of a site where rows are these, K C of them in place of K, group by group of each site,
            each as if it were its whole site.
        roots: (R, K C) the root of each group's share in its site; effects are times it. None where rows are sites.
        by: the same trials in groups of persons who are alike in some characteristics.
    """

    nodes: tuple[str, ...]
    effects: Array
    counts: Array
    scatter: Array
    freedom: Array
    people: Array
    held: Mapping[Term, Array] = field(default_factory=dict)
    groups: int = 1
    roots: Array | None = None
    by: Mapping[tuple[str, ...], Contrasts] = field(default_factory=dict)
    inside: Array | None = None

    def among(self, alike: tuple[str, ...]) -> Contrasts:
        """The rows of persons who are alike in some characteristics; of sites where there are none."""
        return self.by[alike] if alike else self

    @property
    def reps(self) -> int:
        """R, the number of trials."""
        return int(self.effects.shape[2])


def joined(parts: Sequence[Contrasts]) -> Contrasts:
    """Some trials and some more."""
    first = parts[0]
    roots = None if first.roots is None else np.concatenate([p.roots for p in parts if p.roots is not None])
    return replace(
        first,
        effects=np.concatenate([part.effects for part in parts], axis=2),
        scatter=np.concatenate([part.scatter for part in parts], axis=3),
        freedom=np.mean([part.freedom for part in parts], axis=0),
        held={term: np.concatenate([part.held[term] for part in parts]) for term in first.held},
        roots=roots,
        by={alike: joined([part.by[alike] for part in parts]) for alike in first.by},
        inside=None
        if first.inside is None
        else np.mean([p.inside for p in parts if p.inside is not None], axis=0),
    )


def observed(anticipated: Anticipated) -> tuple[str, ...]:
    """The measured mediators and the outcome."""
    return tuple(node for node in anticipated.nodes if node not in anticipated.design.unobserved)


CACHE = 120_000
"""Numbers that a block of trials works on at once."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Which rows and columns: the arms used, and the nodes that regressions with these arms are about.

    Attributes:
        arms: the arms, as positions among those of the design.
        names: the columns: indicators of these arms, then nodes.
        weights: "precision", "persons" (another one where clusters differ in size) or "sites".
        products: columns that are products with terms of modifiers; they stand last among the names.
    """

    arms: tuple[int, ...]
    names: tuple[str, ...]
    weights: str
    products: tuple[Entry, ...] = ()

    @property
    def nodes(self) -> tuple[str, ...]:
        """The columns that are nodes."""
        return self.names[len(self.arms) : len(self.names) - len(self.products)]

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """The pairs of columns a <= b, in the order of the second moments."""
        return list(combinations_with_replacement(range(len(self.names)), 2))

    @property
    def indicators(self) -> frozenset[str]:
        """The columns that are indicators of arms, or products of these with terms."""
        arms = self.names[: len(self.arms)]
        return frozenset((*arms, *(entry.name for entry in self.products if entry.head in arms)))

    def heads(self, columns: Sequence[int]) -> list[str]:
        """The node that each of some columns is of."""
        head = {entry.name: entry.head for entry in self.products}
        return [head.get(self.names[i], self.names[i]) for i in columns]

    def term(self, column: int) -> Term:
        """The term that the node of a column is multiplied with; empty for a node."""
        return {entry.name: entry.term for entry in self.products}.get(self.names[column], ())

    @property
    def used(self) -> list[int]:
        """Control and these arms, as positions among the cells of a site."""
        return [0, *(a + 1 for a in self.arms)]

    def arm_weights(self, drawn: Contrasts, precision: bool = False) -> Array:
        """W_s, (K, L, L): of the arms' contrasts in each site.

        Args:
            drawn: the trials.
            precision: those of two-stage least squares, whatever the design says.
        """
        if precision:
            return arm_weights(drawn.counts[:, self.used])
        counts = drawn.people if self.weights == "persons" else drawn.counts
        return arm_weights(counts[:, self.used], self.weights == "sites")


@dataclass(frozen=True, eq=False)
class Moments:
    """The moments of the rows of R trials; C columns, D = C (C + 1) / 2 pairs of them.

    Attributes:
        rows: the rows.
        sites: K.
        groups: C, the rows of a site for each arm.
        first: (C, C, R) A, the sum over sites of q_s.
        precise: the same under the weights of two-stage least squares.
        second: (D, D, R) sums over sites of products of two elements of q_s; where the sites are the population of the estimated
            covariance of two elements by sampling error.
        scatter: (C, C, R) sums of squares and products within arms, 0 for the indicators.
        noise: (C, C, R) the part of A that sampling error is expected to add.
        freedom: degrees of freedom of the scatter.
        same: whether the sites are the population, the same in all trials.
    """

    rows: Rows
    sites: int
    groups: int
    first: Array
    precise: Array
    second: Array
    scatter: Array
    noise: Array
    freedom: float
    same: bool = False

    @property
    def place(self) -> dict[str, int]:
        """The position of each column."""
        return {name: i for i, name in enumerate(self.rows.names)}


def rows_of(
    at: Anticipated, arms: Sequence[str], nodes: Sequence[str], products: Sequence[Entry] = ()
) -> Rows:
    """The rows of these arms with columns for these nodes, for these products, and for the arms' with the same terms."""
    order = {node: i for i, node in enumerate(at.nodes)}
    places = tuple(at.design.treatments.index(arm) for arm in arms)
    indicators = (Entry(arm, entry.term) for entry in products for arm in arms)
    every = tuple(dict.fromkeys((*products, *indicators)))
    names = (*arms, *sorted(set(nodes), key=order.__getitem__), *(entry.name for entry in every))
    return Rows(places, names, at.design.weights, every)


def moments_of(drawn: Contrasts, rows: Rows) -> Moments:
    """The moments of the rows of simulated trials."""
    arms = len(rows.arms)
    weights = rows.arm_weights(drawn)
    first, second = _summed(drawn, rows, weights)
    used = rows.used
    scatter, noise = np.zeros_like(first), np.zeros_like(first)
    inside = [i for i, name in enumerate(rows.names) if i >= arms and name not in rows.indicators]
    kept = [drawn.nodes.index(node) for node in rows.heads(inside)]
    inner, outer = np.ix_(kept, kept), np.ix_(inside, inside)
    factors = _noise_factors(weights, drawn.counts[:, used])
    held = _held_together(drawn, rows, inside) if rows.products else 1.0
    for t, factor in zip(used, factors, strict=True):
        own = drawn.scatter[t][inner] * held
        scatter[outer] += own
        noise[outer] += own * (factor / drawn.freedom[t])
    precise = first
    if rows.weights != "precision":
        exact = rows.arm_weights(drawn, precision=True)
        if not np.allclose(exact, weights, rtol=1e-12, atol=0.0):
            precise = _summed(drawn, rows, exact)[0]
    freedom = float(drawn.freedom[used].sum())
    sites, same = len(drawn.counts) // drawn.groups, drawn.inside is not None
    return Moments(rows, sites, drawn.groups, first, precise, second, scatter, noise, freedom, same)


def _held_together(drawn: Contrasts, rows: Rows, inside: Sequence[int]) -> Array:
    """What the scatter of two nodes is multiplied by for two columns: the average over sites of the product of their terms.

    That sites scatter more or less with a modifier is neglected. (C', C', R) for the columns ``inside``.
    """
    terms = [rows.term(i) for i in inside]
    ones = np.ones((drawn.reps, len(drawn.counts)))
    levels = [drawn.held[term] if term else ones for term in terms]
    shares = ones if drawn.roots is None else drawn.roots**2 * drawn.groups
    return np.array([[(one * other * shares).mean(axis=1) for other in levels] for one in levels])


def _noise_factors(weights: Array, counts: Array) -> list[float]:
    """For control and each arm, how much of its covariance within cells is in A, summed over sites."""
    control = float((weights.sum(axis=(1, 2)) / counts[:, 0]).sum())
    arms = (np.diagonal(weights, axis1=1, axis2=2) / counts[:, 1:]).sum(axis=0)
    return [control, *arms.tolist()]


def _summed(drawn: Contrasts, rows: Rows, weights: Array) -> tuple[Array, Array]:
    """A (C, C, R) under the weights W_s, and the second moments of its parts (D, D, R)."""
    count, pairs, each = len(rows.names), rows.pairs, len(drawn.counts)
    reps = drawn.reps
    halves = np.asarray(np.linalg.cholesky(weights), dtype=np.float64)  # lower triangular R with R R' = W_s
    first = np.empty((count, count, reps))
    second = np.empty((len(pairs), len(pairs), reps))
    error = None if drawn.inside is None else error_in_same_sites(drawn, rows, weights)
    step = max(1, CACHE // (each * (len(pairs) + 2 * count)))
    parts = np.empty((len(pairs), min(step, reps), each))
    for start in range(0, reps, step):
        here = slice(start, min(start + step, reps))
        block = parts[:, : here.stop - start]
        contrasts = [_columns(drawn, rows, a, here) for a in rows.arms]
        own = halves if drawn.roots is None else halves * drawn.roots[here, :, None, None]
        _products(contrasts, halves, own, block)
        if drawn.groups > 1:  # what a site adds
            block = block.reshape(*block.shape[:2], -1, drawn.groups).sum(axis=3)
        sums = block.sum(axis=2)
        for (i, j), value in zip(pairs, sums, strict=True):
            first[i, j, here] = first[j, i, here] = value
        by_trial = block.transpose(1, 0, 2)
        if error is not None:
            mixed = np.matmul(by_trial, error.T).transpose(1, 2, 0)
            second[..., here] = covariance_in_same_sites(mixed, error, pairs, len(rows.arms))
            continue
        second[..., here] = np.matmul(by_trial, by_trial.transpose(0, 2, 1)).transpose(1, 2, 0)
    return first, second


def error_in_same_sites(drawn: Contrasts, rows: Rows, weights: Array) -> Array:
    """What sampling error adds to q_s for each arm of a site, by pairs of columns, (D, K): v_s of theory, equation (11.22)."""
    assert drawn.inside is not None
    arms, used, counts = len(rows.arms), rows.used, drawn.counts
    heads = rows.heads(range(len(rows.names)))
    levels = [drawn.held[rows.term(i)][0] if rows.term(i) else 1.0 for i in range(len(rows.names))]
    found = np.zeros((len(rows.pairs), len(counts)))
    for row, (i, j) in zip(found, rows.pairs, strict=True):
        if i < arms or {rows.names[i], rows.names[j]} & rows.indicators:
            continue
        one, other = drawn.nodes.index(heads[i]), drawn.nodes.index(heads[j])
        control = weights.sum(axis=(1, 2)) * drawn.inside[0, one, other] / counts[:, 0]
        treated = [
            weights[:, a, a] * drawn.inside[t, one, other] / counts[:, t] for a, t in enumerate(used[1:])
        ]
        row[:] = (control + np.sum(treated, axis=0)) * levels[i] * levels[j] / arms
    return found


def covariance_in_same_sites(
    mixed: Array, error: Array, pairs: Sequence[tuple[int, int]], arms: int
) -> Array:
    """The covariance of two elements of A in repeated trials in the same sites, as estimated, (D, D, R).

    Args:
        mixed: (D, D, R) sums over sites of an element of q_s times one of v_s.
        error: (D, K) v_s.
        pairs: the columns of each element.
        arms: L.

    Source: theory, equation (11.22).
    """
    place = {pair: i for i, pair in enumerate(pairs)}
    twice = arms * (error @ error.T)
    found = np.empty_like(mixed)
    for p, (a, b) in enumerate(pairs):
        for r, (c, d) in enumerate(pairs):
            ac, bd, ad, bc = (place[min(x, y), max(x, y)] for x, y in ((a, c), (b, d), (a, d), (b, c)))
            once = mixed[ac, bd] + mixed[bd, ac] + mixed[ad, bc] + mixed[bc, ad]
            found[p, r] = once - twice[ac, bd] - twice[ad, bc]
    return found


def _columns(drawn: Contrasts, rows: Rows, arm: int, here: slice) -> list[Array]:
    """The entries of an arm's rows in all columns but the indicators, (R, K) each."""
    found = [drawn.effects[arm, drawn.nodes.index(node), here] for node in rows.nodes]
    for entry in rows.products:
        level = drawn.held[entry.term][here]
        if entry.head in drawn.nodes:
            level = drawn.effects[arm, drawn.nodes.index(entry.head), here] * level
        elif drawn.roots is not None and entry.head == rows.names[rows.arms.index(arm)]:
            level = level * drawn.roots[here]
        elif entry.head != rows.names[rows.arms.index(arm)]:
            level = np.zeros_like(level)
        found.append(level)
    return found


def _products(effects: list[list[Array]], halves: Array, ones: Array, out: Array) -> None:
    """q_s by pairs of columns, (D, R, K), from contrasts by arm and node, (R, K) each, and the halves of W_s.

    ``ones`` are these halves times what an arm's indicator is in each row.
    """
    arms = len(effects)
    for j in range(arms):
        turned: list[Array] = [ones[..., a, j] for a in range(arms)]
        for v, own in enumerate(effects[j]):
            total = own * halves[:, j, j]
            for a in range(j + 1, arms):
                total += effects[a][v] * halves[:, a, j]
            turned.append(total)
        place = 0
        for i, left in enumerate(turned):
            for right in turned[i:]:
                if j == 0:
                    np.multiply(left, right, out=out[place])
                else:
                    out[place] += left * right
                place += 1
