"""Drawn weights beside characteristics of persons: cells of sites, weighted, exactly (theory section 14)."""

import copy
from random import Random
from typing import Any

import identcheck as ic
from identcheck import Design, Modifier
from identcheck.decide.strategies import Strategy
from identcheck.errors import InvalidDesignError
from tests.exact.moderated import Obeying, average, fitted, random_design, shares
from tests.exact.weighted import HOW, WEIGHTS


class Cells(Obeying):
    """A population that obeys the drawn graph, with persons; sites weigh 1 or 4."""

    def _value(self, node: Any, arguments: Any) -> int:
        if node != WEIGHTS:
            return super()._value(node, arguments)
        return self.functions[node].setdefault(arguments, self.random.choice((1, 4)))

    def counted(self, weighted: bool) -> Any:
        """The same with sites counted by their weights, or once each."""
        found = copy.copy(self)
        found.sites = [
            (share * (persons[0][1][WEIGHTS] if weighted else 1), persons) for share, persons in self.sites
        ]
        return found


def with_weights(random: Random) -> Design:
    """A random design with characteristics of persons, and the weights drawn somewhere."""
    while True:
        plain = random_design(random, level=random.choice(("persons", None)), modifiers=(1, 2))
        if not any(m.level == "persons" and m.measured and _both(m) for m in plain.modifiers):
            continue
        of_sites = [m.name for m in plain.modifiers if m.level == "sites"]
        causes = random.sample(of_sites, random.randint(0, len(of_sites)))
        of = random.sample(list(plain.causal.edges), random.choice((0, 0, 1)))
        weights, wanted = random.choice(HOW)
        try:
            drawn = [*plain.modifiers, Modifier(WEIGHTS, of, causes=causes)]
            said = plain._said() | {"modifiers": drawn, "weights": weights, "average": wanted}
            return Design(plain.graph, **said)
        except InvalidDesignError:
            continue


def _both(modifier: Modifier) -> bool:
    """Whether a modifier moves an arrow from treatment and one to the outcome."""
    return any(u == "T" for u, _ in modifier.of) and any(v == "Y" for _, v in modifier.of)


def test_cells_of_weighted_sites() -> None:
    random, graphs, cells = Random(31), 0, 0
    while graphs < 60 or cells < 20:
        design, met = with_weights(random), False
        population = None
        for finding in ic.check(design, "all", prove=False):
            for strategy in finding.search.strategies:
                if not isinstance(strategy, Strategy) or not strategy.regressors or not usable(strategy):
                    continue
                reg = strategy.regression
                population = population or Cells(design, random)
                found = fitted(population.counted(design.weights != "sites"), reg)
                target = population.counted(design.average != "sites")
                means = fitted(target, reg)
                if found is None or means is None:
                    continue
                for u in reg.regressors:
                    estimate = sum(b * m for b, m in zip(found[0][u], means[1][u], strict=True))
                    assert estimate == average(target, u, reg.outcome, set(reg.regressors) - {u}), (
                        design,
                        reg,
                    )
                    met, cells = True, cells + bool(reg.cells)
        graphs += met


def usable(strategy: Strategy) -> bool:
    """Whether the graph separates all that the regression asks about; the weights themselves are not held fixed."""
    plain = not strategy.pooled and not strategy.site_by_site and not shares(strategy)
    held = [c for c in strategy.conditions if c.kind in ("within", "between")]
    return (
        plain
        and WEIGHTS not in strategy.moderators
        and not any(c.kind == "shared" for c in strategy.conditions)
        and not any(c.violated for c in held)
    )
