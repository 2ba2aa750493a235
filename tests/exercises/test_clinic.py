"""The clinic: other right repairs pass, half repairs are named, and a repair cures its script."""

import numpy as np
import pytest

from nnf_teach import clinic
from nnf_teach.checking.diagnosis import diagnose
from nnf_teach.exercises import all_exercises
from nnf_teach.modules import softmax

REPAIRS = ("softmax", "loss", "step", "split", "normalise", "init")


def exercise(name):
    return all_exercises()[f"repaired_{name}"]


def softmax_by_rows(Z):
    return [list(np.exp(z - np.max(z)) / sum(np.exp(z - np.max(z)))) for z in Z]


def softmax_transposed(Z):
    E = np.exp(Z.T - Z.max(axis=1))
    return (E / E.sum(axis=0)).T


def loss_by_examples(p, t):
    total = 0.0
    for one, label in zip(np.asarray(p).reshape(-1), np.asarray(t).reshape(-1), strict=True):
        right = float(one) if label == 1 else 1 - float(one)
        total -= np.log(right) if right > 1e-15 else -34.5
    return total / np.size(t)


def loss_with_a_smallest_float(p, t):
    p, t = np.asarray(p, dtype=float).reshape(-1), np.asarray(t).reshape(-1)
    tiny = np.finfo(float).tiny
    return np.mean(np.where(t == 1, -np.log(p + tiny), -np.log(1 - p + tiny)))


def loss_as_keras(p, t):
    p, t = np.squeeze(p).astype(float), np.squeeze(t)
    p = np.clip(p, 1e-7, 1 - 1e-7)
    return -(t * np.log(p) + (1 - t) * np.log(1 - p)).mean()


def split_with_a_dictionary(X, t, rng):
    images = {}
    for k, row in enumerate(X):
        images.setdefault(row.tobytes(), []).append(k)
    groups = list(images.values())
    rng.shuffle(groups)
    n_test = max(1, round(0.25 * len(groups)))
    test, train = sum(groups[:n_test], []), sum(groups[n_test:], [])
    return X[train], t[train], X[test], t[test]


def split_that_drops_copies(X, t, rng):
    X, first = np.unique(X, axis=0, return_index=True)
    order = rng.permutation(len(X))
    n_test = max(1, len(X) // 5)
    train, test = order[n_test:], order[:n_test]
    return [X[train].tolist(), t[first][train], X[test].astype(np.float32), t[first][test]]


def split_by_chance_for_each_image(X, t, rng):
    _, image = np.unique(X, axis=0, return_inverse=True)
    number = rng.random(image.max() + 1)
    test = np.argsort(np.argsort(number))[image.ravel()] < np.ceil(0.3 * len(number))
    return X[~test], t[~test], X[test], t[test]


def normalise_by_columns(X_train, X_test):
    parts = [np.empty(X_train.shape), np.empty(X_test.shape)]
    for d in range(X_train.shape[1]):
        spread = np.std(X_train[:, d]) or 1.0
        for part, X in zip(parts, (X_train, X_test), strict=True):
            part[:, d] = (X[:, d] - np.mean(X_train[:, d])) / spread
    return parts


def normalise_with_a_mask(X_train, X_test):
    m, s = np.mean(X_train, 0), np.var(X_train, 0) ** 0.5
    s[s < 1e-12] = 1
    return tuple(np.float64(X - m) / s for X in (X_train, X_test))


RIGHT = {
    "softmax": [softmax_by_rows, softmax_transposed, softmax],
    "loss": [loss_by_examples, loss_with_a_smallest_float, loss_as_keras],
    "step": [
        lambda params, grads, learning_rate: [
            (W - learning_rate * dW, b - learning_rate * db)
            for (W, b), (dW, db) in zip(params, grads, strict=True)
        ],
        lambda params, grads, learning_rate: [
            [np.subtract(params[k][i], learning_rate * grads[k][i]) for i in (0, 1)]
            for k in range(len(params))
        ],
        lambda params, grads, learning_rate: clinic.PATIENTS["step"].step(
            [(W.copy(), b.copy()) for W, b in params], grads, learning_rate
        ),
    ],
    "split": [split_with_a_dictionary, split_that_drops_copies, split_by_chance_for_each_image],
    "normalise": [
        normalise_by_columns,
        normalise_with_a_mask,
        lambda X_train, X_test: [
            (X - X_train.mean(axis=0)) / (X_train.std(axis=0) + (X_train.std(axis=0) == 0))
            for X in (X_train, X_test)
        ],
    ],
    "init": [
        lambda n_in, n_out, rng: (
            rng.standard_normal((n_out, n_in)) * (2 / n_in) ** 0.5,
            np.zeros(n_out),
        ),
        lambda n_in, n_out, rng: (
            rng.uniform(-1, 1, (n_out, n_in)) * np.sqrt(6 / (n_in + n_out)),
            np.zeros(n_out),
        ),
        lambda n_in, n_out, rng: [
            [rng.normal(0, n_in**-0.5, n_in) for _ in range(n_out)],
            [0.0] * n_out,
        ],
    ],
}
CASES = [(name, k) for name in REPAIRS for k in range(len(RIGHT[name]))]


@pytest.mark.parametrize(("name", "k"), CASES)
def test_a_different_right_repair_passes(name, k):
    for seed in range(5):
        result = diagnose(exercise(name), RIGHT[name][k], seed)
        assert result.passed, result.message


def test_there_are_six_patients_of_a_point_each_and_a_prediction_for_each():
    from nnf_teach.exercises import all_predictions

    assert tuple(clinic.PATIENTS) == REPAIRS
    assert [exercise(name).points for name in REPAIRS] == [1] * 6
    assert {f"symptom-of-{name}" for name in REPAIRS} <= set(all_predictions())


@pytest.mark.parametrize("name", REPAIRS)
def test_the_broken_function_as_it_stands_is_the_first_misconception(name):
    broken = getattr(clinic.PATIENTS[name], name)
    result = diagnose(exercise(name), broken)
    assert result.misconception == exercise(name).misconceptions[0].name
    assert not result.passed


def test_half_a_repair_of_the_split_is_named_for_the_other_half():
    def other_slice(X, t, rng):
        order = rng.permutation(len(X))
        n_test = len(X) // 4
        train, test = order[:-n_test], order[-n_test:]
        return X[train], t[train], X[test], t[test]

    assert diagnose(exercise("split"), other_slice).clue.startswith("Some images came twice")


def test_half_a_repair_of_the_loss_is_asked_about_the_other_half():
    def flat(p, t):
        p, t = p.ravel(), t.ravel()
        return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))

    assert "Which p makes a logarithm of 0 here" in diagnose(exercise("loss"), flat).message


