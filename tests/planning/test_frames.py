"""Results in numbers as data frames and as lists of dicts."""

from __future__ import annotations

import builtins
import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas
import pyarrow.parquet
import pytest

import identcheck as ic
from identcheck import InvalidQuestionError, Plan, ReportError
from identcheck.symbols.written import Badge, Formula
from identcheck.tables.table import Column, Table
from tests.drawn import drawn

DESIGN = drawn("T -> {M N} -> Y; M -> N", sites=12)
PLAN = Plan(persons=60)
EFFECT = ic.direct("M", "Y")


def results() -> dict[str, Any]:
    axes = ("residuals.M", [1.0, 2.0]), ("residuals.N", [1.0, 2.0])
    return {
        "precision": ic.diagnose(DESIGN, PLAN),
        "robustness": ic.sensitivity(DESIGN, PLAN),
        "contour": ic.contour(DESIGN, PLAN, EFFECT, *axes),
        "simulation": ic.simulate(DESIGN, PLAN, 5),
        "sweep": ic.sweep(DESIGN, PLAN, {"sites": [9, 12]}, 5, workers=1),
        "falsification": ic.falsification(DESIGN, PLAN, 5),
    }


RESULTS = results()


@pytest.fixture
def no_pandas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)


@pytest.mark.parametrize("main", RESULTS)
class TestOfAResult:
    def test_its_main_table_is_the_one_without_a_key(self, main: str) -> None:
        result = RESULTS[main]

        assert len(result.to_frame())
        pandas.testing.assert_frame_equal(result.to_frame(), result.to_frame(main))
        assert result.records() == result.records(main)

    def test_every_table_has_a_frame_with_its_values(self, main: str) -> None:
        for table in RESULTS[main].all_tables:
            frame = RESULTS[main].to_frame(table.key)

            assert list(frame.columns) == [column.key for column in table.columns]
            assert list(frame.index) == list(range(len(table.rows)))
            for row, values in zip(table.data, frame.itertuples(index=False), strict=True):
                for cell, value in zip(row, values, strict=True):
                    assert value == cell or (pandas.isna(value) and (cell is None or math.isnan(cell)))

    def test_its_records_are_the_rows_by_key(self, main: str) -> None:
        for table in RESULTS[main].tables:
            records = RESULTS[main].records(table.key)

            assert [tuple(record.values()) for record in records] == [*table.data]
            assert {tuple(record) for record in records} == {tuple(column.key for column in table.columns)}

    @pytest.mark.parametrize("ask", ["to_frame", "records"])
    def test_an_unknown_key_names_those_there_are(self, main: str, ask: str) -> None:
        keys = ", ".join(repr(table.key) for table in RESULTS[main].all_tables)

        with pytest.raises(InvalidQuestionError, match="has no table 'biass'") as error:
            getattr(RESULTS[main], ask)("biass")
        assert error.value.problems[0].endswith(f"its tables are {keys}")

    @pytest.mark.usefixtures("no_pandas")
    def test_without_pandas_it_says_how_to_get_it(self, main: str) -> None:
        with pytest.raises(ReportError, match=r"needs the package pandas; get it by: pip install pandas"):
            RESULTS[main].to_frame()
        assert RESULTS[main].records()


class TestOfATable:
    TABLE = Table(
        "t",
        "T",
        (Column("a", "A", "", 2), Column("b", "B", ""), Column("c", "C", ""), Column("d", "D", "", 1)),
        ((1 / 3, ("is ", Badge("so"), " in ", Formula(r"\beta")), True, None), (None, "plain", False, None)),
    )

    def test_texts_are_plain_and_numbers_as_they_are(self) -> None:
        assert self.TABLE.records() == [
            {"a": 1 / 3, "b": "is so in β", "c": True, "d": None},
            {"a": None, "b": "plain", "c": False, "d": None},
        ]
        assert "is so in β" in self.TABLE.csv()
        assert "is so in β" in self.TABLE.json()

    def test_columns_of_numbers_are_numbers_where_they_are_empty_too(self) -> None:
        kinds = {key: str(kind) for key, kind in self.TABLE.to_frame().dtypes.items()}

        assert (kinds["a"], kinds["c"], kinds["d"]) == ("float64", "bool", "float64")

    def test_a_table_without_rows_has_its_columns(self) -> None:
        frame = Table("t", "T", self.TABLE.columns, ()).to_frame()

        assert list(frame.columns) == ["a", "b", "c", "d"]
        assert not len(frame)

    @pytest.mark.usefixtures("no_pandas")
    def test_without_pandas_it_says_how_to_get_it(self) -> None:
        with pytest.raises(ReportError, match="pip install pandas"):
            self.TABLE.to_frame()

    def test_a_unit_goes_with_its_column_into_files(self, tmp_path: Path) -> None:
        table = Table("t", "T", (Column("sites", "Sites", "needed", unit="sites"),), ((3,),))
        path = table.save(tmp_path / "t.parquet")

        assert json.loads(table.json())["columns"][0]["unit"] == "sites"
        assert pyarrow.parquet.read_schema(path).field("sites").metadata[b"unit"] == b"sites"

    def test_records_choose_the_columns(self) -> None:
        made = Table.of("t", "T", self.TABLE.columns[:2], [{"b": "x", "z": 3}, {"a": 1.0}])

        assert made.rows == ((None, "x"), (1.0, None))


def test_nothing_but_a_frame_asks_for_pandas(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[str] = []
    before = builtins.__import__

    def noting(name: str, *rest: Any, **named: Any) -> Any:
        found.append(name)
        return before(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", noting)
    str(ic.diagnose(DESIGN, PLAN)), ic.diagnose(DESIGN, PLAN).records()
    assert "pandas" not in found


def test_what_is_slow_to_import_is_imported_when_it_is_used() -> None:
    code = (
        "import sys, identcheck as ic; from identcheck.homes import PUBLIC\n"
        "[getattr(ic, name) for home in PUBLIC if home.startswith('identcheck.plan') for name in PUBLIC[home]]\n"
        "print({'scipy', 'joblib', 'rich', 'pandas'} & {*sys.modules})"
    )

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"
