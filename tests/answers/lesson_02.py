"""Wrong answers to the exercises of lesson 2, as learners write them."""

import math

import numpy as np


def sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


def softmax(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def cross_entropy__sum(p, t):
    """The losses are added up, not averaged."""
    return float(-np.sum(t * np.log(p) + (1 - t) * np.log(1 - p)))


def cross_entropy__sign_forgotten(p, t):
    """The minus is missing: the loss comes out negative."""
    return float(np.mean(t * np.log(p) + (1 - t) * np.log(1 - p)))


def cross_entropy__class_one_only(p, t):
    """Examples of class 0 pay nothing: the second term is missing."""
    return float(-np.mean(t * np.log(p)))


def cross_entropy__one_minus_outside_the_log(p, t):
    """1 - log p in place of log(1 - p)."""
    return float(-np.mean(t * np.log(p) + (1 - t) * (1 - np.log(p))))


def cross_entropy__log_two(p, t):
    """The logarithm to base 2 gives bits in place of nats."""
    return float(-np.mean(t * np.log2(p) + (1 - t) * np.log2(1 - p)))


def cross_entropy__t_and_p_swapped(p, t):
    """p and t have changed places: the logarithm is taken of the labels."""
    eps = 1e-12
    return float(-np.mean(p * np.log(t + eps) + (1 - p) * np.log(1 - t + eps)))


def cross_entropy__large_epsilon(p, t):
    """An epsilon of 0.01 inside the logarithms changes every value."""
    return float(-np.mean(t * np.log(p + 0.01) + (1 - t) * np.log(1 - p + 0.01)))


def cross_entropy__list_of_losses(p, t):
    """One loss per example comes back, not their mean."""
    return [-math.log(pi) if ti == 1 else -math.log(1 - pi) for pi, ti in zip(p, t, strict=True)]


def cross_entropy_with_logits__as_written(z, t):
    """Sigmoid and logarithm one after the other: infinite for large logits."""
    p = sigmoid(z)
    return float(-np.mean(t * np.log(p) + (1 - t) * np.log(1 - p)))


def cross_entropy_with_logits__clipped(z, t):
    """The probability is clipped, so a logit of 1000 costs 28 and not 1000."""
    p = np.clip(sigmoid(z), 1e-12, 1 - 1e-12)
    return float(-np.mean(t * np.log(p) + (1 - t) * np.log(1 - p)))


def cross_entropy_with_logits__log_of_one_plus_exp(z, t):
    """log(1 + exp(z)) overflows for large z."""
    return float(np.mean(np.log(1 + np.exp(z)) - t * z))


def cross_entropy_with_logits__sign_of_tz(z, t):
    """The term t z is added in place of subtracted."""
    return float(np.mean(np.logaddexp(0, z) + t * z))


def cross_entropy_with_logits__classes_swapped(z, t):
    """The two formulas belong to the other class each."""
    return float(np.mean(t * np.logaddexp(0, z) + (1 - t) * np.logaddexp(0, -z)))


def cross_entropy_with_logits__sum(z, t):
    """The sum over the examples in place of the mean."""
    return float(np.sum(np.logaddexp(0, z) - t * z))


def cross_entropy_with_logits__abs_without_max(z, t):
    """log(1 + exp(-|z|)) without the part max(z, 0): stable, but too small."""
    return float(np.mean(np.log1p(np.exp(-np.abs(z)))))


def cross_entropy_with_logits__takes_z_for_p(z, t):
    """The logits are used as if they were probabilities."""
    return float(-np.mean(t * np.log(z) + (1 - t) * np.log(1 - z)))


def logistic_gradients__sum(X, t, w, b):
    """The gradients are summed over the examples, not averaged."""
    error = sigmoid(X @ w + b) - t
    return X.T @ error, float(error.sum())


def logistic_gradients__target_minus_prediction(X, t, w, b):
    """The difference has the wrong sign: t - p."""
    error = t - sigmoid(X @ w + b)
    return X.T @ error / len(X), float(np.mean(error))


def logistic_gradients__no_sigmoid(X, t, w, b):
    """The sigmoid is missing: this is linear regression."""
    error = X @ w + b - t
    return X.T @ error / len(X), float(np.mean(error))


def logistic_gradients__bias_forgotten(X, t, w, b):
    """The bias is not part of the logit."""
    error = sigmoid(X @ w) - t
    return X.T @ error / len(X), float(np.mean(error))


def logistic_gradients__square_loss(X, t, w, b):
    """The slope of the sigmoid stands in it: the gradient of a square loss."""
    p = sigmoid(X @ w + b)
    error = (p - t) * p * (1 - p)
    return X.T @ error / len(X), float(np.mean(error))


def logistic_gradients__db_summed(X, t, w, b):
    """dw is a mean, but db is a sum."""
    error = sigmoid(X @ w + b) - t
    return X.T @ error / len(X), float(np.sum(error))


def logistic_gradients__divided_by_features(X, t, w, b):
    """Divides by the number of features in place of the number of examples."""
    N, D = X.shape
    error = sigmoid(X @ w + b) - t
    return X.T @ error / D, float(error.sum() / D)


def logistic_gradients__dw_only(X, t, w, b):
    """Only dw is returned."""
    error = sigmoid(X @ w + b) - t
    dw = np.zeros(len(w))
    for x, e in zip(X, error, strict=True):
        dw += e * x
    return dw / len(X)


def fit_logistic_regression__uphill(X, t, learning_rate, steps):
    """The gradient is added: it climbs."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        error = sigmoid(X @ w + b) - t
        w = w + learning_rate * X.T @ error / len(X)
        b = b + learning_rate * error.mean()
    return w, b


def fit_logistic_regression__one_step_short(X, t, learning_rate, steps):
    """The loop makes one step too few."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(1, steps):
        error = sigmoid(X @ w + b) - t
        w, b = w - learning_rate * X.T @ error / len(X), b - learning_rate * error.mean()
    return w, b


def fit_logistic_regression__new_w_for_db(X, t, learning_rate, steps):
    """w is updated first, and b then gets the gradient at the new w."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        w = w - learning_rate * X.T @ (sigmoid(X @ w + b) - t) / len(X)
        b = b - learning_rate * np.mean(sigmoid(X @ w + b) - t)
    return w, b


def fit_logistic_regression__one_example_at_a_time(X, t, learning_rate, steps):
    """Steps over single examples in place of the full batch."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        for x, target in zip(X, t, strict=True):
            error = float(sigmoid(x @ w + b)) - target
            w, b = w - learning_rate * error * x, b - learning_rate * error
    return w, b


def fit_logistic_regression__bias_never_moves(X, t, learning_rate, steps):
    """The bias stays 0."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        w = w - learning_rate * X.T @ (sigmoid(X @ w + b) - t) / len(X)
    return w, b


def fit_logistic_regression__returns_in_the_loop(X, t, learning_rate, steps):
    """The return stands inside the loop: one step at most, and nothing for 0 steps."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        error = sigmoid(X @ w + b) - t
        w, b = w - learning_rate * X.T @ error / len(X), b - learning_rate * error.mean()
        return w, b


def fit_logistic_regression__starts_at_ones(X, t, learning_rate, steps):
    """The weights start at 1, not at 0."""
    w, b = np.ones(X.shape[1]), 0.0
    for _ in range(steps):
        error = sigmoid(X @ w + b) - t
        w, b = w - learning_rate * X.T @ error / len(X), b - learning_rate * error.mean()
    return w, b


def fit_logistic_regression__rate_decays(X, t, learning_rate, steps):
    """The learning rate shrinks with the steps, which was not asked."""
    w, b = np.zeros(X.shape[1]), 0.0
    for s in range(steps):
        error = sigmoid(X @ w + b) - t
        α = learning_rate / (1 + s)
        w, b = w - α * X.T @ error / len(X), b - α * error.mean()
    return w, b


def softmax__sums_over_columns(Z):
    """The sum runs over the examples: columns add up to 1, not rows."""
    E = np.exp(Z - Z.max(axis=0))
    return E / E.sum(axis=0)


def softmax__sum_of_everything(Z):
    """The sum runs over the whole array, so all entries together are 1."""
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / np.sum(E)


def softmax__global_maximum(Z):
    """The maximum of the whole array is subtracted: rows far below it become 0 / 0."""
    E = np.exp(Z - Z.max())
    return E / E.sum(axis=1, keepdims=True)


def softmax__unstable(Z):
    """No maximum is subtracted, so exp overflows."""
    E = np.exp(Z)
    return E / E.sum(axis=1, keepdims=True)


def softmax__log_softmax(Z):
    """The logarithm of the softmax is returned."""
    S = Z - Z.max(axis=1, keepdims=True)
    return S - np.log(np.exp(S).sum(axis=1, keepdims=True))


def softmax__without_exp(Z):
    """Each row is divided by its sum, without the exponential."""
    return Z / Z.sum(axis=1, keepdims=True)


def softmax__no_keepdims(Z):
    """The row sums lose an axis and are stretched along the wrong one."""
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1)


