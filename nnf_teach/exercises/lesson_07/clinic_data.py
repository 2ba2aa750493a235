"""The clinic: what is broken in the data, before training begins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnf_teach.clinic.normalise import normalise as broken_normalise
from nnf_teach.clinic.split import split as broken_split
from nnf_teach.exercises.exercise import BadAnswer, Case, Exercise, Misconception
from nnf_teach.exercises.lesson_07.facts import Fact, rng_facts
from nnf_teach.exercises.numbers import kind_of, read_numbers

Array = NDArray[Any]


# 4. repaired_split ---------------------------------------------------------------------------


def _split_cases(rng: np.random.Generator) -> Sequence[Case]:
    def drawn(per_class: int, copies: int, features: int, about: str) -> Case:
        """Return rows sorted by class, and copies of some of them at the end.

        All entries are quarters, which float32 keeps as they are.
        """
        n = 2 * per_class
        X = rng.permutation(8 * n * features)[: n * features].reshape(n, features) / 4
        t = np.repeat([0, 1], per_class)
        again = rng.choice(n, copies, replace=False)
        X, t = np.concatenate([X, X[again]]), np.concatenate([t, t[again]])
        return Case((X, t, np.random.default_rng(rng.integers(2**32))), about)

    def with_margin(case: Case, about: str) -> Case:
        """Put a feature in front that is 0 in all rows, as the corners of a digit are."""
        X, t, order = case.args
        return Case((np.column_stack([np.zeros(len(X)), X]), t, order), about)

    return [
        drawn(2, 0, 2, "four rows"),
        drawn(150, 0, 3, "no copies"),
        drawn(150, 60, 3, "every fifth row came twice"),
        drawn(200, 400, 1, "every row came twice, one feature"),
        with_margin(drawn(50, 20, 2, ""), "a feature that is 0 in all rows"),
    ]


_MANY = 20  # in so many rows a quarter and a shuffle can be told


def _read_parts(answer: Any, X: Array) -> tuple[Array, ...]:
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


def _split_facts(
    answers: tuple[Any, Any, Any], X: Array, t: Array, rng: np.random.Generator
) -> dict[str, Any]:
    """Return what can be said of a split without knowing how it was drawn."""
    parts = [_read_parts(answer, X) for answer in answers]
    X_train, t_train, X_test, t_test = parts[0]
    label = {tuple(row): int(k) for row, k in zip(X.tolist(), t, strict=True)}
    train, test = (list(map(tuple, rows.astype(float).tolist())) for rows in (X_train, X_test))
    pairs = [*zip(train, t_train, strict=True), *zip(test, t_test, strict=True)]
    share = len(test) / max(1, len(pairs))
    # Who tosses a coin for each row may get none of four; of 300, 14 to 36 %.
    low, high = (0.14, 0.36) if len(label) >= _MANY else (0.0, 1.0)
    made_up = not set(train + test) <= set(label) or len(pairs) > len(X)
    facts: dict[str, Any] = {
        "a row is in both parts": bool(set(train) & set(test)),
        "a row is missing": set(train) | set(test) < set(label),
        "a row was made up, or multiplied": made_up,
        "every row has its own label": all(label.get(row) == k for row, k in pairs),
        "the test part": Fact(
            "too small" if share < low else "too large" if share > high else "about a quarter"
        ),
    }
    if len(label) >= _MANY:
        facts["classes in the test part"] = len(set(t_test.tolist()))
        facts |= rng_facts([part[2] for part in parts])
    return facts


def _quarter(rng: np.random.Generator, n: int) -> Array:
    """Return a mask with about a quarter of True, at least one."""
    mask = np.zeros(n, dtype=bool)
    mask[rng.permutation(n)[: max(1, n // 4)]] = True
    return mask


def _parts(X: Array, t: Array, test: Array) -> tuple[Array, ...]:
    return X[~test], t[~test], X[test], t[test]


def _groups(X: Array) -> Array:
    """Return a number for each row, the same for equal rows."""
    return np.asarray(np.unique(X, axis=0, return_inverse=True)[1]).reshape(len(X))


def _split(X: Array, t: Array, rng: np.random.Generator) -> tuple[Array, ...]:
    groups = _groups(X)
    return _parts(X, t, _quarter(rng, int(groups.max()) + 1)[groups])


def _labels_left(X: Array, t: Array, rng: np.random.Generator) -> tuple[Array, ...]:
    X_train, _, X_test, _ = _split(X, t, rng)
    return X_train, t[: len(X_train)][::-1].copy(), X_test, t[len(X_train) :][::-1].copy()


def _first_rows(X: Array, t: Array, rng: np.random.Generator) -> tuple[Array, ...]:
    """Put the rows that come first into the test part, in the order in which they came."""
    number = list(dict.fromkeys(map(tuple, X.tolist())))
    first = set(number[: max(1, len(number) // 4)])
    return _parts(X, t, np.array([tuple(row) in first for row in X.tolist()]))


def _everything(X: Array, t: Array, rng: np.random.Generator) -> tuple[Array, ...]:
    parts = _split(X, t, rng)
    return X, t, parts[2], parts[3]


def _copies_lost(X: Array, t: Array, rng: np.random.Generator) -> tuple[Array, ...]:
    """Drop a row from both parts wherever it would be in both."""
    test = _quarter(rng, len(X))
    groups = _groups(X)
    both = np.isin(groups, groups[test]) & np.isin(groups, groups[~test])
    return X[~test & ~both], t[~test & ~both], X[test & ~both], t[test & ~both]


def _half(X: Array, t: Array, rng: np.random.Generator) -> tuple[Array, ...]:
    groups = _groups(X)
    return _parts(X, t, rng.permutation(int(groups.max()) + 1)[groups] % 2 == 0)


def _labels_of_other_rows(X: Array, t: Array, rng: np.random.Generator) -> tuple[Array, ...]:
    """Take the different rows in sorted order, and the labels as they come."""
    X = np.unique(X, axis=0)
    return _parts(X, t[: len(X)], _quarter(rng, len(X)))


def _tested_copies_lost(X: Array, t: Array, rng: np.random.Generator) -> tuple[Array, ...]:
    """Drop from the test part what is also in training; of rows that came twice few are left."""
    test = _quarter(rng, len(X))
    groups = _groups(X)
    left = test & ~np.isin(groups, groups[~test])
    return X[~test], t[~test], X[left], t[left]


def _any_entry_equal(X: Array, t: Array, rng: np.random.Generator) -> tuple[Array, ...]:
    """Take along with a row every row that has one entry in common with it."""
    test = np.zeros(len(X), dtype=bool)
    for k in rng.permutation(len(X)):
        if test.sum() < len(X) // 4:
            test |= (X[k] == X).any(axis=1)
    return _parts(X, t, test)


REPAIRED_SPLIT = Exercise(
    name="repaired_split",
    lesson=7,
    points=1,
    reference=_split,
    cases=_split_cases,
    observe=_split_facts,
    draws=True,
    misconceptions=(
        Misconception(
            "still-leaks",
            broken_split,
            "Every row of the test part is also in the training part. Follow one row "
            "through the two slices: which end of the shuffled rows does each of them take?",
        ),
        Misconception(
            "copies-on-both-sides",
            lambda X, t, rng: _parts(X, t, _quarter(rng, len(X))),
            "No row is used twice now. But some images came twice, and a copy in the "
            "training part gives away the answer. How can equal rows stay together?",
        ),
        Misconception(
            "labels-left-behind",
            _labels_left,
            "The rows are shuffled, but their labels no longer belong to them. "
            "Are both indexed in the same way?",
        ),
        Misconception(
            "not-shuffled",
            _first_rows,
            "You do not shuffle. Data often come sorted by class: which classes are in the test "
            "part then?",
        ),
        Misconception(
            "all-rows-in-training",
            _everything,
            "The training part still has all rows. Which of them must it not have?",
        ),
        Misconception(
            "rows-dropped-for-copies",
            _copies_lost,
            "No copy is on both sides, but some images are in neither part. "
            "Could all copies of an image go to the same side instead?",
        ),
        Misconception(
            "half-of-it",
            _half,
            "Your test part is too large, or it has changed places with the training part. Which "
            "of the two gets about a quarter?",
        ),
        Misconception(
            "labels-of-other-rows",
            _labels_of_other_rows,
            "np.unique sorts the rows, and the labels stay where they were. Which of its options "
            "says from where each row has come?",
        ),
        Misconception(
            "tested-copies-lost",
            _tested_copies_lost,
            "You draw a quarter, and then take out of it what is also in training. Where many rows "
            "came twice, little is left. Could you draw images instead of rows?",
        ),
        Misconception(
            "one-entry-in-common",
            _any_entry_equal,
            "Rows that have one entry in common count as equal in yours, and most images have the "
            "same white corner. How many entries of two equal rows are equal: any, or all?",
        ),
        Misconception(
            "global-random-state",
            lambda X, t, rng: _split(X, t, np.random.default_rng()),
            "Called again with the same rng, your function draws another split. Does it come from "
            "rng, or from np.random?",
        ),
        Misconception(
            "own-generator",
            lambda X, t, rng: _split(X, t, np.random.default_rng(0)),
            "Your split is always the same. Which generator should decide?",
        ),
    ),
    hints=(
        "First the slices: after the shuffle, one part must take the rows up to a place, and the "
        "other part the rows from there on.",
        "Then the copies. Shuffle and divide the *different* images, not the rows. All rows of an "
        "image go where the image goes.",
        "np.unique(X, axis=0, return_inverse=True) gives each row the number of its image (ravel "
        "it). Draw a quarter of these numbers with rng.permutation; np.isin tells which rows have "
        "them.",
    ),
    remark="The honest result looks worse than before. It is the first one that means anything.",
)


# 5. repaired_normalise -----------------------------------------------------------------------


def _normalise_cases(rng: np.random.Generator) -> Sequence[Case]:
    hand = np.array([[1.0, 0.0], [3.0, 4.0]]), np.array([[5.0, 2.0], [5.0, 4.0]])
    flat = np.array([[1.0, 7.0], [3.0, 7.0], [2.0, 7.0]]), np.array([[2.0, 7.0], [4.0, 9.0]])
    scales = np.array([1.0, 10.0, 0.1])
    return [
        Case(hand, "by hand"),
        Case((np.array([[0.0], [2.0], [4.0]]), np.array([[3.0]])), "a single test row"),
        Case(flat, "a feature that does not change in training"),
        Case((np.array([[1, 2], [3, 6], [8, 1]]), np.array([[4, 4]])), "whole numbers"),
        Case((rng.normal(size=(6, 3)) * scales, 2 + rng.normal(size=(4, 3)) * scales)),
        Case((5 + rng.normal(size=(30, 4)), rng.normal(size=(30, 4)))),
    ]


def _with_statistics(
    mean: Callable[[Array], Any] = lambda X: X.mean(axis=0),
    deviation: Callable[[Array], Any] = lambda X: X.std(axis=0),
    guard: Callable[[Any], Any] = lambda s: np.where(s == 0, 1.0, s),
    of: Callable[[Array, Array], Array] = lambda X_train, X_test: X_train,
) -> Callable[..., Any]:
    """Build a normalisation from its parts: statistics of what, and what is done at 0."""

    def normalise(X_train: Array, X_test: Array) -> Any:
        seen = of(X_train, X_test)
        m, s = mean(seen), guard(deviation(seen))
        return (X_train - m) / s, (X_test - m) / s

    return normalise


def _normalise(X_train: Array, X_test: Array) -> tuple[Array, Array]:
    """Follow the formula, the mean and the variance of the training rows by sums."""
    n = len(X_train)
    m = np.add.reduce(X_train, axis=0) / n
    s = np.sqrt(np.add.reduce((X_train - m) ** 2, axis=0) / n)
    s = np.where(s == 0, 1.0, s)
    return (X_train - m) / s, (X_test - m) / s


def _statistics_after(X_train: Array, X_test: Array) -> tuple[Array, Array]:
    X_train = (X_train - X_train.mean(axis=0)) / X_train.std(axis=0)
    return X_train, (X_test - X_train.mean(axis=0)) / X_train.std(axis=0)


def _each_unguarded(X_train: Array, X_test: Array) -> tuple[Array, ...]:
    return tuple((X - X.mean(axis=0)) / X.std(axis=0) for X in (X_train, X_test))


def _in_place(X_train: Array, X_test: Array) -> tuple[Array, Array]:
    m, s = X_train.mean(axis=0), X_train.std(axis=0)
    s[s == 0] = 1
    for X in (X_train, X_test):
        X -= m
        X /= s
    return X_train, X_test


REPAIRED_NORMALISE = Exercise(
    name="repaired_normalise",
    lesson=7,
    points=1,
    reference=_normalise,
    cases=_normalise_cases,
    stable=True,
    misconceptions=(
        Misconception(
            "own-statistics",
            broken_normalise,
            "Training and test rows are each measured with a ruler of their own, so the same image "
            "gets other numbers. Whose mean and deviation did the model learn with?",
        ),
        Misconception(
            "own-statistics-divided-by-zero",
            _each_unguarded,
            "Two things: training and test rows are each measured with a ruler of their own, and a "
            "pixel that never changes is divided by 0. Whose mean and deviation did the model "
            "learn with?",
        ),
        Misconception(
            "statistics-after",
            _statistics_after,
            "Your training rows are normalised first, and then their mean is 0 and their deviation "
            "1. Of which rows are mean and deviation taken, and when?",
        ),
        Misconception(
            "changes-its-arguments",
            _in_place,
            "-= and /= write into the arrays that came in, and an array of whole numbers cannot "
            "hold fractions. New arrays are asked for: how do you make one?",
        ),
        Misconception(
            "statistics-of-both",
            _with_statistics(of=lambda X_train, X_test: np.concatenate([X_train, X_test])),
            "One ruler for both: good. But it was made with the test rows, which nobody "
            "has yet when the model is trained. Which rows may it depend on?",
        ),
        Misconception(
            "test-left-as-it-is",
            lambda X_train, X_test: (_normalise(X_train, X_train)[0], X_test.copy()),
            "The test rows come back as they were: not normalised, or with the mean 0 and the "
            "deviation 1 of rows that are normalised already. What does the model expect?",
        ),
        Misconception(
            "only-centred",
            _with_statistics(deviation=lambda X: np.ones(X.shape[1])),
            "You subtract the mean. The broken script also divided: by what?",
        ),
        Misconception(
            "one-ruler-for-all-features",
            _with_statistics(mean=np.mean, deviation=np.std),
            "One mean for all pixels together. The broken script had one for each feature: "
            "which axis is that?",
        ),
        Misconception(
            "variance-instead-of-deviation",
            _with_statistics(deviation=lambda X: X.var(axis=0)),
            "You divide by the variance. In which unit is it, if X is in metres?",
        ),
        Misconception(
            "divided-by-zero",
            _with_statistics(guard=lambda s: s),
            "A pixel that never changes has deviation 0. The broken script took care of it: how?",
        ),
        Misconception(
            "tiny-number-added",
            _with_statistics(guard=lambda s: s + 1e-8),
            "With 0 + 1e-8 below the line, a pixel that changes for the first time in the test "
            "set becomes a hundred million. What did the broken script divide by there?",
        ),
        Misconception(
            "sample-deviation",
            _with_statistics(deviation=lambda X: X.std(axis=0, ddof=1) if len(X) > 1 else X.std(0)),
            "You divide the squares by n - 1. That was not broken: what did the script do?",
        ),
    ),
    hints=(
        "Think of a single image that comes in tomorrow. With which mean and deviation can it be "
        "normalised?",
        "Compute mean and deviation once, from X_train. Then use them for both.",
        "Keep the line that puts 1 where the deviation is 0, and take axis=0 for one number a "
        "feature.",
    ),
    remark="The mean and the deviation are parameters of the model, learnt from the training set.",
)
