"""A mixture of experts: a softmax gate weighs linear experts (slide "Conditional execution as a
computational graph": "we can learn conditionals themselves too, just use softmax").

An expert is a linear layer (W, b), and so is the gate, with one logit for each expert:

    y = sum over e of p_e (W_e x + b_e),    p = softmax(V x + c).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from nnf_teach.arguments import (
    Array,
    Params,
    argument,
    choice,
    generator,
    number,
    unchecked,
    whole_number,
)
from nnf_teach.modules.adam import Adam
from nnf_teach.modules.softmax import softmax, softmax_backward

Gate = tuple[Array, Array]
Judge = Callable[[Array, Array, Array], tuple[float, Array, Array]]
_softmax, _softmax_backward = unchecked(softmax), unchecked(softmax_backward)


class MixtureState(NamedTuple):
    """Where the training of a mixture stands after a step."""

    step: int  # from 1
    loss: float  # before the step
    experts: Params  # after the step; new arrays, so that old states stay as they were
    gate: Gate


def gate_probabilities(X: Array, gate: Gate) -> Array:
    """Return P = softmax(X V^T + c): how much each expert counts for each example.

    Parameters
    ----------
    X : (N, D)
    gate : (V (E, D), c (E,))

    Returns
    -------
    P : (N, E)
        Each row adds up to 1.

    Raises
    ------
    TypeError, ValueError
        When the shapes do not fit, there is no example, or a value is not finite.

    Examples
    --------
    >>> gate_probabilities([[0.0], [np.log(3)]], gate=([[0.0], [1.0]], [0.0, 0.0]))
    array([[0.5 , 0.5 ],
           [0.25, 0.75]])
    """
    sizes: dict[str, tuple[Any, str]] = {}
    X = argument("gate_probabilities", "X", X, "(N, D)", sizes)
    V, c = _pair("gate_probabilities", "gate", gate, ("(E, D)", "(E,)"), sizes)
    return _softmax(X @ V.T + c)


def mixture_forward(X: Array, experts: Params, gate: Gate) -> Array:
    """Return Y = sum over e of p_e (X W_e^T + b_e), with p = softmax(X V^T + c).

    Parameters
    ----------
    X : (N, D)
    experts : list of E pairs (W (K, D), b (K,))
    gate : (V (E, D), c (E,))

    Returns
    -------
    Y : (N, K)

    Raises
    ------
    TypeError, ValueError
        When an argument is not as above, there is no example, or a value is not finite.

    Examples
    --------
    The experts say x and -x. The gate is undecided at 0, and at log 3 prefers the second 3 : 1.

    >>> experts = [([[1.0]], [0.0]), ([[-1.0]], [0.0])]
    >>> Y = mixture_forward([[0.0], [np.log(3)]], experts, gate=([[0.0], [1.0]], [0.0, 0.0]))
    >>> (Y / np.log(3)).round(6).tolist()
    [[0.0], [-0.5]]
    """
    X, experts, gate, _ = _mixture("mixture_forward", X, experts, gate)
    P, A = _answers(X, experts, gate)
    return _blend(P, A)


def mixture_backward(
    dY: Array, X: Array, experts: Params, gate: Gate
) -> tuple[Array, Params, Gate]:
    """Return the gradients by X, by each expert and by the gate.

    An expert gets p_e dL/dy: what the gate closed on the way forward, it closes on the way back.
    The gate's probability p_e gets <dL/dy, y_e>, and passes it on through the softmax.

    Parameters
    ----------
    dY : (N, K)
        dL/dY.
    X, experts, gate
        As given to `mixture_forward`.

    Returns
    -------
    dX : (N, D)
    d_experts : list of (dW (K, D), db (K,))
    d_gate : (dV (E, D), dc (E,))

    Raises
    ------
    TypeError, ValueError
        As `mixture_forward`, and when dY is not (N, K).

    Examples
    --------
    One expert is a linear layer: its gate is always open, and gets no gradient.

    >>> dX, d_experts, d_gate = mixture_backward([[10.0]], [[3.0]], [([[2.0]], [1.0])], ([[5.0]],
    ...                                          [0.0]))
    >>> dX.tolist(), d_experts, d_gate
    ([[20.0]], [(array([[30.]]), array([10.]))], (array([[0.]]), array([0.])))
    """
    where = "mixture_backward"
    X, experts, gate, sizes = _mixture(where, X, experts, gate)
    dY = argument(where, "dY", dY, "(N, K)", sizes)
    P, A = _answers(X, experts, gate)
    return _backward(P[:, :, None] * dY[:, None], (dY[:, None] * A).sum(axis=2), P, X,
                     experts, gate)  # fmt: skip


def mixture_gradients(
    X: Array, T: Array, experts: Params, gate: Gate, loss: str = "blended"
) -> tuple[float, Params, Gate]:
    """Return the loss, a mean over the examples, and its gradients by all parameters.

    "blended": ||sum_e p_e y_e - t||^2. The blend is judged, so that the experts may share a task.
    "separate": sum_e p_e ||y_e - t||^2. Every expert answers for itself, and the gate learns
    which of them errs least: then one expert takes a task alone. (Jacobs, Jordan, Nowlan and
    Hinton 1991, "Adaptive mixtures of local experts": the first two of their errors.)

    Parameters
    ----------
    X : (N, D)
    T : (N, K)
        Targets.
    experts, gate
        As given to `mixture_forward`.
    loss : str
        "blended" or "separate".

    Returns
    -------
    loss : float
    d_experts : list of (dW (K, D), db (K,))
    d_gate : (dV (E, D), dc (E,))

    Raises
    ------
    TypeError, ValueError
        As `mixture_forward`, and when T is not (N, K).

    Examples
    --------
    Two experts answer 1 and -1, the gate weighs them equally, and 0 is asked for. Blended they
    are right; separately each is wrong by 1.

    >>> experts = [([[0.0]], [1.0]), ([[0.0]], [-1.0])]
    >>> gate = ([[0.0], [0.0]], [0.0, 0.0])
    >>> mixture_gradients([[1.0]], [[0.0]], experts, gate)[0]
    0.0
    >>> value, d_experts, _ = mixture_gradients([[1.0]], [[0.0]], experts, gate, "separate")
    >>> value, [db.tolist() for _, db in d_experts]
    (1.0, [[1.0], [-1.0]])
    """
    where = "mixture_gradients"
    X, experts, gate, sizes = _mixture(where, X, experts, gate)
    T = argument(where, "T", T, "(N, K)", sizes)
    return _gradients(X, T, experts, gate, choice(where, "loss", loss, _LOSSES))


def train_mixture_steps(
    X: Array,
    T: Array,
    n_experts: int,
    rng: np.random.Generator,
    *,
    learning_rate: float = 0.1,
    steps: int = 1000,
    loss: str = "blended",
) -> Iterator[MixtureState]:
    """Train a mixture of linear experts with Adam on all examples, and yield every step's state.

    All weights start standard normal, and the gate's biases at 0.

    Parameters
    ----------
    X : (N, D)
    T : (N, K)
    n_experts : int
    rng : numpy.random.Generator
        Draws the start.
    learning_rate : float
    steps : int
    loss : str
        As in `mixture_gradients`.

    Yields
    ------
    MixtureState
        step, loss, experts, gate.

    Raises
    ------
    TypeError, ValueError
        At the call, in a sentence, when an argument is not as above.

    Examples
    --------
    Two lines, t = |x|, and two experts:

    >>> X = np.linspace(-1, 1, 50)[:, None]
    >>> *_, last = train_mixture_steps(X, abs(X), 2, np.random.default_rng(0), steps=500)
    >>> last.step, last.loss < 0.001
    (500, True)
    """
    where = "train_mixture_steps"
    sizes: dict[str, tuple[Any, str]] = {}
    X = argument(where, "X", X, "(N, D)", sizes)
    T = argument(where, "T", T, "(N, K)", sizes)
    count = whole_number(where, "n_experts", n_experts, low=1)
    rate = number(where, "learning_rate", learning_rate, low=0)
    steps = whole_number(where, "steps", steps, low=1)
    judge = choice(where, "loss", loss, _LOSSES)
    experts, gate = _start(X.shape[1], T.shape[1], count, generator(where, rng))
    return _steps(X, T, experts, gate, rate, steps, judge)


def _steps(
    X: Array, T: Array, experts: Params, gate: Gate, rate: float, steps: int, judge: Judge
) -> Iterator[MixtureState]:
    update = Adam()
    for step in range(1, steps + 1):
        value, d_experts, d_gate = _gradients(X, T, experts, gate, judge)
        *experts, gate = update([*experts, gate], [*d_experts, d_gate], rate)
        yield MixtureState(step, value, experts, gate)


def _start(D: int, K: int, count: int, rng: np.random.Generator) -> tuple[Params, Gate]:
    experts = [(rng.normal(size=(K, D)), rng.normal(size=K)) for _ in range(count)]
    return experts, (rng.normal(size=(count, D)), np.zeros(count))


# Inside, P (N, E) are the gate's probabilities and A (N, E, K) the answers of the experts.


def _answers(X: Array, experts: Params, gate: Gate) -> tuple[Array, Array]:
    V, c = gate
    return _softmax(X @ V.T + c), np.stack([X @ W.T + b for W, b in experts], axis=1)


def _blend(P: Array, A: Array) -> Array:
    return np.asarray((P[:, :, None] * A).sum(axis=1))


def _judge_blended(P: Array, A: Array, T: Array) -> tuple[float, Array, Array]:
    """Return the loss, dL/dA and dL/dP."""
    D = _blend(P, A) - T
    dY = 2 * D / len(D)
    return float((D * D).sum() / len(D)), P[:, :, None] * dY[:, None], (dY[:, None] * A).sum(axis=2)


def _judge_separate(P: Array, A: Array, T: Array) -> tuple[float, Array, Array]:
    D = A - T[:, None]
    distances = (D * D).sum(axis=2)
    return float((P * distances).sum() / len(D)), 2 * P[:, :, None] * D / len(D), distances / len(D)


_LOSSES: dict[str, Judge] = {"blended": _judge_blended, "separate": _judge_separate}


def _gradients(
    X: Array, T: Array, experts: Params, gate: Gate, judge: Judge
) -> tuple[float, Params, Gate]:
    P, A = _answers(X, experts, gate)
    value, dA, dP = judge(P, A, T)
    return value, *_backward(dA, dP, P, X, experts, gate)[1:]


def _backward(
    dA: Array, dP: Array, P: Array, X: Array, experts: Params, gate: Gate
) -> tuple[Array, Params, Gate]:
    dZ = _softmax_backward(dP, P)
    dX = dZ @ gate[0]
    d_experts: Params = []
    for e, (W, _) in enumerate(experts):
        dX = dX + dA[:, e] @ W
        d_experts.append((dA[:, e].T @ X, dA[:, e].sum(axis=0)))
    return dX, d_experts, (dZ.T @ X, dZ.sum(axis=0))


def _mixture(
    where: str, X: Any, experts: Any, gate: Any
) -> tuple[Array, Params, Gate, dict[str, tuple[Any, str]]]:
    """Check the arguments, and return them as arrays with the sizes of D, K and E."""
    sizes: dict[str, tuple[Any, str]] = {}
    X = argument(where, "X", X, "(N, D)", sizes)
    if not isinstance(experts, list | tuple) or not experts:
        what = "empty" if isinstance(experts, list | tuple) else type(experts).__name__
        raise TypeError(f"{where}: experts is {what}, expected a list of pairs (W, b).")
    shapes = "(K, D)", "(K,)"
    pairs = [_pair(where, f"experts[{e}]", pair, shapes, sizes) for e, pair in enumerate(experts)]
    sizes["E"] = len(pairs), "the list of experts"
    return X, pairs, _pair(where, "gate", gate, ("(E, D)", "(E,)"), sizes), sizes


def _pair(
    where: str, name: str, pair: Any, shapes: tuple[str, str], sizes: dict[str, tuple[Any, str]]
) -> tuple[Array, Array]:
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise TypeError(f"{where}: {name} is not a pair (W, b).")
    first = argument(where, f"{name}[0]", pair[0], shapes[0], sizes)
    return first, argument(where, f"{name}[1]", pair[1], shapes[1], sizes)
