"""``identcheck examine``: what a table of site effects, or the data of persons, says about what the design identifies."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import Any

import click

import identcheck as ic
from identcheck.cli.group import main, plain_errors
from identcheck.cli.options import ASSUME, FILE, FORCE, demand_free, weights_of
from identcheck.cli.printing import demand_tables, loaded, planned, print_title, say, show_tables
from identcheck.errors import IdentcheckError, InvalidDataError

__all__ = ["examine_command"]

LISTED = 30  # columns of a file, in a message


def _named(flag: str, text: str, form: str) -> tuple[str, str]:
    """A name and what it stands for, of NAME=COLUMN."""
    name, sign, value = text.partition("=")
    if not (sign and name.strip() and value.strip()):
        raise InvalidDataError([f"{flag} {text!r}: write {form}"])
    return name.strip(), value.strip()


def _two(flag: str, text: str, form: str) -> tuple[str, str]:
    """Two columns joined by a comma."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 2 or not all(parts):
        raise InvalidDataError([f"{flag} {text!r}: write {form}"])
    return parts[0], parts[1]


@main.command("examine")
@FILE
@click.argument("data", type=click.Path())
@click.option("--site", metavar="COLUMN", help="The column of the sites.")
@click.option(
    "--effect",
    multiple=True,
    metavar="NODE=EFFECT,SE",
    help="Of a table of site effects: the columns of the effect on a node and of its standard error; repeat for each node.",
)
@click.option(
    "--covariance", multiple=True, metavar="NODE,NODE=COLUMN", help="The column of a sampling covariance."
)
@click.option("--arm", metavar="COLUMN", help="The column of the arms, where there are several.")
@click.option(
    "--weights",
    metavar="NAME",
    help="precision (1/Var of the outcome's effect), persons, sites, or a column; of persons, by default as the design says.",
)
@click.option(
    "--persons",
    metavar="TREATED,CONTROL",
    help="The columns of the numbers of persons in the arm and in control.",
)
@click.option(
    "--modifier", multiple=True, metavar="NAME=COLUMN", help="The column of a characteristic of sites."
)
@click.option(
    "--node",
    multiple=True,
    metavar="NODE=COLUMN",
    help="Of persons' data: the column of a node; repeat for each.",
)
@click.option(
    "--treatment",
    multiple=True,
    metavar="COLUMN",
    help="Of persons' data: a column that is 0 or 1; or ARM=VALUE for each arm, with --arm.",
)
@click.option(
    "--covariate",
    multiple=True,
    metavar="COLUMN",
    help="Of persons' data: a baseline variable; repeat for several.",
)
@click.option(
    "--cluster", metavar="COLUMN", help="Of persons' data: the clusters that were assigned together."
)
@ASSUME
@click.option(
    "--output",
    "-o",
    metavar="OUT",
    help="Also write a report (.txt, .md, .html, .tex, .pdf, .docx), or the tables unrounded (.json, .csv, .parquet).",
)
@FORCE
@plain_errors
def examine_command(
    file: str, data: str, assume: tuple[str, ...], output: str | None, force: bool, **said: Any
) -> None:
    """Estimate what the design in FILE identifies from DATA, and test what the estimates rest on.

    DATA is a table of site effects with their standard errors, or persons' data: .csv, .parquet, .dta (Stata) or .sav (SPSS).
    The columns are named by options, or in the table [data] of FILE. Effects that the design does not identify get no number,
    and why. With a table [plan] in FILE, what was planned stands beside what was found.

    \b
      identcheck examine trial.toml sites.csv --site school --effect M=m,m_se --effect Y=y,y_se
      identcheck examine trial.toml pupils.dta --site school --treatment assigned --node M=hours --node Y=score
      identcheck examine trial.toml sites.csv -a vi,vii -o evidence.html

    Exit code 0, whatever is found. Exit code 2: bad input; every problem of the data is listed.
    """
    from identcheck.formats import has_plan

    design = loaded(file)
    if output is not None:
        _demand_place(output, force)
    columns = _columns(file, said)
    effects = _read(data, columns, design)
    plan = planned(file) if has_plan(file) else None
    evidence = ic.examine(design, effects, assume=assume, plan=plan)
    if design.title:
        print_title(design)
        click.echo()
    show_tables(evidence.printed, legend=False)
    if output is not None:
        click.echo()
        say(f"wrote {evidence.save(output)}")


