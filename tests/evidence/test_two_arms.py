"""Two arms that share a control, worked by hand: dense matrices of all rows, written out here independently."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from linearmodels.iv import IV2SLS

import identcheck as ic
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
    w = 1 / np.diag(covariance(np.array([1.0, 0, 0]), blocks))
    y, g = z[:, 0], z[:, 1:]
    b = np.linalg.solve(g.T @ (w[:, None] * g), g.T @ (w * y))
    without = []
    for s in range(SITES):
        k = np.repeat(np.arange(SITES), 2) != s
        without.append(np.linalg.solve(g[k].T @ (w[k, None] * g[k]), g[k].T @ (w[k] * y[k])))
    se = np.sqrt((SITES - 1) / SITES * ((np.array(without) - b) ** 2).sum(0))
    for i, m in enumerate("MN"):
        estimate = found[ic.direct(m, "Y")].estimates["wls"]
        assert estimate.value == pytest.approx(b[i], rel=1e-9)
        assert estimate.se == pytest.approx(
            se[i], rel=1e-9
        )  # CR3 is the jackknife over sites about the estimate


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


def test_two_stages_weigh_the_arms_of_a_site_together_and_rows_here_one_by_one():
    """By hand from the contrasts: equation (10.2) gives two stages, n p (1 - p) for each row what is shown; it is said."""
    rng = np.random.default_rng(3)
    sites, each = 9, 60
    site, arm = np.repeat(np.arange(sites), each), np.tile([0, 1, 2, 0], sites * each // 4)
    g = rng.normal([1, 0.3, 0.3, 1], 0.3, (sites, 4))[site]
    a, b = (arm == 1) * 1.0, (arm == 2) * 1.0
    m, k = (
        g[:, 0] * a + g[:, 1] * b + rng.normal(size=len(a)),
        g[:, 2] * a + g[:, 3] * b + rng.normal(size=len(a)),
    )
    y = rng.normal(0.5, 0.5, sites)[site] * m + 0.2 * k + rng.normal(size=len(a))
    frame = pd.DataFrame({"site": site, "arm": arm, "m": m, "k": k, "y": y})
    effects = ic.SiteEffects.from_persons(
        frame, site="site", arm="arm", treatment={"A": 1, "B": 2}, nodes={"M": "m", "N": "k", "Y": "y"}
    )
    evidence = ic.examine(
        drawn("{A B} -> {M N} -> Y", treatment=["A", "B"], sites=sites), effects, assume="all"
    )
    dummies = pd.get_dummies(frame.site, prefix="s").astype(float)
    instruments = pd.concat([dummies.mul(z, axis=0).add_suffix(n) for n, z in (("a", a), ("b", b))], axis=1)
    others = IV2SLS(frame.y, dummies, frame[["m", "k"]], instruments).fit()
    x, by = effects.effects[:, :2], effects.effects[:, 2]
    share = np.array([0.25, 0.25])
    block = np.kron(np.eye(sites), each * (np.diag(share) - np.outer(share, share)))
    assert np.linalg.solve(x.T @ block @ x, x.T @ block @ by) == pytest.approx(
        others.params[["m", "k"]].to_numpy()
    )
    shown = [evidence[f"direct {n} Y"].estimates["wls"].value for n in "MN"]
    assert shown == pytest.approx(np.linalg.lstsq(x, by, rcond=None)[0])  # all rows have the same n p (1 - p)
    assert "two-stage least squares, in plans and estimation code" in evidence.all_tables[0].note
