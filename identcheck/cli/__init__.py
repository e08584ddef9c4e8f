"""The command line: the only wing that prints and sets exit codes. Each file has a command, or a few of one kind.

Exit codes: 0; 1 if a target is not identified, or a comparison finds a worse verdict; 2 for bad input, or where what is
printed cannot be written; 130 if stopped by the user, 143 if by the system, 141 if nobody reads what is printed.
"""

from identcheck.cli.group import main

__all__ = ["main"]
