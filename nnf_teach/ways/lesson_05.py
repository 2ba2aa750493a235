"""Other ways for lesson 05, Backpropagation."""

import autograd
import autograd.numpy as anp
import numpy as np

from nnf_teach.modules import softmax


def numerical_gradient__unit_vectors(f, x, epsilon=1e-5):
    """As in the formula, with the vectors e_i: x is never touched, at the price of a new array
    each."""
    x = np.asarray(x, dtype=float)
    moves = epsilon * np.eye(x.size).reshape(x.size, *x.shape)
    slopes = [(f(x + move) - f(x - move)) / (2 * epsilon) for move in moves]
    return np.reshape(slopes, x.shape)


def linear_backward__einsum(dY, X, W):
    """With every axis named: what is no axis of the answer is summed, such as the examples."""
    return (
        np.einsum("nk,kd->nd", dY, W),
        np.einsum("nk,nd->kd", dY, X),
        np.einsum("nk->k", dY),
    )


def relu_backward__where(dY, X):
    """As the two cases that it is: what was active passes, the rest gets 0."""
    return np.where(X > 0, dY, 0)


def sigmoid_backward__square(dY, Y):
    """Multiplied out: Y - Y^2 shows that the slope is largest at Y = 1/2."""
    return dY * (Y - Y**2)


def softmax_backward__means(dY, Y):
    """As a comparison: Y weighs each row's slopes to a mean, and a class gains what it has above
    it."""
    means = np.einsum("nk,nk->n", dY, Y)
    return Y * (dY - means[:, None])


def softmax_cross_entropy_backward__logaddexp(Z, T):
    """Shorter with logaddexp.reduce: the stable logarithm of each row's sum."""
    log_p = Z - np.logaddexp.reduce(Z, axis=1, keepdims=True)
    return T.sum(axis=1, keepdims=True) * np.exp(log_p) - T, -log_p


def mlp_loss_and_gradients__by_hand(params, X, t):
    """In one function: nothing is called, so that one sees the whole of backpropagation at once."""
    H = [X]
    for W, b in params[:-1]:
        H.append(np.maximum(H[-1] @ W.T + b, 0))
    W, b = params[-1]
    Z = H[-1] @ W.T + b
    rows = np.arange(len(t))
    loss = np.mean(np.logaddexp.reduce(Z, axis=1) - Z[rows, t])
    dZ = softmax(Z)
    dZ[rows, t] -= 1
    dZ /= len(t)
    grads = []
    for (W, _), h in zip(reversed(params), reversed(H), strict=True):
        grads.append((dZ.T @ h, dZ.sum(axis=0)))
        dZ = (dZ @ W) * (h > 0)
    return loss, grads[::-1]


def gradient_descent_step__any_layer(params, grads, learning_rate):
    """For layers of any number of arrays: nothing says that a layer is a pair."""
    return [
        tuple(p - learning_rate * g for p, g in zip(layer, slopes, strict=True))
        for layer, slopes in zip(params, grads, strict=True)
    ]


def adam_step__one_rate(
    param, grad, m, v, step, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    """The averages as steps towards the gradient: m moves by a tenth of what it lacks."""
    m = m + (1 - beta1) * (grad - m)
    v = v + (1 - beta2) * (grad**2 - v)
    size = np.sqrt(v / (1 - beta2**step)) + epsilon
    return param - learning_rate * m / (1 - beta1**step) / size, m, v


def hessian_vector_product__backward(f, x, v):
    """The backward pass of the gradient: its Jacobian is H, and H is symmetric, so one pass is
    enough."""
    backward, _ = autograd.make_vjp(autograd.grad(f))(x)
    return backward(anp.asarray(v, dtype=float))
