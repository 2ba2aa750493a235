"""A module of the learner's own: checked only for a backward that belongs to its forward.

`your_module()` takes nothing and returns (forward, backward, x, params):

- x, an array, and params, a list of arrays (it may be empty, or hold pairs (W, b)): an example on
  which the module can be tried;
- forward(x, params) returns y, an array of any shape;
- backward(dy, x, params) returns (dx, dparams), shaped like x and params.

The slopes of <dy, forward> are measured by central differences, which need nothing but calls of
forward: it may be written in any way, and may live in another process. (The tests compare them
with autograd's.) They are taken near the example, not at it, since the example may lie on a kink,
and at other x of its size, where forward takes them. Where two sizes of step disagree there is a
kink between, and the direction is left out.

Any module counts that has an output which moves with x or params: the identity does. Whether a
proposal is worth a paper is not for a check to say.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnf_teach.exercises.exercise import BadAnswer, Case
from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.numbers import kind_of, read_numbers

Array = NDArray[Any]
Leaves = list[Array]

_POINTS, _DIRECTIONS = 4, 4
_NEAR = 0.05  # how far from the example the points lie, in relation to it
_STEP = 1e-5
_TOLERANCE = 1e-4
_MOST = 10_000  # numbers in an example

AGREES = "agrees"
SHAPE = "has another shape"
SIGN = "points the other way"
IGNORES = "does not depend on dy"
WRONG = "does not agree"


def leaves_of(tree: Any) -> Leaves:
    """Return the arrays of a nested list, in order.

    >>> [a.tolist() for a in leaves_of([([1.0], 2.0), 3.0])]
    [[1.0], 2.0, 3.0]
    """
    if isinstance(tree, list | tuple) and not _is_row(tree):
        return [leaf for part in tree for leaf in leaves_of(part)]
    return [read_numbers(tree).astype(float)]


def _is_row(tree: Any) -> bool:
    """Whether a list is a row of numbers, and not a list of arrays."""
    return len(tree) > 0 and all(isinstance(part, int | float | np.number) for part in tree)


def _like(tree: Any, leaves: Leaves) -> Any:
    """Put other arrays in the places of a nested list; takes them from `leaves`."""
    if isinstance(tree, list | tuple) and not _is_row(tree):
        parts = [_like(part, leaves) for part in tree]
        return tuple(parts) if isinstance(tree, tuple) else parts
    return leaves.pop(0)


def _leaves_like(tree: Any, example: Any) -> Leaves:
    """Return the arrays of a nested list that is built like `example`, or else as it is built.

    >>> [a.shape for a in _leaves_like([np.float64(1.0)], [np.array(2.0)])]
    [()]
    """
    if isinstance(example, list | tuple) and not _is_row(example):
        if isinstance(tree, list | tuple) and len(tree) == len(example):
            pairs = zip(tree, example, strict=True)
            return [leaf for one, like in pairs for leaf in _leaves_like(one, like)]
        return leaves_of(tree)
    return [read_numbers(tree).astype(float)]


def _refuse_other_arguments(name: str, function: Callable[..., Any], arguments: str) -> None:
    """Raise `BadAnswer` for a function that cannot be called as it will be."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some functions of C have none
        return
    try:
        signature.bind(*arguments.split(", "))
    except TypeError:
        raise BadAnswer(
            "type",
            f"{name} is called as {name}({arguments}), and yours cannot be: it is "
            f"{name}{signature}. Where there is nothing to learn, params is [].",
        ) from None


