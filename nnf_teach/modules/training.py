"""Training: gradient descent on one small batch after another, one state per step.

    for state in train(params, X, t, learning_rate=0.1, epochs=20, batch_size=10, rng=rng):
        ...  # draw state.params, note state.loss, stop early with break

(Slides "Gradient descent and computational graph", "Diagnosing and debugging".)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from nnf_teach.arguments import (
    Array,
    Params,
    argument,
    choice,
    generator,
    number,
    parameters,
    unchecked,
    whole_number,
)
from nnf_teach.modules.cross_entropy import (
    cross_entropy_with_logits,
    cross_entropy_with_logits_gradient,
)
from nnf_teach.modules.gradient_descent import descend
from nnf_teach.modules.network import choose, network_backward, network_forward
from nnf_teach.modules.softmax_cross_entropy import (
    softmax_cross_entropy,
    softmax_cross_entropy_gradient,
)
from nnf_teach.modules.square_loss import half_square_loss, half_square_loss_gradient

LOSSES: dict[str, tuple[Callable[..., float], Callable[..., Array]]] = {
    "cross entropy": (
        unchecked(cross_entropy_with_logits),
        unchecked(cross_entropy_with_logits_gradient),
    ),
    "softmax cross entropy": (
        unchecked(softmax_cross_entropy),
        unchecked(softmax_cross_entropy_gradient),
    ),
    "half square": (unchecked(half_square_loss), unchecked(half_square_loss_gradient)),
}
_forward, _backward = unchecked(network_forward), unchecked(network_backward)


class TrainingState(NamedTuple):
    """Where training stands after a step."""

    step: int  # from 1
    epoch: int  # the pass through the data that the step belongs to, from 1
    loss: float  # of the step's batch, before the step
    params: Params  # after the step; a new list, so that old states stay as they were
    grads: Params  # that the step followed


def train(
    params: Params,
    X: Array,
    t: Array,
    *,
    learning_rate: float,
    epochs: int,
    rng: np.random.Generator | None = None,
    batch_size: int | None = None,
    loss: str = "cross entropy",
    activation: str = "sigmoid",
    output: str = "linear",
    shuffle: bool = True,
    update: Callable[[Params, Params, float], Params] = descend,
) -> Iterator[TrainingState]:
    """Train a network by gradient descent, theta - alpha dL/dtheta, and yield every step's state.

    L is the mean loss over a batch. The same arguments and the same state of rng give the same
    states, bit for bit on one machine. All is computed in the float type of params.

    Parameters
    ----------
    params : list of (W (K, D), b (K,))
        Where to begin; not changed.
    X : (N, D)
    t : (N,) or (N, K)
        Labels in {0, 1} for "cross entropy", class numbers for "softmax cross entropy", and
        real numbers, shaped like the output (or (N,), if there is one output), for "half square".
    learning_rate : float
    epochs : int
        Passes through the data.
    rng : numpy.random.Generator
        Draws a new order of the examples for every epoch; not needed when nothing is shuffled.
    batch_size : int, optional
        Examples per step, at most N; all of them if not given. The last batch of an epoch takes
        what is left.
    loss : str
        "cross entropy" and "softmax cross entropy" take logits, that is a linear output;
        "half square" is 1/2 (y - t)^2.
    activation, output : str
        As in `network_forward`.
    shuffle : bool
        False takes the examples in the order of X, every epoch, as the Playground does.
    update : function of (params, grads, learning_rate) -> params
        Another rule than gradient descent's.

    Yields
    ------
    TrainingState
        step, epoch, loss, params, grads.

    Raises
    ------
    TypeError, ValueError
        At the call, in a sentence, when an argument is not as above, or t has one class only.

    Examples
    --------
    One logistic unit from zero: p = 1/2, so dL/dw = mean((p - t) x) = -1 at the first step.

    >>> X, t = np.array([[2.0], [-2.0]]), np.array([1, 0])
    >>> states = train([([[0.0]], [0.0])], X, t, learning_rate=0.5, epochs=3, shuffle=False)
    >>> [(state.step, round(state.loss, 3)) for state in states]
    [(1, 0.693), (2, 0.313), (3, 0.195)]
    """
    where = "train"
    X, targets, params = _data(where, X, t, params, loss, activation, output)
    kinds = len(np.unique(targets))
    if loss != "half square" and kinds < 2:
        raise ValueError(
            f"{where}: t has one class only, {float(targets.flat[0]):g}. A classifier needs "
            "examples of two classes at least: the loss has no minimum otherwise."
        )
    size = len(X) if batch_size is None else batch_size
    size = whole_number(where, "batch_size", size, low=1, high=len(X))
    epochs = whole_number(where, "epochs", epochs, low=1)
    rate = number(where, "learning_rate", learning_rate, low=0)
    order = generator(where, rng) if shuffle and size < len(X) else None
    names = (activation, output)
    return _steps(params, X, targets, rate, epochs, size, order, LOSSES[loss], names, update)


def _steps(
    params: Params,
    X: Array,
    t: Array,
    learning_rate: float,
    epochs: int,
    size: int,
    rng: np.random.Generator | None,
    loss: tuple[Callable[..., float], Callable[..., Array]],
    names: tuple[str, str],
    update: Callable[[Params, Params, float], Params],
) -> Iterator[TrainingState]:
    value, gradient = loss
    step, everything = 0, np.arange(len(X))
    for epoch in range(1, epochs + 1):
        order = everything if rng is None else rng.permutation(len(X))
        for start in range(0, len(X), size):
            batch = order[start : start + size]
            t_batch = t.take(batch, 0)
            outputs = _forward(X.take(batch, 0), params, *names)
            grads = _backward(gradient(outputs[-1], t_batch), outputs, params, *names)
            params = update(params, grads, learning_rate)
            step += 1
            yield TrainingState(step, epoch, value(outputs[-1], t_batch), params, grads)


def network_loss(
    X: Array,
    t: Array,
    params: Params,
    loss: str = "cross entropy",
    activation: str = "sigmoid",
    output: str = "linear",
) -> float:
    """Return the mean loss of a network over all examples.

    Parameters
    ----------
    X, t, params, loss, activation, output
        As in `train`.

    Returns
    -------
    float

    Raises
    ------
    TypeError, ValueError
        As `train`; one class only is fine here.

    Examples
    --------
    >>> network_loss([[3.0], [5.0]], [1.0, 1.0], [([[1.0]], [0.0])], loss="half square")
    5.0
    """
    X, targets, params = _data("network_loss", X, t, params, loss, activation, output)
    return LOSSES[loss][0](_forward(X, params, activation, output)[-1], targets)


def count_steps(n: int, epochs: int, batch_size: int | None = None) -> int:
    """Return how many steps `train` makes on n examples: epochs times ceil(n / batch_size).

    >>> count_steps(250, epochs=218, batch_size=10)
    5450
    """
    n = whole_number("count_steps", "n", n, low=1)
    epochs = whole_number("count_steps", "epochs", epochs, low=1)
    size = whole_number("count_steps", "batch_size", n if batch_size is None else batch_size, low=1)
    return epochs * -(-n // size)


def last_state(states: Iterable[TrainingState]) -> TrainingState:
    """Run training to its end, or until it is interrupted, and return the last state.

    Raises
    ------
    ValueError
        When there was no state.

    >>> X, t = np.array([[2.0], [-2.0]]), np.array([1, 0])
    >>> states = train([([[0.0]], [0.0])], X, t, learning_rate=0.5, epochs=3, shuffle=False)
    >>> last_state(states).step
    3
    """
    state = None
    try:
        for state in states:  # noqa: B007
            pass
    except KeyboardInterrupt:
        if state is None:
            raise
    if state is None:
        raise ValueError("last_state: there was no step; has this training been run already?")
    return state


def _data(
    where: str, X: Any, t: Any, params: Any, loss: str, activation: str, output: str
) -> tuple[Array, Array, Params]:
    """Return X and t as the inner loop takes them, in the float type of params."""
    choose(activation, output)
    choice(where, "loss", loss, LOSSES)
    sizes: dict[str, tuple[Any, str]] = {}
    X = argument(where, "X", X, "(N, D)", sizes)
    params = parameters(where, "params", params, "params", sizes)
    kind = np.result_type(*(array.dtype for pair in params for array in pair))
    if loss == "softmax cross entropy":
        t = argument(where, "t", t, "(N,) classes", sizes)
    elif loss == "cross entropy":
        t = argument(where, "t", t, "(N,) labels", sizes).reshape(-1, 1).astype(kind)
        if sizes["K"][0] != 1:
            raise ValueError(
                f"{where}: params has {sizes['K'][0]} outputs, and the loss 'cross entropy' "
                "takes 1; for class numbers there is 'softmax cross entropy'."
            )
    else:
        shape = "(N,) or (N, K)" if sizes["K"][0] == 1 else "(N, K)"
        t = argument(where, "t", t, shape, sizes).reshape(len(X), -1).astype(kind)
    if loss != "half square" and output != "linear":
        raise ValueError(
            f"{where}: output is {output!r}, and the loss {loss!r} takes logits: output='linear'."
        )
    same = [(W.astype(kind, copy=False), b.astype(kind, copy=False)) for W, b in params]
    return X.astype(kind, copy=False), t, same
