"""The page for the instructor: scores, what to talk about, and what people get wrong."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from html import escape
from statistics import mean, median

from nnf_teach.exercises import all_exercises
from nnf_teach.grading.feedback import marked
from nnf_teach.grading.items import items
from nnf_teach.grading.mark import ExerciseMark
from nnf_teach.grading.page import UNSAFE, page
from nnf_teach.grading.report import ClassReport, Student, number, title
from nnf_teach.grading.similar import PUBLISHED, Pair

_KINDS = ("passed", "partly", "wrong", "open")
_WORDS = {"passed": "right", "partly": "partly right", "wrong": "wrong", "open": "not done"}
_SIGNS = {"passed": "✓", "partly": "◐", "wrong": "✗", "open": "○"}
_COLOURS = {"passed": "right", "partly": "partly", "wrong": "wrong", "open": "open"}
_MOST_PAIRS, _MOST_LINES = 100, 8


def class_page(report: ClassReport, pages: dict[str, str]) -> str:
    """Return the page of a class; `pages` are the addresses of the students' own, by name."""
    parts = ["<h1>The class</h1>", _summary(report)]
    if report.unsafe:
        parts.append(UNSAFE)
    if report.students:
        parts += [_exercises(report), _mistakes(report), _scores(report)]
        parts += [_similar(report.similar), _students(report, pages)]
    return page("The class", "\n".join(part for part in parts if part))


def _summary(report: ClassReport) -> str:
    graded = [h for s in report.students for h in s.lessons.values() if h.status == "graded"]
    other = [h for s in report.students for h in s.lessons.values() if h.status != "graded"]
    problems = sum(len(s.problems) for s in report.students)
    lessons = ", ".join(title(lesson) for lesson in report.lessons) or "no lesson"
    text = f"{_count(len(report.students), 'student')}, {_count(len(graded), 'notebook')} graded"
    if other or problems:
        text += f", {len(other) + problems} not"
    points = [s.points for s in report.students if s.lessons]
    figures = ""
    if points:
        figures = (
            f"<p>Points: mean {number(mean(points))}, median {number(median(points))}, from "
            f"{number(min(points))} to {number(max(points))} of {report.out_of()}.</p>"
        )
    walls = sorted({h.mark.sandbox for h in graded} - {""})
    behind = f"<p>Sandbox: {escape(', '.join(walls))}.</p>" if walls else ""
    return f'<p class="lead">{escape(text)}.</p><p>{escape(lessons)}</p>{figures}{behind}'


def _count(n: int, what: str) -> str:
    return f"{n} {what}{'' if n == 1 else 's'}"


# Pictures: bars with their numbers in words, hatched so that they can be told apart without colour


def _scores(report: ClassReport) -> str:
    out_of = report.out_of()
    if not out_of:
        return ""
    # ten classes; the last one holds who has all points
    counts = Counter(min(9, int(10 * s.points / out_of)) for s in report.students)
    most, width, height, left, top = max(counts.values()), 640, 180, 34, 20
    step = (width - left) / 10
    bars, told = [], []
    for k in range(10):
        n, low, high = counts[k], out_of * k / 10, out_of * (k + 1) / 10
        x, tall = left + k * step, height * n / most
        label = f"{number(low)} to {number(high)}"
        told.append(f"{label} points: {n}")
        bars.append(
            f'<rect x="{x + 3:.1f}" y="{top + height - tall:.1f}" width="{step - 6:.1f}" '
            f'height="{tall:.1f}" fill="var(--right)"/>'
            f'<text x="{x + step / 2:.1f}" y="{top + height - tall - 5:.1f}" '
            f'text-anchor="middle">{n or ""}</text>'
            f'<text x="{x:.1f}" y="{top + height + 16}" text-anchor="middle">{number(low)}</text>'
        )
    axis = (
        f'<line x1="{left}" x2="{width}" y1="{top + height}" y2="{top + height}" '
        'stroke="var(--line)"/>'
        f'<text x="{width}" y="{top + height + 16}" text-anchor="end">{out_of}</text>'
        f'<text x="{(left + width) / 2}" y="{top + height + 36}" text-anchor="middle">points</text>'
    )
    svg = _svg(width, top + height + 44, "Students by points. " + "; ".join(told), bars, axis)
    return f"<h2>Scores</h2><figure>{svg}</figure>"


