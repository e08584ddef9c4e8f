"""The numbered list for the design at hand: which numerals, what they say, and whether it is true."""

from __future__ import annotations

import itertools
import re

import pytest

from identcheck import Assumption, Design, Verdict, check, direct
from identcheck.decide.assumptions import also_given, assumption_list
from identcheck.symbols.typeset import unicode
from tests.drawn import CHAIN, FIGURE_1, FIGURE_2, PARALLEL, drawn
from tests.exact.worlds import cases

BY_DESIGN, ENCODED, OPEN, VIOLATED = "holds by design", "encoded in the graph", "to be justified", "violated"
SEVEN = ("i", "ii", "iii", "iv", "v", "vi", "vii")
NINE = (*SEVEN, "viii", "ix")
ONE_MEDIATOR = ("i", "ii", "iii", "iv", "v", "v.a", "v.b", "vi", "vii", "viii", "ix")


def listed(design: Design) -> dict[str, Assumption]:
    return {a.numeral: a for a in assumption_list(design)}


def statuses(design: Design) -> dict[str, str]:
    return {numeral: a.status for numeral, a in listed(design).items()}


def words(a: Assumption) -> str:
    """All prose of one assumption."""
    parts = [a.title, a.statement, a.reason, a.status_text, a.check_text, a.breaks, *a.details]
    return " | ".join([*parts, *(f"{r.heading} {r.text}" for r in a.remarks)])


class TestWhichNumerals:
    @pytest.mark.parametrize(
        ("arrows", "options", "expected"),
        [
            ("T -> M -> Y", {"sites": 1}, SEVEN),
            ("T -> M -> Y", {"sites": 1, "weights": "precision", "average": "persons"}, SEVEN),
            ("T -> M -> Y", {"sites": 9, "weights": "sites"}, ONE_MEDIATOR),
            ("T -> M -> Y", {}, (*ONE_MEDIATOR, "x")),
            (PARALLEL, {"sites": 9, "weights": "sites"}, NINE),
            (PARALLEL, {"sites": 9}, (*NINE, "x")),
            (PARALLEL, {"sites": 9, "weights": "persons", "average": "persons"}, NINE),
            (PARALLEL, {"sites": 9, "weights": "sites", "average": "persons"}, (*NINE, "x")),
            (FIGURE_1, {}, (*NINE, "x")),
            ("{T1 T2} -> {M1 M2} -> Y", {"sites": 1}, NINE),
            (FIGURE_1 + "; T -> Y", {"sites": 3}, (*NINE, "x")),
        ],
        ids=str,
    )
    def test_in_order(self, arrows, options, expected):
        design = drawn(arrows, **options)
        assert tuple(a.numeral for a in assumption_list(design)) == expected
        assert design.numerals == expected
        assert tuple(a.numeral for a in check(design).assumptions) == expected

    def test_every_one_is_complete(self):
        for design in [case.design for case in cases(30)] + [drawn("T -> M -> Y", sites=1)]:
            for a in assumption_list(design):
                assert a.status in (BY_DESIGN, ENCODED, OPEN, VIOLATED)
                assert a.check in ("can be verified", "can be falsified", "cannot be checked with data")
                assert a.falsifiable is (a.check != "cannot be checked with data")
                assert a.open is (a.status != BY_DESIGN)
                for text in (a.title, a.statement, a.reason, a.status_text, a.check_text, a.breaks):
                    assert text.strip(), (a.numeral, str(design))
                    assert "  " not in text
                for text in (a.statement, a.status_text, a.breaks):
                    assert text[0].isupper() or not text[0].isalpha()
                    assert text.endswith(".")
                assert a.latex == r" ;\quad ".join(a.formulas)
                assert all(unicode(f) for f in (*a.formulas, *a.detail_formulas))

    def test_there_is_always_a_formula(self):
        for design in [case.design for case in cases(30)]:
            for a in assumption_list(design):
                assert a.formulas, (a.numeral, str(design))


