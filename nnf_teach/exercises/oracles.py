"""What references and cases are made of: gradients by autograd, random networks, odd memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from nnf_teach import modules
from nnf_teach.arguments import Array, Params, unchecked

# Of probabilities and of wrong answers; the gradients asked for come from autograd alone.
softmax, log_softmax = unchecked(modules.softmax), unchecked(modules.log_softmax)


def vjp(forward: Callable[..., Any], dY: Any, *args: Any) -> tuple[Array, ...]:
    """Return the gradients of <dY, forward(*args)> by all args, by autograd.

    >>> [dX] = vjp(lambda X: X**2, [1.0, 10.0], [3.0, 4.0])
    >>> dX.tolist()
    [6.0, 80.0]
    """
    from autograd import make_vjp

    with np.errstate(all="ignore"):
        pull_back, _ = make_vjp(forward, argnum=tuple(range(len(args))))(
            *(np.array(a, dtype=float) for a in args)
        )
        return tuple(np.asarray(part) for part in pull_back(np.asarray(dY, dtype=float)))


def random_params(rng: np.random.Generator, sizes: Sequence[int], scale: float = 1.0) -> Params:
    """Return a (W, b) for each layer of these sizes, the inputs first, of normal numbers.

    >>> [(W, b), _] = random_params(np.random.default_rng(0), (2, 3, 1))
    >>> W.shape, b.shape
    ((3, 2), (3,))
    """
    pairs = zip(sizes[:-1], sizes[1:], strict=True)
    return [(scale * rng.normal(size=(k, d)), scale * rng.normal(size=k)) for d, k in pairs]


def every_second(array: Array) -> Array:
    """Return the same values in memory that is not contiguous.

    >>> every_second(np.arange(3)).flags.contiguous
    False
    """
    return np.repeat(array, 2, axis=-1)[..., ::2]


def _cut_log(cut: Callable[[Any, float], Any], small: float, p: Array) -> Array:
    return np.asarray(np.log(cut(p, small)))


SMALL = (1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-16, 1e-20, np.finfo(float).eps)
# What is written in place of log(p), so that there is none of 0: wrong for small probabilities.
CUT_LOGARITHMS: tuple[Callable[[Array], Array], ...] = tuple(
    partial(_cut_log, cut, float(small))
    for small in SMALL
    for cut in (np.maximum, np.add, lambda p, small: np.clip(p, small, 1 - small))
)
