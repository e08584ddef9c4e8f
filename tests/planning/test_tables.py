"""Tables: readable in print, unrounded in files, and files that are whole or not there."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import re
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest
from hypothesis import given, strategies as st

from identcheck import Arrow, Plan, ReportError, load
from identcheck.plan.inputs.anticipate import anticipate
from identcheck.plan.inputs.units import per
from identcheck.tables.table import Column, Table
from identcheck.tables.terminal import table_text
from identcheck.tables.write import save_tables
from tests.tools import REPOSITORY

COLUMNS = (
    Column("effect", "effect", "the effect, in words"),
    Column("f", "expected F", "expected first-stage F", 1),
    Column("bias", "bias", "bias in outcome SDs", 3),
    Column("sites", "sites needed", "sites for the power aimed at"),
    Column("weak", "weak", "whether F lies below 10"),
)
ROWS = (
    ("total V Y", 13.4873, -0.00004, 50, False),
    ('direct "NP" Y', math.inf, math.nan, None, True),
)
TABLE = Table("strength", "Strength of [b]instruments[/b]", COLUMNS, ROWS, "F is expected, not observed.")
finite = st.floats(-1e8, 1e8) | st.integers(-(10**8), 10**8)
numbers = st.floats(allow_nan=False) | st.integers(-(10**15), 10**15)


def parquet_of(path: Path) -> pyarrow.Table:
    return pyarrow.parquet.read_table(path)


class TestText:
    def test_as_a_person_reads_it(self):
        assert str(TABLE).splitlines() == [
            "Strength of [b]instruments[/b]",
            " effect          expected F        bias   sites needed   weak",
            "--------------------------------------------------------------",
            " total V Y             13.5       0.000             50   no",
            ' direct "NP" Y     infinite   undefined                  yes',
            "",
            "  F is expected, not observed.",
        ]

    @given(st.lists(st.tuples(finite, st.text("ab ", max_size=60), finite), max_size=5), st.integers(1, 120))
    def test_no_number_is_cut_or_wrapped(self, rows, width):
        columns = (Column("a", "a number", "", 2), Column("b", "some text", ""), Column("c", "c", ""))
        lines = table_text(Table("t", "T", columns, tuple(rows)), width).splitlines()

        shown = [word for line in lines for word in line.split()]
        for first, _, last in rows:
            assert f"{first:.2f}".removeprefix("-") in [word.removeprefix("-") for word in shown]
            assert (f"{last:g}" if isinstance(last, float) else str(last)) in [
                w.replace(",", "") for w in shown
            ]

    @given(st.lists(st.text("abc ", max_size=80), min_size=1, max_size=5), st.integers(5, 60))
    def test_every_word_is_printed(self, texts, width):
        columns = (Column("a", "first", ""), Column("b", "second", ""))
        rows = tuple((text, text[::-1]) for text in texts)
        printed = table_text(Table("t", "T", columns, rows), width).split()

        for text in texts:
            assert set(text.split()) <= set(printed)

    def test_lines_are_as_wide_as_asked_where_that_is_possible(self):
        long = Table("t", "T", COLUMNS[:2], (("word " * 60, 1.0), ("other " * 60, 2.0)))

        for width in (40, 72, 100):
            assert max(map(len, table_text(long, width).splitlines())) <= width
        assert max(map(len, table_text(long, 100).splitlines())) > 72

    def test_long_texts_that_repeat_stand_once_under_the_table(self):
        source = "Weiss et al. (2017), Journal of Research on Educational Effectiveness"
        columns = (COLUMNS[0], Column("source", "source", ""))
        text = str(Table("t", "T", columns, (("a", source), ("b", "short"), ("c", source))))

        assert text.count("Weiss") == 1
        assert [line.split()[-1] for line in text.splitlines()[3:6]] == ["(1)", "short", "(1)"]

    def test_what_a_row_is_about_stands_in_it(self):
        about = "the direct effect of insurance coverage on distress"
        text = str(Table("t", "T", COLUMNS[:2], ((about, 1.0), (about, 2.0))))

        assert text.count("distress") == 2

    def test_a_table_without_rows_says_so(self):
        assert "(nothing to list)" in str(Table("t", "T", COLUMNS, ()))

    def test_colour_only_where_it_is_asked_for(self):
        assert "\x1b[" not in table_text(TABLE, 80)
        coloured = table_text(TABLE, 80, colour=True)
        assert "\x1b[1m" in coloured
        assert re.sub(r"\x1b\[[0-9;]*m", "", coloured).split() == table_text(TABLE, 80).split()

    def test_a_number_beyond_measure_is_short(self):
        assert "1.2e+30" in str(Table("t", "T", COLUMNS[1:2], ((1.2e30,),)))

    def test_letters_of_any_encoding(self):
        assert str(TABLE).isascii()


class TestFiles:
    @given(
        st.lists(
            st.tuples(
                st.text(st.characters(categories=["L", "M", "N", "Zs", "Po"], exclude_characters="@\uff20")),
                numbers,
            ),
            max_size=4,
        )
    )
    def test_csv_has_the_numbers_as_they_are(self, rows):
        columns = (Column("name", "", ""), Column("value", "", "", 1))
        read = list(csv.reader(io.StringIO(Table("t", "", columns, tuple(rows)).csv())))

        assert read[0] == ["name", "value"]
        assert [(name, float(value)) for name, value in read[1:]] == [(n, float(v)) for n, v in rows]

    def test_csv_names_no_type_of_numpy(self):
        columns = (Column("share", "", "", 1), Column("count", "", "", 1))
        rows = ((np.float64(0.9), np.int64(3)),)

        assert Table("t", "", columns, rows).csv() == "share,count\n0.9,3\n"

    @pytest.mark.parametrize(
        "text",
        [
            "=1+1",
            "+1+1",
            "-1+1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            " =1",
            "\n=1",
            "\uff1d1",
            "\ufeff=1",
            "x;=1+1",
            "x\t@A1",
            "-x",
            "=",
            "+",
        ],
    )
    def test_csv_has_no_text_that_a_spreadsheet_runs(self, text):
        table = Table("t", "", (Column(text, "", ""),), ((text,), (f'"{text}',), (-1.5,), (-2,)))
        head, first, quoted, *rest = csv.reader(io.StringIO(table.csv(), newline=""))
        for cell in (*head, *first, *quoted):
            for part in re.split(r"[;\t]", cell):
                assert not part.strip() or part.strip()[0] not in "=+-@\t\r\uff1d"
        assert rest == [["-1.5"], ["-2"]]

    @pytest.mark.parametrize("text", ["T -> V = 0", "a - b", "V", "total V Y", "-1.5", "+2e-3", "-7", ""])
    def test_csv_has_any_other_text_as_it_is(self, text):
        table = Table("t", "", (Column("a", "", ""), Column("b", "", "")), ((text, 1),))
        assert list(csv.reader(io.StringIO(table.csv())))[1] == [text, "1"]

    def test_csv_of_what_is_no_number(self):
        assert TABLE.csv().splitlines() == [
            "effect,f,bias,sites,weak",
            "total V Y,13.4873,-4e-05,50,false",
            '"direct ""NP"" Y",inf,nan,,true',
        ]

    def test_json_has_meanings_and_the_note(self):
        read = json.loads(TABLE.json(), parse_constant=lambda name: pytest.fail(name))

        assert (read["key"], read["note"]) == ("strength", "F is expected, not observed.")
        assert [column["meaning"] for column in read["columns"]] == [column.meaning for column in COLUMNS]
        assert read["rows"][0] == dict(zip([c.key for c in COLUMNS], ROWS[0], strict=True))
        assert read["rows"][1]["f"] == "Infinity"
        assert read["rows"][1]["bias"] == "NaN"
        assert read["rows"][1]["sites"] is None

    def test_parquet_has_types_meanings_and_the_note(self, tmp_path: Path):
        read = parquet_of(TABLE.save(tmp_path / "t.parquet"))

        assert [str(kind) for kind in read.schema.types] == ["string", "double", "double", "int64", "bool"]
        assert read.schema.field("f").metadata[b"meaning"] == b"expected first-stage F"
        assert read.schema.metadata[b"note"] == b"F is expected, not observed."
        first, second = read.to_pylist()
        assert tuple(first.values()) == ROWS[0]
        assert (second["f"], second["sites"]) == (math.inf, None)
        assert math.isnan(second["bias"])

    def test_parquet_of_mixed_and_of_empty_columns(self, tmp_path: Path):
        columns = (Column("a", "", ""), Column("b", "", ""), Column("c", "", "", 2))
        rows = (("text", 1, None), (2, 1.5, None), (None, None, None))
        read = parquet_of(Table("t", "", columns, rows).save(tmp_path / "t.parquet"))

        assert read.to_pydict() == {"a": ["text", "2", None], "b": [1.0, 1.5, None], "c": [None] * 3}
        assert parquet_of(Table("t", "", columns, ()).save(tmp_path / "t.parquet")).num_rows == 0

    def test_parquet_without_pyarrow_names_the_extra(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setitem(sys.modules, "pyarrow", None)

        with pytest.raises(ReportError, match=re.escape("pip install 'identcheck[parquet]'")):
            TABLE.save(tmp_path / "t.parquet")
        assert list(tmp_path.iterdir()) == []

    def test_several_tables(self, tmp_path: Path):
        other = Table("bias", "Bias", COLUMNS[:1], (("x",),))

        assert save_tables([TABLE, other], tmp_path / "out.json") == (tmp_path / "out.json",)
        assert [t["key"] for t in json.loads((tmp_path / "out.json").read_text())["tables"]] == [
            "strength",
            "bias",
        ]
        names = [path.name for path in save_tables([TABLE, other], tmp_path / "out.CSV")]
        assert names == ["out-strength.CSV", "out-bias.CSV"]
        assert (tmp_path / "out-strength.CSV").read_text() == TABLE.csv()

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("out.xlsx", "cannot tell the format of '.*out.xlsx'; tables go to .csv, .json or .parquet"),
            ("out.cvs", r"\(did you mean '.csv'\?\)"),
            ("out", "cannot tell the format"),
            ("absent/out.csv", "there is no directory"),
        ],
    )
    def test_a_place_that_cannot_be_written_is_refused(self, name, message, tmp_path: Path):
        with pytest.raises(ReportError, match=message):
            TABLE.save(tmp_path / name)
        assert list(tmp_path.iterdir()) == []

    def test_a_run_that_fails_leaves_the_old_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        file = tmp_path / "out.csv"
        file.write_text("old")

        def fault(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "replace", fault)
        with pytest.raises(ReportError, match="No space left"):
            TABLE.save(file)

        assert file.read_text() == "old"
        assert list(tmp_path.iterdir()) == [file]


class TestInputs:
    def test_every_input_has_its_source_and_defaults_are_marked(self):
        design = load(REPOSITORY / "examples" / "moving_to_opportunity.toml")
        table = anticipate(
            design, Plan(arrows={"offer -> V": Arrow(mean=0.47, source="KLK")}, persons=80)
        ).table

        rows = {row[0]: row[1:] for row in table.rows}
        assert rows["mean of offer -> V"] == ("0.47", "probability", "", "KLK")
        assert rows["persons per site"] == ("80", "persons", "", "stated, without a source")
        assert rows["sites"] == ("5", "sites", "", "the design")
        assert rows["mean of V -> NP"][2:] == ("default", "no source: an illustration to be replaced")
        assert all(row[4] for row in table.rows)
        defaults = sum(row[3] == "default" for row in table.rows)
        assert table.note.startswith(f"{defaults} of these {len(table.rows)} numbers are defaults")


@pytest.mark.parametrize(
    ("tail", "said"),
    [("percentage points", "point"), ("10 percentage points", "points"), ("SD of M", "M"), ("hours", "hour")],
)
def test_an_effect_is_per_one_unit_unless_the_unit_has_a_number(tail: str, said: str) -> None:
    assert per("SD of Y", tail).endswith(f" {said}")
