"""The tables of the evidence as people read them: what is theirs first, remarks once, nothing empty."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from identcheck.derive.words import capital
from identcheck.evidence.scatter import SAME
from identcheck.tables.table import Cell, Table

__all__ = ["printed"]


def printed(tables: Iterable[Table]) -> tuple[Table, ...]:
    """The tables as people read them: own estimates first and alone, then what the rules say of them, then other estimates.

    Remarks stand under a table, once each; a regression is named once; what has no entry is left out.

    Args:
        tables: those of ``evidence_tables``, and others.
    """
    found: list[Table] = []
    others: Table | None = None
    for table in tables:
        if table.key == "estimates":
            own, others = _split(table)
            found.append(own)
        elif table.key in ("found_strength", "tests"):
            found.append(_once(_remarked(table)))
        elif table.rows:
            found.append(table)
        if others is not None and table.key == "decided":
            found.append(others)
            others = None
    if others is not None:
        found.append(others)
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
        for clause in filter(None, str(row["remark"]).split("; ")):
            said, name = (own_said, effect) if first else (other_said, f"{row['estimator']} of {effect}")
            said.setdefault(clause, []).append(name)
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
            _remarks(
                _by_estimator(other_said, [(str(row["estimator"]), str(row["effect"])) for row in others])
            ),
        ),
    )


def _remarks(said: Mapping[str, Sequence[str]]) -> str:
    """Each remark once, with what it is about."""
    return " ".join(f"{', '.join(names)}: {remark}." for remark, names in said.items())


def _by_estimator(said: Mapping[str, Sequence[str]], rows: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """The same, an estimator named alone where the remark is on it whatever the effect."""
    every: dict[str, list[str]] = {}
    for estimator, effect in rows:
        every.setdefault(estimator, []).append(f"{estimator} of {effect}")
    found: dict[str, list[str]] = {}
    for remark, names in said.items():
        whole = [estimator for estimator, own in every.items() if {*own} <= {*names}]
        found[remark] = whole + [n for n in names if not any(n in every[w] for w in whole)]
    return found


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
    said: dict[str, list[str]] = {}
    for row in table.records():
        for clause in str(row["remark"]).split("; ") if row.get("remark") and row["p"] is not None else ():
            names = said.setdefault(clause, [])
            names += [] if row["test"] in names else [str(row["test"])]
    said.pop(SAME, None)  # the note of the table has it
    return Table.of(
        table.key, table.title, columns, rows, " ".join(filter(None, [table.note, capital(_remarks(said))]))
    )


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