class _Module:
    """A proposal, called with lists of arrays: [x, *params]."""

    def __init__(self, answer: Any) -> None:
        if not isinstance(answer, list | tuple) or len(answer) != 4:
            what = f"{len(answer)} parts" if isinstance(answer, list | tuple) else kind_of(answer)
            raise BadAnswer("type", f"Return (forward, backward, x, params). You return {what}.")
        self.forward, self.backward, x, params = answer
        if not (callable(self.forward) and callable(self.backward)):
            raise BadAnswer("type", "The first two parts must be functions: forward and backward.")
        _refuse_other_arguments("forward", self.forward, "x, params")
        _refuse_other_arguments("backward", self.backward, "dy, x, params")
        if not isinstance(params, list | tuple):
            raise BadAnswer("type", f"params must be a list of arrays, got {kind_of(params)}.")
        self.params = params
        self.forward_changes = False  # its arguments
        self.example = [read_numbers(x).astype(float), *leaves_of(params)]
        if self.example[0].size == 0 or sum(leaf.size for leaf in self.example) > _MOST:
            raise BadAnswer(
                "shape", f"Let the example hold at least one x, and at most {_MOST:,} numbers."
            )

    def output(self, args: Leaves) -> Array:
        given = [arg.copy() for arg in args]
        y = read_numbers(self.forward(given[0], _like(self.params, given[1:])))
        self.forward_changes |= not all(map(np.array_equal, given, args))
        if not np.isfinite(y).all():
            raise BadAnswer("nan", "The output holds a nan or an infinity near your example.")
        return y.astype(float)

    def refuse_chance(self, args: Leaves) -> None:
        """Raise `BadAnswer` where the same arguments give another output."""
        if not np.array_equal(self.output(args), self.output(args)):
            raise BadAnswer(
                "type",
                "forward gives another output when it is called again with the same x and params, "
                "so that it has no slope. Is something in it drawn at random, or counted? Draw it "
                "before, and put it into params.",
            )

    def gradients(self, dy: Array, args: Leaves) -> tuple[Leaves | None, bool]:
        """Return dx and the parts of dparams, None if they are not as many as they should be.

        And whether the module left its arguments alone.
        """
        given = [arg.copy() for arg in (dy, *args)]
        dy_given, x, *leaves = given
        found = self.backward(dy_given, x, _like(self.params, list(leaves)))
        if not isinstance(found, list | tuple) or len(found) != 2:
            raise BadAnswer("type", "backward must return a pair: (dx, dparams).")
        untouched = all(map(np.array_equal, given, (dy, *args)))
        parts = _leaves_like(found[1], self.params)
        if len(parts) != len(leaves):
            return None, untouched
        return [read_numbers(found[0]).astype(float), *parts], untouched


def _place(module: _Module, far: bool, rng: np.random.Generator) -> Leaves:
    """Return arguments near the example, or with an x of any sign where forward takes it."""
    near = [a + _NEAR * rng.normal(size=a.shape) * (1 + np.abs(a)) for a in module.example]
    elsewhere = rng.normal(size=near[0].shape) * (1 + np.abs(near[0]))
    if far:
        try:
            module.output([elsewhere, *near[1:]])
        except Exception:  # a logarithm takes no negative x
            return near
        return [elsewhere, *near[1:]]
    return near


def _slope(module: _Module, dy: Array, args: Leaves, k: int, v: Array, step: float) -> float:
    ends = []
    for sign in (1, -1):
        moved = [arg + sign * step * v if i == k else arg for i, arg in enumerate(args)]
        ends.append(float(np.sum(dy * module.output(moved))))
    return (ends[0] - ends[1]) / (2 * step)


