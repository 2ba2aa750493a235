"""Is a table read that another program wrote, in the dialect of its locale?"""

import csv
import io
import random
from pathlib import Path

import pytest

from nnf_teach.grading.late import read_times
from nnf_teach.grading.roster import read_roster
from nnf_teach.grading.sheets import to_csv
from nnf_teach.grading.tables import SEPARATORS, TableError, plain, read_table

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
ENDS = ["\n", "\r\n", "\r"]
LANGUAGES = {
    "English": ["First name", "Last name", "ID number", "Username", "Email address"],
    "German": ["Vorname", "Nachname", "ID-Nummer", "Anmeldename", "E-Mail-Adresse"],
    "French": ["Prénom", "Nom de famille", "Numéro d'identification", "Nom d'utilisateur",
               "Adresse de courriel"],
    "Spanish": ["Nombre", "Apellido(s)", "Número de ID", "Nombre de usuario",
                "Dirección de correo"],
    "Italian": ["Nome", "Cognome", "Codice identificativo", "Nome utente", "Indirizzo email"],
    "Dutch": ["Voornaam", "Achternaam", "ID-nummer", "Gebruikersnaam", "E-mailadres"],
}  # fmt: skip
STUDENTS = [
    ["José", "Núñez", "S1", "jnunez", "jn@x.org"],
    ["Zoë", "d'Arc, von", "S2", "zoe;1", "zoe@x.org"],
    ['Max "M"', "Müller", "00123", "mm", "mm@x.org"],
]


def drawn(seed: int, header: list[str]) -> bytes:
    """Write the students in a dialect that is drawn."""
    rng = random.Random(seed)
    separator, encoding = rng.choice(SEPARATORS), rng.choice(ENCODINGS)
    text = io.StringIO()
    lines = csv.writer(
        text, delimiter=separator, lineterminator=rng.choice(ENDS), quoting=rng.choice([0, 1])
    )
    lines.writerows([header, *STUDENTS])
    first = rng.choice(["", "", "\n", f"sep={separator}\n"])
    return (first + text.getvalue()).encode(encoding)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("seed", range(12))
def test_a_roster_in_any_dialect(seed: int, language: str, tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes(drawn(seed, LANGUAGES[language]))
    roster = read_roster(path)
    assert [list(row.values()) for row in roster.rows] == STUDENTS
    assert list(roster.rows[0]) == LANGUAGES["English"]
    for name in ("jnunez", "José Núñez", "S1", "Jose\u0301 Nu\u0301n\u0303ez_4", "jn@x.org"):
        assert roster.find(name) is roster.rows[0]
    assert roster.find("00123") is roster.rows[2]


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text('sep=;\na;b\n\n"1\n2";3\n4;5\n')
    table = read_table(path)
    assert [dict(row) for row in table.rows] == [{"a": "1\n2", "b": "3"}, {"a": "4", "b": "5"}]
    assert table.numbers == (5, 6)
    assert table.separator == ";"


def test_of_two_columns_of_one_kind_the_first_counts(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("E-Mail,Email address,Name\na@x,b@x,Ann\n")
    (row,) = read_roster(path).rows
    assert row["Email address"] in ("a@x", "b@x")
    assert set(row.values()) >= {"Ann", row["Email address"]}


def test_what_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"\xd0\xcf\x11\xe0")
    with pytest.raises(TableError, match="old Excel"):
        read_table(path)
    with pytest.raises(TableError, match="cannot be read"):
        read_table(tmp_path)


@pytest.mark.parametrize("heading", ["student", "Username", "E-Mail-Adresse", "ID"])
def test_times_name_people_as_they_like(heading: str, tmp_path: Path) -> None:
    path = tmp_path / "times.csv"
    text = f"{heading};Lesson;Submitted\nann;01 The neuron;20.11.2026 18:00\nbob;;2026-11-20\n"
    path.write_bytes(text.encode("utf-16"))
    assert set(read_times(path)) == {("ann", 1), ("bob", None)}


def test_where_semicolons_divide_numbers_have_a_comma() -> None:
    rows = [["name", "points"], ["a;b", "7.50"], ["v1.2.3", "-0.25"], ["=1.5", 3]]
    assert to_csv(rows, ";").splitlines() == [
        "name;points", '"a;b";7,50', "v1.2.3;-0,25", "'=1.5;3"
    ]  # fmt: skip
    assert to_csv(rows).splitlines()[1] == "a;b,7.50"


def test_names_are_compared_without_what_systems_change() -> None:
    assert plain("Müller, José") == plain("MU\u0308LLER JOSE\u0301")
    assert plain("ＡＢＣ") == "abc"