def _demand_place(output: str, force: bool) -> None:
    """Refuse a file that cannot be written, before any work is done."""
    from identcheck.report.writers.save import SUFFIXES
    from identcheck.tables.write import SUFFIXES as TABULAR

    suffix = Path(output).suffix.lower()
    if suffix in TABULAR:
        demand_tables(output, force)
    elif suffix in SUFFIXES:
        demand_free([output], force)
    else:
        known = ", ".join(dict.fromkeys((*SUFFIXES, *TABULAR)))
        raise IdentcheckError(f"cannot tell the format of {output!r}; it ends in one of {known}")


def _columns(file: str, said: dict[str, Any]) -> dict[str, Any]:
    """The columns that [data] names, those of the options in their place."""
    from identcheck.formats import columns_in
    from identcheck.formats.data_table import pair_of

    found = columns_in(file)
    found.update({key: said[key] for key in ("site", "arm", "weights", "cluster") if said[key]})
    if said["effect"]:
        form = "NODE=EFFECT,SE, such as Y=score,score_se"
        pairs = (_named("--effect", text, form) for text in said["effect"])
        found["effects"] = {node: _two("--effect", columns, form) for node, columns in pairs}
    if said["covariance"]:
        pairs = (_named("--covariance", text, "NODE,NODE=COLUMN") for text in said["covariance"])
        found["covariances"] = {pair_of(pair): column for pair, column in pairs}
    if said["persons"]:
        found["persons"] = _two("--persons", said["persons"], "TREATED,CONTROL")
    for key, name in (("modifier", "modifiers"), ("node", "nodes")):
        if said[key]:
            found[name] = dict(_named(f"--{key}", text, "NAME=COLUMN") for text in said[key])
    if said["covariate"]:
        found["covariates"] = list(said["covariate"])
    if said["treatment"]:
        arms = said["treatment"]
        plain = len(arms) == 1 and "=" not in arms[0]
        found["treatment"] = (
            arms[0] if plain else dict(_named("--treatment", text, "ARM=VALUE") for text in arms)
        )
    return found


def _demand_kind(data: str, columns: dict[str, Any], design: ic.Design) -> None:
    """Where nothing tells whether the data are of persons or of site effects: what they have, and how each is named."""
    if columns.keys() & {"nodes", "treatment", "effects"}:
        return
    from identcheck.evidence.reading import frame_of

    frame = frame_of(data)
    there = [str(name) for name in getattr(frame, "column_names", None) or frame.columns]
    listed = ", ".join(there[:LISTED]) + (f" and {len(there) - LISTED} more" if len(there) > LISTED else "")

    def column(name: str) -> str:
        return next((one for one in there if one.lower() == name.lower()), "COLUMN")

    site = f"--site {quote(columns.get('site') or column('site'))}"
    nodes = [*design.observed_mediators, design.outcome]
    arms = (
        [f"--treatment {quote(column(design.treatments[0]))}"]
        if len(design.treatments) == 1
        else ["--arm COLUMN", *(f"--treatment {quote(arm)}=VALUE" for arm in design.treatments)]
    )
    persons = [site, *arms, *(f"--node {quote(f'{node}={column(node)}')}" for node in nodes)]
    effects = [site, *(f"--effect {quote(f'{node}=COLUMN,SE')}" for node in nodes)]
    raise InvalidDataError(
        [
            f"nothing says what its columns are: {listed}; name them by options, or in [data] of the design file",
            f"persons: {' '.join(persons)}",
            f"site effects: {' '.join(effects)}",
        ]
    )


def _read(data: str, columns: dict[str, Any], design: ic.Design) -> ic.SiteEffects:
    """The table of site effects, by what is named; of persons' data with the weights of the design where none are named."""
    _demand_kind(data, columns, design)
    by_person = "nodes" in columns or "treatment" in columns
    if by_person and "effects" in columns:
        raise InvalidDataError(
            ["both effects and nodes are named; DATA is a table of site effects, or of persons"]
        )
    needed = ("site", "treatment", "nodes") if by_person else ("site", "effects")
    options = {"site": "--site", "treatment": "--treatment", "nodes": "--node", "effects": "--effect"}
    missing = [
        f"{options[key]} (or {key} in [data] of the design file)" for key in needed if key not in columns
    ]
    if missing:
        raise InvalidDataError([f"the columns are not named: {'; '.join(missing)}"])
    allowed = (
        ("site", "treatment", "nodes", "covariates", "cluster", "weights", "arm", "modifiers")
        if by_person
        else ("site", "effects", "arm", "covariances", "weights", "persons", "modifiers")
    )
    wrong = [key for key in columns if key not in allowed]
    if wrong:
        kind = "persons' data" if by_person else "a table of site effects"
        raise InvalidDataError([f"{', '.join(wrong)}: not for {kind}"])
    return (
        ic.read_persons(data, **{"weights": weights_of(design), **columns})
        if by_person
        else ic.read_site_effects(data, **columns)
    )
