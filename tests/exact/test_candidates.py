"""The sets of regressors that serve an effect and the arms that go with them, against going through every one."""

import itertools
import random

import networkx as nx

import identcheck as ic
from identcheck.decide.conditions import Bypass, Regression, shared_edges
from identcheck.decide.estimands import resolve
from identcheck.decide.identification import default_estimands
from identcheck.decide.strategies import find_strategies
from identcheck.decide.strategies.candidates import Serving
from identcheck.decide.strategies.demand import demand, in_order, minimal, ruled_out
from identcheck.decide.strategies.rows import taken_together
from identcheck.decide.strategies.strategy import Strategy
from identcheck.derive.paths import any_varies, count_paths, effect_meant, effect_varies, reaches
from identcheck.derive.routes import routes_of


def any_design(seed, varies=("persons",)):
    draw = random.Random(seed)
    arms = [f"T{i}" for i in range(draw.choice([1, 1, 1, 2, 3]))]
    mediators = [f"M{i}" for i in range(draw.randint(1, 5))]
    nodes = [*mediators, "Y"]
    arrows = [pair for pair in itertools.combinations(nodes, 2) if draw.random() < 0.5]
    arrows += [(arm, node) for arm in arms for node in nodes if draw.random() < 0.4]
    graph = nx.DiGraph()
    graph.add_edges_from((a, b, {"varies": draw.choice(varies)}) for a, b in arrows)
    graph.add_nodes_from([*arms, *nodes])
    hidden = [m for m in mediators if draw.random() < 0.2]
    sites = draw.choice([8, 8, 2, 1]) if len(varies) > 1 else 8
    try:
        return ic.Design(graph, treatment=arms, outcome="Y", sites=sites, unobserved=hidden)
    except ic.InvalidDesignError:
        return None


def designs(count, varies=("persons",)):
    return filter(None, (any_design(seed, varies) for seed in range(count)))


def servings(design):
    for target in (resolve(design, estimand) for estimand in default_estimands(design)):
        serving = Serving(design, target)
        if not target.empty and target.last is None and serving.possible and not serving.contrast:
            yield serving


def bypasses(serving, chosen):
    """For each arm, how many paths to the target node avoid the regressors."""
    design, (u, v) = serving.design, (serving.target.source, serving.target.target)
    own = {u} - set(design.treatments)
    return [count_paths(design, arm, v, {*chosen, *own}) for arm in design.treatments]


def serves(serving, chosen):
    """Whether the paths that avoid the set are exactly the target's."""
    design, target = serving.design, serving.target
    asked = count_paths(design, target.source, target.target, target.avoiding)
    return count_paths(design, target.source, target.target, set(chosen) - {target.source}) == asked


def test_sets_are_those_of_an_enumeration():
    asked = 0
    for design in designs(400):
        routes, arms = routes_of(design), design.treatments
        for serving in servings(design):
            useful, required = routes.named(serving.useful), set(routes.named(serving.required))
            u, least = serving.target.source, bypasses(serving, useful)
            every = [set(c) for k in range(len(useful) + 1) for c in itertools.combinations(useful, k)]
            serving_sets = [c for c in every if (c or required) and serves(serving, c)]
            movers = [i for i, arm in enumerate(arms) if reaches(design, arm, u)]
            plain, sparing = [], []
            for some in serving_sets:
                spared = [now != best for now, best in zip(bypasses(serving, some), least, strict=True)]
                if any(not spared[i] for i in movers):
                    plain.append(routes.mask(some | required))
                if len(arms) > 1 or spared[0]:
                    sparing.append(routes.mask(some | required))
                leading = routes.leading(serving.end, routes.mask(some | required))
                assert serving.spared(leading) == routes.mask(
                    a for a, x in zip(arms, spared, strict=True) if x
                )
            assert serving.sets()[0] == plain
            found, cut_short = serving.sparing_sets()
            assert found == ([] if cut_short and len(arms) == 1 else sparing)
            asked += 1
    assert asked > 400


def asks(regression):
    """The open bypasses and shared arrows of a regression."""
    open_ = (arm for arm in regression.intercepts if not Bypass(regression, arm).implied)
    return frozenset([*open_, *shared_edges(regression)])


