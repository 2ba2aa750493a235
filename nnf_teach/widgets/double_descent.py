"""Double descent: train and test error as a model grows past the number of its examples.

Slides "Overfitting and regularisation": Belkin et al. 2019; Nakkiran et al. 2019. Random Fourier
features on 1,000 digits of MNIST, tested on 2,000 others.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nnf_teach.modules.random_features import DescentPoint, FeatureSweep
from nnf_teach.widgets.learner import attempt, name_of
from nnf_teach.widgets.scene import (
    Axis,
    Choice,
    Line,
    Mark,
    Panel,
    Player,
    Points,
    Scene,
    Slider,
    State,
)
from nnf_teach.widgets.working import waiting

if TYPE_CHECKING:
    from nnf_teach.widgets.stage import Stage

Array = NDArray[Any]
Fit = Callable[[Array, Array], Any]

DIGITS, TESTS = 1000, 2000
SIZES = (
    *(10, 20, 30, 50, 100, 200, 300, 400, 550, 700, 850, 950, 1000),
    *(1050, 1200, 1500, 2000, 3000, 5000, 7000, 10_000),
)
THRESHOLD = SIZES.index(DIGITS)
THEIRS = SIZES.index(3000) + 1  # sizes for the learner's fit: a pseudoinverse of more takes long
RIDGES = (0.001, 0.0032, 0.01, 0.032, 0.1, 0.32, 1.0, 3.2, 10.0)
NOISE = {"none": 0.0, "10 %": 0.1, "20 %": 0.2}
TICKS = (10.0, 100.0, 1000.0, 10_000.0)
TICK_WORDS = ("10", "100", "1,000", "10,000")
LOWEST, HIGHEST = 0.5, 10_000.0  # the axis of norms
INITIAL: State = {"frame": len(SIZES) - 1, "ridge": 0.1, "noise": "none"}


class Experiment:
    """All models, fitted size by size as far as they are asked for."""

    def __init__(self) -> None:
        from nnf_teach.datasets import sample_digits

        X, t, X_test, t_test = sample_digits(DIGITS, TESTS, rng=np.random.default_rng(0))
        self.sweep = FeatureSweep(X, t, X_test, t_test, SIZES[-1], rng=np.random.default_rng(1))
        self.labels = [spoilt(t, share, np.random.default_rng(2)) for share in NOISE.values()]
        self.points: list[list[list[DescentPoint]]] = []  # by size, noise, and none or a ridge
        self._lock = threading.Lock()  # two widgets may share this

    def go_to(self, frame: int) -> None:
        with self._lock:
            while len(self.points) <= frame:
                p = SIZES[len(self.points)]
                self.points.append(self.sweep.grid(p, (0.0, *RIDGES), self.labels))


@functools.cache
def experiment() -> Experiment:
    """Return the one experiment of this kernel: every widget shows the same models."""
    return Experiment()


class Theirs:
    """The models without a ridge, fitted by the learner's function."""

    def __init__(self, fit: Fit) -> None:
        self.fit = fit
        self.name = name_of(fit)
        self.points: list[list[DescentPoint]] = []  # by size and noise
        self.problem = ""

    def go_to(self, frame: int) -> None:
        ours = experiment()

        def guarded(F: Array, T: Array) -> Any:
            result, problem = attempt(self.fit, F, T)
            if problem:
                raise ValueError(problem.removeprefix("Your "))
            return result

        guarded.__name__ = self.name
        while len(self.points) <= frame and not self.problem:
            try:
                found = ours.sweep.grid(SIZES[len(self.points)], (0.0,), ours.labels, guarded)
            except ValueError as error:
                self.problem = f"Your {str(error).rstrip('.')}, so this is ours."
            else:
                self.points.append([row[0] for row in found])


def spoilt(t: Array, share: float, rng: np.random.Generator) -> Array:
    """Return class numbers of which about this share is replaced by another class.

    >>> spoilt(np.arange(10), 0.2, np.random.default_rng(2))
    array([0, 1, 2, 5, 4, 5, 3, 4, 8, 9])
    """
    chosen = rng.random(len(t)) < share
    return np.where(chosen, (t + rng.integers(1, 10, len(t))) % 10, t)


