"""`hint`: three steps of growing help, each opened by the learner."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from nnf_teach import session
from nnf_teach.checking import undefined
from nnf_teach.checking.called import name_of
from nnf_teach.checking.display import show
from nnf_teach.checking.engine import find
from nnf_teach.checking.result import with_code
from nnf_teach.checking.store import store
from nnf_teach.exercises import all_exercises


def hint(exercise: Callable[..., Any] | str, step: int | None = None) -> None:
    """Show the hints of an exercise, closed; each opens the way to the next.

    Parameters
    ----------
    exercise
        The function, or its name.
    step
        1, 2 or 3 prints that hint; without it, all three are shown closed (in a notebook).

    >>> hint("neuron", 1)
    neuron, hint 1 of 3: Multiply each input by its own weight. How many numbers should come out?
    """
    name = exercise if isinstance(exercise, str) else name_of(exercise)
    found = find(name)
    if found is None:
        show_text(undefined.unknown(name))
    elif step is None:
        text = "\n".join(f"hint({found.name!r}, {k})" for k in (1, 2, 3))
        html = _nested(found.name)
        here = session.shell() is None or found.name in session.names()
        sentence = "" if here else undefined.missing(found.name)
        store(session.strict()).record_hints(found.name)
        show({"text/plain": f"Three hints, one by one:\n{text}", "text/html": html}, sentence)
    elif isinstance(step, int) and step in (1, 2, 3):
        if step == 3:
            store(session.strict()).record_hints(found.name)
        show_text(f"{name}, hint {step} of 3: {found.hints[step - 1]}")
    else:
        show_text(f"There are hints 1, 2 and 3 for {name}, not {step!r}.")


def show_text(text: str) -> None:
    """Show a sentence."""
    show({"text/plain": text, "text/html": f'<div class="nnf-panel">{with_code(text)}</div>'})


def _nested(name: str) -> str:
    """Return three `<details>`, each inside the one before: they open without a kernel."""
    html = ""
    for k, text in reversed(list(enumerate(all_exercises()[name].hints, 1))):
        html = (
            '<details style="margin:.3em 0"><summary style="cursor:pointer">'
            f"{escape(name)}, hint {k} of 3</summary>"
            f'<p style="margin:.3em 1.2em;max-width:55em">{with_code(text)}</p>{html}</details>'
        )
    return f'<div class="nnf-panel">{html}</div>'
