"""``python -m identcheck``, and the command ``identcheck``."""

import atexit
import gc
import os

from identcheck.basics.stopping import leave_at_once

__all__ = ["main"]

GROWN = 100_000
"""So many objects more are made before Python looks for those that nothing leads to any more; 700 where nothing is said."""


def main() -> None:
    """Run the command line. What it needs is imported when Ctrl-C does no harm any more.

    Matrices here are small: several threads would wait for one another longer than they work, and add up in another order.
    What imports make is never garbage. Python would look through it again and again while it grows, and once more when the
    process ends: a quarter of the time of a short command.
    """
    leave_at_once()
    for library in ("OPENBLAS", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    gc.set_threshold(GROWN)
    atexit.register(gc.freeze)
    from identcheck.cli import main as commands

    commands()


if __name__ == "__main__":
    main()