def double_descent_scene(fit: Fit | None = None) -> Callable[[State], Scene]:
    """Return the function from a state to the scene, with the learner's fit if there is one.

    The state has `frame` (the size), `ridge` and `noise`.

    >>> scene = double_descent_scene()({"frame": 5, "ridge": 0.1, "noise": "none"})
    >>> scene.caption[:36]
    '200 features for 1,000 digits: 21 % '
    """
    theirs = Theirs(fit) if fit else None

    def build(state: State) -> Scene:
        frame = int(np.clip(int(state["frame"]), 0, len(SIZES) - 1))
        used = None
        if theirs:
            theirs.go_to(min(frame, THEIRS - 1))
            used = None if theirs.problem else theirs
        last = (THEIRS if used else len(SIZES)) - 1
        frame = min(frame, last)
        everything = experiment()
        everything.go_to(frame)
        noise = str(state["noise"])
        which = int(np.argmin(np.abs(np.log(np.array(RIDGES) / float(state["ridge"])))))
        kind = list(NOISE).index(noise)
        rows = [row[kind] for row in everything.points[: frame + 1]]
        plain = [row[0] for row in rows]
        if used:
            plain = [row[kind] for row in used.points[: frame + 1]]
        chosen = [row[1 + which] for row in rows]
        whose = [f"Fitted by your {used.name}."] if used else [theirs.problem] if theirs else []
        return Scene(
            "Double descent",
            (
                _errors(plain, chosen, RIDGES[which], used),
                _norms(plain, chosen, RIDGES[which]),
                _ridges(plain[-1], rows[-1][1:], which),
            ),
            " ".join((*whose, *_say(plain, rows[-1], which, noise))),
            (
                Player("frame", "Models fitted, from 10 features on", last, rate=4),
                Slider("ridge", "Ridge λ", RIDGES[0], RIDGES[-1], 0.5, scale="log"),
                Choice("noise", "Wrong training labels", tuple(NOISE)),
            ),
            state={"frame": frame, "ridge": RIDGES[which], "noise": noise},
        )

    return build


def _size_axis() -> Axis:
    return Axis("features (log scale)", 8, 13_000, "log", TICKS, TICK_WORDS)


def _threshold(low: float, high: float) -> Line:
    return Line([DIGITS] * 2, [low, high], "as many features as digits: 1,000", 6, "dotted", 2)


def _errors(
    plain: list[DescentPoint], chosen: list[DescentPoint], ridge: float, used: Theirs | None
) -> Panel:
    p = [point.features for point in plain]
    test, train, with_ridge = (
        100 * np.array([getattr(point, name) for point in points])
        for points, name in ((plain, "test_error"), (plain, "train_error"), (chosen, "test_error"))
    )
    whose = f"test error, your {used.name}" if used else "test error, no ridge"
    marks: list[Mark] = [
        _threshold(0, 100),
        Line(p, train, "training error, no ridge", 1, "dashed", 2),
        Line(p, with_ridge, "", 2, "solid", 1.5),
        Points(p, with_ridge, f"test error, ridge λ = {ridge:g}", 2, "square", 5),
        Line(p, test, whose, 0, "solid", 3),
        Points(p[-1:], test[-1:], f"now: {test[-1]:.1f} %", 0, "circle", 10),
    ]
    return Panel("Digits read wrongly", _size_axis(), Axis("% read wrongly", 0, 100), tuple(marks))


def _norms(plain: list[DescentPoint], chosen: list[DescentPoint], ridge: float) -> Panel:
    p = [point.features for point in plain]
    without, with_ridge = (
        np.clip([point.norm for point in points], LOWEST, HIGHEST) for points in (plain, chosen)
    )
    marks: list[Mark] = [
        _threshold(LOWEST, HIGHEST),
        Line(p, with_ridge, "", 2, "solid", 1.5),
        Points(p, with_ridge, f"ridge λ = {ridge:g}", 2, "square", 5),
        Line(p, without, "no ridge", 0, "solid", 3),
        Points(p[-1:], without[-1:], f"now: {_norm(plain[-1].norm)}", 0, "circle", 10),
    ]
    return Panel(
        "Size of the weights",
        _size_axis(),
        Axis("√(sum of w²) (log scale)", LOWEST, HIGHEST, "log", (1.0, *TICKS), ("1", *TICK_WORDS)),
        tuple(marks),
    )


