"""Tables that others have written: learning systems and spreadsheets, in any of their dialects.

A spreadsheet separates by what its locale does not use in numbers, writes in an encoding of its
own, and translates headings. What a table is made of is told by its bytes and by its first row.
"""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

SEPARATORS = (",", ";", "\t", "|", ":")  # the first of those that divide the header most
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NO_TABLES = {b"PK": "a workbook or another archive", b"\xd0\xcf": "a workbook of an old Excel"}

# As Canvas, Moodle and people who keep lists write them, through `plain`.
_HEADINGS = {
    "Student": "student students estudiante étudiant aluno studente студент",
    "ID": "id",
    "SIS User ID": "sisuserid",
    "SIS Login ID": "sisloginid",
    "Section": "section sections sektion sección secção sezione",
    "First name": "firstname vorname prénom nombre nome voornaam imię förnamn fornavn etunimi "
    "jméno utónév имя givenname",
    "Last name": "lastname surname familyname nachname familienname nom nomdefamille apellido "
    "apellidos cognome sobrenome apelido achternaam nazwisko efternamn etternavn efternavn "
    "sukunimi příjmení vezetéknév фамилия",
    "Full name": "fullname name vollständigername nomcomplet nombrecompleto nomecompleto "
    "volledigenaam naam namn navn nimi",
    "ID number": "idnumber idnummer matrikelnummer matrikelnr matrnr studentid studentnumber "
    "numérodidentification numéroétudiant númerodeid matricola codiceidentificativo "
    "studentnummer númerodeidentificação",
    "Username": "username login loginname benutzername anmeldename nomdutilisateur "
    "nombredeusuario usuario username nomeutente gebruikersnaam användarnamn kullanıcıadı",
    "Email address": "emailaddress email mail emailadresse adressedecourriel courriel "
    "adresseemail correo correoelectrónico direccióndecorreo direccióndecorreoelectrónico "
    "indirizzoemail emailadres epostadress epostadresse endereçodeemail",
    "Identifier": "identifier teilnehmernummer identifiant identificador",
    "submitted": "submitted submittedat submissiontime handedin abgegeben abgabe remis entregado",
    "lesson": "lesson assignment lektion leçon lección",
}
_CANONICAL = {word: name for name, words in _HEADINGS.items() for word in words.split()}


class TableError(ValueError):
    """What a file holds is no table; the message says what it is."""


@dataclass(frozen=True)
class Table:
    """A table: its headings, the known ones in English, and its rows by heading.

    `separator` is what divides its cells, `numbers` are the rows' lines in the file.
    """

    header: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]
    numbers: tuple[int, ...]
    separator: str


def plain(text: str) -> str:
    """Return what of a name counts: letters and digits in lower case, however they are encoded.

    >>> plain("E-Mail-Adresse"), plain("Jose\\u0301") == plain("Jos\\u00e9")
    ('emailadresse', True)
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in unicodedata.normalize("NFC", text) if c.isalnum())


def read_table(path: Path) -> Table:
    """Read a table in whichever encoding, with whichever separator.

    Raises
    ------
    TableError
        If the file cannot be read, or is none.
    """
    try:
        text = _decoded(path.read_bytes(), path)
    except OSError as error:
        raise TableError(f"{path} cannot be read ({error.strerror})") from None
    lines = text.splitlines(keepends=True)
    told = lines[0].strip().casefold() if lines else ""
    separator = told.removeprefix("sep=")[:1] if told.startswith("sep=") else ""
    text = "".join(lines[1:]) if separator else text
    separator = separator or _separator(text)
    rows = list(_rows(text, separator, path, 1 + (told.startswith("sep="))))
    if not rows:
        raise TableError(f"{path} is empty")
    _, first = rows[0]
    header = tuple(_headings(first))
    return Table(
        header,
        tuple(
            {h: c.strip() for h, c in zip(header, row, strict=False) if h} for _, row in rows[1:]
        ),
        tuple(number for number, _ in rows[1:]),
        separator,
    )


def _decoded(data: bytes, path: Path) -> str:
    for start, what in _NO_TABLES.items():
        if data.startswith(start):
            raise TableError(f"{path} is {what}. Save it as CSV, and hand that over")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if data[1:2] == b"\0" or data[:1] == b"\0":
        return data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")  # what Excel writes in the West


def _separator(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")

    def divides(separator: str) -> int:
        return len(next(csv.reader([first], delimiter=separator), []))

    return max(SEPARATORS, key=divides)  # of equals, the first


def _rows(text: str, separator: str, path: Path, start: int) -> Iterator[tuple[int, list[str]]]:
    """Yield rows that are not empty, with their lines."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield start - 1 + reader.line_num, row
    except csv.Error as error:
        raise TableError(f"{path}, line {start - 1 + reader.line_num}: {error}") from None


def _headings(cells: list[str]) -> Iterator[str]:
    """Yield the headings: known ones by their English names, one of a kind."""
    seen: set[str] = set()
    for cell in cells:
        heading = cell.strip()
        known = _CANONICAL.get(plain(heading), heading)
        heading = heading if known in seen else known
        seen.add(heading)
        yield heading
