"""What is wrong in a catalogue file, said with file and key path."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CatalogueProblem:
    """One fault in one catalogue file; `key` is the dotted path (`systems.linux.state`), empty for the file as a whole."""

    file: str
    key: str
    message: str

    def __str__(self) -> str:
        """Return one line that names file, key and fault."""
        where = f"{self.file}, {self.key}" if self.key else self.file
        return f"{where}: {self.message}"


class Report:
    """Collects the problems of one file while it is read."""

    __slots__ = ("file", "problems")

    def __init__(self, file: str) -> None:
        """Start empty for `file` (its name below the catalogue folder)."""
        self.file = file
        self.problems: list[CatalogueProblem] = []

    def add(self, key: str, message: str) -> None:
        """Note one problem at a key path."""
        self.problems.append(CatalogueProblem(self.file, key, message))