class TestOneSiteOneMediator:
    labels = {"T": "the offer", "M": "tutoring", "Y": "reading"}  # noqa: RUF012

    def test_titles(self):
        assert [a.title for a in assumption_list(drawn("T -> M -> Y", sites=1))] == [
            "Stable unit treatment values (SUTVA)",
            "Exclusion restriction",
            "Person-specific linearity of the mediator",
            "Person-specific linearity of the outcome",
            "No person-specific compliance-effect covariance",
            "Effectiveness of the instrument",
            "Ignorable treatment assignment",
        ]

    def test_formulas(self):
        found = {n: unicode(a.latex) for n, a in listed(drawn("T -> M -> Y", sites=1)).items()}
        assert found["ii"] == "Y(t, m) = Y(m)"
        assert found["iii"] == "M(t) = M(0) + t Γ"
        assert found["iv"] == "Y(m) = Y(0) + m Δ"
        assert found["v"] == "Cov(Γ, Δ) = 0"
        assert found["vi"] == "γ ≠ 0"
        assert found["vii"] == "T ⊥ { Y(t, m), M(t) }"

    def test_statuses(self):
        assert statuses(drawn("T -> M -> Y", sites=1)) == {
            "i": OPEN, "ii": ENCODED, "iii": OPEN, "iv": OPEN, "v": OPEN, "vi": OPEN, "vii": BY_DESIGN,
        }  # fmt: skip

    def test_binary_causes_make_linearity_hold(self):
        design = drawn("T -> M -> Y", sites=1, scales={"T": "binary", "M": "binary"})
        assert statuses(design)["iii"] == statuses(design)["iv"] == BY_DESIGN
        only_t = drawn("T -> M -> Y", sites=1, scales={"T": "binary", "M": "continuous"})
        assert (statuses(only_t)["iii"], statuses(only_t)["iv"]) == (BY_DESIGN, OPEN)

    def test_cwate_and_the_other_literature_are_discussed_at_v(self):
        found = listed(drawn("T -> M -> Y", sites=1))
        text = words(found["v"])
        assert "compliance-weighted average treatment effect (CWATE)" in text
        assert "Heckman and Vytlacil" in text
        assert "Wooldridge" in text
        assert "(v)" in text
        assert not [n for n, a in found.items() if n != "v" and "CWATE" in words(a)]

    @pytest.mark.parametrize(
        ("scales", "noncompliance", "late", "tot"),
        [
            ({}, None, False, False),
            ({"T": "binary"}, None, False, False),
            ({"M": "binary"}, None, False, False),
            ({"T": "binary", "M": "continuous"}, None, False, False),
            ({"T": "binary", "M": "binary"}, None, True, False),
            ({"T": "binary", "M": "binary"}, "one-sided", True, True),
        ],
        ids=str,
    )
    def test_late_and_tot_only_where_declared(self, scales, noncompliance, late, tot):
        graph = drawn("T -> M -> Y").graph.copy()
        if noncompliance:
            graph.edges["T", "M"]["noncompliance"] = noncompliance
        design = Design(graph, treatment="T", outcome="Y", sites=1, scales=scales)
        text = " ".join(words(a) for a in assumption_list(design))
        assert ("LATE" in text) is late
        assert ("TOT" in text) is tot

    def test_sentences_use_the_labels(self):
        found = listed(drawn("T -> M -> Y", sites=1, labels=self.labels))
        assert found["ii"].statement == "The offer affects reading only through tutoring."
        assert found["v"].statement == (
            "From person to person, the effect of the offer on tutoring is uncorrelated with the effect of tutoring on "
            "reading."
        )
        assert found["vi"].statement == "On average, the offer changes tutoring."
        for a in found.values():
            assert not re.search(r"\b[TMY]\b", a.statement + a.breaks)

    def test_several_arms(self):
        """One site, one mediator, two arms: every part of the answer can be had."""
        for scales in ({}, {"T1": "binary", "T2": "binary", "M": "binary"}):
            for arrows in ("{T1 T2} -> M -> Y", "T2 -> M -> Y; T1 -> Y", "{T1 T2} -> M -> Y; T1 -> Y"):
                design = drawn(arrows, sites=1, scales=scales)
                assert [a.numeral for a in assumption_list(design)] == list(SEVEN)
                assert check(design, "all").render("text")

    def test_the_site_is_not_spoken_of_as_several(self):
        text = " ".join(words(a) for a in assumption_list(drawn("T -> M -> Y", sites=1)))
        assert "within sites" not in text
        assert "each site" not in text
        assert "every site" not in text


