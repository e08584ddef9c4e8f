"""Effects that modifiers change: at stated levels, and products of them averaged over sites, worked out another way."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import identcheck as ic
from tests.drawn import drawn

SE = 0.05


def table(rng: np.random.Generator, sites: int, seen: bool = True) -> pd.DataFrame:
    """M moves N and Y, N moves Y; Z moves compliance and both effects, W only the last."""
    z, w = rng.normal(1, 1, sites), rng.normal(size=sites)
    m = 1 + 0.5 * z + 0.3 * rng.normal(size=sites)
    d = {"n": 0.4 + 0.2 * z, "y": 0.3 + 0.1 * z, "ny": 0.5 + 0.25 * z}
    n = d["n"] * m + 0.3 * rng.normal(size=sites)
    y = d["y"] * m + d["ny"] * n
    noise = SE * rng.normal(size=(3, sites)) * seen
    made = {
        "site": [f"s{i}" for i in range(sites)],
        "z": z,
        "w": w,
        "m": m + noise[0],
        "n": n + noise[1],
        "y": y + noise[2],
    }
    return pd.DataFrame(made).assign(m_se=SE, n_se=SE, y_se=SE)


def design(sites: int, names: tuple[str, ...] = ("Z",)) -> ic.Design:
    arrows = [("T", "M"), ("T", "N"), ("M", "N"), ("M", "Y"), ("N", "Y")]
    return drawn(
        "T -> M -> N -> Y; M -> Y; T -> N", sites=sites, modifiers=[ic.Modifier(n, arrows) for n in names]
    )


def evidence(frame: pd.DataFrame, names: tuple[str, ...] = ("Z",), weights: str = "sites") -> ic.Evidence:
    columns = {node: (node.lower(), f"{node.lower()}_se") for node in ("M", "N", "Y")}
    effects = ic.SiteEffects.from_frame(
        frame, site="site", effects=columns, weights=weights, modifiers={n: n.lower() for n in names}
    )
    return ic.examine(design(len(frame), names), effects, assume="all")


def solved(y: np.ndarray, *columns: np.ndarray) -> np.ndarray:
    return np.linalg.lstsq(np.column_stack(columns), y, rcond=None)[0]


def test_an_effect_at_a_level_is_the_coefficient_where_the_modifier_counts_from_that_level():
    frame = table(np.random.default_rng(1), 30)
    found = evidence(frame)
    for level in (-1.0, 0.0, 2.5):
        m, n, z = (frame[c].to_numpy() for c in ("m", "n", "z"))
        own = solved(frame["y"].to_numpy(), m, n, m * (z - level), n * (z - level))
        for node, value in zip(("M", "N"), own[:2], strict=True):
            one = found[ic.at(ic.direct(node, "Y"), Z=level)]
            assert one.estimates["wls"].value == pytest.approx(value), node
            moved = evidence(frame.assign(z=frame["z"] - level))[ic.at(ic.direct(node, "Y"), Z=0)]
            assert moved.estimates["wls"].se == pytest.approx(one.estimates["wls"].se)
            assert not {"liml", "corrected"} & {*one.estimates}  # which are of one coefficient


def test_at_the_mean_of_the_modifier_it_is_the_average_effect():
    frame = table(np.random.default_rng(1), 30)
    found = evidence(frame)
    own = found["direct N Y"].estimates["wls"]
    at_mean = found[ic.at(ic.direct("N", "Y"), Z=float(frame["z"].mean()))].estimates["wls"]
    assert (at_mean.value, at_mean.se) == pytest.approx((own.value, own.se))
    assert at_mean.interval == pytest.approx(own.interval)


def test_a_contrast_at_a_level_is_that_of_sites_at_this_level():
    """The regression of contrasts on a constant and Z, which has Z counted from the level; not the plain average."""
    frame = table(np.random.default_rng(1), 30)
    found = evidence(frame)
    for asked, column in (("itt", "y"), ("compliance M", "m")):
        for level in (0.0, 2.0):
            z = frame["z"].to_numpy() - level
            own = solved(frame[column].to_numpy(), np.ones(30), z)[0]
            one = found[f"{asked} at Z={level:g}"].estimates["wls"]
            assert one.value == pytest.approx(own)
            assert one.value != pytest.approx(found[asked].estimates["wls"].value, rel=0.01)


def test_levels_of_two_modifiers():
    frame = table(np.random.default_rng(1), 60)
    found = evidence(frame, ("Z", "W"))
    m, n, z, w = (frame[c].to_numpy() for c in ("m", "n", "z", "w"))
    h = [np.ones(60), z, w]
    if len(found["direct N Y"].regression.rows.columns) == 8:
        h.append(z * w)
    b = solved(frame["y"].to_numpy(), *(m * t for t in h), *(n * t for t in h))[len(h) :]
    at_level = np.array([1, 2.0, 0.5, 1.0])[: len(h)]
    assert found[ic.at(ic.direct("N", "Y"), Z=2.0, W=0.5)].estimates["wls"].value == pytest.approx(
        at_level @ b
    )


def by_hand(frame: pd.DataFrame, kind: str, centre: float) -> float:
    """The average over sites of the total effect of M, or of the part of the whole effect that passes N last.

    A coefficient that stands alone is at ``centre``, which leaving out a site does not move.
    """
    m, n, y, z = (frame[c].to_numpy() for c in ("m", "n", "y", "z"))
    own, by_n = np.split(solved(y, m, m * z, n, n * z), 2)
    on_n = solved(n, m, m * z, np.ones(len(z)), z)[
        :2
    ]  # treatment moves N beside M, which the intercept takes up
    given = [b[0] + b[1] * z for b in (own, by_n, on_n)]
    if kind == "total":
        return float(own[0] + own[1] * centre + np.mean(given[1] * given[2]))
    return float(np.mean(n * given[1]))


@pytest.mark.parametrize(("asked", "kind"), [("total M Y", "total"), ("mediated N", "part")])
def test_products_are_averaged_over_sites_and_not_multiplied_as_averages(asked, kind):
    frame = table(np.random.default_rng(4), 40)
    one, centre = evidence(frame)[asked], float(frame["z"].mean())
    assert one.own.value == pytest.approx(by_hand(frame, kind, centre))
    for site in ("s0", "s7", "s39"):
        assert one.own.without[site] == pytest.approx(by_hand(frame[frame["site"] != site], kind, centre))


def test_the_error_is_that_of_repeated_trials():
    rng = np.random.default_rng(9)
    drawn_ = [evidence(table(rng, 40))["mediated N"].own for _ in range(150)]
    spread = np.std([one.value for one in drawn_], ddof=1)
    assert np.sqrt(np.mean([one.se**2 for one in drawn_])) == pytest.approx(spread, rel=0.3)


def test_what_levels_cannot_be_had_says_why():
    frame = table(np.random.default_rng(1), 30)
    effects = ic.SiteEffects.from_frame(
        frame, site="site", effects={n: (n.lower(), f"{n.lower()}_se") for n in ("M", "N", "Y")}
    )
    found = ic.examine(design(30), effects, assume="all")
    assert "no column for Z" in found[ic.at(ic.direct("N", "Y"), Z=1)].reason
