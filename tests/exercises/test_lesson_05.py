"""Lesson 05: other right answers pass, near misses do not, and the slide's slips are slips."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from nnf_teach import check, modules
from nnf_teach.checking.calls import copy_args
from nnf_teach.datasets import image_rows, load_mnist
from nnf_teach.exercises import all_exercises

from .right_answers import (  # noqa: F401
    scaled,
    test_a_different_right_answer_passes,
    test_an_answer_that_is_wrong_by_half_a_thousandth_fails,
    test_every_exercise_is_proved_by_three_other_right_answers,
    test_every_part_of_an_answer_counts,
)


def gradient_by_copies(f, x, epsilon=1e-5):
    x = np.asarray(x, dtype=float)
    rows = []
    for k in range(x.size):
        up, down = x.flatten(), x.flatten()
        up[k] += epsilon
        down[k] -= epsilon
        rows.append((f(up.reshape(x.shape)) - f(down.reshape(x.shape))) / (2 * epsilon))
    return np.reshape(rows, x.shape)


def gradient_put_back(f, x, epsilon=1e-5):
    if x.dtype.kind != "f":
        x = x.astype(float)
    found = np.empty_like(x)
    for place in np.ndindex(*x.shape):
        old = x[place]
        x[place] = old + epsilon
        up = f(x)
        x[place] = old - epsilon
        down = f(x)
        x[place] = old
        found[place] = 0.5 * (up - down) / epsilon
    return found


def gradient_walking_there_and_back(f, x, epsilon=1e-5):
    """Leave x as it was but for the rounding of three steps."""
    if x.dtype.kind != "f":
        x = x.astype(float)
    found = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        x[place] += epsilon
        found[place] += f(x)
        x[place] -= 2 * epsilon
        found[place] -= f(x)
        x[place] += epsilon
    return found / (2 * epsilon)


def gradient_by_rows_of_the_identity(f, x, epsilon=1e-5):
    moves = epsilon * np.eye(np.size(x)).reshape(np.size(x), *np.shape(x))
    slopes = [f(x + move) / (2 * epsilon) - f(x - move) / (2 * epsilon) for move in moves]
    return np.array(slopes).reshape(np.shape(x))


def linear_loop(dY, X, W):
    dX, dW, db = np.zeros(X.shape), np.zeros(W.shape), np.zeros(len(W))
    for error, x in zip(dY, X, strict=True):
        for k in range(len(W)):
            dW[k] += error[k] * x
            db[k] += error[k]
    for n in range(len(X)):
        dX[n] = sum((dY[n, k] * W[k] for k in range(len(W))), np.zeros(X.shape[1]))
    return dX, dW, db


def linear_augmented(dY, X, W):
    both = dY.T @ np.column_stack([X, np.ones(len(X))])
    return [np.dot(dY, W), both[:, :-1], both[:, -1]]


def relu_in_a_copy(dY, X):
    dX = np.array(dY, dtype=float)
    dX[X <= 0] = 0
    return dX


def softmax_by_jacobians(dY, Y):
    rows = [g @ (np.diag(y) - np.outer(y, y)) for g, y in zip(dY, Y, strict=True)]
    return np.array(rows).reshape(np.shape(Y))


def softmax_by_einsum(dY, Y):
    jacobian = np.einsum("nj,jk->njk", Y, np.eye(Y.shape[1])) - np.einsum("nj,nk->njk", Y, Y)
    return np.einsum("nj,njk->nk", dY, jacobian)


def softmax_row_by_row(dY, Y):
    rows = [g * y - (g @ y) * y for g, y in zip(dY, Y, strict=True)]
    return np.array(rows).reshape(np.shape(Y))


def softmax_number_by_number(dY, Y):
    dZ = np.zeros(np.shape(Y))
    for n, j in np.ndindex(dZ.shape):
        dZ[n, j] = Y[n, j] * sum(dY[n, i] * ((i == j) - Y[n, i]) for i in range(dZ.shape[1]))
    return dZ


def stable_log_softmax(Z):
    S = Z - np.max(Z, axis=1, keepdims=True)
    return S - np.log(np.sum(np.exp(S), axis=1, keepdims=True))


def logits_loop(Z, T):
    dZ, dT = np.zeros(Z.shape), np.zeros(Z.shape)
    for n in range(len(Z)):
        e = np.exp(Z[n] - max(Z[n]))
        dZ[n] = e / sum(e) * sum(T[n]) - T[n]
        dT[n] = max(Z[n]) + np.log(sum(e)) - Z[n]
    return dZ, dT


def logits_by_matrix(Z, T):
    """Go back through the logarithm of the softmax: dZ = softmax <dL/dlog_p, 1> + ..."""
    log_p = stable_log_softmax(Z)
    dlog_p = -np.asarray(T, dtype=float)
    return dlog_p - np.exp(log_p) * (dlog_p @ np.ones((Z.shape[1], 1))), 0 - log_p


def mlp_recursive(params, X, t):
    def back(layers, H):
        W, b = layers[0]
        Z = H @ np.transpose(W) + b
        if len(layers) == 1:
            log_p = stable_log_softmax(Z)
            hot = np.arange(Z.shape[1]) == t[:, None]
            loss, dZ, grads = -(log_p * hot).sum() / len(t), (np.exp(log_p) - hot) / len(t), []
        else:
            loss, grads, dH = back(layers[1:], np.where(Z > 0, Z, 0))
            dZ = np.where(Z > 0, dH, 0)
        return loss, [(dZ.T @ H, dZ.sum(0)), *grads], dZ @ W

    return back(params, X)[:2]


def mlp_by_examples(params, X, t):
    total, grads = 0.0, [(0 * W.astype(float), 0 * b.astype(float)) for W, b in params]
    for x, c in zip(X, t, strict=True):
        outputs = [np.asarray(x, dtype=float)]
        for k, (W, b) in enumerate(params):
            z = W @ outputs[-1] + b
            outputs.append(z if k == len(params) - 1 else z * (z > 0))
        z = outputs.pop()
        p = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
        total += np.log(np.exp(z - z.max()).sum()) + z.max() - z[c]
        p[c] -= 1
        for k in reversed(range(len(params))):
            grads[k] = (grads[k][0] + np.outer(p, outputs[k]), grads[k][1] + p)
            p = (p @ params[k][0]) * (outputs[k] > 0)
    return total / len(t), tuple((W / len(t), b / len(t)) for W, b in grads)


def mlp_with_our_modules(params, X, t):
    outputs = modules.network_forward(X, params, "relu")
    dZ = modules.softmax_cross_entropy_gradient(outputs[-1], t)
    loss = modules.softmax_cross_entropy(outputs[-1], t)
    return loss, modules.network_backward(dZ, outputs, params, "relu")


def adam_by_the_paper(param, grad, m, v, step, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m = m + (1 - beta1) * (grad - m)
    v = v + (1 - beta2) * (grad * grad - v)
    root = np.sqrt(v) / np.sqrt(1 - beta2**step)
    return param - learning_rate * m / ((1 - beta1**step) * (root + epsilon)), m, v


def adam_entry_by_entry(p, g, m, v, step, rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    out = [np.zeros(np.shape(p)) for _ in range(3)]
    for place in np.ndindex(*np.shape(p)):
        m1 = beta1 * m[place] + (1 - beta1) * g[place]
        v1 = beta2 * v[place] + (1 - beta2) * g[place] ** 2
        move = rate * (m1 / (1 - beta1**step)) / ((v1 / (1 - beta2**step)) ** 0.5 + epsilon)
        out[0][place], out[1][place], out[2][place] = p[place] - move, m1, v1
    return out


def adam_with_a_rescaled_rate(
    param, grad, m, v, step, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    """The paper's short form, with the epsilon that makes it the same."""
    m, v = beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad**2
    scale = (1 - beta2**step) ** 0.5
    rate = learning_rate * scale / (1 - beta1**step)
    return param - rate * m / (v**0.5 + epsilon * scale), m, v