def measured_slopes(
    module: _Module, dy: Array, args: Leaves, k: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Return some directions and the slopes of <dy, forward> along them, by argument k."""
    directions, slopes = [], []
    for v in rng.normal(size=(_DIRECTIONS, *args[k].shape)):
        wide, narrow = (_slope(module, dy, args, k, v, step) for step in (_STEP, _STEP / 4))
        if abs(wide - narrow) <= _TOLERANCE * (1 + abs(wide)):
            directions.append(v)
            slopes.append(wide)
    return np.array(directions).reshape(-1, args[k].size), np.array(slopes)


def _verdict(gradient: Array, twice: Array, directions: Array, slopes: Array) -> str:
    """Say how a gradient stands to the slopes; `twice` is what backward gives for 2 dy."""
    claimed = directions @ gradient.ravel()
    scale = _TOLERANCE * (1 + np.abs(slopes).max(initial=0) + np.abs(claimed).max(initial=0))
    if (np.abs(claimed - slopes) <= scale).all():
        return AGREES
    if (np.abs(claimed + slopes) <= scale).all():
        return SIGN
    if gradient.any() and np.array_equal(gradient, twice):
        return IGNORES
    return WRONG


def observe(answer: Any) -> dict[str, str]:
    """Return what holds of a proposal; a right one has the same answers as any other."""
    module, rng = _Module(answer), np.random.default_rng(0)
    verdicts: list[list[str]] = [[], []]  # of dx, of dparams
    moves, untouched = False, True
    for point in range(_POINTS):
        args = _place(module, far=point % 2 == 1, rng=rng)
        module.refuse_chance(args)
        dy = rng.normal(size=module.output(args).shape)
        found, kept = module.gradients(dy, args)
        twice, _ = module.gradients(2 * dy, args)
        untouched = untouched and kept
        if found is None or twice is None:
            verdicts[1].append(SHAPE)
            continue
        for k, (gradient, double) in enumerate(zip(found, twice, strict=True)):
            if gradient.shape != args[k].shape:
                verdicts[k > 0].append(SHAPE)
                continue
            directions, slopes = measured_slopes(module, dy, args, k, rng)
            moves = moves or bool(slopes.any())
            verdicts[k > 0].append(_verdict(gradient, double, directions, slopes))
    worst = [next((w for w in (SHAPE, IGNORES, WRONG, SIGN) if w in v), AGREES) for v in verdicts]
    return {
        "dx": worst[0],
        "dparams": worst[1],
        "output": "moves with x or params" if moves or set(worst) != {AGREES} else "never moves",
        "arguments": "changed by forward"
        if module.forward_changes
        else "left as they were"
        if untouched
        else "changed by backward",
    }


_TOLD = {
    (SIGN, SIGN): "Both gradients point the other way. When the output grows with x, "
    "which sign has the slope?",
    (AGREES, SIGN): "dx is right, and dparams points the other way. Does a minus in front of the "
    "parameters come back in their gradient?",
    (SIGN, AGREES): "dparams is right, and dx points the other way. Is there a minus in front of x "
    "in forward?",
    (WRONG, AGREES): "dparams agrees with forward, and dx does not. Does x stand in several places "
    "of forward, and did each of them pass something back?",
    (AGREES, WRONG): "dx agrees with forward, and dparams does not. What happens to the gradient "
    "of a parameter that all examples share?",
    (AGREES, SHAPE): "dx is right, and dparams has another shape than params. Is one gradient an "
    "example left in it, where there is only one parameter?",
    (SHAPE, AGREES): "dparams is right, and dx has another shape than x. Every example has an x of "
    "its own: what should not be added up there?",
    (SHAPE, SHAPE): "Both gradients have the wrong shape. Which comes first, dx or dparams?",
}


def tell(answer):
    """Say what is wrong with a proposal, by what holds of it."""
    seen = observe(answer)
    verdicts = seen["dx"], seen["dparams"]
    if IGNORES in verdicts:
        which = {(IGNORES, AGREES): "dx is", (AGREES, IGNORES): "dparams is"}
        what = which.get(verdicts, "Your gradients are")
        return f"{what} the same for every dy. By what does the chain rule multiply the slopes?"
    if verdicts != (AGREES, AGREES):
        neither = (
            "Neither gradient belongs to forward. What does the measured slope say for the "
            "smallest example that you can compute by hand?"
        )
        return _TOLD.get(verdicts, neither)
    if seen["output"] == "never moves":
        return (
            "Your output is the same for all x and params, so all gradients are 0. "
            "What could be learnt through such a module?"
        )
    if seen["arguments"] == "changed by backward":
        return (
            "The gradients are right, but backward changes the arrays that it is given. "
            "Who may still need them?"
        )
    return (
        "The gradients are right, but forward changes x or params, as x *= 2 does. "
        "Which x will backward get then?"
    )


def forward(x, params):
    """Return squared distances (N, K) from K prototypes: zero at a prototype, and only there."""
    return np.sum((x[:, None] - params[0]) ** 2, axis=2)


def backward(dy, x, params):
    D = 2 * dy[:, :, None] * (x[:, None] - params[0])
    return D.sum(axis=1), [-D.sum(axis=0)]


@exercise(lesson=8, points=1, stretch=True, observe=observe, tell=tell, may_call=("modules",))
def your_module():
    rng = np.random.default_rng(0)
    return forward, backward, rng.normal(size=(4, 3)), [rng.normal(size=(2, 3))]


@your_module.cases
def cases(rng):
    yield Case(())


your_module.hints(
    "Start from something that a network of the course cannot promise: an output that is "
    "never negative, or that stays the same when the inputs change places, or a distance.",
    "Write forward with few operations whose derivatives you know. Go through them in "
    "reverse, as in lesson 5, and add up where x or a parameter is used twice.",
    "Compare with autograd on a small example: autograd.grad(lambda x: anp.sum(dy * "
    "forward(x, params)))(x) must be your dx. The same for each parameter.",
    remark="A forward and a backward that belong together: your module fits into any network.",
)
