"""Two arms that share a control, worked by hand: dense matrices of all rows, written out here independently."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import identcheck as ic
from identcheck.evidence.rows import Rows, together as together_of
from identcheck.evidence.scatter import differing
from identcheck.plots.site_scatter import _Part
from tests.drawn import drawn

SITES = 6


@pytest.fixture(scope="module")
def trial():
    """Per site 30 in A, 20 in B, 40 in control; effects on M, N and Y with covariances."""
    rng = np.random.default_rng(4)
    r = np.array([[1.0, 0.3, 0.5], [0.3, 1.0, 0.2], [0.5, 0.2, 2.0]])
    table = {name: [] for name in ("site", "arm", "n1", "n0", *"mny", "ms", "ns", "ys", "mn", "my", "ny")}
    for s in range(SITES):
        for arm, n in (("T1", 30), ("T2", 20)):
            cov = r * (1 / n + 1 / 40)
            m, k = 1 + rng.normal(size=2)
            y = 0.5 * m - 0.3 * k + rng.multivariate_normal(np.zeros(3), cov)[2]
            said = (f"s{s}", arm, n, 40, m, k, y, *np.sqrt(np.diag(cov)), cov[0, 1], cov[0, 2], cov[1, 2])
            for name, value in zip(table, said, strict=True):
                table[name].append(value)
    effects = ic.SiteEffects.from_frame(
        table, site="site", arm="arm", effects={"M": ("m", "ms"), "N": ("n", "ns"), "Y": ("y", "ys")},
        covariances={("M", "N"): "mn", ("M", "Y"): "my", ("N", "Y"): "ny"}, persons=("n1", "n0"),
    )  # fmt: skip
    design = drawn("T1 -> {M N}; T2 -> {M N}; {M N} -> Y", sites=SITES)
    z = np.column_stack([table["y"], table["m"], table["n"]])
    order = [2, 0, 1]
    blocks = []
    for n1, n2 in ((30, 20),):
        own = [r[np.ix_(order, order)] * (1 / n + 1 / 40) for n in (n1, n2)]
        both = r[np.ix_(order, order)] / 40
        blocks = own, both
    return ic.examine(design, effects, assume="all"), z, blocks


def covariance(c: np.ndarray, blocks) -> np.ndarray:
    """Of all rows of (y, m, n) c: two rows of a site share 1 / n_control."""
    own, both = blocks
    v = np.zeros((2 * SITES, 2 * SITES))
    for s in range(SITES):
        for a in range(2):
            for b in range(2):
                v[2 * s + a, 2 * s + b] = c @ (own[a] if a == b else both) @ c
    return v


def test_least_squares_and_cr3_leave_out_whole_sites(trial):
    found, z, blocks = trial
    w = np.linalg.inv(covariance(np.array([1.0, 0, 0]), blocks))
    y, g = z[:, 0], z[:, 1:]
    b = np.linalg.solve(g.T @ w @ g, g.T @ w @ y)
    without = []
    for s in range(SITES):
        k = np.repeat(np.arange(SITES), 2) != s
        own = w[np.ix_(k, k)]
        without.append(np.linalg.solve(g[k].T @ own @ g[k], g[k].T @ own @ y[k]))
    se = np.sqrt((SITES - 1) / SITES * ((np.array(without) - b) ** 2).sum(0))
    for i, m in enumerate("MN"):
        estimate = found[ic.direct(m, "Y")].estimates["wls"]
        assert estimate.value == pytest.approx(b[i], rel=1e-9)
        assert estimate.se == pytest.approx(
            se[i], rel=1e-9
        )  # CR3 is the jackknife over sites about the estimate


def test_the_panel_of_each_mediator_has_its_coefficient_as_its_slope(trial):
    """What the other mediators explain is taken off by the weights of the regression, which are those of the plan's cloud."""
    found, _, blocks = trial
    w = np.linalg.inv(covariance(np.array([1.0, 0, 0]), blocks))
    for k, m in enumerate("MN"):
        one = found[f"direct {m} Y"]
        part = _Part.of(one.regression.rows, k)
        assert part.x @ w @ part.y / (part.x @ w @ part.x) == pytest.approx(one.own.value, rel=1e-9)


