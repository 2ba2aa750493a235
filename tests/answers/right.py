"""Right answers in unusual styles: a check that rejects one is wrong."""

import itertools
import math
import operator
from collections import Counter
from fractions import Fraction
from functools import partial, reduce

import autograd
import autograd.numpy as anp
import numpy as np

from nnf_teach.modules import Adam, init_params, last_state, network_forward, train


def sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


def log_softmax(Z):
    return Z - np.logaddexp.reduce(Z, axis=1, keepdims=True)


def neuron__reduce(x, w, b):
    """The sum is built by reduce, from the bias on."""
    return reduce(operator.add, map(operator.mul, w, x), b)


def neuron__bias_as_a_weight(x, w, b):
    """The bias is a weight of an input that is always 1."""
    return np.append(w, b) @ np.append(x, 1.0)


def neuron__recursion(x, w, b):
    """One input at a time, by recursion."""
    return b if len(x) == 0 else w[0] * x[0] + neuron__recursion(x[1:], w[1:], b)


def linear_layer__inner(X, W, b):
    """np.inner works along the last axes."""
    return np.add(np.inner(X, W), b)


def linear_layer__broadcasting(X, W, b):
    """All products at once, in three axes."""
    return (X[:, None, :] * W[None, :, :]).sum(axis=2) + b


def linear_layer__bias_as_a_weight(X, W, b):
    """The bias is one more column of the weights."""
    return np.c_[X, np.ones(len(X))] @ np.c_[W, b].T


def sigmoid__logaddexp(x):
    """The exponential of minus log(1 + exp(-x))."""
    return np.exp(-np.logaddexp(0, -x))


def sigmoid__tanh(x):
    """A scaled and shifted tanh."""
    return (np.tanh(np.asarray(x) / 2) + 1) / 2


def sigmoid__vectorize(x):
    """One number at a time, with an if."""

    def one(v):
        if v >= 0:
            return 1 / (1 + math.exp(-v))
        return math.exp(v) / (1 + math.exp(v))

    return np.vectorize(one, otypes=[float])(x)


def sigmoid__two_masks(x):
    """Filled in place, in two parts."""
    σ = np.empty(np.shape(x))
    plus = np.asarray(x) >= 0
    σ[plus] = 1 / (1 + np.exp(-x[plus]))
    σ[~plus] = np.exp(x[~plus]) / (1 + np.exp(x[~plus]))
    return σ


def sigmoid_derivative__product_of_both_sides(x):
    """The sigmoid of x times that of -x."""
    return np.exp(-np.logaddexp(0, x) - np.logaddexp(0, -x))


def sigmoid_derivative__even(x):
    """The slope is even, so that |x| will do."""
    e = np.exp(-np.abs(x))
    return e / np.square(1 + e)


def saturation_point__arcosh(epsilon):
    """The slope is 1 / (2 + 2 cosh x)."""
    return math.acosh(0.5 / epsilon - 1)


def saturation_point__bisection(epsilon):
    """A search between 0 and 800."""
    low, high = 0.0, 800.0
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        e = math.exp(-middle)
        low, high = (middle, high) if e / (1 + e) ** 2 > epsilon else (low, middle)
    return high


def saturation_point__upper_end_of_30(epsilon):
    """A bisection that ends at 30: far enough for an epsilon of 1e-8."""
    low, high = 0.0, 30.0
    for _ in range(100):
        middle = (low + high) / 2
        s = 1 / (1 + math.exp(-middle))
        low, high = (middle, high) if s * (1 - s) > epsilon else (low, middle)
    return low


def and_gate__huge_weights():
    """Other numbers, the same line."""
    return np.array([1e6, 1e6]), -1.9e6


def or_gate__fractions():
    """Exact fractions, not floats."""
    return (Fraction(1, 3), Fraction(1, 2)), Fraction(-1, 4)


def nand_gate__unequal_weights():
    """The weights need not be equal."""
    return (-2, -3), 4


def cross_entropy__where(p, t):
    """The probability of the right class, then its logarithm."""
    return -np.log(np.where(t == 1, p, 1 - p)).mean()


def cross_entropy__counting(p, t):
    """With a loop, an index, and math.log."""
    verlust = 0.0
    for n in range(len(p)):
        verlust -= math.log(p[n] if t[n] else 1 - p[n])
    return verlust / len(p)


