"""Results that are one table: as rows and as a data frame."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from identcheck.tables.table import Table

if TYPE_CHECKING:
    import pandas

__all__ = ["Tabled"]


class Tabled:
    """A result that is one table, :attr:`table`."""

    @property
    @abstractmethod
    def table(self) -> Table:
        """The result as a table."""

    def records(self) -> list[dict[str, Any]]:
        """The rows of the table, each a dict by column."""
        return self.table.records()

    def to_frame(self) -> pandas.DataFrame:
        """The table as a pandas data frame.

        Raises:
            ReportError: pandas is not installed.
        """
        return self.table.to_frame()
