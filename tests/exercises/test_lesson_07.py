"""Lesson 07: other right answers pass, also random ones, and near misses do not.

The clinic and `diagnose` have files of their own.
"""

import runpy
from pathlib import Path

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from nnf_teach import check, modules
from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.exercises import all_exercises
from nnf_teach.exercises.lesson_07.checked_linear import names
from nnf_teach.exercises.lesson_07.facts import nearest_name

from .right_answers import (  # noqa: F401
    scaled,
    test_a_different_right_answer_passes,
    test_an_answer_that_is_wrong_by_half_a_thousandth_fails,
    test_every_exercise_is_proved_by_three_other_right_answers,
)

EXERCISES = all_exercises()


# Other right answers -------------------------------------------------------------------------


def penalty_loop(params, strength):
    value, grads = 0.0, []
    for W, b in params:
        for w in np.ravel(W):
            value += strength * float(w) ** 2
        grads.append((np.array([[2 * strength * w for w in row] for row in W]), [0.0] * len(b)))
    return value, grads


def penalty_by_autograd(params, strength):
    def value(matrices):
        return strength * sum(anp.sum(W**2) for W in matrices)

    matrices = [np.array(W, float) for W, _ in params]
    found, slopes = autograd.value_and_grad(value)(matrices)
    return found, [(dW, 0.0 * b) for dW, (_, b) in zip(slopes, params, strict=True)]


def rows_by_loop(X, gain, bias, epsilon=1e-5):
    Y = np.zeros(X.shape)
    for n, x in enumerate(X):
        Y[n] = gain * (x - np.mean(x)) / np.sqrt(np.var(x) + epsilon) + bias
    return Y


def rows_by_einsum(X, gain, bias, epsilon=1e-5):
    C = X - np.einsum("nd->n", X)[:, None] / X.shape[1]
    variance = np.einsum("nd,nd->n", C, C) / X.shape[1]
    return np.einsum("nd,n,d->nd", C, (variance + epsilon) ** -0.5, gain) + bias


def columns_by_loop(X, gain, bias, epsilon=1e-5):
    columns = [
        gain[d] * (X[:, d] - X[:, d].mean()) / (X[:, d].std() ** 2 + epsilon) ** 0.5 + bias[d]
        for d in range(X.shape[1])
    ]
    return np.transpose(columns).tolist()


def stop_with_a_counter(validation_losses, patience):
    best, kept, waited = float("inf"), 0, 0
    for epoch, loss in enumerate(validation_losses):
        if loss < best:
            best, kept, waited = loss, epoch, 0
        else:
            waited += 1
        if waited == patience:
            break
    return kept


def stop_by_looking_ahead(validation_losses, patience):
    """Return the first epoch that none of the next `patience` ones beats, if it is a lowest."""
    losses = np.nan_to_num(np.asarray(validation_losses, float), nan=np.inf)
    for epoch in range(len(losses)):
        if epoch and not losses[epoch] < losses[:epoch].min():
            continue
        ahead = patience - int(np.isinf(losses[epoch]))  # a nan is itself no new lowest
        if not (losses[epoch + 1 : epoch + 1 + ahead] < losses[epoch]).any():
            return np.int64(epoch)
    return len(losses) - 1


def stop_by_running_minimum(validation_losses, patience):
    lowest = np.fmin.accumulate(np.asarray([np.inf, *validation_losses], float))[1:]
    new = [0] + [k for k in range(1, len(lowest)) if lowest[k] < lowest[k - 1]]
    for here, following in zip(new, [*new[1:], np.inf], strict=True):
        if following - here > patience - int(np.isinf(lowest[here])):
            return here
    return new[-1]


def guarded(X, W, b):
    for name, array, axes in (("X", X, 2), ("W", W, 2), ("b", b, 1)):
        if array.ndim != axes:
            raise ValueError(f"{name} has shape {array.shape}, {axes} axes are asked for")
    if X.shape[1] != W.shape[1]:
        raise ValueError(f"X {X.shape} and W {W.shape} have another number of inputs")
    if W.shape[0] != b.shape[0]:
        raise ValueError(f"W {W.shape} and b {b.shape} have another number of units")
    Y = X @ W.T + b
    if np.isfinite(X).all() and np.isfinite(W).all() and np.isfinite(b).all():
        return Y
    raise ValueError("nan or inf among the values")


