"""No condition can be dropped, and no strategy is listed that asks for all that another asks for.

For each condition of each strategy a population in which it alone fails, and the estimand is missed; a condition
for which there is none would be one too many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from random import Random

import pytest

from identcheck.decide.estimands import Estimand, path
from identcheck.decide.identification import Finding, check, default_estimands
from identcheck.decide.lacking import entangled
from identcheck.decide.strategies import Composed, Strategy
from identcheck.describe.design import Design
from tests.drawn import FIGURE_1, FIGURE_2, PARALLEL, drawn
from tests.exact.breaking import breaking, follows, open_conditions, routes, wider
from tests.exact.obliging import asked_by, limit, meets, obliging
from tests.exact.questions import design_of

PAPER = {
    "one site, one mediator": drawn("T -> M -> Y", sites=1),
    "many sites, one mediator": drawn("T -> M -> Y"),
    "two parallel": drawn(PARALLEL),
    "Figure 1": drawn(FIGURE_1),
    "Figure 2": drawn(FIGURE_2),
    "Figure 1 with T -> Y": drawn(f"{FIGURE_1}; T -> Y"),
    "two arms": drawn("{T1 T2} -> {M1 M2} -> Y; M1 -> M2"),
    "two arms, one bypassing": drawn("{T1 T2} -> M -> Y; T1 -> Y"),
}
RANDOM = 12


def findings(design: Design, most: int) -> Iterator[Finding]:
    """The default estimands and a few paths, everything granted."""
    result = check(design, "all")
    asked: Iterable[Estimand] = [*default_estimands(design), *(path(*p) for p in routes(design, most))]
    return (result[estimand] for estimand in dict.fromkeys(asked))


def tried(random: Random, design: Design, most: int, attempts: int) -> Counter[tuple[str, bool]]:
    """How many conditions of each kind were broken alone, and how many were not."""
    seen: Counter[tuple[str, bool]] = Counter()
    for finding in findings(design, most):
        for strategy in finding.strategies:
            if entangled(
                strategy
            ):  # holds only where numbers cancel, and few populations are left to break one alone
                continue
            for one in open_conditions(strategy):
                if not (isinstance(strategy, Composed) and follows(strategy, one)):
                    world = breaking(random, design, strategy, finding.target, one, attempts)
                    seen[one.kind, world is not None] += 1
    return seen


class TestConditions:
    @pytest.mark.parametrize("name", PAPER)
    def test_none_can_be_dropped(self, name):
        """Every condition of every strategy, on the paper's graphs."""
        seen = tried(Random(f"minimal {name}"), PAPER[name], 2, 400)
        assert not [kind for kind, broken in seen if not broken], seen
        assert {"within", "rank"} <= {kind for kind, _ in seen}

    def test_hardly_any_could_be_dropped_of_random_designs(self):
        """Where arrows may vary less and nodes are not measured some population is hard to find, or there is none."""
        seen: Counter[tuple[str, bool]] = Counter()
        for number in range(RANDOM):
            random, design = design_of("minimal", number, most=4)
            seen += tried(random, design, 1, 12)
        broken = sum(count for (_, done), count in seen.items() if done)
        assert broken > 0.75 * seen.total(), seen


class TestStrategies:
    def test_none_asks_for_all_that_another_asks_for(self):
        """Two of a list: some population meets the conditions of the one and not those of the other."""
        pairs = 0
        for name, design in PAPER.items():
            random = Random(f"apart {name}")
            for finding in findings(design, 1):
                for one in finding.strategies:
                    for other in finding.strategies:
                        if one != other:
                            assert apart(random, design, one, other), (
                                design,
                                finding.estimand,
                                one.name,
                                other.name,
                            )
                            pairs += 1
        assert pairs > 100


def apart(random: Random, design: Design, one: Strategy | Composed, other: Strategy | Composed) -> bool:
    """Whether some population meets what the one asks for and misses something that the other asks for."""
    asked = [condition for condition in open_conditions(one) if condition.kind != "cut"]
    theirs = [condition for condition, _ in asked_by(other)]
    return any(
        limit(world, one) is not None and not all(meets(world, condition) for condition in theirs)
        for world in candidates(random, design, asked)
    )


def candidates(random: Random, design: Design, asked: list) -> Iterator:
    """Populations that meet what is asked: arms that do nothing here or there, arrows that do not vary."""
    edges = sorted(design.graph.edges)
    own = [e for e in edges if e[0] in design.treatments]
    for attempt in range(60):
        crowd = wider(random, design, asked, attempt)
        idle = [e for e in own if random.random() < 0.4] if attempt % 2 else []
        calm = random.choice([0, 0.3, 0.7, 1])
        still = [e for e in edges if random.random() < 0.3] if attempt % 4 == 3 else []
        level = own if attempt % 4 == 2 else []
        yield obliging(random, design, asked, calm, crowd=crowd, idle=idle, still=still, balanced=level)
