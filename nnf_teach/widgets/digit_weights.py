"""The ten weight images of a linear softmax classifier while it learns to read digits.

Slide on the uses of softmax: such a classifier reads about 92 % of handwritten digits. Trained on
the 60,000 training images of MNIST, tested on the 10,000 others.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnf_teach import session
from nnf_teach.widgets.scene import (
    Axis,
    Choice,
    HeatMap,
    Line,
    Mark,
    Panel,
    Player,
    Points,
    Scene,
    State,
    Text,
)

if TYPE_CHECKING:
    from nnf_teach.widgets.stage import Stage

Array = NDArray[Any]

EPOCHS, BATCH, LEARNING_RATE = 3, 100, 0.5  # two seconds, and 92 %
FRAMES = 30
ALL = "all digits"
CLAIM = 0.92  # of the slide
TILE, GAP = 28, 5  # pixels of an image, and between two weight images
WORDS = 9  # pixels between a mistake and its words
ACROSS, MISTAKES = 4, 8
WAIT = "Training a linear classifier on 60,000 digits, once: a few seconds ..."
DONE = "A linear classifier was trained on 60,000 digits."


class Snapshots(NamedTuple):
    """A classifier at some of its steps, and what it reads in the test images."""

    steps: NDArray[np.int64]  # (F,)
    weights: NDArray[np.float32]  # (F, 10, 28, 28)
    read: NDArray[np.int64]  # (F, N): the digit that it gives to each test image
    truth: NDArray[np.int64]  # (N,)
    images: NDArray[np.uint8]  # (N, 28, 28)


@functools.cache
def train_snapshots() -> Snapshots:
    """Train the classifier from zeros and keep some of its states, closer together at the start."""
    from nnf_teach.datasets import image_rows, load_mnist
    from nnf_teach.modules import count_steps, train

    digits = load_mnist()
    X, X_test = image_rows(digits.x_train), image_rows(digits.x_test)
    total = count_steps(len(X), EPOCHS, BATCH)
    steps = np.unique(np.rint(np.geomspace(1, total, FRAMES)).astype(np.int64))
    W, b = np.zeros((10, TILE**2), np.float32), np.zeros(10, np.float32)
    params = [(W, b)]
    kept = params.copy()
    for state in train(
        params,
        X,
        digits.t_train,
        learning_rate=LEARNING_RATE,
        epochs=EPOCHS,
        batch_size=BATCH,
        rng=np.random.default_rng(0),
        loss="softmax cross entropy",
    ):
        if state.step in steps:
            kept += state.params
    weights = np.stack([W for W, _ in kept])
    biases = np.stack([b for _, b in kept])
    logits = X_test @ weights.reshape(-1, TILE**2).T + biases.ravel()
    read = logits.reshape(len(X_test), -1, 10).argmax(axis=2).T
    return Snapshots(
        np.append(0, steps),
        weights.reshape(-1, 10, TILE, TILE),
        read,
        digits.t_test,
        digits.x_test,
    )


def digit_weights_scene(state: State, snapshots: Snapshots | None = None) -> Scene:
    """Return the scene of a state: `frame`, and `digit`, a chosen class or all of them."""
    shots = snapshots or train_snapshots()
    last = len(shots.steps) - 1
    frame = int(np.clip(int(state["frame"]), 0, last))
    digit = str(state["digit"])
    chosen = int(digit) if digit != ALL else None
    return Scene(
        "What a linear classifier sees in digits",
        (
            _weights(shots.weights[frame], chosen),
            _mistakes(shots, frame, chosen),
            _accuracy(shots, frame),
        ),
        _say(shots, frame, chosen),
        (
            Player("frame", "Snapshot", last, rate=8),
            Choice("digit", "Digit", (ALL, *map(str, range(10)))),
        ),
        state={"frame": frame, "digit": digit},
    )


def _weights(W: Array, chosen: int | None) -> Panel:
    """Lay the ten images (10, 28, 28) out in rows of four, each with its digit above it."""
    pitch, tall = TILE + GAP, TILE + GAP + WORDS
    picture = np.zeros((3 * tall + 3, ACROSS * pitch + GAP))
    top = float(np.abs(W).max()) or 1.0
    texts: list[Mark] = []
    frames: list[list[tuple[float, float]]] = []
    for k, image in enumerate(W):
        left, low = GAP + k % ACROSS * pitch, (2 - k // ACROSS) * tall + GAP
        picture[low : low + TILE, left : left + TILE] = image[::-1]
        texts.append(Text(left + TILE / 2, low + TILE + WORDS / 2 + 0.5, str(k)))
        for sign, place in (("+", image.argmax()), ("−", image.argmin())):
            if image.flat[place]:  # where it speaks most for and against: without colour, too
                down, right = np.clip(divmod(int(place), TILE), 4, TILE - 5).tolist()
                texts.append(Text(left + right + 0.5, low + TILE - down - 0.5, sign))
        a, c, d, e = left - 0.5, low - 0.5, left + TILE + 0.5, low + TILE + 0.5
        frames.append([(a, c), (d, c), (d, e), (a, e), (a, c)])
    rim = np.array([corner for frame in frames for corner in (*frame, (np.nan, np.nan))])
    marks: list[Mark] = [
        HeatMap(picture, -top, top),  # no colour bar: the images need the room
        Line(rim[:, 0], rim[:, 1], "", 6, "dotted", 1),
    ]
    if chosen is not None:
        x, y = np.array(frames[chosen]).T
        marks.append(Line(x, y, f"the weights of {chosen}", 6, "solid", 3))
    return Panel(
        "Weights: orange (+) for, blue (−) against",
        _bare(picture.shape[1]),
        _bare(picture.shape[0]),
        (*marks, *texts),
        equal=True,
    )


def _mistakes(shots: Snapshots, frame: int, chosen: int | None) -> Panel:
    """Lay the first images that are read wrongly out in two rows, with what they are and seem."""
    wrong = np.flatnonzero(_wrong(shots, frame, chosen))[:MISTAKES]
    pitch, tall = TILE + 12, TILE + 2 * WORDS + 4
    paper = np.ones((2 * tall, ACROSS * pitch))
    texts: list[Mark] = []
    for k, i in enumerate(wrong.tolist()):
        left, low = k % ACROSS * pitch + 6, (1 - k // ACROSS) * tall + WORDS + 2
        paper[low : low + TILE, left : left + TILE] = 1 - shots.images[i, ::-1] / 255
        middle = left + TILE / 2
        texts += [
            Text(middle, low + TILE + WORDS / 2, f"is {shots.truth[i]}"),
            Text(middle, low - WORDS / 2, f"read as {shots.read[frame, i]}"),
        ]
    if not len(wrong):
        texts.append(Text(paper.shape[1] / 2, tall, "none: all are read rightly"))
    whose = "" if chosen is None else f" of {chosen}"
    return Panel(
        f"Test images{whose} that it reads wrongly",
        _bare(paper.shape[1]),
        _bare(paper.shape[0]),
        (HeatMap(paper, 0, 1, "", "gray"), *texts),
        equal=True,
    )


def _bare(size: int) -> Axis:
    return Axis("", 0, float(size), ticks=())


def _accuracy(shots: Snapshots, frame: int) -> Panel:
    right = 100 * (shots.read == shots.truth).mean(axis=1)
    steps = np.maximum(shots.steps, 0.5)  # step 0 stands at the left end of the log axis
    marks: list[Mark] = [
        Line([0.5, steps[-1]], [100 * CLAIM] * 2, "the slide: 92 %", 6, "dashed", 1.5),
        Line(steps[: frame + 1], right[: frame + 1], "right", 0),
        Points([steps[frame]], [right[frame]], f"now {right[frame]:.1f} %", 2, "square", 9),
    ]
    ticks = tuple(float(t) for t in (1, 10, 100, 1000) if t <= steps[-1])
    return Panel(
        "Test images read rightly",
        Axis("step (100 images each, log scale)", 0.5, float(steps[-1]), "log", ticks),
        Axis("% right", 0, 100),
        tuple(marks),
    )


def _wrong(shots: Snapshots, frame: int, chosen: int | None) -> NDArray[np.bool_]:
    wrong: NDArray[np.bool_] = shots.read[frame] != shots.truth
    return wrong if chosen is None else wrong & (shots.truth == chosen)


def _say(shots: Snapshots, frame: int, chosen: int | None) -> str:
    step, read = int(shots.steps[frame]), shots.read[frame]
    right = 100 * float((read == shots.truth).mean())
    words = [f"Step {step}: {right:.1f} % of {len(read):,} test images are right."]
    if not step:
        words.append("All weights are 0, so all logits tie, and ties go to 0.")
    wrong = _wrong(shots, frame, chosen)
    count = np.bincount(read[wrong], minlength=10)
    if chosen is None:
        of_each = np.bincount(shots.truth, minlength=10)
        share = np.bincount(shots.truth[wrong], minlength=10) / np.maximum(of_each, 1)
        worst = int(share.argmax())
        words.append(f"The worst digit is {worst}: {100 * share[worst]:.0f} % of its images wrong.")
    else:
        of = int((shots.truth == chosen).sum())
        text = f"Of {of:,} images of {chosen}, {wrong.sum():,} are read wrongly"
        most = int(count.argmax())
        often = f", most often as {most} ({count[most]:,} times)" if wrong.any() else ""
        words.append(f"{text}{often}.")
    if shots.weights[frame].any():
        largest = float(np.abs(shots.weights[frame]).max())
        words.append(f"The largest weight is {largest:.2g} in size, in full colour.")
    return " ".join(words)


@contextlib.contextmanager
def _sentence() -> Iterator[None]:
    """Say in a notebook that training takes a while, and afterwards that it is over."""
    if session.strict() or not session.in_notebook() or train_snapshots.cache_info().currsize:
        yield
        return
    from IPython.display import display

    shown = display({"text/plain": WAIT}, raw=True, display_id=True)  # type: ignore[no-untyped-call]
    yield
    shown.update({"text/plain": DONE}, raw=True)


def digit_weights() -> Stage:
    """Watch the weights of a linear softmax classifier, and look at the digits it gets wrong.

    The first call in a kernel trains it, which takes a few seconds; then every frame is ready.

    Examples
    --------
    >>> stage = digit_weights()
    >>> stage.set(digit="5", frame=0)
    >>> stage.scene.caption[:47]
    'Step 0: 9.8 % of 10,000 test images are right. '
    """
    from nnf_teach.widgets.stage import Stage

    with _sentence():
        last = len(train_snapshots().steps) - 1
    return Stage(digit_weights_scene, {"frame": last, "digit": ALL})
