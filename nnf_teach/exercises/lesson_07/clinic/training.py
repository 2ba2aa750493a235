"""The clinic: what is broken in the training itself."""

import numpy as np

from nnf_teach import clinic
from nnf_teach.exercises.exercise import Case, Fact
from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.numbers import read_numbers
from nnf_teach.exercises.oracles import random_params


@exercise(lesson=7, points=1, stable=True)
def repaired_softmax(Z):
    """Give every logit its share by the differences to it, one pair of classes at a time."""
    differences = np.minimum(np.asarray(Z)[:, None, :] - np.asarray(Z)[:, :, None], 700)
    return 1 / np.exp(differences).sum(axis=2)


@repaired_softmax.cases
def cases(rng):
    yield np.array([[0.0, np.log(3)], [np.log(2), 0.0]])
    yield np.array([[2.0, -1.0, 0.5]])
    yield np.array([[1, 0], [0, 4], [2, 2]]), "whole numbers"
    yield np.array([[1000.0, -1000.0], [-1000.0, -1001.0]]), "large logits"
    yield np.array([[0.5], [-2.0], [7.0]])
    yield 3 * rng.normal(size=(4, 4))
    yield 5 * rng.normal(size=(7, 3))


@repaired_softmax.mistake
def still_over_the_batch(Z):
    """Your columns add up to 1: the examples of a batch compete with each other. Which numbers are
    the probabilities of one image?"""
    return clinic.PATIENTS["softmax"].softmax(Z)


repaired_softmax.hints(
    "Z has one example per row. Which entries belong to the same image: those of a row, or those "
    "of a column?",
    "Take an example with two rows by hand, and add up your result along rows, then along columns.",
    "Both the maximum and the sum must run along a row: axis=1, and keepdims=True so that the "
    "shapes still fit.",
    remark="log(batch size) at the start, and another value with another batch, gave it away.",
)

LEAST, MOST = 10.0, 1e4  # what a sure and wrong answer may cost; -log(5e-324) is 744


def of_the_right_class(p, t):
    p, t = np.ravel(p).astype(float), np.ravel(t)
    return np.where(t == 1, p, 1 - p)


def read_loss(answer, p, t):
    """Return the number; where someone was sure and wrong, whether it is large and finite."""
    loss = read_numbers(answer)
    wrong = int(np.sum(of_the_right_class(p, t) == 0))
    if not wrong:
        return loss
    if loss.shape != ():
        asked = "Which single number did the script return?"
        return {"the loss is": Fact(f"an array of shape {loss.shape}", asked)}
    value = float(loss)
    if LEAST <= value * np.size(t) / wrong <= MOST:
        return {"the loss is": Fact("large, and finite")}
    if not np.isfinite(value):
        asked = "Which p makes a logarithm of 0 here, and how far from 0 and 1 must p be kept?"
    elif value > MOST:
        asked = (
            "So large a number stands for an infinity. Which p makes a logarithm of 0 here, and "
            "how far from 0 and 1 must p be kept?"
        )
    else:
        asked = (
            "Who is sure and wrong pays too little here. Is p kept too far from 0 and 1, or is an "
            "infinity taken out afterwards?"
        )
    return {"the loss is": Fact("nan" if np.isnan(value) else f"{value:.4g}", asked)}


@exercise(lesson=7, points=1, observe=read_loss, atol=1e-6)  # who cuts p at 1e-7 is right, too
def repaired_loss(p, t):
    return float(np.mean(-np.log(np.maximum(of_the_right_class(p, t), 1e-12))))


@repaired_loss.cases
def cases(rng):
    p, t = rng.uniform(0.05, 0.95, (6, 1)), rng.integers(0, 2, 6)
    t[:2] = 0, 1
    yield np.array([[0.5], [0.2]]), np.array([1, 0])
    yield np.array([0.8, 0.3, 0.6]), np.array([1, 0, 0]), "both (N,)"
    yield np.array([0.8, 0.3, 0.6]), np.array([[1.0], [0.0], [0.0]]), "t is the column"
    yield np.array([[0.9]]), np.array([1])
    yield p, t
    yield p, t[:, None], "both columns"
    yield p.astype(np.float32), t, "float32"
    yield np.array([[0.001], [0.999]]), np.array([1, 1])
    yield np.array([[1.0], [0.0], [0.5]]), np.array([1, 0, 1]), "sure, and right"
    yield np.array([[1.0], [0.5]], np.float32), np.array([1, 0]), "sure in float32"
    yield np.array([[1.0], [0.5], [0.25]]), np.array([0, 1, 1]), "sure, and wrong"
    yield np.array([[0.5], [0.0]]), np.array([0, 1]), "sure, and wrong"


