"""``python -m identcheck``, and the command ``identcheck``."""

from identcheck.basics.stopping import leave_at_once

__all__ = ["main"]


def main() -> None:
    """Run the command line. What it needs is imported when Ctrl-C does no harm any more."""
    leave_at_once()
    from identcheck.cli import main as commands

    commands()


if __name__ == "__main__":
    main()