def hvp_reverse_twice(f, x, v):
    return autograd.grad(lambda x: anp.dot(autograd.grad(f)(x), v))(x)


LESSON, POINTS = 5, 21
OTHERS = ("train_digit_mlp",)
PARTS = ["linear_backward", "cross_entropy_backward", "adam_step"]
RIGHT = {
    "numerical_gradient": [
        gradient_by_copies,
        gradient_put_back,
        gradient_walking_there_and_back,
        gradient_by_rows_of_the_identity,
    ],
    "linear_backward": [
        linear_loop,
        linear_augmented,
        lambda dY, X, W: (
            np.einsum("nk,kd->nd", dY, W),
            np.einsum("nk,nd->kd", dY, X),
            np.ones(len(dY)) @ dY,
        ),
    ],
    "relu_backward": [
        relu_in_a_copy,
        lambda dY, X: np.where(X > 0, dY, 0),
        lambda dY, X: dY * (np.maximum(X, 0) > 0),
        lambda dY, X: dY * np.heaviside(X, 0),
    ],
    "sigmoid_backward": [
        lambda dY, Y: dY * Y * (1 - Y),
        lambda dY, Y: dY * (Y - Y**2),
        lambda dY, Y: (0.25 - (Y - 0.5) ** 2) * dY,
        lambda dY, Y: np.float32(dY * Y * (1 - Y)),
    ],
    "softmax_backward": [
        softmax_row_by_row,
        softmax_number_by_number,
        lambda dY, Y: Y * dY - Y * np.einsum("nk,nk->n", dY, Y)[:, None],
        lambda dY, Y: (dY - np.sum(dY * Y, axis=-1)[:, None]) * Y,
    ],
    "cross_entropy_backward": [
        lambda P, T: (-T / P, -np.log(P)),
        lambda P, T: [-(T / P), np.log(1 / P)],
        lambda P, T: (-np.divide(T, P), -np.log2(P) * np.log(2)),
    ],
    "softmax_cross_entropy_backward": [
        logits_loop,
        logits_by_matrix,
        lambda Z, T: (
            np.exp(stable_log_softmax(Z)) * T.sum(axis=1)[:, None] - T,
            np.logaddexp.reduce(Z, axis=1, keepdims=True) - Z,
        ),
    ],
    "mlp_loss_and_gradients": [mlp_recursive, mlp_by_examples, mlp_with_our_modules],
    "gradient_descent_step": [
        lambda params, grads, learning_rate: tuple(
            (W + dW * -learning_rate, np.subtract(b, learning_rate * db))
            for (W, b), (dW, db) in zip(params, grads, strict=True)
        ),
        lambda params, grads, learning_rate: [
            [p - learning_rate * g for p, g in zip(pair, slopes, strict=True)]
            for pair, slopes in zip(params, grads, strict=True)
        ],
        lambda params, grads, learning_rate: [
            (params[k][0] - learning_rate * grads[k][0], params[k][1] - learning_rate * grads[k][1])
            for k in range(len(params))
        ],
        lambda params, grads, learning_rate: [
            tuple(np.float32(p - learning_rate * g) for p, g in zip(pair, slopes, strict=True))
            for pair, slopes in zip(params, grads, strict=True)
        ],
    ],
    "adam_step": [adam_by_the_paper, adam_entry_by_entry, adam_with_a_rescaled_rate],
    "hessian_vector_product": [
        hvp_reverse_twice,
        lambda f, x, v: autograd.make_hvp(f)(x)[0](v),
        lambda f, x, v: autograd.make_jvp(autograd.grad(f))(x)(v)[1],
    ],
}