def guarded_loop(X, W, b):
    shapes = " and ".join("x".join(map(str, a.shape)) for a in (X, W, b))
    n, d, k = (*X.shape, 0)[:2] + (len(W),)
    if (X.shape, W.shape, b.shape) != ((n, d), (k, d), (k,)):
        raise ValueError(f"these do not fit: {shapes}, {X.shape}, {W.shape}, {b.shape}")
    if not all(np.all(np.abs(a) < np.inf) for a in (X, W, b)):
        raise ValueError("not finite")
    return [[sum(X[i] * W[j]) + b[j] for j in range(k)] for i in range(n)]


class ShapeMismatch(ValueError):
    """A learner's own error."""


def guarded_with_an_error_of_its_own(X, W, b):
    try:
        return guarded(X, W, b)
    except ValueError as error:
        raise ShapeMismatch(str(error)) from None


def cut_off_and_corrected(n_in, n_out, rng):
    W = rng.normal(size=(n_out, n_in))
    while (far := np.abs(W) > 2).any():
        W[far] = rng.normal(size=far.sum())
    return W * np.sqrt(2 / n_in) / 0.87962566, np.zeros(n_out)


def unit_by_unit(n_in, n_out, rng):
    return [rng.normal(0, (2 / n_in) ** 0.5, n_in) for _ in range(n_out)], [0] * n_out


def in_float32(n_in, n_out, rng):
    W = rng.standard_normal((n_out, n_in), dtype=np.float32) * np.float32(np.sqrt(2 / n_in))
    return W, np.zeros(n_out, np.float32)


def one_number_at_a_time(X, keep_probability, rng, training):
    Y = np.array(X, float)
    if training:
        for place in np.ndindex(*X.shape):
            kept = rng.random() < keep_probability
            Y[place] = X[place] / keep_probability if kept else 0
    return Y


RANDOM = ("dropout", "he_init")
LESSON, POINTS = 7, 21
OTHERS = tuple(
    name
    for name, exercise in EXERCISES.items()
    if exercise.lesson == 7 and name.startswith(("diagnose", "repaired_", "test_"))
)
NUMBERS = ["l2_penalty", "layer_norm", "batch_norm", "min_norm_fit", "checked_linear"]
SEEDS = dict.fromkeys(RANDOM, 10)  # 1,000 of each were tried once
RIGHT = {
    "l2_penalty": [
        penalty_loop,
        penalty_by_autograd,
        lambda params, strength: [
            strength
            * np.concatenate([np.ravel(W) for W, _ in params])
            @ np.concatenate([np.ravel(W) for W, _ in params]),
            [[strength * W + strength * W, b - b] for W, b in params],
        ],
    ],  # fmt: skip
    "dropout": [
        one_number_at_a_time,
        lambda X, keep_probability, rng, training: (
            X * rng.binomial(1, keep_probability, X.shape) / keep_probability if training else X
        ),
        lambda X, keep_probability, rng, training: (
            np.where(rng.uniform(size=X.shape) >= 1 - keep_probability, X / keep_probability, 0)
            if training
            else X.copy()
        ),
        lambda X, keep_probability, rng, training: np.float32(
            X
            * rng.choice(
                [1 / keep_probability, 0], X.shape, p=[keep_probability, 1 - keep_probability]
            )
            if training
            else X
        ),
        modules.dropout,
    ],  # fmt: skip
    "layer_norm": [rows_by_loop, rows_by_einsum, modules.layer_norm],
    "batch_norm": [
        columns_by_loop,
        lambda X, gain, bias, epsilon=1e-5: (
            rows_by_einsum(X.T, np.ones(len(X)), np.zeros(len(X)), epsilon).T * gain + bias
        ),
        modules.batch_norm,
    ],
    "early_stopping": [stop_with_a_counter, stop_by_looking_ahead, stop_by_running_minimum],
    "min_norm_fit": [
        lambda F, T: np.linalg.pinv(F) @ T,
        lambda F, T: F.T @ np.linalg.pinv(F @ F.T) @ T,
        lambda F, T: np.transpose([np.linalg.lstsq(F, t, rcond=None)[0] for t in T.T]),
        modules.min_norm_fit,
    ],
    "he_init": [
        lambda n_in, n_out, rng: (
            rng.standard_normal((n_out, n_in)) * np.sqrt(2 / n_in),
            np.zeros(n_out),
        ),
        lambda n_in, n_out, rng: (
            rng.uniform(-np.sqrt(6 / n_in), np.sqrt(6 / n_in), (n_out, n_in)),
            np.zeros(n_out),
        ),
        lambda n_in, n_out, rng: (
            rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out)).T,
            np.zeros(n_out),
        ),
        lambda n_in, n_out, rng: (
            rng.choice([-1, 1], (n_out, n_in)) * np.sqrt(2 / n_in),
            np.zeros(n_out),
        ),
        cut_off_and_corrected,
        unit_by_unit,
        in_float32,
    ],
    "checked_linear": [guarded, guarded_loop, guarded_with_an_error_of_its_own],
}