def _exercises(report: ClassReport) -> str:
    """Draw the outcomes of every exercise among those who handed it in."""
    rows = items(report)
    if not rows:
        return ""
    width, left, apart_width, line, top = 840, 290, 90, 24, 28
    parts, told = [_HATCHES], []
    for end, head in ((width - apart_width, "points"), (width, "tells apart")):
        parts.append(f'<text x="{end}" y="{top - 12}" text-anchor="end">{head}</text>')
    for k, item in enumerate(rows):
        y, x = top + k * line, float(left)
        scale = (width - left - apart_width - 50) / item.counts.total()
        name = f"{item.exercise.lesson:02} {item.exercise.name}"
        name += "*" if item.exercise.stretch else ""
        parts.append(f'<text x="{left - 8}" y="{y + 14}" text-anchor="end">{escape(name)}</text>')
        for kind in _KINDS:
            if n := item.counts[kind]:
                parts.append(_segment(kind, x, y, n * scale, n))
                x += n * scale
        apart = "–" if item.separation is None else f"{item.separation:.2f}".replace("-", "−")
        for end, text in ((width - apart_width, f"{item.share:.0%}"), (width, apart)):
            parts.append(f'<text x="{end}" y="{y + 14}" text-anchor="end">{text}</text>')
        words = ", ".join(f"{item.counts[k]} {_WORDS[k]}" for k in _KINDS if item.counts[k])
        told.append(f"{name}: {words}, {item.share:.0%} of the points, tells apart: {apart}")
    svg = _svg(width, top + line * len(rows), "Exercises. " + "; ".join(told), parts, "")
    legend = " ".join(
        f'<span><svg width="18" height="14" aria-hidden="true"><rect width="18" height="14" '
        f'fill="url(#{kind})"/></svg> {_SIGNS[kind]} {_WORDS[kind]}</span>'
        for kind in _KINDS
    )
    return (
        "<h2>Exercises, those to talk about first</h2><p>How many answers were right, the share of "
        "the points that the class got, and how well the exercise tells strong from weak students: "
        "the correlation of a right answer with the points in all others. Near 0 it does not; "
        "below 0 look at the question. First comes where those who tried lost most.</p>"
        f'<p class="legend">{legend}</p><figure>{svg}</figure>'
    )


_HATCHES = (
    "<defs>"
    '<pattern id="passed" width="8" height="8" patternUnits="userSpaceOnUse">'
    '<rect width="8" height="8" fill="var(--right)"/></pattern>'
    '<pattern id="partly" width="8" height="8" patternUnits="userSpaceOnUse">'
    '<rect width="8" height="8" fill="var(--partly)" fill-opacity=".3"/>'
    '<circle cx="4" cy="4" r="2" fill="var(--partly)"/></pattern>'
    '<pattern id="wrong" width="7" height="7" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="7" height="7" fill="var(--wrong)" '
    'fill-opacity=".25"/><rect width="3" height="7" fill="var(--wrong)"/></pattern>'
    '<pattern id="open" width="8" height="8" patternUnits="userSpaceOnUse">'
    '<rect width="8" height="8" fill="var(--open)" fill-opacity=".15"/></pattern>'
    "</defs>"
)


def _segment(kind: str, x: float, y: float, width: float, n: int) -> str:
    # a number stands on a plain ground, so that the hatching does not cross it
    label = ""
    if width > 18:
        half = 5 + 4 * len(str(n))
        middle = x + width / 2
        label = (
            f'<rect x="{middle - half:.1f}" y="{y + 2}" width="{2 * half}" height="14" rx="3" '
            f'fill="var(--ground)"/><text x="{middle:.1f}" y="{y + 14}" '
            f'text-anchor="middle">{n}</text>'
        )
    return (
        f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="18" fill="url(#{kind})" '
        f'stroke="var(--{_COLOURS[kind]})"/>{label}'
    )


def _svg(width: int, height: int, told: str, parts: Sequence[str], more: str) -> str:
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="{escape(told)}">{"".join(parts)}{more}</svg>'
    )


# Tables -------------------------------------------------------------------------------------


_EXAMPLE = ("input", "got", "expected", "error")  # the rows of an example that failed
_MOST_WAYS, _MOST_CHARACTERS = 6, 300  # of an exercise, and of a row


