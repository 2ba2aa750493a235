"""The class as a learning system knows it: a CSV that Canvas or Moodle has exported.

With it the sheets carry the identities that the system expects, and students who handed in nothing
get a row too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nnf_teach.grading.tables import TableError, plain, read_table

_IDENTITY = (
    "Student",
    "ID",
    "SIS User ID",
    "SIS Login ID",
    "Section",
    "First name",
    "Last name",
    "Full name",
    "ID number",
    "Username",
    "Email address",
    "Identifier",
)


class RosterError(ValueError):
    """The roster cannot be used; the message says why."""


@dataclass(frozen=True)
class Roster:
    """The rows of the export, its header, and what separates its cells."""

    header: tuple[str, ...] = ()
    rows: tuple[Mapping[str, str], ...] = ()
    separator: str = ","

    def find(self, student: str) -> Mapping[str, str] | None:
        """Return the row of a student, by whichever identity the folder or file was named.

        Canvas and Moodle put a name and a number in front of a file: either may match. Canvas's
        number is an ID, whatever else has that number. None if nobody matches, or more than one.
        """
        name, _, last = student.rpartition("_")
        by_number = self._by_number.get(last, []) if name else []
        for found in (by_number, *(self._by_name.get(plain(n), []) for n in (student, last, name))):
            if len(found) == 1:
                return found[0]
        return None

    @cached_property
    def _by_number(self) -> dict[str, list[Mapping[str, str]]]:
        """The rows by the number that the system puts into the names of files."""
        found: dict[str, list[Mapping[str, str]]] = {}
        for row in self.rows:
            number = row.get("ID") or re.sub(r"\D", "", row.get("Identifier", ""))
            found.setdefault(number, []).append(row)
        found.pop("", None)
        return found

    @cached_property
    def _by_name(self) -> dict[str, list[Mapping[str, str]]]:
        found: dict[str, list[Mapping[str, str]]] = {}
        for row in self.rows:
            for name in _names(row) - {""}:
                found.setdefault(name, []).append(row)
        return found

    def missing(self, students: Iterable[str]) -> list[Mapping[str, str]]:
        """Return the rows of those who are not among the students."""
        there = [self.find(student) for student in students]
        return [row for row in self.rows if not any(row is found for found in there)]

    def assignment(self, title: str) -> str | None:
        """Return the header of the assignment with this title: Canvas writes `title (id)`."""
        for header in self.header:
            if header == title or (header.startswith(f"{title} (") and header.endswith(")")):
                return header
        return None


def read_roster(path: Path) -> Roster:
    """Read what Canvas or Moodle has exported: a CSV of the gradebook or of the participants."""
    try:
        table = read_table(path)
    except TableError as error:
        raise RosterError(f"{error}.") from None
    if not set(table.header) & set(_IDENTITY):
        there = ", ".join(filter(None, table.header[:6]))[:200]
        raise RosterError(
            f"{path} has none of the columns of an export from Canvas (Student, ID, SIS Login ID) "
            "or Moodle (Email address, ID number, Username, Full name). Its first row reads: "
            f"{there}."
        )
    # Canvas puts rows in front that are no students
    students = [
        row
        for row in table.rows
        if any(row.get(column) for column in _IDENTITY)
        and "Points Possible" not in row.get("Student", "")
    ]
    return Roster(table.header, tuple(students), table.separator)


def _names(row: Mapping[str, str]) -> set[str]:
    names = [row[column] for column in _IDENTITY if column != "Section" and row.get(column)]
    first, last = row.get("First name", ""), row.get("Last name", "")
    names += [f"{first} {last}", f"{last} {first}"] if first and last else []
    names += [row["Email address"].partition("@")[0]] if row.get("Email address") else []
    if "," in row.get("Student", ""):
        family, _, given = row["Student"].partition(",")
        names.append(f"{given} {family}")
    return {plain(name) for name in names}
