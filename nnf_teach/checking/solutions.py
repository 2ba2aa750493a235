"""`solution`: after a pass, good ways to write it; before one, only for who asks twice."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

from nnf_teach import session
from nnf_teach.checking import undefined
from nnf_teach.checking.called import name_of
from nnf_teach.checking.display import show
from nnf_teach.checking.result import panel_html, with_code
from nnf_teach.checking.right_answers import Way, other_ways, our_answers
from nnf_teach.checking.store import store
from nnf_teach.exercises import Exercise, all_exercises

_asked: set[str] = set()


def switched_off(exercise: Exercise) -> bool:
    """Whether an instructor has switched solutions off: by `NNF_SOLUTIONS=0`, or in the notebook.

    The notebook is the one that runs, where the server says which, else that of the lesson here.
    """
    if os.environ.get("NNF_SOLUTIONS") == "0":
        return True
    running = Path(os.environ.get("JPY_SESSION_NAME", ""))
    here = [running] if running.is_file() else Path().glob(f"{exercise.lesson:02}_*.ipynb")
    return any(_says_off(path) for path in here)


def _says_off(path: Path) -> bool:
    try:
        metadata = json.loads(path.read_text(encoding="utf-8"))["metadata"]
        return metadata["nnf_teach"]["solutions"] is False
    except (OSError, ValueError, LookupError, TypeError):
        return False


def solution(exercise: Callable[..., Any] | str, sure: bool = False) -> None:
    """Show good ways to write an exercise, each with what it is good for.

    Before its check has passed, they are shown to who has seen all hints and asks a second time,
    with `sure=True`. Progress and certificate then say so, and the points need a pass all the same.

    Parameters
    ----------
    exercise
        The function, or its name.
    sure
        The second time, before a pass: yes, show it.

    >>> solution("neuron")
    neuron: the solution comes after a pass.
      look at  Its check has not passed yet. Open its three hints first: `hint(neuron)`
    """
    name = exercise if isinstance(exercise, str) else name_of(exercise)
    found = all_exercises().get(name) if isinstance(name, str) else None
    if found is None:
        _say("solution: of what?", undefined.unknown(name))
        return
    if switched_off(found):
        _say(f"{name}: no solution here.", "Solutions are switched off in this course.")
        return
    kept = store(session.strict())
    entry = kept.read()[0]["exercises"].get(found.name, {})
    if entry.get("passed"):
        _show(found, other_ways().get(found.name, ()))
    elif not entry.get("hints"):
        _say(
            f"{name}: the solution comes after a pass.",
            f"Its check has not passed yet. Open its three hints first: `hint({name})`",
        )
    elif not sure or name not in _asked:
        _asked.add(found.name)
        _say(
            f"{name}: do you want the solution before a pass?",
            "Have you read all three hints? If you want to see it all the same, write "
            f"`solution({name}, sure=True)`.\n"
            "Your progress and your certificate will say so, and the points still need a pass.",
        )
    else:
        _show(found, (), kept.record_solution(found.name))


def _say(heading: str, text: str) -> None:
    result = f"{heading}\n" + "\n".join(
        f"  {'look at' if k == 0 else '':7}  {line}" for k, line in enumerate(text.split("\n"))
    )
    show({"text/plain": result, "text/html": panel_html(heading, (("look at", text),))})


def _show(exercise: Exercise, others: tuple[Way, ...], sentence: str = "") -> None:
    heading = f"{exercise.name}: {'ways to write it' if others else 'a way to write it'}."
    parts = [("As in the course's own notebook.", our_answers()[exercise.name])]
    parts += [(way.good_for, way.code) for way in others]
    text = "\n\n".join(f"{good_for}\n\n{code}" for good_for, code in parts)
    html = "".join(
        f'<p style="margin:.8em 0 .2em">{with_code(good_for)}</p>'
        '<pre style="margin:0;padding:.5em .8em;color:inherit;'
        "background:var(--jp-layout-color2,#8882);white-space:pre-wrap;word-break:normal;"
        f'overflow-wrap:anywhere">{escape(code)}</pre>'
        for good_for, code in parts
    )
    shown = {"text/plain": f"{heading}\n\n{text}", "text/html": panel_html(heading, (), more=html)}
    show(shown, sentence)
