"""`certificate`: one page that says what the learner has done, to keep or to print.

The page is made on the learner's own machine from their own progress file, and says so: it is
self-assessed. It needs nothing but itself: no network, no other file.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

from nnf_teach import session
from nnf_teach.checking.hints import show_text
from nnf_teach.checking.report import LessonProgress, Progress, progress
from nnf_teach.checking.result import panel_html
from nnf_teach.checking.store import store
from nnf_teach.exercises import all_exercises
from nnf_teach.notebooks import free_name
from nnf_teach.version import __version__

FILE = "nnf-certificate.html"
_LONGEST = 100  # characters of a name
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Certificate:
    """A certificate that was written. Shown in a notebook as a sentence with a link."""

    path: Path
    rows: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return "\n".join([f"Your certificate: {self.path}", *(text for _, text in self.rows)])

    __repr__ = __str__

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        link = f'<a href="{escape(self.path.name)}" target="_blank">{escape(self.path.name)}</a>'
        html = panel_html("Your certificate is written.", self.rows)
        return {"text/plain": str(self), "text/html": f"{html}<p>Open it: {link}</p>"}


def certificate(name: str = "", folder: str | Path = ".") -> Certificate | None:
    """Write a certificate of the learner's points as a page, `nnf-certificate.html`.

    It holds the name, the date, the points of each lesson and in all, and what is still open. It
    says that it is self-assessed. A file that is there already is kept beside it, with the time
    in its name.

    Parameters
    ----------
    name
        Whose certificate it is. Without one, nothing is written, and what to write is said.
    folder
        Where to write it; the folder of the notebook if not given.

    Returns
    -------
    Certificate or None
        Where the page is; None when it could not be written. A sentence says why.

    >>> certificate("...")
    Write your name between the quotes: certificate("Ada Lovelace").
    """
    if not isinstance(name, str) or not name.strip(" ."):
        show_text('Write your name between the quotes: certificate("Ada Lovelace").')
        return None
    written = " ".join(name.split())
    if len(written) > _LONGEST:
        show_text(f"That name has {len(written)} characters; {_LONGEST} fit on the page.")
        return None
    now, found = datetime.now(), progress()
    path = Path(folder).expanduser().absolute() / FILE
    try:
        kept = _put(path, page(written, found, _stretch_passed(), now), now)
    except OSError as error:
        show_text(
            f"The certificate could not be written to {path} ({error.strerror}). "
            "Is the folder there, and writable?"
        )
        return None
    rows = [("points", f"{found.points} of {found.out_of}"), ("missing", _missing(found))]
    if kept is not None:
        rows.append(("kept", f"What was in its place is now {kept.name}."))
    if found.sentence:
        rows.append(("notice", found.sentence))
    return Certificate(path, tuple(rows))


def page(name: str, found: Progress, stretch: tuple[str, ...], now: datetime) -> str:
    """Return the page: HTML that stands alone.

    Parameters
    ----------
    name
        Whose it is.
    found
        The progress over all lessons.
    stretch
        The stretch exercises that were passed; they are outside the total.
    now
        The date that it bears.
    """
    counted = [lesson for lesson in found.lessons if lesson.out_of]
    done = [lesson for lesson in counted if not lesson.open]
    whole = len(done) == len(counted) > 0
    kind = "Certificate" if whole else "Certificate of what has been done so far"
    title = f"{kind}: Neural Networks Foundations"
    day = f"{now.day} {now:%B %Y}"
    seen = tuple(name for lesson in found.lessons for name in lesson.seen)
    body = f"""<main>