# Near misses ---------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", RANDOM)
def test_random_answers_that_are_off_by_a_few_per_cent_fail_always(name):
    def off(*args):
        return scaled(EXERCISES[name].reference(*args), 1.06)

    for seed in range(10):
        assert diagnose(EXERCISES[name], off, seed).status == "wrong"


@pytest.mark.slow
def test_a_dropout_that_keeps_a_little_too_much_fails():
    def generous(X, keep_probability, rng, training):
        if not training:
            return X
        return X * (rng.random(X.shape) < min(keep_probability + 0.06, 1)) / keep_probability

    for seed in range(10):
        result = diagnose(EXERCISES["dropout"], generous, seed)
        assert result.status == "wrong"
        assert "share that is kept: about" in result.message


def test_a_float32_fit_is_exact_enough():
    def short(F, T):
        return np.linalg.lstsq(F.astype(np.float32), T.astype(np.float32), rcond=None)[0]

    for seed in range(20):
        assert diagnose(EXERCISES["min_norm_fit"], short, seed).passed


@pytest.mark.slow
def test_an_inverse_of_a_matrix_that_has_none_is_asked_about_however_it_is_written():
    def inverse(F, T):
        return np.linalg.inv(F.T @ F) @ F.T @ T

    def either(F, T):
        if len(F) >= F.shape[1]:
            return np.linalg.inv(F.T @ F) @ (F.T @ T)
        return F.T @ (np.linalg.inv(F @ F.T) @ T)

    for seed in range(10):
        for answer in (inverse, either):
            message = diagnose(EXERCISES["min_norm_fit"], answer, seed).message
            assert "For which inputs is that so?" in message


# Oracles -------------------------------------------------------------------------------------


def test_the_shortest_fit_is_a_fit_and_is_short():
    """Is the gradient of the error 0, and do the weights lie in the span of the examples?"""
    exercise = EXERCISES["min_norm_fit"]
    for case in exercise.cases(np.random.default_rng(1)):
        F, T = (a.astype(float) for a in case.args)
        w = exercise.reference(F, T)
        np.testing.assert_allclose(F.T @ (F @ w - T), 0, atol=1e-9)
        projected = np.linalg.pinv(F) @ (F @ w)
        np.testing.assert_allclose(projected, w, atol=1e-9)


def test_the_examples_by_hand_are_those_of_the_text():
    value, grads = EXERCISES["l2_penalty"].reference([(np.array([[1.0, -2.0]]), np.ones(1))], 0.5)
    assert value == 2.5
    np.testing.assert_allclose(grads[0][0], [[1, -2]])
    X = np.array([[1.0, 3.0], [5.0, 5.0]])
    for name, answer in (
        ("layer_norm", [[-0.5, 0.5], [0, 0]]),
        ("batch_norm", [[-2 / 7**0.5, -1 / 2], [2 / 7**0.5, 1 / 2]]),
    ):
        found = EXERCISES[name].reference(X, np.ones(2), np.zeros(2), 3.0)
        np.testing.assert_allclose(found, answer)
    assert EXERCISES["early_stopping"].reference([3, 2, 2.5, 2.6, 1], 2) == 1


