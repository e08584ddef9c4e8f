"""The command line: the only room that prints and sets exit codes. One file per command.

Exit codes: 0; 1 if a target is not identified, or a comparison finds a worse verdict; 2 for bad input, or where what is
printed cannot be written; 130 if stopped by the user, 143 if by the system, 141 if nobody reads what is printed.
"""

from identcheck.cli import (
    check,
    code,
    compare,
    completion,
    convert,
    doctor,
    falsify,
    init,
    plan,
    report,
    robust,
    schema,
    show,
    simulate,
    sweep,
)
from identcheck.cli.group import main

__all__ = [
    "check",
    "code",
    "compare",
    "completion",
    "convert",
    "doctor",
    "falsify",
    "init",
    "main",
    "plan",
    "report",
    "robust",
    "schema",
    "show",
    "simulate",
    "sweep",
]
