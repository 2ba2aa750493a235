"""Attention, the learner's where it works: what the widgets that show attention have in common.

Scaled dot-product attention, softmax(Q K^T / sqrt(d)) V, is that of Vaswani et al. 2017, eq. 1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.modules.softmax import softmax
from nnf_teach.widgets.learner import name_of, read_array

Attention = Callable[..., Any]  # (Q, K, V) -> (Nq, dv)


def our_attention(Q: Array, K: Array, V: Array) -> Array:
    """Return softmax(Q K^T / sqrt(d)) V, shape (Nq, dv).

    >>> our_attention(np.zeros((1, 2)), np.eye(2), np.array([[1.0], [3.0]]))
    array([[2.]])
    """
    return softmax(Q @ K.T / np.sqrt(Q.shape[1])) @ V


def attend(Q: Array, K: Array, V: Array, theirs: Attention | None) -> tuple[Array, Array, str]:
    """Return the weights (Nq, Nk), the outputs (Nq, dv) for V (Nk, dv), and whose they are.

    The weights come out of the function where one-hot values go in: it gets the values (I, V).
    """
    V = np.column_stack([np.eye(len(K)), V])
    found = ours = our_attention(Q, K, V)
    words = ""
    if theirs is not None:
        answer, problem = read_array(theirs, (Q, K, V), ours.shape)
        words = f"{problem}, so this is ours."
        if answer is not None:
            found, gap = answer, float(np.abs(answer - ours).max())
            agrees = np.allclose(answer, ours, rtol=1e-6, atol=1e-9)
            how = "agrees with" if agrees else f"is up to {gap:.2g} off from"
            words = f"This is your {name_of(theirs)}: it {how} softmax(QK\u1d40/√d)V."
    return found[:, : len(K)], found[:, len(K) :], words
