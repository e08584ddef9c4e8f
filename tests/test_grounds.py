"""What chosen effects rest on, as their own strategies ask it, and what remains if one of it fails."""

from __future__ import annotations

import pytest

import identcheck as ic
from identcheck.decide.assumptions import which_list
from identcheck.decide.grounds import Ground, grounds
from identcheck.decide.remaining import remaining
from tests.drawn import FIGURE_1, drawn
from tests.tools import REPOSITORY

ARMS = "A -> M; B -> {M N}; M -> N; {M N} -> Y; A -> Y"
"""Arm A affects the outcome past the mediators, arm B does not."""

CASES = REPOSITORY / "tests" / "cases"
HIDDEN = "T -> {P H}; P -> D; H -> D; {P H D} -> Y"
SHARED = "T -> {M1 M2} -> Y; M1 -> H; H -> {Y M2}"


def of(design, *effects, assume=()) -> dict[str, Ground]:
    result = ic.check(design, assume)
    chosen = [result[effect] for effect in effects] if effects else result.findings
    return {ground.name: ground for ground in grounds(result, chosen)}


class TestOwnStrategies:
    DESIGN = drawn(ARMS, treatment=["A", "B"], sites=18)

    def test_exclusion_is_that_of_the_effect_not_of_the_outcome(self):
        """The list says that (ii) is violated, of arm A; the regression uses arm B alone, of which it holds."""
        result = ic.check(self.DESIGN, "all")
        finding = result["direct M Y"]
        assert finding.best.arms == ("B",)
        assert next(a for a in result.assumptions if a.numeral == "ii").status == "violated"
        found = of(self.DESIGN, "direct M Y", assume="all")
        assert found["ii"].status == "encoded in the graph"
        assert "A" not in found["ii"].breaks.split()
        assert all("violated" not in ground.status for ground in found.values())

    def test_nothing_of_another_arm(self):
        found = of(self.DESIGN, "direct M Y", assume="all")
        for name in ("vi", "vii", "ix"):
            assert found[name].formulas
            assert not any("(A)" in formula for formula in found[name].formulas)
        assert "need at least 2 sites" in found["ix"].status_text

    def test_in_the_order_of_the_list(self):
        names = list(of(drawn(HIDDEN, unobserved=["H"], sites=30)))
        order = [
            "i",
            "ii",
            "iii",
            "iv",
            "v",
            "vi",
            "vii",
            "viii",
            "ix",
            "x",
            "bypass",
            "everywhere",
            "shared",
            "product",
        ]
        assert names == [name for name in order if name in names]
        assert "bypass" in names
        assert "shared" in of(drawn(SHARED, unobserved=["H"], sites=30))

    @pytest.mark.parametrize("assume", [(), "all", ["all", "bypass", "shared"]])
    def test_they_are_what_the_findings_rest_on(self, assume):
        """Of each finding exactly what ``rests_on`` says, and with a regression (v) and (x) beside it."""
        for arrows, more in (
            (ARMS, {"treatment": ["A", "B"]}),
            (HIDDEN, {"unobserved": ["H"]}),
            (FIGURE_1, {}),
        ):
            result = ic.check(drawn(arrows, sites=18, average="persons", **more), assume)
            found = grounds(result, result.findings)
            for finding in result.findings:
                rests = {ground.name for ground in found if finding in ground.findings}
                beside = {"v", "x"} if finding.best is not None and finding.best.regressors else set()
                assert rests == {*finding.rests_on, *beside}

    def test_equal_sentences_once_with_their_findings(self):
        result = ic.check(drawn(FIGURE_1, sites=9))
        for ground in grounds(result, result.findings):
            sentences = [sentence for sentence, _ in ground.statements]
            assert len(sentences) == len(set(sentences))
            assert {f for _, findings in ground.statements for f in findings} == set(ground.findings)

    def test_open_is_what_is_to_be_argued(self):
        known = ic.independent("T -> M", "M -> Y", "persons")
        found = of(drawn("T -> M -> Y", {"T -> M": "sites"}, sites=9), assume=["all"])
        assert "vi" not in found  # the compliance is the same for everyone in a site
        found = of(drawn("T -> M -> Y", sites=9), assume=["all", known])
        assert found["vi"].status == "holds by declaration"
        assert found["vii"].status == "to be justified"
        assert found["vii"].open
        assert found["i"].standing
        assert found["i"].open
        assert not found["viii"].open

    def test_contrasts_rest_on_two_alone(self):
        assert list(of(drawn(FIGURE_1, sites=9), "itt", "compliance M1")) == ["i", "viii"]

    def test_assignment_that_is_confounded_elsewhere(self):
        design = drawn("T -> M -> N -> Y; U -> T; U -> Y", sites=9)
        found = of(design, "direct M N", assume="all")
        assert found["viii"].status == "holds by design"
        assert "Contrasts of arms in M and N" in found["viii"].status_text

    def test_one_sentence_is_not_repeated_in_a_text(self):
        result = ic.check(drawn(HIDDEN, unobserved=["H"], sites=30))
        for ground in grounds(result, result.findings):
            for text in (ground.reason, ground.status_text, ground.check_text, ground.breaks):
                sentences = text.split(". ")
                assert len(sentences) == len(set(sentences))

    def test_a_bypass_drawn_as_the_same_everywhere_is_a_claim(self):
        """It meets the condition, and nobody need grant it; but all of the answer hangs on it."""
        design = drawn("T -> M -> Y; T -> Y", {"T -> Y": "none"}, sites=9)
        found = of(design, "direct M Y", assume="all")["bypass"]
        ((said, _),) = found.statements
        assert said == "What T does to Y other than through M is the same, on average, in every site."
        assert found.status == "encoded in the graph"
        assert found.breaks == "T changes Y more in some sites than in others."
        assert "bypass" not in ic.check(design, "all")["direct M Y"].rests_on
        assert "bypass" not in of(drawn("T -> M -> Y; T -> Y", sites=1))


