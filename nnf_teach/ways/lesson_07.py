"""Other ways for lesson 07, Practical issues."""

import autograd
import autograd.numpy as anp
import numpy as np


def l2_penalty__vdot(params, strength):
    """With np.vdot, the inner product of all entries: no array of squares is made."""
    value = strength * sum(np.vdot(W, W) for W, _ in params)
    return value, [(2 * strength * W, np.zeros_like(b, dtype=float)) for W, b in params]


def dropout__where(X, keep_probability, rng, training):
    """As the choice that it is: the scaled number, or 0."""
    if not training:
        return X
    return np.where(rng.random(X.shape) < keep_probability, X / keep_probability, 0)


def layer_norm__transposed(X, gain, bias, epsilon=1e-5):
    """Without keepdims: of the transposed array the units are rows, and NumPy's stretching fits."""
    centred = (X.T - X.mean(axis=1)).T
    deviation = np.sqrt(np.mean(centred**2, axis=1) + epsilon)
    return gain * (centred.T / deviation).T + bias


def batch_norm__one_line(X, gain, bias, epsilon=1e-5):
    """As after training: scale and shift are worked out first, and then it is a linear function."""
    scale = gain / np.sqrt(X.var(axis=0) + epsilon)
    return scale * X + (bias - scale * X.mean(axis=0))


def early_stopping__since(validation_losses, patience):
    """With the epochs counted from the best one: no counter that has to be set back."""
    best, lowest = -1, np.inf
    for epoch, loss in enumerate(validation_losses):
        if loss < lowest:
            best, lowest = epoch, loss
        elif epoch - best == patience:
            break
    return max(best, 0)


def min_norm_fit__pinv(F, T):
    """By the pseudoinverse: the name of what is asked, and good for many right sides."""
    return np.linalg.pinv(F) @ T


def he_init__uniform(n_in, n_out, rng):
    """Uniform in place of normal: no weight is far out, and the variance is the same."""
    limit = np.sqrt(6 / n_in)
    return rng.uniform(-limit, limit, size=(n_out, n_in)), np.zeros(n_out)


def checked_linear__one_by_one(X, W, b):
    """With one sentence per mistake: longer, and whoever reads the error knows what to change."""
    if X.ndim != 2:
        raise ValueError(f"X should have two axes, and has shape {X.shape}")
    if W.ndim != 2:
        raise ValueError(f"W should have two axes, and has shape {W.shape}")
    if X.shape[1] != W.shape[1]:
        raise ValueError(f"X has {X.shape[1]} columns and W {W.shape[1]}: {X.shape} and {W.shape}")
    if b.shape != W.shape[:1]:
        raise ValueError(f"b should have shape {W.shape[:1]}, and has {b.shape}")
    if not (np.isfinite(X).all() and np.isfinite(W).all() and np.isfinite(b).all()):
        raise ValueError("a value is nan or infinite")
    return X @ W.T + b


def repaired_softmax__logaddexp(Z):
    """In one line, through the logarithm: the axis is said once, and not twice."""
    return np.exp(Z - np.logaddexp.reduce(Z, axis=1, keepdims=True))


def repaired_step__loop(params, grads, learning_rate):
    """In a loop: longer, and each line can be stopped at and looked at."""
    after = []
    for (W, b), (dW, db) in zip(params, grads, strict=True):
        after.append((W - learning_rate * dW, b - learning_rate * db))
    return after


def repaired_split__by_bytes(X, t, rng):
    """With a dictionary from image to side: equal images are one key, whatever their order."""
    keys = [row.tobytes() for row in np.ascontiguousarray(X)]
    images = list(dict.fromkeys(keys))
    chosen = rng.permutation(len(images))[: max(1, len(images) // 4)]
    held_out = {images[k] for k in chosen}
    test = np.array([key in held_out for key in keys])
    return X[~test], t[~test], X[test], t[test]


def repaired_init__uniform(n_in, n_out, rng):
    """Uniform, by Xavier Glorot's rule: the variance is 2 / (n_in + n_out), made for tanh."""
    limit = np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-limit, limit, size=(n_out, n_in)), np.zeros(n_out)


def repaired_normalise__where(X_train, X_test):
    """With the constant features named: where nothing varies, there is nothing to divide by."""
    mean, deviation = X_train.mean(axis=0), X_train.std(axis=0)
    scale = np.where(deviation > 0, deviation, 1)
    return (X_train - mean) / scale, (X_test - mean) / scale


def repaired_loss__where(p, t):
    """As it is said: the probability of the right class is all that counts, so keep it from 0."""
    p, t = np.ravel(p).astype(float), np.ravel(t)
    right = np.where(t == 1, p, 1 - p)
    return -np.mean(np.log(np.maximum(right, 1e-12)))


def test_linear_backward__autograd(linear_backward):
    """By autograd, which needs the forward pass alone: quicker than small steps, and exact."""
    rng = np.random.default_rng(0)
    dY, X, W, b = (rng.normal(size=shape) for shape in [(4, 2), (4, 3), (2, 3), (2,)])

    def weighed(X, W, b):
        return anp.sum(dY * (anp.dot(X, W.T) + b))

    found = linear_backward(dY, X, W)
    assert len(found) == 3
    for k, gradient in enumerate(found):
        right = autograd.grad(weighed, k)(X, W, b)
        assert np.shape(gradient) == right.shape
        assert np.allclose(gradient, right)


def diagnose__table(history):
    """As a table of questions, in the order in which they are asked: one more is one line more."""
    chance = history["chance_loss"]
    last = max(1, len(history["loss"]) // 5)
    loss, validation = history["loss"] / chance, history["validation_loss"] / chance
    end, validation_end = np.median(loss[-last:]), np.median(validation[-last:])
    answers = {
        "nan": not all(np.isfinite(curve).all() for curve in history.values()),
        "diverging": end > 2 * max(loss[0], 1),
        "not learning": end > 0.95,
        "too good": validation_end < 0.02,
        "overfitting": validation_end > 1.3 * validation.min(),
    }
    return next((kind for kind, yes in answers.items() if yes), "healthy")