# What a learner reads ------------------------------------------------------------------------


def penalty_of_lengths(params, strength):
    value = strength * sum(np.linalg.norm(W) for W, _ in params)
    return value, [(2 * strength * W, np.zeros_like(b)) for W, b in params]


def penalty_in_place(params, strength):
    value, grads = 0, []
    for W, b in params:
        value += strength * np.sum(W**2)
        W *= 2 * strength
        b *= 0
        grads.append((W, b))
    return value, grads


def keeps_the_rest(X, keep_probability, rng, training):
    if not training:
        return X
    return X * (rng.random(X.shape) < 1 - keep_probability) / (1 - keep_probability)


def turned_mask(X, keep_probability, rng, training):
    return X * (rng.random(X.shape) > keep_probability) / keep_probability if training else X


def normal_mask(X, keep_probability, rng, training):
    return X * (rng.normal(size=X.shape) < keep_probability) / keep_probability if training else X


def mean_of_this_mask(X, keep_probability, rng, training):
    mask = rng.random(X.shape) < keep_probability
    return X * mask / mask.mean() if training else X


def dropped_in_place(X, keep_probability, rng, training):
    if training:
        X[rng.random(X.shape) > keep_probability] = 0
        X /= keep_probability
    return X


def normed_in_place(X, gain, bias, epsilon=1e-5):
    X -= X.mean(axis=0)
    X /= np.sqrt(X.var(axis=0) + epsilon)
    X *= gain
    X += bias
    return X


def falls_again(validation_losses, patience):
    waited, best = 0, 0
    for i in range(1, len(validation_losses)):
        if validation_losses[i] < validation_losses[i - 1]:
            waited, best = 0, i
        else:
            waited += 1
        if waited >= patience:
            break
    return best


def scale_first(n_in, n_out, rng):
    return rng.normal(np.sqrt(2 / n_in), size=(n_out, n_in)), np.zeros(n_out)


def column_of_biases(n_in, n_out, rng):
    return rng.normal(0, np.sqrt(2 / n_in), (n_out, n_in)), np.zeros((n_out, 1))


def two_asserts(X, W, b):
    assert X.ndim == 2
    assert X.shape[1] == W.shape[1]
    return X @ W.T + b


def no_axes(X, W, b):
    if X.shape[1] != W.shape[1]:
        raise ValueError(f"X {X.shape}, W {W.shape}")
    if len(b) != len(W):
        raise ValueError(f"b {b.shape}")
    return X @ W.T + b


def text_without_f(X, W, b):
    if X.ndim != 2 or W.ndim != 2 or X.shape[1] != W.shape[1] or b.shape != (len(W),):
        raise ValueError("X {X.shape}, W {W.shape}, b {b.shape}")
    return X @ W.T + b


def asks_an_array(X, W, b):
    if np.isnan(X) or np.isnan(W):
        raise ValueError("nan")
    return X @ W.T + b


def layer_with(kind=ValueError, flat=False, turned=False):
    def layer(X, W, b):
        if X.ndim != 2:
            raise kind(f"X has shape {X.shape}")
        if W.ndim != 2:
            raise kind(f"W has shape {W.shape}")
        M = W if turned else W.T
        if X.shape[1] != len(M):
            raise kind(f"X {X.shape}, W {W.shape}")
        b = b.ravel() if flat else b
        if b.shape != (M.shape[1],):
            raise kind(f"b {b.shape}")
        if not all(np.isfinite(a).all() for a in (X, W, b)):
            raise ValueError("not finite")
        return X @ M + b

    return layer


@pytest.mark.parametrize(
    ("name", "answer", "cause"),
    [
        ("l2_penalty", penalty_of_lengths, "length-in-the-value"),
        ("early_stopping", falls_again, "last-fall"),
    ],
)
def test_a_mistake_is_named_as_learners_write_it(name, answer, cause):
    result = check(answer, name)
    assert not result.passed
    assert result.misconception == cause, result.message


