"""Where the design assigns schools, persons' data without a column of schools pass no rule on F."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import identcheck as ic
from tests.drawn import drawn


@pytest.fixture(scope="module")
def pupils() -> pd.DataFrame:
    """Ten districts of six schools of 40 pupils; schools differ by as much as pupils do."""
    rng = np.random.default_rng(3)
    rows = []
    for district in range(10):
        moved = rng.normal(0.5, 0.4)
        for school in range(6):
            own, each = rng.normal(size=2), rng.normal(size=(2, 40))
            m = moved * (school % 2) + own[0] + each[0]
            row = {"site": district, "school": 10 * district + school, "T": school % 2, "M": m}
            rows.append(pd.DataFrame(row | {"Y": 0.3 * m + own[1] + each[1]}))
    return pd.concat(rows)


def test_it_is_told_and_no_effect_is_determined(pupils: pd.DataFrame) -> None:
    design = drawn("T -> M -> Y", words={"person": "pupil", "assigned": "school"})
    table = {"site": "site", "treatment": "T", "nodes": {"M": "M", "Y": "Y"}}
    without = ic.examine(design, ic.SiteEffects.from_persons(pupils, **table), assume="all")
    assert without.strength["M"].conditional > 10
    (row,) = (each for each in without.records("decided") if each["effect"] == "direct(M, Y)")
    assert row["decision"] == "not determined: the conditional F is without schools, which are assigned"
    assert any(
        "no column says whose pupils these are" in " ".join(each.values())
        for each in without.records("taken")
    )

    with_schools = ic.examine(
        design, ic.SiteEffects.from_persons(pupils, cluster="school", **table), assume="all"
    )
    assert with_schools.strength["M"].conditional < 5
    assert not any("no column says" in " ".join(each.values()) for each in with_schools.records("taken"))

    by_person = ic.examine(drawn("T -> M -> Y"), ic.SiteEffects.from_persons(pupils, **table), assume="all")
    (row,) = (each for each in by_person.records("decided") if each["effect"] == "direct(M, Y)")
    assert "which are assigned" not in row["decision"]


@pytest.mark.parametrize("schools", [8, 30])
def test_f_where_persons_are_weighted_alike_in_uneven_schools(schools: int) -> None:
    """Nothing moves: over 60 trials of 12 districts F is 1 on average; schools of 5 and of 45 pupils, four to one."""
    rng = np.random.default_rng(5)
    design = drawn("T -> M -> Y", words={"assigned": "school"}, weights="persons")
    found = []
    for _ in range(60):
        sizes = rng.choice([5, 5, 5, 5, 45], size=12 * schools)
        school = np.repeat(np.arange(len(sizes)), sizes)
        m, y = rng.normal(size=(2, len(sizes)))[:, school] + rng.normal(size=(2, len(school)))
        frame = pd.DataFrame({"site": school // schools, "school": school, "T": school % 2, "M": m, "Y": y})
        table = ic.SiteEffects.from_persons(
            frame, site="site", treatment="T", nodes={"M": "M", "Y": "Y"}, cluster="school"
        )
        found.append(ic.examine(design, table, assume="all").strength["M"].f)
    assert np.mean(found) == pytest.approx(1.0, abs=0.05 + 3 * np.std(found) / np.sqrt(60))
