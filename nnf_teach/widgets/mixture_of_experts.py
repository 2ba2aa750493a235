"""Which expert owns which region while a mixture of experts trains.

Slide "Conditional execution as a computational graph": "We can learn conditionals themselves too,
just use softmax." The two losses are those of Jacobs, Jordan, Nowlan and Hinton 1991.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnf_teach.datasets.piecewise import make_piecewise
from nnf_teach.modules.mixture import (
    MixtureState,
    gate_probabilities,
    mixture_forward,
    train_mixture_steps,
)
from nnf_teach.widgets.learner import attempt, kind, name_of
from nnf_teach.widgets.scene import (
    Axis,
    Choice,
    Goal,
    Line,
    Mark,
    Panel,
    Player,
    Points,
    Region,
    Scene,
    Slider,
    State,
    Stroke,
)

if TYPE_CHECKING:
    from nnf_teach.widgets.stage import Stage

Array = NDArray[np.float64]
Train = Callable[..., Any]  # (X, T, n_experts, rng) -> (experts, gate)

LAST, EVERY = 60, 10  # frames, and steps a frame
MOST = 4  # experts
N = 120
EDGE, TOP = 3.0, 3.0  # of x and t
GOAL = 0.1  # of the single line's error
SMALLEST, LARGEST = 1e-4, 10.0  # errors that the log axis shows
ALONG = np.linspace(-EDGE, EDGE, 301)[:, None]
STROKES: tuple[Stroke, ...] = ("solid", "dashed", "dotted", "solid")
WIDTHS = (3.5, 3.5, 3.5, 6.0)
LOSSES = {"each expert for itself": "separate", "the blend": "blended"}
OURS = "ours, as it trains"
INITIAL: State = {
    "frame": 0,
    "experts": 3,
    "loss": "each expert for itself",
    "seed": 0,
    "whose": OURS,
}


class Mixture(NamedTuple):
    """A mixture on the line: its gate and answers along x, and its error on the points."""

    gate: Array  # (len(ALONG), E)
    answers: Array  # (len(ALONG), E)
    blend: Array  # (len(ALONG),)
    error: float  # mean square over the points
    owned: NDArray[np.integer[Any]]  # (E,): points where the gate weighs the expert most
    certain: float  # the largest weight, a mean over the points


@cache
def points() -> tuple[Array, Array]:
    """Return X (N, 1) and T (N, 1): three straight pieces.

    >>> [a.shape for a in points()]
    [(120, 1), (120, 1)]
    """
    X, T, _ = make_piecewise(N, np.random.default_rng(0))
    return X, T


@cache
def single_line() -> tuple[Array, float]:
    """Return the best single line along x, and its mean squared error on the points."""
    X, T = points()
    ones = np.ones_like(X)
    best = np.linalg.lstsq(np.hstack([X, ones]), T, rcond=None)[0]
    error = float(((np.hstack([X, ones]) @ best - T) ** 2).mean())
    return (np.hstack([ALONG, np.ones_like(ALONG)]) @ best)[:, 0], error


def look_at(experts: Any, gate: Any) -> Mixture:
    """Measure a mixture along x and on the points.

    Raises
    ------
    TypeError, ValueError
        When experts and gate are not a mixture of one input and one output.

    Examples
    --------
    >>> one = look_at([([[0.0]], [2.0])], ([[0.0]], [0.0]))
    >>> one.blend[:3].tolist(), one.owned.tolist(), one.certain
    ([2.0, 2.0, 2.0], [120], 1.0)
    """
    X, T = points()
    blend = mixture_forward(np.vstack([ALONG, X]), experts, gate)
    if blend.shape[1] != 1:
        raise ValueError(f"it answers {blend.shape[1]} numbers, not 1")
    P = gate_probabilities(np.vstack([ALONG, X]), gate)
    answers = [ALONG @ np.asarray(W, float).T + np.asarray(b, float) for W, b in experts]
    along, here = P[: len(ALONG)], P[len(ALONG) :]
    return Mixture(
        along,
        np.hstack(answers),
        blend[: len(ALONG), 0],
        float(((blend[len(ALONG) :] - T) ** 2).mean()),
        np.bincount(here.argmax(axis=1), minlength=len(experts)),
        float(here.max(axis=1).mean()),
    )


@dataclass
class Training:
    """Our mixture at every frame, trained as far as it is asked for."""

    states: Iterator[MixtureState]
    frames: list[tuple[Any, Any]] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)

    def go_to(self, frame: int) -> None:
        X, T = points()
        while len(self.frames) <= frame:
            for _ in range(EVERY if self.frames else 1):
                state = next(self.states)
            self.frames.append((state.experts, state.gate))
            blend = mixture_forward(X, state.experts, state.gate)
            self.errors.append(float(((blend - T) ** 2).mean()))


def training(experts: int, loss: str, seed: int) -> Training:
    """Return the training of a mixture; frame k is step 1 + EVERY * k.

    >>> one = training(2, "blended", 0)
    >>> one.go_to(3)
    >>> len(one.frames)
    4
    """
    rng = np.random.default_rng(seed)
    steps = 1 + EVERY * LAST
    return Training(train_mixture_steps(*points(), experts, rng, steps=steps, loss=loss))


def mixture_of_experts_scene(train: Train | None = None) -> Callable[[State], Scene]:
    """Return the function from a state to the scene; the learner's mixture is one more choice.

    The state has `frame`, `experts` (how many), `loss` (a word), `seed` and `whose`.

    >>> mixture_of_experts_scene()(INITIAL | {"experts": 1}).goal.reached
    False
    """
    yours = f"from your {name_of(train)}" if train else ""
    kept: dict[tuple[int, int], tuple[Mixture | None, str]] = {}
    run_of = cache(training)  # of this widget: another may be played in another thread

    def build(state: State) -> Scene:
        frame = int(np.clip(int(state["frame"]), 0, LAST))
        count = int(np.clip(int(state["experts"]), 1, MOST))
        seed = int(np.clip(int(state["seed"]), 0, 9))
        mixture, trouble = None, ""
        if train is not None and state["whose"] == yours:
            if (count, seed) not in kept:
                kept[count, seed] = _theirs(train, count, seed)
            mixture, trouble = kept[count, seed]
        theirs = mixture is not None
        run = run_of(count, LOSSES[str(state["loss"])], seed)
        run.go_to(frame)
        drawn = mixture or look_at(*run.frames[frame])
        said = f"This is {yours[5:]}, trained." if theirs else f"Step {1 + EVERY * frame}."
        controls: list[Player | Slider | Choice] = (
            [] if theirs else [Player("frame", "Frame", LAST)]
        )
        controls += [Slider("experts", "Experts", 1, MOST, 1), Slider("seed", "Start", 0, 9, 1)]
        if not theirs:
            controls.append(Choice("loss", "The loss judges", tuple(LOSSES)))
        if yours:
            controls.append(Choice("whose", "Mixture", (yours, OURS)))
        wanted = GOAL * single_line()[1]
        return Scene(
            "A mixture of experts",
            (_fit(drawn), _gate(drawn), _errors(run, frame, drawn.error if theirs else None)),
            " ".join(filter(None, (trouble, said, *_say(drawn)))),
            tuple(controls),
            Goal(
                f"a mean squared error of at most {wanted:.3f}, a tenth of the best single line's",
                drawn.error <= wanted,
            ),
            dict(state) | {"frame": frame, "experts": count, "seed": seed},
        )

    return build


def _theirs(train: Train, count: int, seed: int) -> tuple[Mixture | None, str]:
    """Return the mixture that the learner's function trains, or why there is none."""
    name = name_of(train)
    result, problem = attempt(train, *points(), count, np.random.default_rng(seed))
    if not problem:
        if not isinstance(result, tuple | list) or len(result) != 2:
            problem = f"Your {name} returned {kind(result)}, not the pair (experts, gate)"
        else:
            try:
                found = look_at(*result)
                if len(found.owned) == count:
                    return found, ""
                problem = f"Asked for {count} experts, your {name} returned {len(found.owned)}"
            except (TypeError, ValueError) as error:
                problem = f"Your {name} returned no mixture that can be drawn: {error}".rstrip(".")
    return None, f"{problem}, so this is ours."