class TestManySitesOneMediator:
    found = listed(drawn("T -> M -> Y", sites=9))

    def test_pooled_ones_stand_beside_the_regressions(self):
        assert unicode(self.found["v.a"].latex) == "E[Cov_s(Γ, Δ)] = 0"
        assert unicode(self.found["v.b"].latex) == "Cov(γ_s, δ_s) = 0"
        assert unicode(self.found["vi"].latex) == "Cov_s(Γ, Δ) = 0"
        assert unicode(self.found["vii"].latex) == "E[δ_s | γ_s] = E[δ_s]"
        assert unicode(self.found["ix"].latex) == "γ_s ≠ 0 for some s"

    def test_parallel_is_vacuous(self):
        assert self.found["v"].status == BY_DESIGN

    @pytest.mark.parametrize(
        ("varies", "expected"),
        [
            ({"M -> Y": "sites"}, (BY_DESIGN, OPEN, BY_DESIGN, OPEN)),
            ({"M -> Y": "none"}, (BY_DESIGN, BY_DESIGN, BY_DESIGN, BY_DESIGN)),
            ({"T -> M": "sites"}, (BY_DESIGN, OPEN, BY_DESIGN, OPEN)),
            ({"T -> M": "none"}, (BY_DESIGN, BY_DESIGN, BY_DESIGN, BY_DESIGN)),
            ({}, (OPEN, OPEN, OPEN, OPEN)),
        ],
        ids=str,
    )
    def test_statuses_follow_what_varies(self, varies, expected):
        found = statuses(drawn("T -> M -> Y", varies, sites=9))
        assert tuple(found[n] for n in ("v.a", "v.b", "vi", "vii")) == expected

    @pytest.mark.parametrize("arms", [["T1", "T2"], ["T2", "T1"]])
    def test_an_arm_that_does_not_reach_the_mediator_settles_nothing(self, arms):
        """T1 -> M -> Y; T2 -> Y: (v.a) and (v.b) are about the arm that moves M, whichever is named first."""
        found = listed(drawn("T1 -> M -> Y; T2 -> Y", treatment=arms, sites=9))
        assert found["v.a"].status == found["v.b"].status == OPEN
        for numeral in ("v.a", "v.b"):
            assert "0, Δ" not in unicode(found[numeral].latex)
            assert "γ" in unicode(found[numeral].latex) or "Γ" in unicode(found[numeral].latex)

    def test_several_arms_each_have_a_formula(self):
        found = listed(drawn("{T1 T2} -> M -> Y", sites=9))
        for numeral in ("v.a", "v.b", "vi", "vii", "ix"):
            formula = unicode(found[numeral].latex)
            assert ("T1" in formula and "T2" in formula) or "arm" in formula or "l" in formula, (
                numeral,
                formula,
            )


class TestParallel:
    design = drawn(
        PARALLEL, sites=9, labels={"T": "the offer", "M1": "hours", "M2": "income", "Y": "distress"}
    )
    found = listed(design)

    def test_titles(self):
        assert [a.title for a in self.found.values()] == [
            "Stable unit treatment values (SUTVA)",
            "Exclusion restriction",
            "Person-specific linearity of the mediators",
            "Person-specific linearity of the outcome, no interactions",
            "Parallel mediators",
            "No within-site compliance-effect covariance",
            "Between-site cross-mediator compliance-effect independence",
            "Ignorable treatment assignment within sites",
            "Sufficient rank of the site-by-mediator compliance matrix",
            "Weights unrelated to effects",
        ]

    def test_statuses(self):
        assert statuses(self.design) == {
            "i": OPEN, "ii": ENCODED, "iii": OPEN, "iv": OPEN, "v": ENCODED, "vi": OPEN, "vii": OPEN,
            "viii": BY_DESIGN, "ix": OPEN, "x": OPEN,
        }  # fmt: skip

    def test_v_says_that_no_mediator_affects_another(self):
        assert "No mediator affects another" in self.found["v"].statement
        assert (
            "No arrow between M1 and M2: neither hours nor income affects the other directly."
            in self.found["v"].details
        )

    def test_vi_is_own_mediator_only(self):
        assert unicode(self.found["vi"].latex) == "Cov_s(Γ_1, Δ_1) = 0 ; Cov_s(Γ_2, Δ_2) = 0"
        assert self.found["vi"].detail_formulas == ()

    def test_vii_is_cross_mediator(self):
        assert (
            unicode(self.found["vii"].latex)
            == "E[δ_1s | γ_1s, γ_2s] = E[δ_1s] ; E[δ_2s | γ_1s, γ_2s] = E[δ_2s]"
        )

    def test_ix_gives_its_three_consequences(self):
        text = " ".join(self.found["ix"].details)
        for part in ("(ix.a)", "(ix.b)", "(ix.c)"):
            assert part in text

    def test_binary_causes_leave_additivity_to_be_argued(self):
        design = drawn(PARALLEL, sites=9, scales={"T": "binary", "M1": "binary", "M2": "binary"})
        assert statuses(design)["iii"] == BY_DESIGN
        assert statuses(design)["iv"] == OPEN
        assert "add up" in listed(design)["iv"].status_text

    def test_crc_remark_is_at_vi(self):
        assert "Heckman and Vytlacil" in words(self.found["vi"])
        assert "(vi)" in words(self.found["vi"])

    def test_what_can_be_checked(self):
        """Theory section 4: (v) cannot be verified, (vii) can only be falsified, (ix) can be verified."""
        assert {n: a.check for n, a in self.found.items()} == {
            "i": "cannot be checked with data",
            "ii": "can be falsified",
            "iii": "can be falsified",
            "iv": "cannot be checked with data",
            "v": "cannot be checked with data",
            "vi": "cannot be checked with data",
            "vii": "can be falsified",
            "viii": "can be falsified",
            "ix": "can be verified",
            "x": "can be falsified",
        }

    def test_vii_cannot_be_falsified_without_enough_sites(self):
        assert not listed(drawn(PARALLEL, sites=2))["vii"].falsifiable
        assert listed(drawn(PARALLEL))["vii"].falsifiable

    def test_justifications_are_the_users(self):
        found = listed(drawn(PARALLEL, sites=9, justifications={"vii": "Sites were alike."}))
        assert found["vii"].justification == "Sites were alike."
        assert found["vi"].justification == ""


