"""A fixed, large set of anticipated sites that stands for all of them.

Standard errors need averages of products of four site effects, each of which may be a sum of products of arrows.
Here they are averages over 4,096 sites, drawn once from a fixed seed in mirrored pairs and then moved so that their
means, variances and covariances are exactly those of the plan; what remains is an error of a percent or so.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from identcheck.basics.once import once
from identcheck.derive.heterogeneity import Term
from identcheck.plan.closed.columns import Entry
from identcheck.plan.closed.draws import NEGLIGIBLE, Effects, Even
from identcheck.plan.closed.polynomials import Products, evaluated
from identcheck.plan.inputs.anticipated import Array
from identcheck.plan.inputs.groups import Mixed
from identcheck.plan.inputs.sites_law import SitesLaw

__all__ = ["SITES", "Representative"]

SITES = 4096
SEED = 20130208
SEED_OF_MIX = 20130301


class Representative:
    """The representative sites of a plan, and any site effect in them.

    There is a row for each site; of groups of persons one for each group of each site, group by group.

    Attributes:
        effects: (E + M, rows) the average effect along each arrow in each row, then the characteristics.
        shares: (C, sites) the share of each group among the persons of a site.
    """

    def __init__(self, products: Products, whole: Representative | None = None) -> None:
        """Of a plan, and for one in groups of persons the representative sites that these are of."""
        self.products = products
        self._products: dict[tuple[tuple[str, ...], Entry, Entry], Array] = {}
        self._averages: dict[Hashable, tuple[list[Array], Array]] = {}
        if whole is None:
            self.effects, self.shares = _drawn(products), np.ones((1, SITES))
        else:
            self.effects, self.shares = _grouped(products, whole)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return self.shares.size

    def by_group(self, values: Array) -> Array:
        """What each row has, (..., rows), by group and site: (..., C, sites)."""
        return values.reshape(*values.shape[:-1], *self.shares.shape)

    def of_persons(self, values: Array) -> Array:
        """What each row has, (rows,), on average over the persons of a site, (sites,)."""
        return np.asarray((self.by_group(values) * self.shares).sum(axis=0))

    def of_groups(self, values: Array) -> Array:
        """The same over the groups of a site, however large."""
        return np.asarray(self.by_group(values).mean(axis=0))

    @once
    def effect(self, u: str, v: str) -> Array:
        """The average effect of u on v in each row, (rows,)."""
        return np.broadcast_to(evaluated(self.products.site_effect(u, v), list(self.effects)), self.rows)

    @once
    def term(self, term: Term) -> Array:
        """A term of h(Z) in each row, less its average, (rows,)."""
        return np.broadcast_to(evaluated(self.products.term(term), list(self.effects)), self.rows)

    def product(self, arms: tuple[str, ...], weights: Array, one: Entry, other: Entry) -> Array:
        """The entry of z'Hz for two columns, less its mean, (sites,).

        Args:
            arms: the arms of the rows.
            weights: H, their weights, (L, L).
            one: a column.
            other: another one.
        """
        key = (arms, min(one, other), max(one, other))
        if key not in self._products:
            left, right = self.column(arms, one), self.column(arms, other)
            self._products[key] = _centred(self.of_persons(np.einsum("lm,ls,ms->s", weights, left, right)))
        return self._products[key]

    def averages(self, alike: Hashable, one: Sequence[Array], other: Sequence[Array]) -> Array:
        """The averages over sites of products of two variables that this object keeps, (., .).

        Args:
            alike: of what kind they are; those of all variables of a kind are worked out once.
            one: the variables, (sites,) each.
            other: those that they are multiplied with.
        """
        known, table = self._averages.get(alike, ([], np.empty((0, 0))))
        places = {id(variable): place for place, variable in enumerate(known)}
        new = [each for each in {id(v): v for v in (*one, *other)}.values() if id(each) not in places]
        if new:
            places |= {id(variable): place for place, variable in enumerate(new, len(known))}
            before, known = len(known), [*known, *new]
            more = np.stack(new) @ np.stack(known).T / len(new[0])
            table = np.block([[table, more[:, :before].T], [more]])
            self._averages[alike] = known, table
        return np.asarray(table[np.ix_(*([places[id(v)] for v in each] for each in (one, other)))])

    def column(self, arms: tuple[str, ...], entry: Entry) -> Array:
        """The entries of the rows of some arms in one column, (L, rows)."""
        if entry.head in arms:
            own = np.repeat(np.array([[float(arm == entry.head)] for arm in arms]), self.rows, axis=1)
        else:
            own = np.stack([self.effect(arm, entry.head) for arm in arms])
        return own * self.term(entry.term) if entry.term else own

    @once
    def noise(self, part: int, one: str, other: str) -> Array:
        """A part of the covariance within arms of two nodes in each row, less its mean, (rows,); 0 for an arm."""
        position = self.products.anticipated.position
        if one in position and other in position:
            return _centred(self.covariance(part)[position[one], position[other]])
        return np.zeros(self.rows)

    def noise_of_rows(self, factors: tuple[float, ...], one: str, other: str) -> Array:
        """The sum over parts of factors times the noise of two nodes, (rows,)."""
        parts = [factor * self.noise(part, one, other) for part, factor in enumerate(factors)]
        return np.asarray(sum(parts))

    @once
    def noise_of_groups(self, factors: tuple[float, ...], one: str, other: str) -> Array:
        """Its average over the rows of a site, less its mean, (sites,)."""
        return _centred(self.of_groups(self.noise_of_rows(factors, one, other)))

    @once
    def covariance(self, part: int) -> Array:
        """A part of V_t of theory, equation (11.2), mediators and outcome, in each row: (V, V, rows), its average exact.

        That of the disturbances, carried along the arrows by the site's average effects; what comes from effects that
        vary between persons enters by its average.
        """
        at = self.products.anticipated
        count = len(at.nodes)
        reach = np.zeros((count, count, self.rows))
        reach[np.arange(count), np.arange(count)] = 1.0
        for place, (u, v) in enumerate(at.edges):  # by their heads, in topological order
            if u in at.position:
                reach[:, at.position[v]] += reach[:, at.position[u]] * self.effects[place]
        level = at.allocation.parts[part].whole
        found = _carried(level.left, reach)
        if level.explained.any():  # theory (18.3)
            found += _carried(np.diag(level.explained), reach - reach.mean(axis=2, keepdims=True))
        return found


def _carried(covariance: Array, reach: Array) -> Array:
    """B Sigma B' in each site from B', (V, V, sites)."""
    flat = np.tensordot(covariance, reach, axes=1).transpose(2, 1, 0)
    return np.asarray((flat @ reach.transpose(2, 0, 1)).transpose(1, 2, 0))


def _drawn(products: Products) -> Array:
    """(E + M, sites) effects, and modifiers, whose means, variances and covariances are the plan's to the last digit."""
    law, at = products.law, products.anticipated
    rng = np.random.default_rng(SEED)
    count, rest = len(at.mean), law.rest
    distribution = Effects(np.zeros_like(at.mean), rest[:count, :count], at.third_between, at.plan.third_law)
    parts = distribution.drawn(Even(rng), _mirrored(rng, distribution.normals))
    signs = _signs_of(law)
    own = _apart(np.array([np.broadcast_to(part, SITES) for part in parts]), signs)
    own = _exactly(own, rest[:count, :count])
    if not law.names:
        return np.asarray(at.mean[:, None] + own)
    # modifiers given the effects: what these say of them, and a rest that goes with none of them in these sites
    slopes = rest[count:, :count] @ np.linalg.pinv(rest[:count, :count], hermitian=True)
    left = rest[count:, count:] - slopes @ rest[:count, count:]
    left[:, np.diag(left) < NEGLIGIBLE] = left[np.diag(left) < NEGLIGIBLE] = 0.0
    drawn = _apart(_mirrored(rng, len(left)), np.concatenate([own, signs]))
    both = np.concatenate([own, slopes @ own + _exactly(drawn, left)])
    return np.asarray(law.mean[:, None] + law.slopes @ signs + both)


