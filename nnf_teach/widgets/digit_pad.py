"""Draw a digit and see, while you draw, which of ten a network reads in it.

Slide "Uses": classifiers of handwritten digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.datasets import image_rows, load_mnist
from nnf_teach.experiments.digit_reader import EDGE, as_in_mnist, load_reader
from nnf_teach.modules.softmax import softmax
from nnf_teach.widgets import ui
from nnf_teach.widgets.learner import name_of, read_array, yours
from nnf_teach.widgets.wording import counted

Model = Callable[[Array], Any]

OURS = "the course's network"
UNKNOWN = "?"
MOVE = "move"
SHAPES = (
    "It gets images as rows of 784 pixels, (N, 784), and has to return ten numbers for each, "
    "(N, 10): logits or probabilities"
)


def _sample(number: int) -> dict[str, Any]:
    """Return what changes when a test image of MNIST is taken."""
    digits = load_mnist()
    k = number % len(digits.t_test)
    ink, meant = digits.x_test[k].tobytes().hex(), str(digits.t_test[k])
    return {"ink": ink, "meant": meant, "was_right": False}


def _begin(model: Model | None = None) -> ui.State:
    if model is not None and not callable(model):
        raise TypeError(
            f"digit_pad: model is a {type(model).__name__}, expected a function. {SHAPES}. "
            "With the weights of a linear layer it is lambda X: X @ W.T + b."
        )
    return _sample(0) | {"reader": yours(model) or OURS}


@ui.widget(
    "A network reads your digit",
    ui.choice("pen", "Pen", ("draw", "erase", MOVE)),
    ui.choice(
        "meant",
        "It is meant as",
        (UNKNOWN, *map(str, range(10))),
        sets={"was_right": False},
    ),
    ui.button("clear", "Clear", sets={"ink": "00" * EDGE**2, "meant": UNKNOWN, "was_right": False}),
    ui.button("another", "A digit of MNIST", sets=lambda s, was: _sample(s.another)),
    ui.toggle("centred", "Scale and centre as MNIST does", at=True, sets={"was_right": False}),
    ui.choice(
        "reader",
        "Read by",
        lambda s: (yours(s.given["model"]), OURS),
        at=OURS,
        when=lambda s: s.given["model"] is not None,
        sets={"was_right": False},
    ),
    ui.memory("ink", at="00" * EDGE**2),
    ui.memory("was_right", at=False),
    begin=_begin,
)
def digit_pad(s: ui.Values, model: Model | None = None) -> ui.Picture:
    """Draw a digit with the pointer, or with arrow keys and space, and see what is read in it.

    Parameters
    ----------
    model : function, optional
        It gets images X (N, 784), `float32` from 0 (paper) to 1 (ink), and returns (N, 10): ten
        probabilities for each image, or ten logits, which softmax makes probabilities. A linear
        layer is `digit_pad(lambda X: X @ W.T + b)`. Without it, or where it cannot be used, the
        network of the package reads (`nnf_teach.experiments.digit_reader`).

    Raises
    ------
    TypeError
        If model is not a function.

    Examples
    --------
    The first test image of MNIST is a 7. Five pixels further to the right it is none.

    >>> seven = load_mnist().x_test[0]
    >>> digit_pad.scene(ink=seven.tobytes().hex()).caption[:10]
    'It reads 7'
    >>> moved = np.roll(seven, 5, axis=1).tobytes().hex()
    >>> digit_pad.scene(ink=moved, centred=False).caption[:10]
    'It reads 5'
    """
    ink = np.frombuffer(bytes.fromhex(s.ink), np.uint8).reshape(EDGE, EDGE)
    seen = as_in_mnist(ink) if s.centred else ink
    theirs = model if s.reader != OURS else None
    p, problem = _read(theirs, image_rows(seen[None]))
    theirs = None if problem else theirs
    read = int(p.argmax())
    right = str(read) == s.meant and bool(ink.any())
    known = s.meant != UNKNOWN
    return ui.Picture(
        [
            _image(f"Your sheet: {s.pen}", ink, ui.Pad("ink", "Your sheet", ink, s.pen)),
            _image("What is read", seen),
            _bars(p),
        ],
        problem,
        *_say(s, p, ink, right),
        _about(theirs),
        goal=ui.Goal(
            "change a digit that is read correctly until another is read",
            s.was_right and known and not right,
        ),
        state={"was_right": s.was_right or right},
    )


def _read(theirs: Model | None, X: Array) -> tuple[Array, str]:
    """Return ten probabilities, and why ours are shown if theirs cannot be."""
    problem = ""
    if theirs is not None:
        found, problem = read_array(theirs, (X,), (1, 10))
        if found is not None:
            sound = (found >= 0).all() and abs(found.sum() - 1) < 1e-3
            return np.asarray(found[0] if sound else softmax(found)[0]), ""
        problem = f"{problem}. {SHAPES}. So this is {OURS}."
    return np.asarray(softmax(load_reader()(X))[0], dtype=np.float64), problem


def _image(title: str, ink: Array, *more: Any) -> ui.Panel:
    """Show ink (28, 28), dark on light, first row on top."""
    x, y = (ui.axis("", 0, EDGE, ticks=()) for _ in range(2))
    paper = ui.HeatMap(1 - ink[::-1] / 255, 0, 1, palette="gray")
    return ui.panel(title, x, y, paper, *more, equal=True)


def _bars(p: Array) -> ui.Panel:
    """Show ten probabilities; the largest has its percentage written above it."""
    best = int(p.argmax())
    return ui.panel(
        "The answer",
        ui.axis("digit", -0.6, 9.6, range(10)),
        ui.axis("probability", 0, 1.15, (0, 0.25, 0.5, 0.75, 1)),
        ui.Bars(np.arange(10), p.round(4)),
        ui.Text(float(np.clip(best, 0.3, 8.7)), float(p[best]) + 0.07, _percent(p[best], "> ")),
    )


def _percent(p: float, more: str = "more than ") -> str:
    """Write a probability; what is nearly none, or nearly all, is said to be.

    >>> _percent(0.924), _percent(0.001), _percent(0.9994)
    ('92 %', 'less than 1 %', 'more than 99 %')
    """
    if p < 0.01:
        return "less than 1 %"
    return f"{more}99 %" if p > 0.99 else f"{100 * p:.0f} %"


def _say(s: ui.Values, p: Array, ink: Array, right: bool) -> Iterator[str]:
    first, second = np.argsort(-p, kind="stable")[:2].tolist()
    yield f"It reads {first} with {_percent(p[first])}, then {second} with {_percent(p[second])}."
    if not ink.any():
        yield "The sheet is empty: one of the ten is read all the same."
        return
    if s.meant != UNKNOWN:
        yield f"It is meant as {s.meant}: {'right' if right else 'wrong'}."
    if s.centred:
        yield (
            "As in MNIST, it was scaled to a box of 20 x 20 pixels, and its centre of mass put "
            "into the middle."
        )
        if s.pen == MOVE:
            yield "So moving it changes nothing, as long as all of it is on the sheet."
    else:
        inked = counted(int(np.count_nonzero(ink)), "pixel")
        yield f"The pixels are read as they are: {inked} with ink."


def _about(theirs: Model | None) -> str:
    if theirs is not None:
        return f"It is read by your {name_of(theirs)}."
    accuracy = 100 * load_reader().accuracy
    return f"The course's network reads {accuracy:.1f} % of MNIST's test images correctly."