def _fit(mixture: Mixture) -> Panel:
    X, T = points()
    x, owner = ALONG[:, 0], mixture.gate.argmax(axis=1)
    marks: list[Mark] = [
        Points(X[:, 0], T[:, 0], "points (x, t)", 6, "circle", 6),
        Line(x, mixture.blend, "the blend y", 6, "solid", 1.5),
    ]
    for e, answer in enumerate(mixture.answers.T):
        owns = owner == e
        label = f"expert {e + 1}" + ("" if owns.any() else ", owns nothing")
        marks.append(Line(x, answer, label, e, STROKES[e], 1.5))
        marks.append(Line(x, np.where(owns, answer, np.nan), "", e, STROKES[e], WIDTHS[e]))
    return Panel(
        "The answers: thick where an expert owns x",
        Axis("x", -EDGE, EDGE),
        Axis("t", -TOP, TOP),
        tuple(marks),
    )


def _gate(mixture: Mixture) -> Panel:
    x = ALONG[:, 0]
    marks: list[Mark] = []
    for e, left, right in owners(mixture):
        label = f"expert {e + 1}" if right - left > 0.9 else ""
        marks.append(Region([left, right, right, left], [0, 0, 1, 1], label, e))
    for e, p in enumerate(mixture.gate.T):
        marks.append(Line(x, p, f"p of expert {e + 1}", e, STROKES[e], 0.7 * WIDTHS[e]))
    return Panel(
        "The gate: who owns which x", Axis("x", -EDGE, EDGE), Axis("p", 0, 1.0), tuple(marks)
    )


