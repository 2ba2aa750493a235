"""Is it seen how far a run is: a bar in a terminal, plain lines elsewhere?"""

import io
from collections.abc import Callable
from dataclasses import replace

import pytest

from nnf_teach.grading.progress import Progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("LINES", "30")


@pytest.mark.usefixtures("wide")
def test_a_bar(make_mark: Callable) -> None:
    """Does it say who is at work, how many are done of all, the rate and the time left?"""
    stream = Terminal()
    with Progress(3, stream) as progress:
        progress.bar.mininterval = 0
        progress.busy([("ann", 1), ("bob", 1)])
        progress.done("ann", 1, make_mark("ann"))
        progress.busy([("x" * 100, 2)])
        progress.done("bob", 1, make_mark("bob"))
    text = stream.getvalue()
    assert "0/3" in text
    assert "2/3" in text
    assert "ann 01 +1" in text
    assert "x" * 23 + "… 02" in text
    assert "x" * 24 not in text
    assert "notebook/s" in text or "s/notebook" in text
    assert "\n" not in text[:-1]


def test_lines(make_mark: Callable) -> None:
    stream = io.StringIO()
    with Progress(2, stream) as progress:
        progress.busy([("ann", 2)])
        progress.done("ann", 2, make_mark("ann", 2, softmax=0, sparsemax=0))
        bad = replace(make_mark("bob"), status="too large", exercises=())
        progress.done("bob", None, bad)
    assert stream.getvalue() == (
        "[1/2] ann, lesson 02: 16 of 17, 0.5 s\n[2/2] bob: too large, 0.5 s\n"
    )


def test_a_terminal_that_cannot_show_a_name(make_mark: Callable) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", newline="\n")
    Progress(1, stream).done("José", 1, make_mark("José"))
    assert raw.getvalue() == b"[1/1] Jos?, lesson 01: 10 of 10, 0.5 s\n"
