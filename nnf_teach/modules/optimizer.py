"""What momentum, RMSProp and Adam share: they keep numbers beside every parameter.

train(params, X, t, learning_rate=0.001, epochs=20, rng=rng, update=Adam())
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from nnf_teach.arguments import Array, Params, number


class Optimizer:
    """An update for `train`, with a memory: make a new one for every training.

    A subclass says how many arrays it keeps beside each parameter (zeros before the first step),
    and how one parameter moves.
    """

    memories: ClassVar[int]

    def __init__(self) -> None:
        self.step = 0  # steps made
        self._kept: list[list[list[Array]]] = []  # by layer, then W or b, then memory

    def __call__(self, params: Params, grads: Params, learning_rate: float) -> Params:
        """Return the params after one more step, downhill along grads.

        Raises
        ------
        ValueError
            When the params are not shaped like those of the steps before.
        """
        if not self.step:
            self._kept = [
                [[np.zeros_like(array)] * self.memories for array in pair] for pair in params
            ]
        self._expect(params)
        self.step += 1
        return [
            (
                self._moved(W, dW, memory[0], learning_rate),
                self._moved(b, db, memory[1], learning_rate),
            )
            for (W, b), (dW, db), memory in zip(params, grads, self._kept, strict=True)
        ]

    def move(self, param: Array, grad: Array, kept: list[Array], learning_rate: float) -> Any:
        """Return the parameter after the step, and what is kept for the next one."""
        raise NotImplementedError

    def _moved(self, param: Array, grad: Array, kept: list[Array], learning_rate: float) -> Array:
        param, *remembered = self.move(param, grad, kept, learning_rate)
        kept[:] = remembered
        return param

    def _expect(self, params: Params) -> None:
        before = [[memory[0].shape for memory in pair] for pair in self._kept]
        now = [[array.shape for array in pair] for pair in params]
        if before != now:
            raise ValueError(
                f"{type(self).__name__} remembers parameters of shapes {before}, and got {now}. "
                "Make a new one for every training."
            )


def share(where: str, name: str, value: Any) -> float:
    """Return a number from 0 to just below 1, or raise.

    >>> share("adam_step", "beta1", 1)
    Traceback (most recent call last):
        ...
    ValueError: adam_step: beta1 is 1: everything is kept and nothing learnt. Choose below 1.
    """
    kept = number(where, name, value, 0, 1)
    if kept == 1:
        raise ValueError(
            f"{where}: {name} is {value}: everything is kept and nothing learnt. Choose below 1."
        )
    return kept