def cross_entropy_with_logits__by_sign(z, t):
    """The logit gets the sign that speaks against the truth."""
    return np.logaddexp(0, (1 - 2 * t) * z).mean()


def cross_entropy_with_logits__log1p(z, t):
    """Maximum and log1p."""
    return float((np.maximum(z, 0) - z * t + np.log1p(np.exp(-np.abs(z)))).mean())


def logistic_gradients__average_of_examples(X, t, w, b):
    """np.average with the errors as factors."""
    δ = sigmoid(np.einsum("nd,d->n", X, w) + b) - t
    return np.mean(δ[:, None] * X, axis=0), np.average(δ)


def logistic_gradients__autograd(X, t, w, b):
    """autograd does the work."""

    def loss(w, b):
        z = anp.dot(X, w) + b
        return anp.mean(anp.logaddexp(0, z) - t * z)

    w, b = np.array(w, float), float(b)
    return autograd.grad(loss, 0)(w, b), autograd.grad(loss, 1)(w, b)


def fit_logistic_regression__one_vector(X, t, learning_rate, steps):
    """Weights and bias in one vector, while in place of for."""
    A, θ = np.column_stack([X, np.ones(len(X))]), np.zeros(X.shape[1] + 1)
    while steps:
        θ -= learning_rate / len(A) * (sigmoid(A @ θ) - t) @ A
        steps -= 1
    return θ[:-1], θ[-1]


def softmax__logaddexp(Z):
    """From the logarithms."""
    return np.exp(log_softmax(Z))


def softmax__rows_in_a_loop(Z):
    """Row by row, in Python."""
    rows = []
    for row in Z.tolist():
        top = max(row)
        e = [math.exp(z - top) for z in row]
        rows.append([v / sum(e) for v in e])
    return np.array(rows)


def softmax__by_differences(Z):
    """One over the sum of the exponentials of all differences."""
    D = np.minimum(Z[:, None, :] - Z[:, :, None], 700)
    return 1 / np.exp(D).sum(axis=2)


def softmax_cross_entropy__take_along_axis(Z, t):
    """The right logits by take_along_axis."""
    right = np.take_along_axis(Z, t[:, None], axis=1)
    return np.logaddexp.reduce(Z - right, axis=1).mean()


def softmax_cross_entropy_gradient__one_hot_comparison(Z, t):
    """One-hot rows by a comparison."""
    return (np.exp(log_softmax(Z)) - (np.arange(Z.shape[1]) == t[:, None])) / len(Z)


def sparsemax__by_removing(z):
    """Entries that fall below 0 are taken out, until none does."""
    kept = np.ones(len(z), bool)
    while True:
        τ = (z[kept].sum() - 1) / kept.sum()
        if (z[kept] > τ).all():
            return np.where(kept, z - τ, 0.0)
        kept &= z > τ


def best_line_for_xor__nand():
    """NAND: wrong at (0, 0) only."""
    return np.array([-1.0, -1.0]), np.float64(1.5)


def hidden_layer__columns(X):
    """Without matrices: the units look at a difference."""
    d = X[:, 1] - X[:, 0]
    return sigmoid(np.stack([d, -d], axis=-1) - 4)


def xor_output_weights__large():
    """Other numbers, the same line."""
    return (300, 200), -70


def mlp_forward__reduce(X, params):
    """A fold over the hidden layers."""
    (V, c), hidden = params[-1], params[:-1]
    return reduce(lambda H, layer: sigmoid(H @ layer[0].T + layer[1]), hidden, X) @ V.T + c


def mlp_forward__recursion(X, params):
    """The last layer on top of the network below."""
    W, b = params[-1]
    return (sigmoid(mlp_forward__recursion(X, params[:-1])) if params[1:] else X) @ W.T + b


def solve_xor_by_hand__nor_and_and():
    """XOR is: neither NOR nor AND."""
    return [
        (np.array([[-30, -30], [30, 30]]), np.array([15, -45])),
        (np.array([[-30, -30]]), np.array([15])),
    ]


def train_xor__adam(X, t, n_hidden, rng):
    """The course's own training loop, with Adam."""
    params = init_params([2, n_hidden, 1], rng=rng)
    steps = train(params, X, t, learning_rate=0.05, epochs=300, batch_size=50, rng=rng,
                  update=Adam())  # fmt: skip
    return last_state(steps).params