def test_corrected_moments_count_the_errors_that_arms_share(trial):
    found, z, blocks = trial
    w = np.linalg.inv(covariance(np.array([1.0, 0, 0]), blocks))
    added = np.zeros((3, 3))
    for i in range(2 * SITES):
        for j in range(2 * SITES):
            if i // 2 == j // 2:
                added += w[i, j] * (blocks[0][i % 2] if i == j else blocks[1])
    moments = z.T @ w @ z - added
    expected = np.linalg.solve(moments[1:, 1:], moments[1:, 0])
    shown = [found[f"direct {m} Y"].estimates["corrected"].value for m in "MN"]
    assert shown == pytest.approx(expected, rel=1e-9)


def test_q_and_its_minimum_use_the_blocks(trial):
    found, z, blocks = trial

    def q(b):
        c = np.array([1.0, *(-np.asarray(b))])
        e = z @ c
        return e @ np.linalg.solve(covariance(c, blocks), e)

    lowest = found["direct M Y"].regression.lowest
    assert lowest.agreed
    assert q(lowest.b) == pytest.approx(lowest.q, rel=1e-9)
    rng = np.random.default_rng(0)
    assert all(q(lowest.b + step) >= lowest.q for step in rng.normal(scale=0.05, size=(200, 2)))
    test = found.tests["heterogeneity at minimum"]
    assert (test.statistic, test.df) == (lowest.q, str(2 * SITES - 2))
    v = covariance(np.array([1.0, 0, 0]), blocks)
    inverse = np.linalg.inv(v)
    g, y = z[:, 1:], z[:, 0]
    b = np.linalg.solve(g.T @ inverse @ g, g.T @ inverse @ y)
    e = y - g @ b
    assert found.tests["heterogeneity"].statistic == pytest.approx(e @ inverse @ e, rel=1e-9)


def test_strength_uses_the_blocks(trial):
    found, z, blocks = trial
    g, h = z[:, 1], z[:, 2]
    w = 1 / np.diag(covariance(np.array([0, 1.0, 0]), blocks))
    psi = (w * g) @ h / ((w * h) @ h)
    e = g - psi * h
    v = covariance(np.array([0, 1.0, -psi]), blocks)
    expected = e @ np.linalg.solve(v, e) / (2 * SITES - 1)
    assert found.strength["M"].conditional == pytest.approx(expected, rel=1e-9)
    assert found.strength["M"].df == 2 * SITES - 1


def test_leaving_out_an_arm(trial):
    found, _, _ = trial
    table = found["direct M Y"].leave_one_out
    assert [row["without"] for row in table.records()][-2:] == ["arm T1", "arm T2"]


def test_the_persons_give_the_shared_covariance():
    rng = np.random.default_rng(1)
    n = 400
    site, arm = rng.integers(0, 3, n), rng.integers(0, 3, n)
    y = rng.normal(size=n)
    made = ic.SiteEffects.from_persons(
        {"site": site, "g": arm, "y": y}, site="site", treatment={"T1": 1, "T2": 2}, arm="g", nodes={"Y": "y"}
    )
    for s, name in enumerate(made.sites):
        inside = y[(site == int(name)) & (arm == 0)]
        assert made.shared[s, 0, 0] == pytest.approx(inside.var(ddof=1) / len(inside))


def test_planned_and_found_has_the_compliances_of_each_arm(trial):
    """Mean and SD by hand: the variance of estimates, weighted, less that of sampling; the first arm's correlation."""
    found, z, blocks = trial
    arrows = {("T1", "M"): ic.Arrow(mean=1.5, between=0.4), ("T2", "M"): ic.Arrow(mean=0.7, between=0.2)}
    again = ic.examine(found.design, found.effects, assume="all", plan=ic.Plan(persons=90, arrows=arrows))
    rows = {(row["quantity"], row["about"]): row for row in again.records("compared")}
    own = blocks[0]
    for place, (arm, planned) in enumerate((("T1", 1.5), ("T2", 0.7))):
        for k, node in ((1, "M"), (2, "N")):
            values = z[place::2, k]  # weights of the rows of an arm are alike
            row = rows["mean compliance", f"{arm} on {node}"]
            assert row["found"] == pytest.approx(values.mean())
            if node == "M":
                assert row["planned"] == pytest.approx(planned)
            spread = max(values.var(ddof=1) - own[place][k, k], 0.0)
            assert rows["SD of compliance", f"{arm} on {node}"]["found"] == pytest.approx(np.sqrt(spread))
    assert ("correlation of compliances", "T1 on M, N") in rows
    assert "T2 on M" in again.render("text")