def loss_cut_as_it_comes(p, t, mean=np.mean):
    p, t = np.clip(p.ravel(), 1e-12, 1 - 1e-12), t.ravel()
    return -mean(t * np.log(p) + (1 - t) * np.log(1 - p))


def loss_with_a_tiny_number_alone(p, t):
    return -np.mean(t * np.log(p + 1e-8) + (1 - t) * np.log(1 - p + 1e-8))


def loss_by_where(p, t):
    p, t = p.ravel(), t.ravel()
    return -np.mean(np.where(t == 1, np.log(p), np.log(1 - p)))


def loss_without_nan(p, t):
    p, t = p.ravel(), t.ravel()
    return np.nan_to_num(-np.mean(t * np.log(p) + (1 - t) * np.log(1 - p)))


def loss_of_flat_p(p, t):
    p = np.clip(p.squeeze(), 1e-12, 1 - 1e-12)
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))


def unique_rows_with_old_labels(X, t, rng):
    X = np.unique(X, axis=0)
    t = t[: len(X)]
    order = rng.permutation(len(X))
    n = len(X) // 4
    return X[order[n:]], t[order[n:]], X[order[:n]], t[order[:n]]


def split_of_unique_rows(X, t, rng, legacy=False, exchanged=False):
    X, first = np.unique(X, axis=0, return_index=True)
    t = t[first]
    order = np.random.permutation(len(X)) if legacy else rng.permutation(len(X))  # noqa: NPY002
    n = len(X) // 4
    train, test = order[n:], order[:n]
    train, test = (test, train) if exchanged else (train, test)
    return X[train], t[train], X[test], t[test]


def split_drawn_twice(X, t, rng):
    n = len(X) // 4
    test, train = rng.permutation(len(X))[:n], rng.permutation(len(X))[n:]
    return X[train], t[train], X[test], t[test]


def split_without_copies_in_the_test(X, t, rng):
    order = rng.permutation(len(X))
    n = len(X) // 4
    test, train = order[:n], order[n:]
    seen = {tuple(X[i]) for i in train}
    test = [i for i in test if tuple(X[i]) not in seen]
    return X[train], t[train], X[test], t[test]


def normalised_before_the_mean(X_train, X_test):
    X_train = (X_train - X_train.mean(0)) / X_train.std(0)
    X_test = (X_test - X_train.mean(0)) / X_train.std(0)
    return X_train, X_test


def normalised_each(X_train, X_test):
    X_train = (X_train - X_train.mean(0)) / X_train.std(0)
    return X_train, (X_test - X_test.mean(0)) / X_test.std(0)


def normalised_in_place(X_train, X_test):
    m, s = X_train.mean(0), X_train.std(0)
    s[s == 0] = 1
    X_train -= m
    X_train /= s
    X_test -= m
    X_test /= s
    return X_train, X_test


def one_size_for_all_layers(n_in, n_out, rng):
    return rng.normal(0, 0.1, (n_out, n_in)), np.zeros(n_out)


def numbered_weights(n_in, n_out, rng):
    return np.arange(n_in * n_out).reshape(n_out, n_in) / n_in, np.zeros(n_out)


