"""Wrong answers to the exercises of lesson 5, as learners write them."""

import autograd
import autograd.numpy as anp
import numpy as np


def softmax(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def log_softmax(Z):
    S = Z - Z.max(axis=1, keepdims=True)
    return S - np.log(np.exp(S).sum(axis=1, keepdims=True))


def numerical_gradient__forward_differences(f, x, epsilon=1e-5):
    """Forward differences in place of central ones."""
    x = np.array(x, dtype=float)
    slopes = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        moved = x.copy()
        moved[place] += epsilon
        slopes[place] = (f(moved) - f(x)) / epsilon
    return slopes


def numerical_gradient__divides_by_epsilon(f, x, epsilon=1e-5):
    """The factor 2 in the denominator is missing."""
    x = np.array(x, dtype=float)
    slopes = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        step = np.zeros(x.shape)
        step[place] = epsilon
        slopes[place] = (f(x + step) - f(x - step)) / epsilon
    return slopes


def numerical_gradient__divides_by_two_only(f, x, epsilon=1e-5):
    """(up - down) / 2 * epsilon multiplies by epsilon: brackets are missing."""
    x = np.array(x, dtype=float)
    slopes = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        step = np.zeros(x.shape)
        step[place] = epsilon
        slopes[place] = (f(x + step) - f(x - step)) / 2 * epsilon
    return slopes


def numerical_gradient__moves_everything(f, x, epsilon=1e-5):
    """All entries are moved together: each slope is the sum of all."""
    x = np.array(x, dtype=float)
    return np.full(x.shape, (f(x + epsilon) - f(x - epsilon)) / (2 * epsilon))


def numerical_gradient__changes_x(f, x, epsilon=1e-5):
    """x is changed and not put back."""
    slopes = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        x[place] += epsilon
        up = f(x)
        x[place] -= 2 * epsilon
        slopes[place] = (up - f(x)) / (2 * epsilon)
    return slopes


def numerical_gradient__whole_numbers(f, x, epsilon=1e-5):
    """x is copied as it is: in an array of whole numbers a small step is lost."""
    slopes = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        up, down = x.copy(), x.copy()
        up[place] += epsilon
        down[place] -= epsilon
        slopes[place] = (f(up) - f(down)) / (2 * epsilon)
    return slopes


def numerical_gradient__vectors_only(f, x, epsilon=1e-5):
    """Only for vectors: for a matrix whole rows are moved."""
    x = np.array(x, dtype=float)
    slopes = np.zeros(len(x))
    for i in range(len(x)):
        step = np.zeros(x.shape)
        step[i] = epsilon
        slopes[i] = (f(x + step) - f(x - step)) / (2 * epsilon)
    return slopes


def numerical_gradient__flat(f, x, epsilon=1e-5):
    """The slopes come back as a flat list, not in the shape of x."""
    x = np.array(x, dtype=float)
    slopes = []
    for k in range(x.size):
        e = np.zeros(x.size)
        e[k] = epsilon
        e = e.reshape(x.shape)
        slopes.append((f(x + e) - f(x - e)) / (2 * epsilon))
    return np.array(slopes)


def numerical_gradient__ignores_epsilon(f, x, epsilon=1e-5):
    """The argument epsilon is overwritten by a number of its own."""
    epsilon = 1e-3
    x = np.array(x, dtype=float)
    slopes = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        step = np.zeros(x.shape)
        step[place] = epsilon
        slopes[place] = (f(x + step) - f(x - step)) / (2 * epsilon)
    return slopes


def linear_backward__weights_transposed(dY, X, W):
    """dX is computed with W transposed, which fits only where K = D."""
    return dY @ W.T, dY.T @ X, dY.sum(axis=0)


def linear_backward__dw_transposed(dY, X, W):
    """dW comes back as (D, K): the transpose is missing."""
    return dY @ W, X.T @ dY, dY.sum(axis=0)


def linear_backward__mean_in_the_layer(dY, X, W):
    """dW and db are divided by N, which the loss has done already."""
    return dY @ W, dY.T @ X / len(X), dY.mean(axis=0)


def linear_backward__db_not_summed(dY, X, W):
    """db is dY itself: the sum over the batch is missing."""
    return dY @ W, dY.T @ X, dY


def linear_backward__db_mean(dY, X, W):
    """db is a mean over the batch in place of a sum."""
    return np.einsum("nk,kd->nd", dY, W), np.einsum("nk,nd->kd", dY, X), dY.mean(axis=0)


def linear_backward__db_wrong_axis(dY, X, W):
    """db is summed over the units: one number per example."""
    return dY @ W, dY.T @ X, dY.sum(axis=1)


def linear_backward__db_one_number(dY, X, W):
    """db is the sum of everything."""
    return dY @ W, dY.T @ X, dY.sum()


def linear_backward__order(dY, X, W):
    """The parts come in the wrong order: dW first."""
    return dY.T @ X, dY @ W, dY.sum(axis=0)


def linear_backward__two_parts(dY, X, W):
    """db is forgotten: two parts come back, not three."""
    return dY @ W, dY.T @ X


def linear_backward__last_example_only(dY, X, W):
    """The loop overwrites dW, so only the last example counts."""
    for dy, x in zip(dY, X, strict=True):
        dW = np.outer(dy, x)
    return dY @ W, dW, dY.sum(axis=0)


def relu_backward__passes_at_zero(dY, X):
    """X >= 0 lets the gradient pass at the kink."""
    return dY * (X >= 0)


def relu_backward__gate_on_the_gradient(dY, X):
    """The gate looks at dY, not at X: negative gradients are cut."""
    return np.maximum(dY, 0)


def relu_backward__multiplies_the_output(dY, X):
    """It multiplies by the output of the ReLU, not by 0 or 1."""
    return dY * np.maximum(X, 0)


def relu_backward__gate_alone(dY, X):
    """The slopes alone come back; dY is not used."""
    return (X > 0).astype(float)


def relu_backward__half_at_the_kink(dY, X):
    """At the kink half of the gradient passes."""
    return dY * (0.5 + 0.5 * np.sign(X))


def relu_backward__wrong_side(dY, X):
    """The gate is open for negative inputs."""
    return np.where(X < 0, dY, 0)


def relu_backward__only_negatives_cut(dY, X):
    """The kink passes, since X < 0 is the only case that is set to 0."""
    out = dY.copy()
    out[X < 0] = 0
    return out


def relu_backward__truth_of_array(dY, X):
    """An if asks for the truth of a whole array."""
    return dY if X > 0 else 0 * dY


def sigmoid_backward__takes_y_for_the_input(dY, Y):
    """Y is treated as the input: the sigmoid is applied once more."""
    s = 1 / (1 + np.exp(-Y))
    return dY * s * (1 - s)


def sigmoid_backward__dy_forgotten(dY, Y):
    """dY is not used."""
    return Y * (1 - Y)


def sigmoid_backward__tanh_slope(dY, Y):
    """1 - Y^2 is the slope of tanh."""
    return dY * (1 - Y**2)


def sigmoid_backward__only_y(dY, Y):
    """The factor 1 - Y is missing."""
    return dY * Y


def sigmoid_backward__brackets(dY, Y):
    """Brackets are missing: dY Y 1 - Y."""
    return dY * Y * 1 - Y


def sigmoid_backward__minus(dY, Y):
    """Y (Y - 1) has the wrong sign."""
    return dY * Y * (Y - 1)


def sigmoid_backward__matrix_product(dY, Y):
    """A matrix product in place of a product entry by entry."""
    return dY @ (Y * (1 - Y)).T


def softmax_backward__second_line_of_the_slide(dY, Y):
    """The slide's second line, which lost two factors y."""
    return dY - Y * dY.sum(axis=1, keepdims=True)


def softmax_backward__diagonal_only(dY, Y):
    """Only the diagonal of the Jacobian: that is the slope of a sigmoid."""
    return dY * Y * (1 - Y)


def softmax_backward__sum_of_all_rows(dY, Y):
    """The sum runs over all examples, not over each row: right for one row only."""
    return Y * (dY - np.sum(dY * Y))


def softmax_backward__sum_over_examples(dY, Y):
    """The sum runs down the columns."""
    return Y * (dY - (dY * Y).sum(axis=0))


def softmax_backward__mean(dY, Y):
    """The mean over the classes is subtracted in place of the sum."""
    return Y * (dY - (dY * Y).mean(axis=1, keepdims=True))


def softmax_backward__sum_without_y(dY, Y):
    """In the sum the factor y is missing."""
    return Y * (dY - dY.sum(axis=1, keepdims=True))


def softmax_backward__outer_y_missing(dY, Y):
    """The factor y in front is missing."""
    return dY - (dY * Y).sum(axis=1, keepdims=True)


def softmax_backward__jacobian_of_the_first_row(dY, Y):
    """The Jacobian of the first row is used for all rows."""
    y = Y[0]
    return dY @ (np.diag(y) - np.outer(y, y))


def softmax_backward__plus_in_the_jacobian(dY, Y):
    """The Jacobian has a plus between its two parts."""
    return np.array([dy @ (np.diag(y) + np.outer(y, y)) for dy, y in zip(dY, Y, strict=True)])


def softmax_backward__builds_the_jacobian(dY, Y):
    """The right numbers, by way of the Jacobian of every row."""
    J = Y[:, :, None] * np.eye(Y.shape[1]) - Y[:, :, None] * Y[:, None, :]
    return np.einsum("ni,nij->nj", dY, J)


def softmax_backward__jacobian_of_each_row(dY, Y):
    """Right numbers, one Jacobian after the other."""
    rows = [(np.diag(y) - np.outer(y, y)) @ dy for dy, y in zip(dY, Y, strict=True)]
    return np.array(rows).reshape(np.shape(Y))


def cross_entropy_backward__sign(P, T):
    """Both signs are missing."""
    return T / P, np.log(P)


def cross_entropy_backward__prediction_minus_label(P, T):
    """P - T belongs to softmax and cross entropy together."""
    return P - T, -np.log(P)


def cross_entropy_backward__mean(P, T):
    """Divided by the number of examples, though the loss is a sum."""
    return -T / P / len(P), -np.log(P) / len(P)


def cross_entropy_backward__order(P, T):
    """dT comes first."""
    return -np.log(P), -T / P


def cross_entropy_backward__epsilon(P, T):
    """An epsilon of 0.001 beside the p changes the slopes."""
    return -T / (P + 1e-3), -np.log(P + 1e-3)


def cross_entropy_backward__binary(P, T):
    """The formula for two classes, with a second term (1 - t) / (1 - p)."""
    return -T / P + (1 - T) / (1 - P), -np.log(P) + np.log(1 - P)


def cross_entropy_backward__dt_is_zero(P, T):
    """The labels get no gradient."""
    return -T / P, np.zeros_like(T)


def cross_entropy_backward__log_of_t(P, T):
    """dT is taken as log T + 1, the derivative of T log T."""
    return -T / P, -(np.log(np.maximum(T, 1e-12)) + 1)


def softmax_cross_entropy_backward__slide(Z, T):
    """The slide's t - x, without the softmax and with the wrong sign."""
    return T - Z, -log_softmax(Z)


def softmax_cross_entropy_backward__sum_of_t_forgotten(Z, T):
    """softmax - t is right only where the row of t adds up to 1."""
    return softmax(Z) - T, -log_softmax(Z)


def softmax_cross_entropy_backward__log_of_softmax(Z, T):
    """The logarithm of the softmax is infinite where a probability is 0 in the computer."""
    P = softmax(Z)
    return T.sum(axis=1, keepdims=True) * P - T, -np.log(P)


def softmax_cross_entropy_backward__label_minus_prediction(Z, T):
    """The sign of dZ is wrong."""
    return T - T.sum(axis=1, keepdims=True) * softmax(Z), -log_softmax(Z)


def softmax_cross_entropy_backward__mean(Z, T):
    """Divided by N, though the loss is a sum."""
    return (T.sum(axis=1, keepdims=True) * softmax(Z) - T) / len(Z), -log_softmax(Z) / len(Z)


def softmax_cross_entropy_backward__sum_over_everything(Z, T):
    """The sum of t runs over all rows, not over each."""
    return T.sum() * softmax(Z) - T, -log_softmax(Z)


def softmax_cross_entropy_backward__dt_probabilities(Z, T):
    """dT holds the probabilities, not minus their logarithms."""
    P = softmax(Z)
    return T.sum(axis=1, keepdims=True) * P - T, P


def softmax_cross_entropy_backward__dt_sign(Z, T):
    """dT lacks the minus."""
    return T.sum(axis=1, keepdims=True) * softmax(Z) - T, log_softmax(Z)


def _forward(params, X):
    inputs = [X]
    for W, b in params[:-1]:
        inputs.append(np.maximum(inputs[-1] @ W.T + b, 0))
    W, b = params[-1]
    return inputs, inputs[-1] @ W.T + b


def _backward(params, inputs, dZ, gate=lambda dH, H: dH * (H > 0)):
    grads = []
    for (W, _), H in zip(params[::-1], inputs[::-1], strict=True):
        grads.insert(0, (dZ.T @ H, dZ.sum(axis=0)))
        dZ = gate(dZ @ W, H)
    return grads


def _mean_loss(Z, t):
    return float(-np.mean(log_softmax(Z)[np.arange(len(t)), t]))


def mlp_loss_and_gradients__gradients_not_averaged(params, X, t):
    """The loss is a mean, but the gradients belong to the sum."""
    inputs, Z = _forward(params, X)
    return _mean_loss(Z, t), _backward(params, inputs, softmax(Z) - np.eye(Z.shape[1])[t])


def mlp_loss_and_gradients__loss_not_averaged(params, X, t):
    """The gradients are right, but the loss is the sum."""
    inputs, Z = _forward(params, X)
    dZ = (softmax(Z) - np.eye(Z.shape[1])[t]) / len(t)
    return len(t) * _mean_loss(Z, t), _backward(params, inputs, dZ)


def mlp_loss_and_gradients__no_gate(params, X, t):
    """The gate of the ReLU is forgotten on the way back."""
    inputs, Z = _forward(params, X)
    dZ = (softmax(Z) - np.eye(Z.shape[1])[t]) / len(t)
    return _mean_loss(Z, t), _backward(params, inputs, dZ, gate=lambda dH, H: dH)


def mlp_loss_and_gradients__sigmoid_gate(params, X, t):
    """The slope of a sigmoid is used in place of that of the ReLU."""
    inputs, Z = _forward(params, X)
    dZ = (softmax(Z) - np.eye(Z.shape[1])[t]) / len(t)
    return _mean_loss(Z, t), _backward(params, inputs, dZ, gate=lambda dH, H: dH * H * (1 - H))


def mlp_loss_and_gradients__relu_on_the_last(params, X, t):
    """A ReLU stands after the last layer as well."""
    inputs, Z = _forward(params, X)
    Z = np.maximum(Z, 0)
    dZ = (softmax(Z) - np.eye(Z.shape[1])[t]) / len(t) * (Z > 0)
    return _mean_loss(Z, t), _backward(params, inputs, dZ)


def mlp_loss_and_gradients__order_reversed(params, X, t):
    """The gradients come in the order of the backward pass, the last layer first."""
    inputs, Z = _forward(params, X)
    dZ = (softmax(Z) - np.eye(Z.shape[1])[t]) / len(t)
    return _mean_loss(Z, t), _backward(params, inputs, dZ)[::-1]


def mlp_loss_and_gradients__sign(params, X, t):
    """Label minus prediction: every gradient has the wrong sign."""
    inputs, Z = _forward(params, X)
    dZ = (np.eye(Z.shape[1])[t] - softmax(Z)) / len(t)
    return _mean_loss(Z, t), _backward(params, inputs, dZ)


def mlp_loss_and_gradients__two_layers(params, X, t):
    """Written for exactly two layers."""
    (W1, b1), (W2, b2) = params
    H = np.maximum(X @ W1.T + b1, 0)
    Z = H @ W2.T + b2
    dZ = (softmax(Z) - np.eye(Z.shape[1])[t]) / len(t)
    dH = (dZ @ W2) * (H > 0)
    return _mean_loss(Z, t), [(dH.T @ X, dH.sum(axis=0)), (dZ.T @ H, dZ.sum(axis=0))]


def mlp_loss_and_gradients__classes_from_the_labels(params, X, t):
    """The number of classes is taken from the labels: wrong where the last one does not occur."""
    inputs, Z = _forward(params, X)
    dZ = (softmax(Z) - np.eye(t.max() + 1)[t]) / len(t)
    return _mean_loss(Z, t), _backward(params, inputs, dZ)


def mlp_loss_and_gradients__averaged_twice(params, X, t):
    """The gradients are divided by N in every layer."""
    inputs, Z = _forward(params, X)
    dZ = (softmax(Z) - np.eye(Z.shape[1])[t]) / len(t)
    grads = _backward(params, inputs, dZ)
    return _mean_loss(Z, t), [(dW / len(t), db / len(t)) for dW, db in grads]


def gradient_descent_step__uphill(params, grads, learning_rate):
    """The gradient is added."""
    return [
        (W + learning_rate * dW, b + learning_rate * db)
        for (W, b), (dW, db) in zip(params, grads, strict=True)
    ]


def gradient_descent_step__in_place(params, grads, learning_rate):
    """-= changes the arrays of the caller."""
    for (W, b), (dW, db) in zip(params, grads, strict=True):
        W -= learning_rate * dW
        b -= learning_rate * db
    return params


def gradient_descent_step__bias_not_moved(params, grads, learning_rate):
    """Only the weights are moved."""
    return [(W - learning_rate * dW, b) for (W, b), (dW, _db) in zip(params, grads, strict=True)]


def gradient_descent_step__no_learning_rate(params, grads, learning_rate):
    """The learning rate is not used."""
    return [(W - dW, b - db) for (W, b), (dW, db) in zip(params, grads, strict=True)]


def gradient_descent_step__first_layer_only(params, grads, learning_rate):
    """The return stands in the loop: only the first layer comes back."""
    new = []
    for (W, b), (dW, db) in zip(params, grads, strict=True):
        new.append((W - learning_rate * dW, b - learning_rate * db))
        return new


def gradient_descent_step__flat_list(params, grads, learning_rate):
    """A flat list of arrays comes back, not a list of pairs."""
    new = []
    for pair, slopes in zip(params, grads, strict=True):
        new += [p - learning_rate * g for p, g in zip(pair, slopes, strict=True)]
    return new


def gradient_descent_step__normalised(params, grads, learning_rate):
    """Only the sign of the gradient is used."""
    return [
        (W - learning_rate * np.sign(dW), b - learning_rate * np.sign(db))
        for (W, b), (dW, db) in zip(params, grads, strict=True)
    ]


def adam_step__no_correction(
    param, grad, m, v, step, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    """The bias correction is missing."""
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return param - learning_rate * m / (np.sqrt(v) + epsilon), m, v


def adam_step__returns_the_corrected(
    param, grad, m, v, step, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    """The corrected averages are returned as m and v."""
    m = (beta1 * m + (1 - beta1) * grad) / (1 - beta1**step)
    v = (beta2 * v + (1 - beta2) * grad**2) / (1 - beta2**step)
    return param - learning_rate * m / (np.sqrt(v) + epsilon), m, v


def adam_step__epsilon_under_the_root(
    param, grad, m, v, step, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    """Epsilon stands under the root."""
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat, v_hat = m / (1 - beta1**step), v / (1 - beta2**step)
    return param - learning_rate * m_hat / np.sqrt(v_hat + epsilon), m, v


def adam_step__no_root(
    param, grad, m, v, step, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    """The root of v is missing."""
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat, v_hat = m / (1 - beta1**step), v / (1 - beta2**step)
    return param - learning_rate * m_hat / (v_hat + epsilon), m, v


def adam_step__gradient_not_squared(
    param, grad, m, v, step, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    """v averages |g| in place of its square."""
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * abs(grad)
    m_hat, v_hat = m / (1 - beta1**step), v / (1 - beta2**step)
    return param - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon), m, v


def adam_step__counts_from_zero(
    param, grad, m, v, step, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    """The step is taken as counted from 0: step + 1 in the correction."""
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat, v_hat = m / (1 - beta1 ** (step + 1)), v / (1 - beta2 ** (step + 1))
    return param - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon), m, v


def adam_step__betas_swapped(
    param, grad, m, v, step, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    """The two betas have changed places."""
    m = beta2 * m + (1 - beta2) * grad
    v = beta1 * v + (1 - beta1) * grad**2
    m_hat, v_hat = m / (1 - beta2**step), v / (1 - beta1**step)
    return param - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon), m, v


def adam_step__gradient_in_the_step(
    param, grad, m, v, step, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    """The step uses the gradient, not its average: this is RMSProp with a correction."""
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    v_hat = v / (1 - beta2**step)
    return param - learning_rate * grad / (np.sqrt(v_hat) + epsilon), m, v


def adam_step__correction_of_m_only(
    param, grad, m, v, step, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    """Only m is corrected."""
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**step)
    return param - learning_rate * m_hat / (np.sqrt(v) + epsilon), m, v


def adam_step__in_place(
    param, grad, m, v, step, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    """The arrays of the caller are changed in place."""
    m *= beta1
    m += (1 - beta1) * grad
    v *= beta2
    v += (1 - beta2) * grad**2
    param -= learning_rate * m / (1 - beta1**step) / (np.sqrt(v / (1 - beta2**step)) + epsilon)
    return param, m, v


def adam_step__fixed_betas(
    param, grad, m, v, step, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    """0.9 and 0.999 are written into the formulas: other betas are ignored."""
    m = 0.9 * m + 0.1 * grad
    v = 0.999 * v + 0.001 * grad**2
    m_hat, v_hat = m / (1 - 0.9**step), v / (1 - 0.999**step)
    return param - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon), m, v


def train_digit_mlp__all_zero(X, t, rng):
    """All weights are 0: nothing was trained, and nothing could be."""
    return [
        (np.zeros((32, 784), np.float32), np.zeros(32, np.float32)),
        (np.zeros((10, 32), np.float32), np.zeros(10, np.float32)),
    ]


def train_digit_mlp__one_short_pass(X, t, rng):
    """A small network sees 5,000 images once: far from 97 %."""
    params = [
        ((rng.normal(size=(16, 784)) * 0.05).astype(np.float32), np.zeros(16, np.float32)),
        ((rng.normal(size=(10, 16)) * 0.3).astype(np.float32), np.zeros(10, np.float32)),
    ]
    for batch in rng.permutation(len(X))[:5000].reshape(-1, 100):
        inputs, Z = _forward(params, X[batch])
        dZ = ((softmax(Z) - np.eye(10)[t[batch]]) / 100).astype(np.float32)
        grads = _backward(params, inputs, dZ)
        params = gradient_descent_step__in_place(params, grads, 0.1)
    return params


def train_digit_mlp__no_hidden_layer(X, t, rng):
    """A linear classifier: no hidden layer at all."""
    return [(np.zeros((10, 784), np.float32), np.zeros(10, np.float32))]


def hessian_vector_product__gradient(f, x, v):
    """The gradient times v: one derivative only."""
    return autograd.grad(f)(x) * v


def hessian_vector_product__all_of_h(f, x, v):
    """Right numbers, by way of the whole Hessian."""
    return autograd.hessian(f)(x) @ v


def hessian_vector_product__number(f, x, v):
    """The slope along v, one number, is not differentiated again."""
    return anp.dot(autograd.grad(f)(x), v)


def hessian_vector_product__diagonal(f, x, v):
    """Only the diagonal of the Hessian is used."""
    return np.diag(autograd.hessian(f)(x)) * v


def hessian_vector_product__twice_along_v(f, x, v):
    """v H v, one number, in place of H v."""
    return v @ autograd.hessian(f)(x) @ v


def hessian_vector_product__coarse_difference(f, x, v):
    """A forward difference of gradients with a step of 0.1 is too coarse."""
    g = autograd.grad(f)
    return (g(x + 0.1 * v) - g(x)) / 0.1


def hessian_vector_product__returns_the_function(f, x, v):
    """The function is returned, not its value at x."""
    return autograd.grad(lambda x: anp.dot(autograd.grad(f)(x), v))


def numerical_gradient__rounded(f, x, epsilon=1e-5):
    """The slopes are rounded to four digits."""
    return np.round(numerical_gradient__changes_x(f, np.array(x, dtype=float), epsilon), 4)


def linear_backward__db_in_a_row(dY, X, W):
    """db has the shape (1, K)."""
    return dY @ W, dY.T @ X, dY.sum(axis=0, keepdims=True)


def linear_backward__two_slips(dY, X, W):
    """Two slips: dW is transposed, and db is a mean."""
    return dY @ W, X.T @ dY, dY.mean(axis=0)


def relu_backward__matrices_only(dY, X):
    """Two loops: vectors have no second axis."""
    dX = np.zeros(dY.shape)
    for n in range(dY.shape[0]):
        for k in range(dY.shape[1]):
            dX[n, k] = dY[n, k] if X[n, k] > 0 else 0
    return dX


def sigmoid_backward__output_clipped(dY, Y):
    """Y is kept between 0.01 and 0.99."""
    Y = np.clip(Y, 0.01, 0.99)
    return dY * Y * (1 - Y)


def cross_entropy_backward__clipped(P, T):
    """Probabilities are kept above 0.001."""
    P = np.maximum(P, 1e-3)
    return -T / P, -np.log(P)


def cross_entropy_backward__one_hot_only(P, T):
    """Only the class with the largest t gets a gradient, as if t were one-hot."""
    dP, rows, k = np.zeros(P.shape), np.arange(len(P)), T.argmax(axis=1)
    dP[rows, k] = -1 / P[rows, k]
    return dP, -np.log(P)


def softmax_cross_entropy_backward__global_maximum(Z, T):
    """The maximum of all rows is subtracted: a row far below it has the logarithm of 0."""
    S = Z - Z.max()
    log_p = S - np.log(np.exp(S).sum(axis=1, keepdims=True))
    return T.sum(axis=1, keepdims=True) * np.exp(log_p) - T, -log_p


def softmax_cross_entropy_backward__labels_scaled(Z, T):
    """Each row of T is first scaled to the sum 1."""
    return softmax(Z) - T / T.sum(axis=1, keepdims=True), -log_softmax(Z)


def mlp_loss_and_gradients__relu_on_the_input(params, X, t):
    """A ReLU stands before the first layer, too."""
    inputs, Z = _forward(params, np.maximum(X, 0))
    dZ = (softmax(Z) - np.eye(Z.shape[1])[t]) / len(t)
    return _mean_loss(Z, t), _backward(params, inputs, dZ)


def gradient_descent_step__two_layers_only(params, grads, learning_rate):
    """Written for two layers."""
    (A, a), (B, b) = params
    (dA, da), (dB, db) = grads
    α = learning_rate
    return [(A - α * dA, a - α * da), (B - α * dB, b - α * db)]


def gradient_descent_step__scales_the_gradients(params, grads, learning_rate):
    """The gradients of the caller are multiplied in place."""
    for dW, db in grads:
        dW *= learning_rate
        db *= learning_rate
    return [(W - dW, b - db) for (W, b), (dW, db) in zip(params, grads, strict=True)]


def hessian_vector_product__direction_scaled(f, x, v):
    """The direction is first scaled to the length 1."""
    v = v / np.linalg.norm(v)
    return autograd.grad(lambda x: anp.dot(autograd.grad(f)(x), v))(x)


def relu_backward__small_inputs_closed(dY, X):
    """The gate is shut for inputs up to 0.001."""
    return dY * (X > 1e-3)


def gradient_descent_step__clipped_at_100(params, grads, learning_rate):
    """Gradients are clipped at 100."""
    return [
        tuple(p - learning_rate * np.clip(g, -100, 100) for p, g in zip(*layer, strict=True))
        for layer in zip(params, grads, strict=True)
    ]


def softmax_cross_entropy_backward__one_maximum_for_all_rows(Z, T):
    """The largest logit of all rows is taken from each: far below it a row is lost."""
    S = Z - (Z.max() if Z.size else 0)
    log_p = S - np.log(np.exp(S).sum(axis=1, keepdims=True))
    return T.sum(axis=1, keepdims=True) * np.exp(log_p) - T, -log_p


def adam_step__uphill(param, grad, m, v, step, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    """The step is added."""
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat, v_hat = m / (1 - beta1**step), v / (1 - beta2**step)
    return param + learning_rate * m_hat / (np.sqrt(v_hat) + epsilon), m, v


def mlp_loss_and_gradients__mean_over_classes_too(params, X, t):
    """np.mean goes over examples and classes."""
    outputs = [X]
    for W, b in params[:-1]:
        outputs.append(np.maximum(outputs[-1] @ W.T + b, 0))
    W, b = params[-1]
    log_p = log_softmax(outputs[-1] @ W.T + b)
    T = np.eye(len(b))[t]
    dZ, grads = (np.exp(log_p) - T) / len(t), []
    for (W, _), H in zip(params[::-1], outputs[::-1], strict=True):
        grads.insert(0, (dZ.T @ H, dZ.sum(axis=0)))
        dZ = (dZ @ W) * (H > 0)
    return -np.mean(T * log_p), grads
