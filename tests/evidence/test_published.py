"""The numbers that others published, or that were computed from published tables, to all their digits."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import identcheck as ic
from identcheck.evidence.minimum import minimum
from identcheck.evidence.weighted import Fit
from tests.evidence.shared import parallel, published

LIPIDS = {
    "L": ("ldlc", "ldlcse"),
    "H": ("hdlc", "hdlcse"),
    "G": ("trig", "trigse"),
    "Y": ("chdlodds", "chdloddsse"),
}


class TestWaterworth:
    """28 variants in place of sites, three mediators (Waterworth et al. 2010)."""

    @pytest.fixture
    def found(self):
        table = ic.read_site_effects(
            published("waterworth2010_lipids_chd_28.csv"), site="variant", effects=LIPIDS
        )
        return ic.examine(parallel("L", "H", "G", sites=28), table, assume="all")

    @pytest.mark.parametrize(
        ("mediator", "value", "classical", "common", "conditional"),
        [
            ("L", 1.9252, 0.4394, 0.3066, 21.4286),
            ("H", -0.5897, 0.5550, 0.3872, 13.6513),
            ("G", 0.7225, 0.2301, 0.1605, 14.8813),
        ],
    )
    def test_coefficients_errors_and_conditional_f(
        self, found, mediator, value, classical, common, conditional
    ):
        estimate = found[ic.direct(mediator, "Y")].estimates["wls"]
        assert round(estimate.value, 4) == value
        assert round(estimate.classical, 4) == classical
        assert round(estimate.common, 4) == common
        assert round(found.strength[mediator].conditional, 4) == conditional
        assert found.strength[mediator].df == 26

    @pytest.mark.parametrize(
        ("mediator", "value", "classical", "common", "cr1", "cr3", "cr2", "df"),
        [
            ("L", 1.9251827, 0.4394242, 0.30657862, 0.41441226, 0.46597458, 0.43073404, 6.04),
            ("H", -0.5897134, 0.5549954, 0.38721060, 0.63980558, 0.77004621, 0.68641675, 4.67),
            ("G", 0.7225382, 0.2300984, 0.16053562, 0.24138532, 0.27944251, 0.25387426, 9.27),
        ],
    )
    def test_six_digits_of_other_programs(self, found, mediator, value, classical, common, cr1, cr3, cr2, df):
        """R 4.2: lm, metafor 3.8 (scale 1), clubSandwich 0.5.8 (CR1S; CR2 and CR3 with target 1 / w, CR3 times sqrt(27/28)).

        Degrees by 200,000 draws of errors with variance 1 / w; clubSandwich's own are 6.36, 3.81 and 7.99, for errors of one
        variance.
        """
        one = found[ic.direct(mediator, "Y")]
        estimate = one.estimates["wls"]
        assert estimate.value == pytest.approx(value, abs=1e-7)
        assert (estimate.classical, estimate.common) == pytest.approx((classical, common), abs=1e-7)
        assert (estimate.cr1, estimate.se) == pytest.approx((cr1, cr3), abs=1e-7)
        assert estimate.df == pytest.approx(df, rel=0.01)
        half = (estimate.interval[1] - estimate.interval[0]) / 2
        assert half / stats.t.ppf(0.975, estimate.df) == pytest.approx(cr2, abs=1e-7)

    def test_heterogeneity(self, found):
        test = found.tests["heterogeneity"]
        assert round(test.statistic, 4) == 51.3599
        assert (test.df, round(test.p, 5)) == ("25", 0.00144)

    def test_the_rank_test_that_minimises_is_one_number_for_all_three(self, found):
        rows = found["direct L Y"].regression.rows
        assert [round(minimum(rows.on(k)).q / 26, 5) for k in range(3)] == [12.02576] * 3

    def test_an_intercept_after_the_sites_are_turned_by_hand(self):
        frame = pd.read_csv(published("waterworth2010_lipids_chd_28.csv"))
        for column in ("hdlc", "trig", "chdlodds", "ldlc"):
            frame[column] *= np.sign(frame.ldlc)
        table = ic.SiteEffects.from_frame(frame, site="variant", effects=LIPIDS)
        design = parallel("L", "H", "G", sites=28)
        found = ic.examine(design, table, assume="all")
        every = [found[ic.direct(m, "Y")].estimates["intercept"] for m in "LHG"]
        assert [e.value for e in every] == pytest.approx([2.82928841, -0.66314131, 0.82693080], abs=1e-8)
        assert [e.classical for e in every] == pytest.approx([0.51533524, 0.49650000, 0.20912398], abs=1e-8)
        rows = found["direct L Y"].regression.rows
        fit = Fit(rows.adding(["intercept T"], np.ones((28, 1))))
        assert (fit.coefficients[-1], fit.classical[-1]) == pytest.approx((-0.02825777, 0.01043635), abs=1e-8)
        assert float(fit.residuals @ fit.residuals) == pytest.approx(39.34211, abs=1e-5)

    def test_one_mediator(self):
        effects = {node: LIPIDS[node] for node in "LY"}
        table = ic.read_site_effects(
            published("waterworth2010_lipids_chd_28.csv"), site="variant", effects=effects
        )
        found = ic.examine(parallel("L", sites=28), table, assume="all")
        estimate = found["direct L Y"].estimates["wls"]
        assert (round(estimate.value, 4), round(estimate.classical, 4)) == (2.8342, 0.5298)
        test = found.tests["heterogeneity"]
        assert (round(test.statistic, 4), test.df) == (99.5304, "27")
        assert found["direct L Y"].anderson_rubin() == ()
        assert found["direct L Y"].anderson_rubin_set().shape == "empty"


class TestStar:
    """Small classes in 79 schools; some schools' class sizes have no error at all."""

    @pytest.fixture
    def table(self):
        return ic.read_site_effects(
            published("star_kindergarten_by_school_small_vs_regular.csv"),
            site="school",
            effects={"C": ("gamma_csize", "se_gamma"), "Y": ("beta_pctile", "se_beta")},
            covariances={("C", "Y"): "cov_gamma_beta"},
            weights="w",
        )

    def test_two_stage_least_squares_and_the_ratio(self, table):
        found = ic.examine(parallel("C", sites=79), table, assume="all")["direct C Y"]
        assert round(found.estimates["wls"].value, 3) == -0.615
        assert round(found.estimates["pooled"].value, 3) == -0.735

    def test_rows_without_error_are_named_and_kept(self, table):
        assert len(table.sites) == 79
        assert any("standard error of C is 0 in '1', '2'" in note for note in table.notes)
        found = ic.examine(parallel("C", sites=79), table, assume="all")
        assert found.strength["C"].df == 71

    def test_average_and_spread_of_compliance(self, table):
        gamma = table.effects[:, 0]
        assert (round(gamma.mean(), 2), round(gamma.std(ddof=1), 2)) == (-7.15, 2.94)