def _mistakes(report: ClassReport) -> str:
    """List what is most often wrong, per exercise: misconceptions and places, without names."""
    found: dict[str, dict[str, list[ExerciseMark]]] = {}
    for student in report.students:
        for handed in student.lessons.values():
            for exercise in handed.mark.exercises:
                if told := _mistake(exercise):
                    found.setdefault(exercise.name, {}).setdefault(told, []).append(exercise)
    if not found:
        return "<h2>What is wrong</h2><p>No misconception and no place was found.</p>"
    rows = []
    for name in sorted(found, key=lambda name: -sum(map(len, found[name].values()))):
        ways = sorted(found[name].items(), key=lambda way: -len(way[1]))
        for k, (told, alike) in enumerate(ways[:_MOST_WAYS]):
            first = f"<code>{escape(name)}</code>" if k == 0 else ""
            rows.append(
                f'<tr><td class="code">{first}</td><td class="n">{len(alike)}</td>'
                f'<td class="wide">{told}</td><td class="wide">{_example(alike[0])}</td></tr>'
            )
        if (left := len(ways) - _MOST_WAYS) > 0:
            rows.append(
                f'<tr><td></td><td></td><td class="quiet">and {left} more</td><td></td></tr>'
            )
    return (
        "<h2>What is wrong, per exercise</h2><p>A known misconception with the question that leads "
        "out of it, or the line of an answer in which one small change makes every example right "
        "(two lines, where two changes do)."
        '</p><div class="scroll"><table><thead><tr><th scope="col">Exercise</th>'
        '<th scope="col" class="n">Count</th><th scope="col">What it is</th>'
        '<th scope="col">An example that failed</th></tr></thead><tbody>'
        f"{''.join(rows)}</tbody></table></div>"
    )


def _mistake(exercise: ExerciseMark) -> str:
    """Say what is wrong with an answer, as HTML; "" where neither name nor place is known."""
    name, place = exercise.misconception, exercise.place
    if name:
        message = _messages().get((exercise.name, name), "")
        return f"<strong>{escape(name)}</strong><br>{escape(message)}"
    places = place.all if place else ()
    return "<br>".join(f"{escape(one.kind)}: <code>{marked(one)}</code>" for one in places)


@functools.cache
def _messages() -> dict[tuple[str, str], str]:
    return {(e.name, m.name): m.message for e in all_exercises().values() for m in e.misconceptions}


def _example(exercise: ExerciseMark) -> str:
    lines = [
        f"{escape(label)}: <code>{escape(text[:_MOST_CHARACTERS])}</code>"
        for label, text in exercise.rows
        if label in _EXAMPLE
    ]
    return "<br>".join(lines)


def _similar(pairs: Sequence[Pair]) -> str:
    if not pairs:
        return ""
    shown = pairs[:_MOST_PAIRS]
    left_out = f"<p>{len(pairs) - len(shown)} more are in similar.csv.</p>"
    rows = "".join(
        f'<tr><td>{pair.lesson:02}</td><td class="name">{escape(pair.one)}</td>'
        f'<td class="name">{escape(pair.other)}</td>'
        f'<td class="n">{pair.shape:.0%}</td><td class="n">{pair.lines:.0%}</td>'
        f'<td class="wide">{_lines(pair)}</td></tr>'
        for pair in shown
    )
    return (
        "<h2>Nearly alike</h2><p>For a person to judge: there may be good reasons, such as working "
        "together. What was handed out, the published solution, and what much of the class wrote "
        "alike are left out.</p>"
        '<div class="scroll"><table><thead><tr><th scope="col">Lesson</th><th scope="col">One</th>'
        '<th scope="col">Other</th><th scope="col" class="n">Same shape</th>'
        '<th scope="col" class="n">Same lines</th><th scope="col">Lines that both have</th></tr>'
        f"</thead><tbody>{rows}</tbody></table></div>{left_out if len(shown) < len(pairs) else ''}"
    )


def _lines(pair: Pair) -> str:
    if pair.other == PUBLISHED:
        return f"{len(pair.same_lines)} lines, word for word"
    if not pair.same_lines:
        return '<span class="quiet">none</span>'
    lines = "<br>".join(f"<code>{escape(line)}</code>" for line in pair.same_lines[:_MOST_LINES])
    more = len(pair.same_lines) - _MOST_LINES
    return lines + (f'<br><span class="quiet">and {more} more</span>' if more > 0 else "")


def _students(report: ClassReport, pages: dict[str, str]) -> str:
    heads = "".join(f'<th scope="col" class="n">{lesson:02}</th>' for lesson in report.lessons)
    rows = "".join(
        f'<tr><th scope="row" class="name"><a href="{escape(pages[s.name])}">{escape(s.name)}</a>'
        f'</th><td class="n">{number(s.points)}</td>'
        + "".join(_lesson_cell(s, lesson) for lesson in report.lessons)
        + f"<td>{escape(_state(s))}</td></tr>"
        for s in report.students
    )
    return (
        '<h2>Students</h2><div class="scroll"><table><thead><tr><th scope="col">Student</th>'
        f'<th scope="col" class="n">Points of {report.out_of()}</th>{heads}'
        f'<th scope="col">What became of it</th></tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _lesson_cell(student: Student, lesson: int) -> str:
    handed = student.lessons.get(lesson)
    return f'<td class="n">{number(handed.points) if handed else "–"}</td>'


def _state(student: Student) -> str:
    late = [f"{n:02}: {h.lateness}" for n, h in student.lessons.items() if h.lateness]
    return "; ".join([student.status, *late])
