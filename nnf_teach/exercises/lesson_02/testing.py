"""A test of softmax. Slide "Diagnosing and debugging": verifying correctness is worth its time."""

import numpy as np

from nnf_teach.exercises.candidates import Subject
from nnf_teach.exercises.form import exercise


def by_the_maximum(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def row_by_row(Z):
    rows = [np.exp(z - z.max()) for z in Z]
    return np.array([E / sum(E) for E in rows])


def by_logarithms(Z):
    return np.exp(Z - np.logaddexp.reduce(Z, axis=1, keepdims=True))


def by_differences(Z):
    return 1 / np.exp(np.minimum(Z[:, None, :] - Z[:, :, None], 700)).sum(axis=2)


def from_the_largest_of_all(Z):
    E = np.exp(Z - Z.max())
    return E / E.sum(axis=1, keepdims=True)


def inputs(rng):
    return [
        (np.array([[0.0, np.log(3)]]),),
        (rng.normal(size=(2, 3)),),
        (rng.normal(size=(3, 2)),),
        (np.array([[1000.0, 1000.0, 0.0], [-1000.0, -1000.0, -999.0]]),),
    ]


SUBJECT = Subject(
    "softmax",
    right={
        "subtracts the largest logit of the row": by_the_maximum,
        "goes through the rows in a loop": row_by_row,
        "subtracts the logarithm of the sum": by_logarithms,
        "divides 1 by a sum of exp of differences": by_differences,
    },
    wrong={
        "divides by the sum of the column": lambda Z: by_the_maximum(Z.T).T,
        "divides by the sum of all rows together": lambda Z: np.exp(Z) / np.exp(Z).sum(),
        "overflows for large logits": lambda Z: np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True),
        "gives every class the same": lambda Z: np.full(Z.shape, 1 / Z.shape[1]),
        "forgets to divide": lambda Z: np.exp(Z - Z.max(axis=1, keepdims=True)),
        "divides the logits by their sum, without exp": (
            lambda Z: Z / Z.sum(axis=1, keepdims=True)
        ),
        "takes the sigmoid of each logit": lambda Z: 1 / (1 + np.exp(-Z)),
        "gives the largest logit everything": (lambda Z: np.eye(Z.shape[1])[Z.argmax(axis=1)]),
        "subtracts the largest logit of all rows": from_the_largest_of_all,
        "gives every row what the first one gets": (
            lambda Z: np.repeat(by_the_maximum(Z)[:1], len(Z), axis=0)
        ),
        "has the classes in the opposite order": lambda Z: by_the_maximum(Z)[:, ::-1],
        "sorts the classes": lambda Z: np.sort(by_the_maximum(Z), axis=1),
        "has the wrong sign in exp": lambda Z: by_the_maximum(-Z),
        "takes twice the logits": lambda Z: by_the_maximum(2 * Z),
        "rounds to one digit": lambda Z: by_the_maximum(Z).round(1),
        "loses the last row": lambda Z: by_the_maximum(Z)[:-1],
    },
    inputs=inputs,
)


@exercise(lesson=2, points=2, name="test_softmax", subject=SUBJECT)
def on_two_examples(softmax):
    P = softmax(np.log([[0.1, 0.2, 0.5], [6.0, 3.0, 1.0]]))
    np.testing.assert_allclose(P, [[0.125, 0.25, 0.625], [0.6, 0.3, 0.1]])
    P = softmax(np.array([[1000.0, 1000.0, 0.0], [-1000.0, -1000.0, -1000.0]]))
    np.testing.assert_allclose(P, [[0.5, 0.5, 0.0], [1 / 3, 1 / 3, 1 / 3]], atol=1e-9)


on_two_examples.cases(SUBJECT.cases)

Z = np.array([[0.0, 1.0, 3.0], [2.0, -1.0, 0.5]])
P = by_the_maximum(Z)


@on_two_examples.mistake
def never_calls(softmax):
    """Your test accepts whatever it is given. Does it call the function that it gets, as
    softmax, and how does it say that something is wrong?"""


@on_two_examples.mistake(also=(lambda softmax: np.allclose(softmax(Z).sum(axis=1), 1),))
def sums_to_one_alone(softmax):
    """That a row adds up to 1 is needed, and not enough: the same number for each class does that,
    too. What else do you know of the probabilities?"""
    assert np.allclose(softmax(Z).sum(axis=1), 1)
    assert (softmax(Z) > 0).all()


on_two_examples.hints(
    "Take two rows of which you know the answer by hand. Where does each wrong softmax of your "
    "imagination give something else?",
    "exp(ln 2) is 2: the logits ln 1, ln 2 and ln 5 give 1/8, 2/8 and 5/8. Which second row makes "
    "the classes and the rows distinguishable?",
    "np.allclose(P, expected) compares with a small tolerance. A second call with logits of 1000 "
    "and of -1000 shows what overflows.",
    remark="A good test has few numbers, all different, and an answer that was found in another "
    "way.",
)