def test_every_layer_of_a_network_counts():
    for layer in range(2):

        def nearly(params, X, t, layer=layer):
            loss, grads = mlp_recursive(params, X, t)
            if len(grads) > 2:
                grads[layer] = scaled(grads[layer])
            return loss, grads

        assert check(nearly, "mlp_loss_and_gradients").status == "wrong", layer


def by_differences(forward, dY, args, k):
    """Differentiate <dY, forward(*args)> by args[k], without autograd."""

    def loss(part):
        return np.sum(dY * forward(*args[:k], part, *args[k + 1 :]))

    return gradient_by_copies(loss, args[k])


FORWARD = {
    "relu_backward": lambda X: np.maximum(X, 0),
    "cross_entropy_backward": lambda P, T: -np.sum(T * np.log(P)),
    "softmax_cross_entropy_backward": lambda Z, T: -np.sum(T * stable_log_softmax(Z)),
}


@pytest.mark.parametrize("name", FORWARD)
def test_the_oracles_of_modules_are_what_differences_give(name):
    rng = np.random.default_rng(1)
    args = [rng.uniform(0.2, 1, (3, 4)), rng.uniform(0, 2, (3, 4))]
    exercise = all_exercises()[name]
    if name == "relu_backward":
        dY, X = rng.normal(size=(2, 3, 4))
        slopes = by_differences(FORWARD[name], dY, [X], 0)
        np.testing.assert_allclose(exercise.reference(dY, X), slopes, atol=1e-8)
        return
    for k, gradient in enumerate(exercise.reference(*args)):
        slopes = by_differences(FORWARD[name], 1.0, args, k)
        np.testing.assert_allclose(gradient, slopes, atol=1e-8)


