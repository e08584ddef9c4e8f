"""The numbers that others published, or that were computed from published tables, to all their digits."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import identcheck as ic
from identcheck.evidence.minimum import minimum
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
        slopes = [found[ic.direct(m, "Y")].estimates["intercept"].value for m in "LHG"]
        assert [round(b, 4) for b in slopes] == [2.8293, -0.6631, 0.8269]

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
        assert [round(strength[m].conditional, 3) for m in "IE"] == [0.369, 0.367]
        common = [found[ic.direct(m, "Y")].estimates["wls"].common for m in "IE"]
        assert (round(common[0], 3), round(common[1], 2)) == (0.104, 1.72)
        liml = found["direct I Y"].estimates["liml"]
        assert liml.interval is None  # beside an unbounded set a standard error says nothing
        assert "unbounded" in liml.note
        assert found["direct I Y"].anderson_rubin_set().shape == "line"
