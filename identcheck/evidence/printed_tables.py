"""The tables of the evidence as people read them: what is theirs first, remarks once, nothing empty."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from identcheck.tables.table import Cell, Table

__all__ = ["printed"]


def printed(tables: Iterable[Table]) -> tuple[Table, ...]:
    """The tables as people read them: the design's own estimates first and alone, others in a table of their own.

    Remarks stand under a table, once each; a regression is named once; what has no entry is left out.

    Args:
        tables: those of ``evidence_tables``, and others.
    """
    found: list[Table] = []
    for table in tables:
        if table.key == "estimates":
            found += _split(table)
        elif table.key in ("found_strength", "tests"):
            found.append(_once(_remarked(table)))
        elif table.rows:
            found.append(table)
    return tuple(_filled(table) for table in found if table.rows)


def _filled(table: Table) -> Table:
    """Without columns that have no entry."""
    kept = [i for i in range(len(table.columns)) if any(row[i] not in (None, "") for row in table.rows)]
    rows = tuple(tuple(row[i] for i in kept) for row in table.rows)
    return replace(table, columns=tuple(table.columns[i] for i in kept), rows=rows)


def _split(table: Table) -> tuple[Table, Table]:
    """Own estimates, and other ways to the same effects, the bootstrap among them."""
    own: list[dict[str, Cell]] = []
    others: list[dict[str, Cell]] = []
    own_said: dict[str, list[str]] = {}
    other_said: dict[str, list[str]] = {}
    effect = ""
    for row in table.records():
        cells: dict[str, Cell] = dict(row)
        first = bool(row["effect"])
        effect = str(row["effect"]) if first else effect
        (own if first else others).append(cells if first else {**cells, "effect": effect})
        if row["boot_low"] is not None and first:
            others.append(
                {
                    "effect": effect,
                    "estimator": "wild bootstrap",
                    "low": row["boot_low"],
                    "high": row["boot_high"],
                }
            )
        if row["remark"]:
            said, name = (own_said, effect) if first else (other_said, str(row["estimator"]))
            names = said.setdefault(str(row["remark"]), [])
            names += [] if name in names else [name]
    keys = ("effect", "estimator", "value", "se", "low", "high", "df", "supposes")
    columns = [column for column in table.columns if column.key in keys]
    if len({row["estimator"] for row in own}) == 1:
        columns = [column for column in columns if column.key != "estimator"]
    plain = [replace(c, meaning=c.meaning.partition("; of LIML")[0]) for c in columns]
    rest = [column for column in table.columns if column.key in keys[:6]]
    return (
        Table.of(
            "estimates", table.title, plain, own, " ".join(filter(None, [_remarks(own_said), table.note]))
        ),
        Table.of(
            "other_estimates",
            "Estimated in other ways",
            rest,
            _blanked(others, "effect"),
            _remarks(other_said),
        ),
    )


def _remarks(said: Mapping[str, Sequence[str]]) -> str:
    """Each remark once, with what it is about."""
    return " ".join(f"{', '.join(names)}: {remark}." for remark, names in said.items())


def _blanked(rows: Iterable[Mapping[str, Cell]], key: str) -> Iterator[dict[str, Cell]]:
    """Rows in which a value is empty where the row above has the same."""
    last: Cell = None
    for row in rows:
        value = row[key]
        yield {**row, key: "" if value == last else value}
        last = value


def _remarked(table: Table) -> Table:
    """Why a test is missing, in place of what it would speak against."""
    rows = [
        {**row, "speaks": f"no test: {row['remark']}"}
        if row.get("remark") and row["p"] is None
        else dict(row)
        for row in table.records()
    ]
    columns = [column for column in table.columns if column.key != "remark"]
    return Table.of(table.key, table.title, columns, rows, table.note)


def _once(table: Table) -> Table:
    """The regression named once; in the note where there is only one."""
    names = list(dict.fromkeys(str(row["regression"]) for row in table.records()))
    if len(names) != 1:
        return Table.of(
            table.key, table.title, table.columns, _blanked(table.records(), "regression"), table.note
        )
    columns = [column for column in table.columns if column.key != "regression"]
    note = " ".join(filter(None, [f"Of the regression of {names[0]}.", table.note]))
    return Table.of(table.key, table.title, columns, table.records(), note)