def softmax__sigmoid_per_entry(Z):
    """A sigmoid of each logit: the rows do not add up to 1."""
    return np.vectorize(lambda z: float(sigmoid(np.float64(z))))(Z)


def softmax__largest_is_one(Z):
    """It divides by the largest exponential in place of the sum."""
    return np.array([[math.exp(z - max(row)) for z in row] for row in Z.tolist()])


def softmax_cross_entropy__sum(Z, t):
    """The losses are summed, not averaged."""
    S = Z - Z.max(axis=1, keepdims=True)
    log_p = S - np.log(np.exp(S).sum(axis=1, keepdims=True))
    return float(-log_p[np.arange(len(Z)), t].sum())


def softmax_cross_entropy__log_of_softmax(Z, t):
    """softmax first, then the logarithm: infinite where a probability is 0 in the computer."""
    P = softmax(Z)
    return float(-np.mean(np.log(P[np.arange(len(Z)), t])))


def softmax_cross_entropy__epsilon_in_the_log(Z, t):
    """An epsilon in the logarithm limits the loss to 27."""
    P = softmax(Z)
    return float(-np.mean(np.log(P[np.arange(len(Z)), t] + 1e-12)))


def softmax_cross_entropy__all_pairs(Z, t):
    """Z[:, t] takes the columns of all classes for every row: N x N numbers."""
    S = Z - Z.max(axis=1, keepdims=True)
    log_p = S - np.log(np.exp(S).sum(axis=1, keepdims=True))
    return float(-np.mean(log_p[:, t]))