class TestNonParallel:
    labels = {"T": "the offer", "M1": "hours", "M2": "income", "Y": "distress"}  # noqa: RUF012
    found = listed(drawn(FIGURE_1, sites=9, labels=labels))

    def test_v_lists_arrows_present_and_absent(self):
        assert self.found["v"].title == "Arrows between mediators (in place of parallel mediators)"
        assert self.found["v"].details == (
            "Arrow M1 -> M2: hours may affect income (allowed).",
            "No arrow M2 -> M1: income does not affect hours in turn.",
        )
        assert unicode(self.found["v"].latex) == "Γ_2 = Γ*_2 + Γ_1 Λ_12"

    @pytest.mark.parametrize(
        ("arrows", "absent"),
        [
            (FIGURE_2, ["NP -> V", "T -> NP"]),
            (CHAIN, ["M2 -> M1", "T -> M2", "M1 -> Y"]),
            ("T -> {A B C} -> Y; A -> B", ["B -> A", "between A and C", "between B and C"]),
        ],
    )
    def test_every_absent_arrow_is_an_assumption(self, arrows, absent):
        lines = [line for line in listed(drawn(arrows))["v"].details if line.startswith("No arrow")]
        assert len(lines) == len(absent)
        for arrow in absent:
            assert sum(f"No arrow {arrow}:" in line for line in lines) == 1

    def test_all_pairs_are_accounted_for(self):
        """Of every two mediators: an arrow, and its absence in turn; or none, and that both are absent."""
        for case in cases(40):
            design = case.design
            if len(design.mediators) < 2:
                continue
            text = " ".join(listed(design)["v"].details)
            for a, b in itertools.combinations(design.mediators, 2):
                if design.causal.has_edge(a, b):
                    assert f"Arrow {a} -> {b}:" in text
                    assert f"No arrow {b} -> {a}:" in text
                else:
                    assert f"No arrow between {a} and {b}:" in text
            for arm, m in itertools.product(design.treatments, design.mediators):
                assert (f"No arrow {arm} -> {m}:" in text) is not design.causal.has_edge(arm, m)

    def test_vi_along_every_upstream_pathway(self):
        assert self.found["vi"].title.endswith("along every upstream path")
        (expansion,) = map(unicode, self.found["vi"].detail_formulas)
        for term in (
            "Cov_s(Γ*_2, Δ_2)",
            "γ_1s Cov_s(Λ_12, Δ_2)",
            "λ_12s Cov_s(Γ_1, Δ_2)",
            "μ_s(Γ_1, Λ_12, Δ_2)",
        ):
            assert term in expansion

    def test_vii_with_the_term_the_paper_leaves_out(self):
        formulas = [unicode(f) for f in self.found["vii"].detail_formulas]
        assert len(formulas) == 2
        for k, formula in zip("12", formulas, strict=True):
            assert formula.startswith(f"Cov(γ_2s, δ_{k}s) = ")
            assert f"Cov(Cov_s(Γ_1, Λ_12), δ_{k}s)" in formula

    def test_linearity_in_a_mediator_is_a_claim_unless_it_is_binary(self):
        """NP = NP(0) + m_V Lambda: a binary treatment does not settle how NP responds to V."""
        assert statuses(drawn(FIGURE_2, scales={"T": "binary"}))["iii"] == OPEN
        assert statuses(drawn(FIGURE_2, scales={"T": "binary", "V": "continuous"}))["iii"] == OPEN
        assert statuses(drawn(FIGURE_2, scales={"T": "binary", "V": "binary"}))["iii"] == BY_DESIGN
        assert statuses(drawn(FIGURE_1, scales={"T": "binary", "M1": "binary"}))["iii"] == OPEN  # must add up

    def test_what_does_not_vary_holds_by_design(self):
        flat = drawn(FIGURE_1, {"M1 -> Y": "none", "M2 -> Y": "none"}, sites=9)
        assert statuses(flat)["vi"] == statuses(flat)["vii"] == BY_DESIGN
        half = drawn(FIGURE_1, {"M1 -> Y": "none"}, sites=9)
        assert statuses(half)["vi"] == statuses(half)["vii"] == OPEN
        assert unicode(listed(half)["vi"].latex) == "Cov_s(Γ_2, Δ_2) = 0"

    def test_structural_rank_failure_is_violated(self):
        found = listed(drawn(FIGURE_2, {"V -> NP": "none"}, sites=50))["ix"]
        assert found.status == VIOLATED
        assert "rank 1 of 2 at any number of sites" in found.status_text
        assert statuses(drawn("T -> {M1 M2 M3} -> Y", sites=2))["ix"] == VIOLATED
        assert statuses(drawn("{T1 T2} -> {M1 M2 M3} -> Y", sites=2))["ix"] == OPEN


