"""What a check says is true of the answer, also where it only looks like a known mistake."""

import numpy as np
import pytest

from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.checking.wording import _about_nans
from nnf_teach.exercises import all_exercises


def told(name, answer):
    return dict(diagnose(all_exercises()[name], answer).rows)["look at"]


def layer(W, b):
    return np.array(W, dtype=float), np.array(b, dtype=float)


RELUS = [
    lambda: [layer([[1, 1], [1, 1]], [0, -1]), layer([[1, -2]], [0])],
    lambda: [layer([[1, -1], [-1, 1]], [0, 0]), layer([[1, 1]], [-0.5])],
]


@pytest.mark.parametrize("answer", RELUS)
def test_longer_weights_are_told_only_where_they_help(answer):
    assert "ReLU" in told("solve_xor_by_hand", answer)


def test_soft_weights_that_no_length_helps_are_not_told_to_grow():
    said = told(
        "solve_xor_by_hand", lambda: [layer([[1, 0], [0, 1]], [0, 0]), layer([[1, 1]], [-1])]
    )
    assert "longer" not in said


@pytest.mark.parametrize(
    ("name", "w", "b"),
    [("nand_gate", [1, 1], 1.5), ("and_gate", [2, 0.5], -1), ("best_line_for_xor", [0.5, 2], -1)],
)
def test_a_neuron_is_not_told_what_its_weights_are_not(name, w, b):
    """Excite they do, and both inputs have a weight: what is known is where it fires."""
    said = told(name, lambda: (w, b))
    assert "inhibit" not in said
    assert "listens" not in said


@pytest.mark.parametrize(
    ("step", "made"),
    [
        (lambda x: 0 * np.exp(1000 * x), "0 times inf"),
        (lambda x: np.exp(1000 * x) - np.exp(1000 * x), "inf - inf"),
        (lambda x: np.log(-x), "the logarithm of a negative number"),
        (lambda x: (0 * x) / (0 * x), "0 / 0 or inf / inf"),
    ],
)
def test_a_nan_is_traced_to_the_step_that_makes_it(step, made):
    with np.errstate(all="warn"), pytest.warns(RuntimeWarning) as caught:
        step(np.ones(2))
    assert f" {made} " in _about_nans([str(warning.message) for warning in caught])


def test_an_error_on_the_training_examples_is_not_taken_for_a_half():
    """Of 300 examples learnt by heart, the widths are those of an error that is halved."""
    from nnf_teach.exercises.lesson_08.experiment import stand_in

    said = told("width_for_error", lambda d, target, rng: stand_in(d, target, 4, 8, 4, 16))
    assert "Has the network seen those" in said


def test_of_what_was_drawn_the_numbers_are_told():
    def wide(n_in, n_out, rng):
        return rng.normal(0, np.sqrt(3 / n_in), (n_out, n_in)), np.zeros(n_out)

    def shifted(n_in, n_out, rng):
        return rng.normal(0.02, np.sqrt(2 / n_in), (n_out, n_in)), np.zeros(n_out)

    assert "is 0.0999, and sqrt(2 / n_in) is 0.0816" in told("he_init", wide)
    assert "The mean of your 36,000 weights is 0.02" in told("he_init", shifted)

    def clipped(X, keep_probability, rng, training):
        drawn = np.clip(rng.random(X.shape) + 0.1, 0, 1) < keep_probability
        return X * (drawn | (keep_probability == 1)) / keep_probability if training else X

    assert "Of 8,000 numbers 15.2% stay, and keep_probability is 0.25." in told("dropout", clipped)


def test_equal_weights_with_other_biases_do_not_stay_equal():
    def start(X, t, n_hidden, rng):
        W, b = np.ones((n_hidden, 2)), rng.normal(size=n_hidden)
        return [(W, b), (rng.normal(size=(1, n_hidden)), np.zeros(1))]

    assert "stay equal" not in told("train_xor", start)


def test_steps_on_both_sides_are_not_said_to_stand_close_to_zero():
    def both_sides(f, n_bumps):
        edges = np.linspace(-1, 1, n_bumps + 1)
        b = -1e4 * np.concatenate([edges[:-1], edges[1:]])
        return [
            (np.full((2 * n_bumps, 1), 1e4), b),
            (np.ones((1, 2 * n_bumps)), np.zeros(1)),
        ]

    assert "close to x = 0" not in told("approximate", both_sides)


def test_an_overflow_is_not_taken_for_a_cut_probability():
    def one_by_one(z, t):
        with np.errstate(all="ignore"):
            return np.mean([np.log(1 + np.exp(-z[n] if t[n] else z[n])) for n in range(len(z))])

    said = told("cross_entropy_with_logits", one_by_one)
    assert "Cutting" not in said
    assert "exp(1000) is too large" in said


def test_the_example_that_is_shown_shows_what_is_said():
    """Of logits of -1000 the wrong loss is 0, and not below."""

    def logarithm_of_each(Z, t):
        Z = Z - Z.max(axis=1, keepdims=True)
        return np.mean(np.log(np.exp(Z)).sum(axis=1) - Z[np.arange(len(t)), t])

    rows = dict(diagnose(all_exercises()["softmax_cross_entropy"], logarithm_of_each).rows)
    assert "no number is below 0" in rows["look at"]
    assert float(rows["got"]) < 0


def test_inputs_that_only_look_like_one_are_told_from_it():
    answer = diagnose(
        all_exercises()["cross_entropy"],
        lambda p, t: -np.mean(np.log(np.clip(np.where(t == 1, p, 1 - p), 1e-12, 1))),
    )
    assert dict(answer.rows)["input"] == "p = [4.941e-324, 0.9999999999999999], t = [1, 0]"


def test_where_the_slip_is_in_the_shape_the_shape_is_said_too():
    def loss_of_each(p, t):
        return -(t * np.log(p) + (1 - t) * np.log(1 - p)) / len(p)

    said = told("cross_entropy", loss_of_each)
    assert said.startswith("One number is asked for, an array of shape (1,) came back. Line ")

    def exchanged(X, t, w, b):
        difference = 1 / (1 + np.exp(-np.clip(X @ w + b, -700, 700))) - t
        return np.mean(difference), X.T @ difference / len(X)

    assert told("logistic_gradients", exchanged).startswith("For dw, an array of shape (2,) is")
