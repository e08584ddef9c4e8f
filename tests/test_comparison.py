"""Two designs side by side: what differs in them, and what differs in the answers."""

from __future__ import annotations

from random import Random
from typing import Any

import networkx as nx
import pytest

from identcheck import Design, InvalidQuestionError, Verdict, check, compliance, direct, itt, mediated, total
from identcheck.decide.comparison import Comparison, EffectChange, compare
from identcheck.decide.comparison.effects import RANK
from identcheck.decide.identification import Identification, default_estimands
from tests.drawn import CHAIN, FIGURE_1, FIGURE_2, PARALLEL, drawn
from tests.exact.worlds import random_design
from tests.terminal import flat


def compared(before: Design, after: Design, assume: Any = "all") -> Comparison:
    return check(before, assume).compare(check(after, assume))


def kinds(comparison: Comparison) -> list[tuple[str, tuple[str, ...]]]:
    return [(change.kind, change.nodes) for change in comparison.design]


def effect(comparison: Comparison, name: str) -> EffectChange:
    (found,) = [effect for effect in comparison.effects if str(effect.estimand) == name]
    return found


class TestAnArrowFromTheOfferToPoverty:
    """Moving to Opportunity with T -> NP: treatment no longer reaches poverty through V alone."""

    comparison = compared(drawn(FIGURE_2, sites=5), drawn(FIGURE_2 + "; T -> NP", sites=5))

    def test_the_design(self):
        assert kinds(self.comparison) == [("arrow added", ("T", "NP"))]

    def test_two_effects_are_worse(self):
        assert [e.estimand for e in self.comparison.worse] == [total("V", "Y"), direct("V", "NP")]
        assert not self.comparison.better
        assert not self.comparison.conditions
        assert len(self.comparison.unchanged) == 7

    def test_what_is_gained_and_lost(self):
        change = effect(self.comparison, "total(V, Y)")
        assert {c.assumption for c in change.gained} == {"vi", "vii", "ix", "bypass", "product"}
        assert "bypass" not in {c.assumption for c in change.lost}
        assert [c.nickname for c in change.now_missing] == ["the bypass"]
        assert not change.now_met

    def test_in_words(self):
        text = str(self.comparison)
        for line in (
            "  arrow added: T -> NP",
            "  identified -> conditional",
            "    total(V, Y)          the total effect of V on Y",
            "      Missing now:",
            "Unchanged: 7 of 9 effects.",
        ):
            assert line in text.splitlines()
        assert text.count("identified -> conditional") == 1


LABELS = {"NP": "poverty"}
BASE: dict[str, Any] = {"sites": 5, "labels": LABELS}
CHANGES: list[tuple[str, dict[str, Any], str, str]] = [
    (FIGURE_2, {"unobserved": ["NP"]}, "not measured", "NP (poverty) is no longer measured"),
    (FIGURE_2, {"sites": 6}, "sites", "6 sites; before, 5 sites"),
    (FIGURE_2, {"sites": None}, "sites", "sites not stated; before, 5 sites"),
    (
        FIGURE_2,
        {"varies": {"V -> NP": "none"}},
        "varies",
        "the effect along V -> NP (poverty) is the same for everyone; before, it could differ between persons",
    ),
    (FIGURE_2 + "; U -> V", {}, "node added", "node added: U"),
    (FIGURE_2 + "; T2 -> V", {"treatment": ["T", "T2"]}, "arm added", "arm added: T2"),
    (
        FIGURE_2 + "; T -> NP",
        {"varies": {"T -> NP": "sites"}},
        "arrow added",
        "arrow added: T -> NP (poverty); its effect is the same for everyone within a site",
    ),
    (FIGURE_2, {"average": "persons"}, "average", "the average wanted is over persons; before, sites"),
    (
        FIGURE_2,
        {"weights": "persons"},
        "weights",
        "the estimator's site weights are by persons; before, precision",
    ),
    (
        FIGURE_2,
        {"scales": {"V": "binary"}},
        "scale",
        "the scale of V is binary; before, it was not stated",
    ),
]


