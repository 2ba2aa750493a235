"""The clinic: what is broken in the data, before training begins."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnf_teach import clinic
from nnf_teach.arguments import Array
from nnf_teach.exercises.exercise import BadAnswer, Fact
from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.lesson_07.facts import rng_facts
from nnf_teach.exercises.numbers import kind_of, read_numbers

MANY = 20  # in so many rows a quarter and a shuffle can be told
FEWEST, MOST = 0.14, 0.36  # of 300 rows: who tosses a coin for each gets no exact quarter


def read_parts(answer: Any, X: Array) -> tuple[Array, ...]:
    names = "(X_train, t_train, X_test, t_test)"
    if not isinstance(answer, tuple | list):
        raise BadAnswer("type", f"Return four arrays, {names}; got {kind_of(answer)}.")
    if len(answer) != 4:
        raise BadAnswer("shape", f"Return four arrays, {names}; {len(answer)} came back.")
    X_train, t_train, X_test, t_test = map(read_numbers, answer)
    for rows, labels in ((X_train, t_train), (X_test, t_test)):
        if rows.ndim != 2 or rows.shape[1] != X.shape[1] or labels.shape != rows.shape[:1]:
            raise BadAnswer(
                "shape",
                f"One part has X of shape {rows.shape} and t of shape {labels.shape}; X should "
                f"be (rows, {X.shape[1]}), and t (rows,).",
            )
    return X_train, t_train, X_test, t_test


def facts_of(answers, X, t, rng):
    """Return what can be said of a split without knowing how it was drawn."""
    parts = [read_parts(answer, X) for answer in answers]
    X_train, t_train, X_test, t_test = parts[0]
    labels: dict[tuple[float, ...], set[int]] = {}
    for row, k in zip(X.tolist(), t.tolist(), strict=True):
        labels.setdefault(tuple(row), set()).add(k)
    train, test = (list(map(tuple, rows.astype(float).tolist())) for rows in (X_train, X_test))
    pairs = [*zip(train, t_train, strict=True), *zip(test, t_test, strict=True)]
    made_up = not set(train + test) <= set(labels) or len(pairs) > len(X)
    facts: dict[str, Any] = {
        "rows in both parts": _in_both(set(train), set(test), copies=len(X) > len(labels)),
        "no row is missing": Fact.whether(
            not set(labels) - set(train) - set(test),
            "Some images are in neither part. Could all copies of an image go to the same side "
            "instead, and every image to one of the two?",
        ),
        "no row was made up, or multiplied": Fact.whether(
            not made_up,
            "There are rows in your parts that X does not have, or not as often. What do you do to "
            "a row before you hand it on?",
        ),
        "every row has its own label": Fact.whether(
            all(k in labels.get(row, ()) for row, k in pairs),
            "The rows are in another order than their labels. Are both indexed in the same way, "
            "also after np.unique, which sorts?",
        ),
        "the test part": _size_of(len(test) / max(1, len(pairs)), many=len(labels) >= MANY),
    }
    if len(labels) >= MANY:
        facts["classes in the test part"] = Fact(
            len(set(t_test.tolist())),
            "Data often come sorted by class, and the test part has not all of them. What decides "
            "which rows go there?",
        )
        facts |= rng_facts([part[2] for part in parts])
    return facts


def _in_both(train, test, copies):
    if not train & test:
        return Fact("none")
    if test <= train:
        return Fact(
            "the whole test part",
            "Here every row of the test part is also in the training part. Which rows must the "
            "training part not have?",
        )
    if not copies:
        return Fact(
            "some",
            "Rows are in both parts, though none of them came twice here. Is the test part what "
            "the training part leaves, or is each drawn on its own?",
        )
    return Fact(
        "some",
        "Some images came twice, and a copy in the training part gives away the answer. How can "
        "all rows that are equal in every entry stay together?",
    )


def _size_of(share: float, many: bool) -> Fact:
    if many and share < FEWEST:
        return Fact(
            "too small",
            "Less than a quarter is left for testing. Do you draw rows, and take copies out again? "
            "Could you draw images instead?",
        )
    if many and share > MOST:
        return Fact(
            "too large",
            "Your test part is too large, or it has changed places with the training part, or rows "
            "count as equal that are not. How many rows are in each part?",
        )
    return Fact("about a quarter")


@exercise(lesson=7, points=1, observe=facts_of, draws=True)
def repaired_split(X, t, rng):
    images, image = np.unique(X, axis=0, return_inverse=True)
    chosen = rng.permutation(len(images))[: max(1, len(images) // 4)]
    test = np.isin(image.reshape(len(X)), chosen)
    return X[~test], t[~test], X[test], t[test]


@repaired_split.cases
def cases(rng):
    def drawn(per_class, copies, features, margin=0):
        """Return rows sorted by class, and copies of some of them at the end.

        All entries are quarters, which float32 keeps as they are. A margin is 0 in all rows, as
        the corners of a digit are.
        """
        n = 2 * per_class
        X = rng.permutation(8 * n * features)[: n * features].reshape(n, features) / 4
        X = np.column_stack([np.zeros((n, margin)), X])
        again = np.append(np.arange(n), rng.choice(n, copies, replace=False))
        t = np.repeat([0, 1], per_class)[again]
        return X[again], t, np.random.default_rng(rng.integers(2**32))

    yield drawn(2, 0, 2)
    yield drawn(150, 0, 3)
    yield *drawn(150, 60, 3), "every fifth row came twice"
    yield *drawn(200, 400, 1), "every row came twice"
    yield *drawn(50, 20, 2, margin=1), "a feature that is 0 in all rows"
    X, t, order = drawn(100, 60, 2)
    t[200:260:2] = 1 - t[200:260:2]
    yield X, t, order, "copies with another label"


@repaired_split.mistake
def still_leaks(X, t, rng):
    """Every row of the test part is also in the training part. Follow one row through the two
    slices: which end of the shuffled rows does each of them take?"""
    return clinic.PATIENTS["split"].split(X, t, rng)


repaired_split.hints(
    "First the slices: after the shuffle, one part must take the rows up to a place, and the "
    "other part the rows from there on.",
    "Then the copies. Shuffle and divide the images, each one once, and not the rows. All rows of "
    "an image go where the image goes.",
    "np.unique(X, axis=0, return_inverse=True) gives each row the number of its image (ravel "
    "it). Draw a quarter of these numbers with rng.permutation; np.isin tells which rows have "
    "them.",
    remark="The honest result looks worse than before. It is the first one that means anything.",
)


@exercise(lesson=7, points=1, stable=True, returns=("X_train", "X_test"))
def repaired_normalise(X_train, X_test):
    """Follow the formula, the mean and the variance of the training rows by sums."""
    n = len(X_train)
    m = np.add.reduce(X_train, axis=0) / n
    s = np.sqrt(np.add.reduce((X_train - m) ** 2, axis=0) / n)
    s = np.where(s == 0, 1.0, s)
    return (X_train - m) / s, (X_test - m) / s


@repaired_normalise.cases
def cases(rng):
    flat = np.array([[1.0, 7.0], [3.0, 7.0], [2.0, 7.0]]), np.array([[2.0, 7.0], [4.0, 9.0]])
    scales = np.array([1.0, 10.0, 0.1])
    yield np.array([[1.0, 0.0], [3.0, 4.0]]), np.array([[5.0, 2.0], [5.0, 4.0]])
    yield np.array([[0.0], [2.0], [4.0]]), np.array([[3.0]])
    yield *flat, "a feature that does not change in training"
    yield np.array([[1, 2], [3, 6], [8, 1]]), np.array([[4, 4]]), "whole numbers"
    yield rng.normal(size=(6, 3)) * scales, 2 + rng.normal(size=(4, 3)) * scales
    yield 5 + rng.normal(size=(30, 4)), rng.normal(size=(30, 4))
    yield 1e-5 * rng.normal(size=(5, 2)), 1e-5 * rng.normal(size=(3, 2))


def each_unguarded(X_train, X_test):
    return tuple((X - X.mean(axis=0)) / X.std(axis=0) for X in (X_train, X_test))


@repaired_normalise.mistake(also=(each_unguarded,))
def own_statistics(X_train, X_test):
    """Training and test rows are each measured with a ruler of their own, so the same image gets
    other numbers. Whose mean and deviation did the model learn with?"""
    return clinic.PATIENTS["normalise"].normalise(X_train, X_test)


@repaired_normalise.mistake
def own_deviation(X_train, X_test):
    """The mean is that of the training rows for both, and the deviation of the test rows their
    own. Whose deviation did the model learn with?"""
    mean, (train, test) = X_train.mean(axis=0), (X.std(axis=0) for X in (X_train, X_test))
    train[train == 0] = 1
    test[test == 0] = 1
    return (X_train - mean) / train, (X_test - mean) / test


@repaired_normalise.mistake
def statistics_of_both(X_train, X_test):
    """One ruler for both: good. But it was made with the test rows, which nobody has yet when the
    model is trained. Which rows may it depend on?"""
    both = np.concatenate([X_train, X_test])
    mean, deviation = both.mean(axis=0), both.std(axis=0)
    deviation[deviation == 0] = 1
    return (X_train - mean) / deviation, (X_test - mean) / deviation


@repaired_normalise.mistake
def only_centred(X_train, X_test):
    """You subtract the mean. The broken script also divided: by what?"""
    return X_train - X_train.mean(axis=0), X_test - X_train.mean(axis=0)


@repaired_normalise.mistake
def one_ruler_for_all_features(X_train, X_test):
    """One mean for all pixels together. The broken script had one for each feature: which axis is
    that?"""
    mean, deviation = X_train.mean(), X_train.std()
    return (X_train - mean) / deviation, (X_test - mean) / deviation


@repaired_normalise.mistake
def one_ruler_for_each_row(X_train, X_test):
    """Each row is measured with a ruler of its own, over its features. The broken script had one
    for each feature, over the rows: which axis is that?"""
    return tuple(
        (X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True)
        for X in (X_train, X_test)
    )


repaired_normalise.hints(
    "Think of a single image that comes in tomorrow. With which mean and deviation can it be "
    "normalised?",
    "Compute mean and deviation once, from X_train. Then use them for both.",
    "Keep the line that puts 1 where the deviation is 0, and take axis=0 for one number per "
    "feature.",
    remark="The mean and the deviation are parameters of the model, learnt from the training set.",
)
