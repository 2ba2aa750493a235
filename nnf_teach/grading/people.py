"""Who is meant: one idea of identity, for folders, files, times of handing in and rosters.

A student is named by a folder or a file. A table may name the same person by a login, a number, an
e-mail address or in another order; the roster knows which names are one person's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nnf_teach.grading.roster import Roster
from nnf_teach.grading.tables import plain


class People:
    """The students of a class, by all names that they have."""

    def __init__(self, students: Iterable[str], roster: Roster | None = None) -> None:
        self.students = sorted(set(students))
        self._roster = roster or Roster()
        self._by_name: dict[str, set[str]] = {}
        self._by_row: dict[int, set[str]] = {}
        for student in self.students:
            for name in _names(student):
                self._by_name.setdefault(name, set()).add(student)
            if (row := self._roster.find(student)) is not None:
                self._by_row.setdefault(id(row), set()).add(student)

    def find(self, name: str) -> str | None:
        """Return the student whom a name means; None where it means nobody, or more than one.

        >>> people = People(["doejane_1234", "Max Doe_77", "max"])
        >>> people.find("Doe, Jane"), people.find("77"), people.find("Max")
        ('doejane_1234', 'Max Doe_77', 'max')
        """
        if name in self.students:
            return name
        row = self._roster.find(name)
        whole = {student for student in self.students if plain(student) == plain(name)}
        for found in (
            self._by_row.get(id(row), set()) if row is not None else set[str](),
            whole,
            self._by_name.get(plain(name), set()),
        ):
            if len(found) == 1:
                return next(iter(found))
        return None

    def same(self) -> Mapping[str, str]:
        """Return, for students who are one person in the roster, the first of their names."""
        found: dict[str, str] = {}
        for students in self._by_row.values():
            found |= dict.fromkeys(students, min(students))
        return found


def _names(student: str) -> set[str]:
    """Return what a student may be called: as systems write `name_number`, either part."""
    name, _, number = student.rpartition("_")
    return {plain(part) for part in (student, name, number)} - {""}