class TestDuncan:
    """Four welfare-to-work sites (Duncan, Morris and Rodrigues 2011): what every marginal F hides."""

    @pytest.fixture
    def frame(self):
        every = pd.read_csv(published("duncan2011_table3_partial.csv"))
        return every[every.group == "site"]

    def test_income_alone(self, frame):
        named = {"I": ("income_k", "income_k_se"), "Y": ("achieve", "achieve_se")}
        table = ic.SiteEffects.from_frame(frame, site="label", effects=named)
        found = ic.examine(parallel("I", sites=4), table, assume="all")
        estimate = found["direct I Y"].estimates["wls"]
        assert (round(estimate.value, 4), round(estimate.common, 4)) == (0.0596, 0.0185)
        assert (round(found.tests["heterogeneity"].statistic, 2), found.tests["heterogeneity"].df) == (
            0.65,
            "3",
        )

    def test_both(self, frame):
        named = {"I": ("income_k", "income_k_se"), "E": ("emp", "emp_se"), "Y": ("achieve", "achieve_se")}
        table = ic.SiteEffects.from_frame(frame, site="label", effects=named)
        found = ic.examine(parallel("I", "E", sites=4), table, assume="all")
        strength = found.strength
        assert [round(strength[m].f, 1) for m in "IE"] == [25.6, 14.5]
        assert [strength[m].conditional for m in "IE"] == pytest.approx([0.369383, 0.367446], abs=1e-6)
        for (m, other), by_hand in zip(
            (("income_k", "emp"), ("emp", "income_k")), (0.377912, 0.408165), strict=True
        ):
            psi = (
                frame[m] @ frame[other] / (frame[other] @ frame[other])
            )  # unweighted, which is not what is stated
            v = frame[f"{m}_se"] ** 2 + psi**2 * frame[f"{other}_se"] ** 2
            assert ((frame[m] - psi * frame[other]) ** 2 / v).sum() / 3 == pytest.approx(by_hand, abs=1e-6)
        common = [found[ic.direct(m, "Y")].estimates["wls"].common for m in "IE"]
        assert (round(common[0], 3), round(common[1], 2)) == (0.104, 1.72)
        liml = found["direct I Y"].estimates["liml"]
        assert liml.interval is None  # beside an unbounded set a standard error says nothing
        assert "unbounded" in liml.note
        assert found["direct I Y"].anderson_rubin_set().shape == "line"