def test_the_oracles_of_linear_sigmoid_and_softmax_are_what_differences_give():
    rng = np.random.default_rng(2)
    dY, X, W, b = (rng.normal(size=shape) for shape in ((3, 2), (3, 4), (2, 4), (2,)))
    found = all_exercises()["linear_backward"].reference(dY, X, W)
    for k, gradient in enumerate(found):
        slopes = by_differences(lambda X, W, b: X @ W.T + b, dY, [X, W, b], k)
        np.testing.assert_allclose(gradient, slopes, atol=1e-8)
    for name, forward in (
        ("sigmoid_backward", lambda Z: 1 / (1 + np.exp(-Z))),
        ("softmax_backward", lambda Z: np.exp(stable_log_softmax(Z))),
    ):
        found = all_exercises()[name].reference(dY, forward(X[:, :2]))
        slopes = by_differences(forward, dY, [X[:, :2]], 0)
        np.testing.assert_allclose(found, slopes, atol=1e-8)


def test_the_oracle_of_the_network_is_what_differences_give():
    rng = np.random.default_rng(3)
    X, t = rng.normal(size=(4, 2)), np.array([0, 2, 1, 1])
    params = [(rng.normal(size=(3, 2)), rng.normal(size=3)), (rng.normal(size=(3, 3)), np.ones(3))]
    value, grads = all_exercises()["mlp_loss_and_gradients"].reference(params, X, t)
    assert value == pytest.approx(mlp_by_examples(params, X, t)[0])
    for layer in range(2):
        for part in range(2):

            def loss(changed, layer=layer, part=part):
                pairs = [list(pair) for pair in params]
                pairs[layer][part] = changed
                return mlp_by_examples(pairs, X, t)[0]

            slopes = gradient_by_copies(loss, params[layer][part])
            np.testing.assert_allclose(grads[layer][part], slopes, atol=1e-8)


def test_the_numerical_oracle_agrees_with_autograd_where_the_step_is_small():
    exercise = all_exercises()["numerical_gradient"]
    compared = 0
    for case in exercise.cases(np.random.default_rng(4)):
        f, x = case.args[:2]
        if x.size:
            exact = autograd.grad(f)(np.asarray(x, dtype=float))
            np.testing.assert_allclose(exercise.reference(f, x), exact, rtol=1e-6, atol=1e-8)
            compared += 1
    assert compared >= 8


def test_the_hessian_oracle_is_what_differences_of_gradients_give():
    exercise = all_exercises()["hessian_vector_product"]
    for case in exercise.cases(np.random.default_rng(5)):
        f, x, v = case.args
        slope = autograd.grad(f)
        near = (slope(x + 1e-5 * v) - slope(x - 1e-5 * v)) / 2e-5
        np.testing.assert_allclose(exercise.reference(f, x, v), near, rtol=1e-5, atol=1e-7)