def step__logaddexp(x, position, steepness):
    """By a logarithm that does not overflow."""
    return np.exp(-np.logaddexp(0.0, steepness * (position - np.asarray(x))))


def bump__tanh(x, left, right, height, steepness):
    """The difference of two tanh."""
    up, down = (np.tanh(steepness * (np.asarray(x) - p) / 2) for p in (left, right))
    return height * (up - down) / 2


def approximate__staircase(f, n_bumps):
    """A staircase: each joint makes one step, and the other half of the sigmoids is idle."""
    n = n_bumps
    edges = np.arange(n + 1) / n
    heights = np.array([float(f(x + 0.5 / n)) for x in edges[:-1]])
    steps = np.diff(heights, prepend=0.0)
    positions = np.concatenate([[-1.0], edges[1:-1], np.full(n, 5.0)])
    V = np.concatenate([steps, np.zeros(n)])[None]
    return [(np.full((2 * n, 1), 1e6), -1e6 * positions), (V, np.zeros(1))]


def approximate__constant_in_the_bias(f, n_bumps):
    """The height of the first cell is the bias of the output."""
    centres = (2 * np.arange(n_bumps) + 1) / (2 * n_bumps)
    heights = f(centres)
    W = np.full((2 * n_bumps, 1), 1e5)
    b, V = np.zeros(2 * n_bumps), np.zeros((1, 2 * n_bumps))
    b[: n_bumps - 1] = -1e5 * np.arange(1, n_bumps) / n_bumps
    V[0, : n_bumps - 1] = np.diff(heights)
    return [(W, b), (V, heights[:1].copy())]


def bumps_needed__counting(lipschitz, epsilon, dimension):
    """Counts up until the grid is fine enough."""
    m = next(m for m in itertools.count(1) if lipschitz / (2 * epsilon) <= m)
    return math.prod([m] * dimension)


def relu__half_of_x_plus_abs(x):
    """Half the sum of x and |x|."""
    return (np.asarray(x) + np.abs(x)) / 2


def dead_units__largest_sum(X, W, b):
    """Even the largest sum is not above 0."""
    return np.max(W @ X.T, axis=1) + b <= 0


def dead_units__nobody_fires(X, W, b):
    """A list of bools, by counting."""
    return [not any(float(w @ x + c) > 0 for x in X) for w, c in zip(W, b, strict=True)]


def tent__from_the_right(x):
    """ReLUs that look from the right and from the top."""
    relu = partial(np.maximum, 0)
    return 1 - relu(2 * x - 1) - relu(1 - 2 * x)


def sawtooth__recursion(x, depth):
    """The tent of a sawtooth that is one less deep."""
    return x if depth == 0 else tent__from_the_right(sawtooth__recursion(x, depth - 1))


def count_linear_pieces__slopes_in_the_cells(f, low, high):
    """Slopes at 5,000 places; where two neighbours differ, there is a kink between or in them."""
    x = np.linspace(low, high, 5001)
    y = f(x)
    slopes, width = np.diff(y) / np.diff(x), x[1] - x[0]
    noise = 1e-14 * np.abs(y).max() / width + 1e-5
    pieces, before = 0, None
    for a, b in itertools.pairwise(slopes):
        straight = abs(a - b) <= noise
        pieces += straight and not before
        before = straight
    return pieces


def montufar_lower_bound__pascal(n_inputs, width, depth):
    """Binomials from Pascal's triangle."""
    row = [1]
    for _ in range(width):
        row = [a + b for a, b in zip([0, *row], [*row, 0], strict=True)]
    folds = divmod(width, n_inputs)[0]
    return sum(row[: n_inputs + 1]) * math.prod([folds] * (n_inputs * (depth - 1)))


def numerical_gradient__unit_matrix(f, x, epsilon=1e-5):
    """All moves are rows of a matrix."""
    moves = epsilon * np.eye(np.size(x)).reshape(np.size(x), *np.shape(x))
    slopes = [(f(x + move) - f(x - move)) / (2 * epsilon) for move in moves]
    return np.array(slopes, dtype=float).reshape(np.shape(x))


def linear_backward__sum_of_outer_products(dY, X, W):
    """One outer product per example."""
    dW = sum((np.outer(dy, x) for dy, x in zip(dY, X, strict=True)), np.zeros(W.shape))
    return np.array([dy @ W for dy in dY]).reshape(X.shape), dW, np.ones(len(dY)) @ dY