<h1>{kind}</h1>
<p>Neural Networks Foundations, an open course in nine lessons</p>
<p class="name">{escape(name)}</p>
<p class="total"><strong>{found.points} of {found.out_of} points</strong>, on {day}</p>
<p>{escape(_sentence(found, done, counted))}</p>
<div class="self"><strong>This is self-assessed.</strong> The course made this page on the learner's
own computer, from the learner's own progress file. Nobody has checked who wrote the answers, or
with what help, and the page could be changed by anyone. It is no degree, and no mark.</div>
<table>
<caption>Points by lesson: an exercise counts when its check has passed.</caption>
<thead><tr><th scope="col">Lesson</th><th scope="col" class="points">Points</th>
<th scope="col"><span aria-hidden="true"></span></th></tr></thead>
<tbody>
{"".join(map(_row, counted))}</tbody>
<tfoot><tr><th scope="row">In all</th><td class="points">{found.points} of {found.out_of}</td>
<td></td></tr></tfoot>
</table>
{_list("Beyond the total", "Stretch exercises that were passed:", stretch)}
{_open(found)}
{_list("With the solution seen", "Exercises whose solution was looked at before a pass:", seen)}
<footer>Made by nnf_teach {escape(__version__)}. The course follows the lecture
<cite>Neural Networks Foundations</cite> (W. Czarnecki, UCL x DeepMind lecture series); neither the
lecturer nor those institutions have issued this page.</footer>
</main>"""
    css = (_HERE / "certificate.css").read_text(encoding="utf-8")
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{css}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _sentence(found: Progress, done: list[LessonProgress], counted: list[LessonProgress]) -> str:
    if not found.points:
        return "No exercise has been passed yet. Below is what there is to do."
    if len(done) == len(counted):
        return "Every exercise of every lesson has been passed."
    verb = "is" if len(done) == 1 else "are"
    return (
        f"{len(done)} of {len(counted)} lessons {verb} complete. What is missing is listed below."
    )


def _row(lesson: LessonProgress) -> str:
    share = 100 * lesson.points / lesson.out_of
    return (
        f'<tr><th scope="row">{lesson.number:02} {escape(lesson.title)}</th>'
        f'<td class="points">{lesson.points} of {lesson.out_of}</td>'
        f'<td><div class="bar" aria-hidden="true"><div style="width:{share:.0f}%"></div></div>'
        "</td></tr>\n"
    )


def _open(found: Progress) -> str:
    lines = [
        f"{lesson.number:02} {lesson.title}: {', '.join(lesson.open)}"
        for lesson in found.lessons
        if lesson.out_of and lesson.open
    ]
    return _list("Still missing", "Exercises whose check has not passed yet:", tuple(lines))


def _list(heading: str, lead: str, items: tuple[str, ...]) -> str:
    if not items:
        return ""
    lines = "".join(f"<li>{escape(item)}</li>\n" for item in items)
    return (
        f"<section><h2>{escape(heading)}</h2>\n<p>{escape(lead)}</p>\n<ul>\n{lines}</ul></section>"
    )


def _missing(found: Progress) -> str:
    """Say in one line what a complete certificate lacks."""
    lacking = [lesson for lesson in found.lessons if lesson.points < lesson.out_of]
    short = [f"{n.out_of - n.points} in lesson {n.number:02}" for n in lacking]
    if not short:
        return "nothing: all exercises are passed"
    first = "nothing has been passed yet; " if not found.points else ""
    return f"{first}points still to be had: {', '.join(short)}"


def _stretch_passed() -> tuple[str, ...]:
    data, _ = store(session.strict()).read()
    return tuple(
        exercise.name
        for exercise in all_exercises().values()
        if exercise.stretch and data["exercises"].get(exercise.name, {}).get("passed")
    )


def _put(path: Path, text: str, now: datetime) -> Path | None:
    """Write a file whole, in one step; return where the file before it is kept."""
    data = text.encode("utf-8", "xmlcharrefreplace")  # a half of an emoji is no UTF-8
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(part, 0o644)
        kept = None
        if os.path.lexists(path) and not _same(path, data):
            kept = free_name(path, now)
            path.rename(kept)
        os.replace(part, path)
    except OSError:
        Path(part).unlink(missing_ok=True)
        raise
    return kept


def _same(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data