class TestZero:
    def test_an_arrow_to_the_outcome_is_exclusion(self):
        design = drawn(FIGURE_1, sites=9)
        finding = ic.check(design)["direct T Y"]
        assert finding.rests_on == ("ii",)
        found = of(design, "direct T Y")
        assert list(found) == ["ii"]
        assert found["ii"].statements == (("T affects Y only through M1 and M2.", (finding,)),)

    def test_an_arrow_between_mediators_is_the_list_of_absent_arrows(self):
        design = drawn("T -> {A B} -> Y", sites=9)
        assert ic.check(design)["direct A B"].rests_on == ("v",)
        assert of(design, "direct A B")["v"].statements[0][0] == "A does not affect B."

    def test_a_question_against_the_arrows_rests_on_none(self):
        assert ic.check(drawn(FIGURE_1, sites=9))["direct Y M1"].rests_on == ()


class TestRemaining:
    def test_conditional_effects_are_lost_not_kept(self):
        """With nothing granted every effect is conditional; that (vi) is needed is found all the same."""
        result = ic.check(drawn(HIDDEN, unobserved=["H"], sites=30))
        chosen = [result[e] for e in ("direct P Y", "direct D Y", "direct P D")]
        for name in ("vi", "vii", "ix", "bypass"):
            found = remaining(result, chosen, name)
            assert found.lost == tuple(chosen)
            assert "Nothing is lost" not in found.sentence
        assert remaining(result, chosen, "shared").kept == tuple(chosen)
        other = ic.check(drawn(SHARED, unobserved=["H"], sites=30))
        assert remaining(other, [other["total M2 Y"]], "shared").lost == (other["total M2 Y"],)

    def test_what_is_not_to_be_had_is_apart(self):
        result = ic.check(drawn(HIDDEN, unobserved=["H"], sites=30))
        finding = result["direct H Y"]
        assert remaining(result, [finding], "vi").never == (finding,)

    def test_without_exclusion_an_intercept(self):
        result = ic.check(drawn(FIGURE_1, sites=9))
        chosen = [result["direct M1 Y"], result["direct M1 M2"]]
        found = remaining(result, chosen, "ii")
        assert [c.finding for c in found.changed] == chosen[:1]
        assert found.changed[0].how == (
            "by the same regression with an intercept, which rests on the bypass as well"
        )
        assert found.kept == tuple(chosen[1:])

    def test_exclusion_of_the_effects_own_regression(self):
        """(ii) of an effect on a mediator is about arrows into that mediator."""
        result = ic.check(drawn("T -> M -> N -> Y", sites=9))
        found = remaining(result, [result["direct M N"]], "ii")
        assert [c.found.design.causal.has_edge("T", "N") for c in found.changed] == [True]

    def test_the_weaker_form_fails_with_the_stronger(self):
        """(v.a) is weaker than (vi): where it fails, (vi) does; the pooled ratio and the regression both go.

        What asks for nothing between sites stays where (v.b) fails, and (vii) with it.
        """
        result = ic.check(drawn("T -> M -> Y", sites=9))
        assert remaining(result, [result["direct M Y"]], "v.a").lost == (result["direct M Y"],)
        (instead,) = remaining(result, [result["direct M Y"]], "v.b").changed
        assert instead.found.best.site_by_site
        assert instead.how == (
            "site by site, each solved by itself and then averaged, which rests on compliance in every site as well"
        )
        found = remaining(result, [result["direct M Y"]], "vii")
        assert found.changed[0].found.best.pooled

    def test_a_composed_effect_needs_no_bypass(self):
        """One effect and a product that (vi) and (vii) grant, two of the three from one regression: no bypass is asked for."""
        result = ic.check(ic.load(CASES / "voucher.toml"))
        finding = result["total insured distress"]
        parts = {*finding.best.parts}
        assert (len(parts), len({part.regression for part in parts})) == (3, 2)
        assert not {"bypass", "product"} & {*finding.rests_on}
        assert remaining(result, [finding], "bypass").kept == (finding,)

    def test_a_composed_effect_is_put_together(self):
        """Without (ii) of the regression on both: the total effect by itself, with an intercept, or nothing."""
        result = ic.check(drawn("T -> M1 -> M2 -> Y; M1 -> Y", sites=9), "all")
        found = remaining(result, [result["path M1 M2 Y"]], "vi")
        assert found.lost == (result["path M1 M2 Y"],)

    def test_a_declaration_is_given_up_with_what_it_meets(self):
        known = [ic.independent(f"T -> {m}", f"{m} -> Y", "persons") for m in "AB"]
        result = ic.check(drawn("T -> {A B} -> Y", sites=9), [*known, "vii", "ix"])
        finding = result["direct A Y"]
        assert finding.verdict is ic.Verdict.IDENTIFIED
        assert remaining(result, [finding], "vi").lost == (finding,)

    def test_so_is_the_rule_that_a_bypass_is_the_same_everywhere(self):
        result = ic.check(drawn("T -> M -> Y; T -> Y", {"T -> Y": "none"}, sites=9), "all")
        found = remaining(result, [result["direct M Y"], result["itt"]], "bypass")
        assert ([str(f.estimand) for f in found.lost], [str(f.estimand) for f in found.kept]) == (
            ["direct(M, Y)"],
            ["itt()"],
        )

    def test_arrows_that_take_an_effect_away_are_named(self):
        result = ic.check(drawn(HIDDEN, unobserved=["H"], sites=30))
        finding = result["direct P Y"]
        found = remaining(result, [finding], "v")
        assert found.lost == (finding,)
        assert (("P", "H"), (finding,)) in found.arrows
        assert "With an arrow P -> H no longer identified: direct(P, Y)." in found.sentence

    @pytest.mark.parametrize(
        ("graph", "arms", "effects"),
        [
            ("C -> {P M}; K -> {T M}; {M P T} -> Y", ["C", "K"], ["direct P Y", "total P Y"]),
            ("C -> {P M}; K -> {T M}; {M P T} -> Y", ["C", "K"], ["total T Y"]),
            ("T -> {A B C} -> Y; A -> B", "T", ["total C Y", "direct A Y"]),
            ("T -> {A B C} -> Y", "T", ["total B Y"]),
        ],
    )
    def test_the_arrow_that_would_break_v_is_one_that_robustness_calls_harmful(self, graph, arms, effects):
        result = ic.check(drawn(graph, treatment=arms, sites=30), "all")
        chosen = [result[effect] for effect in effects]
        harmful = {
            (arrow.source, arrow.target)
            for arrow in ic.robustness(result).arrows
            if any(shift.before in chosen for shift in arrow.worse)
        }
        worst = remaining(result, chosen, "v").worst
        assert worst in harmful
        page = result.render("text", document=ic.Document("grant", effects=effects))
        page += result.render("text", document=ic.Document("preregistration", effects=effects))
        assert f"{worst[0]} changes {worst[1]} in a way that the graph leaves out" in " ".join(page.split())

    @pytest.mark.parametrize(("name", "kept"), [("i", 0), ("iii", 1), ("iv", 1), ("viii", 0), ("x", 2)])
    def test_what_stands_behind_everything(self, name, kept):
        result = ic.check(drawn(FIGURE_1, sites=9, average="persons"), "all")
        assert len(remaining(result, [result["itt"], result["direct M1 Y"]], name).kept) == kept