def persons(sites: int = 9, bypass: float = 0.0) -> pd.DataFrame:
    """Sites of unequal sizes and shares; effects differ between sites."""
    rng, frames = np.random.default_rng(3), []
    for site in range(sites):
        arm = np.repeat([0, 1, 2], rng.integers(12, 40, 3))
        moved = np.vstack([np.zeros(2), rng.normal([[1, 0.3], [0.3, 1]], 0.3)])[arm]
        m, k = (moved + rng.normal(size=moved.shape)).T
        y = site + rng.normal(0.5, 0.5) * m + 0.2 * k + bypass * (arm == 1) + rng.normal(size=len(arm))
        frames.append(pd.DataFrame({"site": site, "arm": arm, "m": m, "k": k, "y": y}))
    return pd.concat(frames, ignore_index=True)


def examined(frame: pd.DataFrame, design: str, **options):
    effects = ic.SiteEffects.from_persons(
        frame, site="site", arm="arm", treatment={"A": 1, "B": 2}, nodes={"M": "m", "N": "k", "Y": "y"}, **options
    )  # fmt: skip
    made = drawn(design, treatment=["A", "B"], sites=frame.site.nunique())
    return ic.examine(made, effects, assume=("all", "bypass"))


def two_stages(frame: pd.DataFrame, exogenous: list[int], weight: np.ndarray) -> np.ndarray:
    """By projections over persons: effects of sites, products of site and arm as instruments."""
    root = np.sqrt(weight)[:, None]
    sites = (frame.site.to_numpy()[:, None] == np.unique(frame.site)) * root
    arms = [(frame.arm.to_numpy() == arm)[:, None] * 1.0 for arm in (1, 2)]
    z = np.hstack([sites, *(sites * arm for arm in arms)])
    x = np.hstack([frame[["m", "k"]] * root, *(arms[arm] * root for arm in exogenous), sites])
    first = z @ np.linalg.lstsq(z, x, rcond=None)[0]
    return np.linalg.lstsq(first, frame.y.to_numpy() * root[:, 0], rcond=None)[0]


@pytest.mark.parametrize(
    ("bypass", "asked"),
    [
        ("", {"direct M Y": 0, "direct N Y": 1}),
        ("; A -> Y", {"direct A Y": 2}),  # the others are estimated from the rows of B alone
    ],
)
@pytest.mark.parametrize("weights", ["persons", "sites"])
def test_the_arms_of_a_site_weigh_as_in_two_stage_least_squares(bypass, asked, weights):
    frame = persons(bypass=0.4 if bypass else 0.0)
    evidence = examined(frame, "{A B} -> {M N} -> Y" + bypass, weights=weights)
    size = frame.groupby("site").site.transform("size").to_numpy(float)
    expected = two_stages(
        frame, [0] if bypass else [], 1 / size if weights == "sites" else np.ones(len(frame))
    )
    shown = {name: evidence[name].estimates["wls"].value for name in asked}
    assert shown == pytest.approx({name: expected[place] for name, place in asked.items()}, rel=1e-9)
    assert "The arms of a site weigh together" in evidence.all_tables[0].note


def test_without_a_site_it_is_two_stage_least_squares_of_the_others():
    frame = persons()
    own = examined(frame, "{A B} -> {M N} -> Y")["direct M Y"].own
    for name, value in own.without.items():
        kept = frame[frame.site != int(name)].reset_index(drop=True)
        assert value == pytest.approx(two_stages(kept, [], np.ones(len(kept)))[0], rel=1e-9)