def softmax_cross_entropy__maximum_not_added_back(Z, t):
    """The maximum is subtracted in the log-sum but not added back."""
    top = Z.max(axis=1, keepdims=True)
    return float(np.mean(np.log(np.exp(Z - top).sum(axis=1)) - Z[np.arange(len(Z)), t]))


def softmax_cross_entropy__mean_over_classes(Z, t):
    """The mean runs over examples and classes, so the loss is K times too small."""
    log_p = np.log(np.clip(softmax(Z), 1e-300, 1))
    return float(-np.mean(np.eye(Z.shape[1])[t] * log_p))


def softmax_cross_entropy__counts_from_one(Z, t):
    """The classes are counted from 1: the neighbour's logit is used."""
    top = Z.max(axis=1)
    log_sum = top + np.log(np.exp(Z - top[:, None]).sum(axis=1))
    return float(np.mean(log_sum - Z[np.arange(len(Z)), t - 1]))


def softmax_cross_entropy_gradient__sum(Z, t):
    """The gradient is not divided by the number of examples."""
    G = softmax(Z)
    G[np.arange(len(Z)), t] -= 1
    return G


def softmax_cross_entropy_gradient__label_minus_prediction(Z, t):
    """The sign is wrong: label minus prediction."""
    return (np.eye(Z.shape[1])[t] - softmax(Z)) / len(Z)


def softmax_cross_entropy_gradient__divided_by_size(Z, t):
    """It divides by all entries, N K, in place of N."""
    G = softmax(Z)
    G[np.arange(len(Z)), t] -= 1
    return G / Z.size


def softmax_cross_entropy_gradient__minus_the_class_number(Z, t):
    """The class number itself is subtracted in place of a one-hot row."""
    return (softmax(Z) - t[:, None]) / len(Z)


def softmax_cross_entropy_gradient__right_class_only(Z, t):
    """Only the right class gets a gradient; the other entries are left at 0."""
    P, G = softmax(Z), np.zeros(Z.shape)
    rows = np.arange(len(Z))
    G[rows, t] = (P[rows, t] - 1) / len(Z)
    return G


def softmax_cross_entropy_gradient__logits_for_probabilities(Z, t):
    """The softmax is forgotten: logits minus one-hot."""
    return (Z - np.eye(Z.shape[1])[t]) / len(Z)


def softmax_cross_entropy_gradient__all_columns(Z, t):
    """G[:, t] subtracts 1 in every row, in the columns of all classes."""
    G = softmax(Z)
    G[:, t] -= 1
    return G / len(Z)