# The slide's slips ---------------------------------------------------------------------------


def test_the_slides_gradient_by_the_logits_is_a_slip():
    """Is t - x wrong, softmax(x) - t right for t that sums to 1, and sum(t) softmax(x) - t always?

    (Slide "Cross entropy with logits as a computational graph".)
    """
    rng = np.random.default_rng(6)
    x, t = rng.normal(size=(1, 4)), np.array([[0.0, 1.0, 0.0, 0.0]])
    p = np.exp(stable_log_softmax(x))
    slopes = by_differences(FORWARD["softmax_cross_entropy_backward"], 1.0, [x, t], 0)
    np.testing.assert_allclose(slopes, p - t, atol=1e-8)
    assert np.abs(slopes - (t - x)).max() > 0.1
    slopes = by_differences(FORWARD["softmax_cross_entropy_backward"], 1.0, [x, 3 * t], 0)
    np.testing.assert_allclose(slopes, 3 * p - 3 * t, atol=1e-8)


def test_the_second_line_of_the_slides_softmax_gradient_is_a_slip():
    """Does it lack the y_i at each dL/dy_i, and is the first line right?

    (Slide "Softmax as a computational graph".)
    """
    rng = np.random.default_rng(7)
    x, g = rng.normal(size=(2, 1, 4))
    y = np.exp(stable_log_softmax(x))
    slopes = by_differences(lambda x: np.exp(stable_log_softmax(x)), g, [x], 0)
    first = sum(g[0, i] * y[0, i] * (np.eye(4)[i] - y[0]) for i in range(4))
    np.testing.assert_allclose(slopes[0], first, atol=1e-8)
    np.testing.assert_allclose(slopes, g * y - y * (g * y).sum(), atol=1e-8)
    assert np.abs(slopes - (g - y * g.sum())).max() > 0.1
    assert np.abs(slopes - y * (g - y * g.sum())).max() > 0.01


@pytest.mark.parametrize("answer", [softmax_by_jacobians, softmax_by_einsum])
def test_a_jacobian_costs_one_point_of_two(answer):
    result = check(answer, "softmax_backward")
    assert (result.status, result.misconception) == ("wrong", "large-matrix")
    assert result.parts == (("values", 1, 1), ("without a large matrix", 0, 1))
    assert "it takes room for some 300,000 numbers at once" in result.message


@pytest.mark.parametrize(
    "answer",
    [
        lambda f, x, v: autograd.hessian(f)(x) @ v,
        lambda f, x, v: autograd.jacobian(autograd.grad(f))(x).dot(v),
        lambda f, x, v: np.array([hvp_reverse_twice(f, x, e) for e in np.eye(len(x))]) @ v,
    ],
)
def test_a_product_with_the_hessian_must_do_without_it(answer):
    assert check(answer, "hessian_vector_product").misconception == "large-matrix"


# What a learner reads ------------------------------------------------------------------------


def test_a_panel_prints_the_function_that_was_differentiated():
    result = check(lambda f, x, epsilon=1e-5: np.zeros(np.shape(x)), "numerical_gradient")
    assert result.status == "wrong"
    assert "f = np.sum(x ** 3), x = [2], epsilon = 0.5" in result.message
    result = check(lambda f, x, v: v, "hessian_vector_product")
    assert "f = " in result.message
    assert "0x" not in result.message


def test_x_must_come_back_unchanged():
    def shifted(f, x, epsilon=1e-5):
        answer = gradient_by_copies(f, x, epsilon)
        x += 1
        return answer

    result = check(shifted, "numerical_gradient")
    assert result.status == "wrong"
    assert "changes its argument x" in result.message


def test_settings_that_have_defaults_need_not_be_given():
    def without(f, x):
        return gradient_by_copies(f, x)

    assert "It is called as numerical_gradient" in check(without, "numerical_gradient").message


