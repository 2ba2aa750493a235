"""Names that come from outside: shown without tricks, and turned into file names that are safe."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

_LIKE_A_KEY = re.compile(r"-[0-9a-f]{10}$", re.IGNORECASE)
_LONGEST = 60  # characters of a name that a file name keeps
_RESERVED = {"con", "prn", "aux", "nul"} | {f"{p}{n}" for p in ("com", "lpt") for n in range(10)}


def printable(text: str) -> str:
    """Write out what a terminal or a page would obey instead of showing.

    Control characters, changes of direction and bytes that are no text become visible. Letters
    with accents are one character each, however the file system writes them.

    >>> printable("Ann\\x1b[2J\\n")
    'Ann\\\\x1b[2J\\\\x0a'
    """
    text = unicodedata.normalize("NFC", text)
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(character: str) -> str:
    # Cc control, Cf format (direction), Cs surrogate (a byte that is no UTF-8), Zl and Zp lines
    if unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return character
    number = ord(character)
    if 0xDC80 <= number <= 0xDCFF:  # how Python keeps a byte of a file name
        number -= 0xDC00
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"


def key(student: str) -> str:
    """Return a file name that belongs to this student alone, on every file system.

    >>> key("../../etc/passwd")
    'etc_passwd-3754d6cb3a'
    """
    digest = hashlib.sha256(student.encode("utf-8", "surrogateescape")).hexdigest()[:10]
    return f"{_slug(student)}-{digest}"


def file_names(students: Iterable[str]) -> dict[str, str]:
    """Return a file name for each student: the name itself where it is safe and nobody else's.

    >>> file_names(["ann", "bob", "Bob", "c/d"])
    {'ann': 'ann', 'bob': 'bob-81b637d8fc', 'Bob': 'Bob-cd9fb1e148', 'c/d': 'c_d-e5fb6071c1'}
    """
    students = list(students)
    # some file systems take Bob and bob for the same
    alike = Counter(student.casefold() for student in students)
    return {
        student: student
        if student == _slug(student)
        and alike[student.casefold()] == 1
        and not _LIKE_A_KEY.search(student)  # which may be another's
        else key(student)
        for student in students
    }


def _slug(student: str) -> str:
    text = unicodedata.normalize("NFC", student)
    text = re.sub(r"[^\w.@ -]+", "_", text).strip("._- ")[:_LONGEST].rstrip("._- ")
    text = text.encode("utf-8", "replace").decode()
    while len(text.encode()) > 150:  # file names are limited in bytes
        text = text[:-1]
    return "student" if not text else f"_{text}" if _reserved(text) else text


def _reserved(text: str) -> bool:
    """Whether Windows keeps the name for a device."""
    return text.partition(".")[0].strip().lower() in _RESERVED