class TestDesignChanges:
    @pytest.mark.parametrize(("arrows", "options", "kind", "sentence"), CHANGES, ids=lambda v: str(v)[:30])
    def test_each_is_a_sentence(self, arrows, options, kind, sentence):
        options = BASE | options
        after = drawn(arrows, options.pop("varies", None), **options)
        comparison = compared(drawn(FIGURE_2, **BASE), after, ())
        assert [c.sentence for c in comparison.design if c.kind == kind] == [sentence]

    def test_turned_round(self):
        comparison = compared(drawn(FIGURE_1, sites=5), drawn(PARALLEL + "; M2 -> M1", sites=5))
        assert kinds(comparison) == [("arrow reversed", ("M2", "M1"))]
        for name in ("direct(M1, Y)", "direct(M2, Y)"):
            assert effect(comparison, name).direction == "same"

    def test_an_arm_turned_baseline_and_back(self):
        two = drawn("{T1 T2} -> M -> Y", sites=5)
        one = Design(nx.DiGraph(two.graph), treatment="T1", outcome="Y", sites=5)
        assert kinds(compared(two, one)) == [("arm removed", ("T2",))]
        assert kinds(compared(one, two)) == [("arm added", ("T2",))]

    def test_reached_by_treatment(self):
        one, two = drawn(FIGURE_2 + "; U -> V", sites=5), drawn(FIGURE_2 + "; T -> U -> V", sites=5)
        assert ("role", ("U",)) in kinds(compared(one, two))

    def test_one_sided_noncompliance(self):
        graph = nx.DiGraph([("T", "M"), ("M", "Y")])
        said: dict[str, Any] = {"treatment": "T", "outcome": "Y", "scales": {"T": "binary", "M": "binary"}}
        before = Design(graph, **said)
        graph.edges["T", "M"]["noncompliance"] = "one-sided"
        (change,) = compared(before, Design(graph, **said)).design
        assert change.sentence == "noncompliance along T -> M is one-sided"

    def test_what_is_granted(self):
        design = drawn(FIGURE_2, sites=5)
        comparison = check(design, ["vi", "ix"]).compare(check(design, ["vi", "vii"]))
        assert [c.sentence for c in comparison.design] == ["no longer granted: (ix)", "now granted: (vii)"]
        assert "granting (vi) and (vii); before, (vi) and (ix)" in str(comparison)
        change = effect(comparison, "total(V, Y)")
        assert change.direction == "conditions"
        assert [c.assumption for c in change.now_missing] == ["ix"]
        assert [c.assumption for c in change.now_met] == ["vii"]

    def test_wording_is_no_change(self):
        plain = drawn(FIGURE_2, sites=5)
        worded = drawn(FIGURE_2, sites=5, labels={"V": "use, and NP or Y", "NP": "⟨V⟩"}, title="Vouchers")
        assert compared(plain, worded).empty

    def test_nor_are_short_labels_and_the_words_of_the_trial(self):
        """Nor the order of the mediators, which an arrow between them turns round."""
        said = {"short": {"M1": "study", "M2": "tutoring"}, "words": {"person": "pupil", "site": "school"}}
        assert compared(drawn(FIGURE_1, sites=5), drawn(FIGURE_1, sites=7, **said)).conditions == ()
        turned = drawn("T -> {M1 M2} -> Y; M2 -> M1", sites=5, **said)
        change = effect(compared(drawn(FIGURE_1, sites=5, **said), turned), "direct(M1, Y)")
        assert change.direction == "same"


class TestEffects:
    def test_more_sites_change_no_condition(self):
        comparison = compared(drawn(FIGURE_2, sites=5), drawn(FIGURE_2, sites=500))
        assert [c.kind for c in comparison.design] == ["sites"]
        assert len(comparison.unchanged) == len(comparison.effects)

    def test_an_added_site_identifies(self):
        two, three = (drawn("T -> {M1 M2 M3} -> Y", sites=n) for n in (2, 3))
        comparison = compared(two, three)
        effects = {direct(f"M{k}", "Y") for k in (1, 2, 3)}
        assert {e.estimand for e in comparison.better} == effects | {mediated(f"M{k}") for k in (1, 2, 3)}
        assert "not identified -> identified" in str(comparison)

    def test_unmeasured(self):
        comparison = compared(drawn(FIGURE_2, sites=5), drawn(FIGURE_2, sites=5, unobserved=["NP"]))
        assert {str(e.estimand) for e in comparison.unchanged} == {"total(V, Y)", "compliance(V)", "itt()"}
        assert (
            "NP is not measured, so the data tell neither the direction nor the size of effects of it or on it."
            in flat(str(comparison))
        )

    def test_one_arm_is_found_again_among_several(self):
        one = drawn("T1 -> M -> Y", treatment=["T1"], sites=5)
        comparison = compared(one, drawn("{T1 T2} -> M -> Y", sites=5))
        assert [e.estimand for e in comparison.unchanged if e.estimand.kind != "direct"] == [
            compliance("M"),
            itt(),
        ]
        assert [e.estimand for e in comparison.alone] == [compliance("M", "T2"), itt("T2")]
        assert not any(e.zero_elsewhere for e in comparison.alone)

    def test_an_effect_that_one_graph_denies_is_neither_worse_nor_better(self):
        comparison = compared(drawn(PARALLEL, sites=5), drawn(FIGURE_1, sites=5))
        (alone,) = comparison.alone
        assert (alone.estimand, alone.direction, alone.zero_elsewhere) == (
            direct("M1", "M2"),
            "only after",
            True,
        )
        assert "zero in the first, whose graph has no such path" in " ".join(str(comparison).split())

    def test_another_outcome(self):
        comparison = compared(drawn(CHAIN, sites=5), drawn(CHAIN.replace("Y", "Z"), outcome="Z", sites=5))
        assert ("outcome", ("Z",)) in kinds(comparison)
        assert {str(e.estimand) for e in comparison.alone} >= {"itt()", "total(M1, Y)", "total(M1, Z)"}

    def test_nothing_in_common(self):
        with pytest.raises(InvalidQuestionError, match="no effect in common"):
            compared(drawn(CHAIN), drawn("A -> B -> C", treatment="A", outcome="C"))


