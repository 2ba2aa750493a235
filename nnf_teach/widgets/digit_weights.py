"""The ten weight images of a linear softmax classifier while it learns to read digits.

Slide on the uses of softmax: such a classifier reads about 92 % of handwritten digits.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

import numpy as np

from nnf_teach.arguments import Array, argument
from nnf_teach.experiments.digit_classifier import (
    STEPS,
    TILE,
    Snapshots,
    read_digits,
    train_snapshots,
)
from nnf_teach.widgets import ui
from nnf_teach.widgets.learner import kind
from nnf_teach.widgets.working import waiting

Classifier = tuple[Array, Array]  # W (10, 784), b (10,)

LAST = len(STEPS) - 1
ALL = "all digits"
CLAIM = 0.92  # of the slide
GAP = 5  # pixels between two weight images
WORDS = 9  # pixels between a mistake and its words
TALL, WIDE = 4, 3  # images of weights: their panel is narrow
ACROSS, MISTAKES = 4, 8
YOURS, OURS = "yours", "ours, while it learns"
WAIT = "Training a linear classifier on 60,000 digits, once"
DONE = "A linear classifier was trained on 60,000 digits."


def _begin(classifier: Classifier | None = None) -> ui.State:
    if classifier is None:
        return {"whose": OURS}
    name = "digit_weights"
    if not isinstance(classifier, tuple | list) or len(classifier) != 2:
        raise TypeError(f"{name}: a classifier is a pair (W, b), not {kind(classifier)}")
    for part, value, shape in zip("Wb", classifier, ((10, TILE**2), (10,)), strict=True):
        got = argument(name, part, value, "(...)", {}).shape
        if got != shape:
            raise ValueError(f"{name}: {part} has shape {got}, expected {shape}.")
    return {"whose": YOURS}


def _learns(s: ui.Values) -> bool:
    return bool(s.whose == OURS)


@ui.widget(
    "What a linear classifier sees in digits",
    ui.player("frame", "Snapshot", LAST, rate=8, at=LAST, when=_learns),
    ui.choice("digit", "Digit", (ALL, *map(str, range(10)))),
    ui.choice(
        "whose", "Classifier", (YOURS, OURS), when=lambda s: s.given["classifier"] is not None
    ),
    begin=_begin,
)
def digit_weights(s: ui.Values, classifier: Classifier | None = None) -> ui.Picture:
    """Look at the weights of a linear softmax classifier, and at the digits it gets wrong.

    Without yours, or where you choose ours, it is shown while it learns. The first time in a kernel
    it is trained, which takes a few seconds; then every frame is ready.

    Parameters
    ----------
    classifier : (W, b), optional
        Yours, trained: W (10, 784) and b (10,); the logits are X @ W.T + b.

    Raises
    ------
    TypeError, ValueError
        When classifier is no such pair.

    Examples
    --------
    >>> stage = digit_weights()
    >>> stage.set(digit="5", frame=0)
    >>> stage.scene.caption[:47]
    'Step 0: 9.8 % of 10,000 test images are right. '
    """
    if classifier is None or _learns(s):
        shots, frame, whose = _snapshots(), s.frame, ""
    else:
        shots, frame = read_digits(*map(np.asarray, classifier)), 0
        whose = "This is your classifier, with the weights that you have given."
    chosen = int(s.digit) if s.digit != ALL else None
    wrong = shots.read[frame] != shots.truth
    wrong = wrong if chosen is None else wrong & (shots.truth == chosen)
    return ui.Picture(
        [
            _weights(shots.weights[frame], chosen),
            _mistakes(shots, frame, wrong, chosen),
            _by_digit(shots, chosen) if whose else _accuracy(shots, frame),
        ],
        whose,
        *_say(shots, frame, wrong, chosen),
    )


@functools.cache
def _snapshots() -> Snapshots:
    with waiting(WAIT, int(STEPS[-1]), DONE) as tell:
        return train_snapshots(tell)


def _weights(W: Array, chosen: int | None) -> ui.Panel:
    """Lay the ten images (10, 28, 28) out in rows of three, each with its digit above it."""
    pitch, tall = TILE + GAP, TILE + GAP + WORDS
    picture = np.zeros((TALL * tall + 3, WIDE * pitch + GAP))
    top = float(np.abs(W).max()) or 1.0
    texts, rims = [], []
    for k, image in enumerate(W):
        left, low = GAP + k % WIDE * pitch, (TALL - 1 - k // WIDE) * tall + GAP
        picture[low : low + TILE, left : left + TILE] = image[::-1]
        texts.append(ui.Text(left + TILE / 2, low + TILE + WORDS / 2 + 0.5, str(k)))
        for sign, place in (("+", image.argmax()), ("−", image.argmin())):
            if image.flat[place]:  # where it speaks most for and against: without colour, too
                down, right = np.clip(divmod(int(place), TILE), 4, TILE - 5).tolist()
                texts.append(ui.Text(left + right + 0.5, low + TILE - down - 0.5, sign))
        a, c, d, e = left - 0.5, low - 0.5, left + TILE + 0.5, low + TILE + 0.5
        rims.append([(a, c), (d, c), (d, e), (a, e), (a, c)])
    marks: list[ui.Mark] = [
        ui.HeatMap(picture, -top, top),  # no colour bar: the images need the room
        ui.line(*ui.joined(rims), "", ui.INK, "dotted", 1),
    ]
    if chosen is not None:
        x, y = np.array(rims[chosen]).T
        marks.append(ui.line(x, y, f"the weights of {chosen}", ui.INK, width=3))
    return _image("Weights: orange (+) for, blue (−) against", picture, *marks, *texts)


def _mistakes(shots: Snapshots, frame: int, wrong: Array, chosen: int | None) -> ui.Panel:
    """Lay the first images that are read wrongly out in two rows, with what they are and seem."""
    pitch, tall = TILE + 12, TILE + 2 * WORDS + 4
    paper = np.ones((2 * tall, ACROSS * pitch))
    texts = []
    for k, i in enumerate(np.flatnonzero(wrong)[:MISTAKES].tolist()):
        left, low = k % ACROSS * pitch + 6, (1 - k // ACROSS) * tall + WORDS + 2
        paper[low : low + TILE, left : left + TILE] = 1 - shots.images[i, ::-1] / 255
        middle = left + TILE / 2
        texts += [
            ui.Text(middle, low + TILE + WORDS / 2, f"is {shots.truth[i]}"),
            ui.Text(middle, low - WORDS / 2, f"read as {shots.read[frame, i]}"),
        ]
    if not texts:
        texts = [ui.Text(paper.shape[1] / 2, tall, "none: all are read correctly")]
    whose = "" if chosen is None else f" of {chosen}"
    title = f"Test images{whose} that it reads wrongly"
    return _image(title, paper, ui.HeatMap(paper, 0, 1, palette="gray"), *texts)


def _image(title: str, pixels: Array, *marks: ui.Mark) -> ui.Panel:
    x, y = ui.axis("", 0, pixels.shape[1], ticks=()), ui.axis("", 0, pixels.shape[0], ticks=())
    return ui.panel(title, x, y, marks, equal=True)


def _accuracy(shots: Snapshots, frame: int) -> ui.Panel:
    right = 100 * (shots.read == shots.truth).mean(axis=1)
    steps = np.maximum(shots.steps, 0.5)  # step 0 stands at the left end of the log axis
    last = float(steps[-1])
    ticks = [t for t in (1, 10, 100, 1000) if t <= last]
    return ui.panel(
        "Test images read correctly",
        ui.log_axis("step (100 images each, log scale)", 0.5, last, ticks),
        ui.axis("% right", 0, 100),
        ui.level(100 * CLAIM, [0.5, last], "the slide: 92 %", stroke="dashed"),
        ui.line(steps[: frame + 1], right[: frame + 1], "right"),
        ui.here(steps[frame], right[frame], f"now {right[frame]:.1f} %"),
    )


def _by_digit(shots: Snapshots, chosen: int | None) -> ui.Panel:
    """Draw how many of each digit's images are read correctly."""
    right = shots.read[0] == shots.truth
    each = [100 * float(right[shots.truth == digit].mean()) for digit in range(10)]
    marked = chosen is not None and ui.here(chosen, each[chosen], f"{chosen}: {each[chosen]:.0f} %")
    return ui.panel(
        "Test images read correctly",
        ui.axis("digit", -0.6, 9.6, range(10), range(10)),
        ui.axis("% right", 0, 100),
        ui.Bars(range(10), each, "right"),
        ui.level(100 * CLAIM, [-0.6, 9.6], "the slide: 92 % of all", stroke="dashed"),
        marked or None,
    )


def _say(shots: Snapshots, frame: int, wrong: Array, chosen: int | None) -> Iterator[str]:
    read = shots.read[frame]
    right = 100 * float((read == shots.truth).mean())
    step = f"Step {shots.steps[frame]}: " if len(shots.steps) > 1 else ""
    yield f"{step}{right:.1f} % of {len(read):,} test images are right."
    if not shots.weights[frame].any():
        yield "All weights are 0, so all logits tie, and ties go to 0."
    if chosen is None:
        of_each = np.bincount(shots.truth, minlength=10)
        share = np.bincount(shots.truth[wrong], minlength=10) / np.maximum(of_each, 1)
        worst = int(share.argmax())
        yield f"The worst digit is {worst}: {100 * share[worst]:.0f} % of its images wrong."
    else:
        of = int((shots.truth == chosen).sum())
        count = np.bincount(read[wrong], minlength=10)
        most = int(count.argmax())
        often = f", most often as {most} ({count[most]:,} times)" if wrong.any() else ""
        yield f"Of {of:,} images of {chosen}, {wrong.sum():,} are read wrongly{often}."
    largest = float(np.abs(shots.weights[frame]).max())
    if largest:
        yield f"The largest weight is {largest:.2g} in size, in full colour."