@pytest.mark.parametrize(
    ("name", "answer", "asked"),
    [
        ("dropout", lambda X, keep_probability, rng, training: X, "No number is 0 in yours."),
        ("l2_penalty", penalty_in_place, "How do you make a new array?"),
        ("dropout", dropped_in_place, "How do you make a new array?"),
        ("batch_norm", normed_in_place, "How do you make a new array?"),
        ("dropout", keeps_the_rest, "You divide by the share that is dropped."),
        ("dropout", turned_mask, "Is it the share that stays, or that is dropped?"),
        ("dropout", normal_mask, "numbers that you draw, and are all of them equally likely?"),
        ("dropout", mean_of_this_mask, "the share that this mask happened to keep."),
        ("he_init", scale_first, "The first argument of rng.normal is the mean"),
        ("he_init", column_of_biases, "Your biases have the shape (2, 1)."),
        ("checked_linear", two_asserts, "a ValueError is asked for."),
        ("checked_linear", no_axes, "this is an IndexError"),
        ("checked_linear", layer_with(TypeError), "this is a TypeError"),
        ("checked_linear", layer_with(flat=True), "b has the shape (2, 1) here, for 2 units"),
        ("checked_linear", text_without_f, "brackets in place of numbers."),
        ("checked_linear", asks_an_array, "This line asks one question"),
        ("checked_linear", layer_with(turned=True), "and yours refuses it."),
    ],
)
def test_what_is_wrong_is_asked_for(name, answer, asked):
    result = check(answer, name)
    assert not result.passed
    assert result.misconception is None
    assert result.explained_by in ("clue", "kind")
    assert asked in result.message


DRAWN = {
    "dropout": {
        "not_scaled": "which factor keeps the mean?",
        "multiplies_by_p": "should the rest become larger or smaller?",
        "drops_with_p": "Is it the share that stays, or that is dropped?",
        "whole_units": "All examples lose the same units.",
        "whole_examples": "You drop whole examples.",
        "own_randomness": "Do all numbers come from rng, or from np.random?",
        "scaled_in_testing": "when is the factor needed?",
        "always": "When training is over you still drop.",
        "divides_by_drop_probability": "You divide by the share that is dropped.",
        "fixed_seed": "With another rng your function gives the very same.",
        "exact_share_of_each_row": "Every row (or column) loses the same number in yours.",
        "exact_share": "Exactly the share keep_probability stays in yours",
        "never_a_whole_row": "hangs together with its row and its column",
        "probability_in_tenths": "numbers that you draw, and are all of them equally likely?",
        "rows_and_columns": "hangs together with its row and its column",
    },
    "he_init": {
        "deviation_two_over_n": "2 / n_in is the variance.",
        "by_outputs": "Your weights get smaller with the number of units.",
        "xavier": "That is Glorot's (or Xavier's) rule",
        "one_over_n": "half of the sums are cut off",
        "uniform_too_narrow": "it is a / sqrt(3)",
        "positive_only": "None of your weights is negative.",
        "transposed": "Your W has one row per input.",
        "own_randomness": "or from np.random?",
        "random_biases": "Your biases are not 0.",
        "one_row_for_all": "All units start with the same weights.",
        "one_row_rolled": "Some weights follow from others",
        "outer_product": "Some weights follow from others",
        "mirrored_units": "Some weights follow from others",
        "made_exact": "The mean of your W is exactly 0",
        "bias_counts_as_an_input": "You count the bias as an input.",
    },
    "checked_linear": {
        "no_checks": "NumPy adds what it can stretch.",
        "asserts": "this is an AssertionError",
        "message_without_shapes": "it does not say which shapes met.",
        "nan_only": "X contains inf here",
        "only_x_finite": "W contains nan here",
        "returns_the_error": "Which word raises it?",
        "axes_not_checked": "X has the shape (3,) here.",
        "refuses_negative": "and yours refuses it.",
    },
}
BANK = runpy.run_path(str(Path(__file__).parents[1] / "answers" / "lesson_07.py"))