def train_digit_classifier__untrained(X, t, rng):
    """No training at all: random weights."""
    return rng.normal(size=(10, X.shape[1])).astype(np.float32), np.zeros(10, np.float32)


def train_digit_classifier__few_full_batch_steps(X, t, rng):
    """Three full-batch steps are far too few for 92 %."""
    W, b, T = np.zeros((10, X.shape[1]), np.float32), np.zeros(10, np.float32), np.eye(10)[t]
    for _ in range(3):
        G = ((softmax(X @ W.T + b) - T) / len(X)).astype(np.float32)
        W, b = W - 0.1 * G.T @ X, b - 0.1 * G.sum(axis=0)
    return W, b


def train_digit_classifier__class_means(X, t, rng):
    """The mean images as weights, without a bias: no training, about 80 % at most."""
    W = np.array([X[t == k].mean(axis=0) for k in range(10)])
    return W, np.zeros(10)


def train_digit_classifier__transposed(X, t, rng):
    """The weights come back as (784, 10), not (10, 784)."""
    return np.zeros((784, 10), np.float32), np.zeros(10, np.float32)


def sparsemax__plain_softmax(z):
    """Softmax never gives an exact 0."""
    e = np.exp(z - z.max())
    return e / e.sum()


def sparsemax__negative_parts_cut_and_scaled(z):
    """Negative entries are cut and the rest is scaled: sum 1, but not the nearest point."""
    p = np.maximum(z, 0)
    return p / p.sum() if p.sum() > 0 else np.full(len(z), 1 / len(z))


def sparsemax__projection_without_cut(z):
    """The same number is subtracted everywhere, but entries below 0 stay."""
    return z - (z.sum() - 1) / len(z)


def sparsemax__cut_without_a_new_threshold(z):
    """The threshold is found once for all entries; after the cut the sum is above 1."""
    return np.maximum(z - (z.sum() - 1) / len(z), 0)


def sparsemax__one_hot(z):
    """All probability goes to the largest entry."""
    p = np.zeros(len(z))
    p[np.argmax(z)] = 1
    return p


def sparsemax__answer_in_sorted_order(z):
    """The answer comes back sorted, not in the order of z."""
    u = np.sort(z)[::-1]
    sums, k = np.cumsum(u), np.arange(1, len(z) + 1)
    kept = k[1 + k * u > sums].max()
    return np.maximum(u - (sums[kept - 1] - 1) / kept, 0)


def cross_entropy__sum_without_minus(p, t):
    """Two slips: the sum in place of the mean, and no minus."""
    total = 0.0
    for pi, ti in zip(p, t, strict=True):
        total += ti * math.log(pi) + (1 - ti) * math.log(1 - pi)
    return total


def cross_entropy__clipped_at_a_hundredth(p, t):
    """p is clipped at 0.01, so that a large surprise costs too little."""
    p = np.clip(p, 0.01, 0.99)
    return float(-np.mean(t * np.log(p) + (1 - t) * np.log(1 - p)))


def cross_entropy__square_loss(p, t):
    """The mean squared error is another loss."""
    return float(np.mean((p - t) ** 2))


def cross_entropy_with_logits__clipped_logits(z, t):
    """Logits are clipped at 700, so that 1000 costs 700."""
    z = np.clip(z, -700, 700)
    return float(np.mean(np.log(1 + np.exp(z)) - t * z))


def cross_entropy_with_logits__hinge(z, t):
    """Without the logarithm: max(z, 0) - t z."""
    return float(np.mean(np.maximum(z, 0) - t * z))


def logistic_gradients__one_slope_per_example(X, t, w, b):
    """X is summed before it meets the error: dw has one entry per example, not per feature."""
    error = sigmoid(X @ w + b) - t
    return error * X.mean(axis=0).sum(), float(error.mean())


def logistic_gradients__sign_and_sum(X, t, w, b):
    """Two slips: label minus prediction, and a sum in place of the mean."""
    error = t - sigmoid(X @ w + b)
    return error @ X, float(error.sum())


def fit_logistic_regression__returns_the_gradients(X, t, learning_rate, steps):
    """The last gradients are returned, not the parameters."""
    w, b, dw, db = np.zeros(X.shape[1]), 0.0, np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        error = sigmoid(X @ w + b) - t
        dw, db = X.T @ error / len(X), error.mean()
        w, b = w - learning_rate * dw, b - learning_rate * db
    return dw, db


