"""The class as a learning system knows it: a CSV that Canvas or Moodle has exported.

With it the sheets carry the identities that the system expects, and students who handed in nothing
get a row too.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

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
)


class RosterError(ValueError):
    """The roster cannot be used; the message says why."""


@dataclass(frozen=True)
class Roster:
    """The rows of the export, and its header."""

    header: tuple[str, ...] = ()
    rows: tuple[Mapping[str, str], ...] = ()

    def find(self, student: str) -> Mapping[str, str] | None:
        """Return the row of a student, by whichever identity the folder or file was named.

        Canvas and Moodle put a name and a number in front of a file: either may match. None if
        nobody matches, or more than one.
        """
        name, _, last = student.rpartition("_")
        for wanted in (student, last, name):
            key = _plain(wanted)
            found = [row for row in self.rows if key and key in _names(row)]
            if len(found) == 1:
                return found[0]
        return None

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
        with open(path, encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows = [{k: (v or "").strip() for k, v in row.items() if k} for row in reader]
            header = tuple(reader.fieldnames or ())
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RosterError(f"{path} cannot be read ({error})") from None
    if not set(header) & set(_IDENTITY):
        raise RosterError(
            f"{path} has none of the columns of an export from Canvas (Student, ID, SIS Login ID) "
            "or Moodle (Email address, ID number, Username, Full name)"
        )
    # Canvas puts rows in front that are no students
    students = [
        row
        for row in rows
        if any(row.get(column) for column in _IDENTITY)
        and "Points Possible" not in row.get("Student", "")
    ]
    return Roster(header, tuple(students))


def _names(row: Mapping[str, str]) -> set[str]:
    names = [row[column] for column in _IDENTITY if column != "Section" and row.get(column)]
    first, last = row.get("First name", ""), row.get("Last name", "")
    names += [f"{first} {last}", f"{last} {first}"] if first and last else []
    names += [row["Email address"].partition("@")[0]] if row.get("Email address") else []
    if "," in row.get("Student", ""):
        family, _, given = row["Student"].partition(",")
        names.append(f"{given} {family}")
    return {_plain(name) for name in names}


def _plain(name: str) -> str:
    """Return a name as Canvas puts it in a file's name: letters and digits in lower case."""
    return "".join(character for character in name.casefold() if character.isalnum())
