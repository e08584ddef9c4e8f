"""The command line: the only room that prints and sets exit codes. One file per command.

Exit codes: 0; 1 if a target is not identified; 2 for bad input.
"""

from identcheck.cli import check, init, report, show
from identcheck.cli.group import main

__all__ = ["check", "init", "main", "report", "show"]