def test_the_shared_arrow_is_used_by_a_step_of_the_derivation():
    finding = ic.check(drawn(SHARED, unobserved=["H"], sites=30))["total M2 Y"]
    (step,) = [step for step in finding.best.derivation if step.numerals == ("vii",)]
    assert "the shared arrow M1 -> H being the same in all sites" in step.reason
    plain = ic.check(drawn(FIGURE_1, sites=9))["direct M1 Y"]
    assert not any("shared" in step.reason for step in plain.best.derivation)


class TestWhatThePaperSays:
    MTO = drawn("T -> V -> NP -> Y; V -> Y", sites=5)

    def test_four_conditions_between_sites_stand_as_four(self):
        """Section 5: a) NP's effect and take-up, b) NP's and V on NP, c) V's and take-up, d) V's and V on NP."""
        (vii,) = [a for a in ic.check(self.MTO).assumptions if a.numeral == "vii"]
        (said,) = [line for line in vii.details if "4 pairs" in line]
        assert said.endswith(
            "a) the effect of NP on Y and the effect of T on V; b) the effect of NP on Y and the effect of V on NP; "
            "c) the direct effect of V on Y and the effect of T on V; d) the direct effect of V on Y and the effect of V on NP."
        )

    def test_the_nine_alone_do_not_identify_the_total_effect_in_figure_1(self):
        result = ic.check(drawn(FIGURE_1, sites=9))
        assert result["total M1 Y"].reason.endswith("the nine assumptions do not identify it")
        assert "the nine" not in result["direct M1 Y"].reason
        assert "the nine" not in ic.check(self.MTO)["total V Y"].reason

    @pytest.mark.parametrize(
        ("arrows", "sites", "said"),
        [
            ("T -> M -> Y", 1, "section 2, for one site and one mediator: seven assumptions."),
            (
                "T -> M -> Y",
                5,
                "read for one mediator, which leaves (v) empty. (v.a) and (v.b) are from their section 3",
            ),
            ("T -> {A B} -> Y", 5, "section 4, for several sites and several mediators: nine assumptions."),
            (FIGURE_1, 5, "with the arrows between mediators in place of (v), as in their section 5."),
        ],
    )
    def test_which_list_it_is(self, arrows, sites, said):
        assert said in which_list(drawn(arrows, sites=sites))

    def test_an_exact_fit_has_nothing_to_be_checked_against(self):
        for sites, said in (
            (2, "the regression fits exactly"),
            (3, "leave almost nothing to test"),
            (4, "scatter around a plane through the origin"),
        ):
            (vii,) = [a for a in ic.check(drawn(FIGURE_1, sites=sites)).assumptions if a.numeral == "vii"]
            assert said in vii.check_text
            assert vii.falsifiable == (sites == 4)