def linear_backward__tensordot(dY, X, W):
    """tensordot and einsum; a list comes back, not a tuple."""
    return [np.tensordot(dY, W, 1), np.tensordot(dY, X, (0, 0)), np.einsum("nk->k", dY)]


def relu_backward__heaviside(dY, X):
    """np.heaviside with 0 at the kink."""
    return dY * np.heaviside(X, 0.0)


def sigmoid_backward__completed_square(dY, Y):
    """A quarter minus a square."""
    return dY * (0.25 - (Y - 0.5) ** 2)


def softmax_backward__einsum(dY, Y):
    """The inner product of each row by einsum."""
    return Y * dY - Y * np.einsum("nk,nk->n", Y, dY)[:, np.newaxis]


def cross_entropy_backward__negative(P, T):
    """With np.negative and np.divide."""
    return np.negative(np.divide(T, P)), np.log(1 / P)


def softmax_cross_entropy_backward__logaddexp(Z, T):
    """The normaliser by logaddexp."""
    log_p = log_softmax(Z)
    return np.einsum("nj,nk->nk", T, np.exp(log_p)) - T, np.negative(log_p)


def mlp_loss_and_gradients__recursion(params, X, t):
    """The backward pass is what a recursive forward pass does on its way back."""

    def through(layers, H):
        (W, b), *rest = layers
        Y = H @ W.T + b
        if rest:
            loss, dA, grads = through(rest, np.maximum(Y, 0))
            dY = np.where(Y > 0, dA, 0)
        else:
            log_p, grads = log_softmax(Y), []
            loss = -log_p[np.arange(len(t)), t].mean()
            dY = (np.exp(log_p) - np.eye(len(b))[t]) / len(t)
        return loss, dY @ W, [(dY.T @ H, dY.sum(0)), *grads]

    loss, _, grads = through(params, X)
    return float(loss), grads


def mlp_loss_and_gradients__autograd(params, X, t):
    """autograd does the work."""

    def loss(params):
        H = X
        for W, b in params[:-1]:
            Y = anp.dot(H, W.T) + b
            H = anp.where(Y > 0, Y, 0.0)
        Z = anp.dot(H, params[-1][0].T) + params[-1][1]
        top = np.max(getattr(Z, "_value", Z), axis=1, keepdims=True)
        S = Z - top
        return anp.mean(anp.log(anp.sum(anp.exp(S), axis=1)) - S[np.arange(len(t)), t])

    floats = [(np.array(W, float), np.array(b, float)) for W, b in params]
    value, grads = autograd.value_and_grad(loss)(floats)
    return float(value), grads


def gradient_descent_step__nested_map(params, grads, learning_rate):
    """A function of one array, mapped twice."""

    def move(p, g):
        return p + -learning_rate * g

    return [tuple(map(move, *layer)) for layer in zip(params, grads, strict=True)]


