"""A test of a backward pass. Slide "Diagnosing and debugging": verifying correctness."""

import numpy as np

from nnf_teach.exercises.candidates import Subject
from nnf_teach.exercises.form import exercise


def by_products(dY, X, W):
    return dY @ W, dY.T @ X, dY.sum(axis=0)


def by_indices(dY, X, W):
    return (
        np.einsum("nk,kd->nd", dY, W),
        np.einsum("nk,nd->kd", dY, X),
        np.einsum("nk->k", dY),
    )


def example_by_example(dY, X, W):
    dW, db = np.zeros(W.shape), np.zeros(len(W))
    for dy, x in zip(dY, X, strict=True):
        dW, db = dW + np.outer(dy, x), db + dy
    return np.array([W.T @ dy for dy in dY]), dW, db


def with_a_column_of_ones(dY, X, W):
    both = dY.T @ np.column_stack([X, np.ones(len(X))])
    return (W.T @ dY.T).T, both[:, :-1], both[:, -1]


def for_the_first_alone(dY, X, W):
    return dY @ W, np.outer(dY[0], X[0]), dY[0]


def with_ones_for_dY(dY, X, W):
    return by_products(np.ones(dY.shape), X, W)


def inputs(rng):
    def drawn(n, d, k):
        return rng.normal(size=(n, k)), rng.normal(size=(n, d)), rng.normal(size=(k, d))

    return [drawn(2, 3, 2), drawn(3, 2, 4), drawn(2, 2, 2)]


SUBJECT = Subject(
    "linear_backward",
    right={
        "multiplies matrices": by_products,
        "sums over named indices": by_indices,
        "goes through the examples in a loop": example_by_example,
        "takes the bias for the weight of an input that is 1": with_a_column_of_ones,
    },
    wrong={
        "takes the mean over the examples for dW and db, and not the sum": (
            lambda dY, X, W: (dY @ W, dY.T @ X / len(X), dY.mean(axis=0))
        ),
        "knows the first example alone in dW and db": for_the_first_alone,
        "gives dW transposed": lambda dY, X, W: (dY @ W, X.T @ dY, dY.sum(axis=0)),
        "gives the mean for db": lambda dY, X, W: (dY @ W, dY.T @ X, dY.mean(axis=0)),
        "gives one number for db": lambda dY, X, W: (dY @ W, dY.T @ X, dY.sum()),
        "gives zeros for db": lambda dY, X, W: (dY @ W, dY.T @ X, np.zeros(len(W))),
        "forgets dY in db": lambda dY, X, W: (dY @ W, dY.T @ X, np.full(len(W), len(X))),
        "takes 1 for all of dY": with_ones_for_dY,
        "gives every example the same dX": (
            lambda dY, X, W: (np.tile((dY @ W).mean(axis=0), (len(X), 1)), dY.T @ X, dY.sum(axis=0))
        ),
        "multiplies dY by W transposed": lambda dY, X, W: (dY @ W.T, dY.T @ X, dY.sum(axis=0)),
        "has the wrong sign in dX": lambda dY, X, W: (-dY @ W, dY.T @ X, dY.sum(axis=0)),
        "exchanges dX and dW": lambda dY, X, W: (dY.T @ X, dY @ W, dY.sum(axis=0)),
        "adds a penalty on the weights to dW": (
            lambda dY, X, W: (dY @ W, dY.T @ X + 0.1 * W, dY.sum(axis=0))
        ),
        "shuts a gate in dX where X is negative": (
            lambda dY, X, W: (dY @ W * (X > 0), dY.T @ X, dY.sum(axis=0))
        ),
        "leaves db out": lambda dY, X, W: (dY @ W, dY.T @ X),
    },
    inputs=inputs,
)


@exercise(lesson=7, points=2, name="test_linear_backward", subject=SUBJECT, may_call=("autograd",))
def by_small_steps(linear_backward):
    rng = np.random.default_rng(0)
    dY, X, W, b = (rng.normal(size=shape) for shape in [(4, 2), (4, 3), (2, 3), (2,)])
    gradients = linear_backward(dY, X, W)
    assert len(gradients) == 3
    for array, gradient in zip((X, W, b), gradients, strict=True):
        assert np.shape(gradient) == array.shape
        for k in np.ndindex(array.shape):
            value, sums = array[k], []
            for moved in (value + 1e-4, value - 1e-4):
                array[k] = moved
                sums.append(np.sum(dY * (X @ W.T + b)))
            array[k] = value
            assert np.isclose(gradient[k], (sums[0] - sums[1]) / 2e-4, atol=1e-6)


by_small_steps.cases(SUBJECT.cases)

dY = np.array([[1.0, -2.0], [0.5, 3.0], [2.0, 1.0]])
X = np.array([[1.0, 2.0, -1.0], [3.0, -1.0, 0.5], [0.0, -2.0, 1.0]])
W = np.array([[2.0, 1.0, -1.0], [0.5, -3.0, 4.0]])


def near(found, wanted):
    return all(np.allclose(f, w) for f, w in zip(found, wanted, strict=True))


@by_small_steps.mistake
def never_calls(linear_backward):
    """Your test accepts whatever it is given. Does it call the function that it gets, as
    linear_backward, and how does it say that something is wrong?"""


@by_small_steps.mistake
def without_shapes(linear_backward):
    """np.allclose stretches arrays that do not fit: one number for db is near all of them if they
    are alike, and a part that is missing is never looked at. What do you ask of the shapes, and of
    the number of parts?"""
    same = np.ones((3, 2))
    found = linear_backward(same, X, W)
    assert all(np.allclose(f, w) for f, w in zip(found, by_products(same, X, W), strict=False))


by_small_steps.hints(
    "What is right can be found without a single formula of backpropagation: the gradients are "
    "slopes. Of which number, when dY comes back?",
    "Of the sum of dY * (X W^T + b). Move one number of X, W or b by a small step in both "
    "directions: how far does the sum move, for each unit of the step?",
    "Three loops over np.ndindex(X.shape), W.shape and b.shape, or the same one three times. "
    "Compare shapes first, then numbers, with np.allclose.",
    remark="This test knows no formula of backpropagation, so it finds slips in all of them: "
    "exchange the sum, and it tests another layer.",
)