class TestExclusionViolated:
    found = listed(drawn(FIGURE_1 + "; T -> Y", sites=9))

    def test_status(self):
        assert self.found["ii"].status == VIOLATED
        assert "T -> Y" in self.found["ii"].status_text

    def test_vii_does_not_speak_against_its_own_intercept(self):
        """The regression has an intercept here; only curvature speaks against (vii)."""
        assert "through the origin" not in self.found["vii"].check_text
        assert "intercept, speaks against" not in self.found["vii"].check_text

    def test_outcome_linearity_covers_treatment(self):
        """Y(t, m) = Y(0) + t B* + ...: the sentence has as many causes as the formula."""
        assert "t B*" in unicode(self.found["iv"].latex)
        assert " T" in self.found["iv"].statement

    def test_a_path_through_a_node_that_is_not_measured_violates_it_too(self):
        found = listed(drawn("T -> {x M} -> Y", unobserved=["x"], sites=9))
        assert found["ii"].status == VIOLATED
        assert "T -> x -> Y" in found["ii"].status_text

    def test_nothing_is_violated_where_the_direct_effects_are_identified(self):
        """An IDENTIFIED effect beside a violated (ii): the list must at least say by which arm."""
        for arrows, clean in (("{T1 T2} -> M -> Y; T1 -> Y", "T2"), ("T1 -> M -> Y; T2 -> Y", "T1")):
            design = drawn(arrows, sites=9)
            finding = check(design, "all")[direct("M", "Y")]
            assert finding.verdict is Verdict.IDENTIFIED
            assert finding.best.arms == (clean,)
            found = listed(design)["ii"]
            assert found.status != VIOLATED or clean in found.status_text, found.status_text


class TestNothingMeasured:
    """The only mediator is not measured: nothing about it holds by design because of that."""

    @pytest.mark.parametrize("sites", [1, 9, None])
    def test_no_claim_is_said_to_hold(self, sites):
        found = listed(drawn("T -> x -> Y", unobserved=["x"], sites=sites))
        covariance = ["v"] if sites == 1 else ["v.a", "v.b", "vi", "vii"]
        for numeral in covariance:
            assert found[numeral].status != BY_DESIGN, words(found[numeral])
            assert found[numeral].statement

    def test_no_sentence_denies_that_coefficients_vary(self):
        found = listed(drawn("T -> x -> Y", unobserved=["x"], sites=9))
        text = " ".join(words(a) + unicode(a.latex) for a in found.values())
        assert "No coefficient" not in text
        assert "nothing varies" not in text
        assert "the same in all sites" not in text