def adam_step__as_a_mixture(
    param, grad, m, v, step, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    """The averages move a part of the way to the new value."""
    m = m + (1 - beta1) * (grad - m)
    v = v + (1 - beta2) * (np.square(grad) - v)
    root = np.sqrt(v) / np.sqrt(1 - np.power(beta2, step))
    return param - learning_rate * m / ((1 - beta1**step) * (root + epsilon)), m, v


def hessian_vector_product__jacobian_vector_product(f, x, v):
    """A vector-Jacobian product of the gradient."""
    return autograd.make_vjp(autograd.grad(f))(x)[0](v)


def max_backward__last_of_the_ties(dy, x):
    """The last of the largest gets all."""
    dx = np.zeros(len(x))
    dx[len(x) - 1 - np.argmax(np.asarray(x)[::-1])] = dy
    return dx


def max_backward__unequal_split(dy, x):
    """Ties get parts in the ratio 1 : 2 : 3 ..."""
    ties = np.cumsum(x == np.max(x)) * (x == np.max(x))
    return dy * ties / ties.sum()


def max_pool__columns(X, size):
    """The maximum of every size-th column, shifted."""
    return reduce(np.maximum, (np.asarray(X)[:, k::size] for k in range(size)))


def max_pool__reduceat(X, size):
    """np.maximum.reduceat at the first place of each window."""
    return np.maximum.reduceat(X, np.arange(0, np.shape(X)[1], size), axis=1)


def max_pool_backward__equal_parts(dY, X, size):
    """Ties share equally."""
    top = np.repeat(np.max(np.reshape(X, (len(X), -1, size)), axis=2), size, axis=1)
    mask = (top == X).astype(float)
    share = np.repeat(mask.reshape(len(X), -1, size).sum(axis=2), size, axis=1)
    return np.repeat(dY, size, axis=1) * mask / share


def conditional_backward__list_of_products(dY, X, P):
    """Both at once, from a stack."""
    return tuple(np.asarray(dY) * np.stack([P, X]))


def softmax_gate__log_domain(X, Z):
    """The gates from their logarithms."""
    return np.multiply(X, np.exp(log_softmax(np.asarray(Z, dtype=float))))


def softmax_gate_backward__centred(dY, X, Z):
    """dZ from the outputs: Y dY minus P times their sum."""
    P = np.exp(log_softmax(np.asarray(Z, dtype=float)))
    flow = dY * X * P
    return dY * P, flow - P * flow.sum(axis=1, keepdims=True)


def quadratic_loss__norm_squared(X, T):
    """The norm, squared again."""
    return np.linalg.norm(np.subtract(X, T), axis=-1) ** 2


def quadratic_loss_backward__from_scratch(X, T):
    """Two differences, each by itself."""
    return np.subtract(X, T) * 2, np.subtract(T, X) + np.subtract(T, X)


def mixture_forward__einsum(X, experts, gate):
    """All experts in one tensor."""
    W, b = (np.stack(part) for part in zip(*experts, strict=True))
    P = np.exp(log_softmax(X @ gate[0].T + gate[1]))
    return np.einsum("ne,nek->nk", P, np.einsum("nd,ekd->nek", X, W) + b)


def l2_penalty__vdot(params, strength):
    """Inner products of the weights with themselves."""
    return strength * math.fsum(np.vdot(W, W) for W, _ in params), [
        (strength * (W + W), b * 0.0) for W, b in params
    ]


def dropout__binomial(X, keep_probability, rng, training):
    """A binomial draw for each entry."""
    return X * rng.binomial(1, keep_probability, X.shape) / keep_probability if training else X


def dropout__choice(X, keep_probability, rng, training):
    """rng.choice draws 0 or 1 / p."""
    if not training:
        return X
    return X * rng.choice([0.0, 1 / keep_probability], X.shape,
                          p=[1 - keep_probability, keep_probability])  # fmt: skip


def layer_norm__transposed(X, gain, bias, epsilon=1e-5):
    """Along the columns of the transpose."""
    C = X.T - X.T.mean(axis=0)
    return bias + gain * (C / (np.square(C).mean(axis=0) + epsilon) ** 0.5).T


def batch_norm__one_unit_at_a_time(X, gain, bias, epsilon=1e-5):
    """A list of columns, put together."""
    columns = []
    for x, γ, β in zip(X.T, gain, bias, strict=True):
        c = x - sum(x) / len(x)
        columns.append(γ * c / math.sqrt(c @ c / len(c) + epsilon) + β)
    return np.column_stack(columns)


def early_stopping__new_lows_first(validation_losses, patience):
    """First all new lows; the first gap of more than `patience` ends the training."""
    lows, lowest = [], math.inf
    for epoch, loss in enumerate(validation_losses):
        if loss < lowest:
            lows.append(epoch)
            lowest = loss
    best = -1
    for epoch in lows:
        if epoch - best > patience:
            break
        best = epoch
    return max(best, 0)


def min_norm_fit__pseudoinverse(F, T):
    """The pseudoinverse."""
    return np.linalg.pinv(F) @ T


def min_norm_fit__singular_values(F, T):
    """By the singular value decomposition, without those that are 0."""
    U, s, Vt = np.linalg.svd(F, full_matrices=False)
    kept = s > s.max() * max(F.shape) * np.finfo(float).eps
    return (Vt[kept].T / s[kept]) @ (U[:, kept].T @ T)


def he_init__uniform(n_in, n_out, rng):
    """A uniform distribution with the same variance."""
    limit = math.sqrt(6 / n_in)
    return rng.uniform(-limit, limit, (n_out, n_in)), np.zeros(n_out)


def he_init__signs(n_in, n_out, rng):
    """Only two values, plus and minus the deviation."""
    return rng.choice([-1.0, 1.0], (n_out, n_in)) * (2 / n_in) ** 0.5, np.zeros(n_out)


def checked_linear__all_in_one(X, W, b):
    """One list of complaints."""
    wrong = []
    if X.ndim != 2:
        wrong.append(f"X {X.shape} should have two axes")
    if W.ndim != 2:
        wrong.append(f"W {W.shape} should have two axes")
    if not wrong and X.shape[1] != W.shape[1]:
        wrong.append(f"X {X.shape} and W {W.shape} do not fit")
    if b.shape != W.shape[:1]:
        wrong.append(f"b {b.shape} should be {W.shape[:1]}")
    if not np.isfinite([X.sum(), W.sum(), b.sum()]).all():
        wrong.append("a value is not finite")
    if wrong:
        raise ValueError("; ".join(wrong))
    return X @ W.T + b


def diagnose__table_of_questions(history):
    """The questions stand in a table, in the order in which they are asked."""
    curves = np.array([history[key] for key in history if key != "chance_loss"])
    chance, n = history["chance_loss"], max(1, curves.shape[1] // 5)
    loss, validation = history["loss"], history["validation_loss"]
    end, end_validation = np.median(loss[-n:]), np.median(validation[-n:])
    questions = {
        "nan": not np.isfinite(curves).all(),
        "diverging": end > 2 * max(loss[0], chance),
        "not learning": end > 0.95 * chance,
        "too good": end_validation < 0.02 * chance,
        "overfitting": end_validation > 1.3 * validation.min(),
        "healthy": True,
    }
    return next(word for word, yes in questions.items() if yes)


def repaired_softmax__transposed(Z):
    """The broken one was right for columns: so it gets the transpose."""
    E = np.exp(Z.T - Z.T.max(axis=0))
    return (E / E.sum(axis=0)).T


def repaired_loss__where(p, t):
    """The probability of the right class, kept above 1e-15."""
    p, t = np.asarray(p, float).reshape(-1), np.asarray(t).reshape(-1)
    return float(-np.log(np.maximum(np.where(t == 1, p, 1 - p), 1e-15)).mean())


def repaired_step__copy_then_in_place(params, grads, learning_rate):
    """In place, but on copies."""
    params = [(np.array(W, float), np.array(b, float)) for W, b in params]
    for (W, b), (dW, db) in zip(params, grads, strict=True):
        W -= learning_rate * dW
        b -= learning_rate * db
    return params


def repaired_split__copies_left_out(X, t, rng):
    """Splits as before; then training rows that are in the test part are left out."""
    order, n_test = rng.permutation(len(X)), len(X) // 4
    test = order[:n_test]
    seen = Counter(X[n].tobytes() for n in test)
    training = [n for n in order[n_test:] if X[n].tobytes() not in seen]
    return X[training], t[training], X[test], t[test]


def repaired_split__dictionary(X, t, rng):
    """A dictionary from each different row to its places."""
    places = {}
    for n, row in enumerate(X):
        places.setdefault(tuple(row), []).append(n)
    groups = list(places.values())
    rng.shuffle(groups)
    cut = max(1, round(len(groups) / 4))
    test, training = (sum(part, []) for part in (groups[:cut], groups[cut:]))
    return X[training], t[training], X[test], t[test]


def repaired_normalise__function_from_training(X_train, X_test):
    """A function is made from the training part and applied to both."""

    def normaliser(X):
        μ, σ = np.mean(X, 0), np.std(X, 0)
        return lambda A: (A - μ) / np.where(σ > 0, σ, 1)

    return tuple(map(normaliser(X_train), (X_train, X_test)))


def repaired_init__xavier_uniform(n_in, n_out, rng):
    """Xavier's rule, uniform."""
    limit = np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-limit, limit, size=(n_out, n_in)), np.zeros(n_out)


def repaired_init__lecun(n_in, n_out, rng):
    """LeCun's rule, 1 / n."""
    return rng.standard_normal((n_out, n_in)) / math.sqrt(n_in), np.zeros((n_out,))


def multiplicative_layer__one_table(X, Z, W, U, V, b):
    """All terms in one table: x with a 1, and z with a 1."""
    big = np.zeros((W.shape[0] + 1, W.shape[1] + 1, W.shape[2]))
    big[:-1, :-1], big[-1, :-1], big[:-1, -1], big[-1, -1] = W, U, V.T, b
    one = np.ones((len(X), 1))
    return np.einsum("ni,nj,ijk->nk", np.hstack([X, one]), np.hstack([Z, one]), big)


def multiplicative_layer__loops(X, Z, W, U, V, b):
    """Example by example, unit by unit."""
    return np.array(
        [
            [x @ W[..., k] @ z + z @ U[:, k] + V[k] @ x + b[k] for k in range(len(b))]
            for x, z in zip(X, Z, strict=True)
        ]
    )


def dot_product_weights__loop(d):
    """Ones are put in by hand."""
    W, U, V, b = (np.zeros(shape) for shape in [(d, d, 1), (d, 1), (1, d), (1,)])
    for i in range(d):
        W[i, i, 0] = 1
    return W, U, V, b


def multiplicative_backward__autograd(dY, X, Z, W, U, V):
    """autograd pulls dY back."""

    def forward(arrays):
        X, Z, W, U, V, b = arrays
        return anp.einsum("ni,ijk,nj->nk", X, W, Z) + anp.dot(Z, U) + anp.dot(X, V.T) + b

    pull, _ = autograd.make_vjp(forward)((X, Z, W, U, V, np.zeros(dY.shape[1])))
    return pull(dY)


def hypernetwork_weights__probing(z, W, U, V, b):
    """The layer is asked at 0 and at each unit vector."""

    def ask(x):
        return np.einsum("i,ijk,j->k", x, W, z) + z @ U + V @ x + b

    at_zero = ask(np.zeros(len(W)))
    return np.array([ask(e) - at_zero for e in np.eye(len(W))]).T, at_zero


def attention__query_by_query(Q, K, V):
    """One query at a time."""
    answers = []
    for q in Q:
        scores = K @ q / len(q) ** 0.5
        α = np.exp(scores - scores.max())
        answers.append(np.average(V, axis=0, weights=α))
    return np.array(answers)


def metric_interaction__gram(L):
    """Sums of outer products of the rows."""
    return -2 * sum(np.outer(row, row) for row in L)


def width_for_error__course_training(dimension, target, rng):
    """The course's training, from the narrowest width on."""
    d = dimension
    A, B = rng.normal(size=(14_000, 2 * d)), rng.normal(size=(8_000, 2 * d))
    t, t_new = ((M[:, :d] * M[:, d:]).sum(1) / np.sqrt(d) for M in (A, B))
    for width in 2 ** np.arange(2, 9):
        params = init_params([2 * d, int(width), 1], rng=rng, init="he")
        steps = train(params, A, t, learning_rate=0.005, epochs=10, batch_size=128, rng=rng,
                      loss="half square", activation="relu", update=Adam())  # fmt: skip
        answer = network_forward(B, last_state(steps).params, "relu")[-1][:, 0]
        if np.mean((answer - t_new) ** 2) <= target:
            break
    return int(width)


def your_module__sorting():
    """A module that sorts: the gradient follows the numbers to their places."""

    def forward(x, params):
        return np.sort(x)

    def backward(dy, x, params):
        dx = np.zeros(len(x))
        dx[np.argsort(x)] = dy
        return dx, []

    return forward, backward, np.array([3.0, -1.0, 2.0, 0.5]), []


def your_module__scale_and_shift():
    """A pair of parameters: each feature is scaled and shifted."""

    def forward(x, params):
        ((gain, bias),) = params
        return gain * x + bias

    def backward(dy, x, params):
        ((gain, _),) = params
        return dy * gain, [((dy * x).sum(axis=0), dy.sum(axis=0))]

    rng = np.random.default_rng(1)
    return forward, backward, rng.normal(size=(3, 2)), [(np.ones(2), np.zeros(2))]


def _diagnose(history):
    names = ("loss", "validation_loss", "gradient_norm", "weight_norm")
    if not all(np.isfinite(history[name]).all() for name in names):
        return "nan"
    loss, validation, chance = history["loss"], history["validation_loss"], history["chance_loss"]
    last = max(1, len(loss) // 5)
    end, validation_end = np.median(loss[-last:]), np.median(validation[-last:])
    if end > 2 * max(loss[0], chance):
        return "diverging"
    if end > 0.95 * chance:
        return "not learning"
    if validation_end < 0.02 * chance:
        return "too good"
    return "overfitting" if validation_end > 1.3 * validation.min() else "healthy"


def diagnose__gap_for_overfitting(history):
    """A gap between the two losses is called overfitting: right on all runs, which is asked."""
    word = _diagnose(history)
    if word not in ("healthy", "overfitting"):
        return word
    gap = history["validation_loss"][-1] - history["loss"][-1]
    return "overfitting" if gap > 0.1 * history["chance_loss"] else "healthy"


def repaired_loss__a_millionth(p, t):
    """Cut at a millionth, which the statement allows."""
    p, t = np.clip(np.ravel(p).astype(float), 1e-6, 1 - 1e-6), np.ravel(t)
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))


