"""What is made of weights and biases is read, or refused with the sentence that fits."""

import re

import numpy as np
import pytest

from nnf_teach.exercises.exercise import BadAnswer
from nnf_teach.exercises.readers import (
    fires,
    read_network,
    read_neuron,
    read_pair,
    read_weights,
)

W, B = np.ones((3, 2)), np.zeros(3)
NAN = np.full((3, 2), np.nan)


def test_what_is_right_is_returned():
    for read in (read_pair, read_weights):
        assert [part.tolist() for part in read((W, B))] == [W.tolist(), B.tolist()]
    assert [w.shape for w, _ in read_network([(W, B), (B[None], [1])], [(3, 2), (1, 3)])] == [
        (3, 2), (1, 3),
    ]  # fmt: skip
    assert read_neuron(([1, 2], np.array([[3]])))[1] == 3  # a bias may come in an array
    assert list(fires(([1, 1], -0.5)).values()) == [False, True, True, True]


@pytest.mark.parametrize(
    ("read", "kind", "sentence"),
    [
        (lambda: read_pair(W), "type", "the weights and the biases: (W, b)."),
        (lambda: read_pair((W,)), "type", "the weights and the biases: (W, b)."),
        (lambda: read_weights((NAN, B)), "nan", "nans or infinities in the weights"),
        (lambda: read_neuron(([1, 2, 3], 0), "v", "c", "output weights"), "shape",
         "v has shape (3,) and c ()"),
        (lambda: read_neuron(3, "v", "c", "output weights"), "type", "the output weights and the"),
        (lambda: fires(([1, np.inf], 0)), "nan", "must be finite numbers"),
        (lambda: read_network([(W, B)], [(3, 2), (1, 3)]), "type", "a list of 2 pairs (W, b), of"),
        (lambda: read_network([W], [(3, 2)]), "type", "Each layer is a pair (W, b)."),
        (lambda: read_network([(W, B)], [(3, 4)]), "shape", "(3, 2) and (3,); asked for: (3, 4)"),
        (lambda: read_network([(NAN, B)], [(3, 2)]), "nan", "nans or infinities in the weights"),
    ],
)  # fmt: skip
def test_what_is_not_is_refused(read, kind, sentence):
    with pytest.raises(BadAnswer, match=re.escape(sentence)) as refused:
        read()
    assert refused.value.kind == kind
    assert refused.value.answer is not None
