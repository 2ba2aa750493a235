"""Find every solution marker that is not exactly right.

A marker that the build overlooks leaks a solution to every student, so anything that looks
like a marker and is none stops the build: better one false alarm for an author than one leak.
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cache

from nbformat import NotebookNode

from nnf_teach.authoring.problems import Problem

BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"


def find_marker_problems(notebook: NotebookNode, name: str) -> list[Problem]:
    """Return what is wrong with the markers of a notebook.

    Parameters
    ----------
    notebook
        The solution notebook.
    name
        Its file name, for the messages.
    """
    return [
        problem
        for number, cell in enumerate(notebook.cells, start=1)
        for problem in _problems_of_cell(cell, number, name)
    ]


def solution_lines(source: str) -> list[str]:
    """Return the lines between the markers of a cell whose markers are right.

    Examples
    --------
    >>> solution_lines("def f():\\n    ### BEGIN SOLUTION\\n    return 1\\n    ### END SOLUTION")
    ['    return 1']
    """
    inside, lines = False, []
    for line in source.splitlines():
        if line.strip() == BEGIN:
            inside = True
        elif line.strip() == END:
            inside = False
        elif inside:
            lines.append(line)
    return lines


def is_answer(cell: NotebookNode) -> bool:
    """Say whether nbgrader treats a cell as one where students write."""
    nbgrader = cell.metadata.get("nbgrader", {})
    return bool(nbgrader.get("solution")) and not nbgrader.get("grade")


def _problems_of_cell(cell: NotebookNode, number: int, name: str) -> Iterator[Problem]:
    label = cell.metadata.get("nbgrader", {}).get("grade_id", cell.id)
    answer = is_answer(cell) and cell.cell_type == "code"
    opened: int | None = None
    regions = 0
    empty = True

    def problem(line: int, found: str, expected: str) -> Problem:
        return Problem(name, found, expected, number, label, line)

    for line_number, line in enumerate(cell.source.splitlines(), start=1):
        text = line.strip()
        if text not in (BEGIN, END):
            if line_problem := _suspect(text, cell.cell_type == "code"):
                yield problem(line_number, *line_problem)
            elif text:
                empty = False
        elif not answer:
            kind = "a markdown cell" if cell.cell_type != "code" else "a cell that is no answer"
            yield problem(line_number, f"a marker in {kind}", "markers in answer cells only")
        elif text == BEGIN and opened is not None:
            found = f"a second {BEGIN!r} inside the region that line {opened} opened"
            yield problem(line_number, found, f"{END!r} first")
        elif text == BEGIN:
            opened, empty = line_number, True
            regions += 1
        elif opened is None:
            yield problem(line_number, f"{END!r} with no region open", f"{BEGIN!r} above it")
        else:
            if empty:
                yield problem(opened, "a region with nothing in it", "the solution")
            opened = None
    if opened is not None:
        yield problem(opened, f"{BEGIN!r} is never closed", f"{END!r} in the same cell")
    if answer and regions == 0:
        found = "an answer cell without a solution region"
        yield problem(1, found, f"{BEGIN!r} and {END!r} around the solution")


def _suspect(text: str, code: bool) -> tuple[str, str] | None:
    """Return what is found and what is expected, if a line looks like a marker and is none."""
    comment = _comment(text) if code else text
    expected = f"exactly {BEGIN!r} or {END!r} on a line of its own"
    if comment in (BEGIN, END):
        return f"a marker shares its line with code: {text!r}", expected
    words = re.findall(r"[A-Za-z0-9]+", comment)
    if re.search(r"\b(BEGIN|END) (HIDDEN TESTS|MARK SCHEME)\b", comment, re.IGNORECASE):
        return f"an nbgrader marker that this course does not use: {text!r}", "a plain cell"
    if any(comment.startswith(marker) for marker in (BEGIN, END)) and words[1] == "SOLUTION":
        return f"text after a marker: {text!r}", expected
    if _resembles(comment, words):
        return f"this looks like a marker and is none: {text!r}", expected
    return None


def _comment(text: str) -> str:
    """Return a line of code from its first hash on."""
    return text[text.index("#") :] if "#" in text else ""


def _resembles(comment: str, words: list[str]) -> bool:
    # Prose hardly ever *starts* with "begin solution", and never shouts it.
    pairs = list(zip(words, words[1:], strict=False))
    loud = comment.startswith("##")
    if loud:
        pairs += list(zip(words, words[2:], strict=False))
    for position, pair in enumerate(pairs):
        shouted = all(word.upper() == word for word in pair)
        if (position == 0 or shouted or loud) and _is_pair(*pair, shouted=shouted):
            return True
    joined = ("BEGINSOLUTION", "ENDSOLUTION")
    if any(_likeness(word, whole) >= 0.9 for word in words for whole in joined):
        return True
    # "### SOLUTION", "### BEGIN": only a marker is written like that
    only_capitals = bool(words) and all(word.upper() == word for word in words)
    return (
        comment.startswith("###")
        and only_capitals
        and any(_likeness(word, known) >= 0.75 for word in words for known in _KNOWN)
    )


_KNOWN = ("BEGIN", "END", "SOLUTION")


def _is_pair(first: str, second: str, *, shouted: bool) -> bool:
    enough = 0.6 if shouted else 0.75
    verb = max(_likeness(first, "BEGIN"), _likeness(first, "END"))
    return verb >= enough and _likeness(second, "SOLUTION") >= enough


@cache  # a course has many lines, and few words
def _likeness(word: str, known: str) -> float:
    return SequenceMatcher(None, word.upper(), known).ratio()