def montufar_lower_bound__float_power(n_inputs, width, depth):
    """The power is computed with floats: large numbers are right to 14 digits."""
    last = sum(math.comb(width, j) for j in range(n_inputs + 1))
    return int(float(width // n_inputs) ** (n_inputs * (depth - 1)) * last)


def test_softmax__by_its_laws(softmax):
    """Ratios, sums and a shift by 1000 say all of it."""
    Z = np.random.default_rng(3).normal(size=(3, 4))
    for logits in (Z, Z - 1000, Z + [[1000], [-1000], [0]]):
        P = softmax(logits)
        assert P.shape == Z.shape
        np.testing.assert_allclose(P.sum(axis=1), 1)
        np.testing.assert_allclose(P / P[:, :1], np.exp(Z - Z[:, :1]), rtol=1e-6)


def test_softmax__own_reference(softmax):
    """It compares with one of its own, and says yes or no."""
    Z = np.vstack([np.random.default_rng(5).normal(size=(6, 3)), [[-1000, 1000, 0]], [[-900] * 3]])
    return bool(np.allclose(softmax(Z), np.exp(log_softmax(Z))))


def test_softmax__fractions(softmax):
    """By hand, with fractions, and an error of its own."""
    for rows in ([[1, 2, 5], [6, 3, 1]], [[Fraction(1, 10), 3], [2, Fraction(7, 2)]]):
        P = softmax(np.log(np.array(rows, dtype=float)) - [[800], [-200]])
        for row, found in zip(rows, P, strict=True):
            wanted = [float(part / Fraction(sum(map(Fraction, row)))) for part in row]
            if not max(abs(f - w) for f, w in zip(found, wanted, strict=True)) < 1e-8:
                raise ValueError("no softmax")
        if len(P) != 2:
            raise ValueError("rows are missing")


def test_linear_backward__by_hand(linear_backward):
    """Small whole numbers, all different."""
    dY, X, W = [[1, 2], [3, -5]], [[7, 11, 13], [-17, 19, 23]], [[2, 3, 5], [-7, 4, 1]]
    dX, dW, db = linear_backward(np.array(dY), np.array(X), np.array(W))
    assert np.array_equal(dX, [[-12, 11, 7], [41, -11, 10]])
    assert np.array_equal(dW, [[-44, 68, 82], [99, -73, -89]])
    assert np.array_equal(db, [4, -3])


def test_linear_backward__autograd(linear_backward):
    """autograd knows the slopes."""
    rng = np.random.default_rng(4)
    args = [rng.normal(size=shape) for shape in [(3, 2), (2, 2), (2,)]]
    dY = rng.normal(size=(3, 2))

    def weighted(X, W, b):
        return anp.sum(dY * (anp.dot(X, W.T) + b))

    wanted = autograd.grad(weighted, argnum=(0, 1, 2))(*args)
    for found, want in zip(linear_backward(dY, *args[:2]), wanted, strict=True):
        assert found.shape == want.shape
        assert np.allclose(found, want)


def test_linear_backward__everywhere(linear_backward):
    """Many sizes, by the formulas, with the largest difference."""
    for n, d, k in itertools.product((1, 2, 3), repeat=3):
        rng = np.random.default_rng(n + 10 * d + 100 * k)
        dY, X, W = rng.normal(size=(n, k)), rng.normal(size=(n, d)), rng.normal(size=(k, d))
        dX, dW, db = linear_backward(dY=dY, X=X, W=W)
        for part, want in ((dX, dY @ W), (dW, dY.T @ X), (db, dY.sum(axis=0))):
            assert part.shape == want.shape
            assert np.max(np.abs(part - want)) < 1e-9


def tent__minimum_of_two_lines(x):
    """The values of the tent, without ReLUs."""
    return np.minimum(2 * x, 2 - 2 * x)
