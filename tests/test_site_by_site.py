"""Site by site: how it is granted, declared, offered as a mend, planned for and told."""

from __future__ import annotations

import json

import pytest

import identcheck as ic
from tests.drawn import FIGURE_2, drawn
from tests.tools import REPOSITORY

MTO = REPOSITORY / "examples" / "moving_to_opportunity_two_arms.toml"
ONE = "T -> M -> Y"
TOGETHER = ic.correlated("T -> M", "M -> Y", "sites")


class TestGranting:
    def test_vii_is_not_needed(self):
        finding = ic.check(drawn(ONE, sites=9), ["vi", "everywhere"])["total M Y"]
        assert finding.verdict is ic.Verdict.IDENTIFIED
        assert finding.best.site_by_site
        assert finding.rests_on == ("i", "ii", "iii", "iv", "vi", "viii", "everywhere")

    def test_no_numeral_grants_it(self):
        finding = ic.check(drawn(ONE, sites=9, declarations=[TOGETHER]), "all")["total M Y"]
        assert finding.verdict is ic.Verdict.CONDITIONAL
        assert [c.assumption for c in finding.missing] == ["everywhere"]

    def test_declared_it_counts_as_met_and_is_named(self):
        finding = ic.check(drawn(ONE, sites=9, works_everywhere=True), "vi")["total M Y"]
        assert finding.verdict is ic.Verdict.IDENTIFIED
        assert finding.missing == ()
        assert "everywhere" in finding.rests_on

    def test_justified(self):
        design = drawn(ONE, sites=9, justifications={"vi": "So.", "everywhere": "All districts had places."})
        assert ic.check(design, "justified")["total M Y"].verdict is ic.Verdict.IDENTIFIED

    def test_is_listed_beside_where_nothing_is_granted(self):
        finding = ic.check(drawn(ONE, sites=9))["total M Y"]
        assert [s.site_by_site for s in finding.strategies] == [False, False, True]
        assert not finding.best.site_by_site

    def test_moving_to_opportunity_with_two_vouchers(self):
        result = ic.check(ic.load(MTO), ["vi", "everywhere"])
        for effect in ("direct V Y", "direct NP Y", "total V Y"):
            assert result[effect].verdict is ic.Verdict.IDENTIFIED
            assert result[effect].best.site_by_site
        alone = ic.check(drawn(FIGURE_2, sites=5), ["vi", "everywhere"])
        assert alone["total V Y"].best.site_by_site
        assert alone["direct NP Y"].verdict is ic.Verdict.CONDITIONAL


class TestDeclaring:
    def test_only_true_or_false(self):
        with pytest.raises(ic.InvalidDesignError, match=r"works_everywhere is 'yes'; write true where"):
            drawn(ONE, works_everywhere="yes")

    def test_in_a_file_with_its_line(self):
        text = 'graph = "T -> M -> Y"\ntreatment = "T"\noutcome = "Y"\nworks_everywhere = "yes"\n'
        with pytest.raises(
            ic.InvalidDesignError, match="line 4: 'works_everywhere' is text, expected true or false"
        ):
            ic.Design.from_text(text)

    @pytest.mark.parametrize("format", ["toml", "json", "dagitty", "lavaan", "dot"])
    def test_is_kept(self, format):
        design = drawn(ONE, sites=9, works_everywhere=True)
        assert ic.Design.from_text(ic.dumps(design, format), format).works_everywhere
        assert "works_everywhere" not in ic.dumps(drawn(ONE, sites=9), format)

    def test_a_difference_between_designs(self):
        before, after = (
            ic.check(drawn(ONE, sites=9, works_everywhere=works), "vi") for works in (False, True)
        )
        (change,) = ic.compare(before, after).design
        assert change.kind == "everywhere"
        assert str(change) == "that treatment moves the mediators in every site is declared"


class TestElsewhere:
    def test_a_mend_where_only_it_is_missing(self):
        result = ic.check(drawn(ONE, sites=9, declarations=[TOGETHER]), "all")
        found = [m for m in ic.mends(result, "total M Y") if "in each of them" in m.change]
        assert [m.verdict for m in found] == [ic.Verdict.IDENTIFIED]

    def test_a_plan_says_whose_numbers_it_gives(self):
        diagnosis = ic.diagnose(drawn(ONE, sites=20, works_everywhere=True), assume="vi")
        effect = diagnosis["direct M Y"]
        assert effect.se
        assert not effect.question.strategy.site_by_site
        assert "numbers of the regression over sites" in effect.record()["note"]

    def test_a_plan_has_no_numbers_without_a_regression_over_sites(self):
        diagnosis = ic.diagnose(drawn(ONE, sites=20, declarations=[TOGETHER]), assume=["vi", "everywhere"])
        assert diagnosis["direct M Y"].se is None
        assert "a mean of such ratios has no moments" in diagnosis["direct M Y"].record()["note"]

    def test_the_rest_of_a_plan_takes_it(self):
        design = drawn(ONE, sites=20, works_everywhere=True)
        assert ic.simulate(design, reps=20, seed=1, assume="vi")
        assert ic.sensitivity(design, assume="vi")
        assert ic.falsify(design, reps=20, seed=1, assume="vi")

    def test_a_report_says_in_a_sentence_what_it_buys(self):
        text = " ".join(ic.check(ic.load(MTO), "all").render("text").split())
        assert "Without (vii)." in text
        assert "it does not matter how compliances and effects go together between sites" in text
        assert "an average of ratios has no moments" in text

    def test_a_report_of_what_rests_on_it(self):
        text = " ".join(ic.check(ic.load(MTO), ["vi", "everywhere"]).render("text").split())
        assert "Site by site: the equations of each site" in text
        assert "Give the compliance of each site with its error" in text
        assert "Without (vii)." not in text

    @pytest.mark.parametrize("format", ["text", "markdown", "html", "latex", "json"])
    def test_every_format(self, format):
        made = ic.check(ic.load(MTO), ["vi", "everywhere"]).render(format, full=True)
        assert "every site" in (json.dumps(json.loads(made)) if format == "json" else made)

    def test_what_remains_without_vii(self):
        result = ic.check(ic.load(MTO), "all")
        text = " ".join(result.render("text", document="grant").split())
        assert "site by site, each solved by itself and then averaged" in text
