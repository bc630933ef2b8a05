"""Columns of folded text (`core.definition.typography.fold`) that are fast to scan.

Apart: they know nothing of authorities.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate


class Column:
    """One line of folded text per row, in a single string: fast to scan, small in memory.

    A space stands before each line, so that " word" finds the beginning of a word.
    """

    __slots__ = ("_starts", "_text")

    def __init__(self, lines: Sequence[str]) -> None:
        """`lines`: one per row, without line break."""
        self._text = "".join(f" {line}\n" for line in lines)
        self._starts = array("L", accumulate((len(line) + 2 for line in lines), initial=0))

    def __getitem__(self, row: int) -> str:
        """The line of a row, with its leading space and its line break."""
        return self._text[self._starts[row] : self._starts[row + 1]]

    def count(self, needle: str) -> int:
        """How often this text occurs, in all rows."""
        return self._text.count(needle)

    def rows_with(self, needle: str) -> Iterator[int]:
        """The rows that hold this text (not empty), in order, each once."""
        text, starts = self._text, self._starts
        at = text.find(needle)
        while at >= 0:
            row = bisect_right(starts, at) - 1
            yield row
            at = text.find(needle, starts[row + 1])