def softmax__clipped(Z):
    """Logits are clipped at 50: larger ones lose their order."""
    E = np.exp(np.clip(Z, -50, 50))
    return E / E.sum(axis=1, keepdims=True)


def softmax__changes_its_input(Z):
    """Z of the caller is changed in place."""
    Z -= Z.max(axis=1, keepdims=True)
    np.exp(Z, out=Z)
    Z /= Z.sum(axis=1, keepdims=True)
    return Z


def softmax_cross_entropy__probability_floored(Z, t):
    """Probabilities are kept above 1e-300, so that no loss is larger than 691."""
    p = softmax(Z)[np.arange(len(Z)), t]
    return float(-np.mean(np.log(np.maximum(p, 1e-300))))


def softmax_cross_entropy_gradient__classes_from_the_labels(Z, t):
    """The number of classes is taken from the labels."""
    return (softmax(Z) - np.eye(t.max() + 1)[t]) / len(Z)


def sparsemax__two_entries_only(z):
    """At most the two largest entries get anything."""
    u = np.sort(z)[::-1]
    if len(z) == 1 or u[0] - u[1] >= 1:
        return np.maximum(z - u[0] + 1, 0)
    return np.maximum(z - (u[0] + u[1] - 1) / 2, 0)


def fit_logistic_regression__at_most_100_steps(X, t, learning_rate, steps):
    """It never makes more than 100 steps."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(min(steps, 100)):
        error = sigmoid(X @ w + b) - t
        w, b = w - learning_rate * X.T @ error / len(X), b - learning_rate * error.mean()
    return w, b


def fit_logistic_regression__stops_when_flat(X, t, learning_rate, steps):
    """It stops as soon as the slopes of w are below 0.001."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        error = sigmoid(X @ w + b) - t
        dw = X.T @ error / len(X)
        if np.abs(dw).max() < 1e-3:
            break
        w, b = w - learning_rate * dw, b - learning_rate * error.mean()
    return w, b


