"""What may be wrong with a table, or with persons' data: every problem in one list, and what is left out is named."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars
import pytest

import identcheck as ic
from identcheck.errors import InvalidDataError
from tests.drawn import drawn
from tests.evidence.shared import effects, frame, pairs, parallel

MY = pairs("M", "Y")


def refused(table, **options) -> tuple[str, ...]:
    said = {"site": "site", "effects": MY} | options
    with pytest.raises(InvalidDataError) as error:
        ic.SiteEffects.from_frame(table, **said)
    return error.value.problems


def people(sites=4, each=10, seed=0, **columns) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    site = np.repeat([f"s{i}" for i in range(sites)], each)
    t = np.tile([0, 1], sites * each // 2)
    m = rng.normal(size=len(t)) + t
    made = pd.DataFrame({"site": site, "t": t, "m": m, "y": m + rng.normal(size=len(t))})
    return made.assign(**columns)


def persons(table, **options) -> ic.SiteEffects:
    said = {"site": "site", "treatment": "t", "nodes": {"M": "m", "Y": "y"}} | options
    return ic.SiteEffects.from_persons(table, **said)


class TestSiteEffects:
    def test_every_unknown_column_at_once_with_what_is_meant(self):
        problems = refused(frame(5, "M", "Y"), site="sit", effects={"M": ("m", "m_s"), "Y": ("y", "y_se")})
        assert len(problems) == 2
        assert "did you mean 'site'" in problems[0]
        assert "did you mean 'm_se'" in problems[1]

    def test_doubled_column(self):
        table = frame(5, "M", "Y").rename(columns={"m_se": "m"})
        assert "more than one column is called 'm'" in refused(table)[0]

    def test_text_where_numbers_stand_negative_errors_and_twice_the_same_site_in_one_list(self):
        table = frame(5, "M", "Y").astype({"y": object})
        table.loc[1, "y"] = "much"
        table.loc[2, "m_se"] = -1.0
        table.loc[4, "site"] = "s0"
        problems = refused(table)
        assert len(problems) == 3
        assert any("'much' in row 2" in p for p in problems)
        assert any("negative in row 3" in p for p in problems)
        assert any("more than one row of 's0'" in p for p in problems)

    def test_errors_on_another_scale(self):
        table = frame(8, "M", "Y")
        table["y_se"] *= 1e5
        assert "on the same scale" in refused(table)[0]

    def test_a_correlation_in_place_of_a_covariance(self):
        table = frame(8, "M", "Y").assign(r=0.5)
        assert "is it a correlation" in refused(table, covariances={("M", "Y"): "r"})[0]

    @pytest.mark.parametrize("wrong", [[1, 2], "table.csv", 7, None])
    def test_what_is_no_frame(self, wrong):
        assert "give a data frame" in refused(wrong)[0]

    def test_no_rows(self):
        assert "no rows" in refused(frame(5, "M", "Y").iloc[:0])[0]

    def test_unknown_weights(self):
        assert "did you mean 'precision'" in refused(frame(5, "M", "Y"), weights="precison")[0]

    def test_a_missing_number_leaves_its_site_out_and_names_it(self):
        table = frame(5, "M", "Y")
        table.loc[3, "y"] = np.nan
        made = ic.SiteEffects.from_frame(table, site="site", effects=MY)
        assert made.sites == ("s0", "s1", "s2", "s4")
        assert "left out, as a number is missing: 's3'" in made.notes

    def test_unknown_covariances_are_said(self):
        assert "taken as 0" in effects(5, "M", "Y").notes[0]

    def test_another_object_is_refused_by_examine(self):
        with pytest.raises(InvalidDataError, match="DataFrame"):
            ic.examine(parallel("M", sites=5), frame(5, "M", "Y"))

    def test_another_variable_is_refused_by_examine(self):
        with pytest.raises(InvalidDataError, match="'N', which is no mediator"):
            ic.examine(parallel("M", sites=5), effects(5, "M", "N", "Y"))


class TestNames:
    @pytest.mark.parametrize(
        ("given", "names"),
        [(["101.0", "7.0", "3.0"], ("101", "7", "3")), (["1.0", "1", "b"], ("1.0", "1", "b"))],
    )
    def test_whole_numbers_that_went_through_a_file_of_text(self, given, names, tmp_path):
        table = frame(3, "M", "Y").assign(site=given)
        table.to_csv(tmp_path / "t.csv", index=False)
        assert ic.SiteEffects.from_frame(table, site="site", effects=MY).sites == names
        assert ic.read_site_effects(tmp_path / "t.csv", site="site", effects=MY).sites == names

    @pytest.mark.parametrize("kind", [pd.DataFrame, polars.DataFrame, dict])
    def test_na_is_a_name_and_101_is_no_decimal(self, kind):
        table = {name: list(values) for name, values in frame(3, "M", "Y").items()}
        names = ic.SiteEffects.from_frame(
            kind(table | {"site": ["NA", "101", "b"]}), site="site", effects=MY
        ).sites
        assert names == ("NA", "101", "b")
        numbers = ic.SiteEffects.from_frame(
            kind(table | {"site": [101.0, 102.0, 7.0]}), site="site", effects=MY
        )
        assert numbers.sites == ("101", "102", "7")

    def test_unused_categories_are_no_sites(self):
        table = frame(4, "M", "Y")
        table["site"] = pd.Categorical(table["site"], categories=["s9", *table["site"]])
        assert ic.SiteEffects.from_frame(table, site="site", effects=MY).sites == ("s0", "s1", "s2", "s3")

    def test_an_empty_name(self):
        table = frame(4, "M", "Y")
        table["site"] = ["a", None, "c", "d"]
        assert "is empty in row 2" in refused(table)[0]


class TestFiles:
    @pytest.fixture
    def table(self):
        return frame(4, "M", "Y").assign(site=["NA", "b", "c", "101"])

    @pytest.mark.parametrize("suffix", [".csv", ".parquet", ".dta", ".sav"])
    def test_every_format_gives_the_same(self, table, tmp_path, suffix):
        path = tmp_path / f"data{suffix}"
        if suffix == ".csv":
            table.to_csv(path, index=False)
        elif suffix == ".parquet":
            table.to_parquet(path)
        elif suffix == ".dta":
            table.to_stata(path, write_index=False)
        else:
            pytest.importorskip("pyreadstat").write_sav(table, str(path))
        made = ic.read_site_effects(path, site="site", effects=MY)
        assert made.sites == ("NA", "b", "c", "101")
        assert np.allclose(made.effects, table[["m", "y"]].to_numpy())

    def test_user_missing_values_are_missing(self, table, tmp_path):
        pyreadstat = pytest.importorskip("pyreadstat")
        table.loc[1, "y"] = -99.0
        pyreadstat.write_sav(table, str(tmp_path / "d.sav"), missing_ranges={"y": [-99]})
        made = ic.read_site_effects(tmp_path / "d.sav", site="site", effects=MY)
        assert made.sites == ("NA", "c", "101")

    def test_codes_in_place_of_labels(self, tmp_path):
        pyreadstat = pytest.importorskip("pyreadstat")
        table = people().astype({"t": float})
        pyreadstat.write_sav(
            table, str(tmp_path / "d.sav"), variable_value_labels={"t": {0: "control", 1: "offer"}}
        )
        made = ic.read_persons(tmp_path / "d.sav", site="site", treatment="t", nodes={"M": "m", "Y": "y"})
        assert len(made.sites) == 4

    def test_semicolons_and_doubled_columns(self, table, tmp_path):
        table.to_csv(tmp_path / "d.csv", index=False, sep=";")
        assert len(ic.read_site_effects(tmp_path / "d.csv", site="site", effects=MY).sites) == 4
        (tmp_path / "e.csv").write_text("site,m,m_se,y,y\na,1,1,1,1\n")
        with pytest.raises(InvalidDataError, match="more than one column is called 'y'"):
            ic.read_site_effects(tmp_path / "e.csv", site="site", effects=MY)

    def test_names_in_a_file_stay_as_they_are_written(self, tmp_path):
        """ "007" is no 7, "NA" no missing name, "a " no other than "a"; rows of unequal length and quoted line ends are read."""
        rows = ['007,1,.1,2,.1,""', 'NA,1,.1,NA,.1,"x\ny"', "a ,2,.1,3,.1,", "b,3,.1,4,.1"]
        (tmp_path / "d.csv").write_text("\n".join(["site,m,m_se,y,y_se,note", *rows, ""]))
        made = ic.read_site_effects(tmp_path / "d.csv", site="site", effects=MY)
        assert made.sites == ("007", "a", "b")
        assert any("'NA'" in note for note in made.notes)

    def test_a_file_with_other_columns_is_read_by_those_that_are_named(self, tmp_path):
        people().assign(other="text", more=1).to_csv(tmp_path / "d.csv", index=False)
        named = {"site": "site", "treatment": "t", "nodes": {"M": "m", "Y": "y"}}
        assert len(ic.read_persons(tmp_path / "d.csv", **named).sites) == 4
        with pytest.raises(InvalidDataError, match=r"no column 'x'.*'other', 'more'"):
            ic.read_persons(tmp_path / "d.csv", **named | {"nodes": {"M": "m", "Y": "x"}})

    @pytest.mark.parametrize(
        ("name", "said"), [("no.csv", "there is no file"), ("no.xlsx", "cannot tell the format")]
    )
    def test_no_such_file(self, name, said):
        with pytest.raises(InvalidDataError, match=said):
            ic.read_site_effects(name, site="site", effects=MY)

    def test_broken_files(self, tmp_path):
        for suffix in (".parquet", ".dta", ".sav"):
            (tmp_path / f"x{suffix}").write_bytes(b"nothing of the kind")
            with pytest.raises(InvalidDataError, match="cannot read"):
                ic.read_site_effects(tmp_path / f"x{suffix}", site="site", effects=MY)


class TestPersons:
    def test_an_empty_arm_is_left_out_and_named(self):
        table = people()
        table.loc[table.site == "s1", "t"] = 1
        made = persons(table)
        assert made.sites == ("s0", "s2", "s3")
        assert any("no person there: 's1'" in note for note in made.notes)

    def test_a_single_person_in_an_arm_too(self):
        table = people(each=60)
        table.loc[table.site == "s2", "t"] = [1, *[0] * 59]
        made = persons(table)
        assert made.sites == ("s0", "s1", "s3")
        assert any("a single person in an arm has no sampling error: 's2'" in note for note in made.notes)

    def test_a_single_person_stays_where_sampling_errors_are_pooled(self):
        table = people()
        table.loc[table.site == "s2", "t"] = [1, *[0] * 9]
        made = persons(table)
        assert made.sites == ("s0", "s1", "s2", "s3")
        assert made.pooled == 40 - 8
        within = table.groupby(["site", "t"]).m.agg(["var", "size"]).reset_index().query("size > 1")
        one, other = (
            np.average(w["var"], weights=w["size"] - 1) for w in (within[within.t == t] for t in (0, 1))
        )
        assert made.sampling[2, 0, 0] == pytest.approx(one / 9 + other)
        assert any("pooled over sites (32 degrees of freedom)" in note for note in made.notes)

    def test_a_modifier_of_persons_that_the_design_does_not_have(self):
        table = people(z=range(40))
        with pytest.raises(InvalidDataError, match="a column for 'Z', which is no modifier of the design"):
            ic.examine(drawn("T -> M -> Y", sites=4), persons(table, modifiers={"Z": "z"}))

    def test_columns_named_by_numbers(self):
        assert persons(people().rename(columns={"y": 7}), nodes={"M": "m", "Y": "7"}).nodes == ("M", "Y")

    def test_decimal_commas_and_signs(self):
        for text in ("0,5", "5%"):
            with pytest.raises(
                InvalidDataError, match=f"{text}' in row 1 and in 39 further rows; write numbers as 1234.5"
            ):
                persons(people(y=text))

    def test_persons_without_a_treatment_are_counted(self):
        table = people(each=60)
        table["t"] = table["t"].astype(float)
        table.loc[table.index[:3], "t"] = np.nan
        assert "persons left out, as the treatment is missing: 3 of 240" in persons(table).notes

    def test_a_cluster_or_arm_that_is_not_named_and_a_column_of_two_meanings(self):
        table = people(c=["", *"abcdefghi"] * 4)
        with pytest.raises(InvalidDataError, match="'c' is empty in row 1; name the cluster of every row"):
            persons(table, cluster="c")
        with pytest.raises(InvalidDataError, match="'c' is empty in row 1; name the arm of every row"):
            persons(table, treatment={"T": "a"}, arm="c")
        with pytest.raises(InvalidDataError, match="'m' is named for M and the cluster"):
            persons(table, cluster="m")

    def test_missing_values_are_counted_by_arm(self):
        table = people()
        table.loc[table.index[:3], "y"] = np.nan
        assert any("control 2 of 20 (10.0%), treatment 1 of 20" in note for note in persons(table).notes)

    def test_a_treatment_that_is_not_0_and_1(self):
        with pytest.raises(InvalidDataError, match="has the value 2; code it 0 and 1"):
            persons(people(t=2))

    def test_arms_by_their_values(self):
        table = people(each=30)
        table["g"] = np.tile(["none", "A", "B"], len(table) // 3)
        made = persons(table, treatment={"T1": "A", "T2": "B"}, arm="g")
        assert made.arms == ("T1", "T2")
        assert len(made.site) == 8
        with pytest.raises(InvalidDataError, match="has no value 'C'"):
            persons(table, treatment={"T1": "A", "T2": "C"}, arm="g")

    def test_nothing_is_left(self):
        with pytest.raises(InvalidDataError, match="nothing is left"):
            persons(people(y=np.nan))


class TestColumnsOfPersons:
    def refused(self, table, **options) -> str:
        with pytest.raises(InvalidDataError) as error:
            persons(table, **options)
        return "; ".join(error.value.problems)

    def test_one_column_for_two_variables(self):
        assert "'y' is named for M and Y" in self.refused(people(), nodes={"M": "y", "Y": "y"})
        assert "'t' is named for the treatment and M" in self.refused(people(), nodes={"M": "t", "Y": "y"})
        assert "'m' is named for M and a covariate" in self.refused(people(), covariates=["m"])
        said = self.refused(people(x=1.0), modifiers={"Z": "y"}, covariates=["x", "x"])
        assert "'y' is named for Y and the modifier Z" in said
        assert "'x' is named for a covariate and a covariate" in said

    def test_a_modifier_may_be_a_covariate(self):
        table = people().assign(z=np.tile([0.0, 1.0, 1.0, 0.0], 10))
        assert persons(table, modifiers={"Z": "z"}, covariates=["z"]).of_persons == ("Z",)

    def test_covariates_that_determine_a_variable(self):
        table = people()
        said = self.refused(table.assign(x=2 * table.m + 1), covariates=["x"])
        assert "the covariates x determine M, of which nothing is left" in said

    def test_files_in_other_letters(self, tmp_path):
        (tmp_path / "t.csv").write_bytes("site,t,m,y\nM\xfcnchen,0,1,2\n".encode("latin-1"))
        with pytest.raises(InvalidDataError, match="not in UTF-8; save it as CSV in UTF-8"):
            ic.read_persons(tmp_path / "t.csv", site="site", treatment="t", nodes={"M": "m", "Y": "y"})
        (tmp_path / "t.csv").write_text("site,t,t,m,y\na,0,1,2,3\n")
        with pytest.raises(InvalidDataError) as error:
            ic.read_persons(tmp_path / "t.csv", site="site", treatment="t", nodes={"M": "m", "Y": "y"})
        assert error.value.problems == ("more than one column is called 't'; rename all but one",)


def test_dates_where_numbers_stand():
    table = frame(4, "M", "Y").assign(y=pd.date_range("2020-01-01", periods=4))
    assert refused(table) == ("column 'y' has dates or times where numbers stand",)


def test_a_lazy_frame():
    with pytest.raises(InvalidDataError, match="the data are of the kind LazyFrame"):
        ic.SiteEffects.from_frame(
            polars.LazyFrame(frame(4, "M", "Y").to_dict("list")), site="site", effects=MY
        )


def test_text_in_place_of_a_design():
    with pytest.raises(ic.errors.InvalidDesignError, match="it is the text 'T -> M'"):
        ic.examine("T -> M", effects(5, "M", "Y"))


@pytest.mark.parametrize("sites", [1, 2, 3])
def test_few_sites_and_points_that_all_fit_are_reported(sites):
    exact = {
        "site": ["a", "b", "c"],
        "m": [1.0, 2.0, 3.0],
        "m_se": [0.1] * 3,
        "y": [2.0, 4.0, 6.0],
        "y_se": [0.1] * 3,
    }
    table = {name: values[:sites] for name, values in exact.items()}
    found = ic.examine(
        parallel("M", sites=sites), ic.SiteEffects.from_frame(table, site="site", effects=MY), assume="all"
    )
    assert found["direct M Y"].estimates["wls"].value == pytest.approx(2.0)
    assert found.render()


def test_a_compliance_that_is_0_everywhere():
    made = effects(5, "M", "Y")
    made.effects[:, made.nodes.index("M")] = 0.0
    reason = ic.examine(parallel("M", sites=5), made, assume="all")["direct M Y"].reason
    assert (
        reason
        == "in these data the effect on M is 0 in every row, so that nothing determines the coefficients"
    )