class TestSentences:
    def test_one_regressor_gives_a_line_two_a_plane(self):
        """It is the number of regressors that counts, not of mediators."""
        assert "around a line" in listed(drawn(CHAIN, sites=30))["vii"].check_text
        assert "around a plane" in listed(drawn(PARALLEL, sites=30))["vii"].check_text
        assert "around a plane" not in listed(drawn("T -> {M1 M2 M3} -> Y", sites=30))["vii"].check_text

    @pytest.mark.parametrize(
        ("arrows", "hidden"),
        [(CHAIN, []), ("T -> {x M2} -> Y", ["x"]), ("T -> M1 -> M2 -> M3 -> Y", [])],
        ids=str,
    )
    def test_rank_is_broken_in_words_about_its_regressors(self, arrows, hidden):
        """With one regressor there is no second one to be proportional to."""
        design = drawn(arrows, unobserved=hidden, sites=9)
        assert "proportion" not in listed(design)["ix"].breaks

    def test_a_list_of_three_has_one_and(self):
        found = listed(drawn(PARALLEL, labels={"M1": "hours", "M2": "income", "Y": "distress"}))
        assert "hours and income and distress" not in found["viii"].statement
        assert "hours, income and distress" in found["viii"].statement

    @pytest.mark.parametrize("sites", [1, 5, None])
    def test_labels_that_begin_with_a_capital_keep_it(self, sites):
        labels = {"T": "Offer of a voucher", "V": "Lease-Up", "NP": "Poverty", "Y": "MH index"}
        design = drawn(FIGURE_2, sites=sites, labels=labels)
        text = " ".join(words(a) for a in assumption_list(design))
        for label in labels.values():
            assert label in text
            assert label.lower() not in text

    def test_a_label_in_lower_case_is_raised_only_at_the_start_of_a_sentence(self):
        design = drawn(FIGURE_2, sites=5, labels={"T": "mRNA dose", "V": "iPad use"})
        for a in assumption_list(design):
            for text in (a.statement, a.breaks, a.status_text):
                for label in ("mRNA dose", "iPad use"):
                    for found in re.finditer(label[0].upper() + label[1:], text):
                        assert found.start() == 0 or text[found.start() - 2] == "."

    def test_no_double_articles_or_missing_words(self):
        for design in [case.design for case in cases(30)]:
            for a in assumption_list(design):
                text = words(a)
                assert not re.search(r"\b(the the|of of|and and|to to|on on|None)\b", text), text
                assert " ." not in text
                assert ",." not in text
                assert "()" not in text
                assert "1 sites" not in text
                assert "1 coefficients" not in text

    def test_counts_agree_in_number(self):
        text = " ".join(listed(drawn(FIGURE_1 + "; T -> Y", sites=9))["ix"].details)
        assert "one an arm" not in text  # there is one arm, and no need to say so


class TestAlsoGiven:
    def test_headings(self):
        assert [r.heading for r in also_given(drawn(FIGURE_2, sites=5))] == [
            "No attrition related to treatment",
            "Mediators measured without error related to treatment",
            "What the sites stand for",
        ]

    def test_numeral_of_ignorability(self):
        assert "(viii)" in also_given(drawn(FIGURE_2))[0].text
        assert "(vii)" in also_given(drawn("T -> M -> Y", sites=1))[0].text

    def test_unit_averaged_over(self):
        assert "over sites, each counting once" in also_given(drawn(FIGURE_2))[2].text
        assert "over persons" in also_given(drawn(FIGURE_2, average="persons"))[2].text
        assert "over the persons of the site" in also_given(drawn("T -> M -> Y", sites=1))[2].text

    def test_baseline_nodes_are_named_and_called_harmless(self):
        design = drawn(FIGURE_2 + "; U -> {V Y}; age -> U", labels={"U": "motivation"}, unobserved=["U"])
        last = also_given(design)[-1]
        assert last.heading == "Causes fixed before treatment"
        assert "motivation" in last.text
        assert "age" in last.text
        assert "harmless" in last.text
        assert "motivation" in check(design).render("text")

    def test_random_error_lowers_precision_and_biases_nothing(self):
        said = also_given(drawn(FIGURE_2))[1].text
        assert "random error does not bias the contrasts" in said
        assert "lowers the conditional F" in said


def test_a_long_chain_is_answered_and_says_what_is_not_written_out():
    """Expansions double with every arrow of a path; what is too long is left out, and the list says so."""
    names = ["T", *(f"M{i}" for i in range(30)), "Y"]
    chain = drawn(" -> ".join(names), sites=20)
    found = {a.numeral: " ".join(a.details) for a in assumption_list(chain)}
    assert "has too many terms to print" in found["vi"]
    assert "is not written out" in found["vii"]