def test_by_hand_in_fractions():
    """One mediator, arms of 2 and 3 persons, 4 in control, then 1, 1 and 2: W = diag(n) - n n' / N; and a column of weights."""
    rows = [  # site, arm, persons in it, in control, effect on M, on Y
        ("a", "A", 2, 4, 1, 2), ("a", "B", 3, 4, 2, 1), ("b", "A", 1, 2, 3, 1), ("b", "B", 1, 2, 1, 4), ("c", "B", 3, 6, 2, 3),
    ]  # fmt: skip
    xx = xy = Fraction(0)
    for one in rows:
        for other in rows:
            if one[0] != other[0]:
                continue
            persons_there = one[3] + sum(row[2] for row in rows if row[0] == one[0])
            w = Fraction(one[2] * (one[1] == other[1])) - Fraction(one[2] * other[2], persons_there)
            xx, xy = xx + w * one[4] * other[4], xy + w * one[4] * other[5]
    table = dict(zip(("site", "arm", "n1", "n0", "m", "y"), map(list, zip(*rows, strict=True)), strict=True))
    table |= {"ms": [0.1] * 5, "ys": [0.2, 0.3, 0.1, 0.2, 0.4], "w": [1.0, 2.0, 3.0, 4.0, 5.0]}

    def value(weights):
        made = ic.SiteEffects.from_frame(
            table, site="site", arm="arm", effects={"M": ("m", "ms"), "Y": ("y", "ys")}, persons=("n1", "n0"), weights=weights,
        )  # fmt: skip
        found = ic.examine(drawn("{A B} -> M -> Y", treatment=["A", "B"], sites=3), made, assume="all")
        return found["direct M Y"].estimates["wls"].value, found.all_tables[0].note

    assert xy / xx == Fraction(40, 47)
    assert value("persons")[0] == pytest.approx(40 / 47, rel=1e-12)
    alone, note = value("w")
    w, m, y = (np.array(table[name]) for name in "wmy")
    assert alone == pytest.approx((w * m * y).sum() / (w * m * m).sum(), rel=1e-12)
    assert "Each row of an arm weighs alone" in note


def test_the_sd_of_effects_between_sites_counts_what_arms_of_a_site_share():
    """Its square is right on average: compliances are known, arms share effects and errors of control."""
    rng = np.random.default_rng(8)
    sites, tau2, unit = 60, 0.25, np.repeat(np.arange(60), 2)
    own, shared = np.zeros((120, 2, 2)), np.zeros((60, 2, 2))
    own[:, 0, 0], shared[:, 0, 0] = np.tile([0.3, 0.5], 60), 0.2
    found = []
    for _ in range(600):
        g = rng.normal(1, 0.5, (120, 1))
        error = np.repeat(rng.normal(0, np.sqrt(0.2), sites), 2) + rng.normal(0, np.sqrt(own[:, 0, 0] - 0.2))
        y = g[:, 0] * rng.normal(0.5, np.sqrt(tau2), sites)[unit] + error
        names = tuple(map(str, range(sites)))
        rows = Rows(("M",), y, g, np.ones(120), unit, names, own, shared, unit, tuple(names[s] for s in unit))
        found.append(differing(rows, ["M"])["M"])
    assert abs(np.mean(found) - tau2) < 4 * np.std(found) / np.sqrt(len(found))
    assert 4 * np.std(found) / np.sqrt(len(found)) < 0.03


def test_a_variance_below_what_is_shared_leaves_rows_alone():
    """Of units with 2, 2 and 1 rows: a covariance; a variance of 2 with 2.5 shared, though the block has an inverse; a row."""
    own, shared = np.array([3.0, 5.0, 2.0, 9.0, 4.0]), np.array([1.0, 2.5, 1.0])
    found = together_of(np.array([0, 0, 1, 1, 2]), own, shared)
    expected = np.zeros((5, 2))
    expected[:2] = np.linalg.inv([[3, 1], [1, 5]])
    expected[2, 0], expected[3, 1], expected[4, 0] = 1 / 2, 1 / 9, 1 / 4
    assert found == pytest.approx(expected)
    assert together_of(np.arange(3), own[:3], shared) is None


def test_standard_errors_that_no_shared_control_allows_are_told():
    """Var 1 and 100 with as many persons an arm would share 25.25, more than 1 * 100 allow."""
    rng = np.random.default_rng(8)
    table = {
        "site": np.repeat(np.arange(12), 2),
        "arm": ["T1", "T2"] * 12,
        "m": rng.normal(1, 0.5, 24),
        "ms": [0.1, 0.1] * 12,
        "y": rng.normal(1, 0.5, 24),
        "ys": [1.0, 10.0, *([1.0, 1.2] * 11)],
        "n1": [50] * 24,
        "n0": [50] * 24,
    }
    effects = ic.SiteEffects.from_frame(
        pd.DataFrame(table), site="site", arm="arm", effects={"M": ("m", "ms"), "Y": ("y", "ys")},
        persons=("n1", "n0"),
    )  # fmt: skip
    found = ic.examine(drawn("{T1 T2} -> M -> Y", sites=12), effects, assume="all")

    assert any("arms of '0' are too unlike for the control group" in note for note in effects.notes)
    assert not effects.shared[0].any()
    assert effects.shared[1:, 1, 1].all()
    assert np.isfinite(found[ic.direct("M", "Y")].estimates["wls"].value)