def _grouped(products: Products, whole: Representative) -> tuple[Array, Array]:
    """Effects and characteristics of the groups of persons of given sites, (E + M, rows), and their shares, (C, sites).

    The averages zbar of persons' characteristics in the sites are drawn given all else there.
    """
    at, law = products.anticipated, whole.products.law
    groups = at.groups
    assert groups is not None
    mixed = Mixed(at, whole.products.anticipated)
    slopes, root = mixed.law(law.names, law.covariance)
    apart = whole.effects - law.mean[:, None]
    drawn = _exactly(
        _apart(_mirrored(np.random.default_rng(SEED_OF_MIX), len(root)), apart), np.eye(len(root))
    )
    mix = slopes @ apart + root @ drawn
    edges = len(at.mean)
    found = np.empty((len(products.law.mean), *(len(groups.values), SITES)))
    found[:edges] = whole.effects[:edges, None] + mixed.away(mix)
    for name in products.law.names:
        place = products.law.place(name)
        if name in groups.names:
            found[place] = groups.values[:, [groups.names.index(name)]]
        else:
            found[place] = whole.effects[law.place(name)]
    return found.reshape(len(found), -1), mixed.shares(mix)


def _signs_of(law: SitesLaw) -> Array:
    """The modifiers with categories in the sites, (D, sites): as many sites of each combination as its probability says."""
    half = SITES // 2
    ends = np.rint(np.cumsum([share for share, _ in law.cases]) * half).astype(int)
    columns = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
    first = np.array([signs for _, signs in law.cases]).reshape(len(ends), len(law.steps))[columns].T
    return np.concatenate([first, -first], axis=1)


def _apart(drawn: Array, others: Array) -> Array:
    """Variables in the sites less what others say of them there."""
    return np.asarray(drawn - drawn @ others.T @ np.linalg.pinv(others @ others.T, hermitian=True) @ others)


def _mirrored(rng: np.random.Generator, count: int) -> Array:
    """Standard normal variables in the sites, (count, sites), each site with a mirror image."""
    half = rng.standard_normal((count, SITES // 2))
    return np.concatenate([half, -half], axis=1)


def _exactly(drawn: Array, covariance: Array) -> Array:
    """Variables in the sites moved so that their means are 0 and their covariance is this one."""
    found = np.zeros((len(covariance), SITES))
    moving = np.flatnonzero(np.diag(covariance))
    if moving.size:
        centred = drawn[moving] - drawn[moving].mean(axis=1, keepdims=True)
        # Whitened and coloured again.
        whitened = np.linalg.pinv(_root(centred @ centred.T / SITES), hermitian=True) @ centred
        found[moving] = _root(covariance[np.ix_(moving, moving)]) @ whitened
    return found


def _centred(values: Array) -> Array:
    return np.asarray(values - values.mean())


def _root(matrix: Array) -> Array:
    """The symmetric square root of a covariance matrix."""
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T)