def _ridges(plain: DescentPoint, points: list[DescentPoint], which: int) -> Panel:
    errors = 100 * np.array([point.test_error for point in points])
    without = 100 * plain.test_error
    top = next(top for top in (10, 15, 20, 30, 50, 100) if top >= 1.1 * max(*errors, without, 1))
    marks: list[Mark] = [
        Line(
            [RIDGES[0], RIDGES[-1]], [without] * 2, f"no ridge: {without:.1f} %", 0, "dashed", 2.5
        ),
        Line(RIDGES, errors, "test error", 2, "solid", 2),
        Points([RIDGES[which]], [errors[which]], f"λ = {RIDGES[which]:g}", 2, "square", 10),
    ]
    return Panel(
        f"Ridge, with {plain.features:,} features",
        Axis("ridge λ (log scale)", 0.0007, 14, "log", (0.001, 0.01, 0.1, 1.0, 10.0)),
        Axis("% of test digits read wrongly", 0, float(top)),
        tuple(marks),
    )


def _norm(norm: float) -> str:
    return f"{float(f'{norm:.2g}'):,.0f}" if norm >= 100 else f"{norm:.3g}"


def _percent(share: float) -> str:
    return f"{100 * share:.2g} %"


def _say(plain: list[DescentPoint], row: list[DescentPoint], which: int, noise: str) -> list[str]:
    now = plain[-1]
    words = [
        f"{now.features:,} features for 1,000 digits: {_percent(now.test_error)} of the 2,000 test "
        f"digits are read wrongly, {_percent(now.train_error)} of the training digits."
    ]
    if NOISE[noise]:
        words.append(f"About {noise} of the training labels are wrong.")
    words += _where(plain)
    with_ridge = [point.test_error for point in row[1:]]
    best = int(np.argmin(with_ridge))
    words.append(f"With λ = {RIDGES[which]:g} the test error is {_percent(with_ridge[which])}.")
    if with_ridge[best] < 0.95 * now.test_error:
        still = " Even this big model gains from regularisation." if now.features > DIGITS else ""
        words.append(
            f"The best λ of these is {RIDGES[best]:g}: {_percent(with_ridge[best])} "
            f"in place of {_percent(now.test_error)}.{still}"
        )
    else:
        words.append("At this size no λ of these helps by much.")
    return words


def _where(plain: list[DescentPoint]) -> list[str]:
    """Say at which part of the double descent the newest model stands, and how large w is."""
    now = plain[-1]
    before = plain[:THRESHOLD]
    first = min(before, key=lambda point: point.test_error)
    if now.features < DIGITS:
        if now is first:
            return ["The more features, the better, so far."]
        return [
            f"The first minimum is behind: {_percent(first.test_error)} at {first.features:,} "
            "features. The model overfits: it hits ever more training targets, with ever larger "
            f"weights (norm {_norm(now.norm)})."
        ]
    peak = plain[THRESHOLD]
    if now is peak:
        return [
            "As many weights as digits: just one w hits all targets, right or wrong, and it is "
            f"huge (norm {_norm(now.norm)}). This is the peak."
        ]
    where = "still above" if now.test_error >= first.test_error else "below"
    return [
        f"Many w hit all targets now, and the smallest is taken: its norm is {_norm(now.norm)}, at "
        f"the peak it was {_norm(peak.norm)}. The test error is {where} the first minimum, "
        f"{_percent(first.test_error)} at {first.features:,} features."
    ]


def double_descent(fit: Fit | None = None) -> Stage:
    """Grow a model past the number of its examples, with and without a ridge.

    Parameters
    ----------
    fit : function of (F (N, P), T (N, K)) -> weights (P, K), optional
        Your own `min_norm_fit`: it then fits the models without a ridge, up to 3,000 features.

    The first call in a kernel fits all models, which takes a few seconds. Interrupt it (the stop
    button) to look at those that are done.

    Examples
    --------
    >>> stage = double_descent()
    >>> stage.set(frame=SIZES.index(1000))
    >>> "This is the peak." in stage.scene.caption
    True
    """
    from nnf_teach.widgets.stage import Stage

    build = double_descent_scene(fit)
    last = (THEIRS if fit else len(SIZES)) - 1
    frame = -1
    if fit or len(experiment().points) <= last:
        try:
            done = "The models are fitted."
            with waiting("Fitting models of growing size", last + 1, done) as tell:
                for frame in range(last + 1):
                    build({**INITIAL, "frame": frame})
                    tell(frame + 1)
        except KeyboardInterrupt:
            if frame < 1:
                raise
            last = frame - 1
    return Stage(build, {**INITIAL, "frame": last})