@pytest.mark.parametrize(
    ("name", "answer", "cause"),
    [
        ("loss", loss_cut_as_it_comes, "lost-in-float32"),
        ("loss", loss_without_nan, "zero-in-place-of-nan"),
        ("loss", loss_of_flat_p, "shapes-remain"),
        ("loss", loss_with_a_tiny_number_alone, "shapes-remain"),
        ("normalise", normalised_each, "own-statistics"),
    ],
)
def test_a_mistake_is_named_as_learners_write_it(name, answer, cause):
    result = diagnose(exercise(name), answer)
    assert not result.passed
    assert result.misconception == cause, result.message


@pytest.mark.parametrize(
    ("name", "answer", "asked"),
    [
        ("loss", loss_by_where, "Which p makes a logarithm of 0 here"),
        ("split", split_drawn_twice, "Here every row of the test part"),
        ("split", unique_rows_with_old_labels, "The rows are in another order than their labels."),
        ("split", split_without_copies_in_the_test, "Do you draw rows, and take copies out"),
        ("split", lambda *a: split_of_unique_rows(*a, exchanged=True), "changed places"),
        ("split", lambda *a: split_of_unique_rows(*a, legacy=True), "or from np.random?"),
        ("init", one_size_for_all_layers, "shrank with the number of inputs"),
        ("init", numbered_weights, "With another rng your function gives the very same."),
    ],
)
def test_what_is_wrong_with_a_repair_is_asked_for(name, answer, asked):
    result = diagnose(exercise(name), answer)
    assert result.explained_by == "clue"
    assert asked in result.clue


def test_half_a_repair_is_told_its_place_or_a_clue():
    result = diagnose(exercise("normalise"), normalised_before_the_mean)
    assert result.place.source.startswith("X_train = ")
    assert "right moment?" in result.message
    result = diagnose(exercise("loss"), lambda p, t: loss_cut_as_it_comes(p, t, np.sum))
    assert "by a factor that is the number of rows of p." in result.clue
    result = diagnose(exercise("normalise"), normalised_in_place)
    assert "How do you make a new array?" in result.message


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_rows_are_equal_where_all_entries_are(seed):
    def any_entry(X, t, rng):
        test = np.zeros(len(X), dtype=bool)
        for k in rng.permutation(len(X)):
            if test.sum() >= len(X) // 4:
                break
            for j, x in enumerate(X):
                if (X[k] == x).any():
                    test[j] = True
        return X[~test], t[~test], X[test], t[test]

    assert "rows count as equal that are not" in diagnose(exercise("split"), any_entry, seed).clue


def test_a_split_may_toss_a_coin_for_each_image():
    def tossed(X, t, rng):
        group = np.unique(X, axis=0, return_inverse=True)[1].ravel()
        test = (rng.random(group.max() + 1) < 0.25)[group]
        return X[~test], t[~test], X[test], t[test]

    for seed in range(20):
        result = diagnose(exercise("split"), tossed, seed)
        assert result.passed, result.message


def test_a_step_that_copies_the_list_alone_still_changes_the_arrays():
    def shallow(params, grads, learning_rate):
        params = list(params)
        for (W, b), (dW, db) in zip(params, grads, strict=True):
            W -= learning_rate * dW
            b -= learning_rate * db
        return params

    assert diagnose(exercise("step"), shallow).misconception == "still-in-place"


def test_a_split_may_not_lose_or_invent_rows():
    def lossy(X, t, rng):
        X_train, t_train, X_test, t_test = split_with_a_dictionary(X, t, rng)
        return X_train[1:], t_train[1:], X_test, t_test

    def inventive(X, t, rng):
        X_train, t_train, X_test, t_test = split_with_a_dictionary(X, t, rng)
        return X_train + 0.25, t_train, X_test, t_test

    assert not diagnose(exercise("split"), lossy).passed
    assert not diagnose(exercise("split"), inventive).passed


@pytest.mark.slow
def test_every_answer_cures_its_script():
    """Do the accepted repairs bring the curves that they promise?"""
    for name in REPAIRS:
        for repair in [exercise(name).reference, RIGHT[name][1]]:
            assert cured(name, clinic.run(name, repair)), name
        assert not cured(name, clinic.run(name)), name


def cured(name, history):
    chance, loss = history["chance_loss"], history["loss"]
    validation = history["validation_loss"]
    return bool(
        {
            "softmax": lambda: abs(loss[0] / chance - 1) < 0.01 and loss[-1] < 0.3 * chance,
            "loss": lambda: np.isfinite(validation).all() and validation[-1] < 0.5 * chance,
            "step": lambda: abs(history["kept_validation_loss"] - validation.min()) < 1e-9,
            "split": lambda: validation.min() > 0.5 * chance,
            "normalise": lambda: validation[-1] < 0.2 * chance,
            "init": lambda: validation[-1] < 0.4 * chance,
        }[name]()
    )