def random_pairs() -> list[tuple[int, Identification, Identification]]:
    found = []
    for number in range(24):
        random = Random(f"compared {number}")
        grants = [random.choice([(), "all", ("vi", "vii")]) for _ in range(2)]
        designs = [random_design(random, sites=random.choice([None, 2, 3, 30])) for _ in range(2)]
        if number % 2:
            designs[1] = neighbour(random, designs[0])
        found.append((number, *(check(d, g) for d, g in zip(designs, grants, strict=True))))
    return found


def neighbour(random: Random, design: Design) -> Design:
    """The same design with one mediator measured or not, and other sites."""
    said = design._said()
    said["unobserved"] = sorted(design.unobserved ^ {random.choice(design.mediators)})
    said["sites"] = random.choice([None, 2, 3, 30])
    return Design(design.graph, **said)


PAIRS = random_pairs()
each_pair = pytest.mark.parametrize(("before", "after"), [pair[1:] for pair in PAIRS], ids=range(len(PAIRS)))


class TestRandomDesigns:
    @each_pair
    def test_a_design_with_itself_is_empty(self, before, after):
        del after
        assert compare(before, before).empty

    @each_pair
    def test_reversed_gained_and_lost_swap(self, before, after):
        there, back = compare(before, after), compare(after, before)
        mirror = {
            "worse": "better",
            "better": "worse",
            "only before": "only after",
            "only after": "only before",
        }
        backward = {
            (str(e.before and e.before.words), str(e.after and e.after.words)): e for e in back.effects
        }
        assert len(backward) == len(there.effects) == len(back.effects)
        for e in there.effects:
            other = backward[str(e.after and e.after.words), str(e.before and e.before.words)]
            assert other.direction == mirror.get(e.direction, e.direction)
            assert (set(map(str, e.gained)), set(map(str, e.lost))) == (
                set(map(str, other.lost)),
                set(map(str, other.gained)),
            )

    @each_pair
    def test_verdicts_are_those_of_the_two_checks(self, before, after):
        """Direct and total effects, asked of each design anew, without the comparison."""
        changes = {e.estimand: e for e in compare(before, after).effects}
        shown = 0
        common = set(default_estimands(before.design)) & set(default_estimands(after.design))
        for estimand in common:
            if estimand.kind not in ("direct", "total") or estimand not in changes:
                continue
            verdicts = [check(r.design, r.granted)[estimand].verdict for r in (before, after)]
            step = RANK[verdicts[1]] - RANK[verdicts[0]]
            direction = changes[estimand].direction
            assert (direction == "worse", direction == "better") == (step > 0, step < 0)
            shown += 1
        assert shown or not common & {direct("M1", "Y"), direct("M2", "Y")}

    @each_pair
    def test_can_be_read(self, before, after):
        comparison = compare(before, after)
        for text in (comparison.text(), comparison.text(every=True)):
            assert all(len(line) <= 100 for line in text.splitlines())
            assert "None" not in text
            assert "⟨" not in text
        assert comparison.json().startswith('{\n  "schema_version": 1')

    def test_every_direction_was_met(self):
        met = {e.direction for _, before, after in PAIRS for e in compare(before, after).effects}
        assert met == {"worse", "better", "conditions", "same", "only before", "only after"}

    def test_every_verdict_has_a_rank(self):
        assert set(RANK) == set(Verdict)