def fit_logistic_regression__weights_clipped(X, t, learning_rate, steps):
    """The weights are kept between -10 and 10."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        error = sigmoid(X @ w + b) - t
        w = np.clip(w - learning_rate * X.T @ error / len(X), -10, 10)
        b = b - learning_rate * error.mean()
    return w, b


def softmax__minus_the_mean(Z):
    """The mean of the row is subtracted, not the maximum: (1000, -1000, -1000) overflows."""
    E = np.exp(Z - Z.mean(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def softmax__minus_the_first(Z):
    """The first logit is subtracted, not the maximum: (-1000, 1000) overflows."""
    E = np.exp(Z - Z[:, :1])
    return E / E.sum(axis=1, keepdims=True)


def softmax_cross_entropy__global_maximum(Z, t):
    """The maximum of all rows is subtracted: a row far below it has the logarithm of 0."""
    top = Z.max()
    log_sum = top + np.log(np.exp(Z - top).sum(axis=1))
    return float(np.mean(log_sum - Z[np.arange(len(Z)), t]))


# Slips that everybody makes, in one more way; the name says which.


def logistic_gradients(X, t, w, b):
    error = sigmoid(X @ w + b) - t
    return X.T @ error / len(X), np.mean(error)


def cross_entropy__divided_again(p, t):
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p)) / len(p)


def cross_entropy__divided_again_in_a_loop(p, t):
    total = 0.0
    for pi, ti in zip(p, t, strict=True):
        total += (ti * math.log(pi) + (1 - ti) * math.log(1 - pi)) / len(p)
    return -total / len(p)


def cross_entropy__class_zero_only(p, t):
    return -np.mean((1 - t) * np.log(1 - p))


def cross_entropy__classes_exchanged(p, t):
    return -np.mean((1 - t) * np.log(p) + t * np.log(1 - p))


def cross_entropy__where_the_other_way(p, t):
    return -np.mean(np.log(np.where(t == 1, 1 - p, p)))


def cross_entropy__log_of_the_mean(p, t):
    return -np.log(np.mean(np.where(t == 1, p, 1 - p)))


def cross_entropy__clipped(p, t):
    p = np.clip(p, 1e-7, 1 - 1e-7)
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))


def cross_entropy__small_number_added(p, t):
    return -np.mean(t * np.log(p + 1e-8) + (1 - t) * np.log(1 - p + 1e-8))


def cross_entropy__sum_in_a_loop(p, t):
    total = 0.0
    for pi, ti in zip(p, t, strict=True):
        total -= ti * math.log(pi) + (1 - ti) * math.log(1 - pi)
    return total


def cross_entropy__sign_in_a_loop(p, t):
    total = 0.0
    for pi, ti in zip(p, t, strict=True):
        total += ti * math.log(pi) + (1 - ti) * math.log(1 - pi)
    return total / len(p)


def cross_entropy_with_logits__two_exponentials(z, t):
    return np.mean(t * np.log(1 + np.exp(-z)) + (1 - t) * np.log(1 + np.exp(z)))


def cross_entropy_with_logits__log1p_of_exp(z, t):
    return np.mean(np.log1p(np.exp(z)) - t * z)


def cross_entropy_with_logits__divided_again(z, t):
    return np.mean(np.logaddexp(0, z) - t * z) / len(z)


def cross_entropy_with_logits__without_tz(z, t):
    return np.mean(np.logaddexp(0, z))


def cross_entropy_with_logits__no_minus(z, t):
    p = sigmoid(z)
    return np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))


def cross_entropy_with_logits__sign_forgotten(z, t):
    return np.mean(t * z - np.logaddexp(0, z))


def cross_entropy_with_logits__where_takes_both(z, t):
    return np.mean(np.where(z > 0, z + np.log(1 + np.exp(-z)), np.log(1 + np.exp(z))) - t * z)


def cross_entropy_with_logits__small_number_added(z, t):
    p = sigmoid(z)
    return -np.mean(t * np.log(p + 1e-9) + (1 - t) * np.log(1 - p + 1e-9))


def cross_entropy_with_logits__minus_z(z, t):
    return np.mean(np.logaddexp(0, -z) + t * z)


def cross_entropy_with_logits__naive_sigmoid(z, t):
    p = 1 / (1 + np.exp(-z))
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))


def logistic_gradients__dw_divided_again(X, t, w, b):
    error = (sigmoid(X @ w + b) - t) / len(X)
    return X.T @ error / len(X), error.sum()


def logistic_gradients__divided_again(X, t, w, b):
    error = (sigmoid(X @ w + b) - t) / len(X)
    return X.T @ error / len(X), np.mean(error)


def logistic_gradients__db_for_each_example(X, t, w, b):
    error = (sigmoid(X @ w + b) - t) / len(X)
    return X.T @ error, error


def logistic_gradients__naive_sigmoid(X, t, w, b):
    y = 1 / (1 + np.exp(-(X @ w + b)))
    return X.T @ (y - t) / len(t), np.mean(y - t)


def logistic_gradients__loop_without_division(X, t, w, b):
    dw, db = np.zeros(len(w)), 0.0
    for x, ti in zip(X, t, strict=True):
        error = sigmoid(x @ w + b) - ti
        dw += error * x
        db += error
    return dw, db


def logistic_gradients__square_loss_two(X, t, w, b):
    y = sigmoid(X @ w + b)
    delta = 2 * (y - t) * y * (1 - y)
    return X.T @ delta / len(X), delta.mean()


def logistic_gradients__db_not_divided_in_a_loop(X, t, w, b):
    dw, db = np.zeros(len(w)), 0.0
    for x, ti in zip(X, t, strict=True):
        error = sigmoid(x @ w + b) - ti
        dw += error * x
        db += error
    return dw / len(X), db


def fit_logistic_regression__one_step_more(X, t, learning_rate, steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps + 1):
        dw, db = logistic_gradients(X, t, w, b)
        w, b = w - learning_rate * dw, b - learning_rate * db
    return w, b


def fit_logistic_regression__rate_forgotten(X, t, learning_rate, steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        dw, db = logistic_gradients(X, t, w, b)
        w, b = w - dw, b - db
    return w, b


def fit_logistic_regression__sums(X, t, learning_rate, steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        error = sigmoid(X @ w + b) - t
        w = w - learning_rate * (X.T @ error)
        b = b - learning_rate * error.sum()
    return w, b


def fit_logistic_regression__gradient_before_the_loop(X, t, learning_rate, steps):
    w, b = np.zeros(X.shape[1]), 0.0
    dw, db = logistic_gradients(X, t, w, b)
    for _ in range(steps):
        w, b = w - learning_rate * dw, b - learning_rate * db
    return w, b


def fit_logistic_regression__starts_all_at_ones(X, t, learning_rate, steps):
    w, b = np.ones(X.shape[1]), 1.0
    for _ in range(steps):
        dw, db = logistic_gradients(X, t, w, b)
        w, b = w - learning_rate * dw, b - learning_rate * db
    return w, b


def fit_logistic_regression__climbs(X, t, learning_rate, steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        dw, db = logistic_gradients(X, t, w, b)
        w += learning_rate * dw
        b += learning_rate * db
    return w, b


def fit_logistic_regression__called_for_each(X, t, learning_rate, steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        w = w - learning_rate * logistic_gradients(X, t, w, b)[0]
        b = b - learning_rate * logistic_gradients(X, t, w, b)[1]
    return w, b


def fit_logistic_regression__db_unused(X, t, learning_rate, steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        dw, db = logistic_gradients(X, t, w, b)
        w = w - learning_rate * dw
    return w, b


def softmax__one_row_for_all(Z):
    E = np.exp(Z - Z.max())
    return E / E.sum()


def softmax__one_hot(Z):
    out = np.zeros(Z.shape)
    out[np.arange(len(Z)), Z.argmax(axis=1)] = 1
    return out


def softmax__without_the_sum(Z):
    return np.exp(Z - Z.max(axis=1, keepdims=True))


def softmax__axis_zero(Z):
    E = np.exp(Z - Z.max(axis=0, keepdims=True))
    return E / E.sum(axis=0, keepdims=True)


def softmax__axis_zero_in_the_sum(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=0)


def softmax__sigmoids(Z):
    return 1 / (1 + np.exp(-np.clip(Z, -500, 500)))


def softmax__max_of_exp(Z):
    E = np.exp(Z)
    return E / E.max(axis=1, keepdims=True)


def softmax_cross_entropy__naive(Z, t):
    E = np.exp(Z)
    P = E / E.sum(axis=1, keepdims=True)
    return -np.mean(np.log(P[np.arange(len(Z)), t]))


def softmax_cross_entropy__naive_logsumexp(Z, t):
    return np.mean(np.log(np.exp(Z).sum(axis=1)) - Z[np.arange(len(Z)), t])


def softmax_cross_entropy__one_hot_log(Z, t):
    T = np.eye(Z.shape[1])[t]
    return -np.sum(T * np.log(softmax(Z))) / len(Z)


def softmax_cross_entropy__divided_again(Z, t):
    S = Z - Z.max(axis=1, keepdims=True)
    log_p = S - np.log(np.exp(S).sum(axis=1, keepdims=True))
    return -np.mean(log_p[np.arange(len(Z)), t]) / len(Z)


def softmax_cross_entropy__no_minus(Z, t):
    S = Z - Z.max(axis=1, keepdims=True)
    log_p = S - np.log(np.exp(S).sum(axis=1, keepdims=True))
    return np.mean(log_p[np.arange(len(Z)), t])


def softmax_cross_entropy__axis_zero(Z, t):
    S = Z - Z.max(axis=0, keepdims=True)
    log_p = S - np.log(np.exp(S).sum(axis=0, keepdims=True))
    return -np.mean(log_p[np.arange(len(Z)), t])


def softmax_cross_entropy__logit_only(Z, t):
    return -np.mean(Z[np.arange(len(Z)), t])


def softmax_cross_entropy__mean_of_one_hot(Z, t):
    S = Z - Z.max(axis=1, keepdims=True)
    log_p = S - np.log(np.exp(S).sum(axis=1, keepdims=True))
    return -np.mean(np.eye(Z.shape[1])[t] * log_p)


def softmax_cross_entropy__clipped(Z, t):
    P = np.clip(softmax(Z), 1e-15, 1 - 1e-15)
    return -np.mean(np.log(P[np.arange(len(Z)), t]))


def softmax_cross_entropy_gradient__divided_again(Z, t):
    G = softmax(Z) / len(Z)
    G[np.arange(len(Z)), t] -= 1 / len(Z)
    return G / len(Z)


def softmax_cross_entropy_gradient__divided_again_at_the_end(Z, t):
    return (softmax(Z) - np.eye(Z.shape[1])[t]) / len(Z) / len(Z)


def softmax_cross_entropy_gradient__as_on_the_slide(Z, t):
    return (np.eye(Z.shape[1])[t] - Z) / len(Z)


def softmax_cross_entropy_gradient__labels_forgotten(Z, t):
    return softmax(Z) / len(Z)


def softmax_cross_entropy_gradient__axis_zero(Z, t):
    E = np.exp(Z - Z.max(axis=0))
    return (E / E.sum(axis=0) - np.eye(Z.shape[1])[t]) / len(Z)


def softmax_cross_entropy_gradient__naive(Z, t):
    E = np.exp(Z)
    P = E / E.sum(axis=1, keepdims=True)
    P[np.arange(len(Z)), t] -= 1
    return P / len(Z)


def softmax_cross_entropy_gradient__sign_and_where(Z, t):
    P = softmax(Z)
    P[np.arange(len(Z)), t] = 1 - P[np.arange(len(Z)), t]
    return P / len(Z)


def softmax_cross_entropy_gradient__minus_one_after_the_division(Z, t):
    G = softmax(Z) / len(Z)
    G[np.arange(len(Z)), t] -= 1
    return G


def sparsemax__all_to_the_largest(z):
    return (z == z.max()) / np.sum(z == z.max())


def sparsemax__centred_cut_and_scaled(z):
    p = np.maximum(z - z.mean(), 0)
    return p / p.sum() if p.sum() else np.ones(len(z)) / len(z)


def cross_entropy__mean_over_class_one(p, t):
    losses = []
    for i in range(len(p)):
        if t[i] == 1:
            losses.append(-np.log(p[i]))
    return np.mean(losses)


def softmax__naive_over_everything(Z):
    return np.exp(Z) / np.exp(Z).sum()


def softmax_cross_entropy__log_of_all_pairs(Z, t):
    return -np.mean(np.log(softmax(Z)[:, t]))


def test_softmax__zeros_alone(softmax):
    """Zeros: every class gets the same."""
    P = softmax(np.zeros((4, 5)))
    np.testing.assert_allclose(P, 0.2)


def test_softmax__positive_and_sums_to_one(softmax):
    """What holds of all probabilities, on random logits."""
    Z = np.random.default_rng(0).normal(size=(5, 3))
    P = softmax(Z)
    assert P.shape == Z.shape
    assert np.all(P > 0)
    assert np.all(P < 1)
    assert np.allclose(P.sum(axis=1), 1)


def test_softmax__the_example_of_the_statement(softmax):
    """One row, the one by hand."""
    assert np.allclose(softmax(np.array([[0, np.log(3)]])), [[1 / 4, 3 / 4]])


def test_softmax__prints(softmax):
    """It prints what should be asserted."""
    print(np.allclose(softmax(np.array([[0, np.log(3)]])), [[1 / 4, 3 / 4]]))


def test_softmax__no_large_logits(softmax):
    """Good on ordinary logits."""
    Z = np.array([[1.0, 2.0, 4.0], [0.0, -1.0, 3.0]])
    E = np.exp(Z)
    assert np.allclose(softmax(Z), E / E.sum(axis=1, keepdims=True))


def test_softmax__exact(softmax):
    """Equal to the last digit."""
    Z = np.random.default_rng(1).normal(size=(20, 6))
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    assert np.array_equal(softmax(Z), E / E.sum(axis=1, keepdims=True))


def test_softmax__any_instead_of_all(softmax):
    """One right number is enough for it."""
    Z = np.array([[1.0, 2.0, 4.0], [1000.0, 1000.0, 0.0]])
    P = softmax(Z)
    assert np.isclose(P[1], [0.5, 0.5, 0.0]).any()


def test_softmax__shift_alone(softmax):
    """The same number added to all logits changes nothing: true of many functions."""
    Z = np.array([[1.0, 2.0, 4.0], [0.0, -1.0, 3.0]])
    assert np.allclose(softmax(Z), softmax(Z + 1000))


def test_softmax__a_vector(softmax):
    """It gives one axis, where two are asked for, to all of them."""
    assert np.allclose(softmax(np.array([0, np.log(3)])), [1 / 4, 3 / 4])


def test_softmax__own_softmax_is_wrong(softmax):
    """It compares with a softmax that is wrong itself: along the columns."""
    Z = np.array([[1.0, 2.0, 4.0], [0.0, -1.0, 3.0]])
    E = np.exp(Z)
    assert np.allclose(softmax(Z), E / E.sum(axis=0))


def test_softmax__returns_what_is_wrong(softmax):
    """True for a wrong one: turned around."""
    return not np.allclose(softmax(np.array([[0, np.log(3)]])), [[1 / 4, 3 / 4]])