def by_arms(design, outcome, column, regressors):
    """For every set of arms: each must move a regressor, beside an intercept not alike everywhere, or be the column."""
    useful = [a for a in design.treatments if a == column or any(reaches(design, a, u) for u in regressors)]
    for size in range(1, len(useful) + 1):
        for arms in itertools.combinations(useful, size):
            moved = tuple(u for u in regressors if any(reaches(design, arm, u) for arm in arms))
            around = tuple(arm for arm in arms if reaches(design, arm, outcome, moved))
            idle = (a for a in around if not any(any_varies(design, "sites", a, u) for u in moved))
            if set(idle) <= {column} and column in (around if column in design.treatments else moved):
                yield Strategy(Regression(design, outcome, moved, arms, around), column)


def chosen_among(found):
    """Of the strategies for every set of arms those that no other makes needless, one by one."""
    kept = []
    for one in sorted(found, key=lambda s: (len(asks(s.regression)), -len(s.arms))):
        asked, arms = asks(one.regression), set(one.arms)
        if not any(
            (asks(k.regression) < asked and not ruled_out(k))
            or (asks(k.regression) == asked and arms < set(k.arms))
            for k in kept
        ):
            kept.append(one)
    return kept


def test_arms_are_those_of_an_enumeration():
    seen = 0
    for design in designs(250, ("persons", "sites", "none")):
        routes = routes_of(design)
        for serving in servings(design):
            for some in serving.sets()[0]:
                found = by_arms(design, serving.target.target, serving.target.source, routes.named(some))
                together = taken_together(design, serving.source, serving.end, some, frozenset())
                assert [s.strategy for s in together] == chosen_among(found)
                seen += len(together) > 1 or len(design.treatments) > 1
    assert seen > 150


def asks_all_of(one, other):
    """Whether one regression asks for every condition that another asks for, condition by condition."""
    if one.pooled != other.pooled or not set(other.columns) <= set(one.columns):
        return False
    if not set(other.arms) <= set(one.arms) or not set(shared_edges(other)) <= set(shared_edges(one)):
        return False
    around = (
        [effect_meant(r.design, arm, r.outcome, r.regressors) for r in (other, one)]
        for arm in other.intercepts
    )
    below = (
        [effect_meant(r.design, u, r.outcome, r.others(u)) for r in (other, one)] for u in other.regressors
    )
    return all(
        theirs is None or not effect_varies(one.design, theirs, "sites") or mine == theirs
        for theirs, mine in (*around, *below)
    )


def left_of(strategies, others):
    """Those of some strategies that do not ask for all that another one does; of equals the first, pair by pair."""
    live = [s for s in (*strategies, *others) if not ruled_out(s)]
    return [
        one
        for place, one in enumerate(strategies)
        if not any(
            s != one
            and asks_all_of(one.regression, s.regression)
            and not (s in strategies[place:] and asks_all_of(s.regression, one.regression))
            for s in live
        )
    ]


def test_what_asks_for_nothing_new_is_left_out_pair_by_pair():
    out = 0
    for design in designs(320, ("persons", "sites", "none")):
        draw = random.Random(len(design.causal.edges))
        for serving in servings(design):
            sets = [*serving.sets()[0], *serving.sparing_sets()[0]]
            each = (taken_together(design, serving.source, serving.end, some, frozenset()) for some in sets)
            found = list(dict.fromkeys(s for some in each for one in some for s in one.strategies))
            draw.shuffle(found)
            cut = draw.randint(0, len(found))
            kept = minimal(found[:cut], found[cut:])
            assert kept == left_of(found[:cut], found[cut:])
            out += cut - len(kept)
            assert list(in_order(found)) == sorted(
                found, key=lambda strategy: (demand(strategy), str(strategy))
            )
    assert out > 50


def test_a_choice_that_meets_everything_is_found_without_comparing_all():
    met = 0
    for design in designs(450, ("persons", "sites", "none", "none")):
        for estimand in default_estimands(design):
            for granted in (frozenset(), frozenset({"vi", "vii", "ix"}), frozenset({"vii", "ix"})):
                search = find_strategies(design, resolve(design, estimand), granted)
                found = [s for s in search.by_choice if all(c.met(granted) for c in s.conditions)]
                # a bypass that is granted, not implied, is not taken by choice
                free = any(all(c.implied for c in s.conditions if c.key == "bypass") for s in found)
                assert search.met_by_choice(granted) == (found[0] if free else None)
                met += free
    assert met > 15