def test_an_error_about_shapes_names_them_also_where_arguments_have_defaults():
    def broken(param, grad, m, v, step, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
        return np.ones((5, 7)) @ param, np.ones((5, 7)) @ m, np.ones((5, 7)) @ v

    result = check(broken, "adam_step")
    assert result.status == "raised"
    assert "param (1,), m (1,), v (1,)" in result.message


def test_gradient_and_value_may_come_from_the_learners_own_autograd():
    def by_autograd(params, X, t):
        def loss(params):
            H = X
            for k, (W, b) in enumerate(params):
                H = anp.dot(H, W.T) + b
                H = H if k == len(params) - 1 else anp.where(H > 0, H, 0)
            top = anp.max(H, axis=1, keepdims=True)
            log_sum = top[:, 0] + anp.log(anp.sum(anp.exp(H - top), axis=1))
            return anp.mean(log_sum - H[anp.arange(len(t)), t])

        floats = [(W.astype(float), b.astype(float)) for W, b in params]
        return autograd.value_and_grad(loss)(floats)

    result = check(by_autograd, "mlp_loss_and_gradients")
    assert result.passed, result.message


# train_digit_mlp -----------------------------------------------------------------------------


def layers(*sizes):
    return [(np.zeros((k, d)), np.zeros(k)) for d, k in zip(sizes[:-1], sizes[1:], strict=True)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (7, "a list of pairs (W, b)"),
        ([], "a list of pairs (W, b)"),
        ([np.zeros((10, 784))], "Each layer is a pair"),
        (layers(784, 30, 9), "The last layer has 9 units"),
        ([layers(784, 30)[0], layers(20, 10)[0]], "Layer 2 has W of shape (10, 20)"),
        ([("a", "b")], "got a string"),
    ],
)
def test_what_is_no_digit_network_is_told_so(answer, words):
    assert words in check(lambda X, t, rng: answer, "train_digit_mlp").message


@pytest.mark.slow
def test_digits_are_judged_on_images_that_training_never_saw():
    exercise = all_exercises()["train_digit_mlp"]
    X, t, rng = copy_args(exercise.cases(np.random.default_rng(0))[0].args)
    digits = load_mnist()
    assert np.array_equal(X[:100], image_rows(digits.x_train[:100]))
    assert X.shape == (60_000, 784)
    assert X.dtype == np.float32
    assert isinstance(rng, np.random.Generator)


def train_with_adam(X, t, rng, sizes=(784, 128, 64, 10), epochs=4):
    """Another right answer: three layers, Adam, plain lists, the learner's own backward."""
    params = [
        ((rng.normal(size=(k, d)) * np.sqrt(2 / d)).astype(np.float32), np.zeros(k, np.float32))
        for d, k in zip(sizes[:-1], sizes[1:], strict=True)
    ]
    memory = [[(0 * p, 0 * p) for p in pair] for pair in params]
    step = 0
    for epoch in range(epochs):
        for batch in rng.permutation(len(X)).reshape(-1, 120):
            step += 1
            _, grads = mlp_recursive(params, X[batch], t[batch])
            for k, (pair, slopes) in enumerate(zip(params, grads, strict=True)):
                new = []
                for j in range(2):
                    p, m, v = adam_by_the_paper(
                        pair[j], slopes[j].astype(np.float32), *memory[k][j], step,
                        0.003 * (1 - epoch / epochs),
                    )  # fmt: skip
                    memory[k][j] = (m, v)
                    new.append(p)
                params[k] = tuple(new)
    return [[W.tolist(), b.tolist()] for W, b in params]


@pytest.mark.slow
def test_a_deeper_network_as_plain_lists_reads_the_digits_too():
    result = check(train_with_adam, "train_digit_mlp")  # which has a limit of time
    assert result.passed, result.message


@pytest.mark.slow
def test_ninety_six_per_cent_is_not_enough():
    """Is a network refused that stops a little too early, and told that it did?"""
    shuffled = np.random.default_rng(0)

    def short(X, t, rng):
        some = shuffled.permutation(len(X))[:12_000]
        return train_with_adam(X[some], t[some], rng, (784, 32, 10), 2)

    result = check(short, "train_digit_mlp")
    assert result.status == "wrong"
    assert "it was still falling then" in result.message