@pytest.mark.parametrize(
    ("name", "answer", "asked"),
    [(name, answer, asked) for name, all_ in DRAWN.items() for answer, asked in all_.items()],
)
def test_an_answer_of_the_bank_is_asked_for_what_is_wrong_with_it(name, answer, asked):
    assert asked in diagnose(EXERCISES[name], BANK[f"{name}__{answer}"]).message


def test_weights_of_one_unit_for_all_are_told_so():
    def copies(n_in, n_out, rng):
        return np.ones((n_out, 1)) * rng.normal(0, np.sqrt(2 / n_in), n_in), np.zeros(n_out)

    result = check(copies, "he_init")
    assert result.clue.startswith("All units start with the same weights.")
    assert "every weight is drawn on its own: no" in result.message


def test_the_global_state_of_numpy_is_found_out():
    def legacy(n_in, n_out, rng):
        return np.random.randn(n_out, n_in) * np.sqrt(2 / n_in), np.zeros(n_out)  # noqa: NPY002

    result = check(legacy, "he_init")
    assert result.clue.startswith("Called again with the same rng")


def test_wrong_spreads_are_named_also_when_they_are_drawn_in_another_way():
    def uniform(n_in, n_out, rng):
        return rng.uniform(-1, 1, (n_out, n_in)) * np.sqrt(6 / n_out), np.zeros(n_out)

    result = check(uniform, "he_init")
    assert result.clue.startswith("Your weights get smaller with the number of units.")
    assert "standard deviation of W: sqrt(2 / n_out)" in result.message


def test_a_dropout_without_its_factor_is_named_also_with_another_mask():
    def binomial(X, keep_probability, rng, training):
        return X * rng.binomial(1, keep_probability, X.shape) if training else X

    result = check(binomial, "dropout")
    assert result.clue.endswith("which factor keeps the mean?")
    assert "what is kept is multiplied by: 1\n" in result.message


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("seed", range(5))
def test_each_entry_is_dropped_on_its_own(axis, seed):
    """Is a dropout named that drops an exact number of each row, or of each column?"""

    def exact(X, keep_probability, rng, training):
        if not training:
            return X
        mask = np.zeros(X.shape)
        rows, out = (mask, X.shape[1]) if axis else (mask.T, X.shape[0])
        for row in rows:
            row[rng.choice(out, round(keep_probability * out), replace=False)] = 1
        return X * mask / keep_probability

    result = diagnose(EXERCISES["dropout"], exact, seed)
    assert result.clue.startswith("Every row (or column) loses the same number"), result.message


def test_x_may_not_be_changed_by_dropout():
    def in_place(X, keep_probability, rng, training):
        if training:
            X *= (rng.random(X.shape) < keep_probability) / keep_probability
        return X

    result = check(in_place, "dropout")
    assert result.status in ("wrong", "raised")


def test_numpys_own_complaint_is_not_enough():
    result = check(lambda X, W, b: X @ W.T + b, "checked_linear")
    assert "NumPy adds what it can stretch." in result.clue


def test_a_refusal_of_what_is_right_shows_the_learners_line():
    def strict(X, W, b):
        if X.shape != W.shape:
            raise ValueError(f"{X.shape} {W.shape}")
        return X @ W.T + b

    result = check(strict, "checked_linear")
    assert result.status == "raised"
    assert 'raise ValueError(f"{X.shape} {W.shape}")' in result.message


def test_an_error_may_name_a_shape_in_several_ways():
    for text in ("X has shape (4, 3)", "[4, 3]", "(4,3)", "4x3", "4 x 3", "4 by 3"):
        assert names(text, (4, 3)), text
    for text in ("(14, 3)", "(4, 31)", "4 features", "(3, 4)"):
        assert not names(text, (4, 3)), text
    assert names("b has shape (3,)", (3,))


def test_the_nearest_name_is_right_where_names_share_a_number():
    names = {"a": 0.1, "b": 0.1, "c": 0.5}
    assert nearest_name(0.1, names, 0.001, right="b") == "b"
    assert nearest_name(0.49, names, 0.01, right="b") == "c"
    assert nearest_name(0.3, names, 0.01, right="b") == "about 0.3"
