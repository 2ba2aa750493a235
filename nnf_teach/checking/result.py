"""What a check returns, and the panel that it shows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from typing import Any, Literal

Status = Literal["passed", "wrong", "not attempted", "raised", "timed out"]

_SIGNS: dict[Status, tuple[str, str]] = {
    "passed": ("✓", "right."),
    "wrong": ("✗", "not yet."),
    "raised": ("✗", "not yet."),
    "timed out": ("✗", "not yet."),
    "not attempted": ("○", "not attempted yet."),
}
# Both contrasts are above 4.5 : 1 on JupyterLab's light and dark grounds.
_ACCENTS: dict[Status, str] = {
    "passed": "#0072b2",
    "not attempted": "#767676",
}
_UNDERLINED = re.compile(r"^(.+)\n( *)(\^+)$", re.MULTILINE)
_MARK = "color:inherit;background:none;border-bottom:3px solid #c04a00;font-weight:700"


Explained = Literal["misconception", "place", "clue", "kind"]


@dataclass(frozen=True)
class Place:
    """Where a slip is: a line and an expression of the learner's, and what kind it is of.

    `source` is the line, `column` where in it the expression begins; `other` is where the second
    one is, of two that only together make everything right.
    """

    line: int
    expression: str
    kind: str
    source: str = ""
    column: int = 0
    question: str = ""
    other: Place | None = None

    @property
    def all(self) -> tuple[Place, ...]:
        """The place, and that of the second slip."""
        return (self,) if self.other is None else (self, self.other)


@dataclass(frozen=True)
class CheckResult:
    """The outcome of a check.

    Attributes
    ----------
    exercise
        The name of the exercise.
    status
        "passed", "wrong", "not attempted", "raised" or "timed out".
    points, out_of
        Points earned now, and points to be had.
    misconception
        The name of the recognised misconception, or None.
    explained_by
        What the sentence to a wrong answer comes from: "misconception"; "place", where one small
        change of the learner's code makes every case right; "clue", a relation between what came
        back and what is right; "kind", what is said of a shape, a type, an error, the time; None.
    place, clue
        The place or the sentence, or None.
    steps
        The learner's own lines on the example, each with what it gave.
    message
        The panel's text, as printed where there is no HTML.
    rows
        The labelled lines of the panel: input, got, expected, look at, ...
    cases
        How many of the cases are right, and how many there are.
    parts
        Of an exercise whose points are divided: each part's name, the points earned, and the
        points to be had.
    """

    exercise: str
    status: Status
    points: int = 0
    out_of: int = 0
    misconception: str | None = None
    explained_by: Explained | None = None
    place: Place | None = None
    clue: str | None = None
    steps: tuple[str, ...] = field(default=(), repr=False)
    rows: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    cases: tuple[int, int] = (0, 0)
    parts: tuple[tuple[str, int, int], ...] = field(default=(), repr=False)

    @property
    def passed(self) -> bool:
        return self.status == "passed"

    @property
    def heading(self) -> str:
        words = _SIGNS[self.status][1]
        points = ""
        if self.passed and self.out_of:
            points = f" {self.points} of {self.out_of} point{'s' if self.out_of != 1 else ''}."
        return f"{self.exercise}: {words}{points}"

    @property
    def message(self) -> str:
        width = max((len(label) for label, _ in self.rows), default=0)
        lines = [self.heading]
        for label, text in self.rows:
            first, *rest = text.split("\n")
            lines.append(f"  {label:<{width}}  {first}")
            lines += [f"  {'':<{width}}  {line}" for line in rest]
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.message

    def _ipython_display_(self) -> None:
        """Show nothing: `check` has shown the panel already."""

    def panel(self) -> dict[str, Any]:
        """Return the panel as a mime bundle, HTML and plain text."""
        return {"text/plain": self.message, "text/html": self._html()}

    def _html(self) -> str:
        sign = _SIGNS[self.status][0]
        accent = _ACCENTS.get(self.status, "#c04a00")
        return panel_html(f"{sign} {self.heading}", self.rows, accent, self.steps)


def panel_html(
    heading: str,
    rows: tuple[tuple[str, str], ...],
    accent: str = "#767676",
    steps: tuple[str, ...] = (),
    more: str = "",
) -> str:
    """Lay out a heading, labelled lines, folded steps and more, in JupyterLab's colours."""
    lines = "".join(
        f'<div style="display:flex;flex-wrap:wrap;gap:0 1em;margin-top:.3em">'
        f'<dt style="flex:0 0 6.5em;margin:0;font-weight:600">{escape(label)}</dt>'
        f'<dd style="flex:1 1 20em;margin:0;{_style_of(label)}">{_told(label, text)}</dd></div>'
        for label, text in rows
    )
    return (
        f'<div class="nnf-panel" style="border:1px solid #8888;border-left:6px solid {accent};'
        "border-radius:4px;padding:.6em 1em;margin:.2em 0;max-width:60em;"
        'color:var(--jp-ui-font-color1,inherit);background:var(--jp-layout-color1,transparent)">'
        f'<div style="font-weight:600">{with_code(heading)}</div>'
        + (f'<dl style="margin:.2em 0 0">{lines}</dl>' if rows else "")
        + _folded(steps)
        + more
        + "</div>"
    )


def _folded(steps: tuple[str, ...]) -> str:
    if not steps:
        return ""
    return (
        '<details style="margin-top:.5em"><summary style="cursor:pointer">'
        "Your steps on this example</summary>"
        '<pre style="margin:.3em 0 0;background:none;color:inherit;'
        'white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere">'
        f"{escape(chr(10).join(steps))}</pre></details>"
    )


def _told(label: str, text: str) -> str:
    return marked_lines(text, f' style="{_MARK}"') if label == "line" else with_code(text)


def marked_lines(text: str, style: str = "") -> str:
    """Return lines of code as HTML; what carets below a line point at is marked in it.

    Carets would lose their place where a narrow page breaks the line.

    >>> marked_lines("line 2: return x < 1\\n               ^^^^^")
    'line 2: return <mark>x &lt; 1</mark>'
    """

    def marked(found: re.Match[str]) -> str:
        line, start, end = found[1], len(found[2]), len(found[2]) + len(found[3])
        before, expression, after = map(escape, (line[:start], line[start:end], line[end:]))
        return f"{before}<mark{style}>{expression}</mark>{after}"

    parts, end = [], 0
    for found in _UNDERLINED.finditer(text):
        parts += [escape(text[end : found.start()]), marked(found)]
        end = found.end()
    return "".join([*parts, escape(text[end:])])


def with_code(text: str) -> str:
    """Escape a text; what stands between backticks is code."""
    return re.sub(r"`([^`\n]+)`", r"<code>\1</code>", escape(text))


def _style_of(label: str) -> str:
    code = label in ("input", "got", "expected", "line", "error", "warning", "printed")
    font = "font-family:var(--jp-code-font-family,monospace);" if code else ""
    return f"{font}white-space:pre-wrap;overflow-wrap:anywhere"
