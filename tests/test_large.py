"""Large designs: many mediators, few sites for them, many sites, long chains, many causes from before treatment."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from itertools import combinations, product
from math import prod
from pathlib import Path

import networkx as nx
import pytest
import sympy

from identcheck import Design, Population, Site, Verdict, check, compliance, direct, total
from identcheck.decide.assumptions import Setting
from identcheck.decide.assumptions.between_sites import MOST_PRODUCTS
from identcheck.decide.conditions import Between, Bypass
from identcheck.decide.equations import MOST_COEFFICIENTS, equations, sums_left_out
from identcheck.decide.estimands import resolve
from identcheck.decide.population.linear import null_vectors, rank
from identcheck.decide.strategies.candidates import Serving
from identcheck.derive.moments import covariance, expand_between
from identcheck.derive.paths import most_varying
from identcheck.derive.routes import routes_of
from identcheck.errors import InvalidPopulationError
from identcheck.errors.limits import LISTED_MEDIATORS, WITNESS_SITES
from identcheck.report.sections import report_of
from tests.drawn import CHAIN, FIGURE_1, drawn
from tests.terminal import file, flat, run


@pytest.fixture(autouse=True)
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test works in a directory of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(p: int) -> list[str]:
    return [f"M{k}" for k in range(1, p + 1)]


def complete(p: int, sites: int) -> Design:
    graph = nx.DiGraph(combinations(["T", *names(p)], 2))
    graph.add_edges_from((m, "Y") for m in names(p))
    return Design(graph, treatment="T", outcome="Y", sites=sites)


def parallel(p: int, sites: int) -> Design:
    return drawn(f"T -> {{{' '.join(names(p))}}} -> Y", sites=sites)


def chain(p: int, sites: int | None = 20) -> Design:
    return drawn(" -> ".join(["T", *names(p), "Y"]), sites=sites)


def any_graph(seed: int, p: int) -> Design | None:
    """Arrows at random, some mediators not measured, sometimes two arms."""
    draw = random.Random(seed)
    arms = ["T"] if seed % 3 else ["T1", "T2"]
    pairs = [*((arm, m) for arm in arms for m in names(p)), *combinations([*names(p), "Y"], 2)]
    graph = nx.DiGraph([pair for pair in pairs if draw.random() < 0.5])
    on_a_way = [
        m
        for m in names(p)
        if m in graph
        and "Y" in graph
        and nx.has_path(graph, m, "Y")
        and any(arm in graph and nx.has_path(graph, arm, m) for arm in arms)
    ]
    kept = nx.DiGraph(graph.subgraph([*arms, *on_a_way, "Y"]))
    if not on_a_way or any(arm not in kept or not nx.has_path(kept, arm, "Y") for arm in arms):
        return None
    hidden = [m for m in on_a_way if draw.random() < 0.15]
    return Design(kept, treatment=arms, outcome="Y", sites=6, unobserved=hidden)


def ways(design: Design, u: str, v: str, avoiding: Iterable[str]) -> int:
    """The paths from u to v whose inner nodes avoid the given ones, one by one."""
    graph = nx.DiGraph(design.graph.subgraph(set(design.graph) - (set(avoiding) - {u, v})))
    return sum(1 for _ in nx.all_simple_paths(graph, u, v)) if u != v else 1


class TestReach:
    @pytest.mark.parametrize("seed", range(30))
    def test_what_a_node_leads_to_around_others(self, seed):
        design = any_graph(seed, 7)
        if design is None:
            return
        draw, routes = random.Random(seed), routes_of(design)
        for share in (0, 0.3, 0.6, 0.9):
            left = [m for m in design.mediators if draw.random() < share]
            shut = routes.mask(left)
            for start, end in product(range(len(routes.nodes)), repeat=2):
                if start == end:
                    continue
                count = ways(design, routes.nodes[start], routes.nodes[end], left)
                assert bool(routes.onward(start, shut) >> end & 1) == bool(count)
                assert bool(routes.back(end, shut) >> start & 1) == bool(count)
                free = bool(count) and not shut >> start & 1
                assert bool(routes.leading(end, shut) >> start & 1) == free

    @pytest.mark.parametrize("seed", range(20))
    def test_the_most_arrows_that_vary_on_one_path(self, seed):
        design = any_graph(seed, 7)
        if design is None:
            return
        draw = random.Random(seed)
        graph = nx.DiGraph(design.graph)
        nx.set_edge_attributes(graph, {e: draw.choice(["persons", "sites"]) for e in graph.edges}, "varies")
        design = Design(graph, treatment=list(design.treatments), outcome="Y", sites=6)
        for u, v in combinations([*design.treatments, *design.mediators, "Y"], 2):
            for left in ([], [m for m in design.mediators if draw.random() < 0.3]):
                around = nx.DiGraph(graph.subgraph(set(graph) - (set(left) - {u, v})))
                each = (nx.utils.pairwise(path) for path in nx.all_simple_paths(around, u, v))
                counts = [sum(design.varies(*edge) == "persons" for edge in path) for path in each]
                assert most_varying(design, u, v, left) == max(counts, default=0)

    @pytest.mark.parametrize("seed", range(40))
    def test_mediators_that_a_regression_can_do_without(self, seed):
        """By counting paths one by one: those left to the effect asked about, and those of each arm around the set."""
        design = any_graph(seed, 6)
        if design is None:
            return
        routes = routes_of(design)
        for u, v in combinations([*design.mediators, design.outcome], 2):
            serving = Serving(design, resolve(design, total(u, v)))
            if not serving.possible or not ways(design, u, v, ()):
                continue
            every = set(routes.named(serving.useful))

            def left(chosen: set[str], u: str = u, v: str = v) -> tuple[int, ...]:
                around = [ways(design, arm, v, chosen | {u}) for arm in design.treatments]
                return (ways(design, u, v, chosen - {u}), *around)

            whole = left(every)
            for bypass in (True, False):
                kept = slice(None) if bypass else slice(1)
                spare = {m for m in every if left(every - {m})[kept] == whole[kept]}
                assert set(routes.named(serving.spare(bypass))) == spare
            least = set(routes.named(next(serving._few()))) - {u}
            assert left(least) == whole
            assert all(left(least - {m}) != whole for m in least)
            greedy = set(every)
            for m in reversed(routes.named(serving.useful)):
                greedy -= {m} if left(greedy - {m}) == whole else set()
            assert least == greedy


class TestCheck:
    def test_effects_and_conditions_are_in_groups_and_counted(self):
        arrows = "; ".join(
            f"{a} -> {{{' '.join([*names(24)[i:], 'Y'] if a != 'T' else names(24))}}}"
            for i, a in enumerate(["T", *names(24)])
        )
        trial = file(f'graph = "{arrows}"\ntreatment = "T"\noutcome = "Y"\nsites = 30\n')
        printed = run("check", trial).stdout
        text = flat(printed)
        assert "24 arrows from mediators to Y direct(M1, Y), direct(M2, Y), direct(M3, Y) and 21 more" in text
        assert "23 total effects of a mediator on Y" in text
        assert f"{24 * 23 // 2} arrows between mediators" in text
        assert "25 effects of treatment" in text
        # Of every regression on W: as many conditions within sites as regressors, of M_k on its k - 1 predecessors,
        # and of the outcome on all; the total effects of M1 to M23 share those of the outcome on M1 to Mk.
        regressors = 24 + sum(range(1, 24)) + sum(range(1, 24))
        assert f"(vi) {regressors} conditions, the first:" in text
        assert "conditions, the first: What T does to Y other than through M1 is unrelated" in text
        assert len(printed.splitlines()) < 120

    def test_a_small_design_is_listed_effect_by_effect(self):
        trial = file('graph = "T -> {M1 M2} -> Y"\ntreatment = "T"\noutcome = "Y"\nsites = 6\n')
        text = flat(run("check", trial).stdout)
        assert "Effects are in groups" not in text
        assert "conditional direct(M2, Y)" in text

    def test_one_effect_is_told_in_full_however_large_the_design(self):
        mediators = " ".join(names(LISTED_MEDIATORS.most + 6))
        trial = file(f'graph = "T -> {{{mediators}}} -> Y"\ntreatment = "T"\noutcome = "Y"\nsites = 30\n')
        assert "Effects are in groups" in flat(run("check", trial).stdout)
        text = flat(run("check", trial, "--target", "direct M2 Y").stdout)
        assert "Effects are in groups" not in text
        assert "Across sites, the average effect of M2 on Y" in text

    def test_many_causes_from_before_treatment_are_counted(self):
        before = "; ".join(f"X{k} -> {{M Y}}" for k in range(300))
        pairs = "; ".join(f"X{k} <-> Y" for k in range(100))
        trial = file(f'graph = "T -> M -> Y; {before}; {pairs}"\ntreatment = "T"\noutcome = "Y"\nsites = 6\n')
        text = flat(run("check", trial).stdout)
        assert "Fixed before treatment, harmless for identification here: X0, X1, X2 and 297 more." in text
        assert "and 60 more pairs that share a cause" in text
        report = check(drawn(f"T -> M -> Y; {before}", sites=6)).render("text", full=True)
        assert "and 276 more" in report
        assert "276 of the nodes that are fixed before treatment or consequences aside are not drawn" in flat(
            report
        )
        assert "X0, X1, X2 and 297 more are in the graph and harmless" in flat(report)


class TestBypass:
    def test_paths_are_counted_without_being_listed(self):
        result = check(complete(40, 50))
        finding = result[direct("M1", "M30")]
        (bypass,) = (c for c in finding.missing if isinstance(c, Bypass))
        assert bypass.phrase.endswith("(the bypass, T -> M30)")
        whole = result[total("M1", "Y")]
        (around,) = (c for c in whole.missing if isinstance(c, Bypass))
        assert f"and {2**39 - 1 - 2} more)" in around.phrase

    def test_the_exclusion_restriction_names_four_paths_and_counts_the_others(self):
        design = Design(
            complete(40, 50).graph, treatment="T", outcome="Y", sites=50, unobserved=names(40)[1:]
        )
        assert f"and {2**39 - 1 - 4} more" in check(design).assumptions[1].status_text


class TestExpansions:
    @pytest.mark.parametrize("arrows", [FIGURE_1, CHAIN, "T -> {M1 M2 M3 M4} -> Y; M1 -> {M2 M3} -> M4"])
    def test_those_that_are_counted_are_those_that_say_more_than_the_covariance(self, arrows):
        design = drawn(arrows, {"M2 -> Y": "none"} if "M3" in arrows else {}, sites=30)
        setting = Setting(design)
        more = 0
        for c in setting.conditions:
            if not isinstance(c, Between) or c.implied:
                continue
            for j in c.regression.regressors:
                whole = covariance(design, c.regression.compliance("T", j), c.subject)
                effect = (c.regressor, design.outcome, c.regression.others(c.regressor))
                expanded = expand_between(design, ("T", j, ()), effect)
                more += expanded not in (0, whole)
        (vii,) = (a for a in check(design).assumptions if a.numeral == "vii")
        told = [line for line in vii.details if "expansions are printed" in line]
        assert len(vii.detail_formulas) == min(more, 12)
        assert told == ([f"The first 12 of {more} expansions are printed."] if more > 12 else [])

    def test_long_ones_are_told_by_their_number(self):
        (vii,) = (a for a in check(complete(30, 40)).assumptions if a.numeral == "vii")
        # Three to the power of every path's length, summed over the 2 ** (k - 1) paths to the k-th: 3 * 4 ** (k - 1).
        long = sum(30 for k in range(1, 31) if 3 * 4 ** (k - 1) * 3 > MOST_PRODUCTS)
        assert any(line.startswith(f"{long} expansions with more than about") for line in vii.details)
        assert f"The first 12 of {30 * (30 - 1) - long} expansions are printed." in vii.details

    def test_sums_over_paths_stop_at_so_many_coefficients_and_say_so(self):
        design = chain(60)
        written = [
            s for s in equations(design) if s.level == "person" and s.reason.startswith("the effect of")
        ]
        coefficients = sum(len(sympy.Mul.make_args(s.right)) for s in written)
        assert 0 < coefficients <= MOST_COEFFICIENTS
        # Each of B, 59 compliances with M2 on, and 59 total effects has one path: 119 sums.
        assert len(written) + sums_left_out(design) == 119
        assert sums_left_out(design) > 0
        assert f"{sums_left_out(design)} sums over paths are not written out" in flat(
            check(design).render("text")
        )
        assert sums_left_out(chain(5)) == 0


def effects(site: Site, design: Design) -> dict[str, Fraction]:
    """The total effect of T on every node in a site, person by person and path by path."""
    return {
        node: sum(
            (
                prod((Fraction(person[edge]) for edge in nx.utils.pairwise(route)), start=Fraction(1))
                for person in site.persons
                for route in nx.all_simple_paths(design.graph, "T", node)
            ),
            Fraction(0),
        )
        / len(site.persons)
        for node in design.graph
        if node != "T"
    }


class TestFewerSitesThanMediators:
    def test_every_effect_is_refuted_by_two_worlds_with_the_same_data(self):
        design = parallel(24, 9)
        result = check(design, "all")
        pairs = set()
        for m in design.mediators:
            finding = result[direct(m, "Y")]
            assert finding.verdict is Verdict.NOT_IDENTIFIED
            witness = finding.witness()
            assert witness.verify()
            first, second = (
                {Fraction(site.persons[0][m, "Y"]) for site in world.sites}
                for world in (witness.first, witness.second)
            )
            assert first != second
            assert len(first) == len(second) == 1  # the same effect in all sites, so that (vii) holds
            pairs.add((witness.first, witness.second))
        for one, other in pairs:
            for a, b in zip(one.sites, other.sites, strict=True):
                assert len(a.persons) == len(b.persons) == 1  # so that (vi) holds
                assert effects(a, design) == effects(b, design)
            matrix = [[effects(site, design)[m] for m in design.mediators] for site in one.sites]
            assert sympy.Matrix(matrix).rank() == 9  # as independent as 9 sites can be
        assert len(pairs) < 6

    def test_with_arrows_between_mediators(self):
        design = complete(12, 8)
        result = check(design, "all")
        for finding in result.findings:
            if finding.verdict is Verdict.NOT_IDENTIFIED:
                assert finding.witness().verify()
        assert result[direct("M1", "Y")].verdict is Verdict.NOT_IDENTIFIED
        assert result[direct("M1", "M12")].verdict is Verdict.NOT_IDENTIFIED
        assert result[direct("M1", "M3")].verdict is Verdict.CONDITIONAL

    @pytest.mark.parametrize("seed", range(60))
    def test_elimination_in_whole_numbers_is_that_of_fractions(self, seed):
        draw = random.Random(seed)
        height, width = draw.randint(1, 6), draw.randint(1, 6)
        rows = [
            [Fraction(draw.randint(-3, 3), draw.randint(1, 4)) * draw.randint(0, 1) for _ in range(width)]
            for _ in range(height)
        ]
        if height > 2:
            rows[-1] = [a - 2 * b for a, b in zip(rows[0], rows[1], strict=True)]
        matrix = sympy.Matrix([[sympy.Rational(x.numerator, x.denominator) for x in row] for row in rows])
        assert rank(rows) == matrix.rank()
        found = null_vectors(rows, width)
        assert len(found) == width - matrix.rank()
        assert all(
            sum(a * x for a, x in zip(row, vector, strict=True)) == 0 for row in rows for vector in found
        )
        assert not found or sympy.Matrix([[int(x) for x in v] for v in found]).rank() == len(found)


class TestManySites:
    @pytest.mark.parametrize("sites", [101, 16_000, 10**20])
    def test_worlds_have_kinds_of_sites_with_their_number(self, sites):
        design = drawn(FIGURE_1, sites=sites, unobserved=["M1"])
        witness = check(design, "all")[direct("M1", "Y")].witness()
        assert witness.verify()
        for world in (witness.first, witness.second):
            assert len(world.sites) <= 4
            assert sum(site.number for site in world.sites) == sites
            assert {Fraction(site.weight, site.number) for site in world.sites} == {
                1
            }  # each site counts once
        result = check(design, "all")
        (worlds, *_) = (w for v in report_of(result, full=True).blocks("verdict") for w in v.witnesses)
        text = flat(result.render("text"))  # a long heading has its word on a line of its own
        numbers = Counter()
        for site, other in zip(witness.first.sites, witness.second.sites, strict=True):
            numbers[str((site.persons, other.persons))] += (
                site.number
            )  # those alike in both worlds share a column
        for number in numbers.values():
            assert any(heading.startswith(f"{number:,} site") for heading in worlds.columns)
            assert f"{number:,}" in text

    def test_few_sites_are_written_out_one_by_one(self):
        design = drawn(FIGURE_1, sites=WITNESS_SITES.most, unobserved=["M1"])
        witness = check(design, "all")[direct("M1", "Y")].witness()
        assert len(witness.first.sites) == WITNESS_SITES.most
        assert {site.number for site in witness.first.sites} == {1}

    def test_answers_do_not_depend_on_how_many_there_are_beyond_enough(self):
        for arrows in (FIGURE_1, CHAIN, "T -> {M1 M2 M3} -> Y; T -> Y"):
            few, many = (check(drawn(arrows, sites=sites), "all") for sites in (50, 10**20))
            assert [f.verdict for f in few.findings] == [f.verdict for f in many.findings]

    def test_the_number_of_a_site_is_a_positive_whole_number(self):
        design = drawn("T -> M -> Y", sites=3)
        person = {("T", "M"): 1, ("M", "Y"): 1}
        world = Population(design, [Site([person], number=2), Site([person])])
        assert world.effect("T", "Y") == 1
        for wrong in (0, -1, 1.5, True):
            with pytest.raises(InvalidPopulationError, match="is not a positive whole number"):
                Population(design, [Site([person], number=wrong)])


def test_a_long_chain_has_an_answer_for_every_effect():
    result = check(chain(120), "all")
    assert {f.verdict for f in result.findings} == {Verdict.IDENTIFIED}
    assert result[total("M1", "Y")].best.regressors == ("M1",)
    assert result[compliance("M120")].best.regressors == ()