def owners(mixture: Mixture) -> list[tuple[int, float, float]]:
    """Return the stretches of x that an expert owns: (expert, from, to), left to right.

    >>> owners(look_at([([[0.0]], [2.0])], ([[0.0]], [0.0])))
    [(0, -3.0, 3.0)]
    """
    owner, x = mixture.gate.argmax(axis=1), ALONG[:, 0]
    changes = np.flatnonzero(np.diff(owner))
    edges = [float(x[0]), *((x[changes] + x[changes + 1]) / 2).tolist(), float(x[-1])]
    starts = [0, *(changes + 1).tolist()]
    return [(int(owner[s]), edges[k], edges[k + 1]) for k, s in enumerate(starts)]


def _errors(run: Training, frame: int, theirs: float | None) -> Panel:
    single = single_line()[1]
    end = 1 + EVERY * LAST
    marks: list[Mark] = [
        Line([0, end], [single] * 2, f"best single line: {single:.3f}", 6, "dashed", 1.5),
        Line([0, end], [GOAL * single] * 2, "a tenth of it", 6, "dotted", 1.5),
    ]
    if theirs is not None:
        marks.append(Line([0, end], [_on_axis(theirs)] * 2, f"yours: {theirs:.2g}", 2, "solid", 3))
    else:
        steps = 1.0 + EVERY * np.arange(frame + 1)
        errors = _on_axis(np.array(run.errors[: frame + 1]))
        now = f"now: {run.errors[frame]:.2g}"
        marks += [Line(steps, errors, "", 0), Points(steps[-1:], errors[-1:], now, 2, "square", 9)]
    return Panel(
        "Error of the blend",
        Axis("step", 0, end),
        Axis("mean squared error", SMALLEST, LARGEST, "log", (1e-4, 0.001, 0.01, 0.1, 1, 10)),
        tuple(marks),
    )


def _on_axis(errors: Any) -> Any:
    return np.clip(errors, SMALLEST, LARGEST)


def _say(mixture: Mixture) -> list[str]:
    stretches: dict[int, list[str]] = {}
    for e, left, right in owners(mixture):
        ends = (f"{round(end, 1) + 0.0:.1f}" for end in (left, right))  # + 0.0: no "−0.0"
        stretch = " to ".join(ends).replace("-", "−")
        stretches.setdefault(e, []).append(stretch)
    said = [
        f"expert {e + 1} owns x from {' and '.join(parts)} ({mixture.owned[e]} points)"
        for e, parts in sorted(stretches.items())
    ]
    idle = [str(e + 1) for e in range(len(mixture.owned)) if e not in stretches]
    words = [f"{'; '.join(said)}.".capitalize()]
    if idle:
        names = ", ".join(idle)
        who = f"Experts {names} own" if len(idle) > 1 else f"Expert {names} owns"
        words.append(f"{who} nothing.")
    words.append(
        f"Mean squared error {mixture.error:.2g}, of the best single line {single_line()[1]:.2g}. "
        f"The owner's weight is {mixture.certain:.2f} on average (1: the gate has decided)."
    )
    return words


def mixture_of_experts(train: Train | None = None) -> Stage:
    """Watch experts and their gate train on a line of three pieces, and see who owns what.

    Parameters
    ----------
    train : function, optional
        Yours, `train_mixture(X, T, n_experts, rng) -> (experts, gate)`: the mixture that it
        trains is one more choice, and is chosen first. While it does not work, ours is drawn, and
        the caption says so.

    Examples
    --------
    >>> stage = mixture_of_experts()
    >>> stage.set(frame=0)
    >>> stage.scene.caption[:8]
    'Step 1. '
    """
    from nnf_teach.widgets.stage import Stage

    whose = f"from your {name_of(train)}" if train else OURS
    return Stage(mixture_of_experts_scene(train), INITIAL | {"whose": whose})