def cross_entropy(p, t):
    """Return the loss as it is written in books: of numbers that fit."""
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))


@repaired_loss.mistake
def still_broken(p, t):
    """A column (N, 1) and a row (N,) make a table (N, N): every p meets every t. And what is 0
    times log 0? Look at the shape of t * log(p): what should it be?"""
    return clinic.PATIENTS["loss"].loss(p, t)


@repaired_loss.mistake
def lost_in_float32(p, t):
    """Right for float64. But this p comes in float32, where 1 - 1e-12 is rounded to exactly 1, and
    the logarithm of 0 is back. In which type should p be when it is cut?"""
    return cross_entropy(np.clip(np.ravel(p), 1e-12, 1 - 1e-12), np.ravel(t))


@repaired_loss.mistake
def zero_in_place_of_nan(p, t):
    """One nan, and you call the loss of the whole batch 0. What do the other examples pay, and
    where does the nan come from?"""
    return np.nan_to_num(cross_entropy(np.ravel(p), np.ravel(t)))


def half_flat(of_p, of_t):
    return lambda p, t: cross_entropy(np.clip(of_p(p), 1e-12, 1 - 1e-12), of_t(t))


def column(a):
    return np.reshape(a, (-1, 1))


@repaired_loss.mistake(
    also=(
        half_flat(np.asarray, np.asarray),
        half_flat(np.asarray, np.ravel),
        half_flat(np.asarray, column),
        half_flat(np.ravel, np.asarray),
        half_flat(np.float64, np.ravel),
        half_flat(np.float64, column),
        half_flat(lambda p: np.ravel(p).astype(float), np.asarray),
        lambda p, t: -np.mean(t * np.log(p + 1e-8) + (1 - t) * np.log(1 - p + 1e-8)),
    )
)
def shapes_remain(p, t):
    """No infinity is left. But where p and t have different numbers of axes, they still make a
    table (N, N): both may come as (N,) and as (N, 1). How can both become the same shape?"""
    return cross_entropy(np.clip(p.astype(float), 1e-12, 1 - 1e-12), t)


repaired_loss.hints(
    "There are two faults. Print the shapes of p, t and t * np.log(p), with p of shape (3, 1) "
    "and t of shape (3,). How many numbers should a batch of 3 give?",
    "First give p and t the same shape, (N,), whatever shape they come in: np.ravel does it. "
    "Then keep p away from exactly 0 and exactly 1, by very little.",
    "np.clip(p, 1e-12, 1 - 1e-12) on float64 numbers. In float32, 1 - 1e-12 is 1: use "
    "p.astype(float) first.",
    remark="A loss that rests exactly at chance, with weights that shrink: the model was asked to "
    "please every label at once.",
)


@exercise(lesson=7, points=1)
def repaired_step(params, grads, learning_rate):
    return [
        (W - learning_rate * dW, b - learning_rate * db)
        for (W, b), (dW, db) in zip(params, grads, strict=True)
    ]


@repaired_step.cases
def cases(rng):
    hand = [(np.array([[1.0, 2.0]]), np.array([3.0]))]
    slopes = [(np.array([[10.0, 0.0]]), np.array([-10.0]))]
    yield hand, slopes, 0.1
    for rate, sizes in ((0.3, (1, 1)), (0.01, (2, 3, 1)), (2.0, (3, 3, 3, 2))):
        yield Case((random_params(rng, sizes), random_params(rng, sizes), rate))


@repaired_step.mistake
def still_in_place(params, grads, learning_rate):
    """-= writes into the arrays that came in. The script keeps a name for its best parameters:
    which arrays does that name stand for after the next step?"""
    return clinic.PATIENTS["step"].step(params, grads, learning_rate)


repaired_step.hints(
    "What does W -= 1 do to the array that W stands for, and what does W = W - 1 do?",
    "After best = params both names stand for the same arrays. A copy of the list alone does "
    "not help: its pairs still hold the same arrays.",
    "Build a new list of new pairs: (W - learning_rate * dW, b - learning_rate * db) for each "
    "layer.",
    remark="Whoever had kept the old params still has them.",
)