class TestAsTheRegressionHasIt:
    """Titles and examples follow the regression of the effect, not the list of the design."""

    CHAIN = "T -> {M N}; M -> N; N -> Y"

    def test_titles_for_one_regressor(self):
        found = of(drawn(FIGURE_1, sites=9), "total M1 Y")
        assert found["vii"].title == "Between-site compliance-effect independence"
        assert found["vi"].title == "No within-site compliance-effect covariance"
        both = of(drawn(FIGURE_1, sites=9), "total M1 Y", "direct M1 Y")
        assert both["vii"].title == "Between-site cross-mediator compliance-effect independence"
        assert both["vi"].title == "No within-site compliance-effect covariance, along every upstream path"

    def test_weights_with_one_mediator(self):
        found = of(drawn("T -> M -> Y", sites=9), "direct M Y")
        assert found["x"].breaks == (
            "The effects of M on Y are larger, or smaller, in large sites, or in sites with balanced arms."
        )
        assert "does not change M should show no effect on Y" in found["ii"].check_text
        assert of(drawn(FIGURE_1, sites=9), "direct M1 Y")["x"].breaks.startswith("The mediators matter more")

    def test_what_breaks_a_zero_breaks_its_claim(self):
        found = of(drawn(self.CHAIN, sites=9), "direct M Y")
        assert [sentence for sentence, _ in found["v"].statements] == ["M affects Y only through N."]
        assert found["v"].breaks == "M changes Y even where N stays the same."
        assert of(drawn("T -> {M N} -> Y", sites=9), "direct M N")["v"].breaks == (
            "M changes N in a way that the graph leaves out."
        )

    def test_sites_that_the_largest_regression_needs(self):
        design = drawn("T -> {A B C}; A -> B; {A B C} -> Y", sites=9)
        found = of(design, "direct A B", "direct A Y")
        assert found["ix"].status_text.startswith("The graph allows it: 3 coefficients need at least 3 sites")
        assert found["ix"].status_text.count("The graph allows it") == 1
        assert "1 coefficient needs" in of(drawn("T -> M -> Y", sites=9), "direct M Y")["ix"].status_text
