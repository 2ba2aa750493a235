"""Wrong answers to the exercises of lesson 3, as learners write them."""

import autograd.numpy as anp
import numpy as np
from autograd import grad


def sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


def linear_layer(X, W, b):
    return X @ W.T + b


def best_line_for_xor__copies_an_input():
    """Copies the first input: right at two corners only."""
    return [1, 0], -0.5


def best_line_for_xor__always_fires():
    """Always fires: right at two corners only."""
    return [0, 0], 1


def best_line_for_xor__four_weights():
    """Four weights are given for a neuron with two inputs."""
    return [0, 1, 1, 0], 0


def best_line_for_xor__nor():
    """Fires at (0, 0) alone: wrong at three corners."""
    return [-1, -1], 0.5


def best_line_for_xor__on_the_boundary():
    """With a bias of -1 the sum is exactly 0 at (0, 1) and (1, 0): it never fires there."""
    return [1, 1], -1


def hidden_layer__bias_forgotten(X):
    """The bias of -4 is missing."""
    W = np.array([[-1, 1], [1, -1]])
    return sigmoid(X @ W.T)


def hidden_layer__no_sigmoid(X):
    """The sums come back without the sigmoid."""
    return linear_layer(X, np.array([[-1, 1], [1, -1]]), np.array([-4, -4]))


def hidden_layer__bias_plus_four(X):
    """The bias has the wrong sign: +4."""
    return sigmoid(linear_layer(X, np.array([[-1, 1], [1, -1]]), np.array([4, 4])))


def hidden_layer__units_swapped(X):
    """The rows of W stand in the wrong order: the two units are exchanged."""
    W = np.array([[1, -1], [-1, 1]])
    return sigmoid(linear_layer(X, W, np.array([-4, -4])))


def hidden_layer__tanh(X):
    """tanh is used in place of the sigmoid."""
    return np.tanh(linear_layer(X, np.array([[-1, 1], [1, -1]]), np.array([-4, -4])))


def hidden_layer__sigmoid_before_the_bias(X):
    """The bias is added after the sigmoid, not before."""
    W = np.array([[-1, 1], [1, -1]])
    return sigmoid(X @ W.T) - 4


def hidden_layer__list_minus_array(X):
    """W is a list of lists, which has no transpose."""
    W = [[-1, 1], [1, -1]]
    return sigmoid(X @ W.T + [-4, -4])


def hidden_layer__forgets_to_return(X):
    """The result is computed, but not returned."""
    W, b = np.array([[-1, 1], [1, -1]]), np.array([-4, -4])
    _h = sigmoid(linear_layer(X, W, b))


def xor_output_weights__first_unit_only():
    """Looks at the first hidden unit only."""
    return [1, 0], -0.5


def xor_output_weights__bias_too_low():
    """With a bias of -1 the sum never gets above 0."""
    return [1, 1], -1


def xor_output_weights__bias_zero():
    """Without a bias the answer is above 1/2 everywhere."""
    return [1, 1], 0


def xor_output_weights__inverted():
    """The classes are exchanged."""
    return [-1, -1], 0.5


def xor_output_weights__difference():
    """The difference of the units: one class-1 cloud gets the wrong side."""
    return [1, -1], -0.5


def mlp_forward__sigmoid_on_the_last(X, params):
    """The last layer gets a sigmoid as well: probabilities, not logits."""
    for W, b in params:
        X = sigmoid(X @ W.T + b)
    return X


def mlp_forward__no_sigmoid(X, params):
    """No sigmoid at all: the network is linear."""
    for W, b in params:
        X = linear_layer(X, W, b)
    return X


def mlp_forward__two_layers_only(X, params):
    """Written for two layers: further ones are ignored or missing."""
    (W1, b1), (W2, b2) = params[0], params[1]
    return sigmoid(X @ W1.T + b1) @ W2.T + b2


def mlp_forward__last_layer_forgotten(X, params):
    """The last layer is left out: the hidden layer comes back."""
    for W, b in params[:-1]:
        X = sigmoid(X @ W.T + b)
    return X


def mlp_forward__always_from_the_input(X, params):
    """Each layer gets X again, not what the layer before gave."""
    for W, b in params[:-1]:
        H = sigmoid(linear_layer(X, W, b))
    W, b = params[-1]
    return linear_layer(H, W, b)


def mlp_forward__relu(X, params):
    """ReLU in the hidden layers in place of the sigmoid."""
    for W, b in params[:-1]:
        X = np.maximum(X @ W.T + b, 0)
    W, b = params[-1]
    return X @ W.T + b


def mlp_forward__pops_the_parameters(X, params):
    """pop() takes the last layer out of the caller's list, which changes it."""
    V, c = params.pop()
    for W, b in params:
        X = sigmoid(linear_layer(X, W, b))
    return linear_layer(X, V, c)


def mlp_forward__order_reversed(X, params):
    """The layers are taken from the output side."""
    *hidden, last = params[::-1]
    for W, b in hidden:
        X = sigmoid(linear_layer(X, W, b))
    return linear_layer(X, *last)


def mlp_forward__recursion_puts_sigmoid_everywhere(X, params):
    """The recursion does not know the last layer, so that one gets a sigmoid too."""
    if not params:
        return X
    W, b = params[0]
    return mlp_forward__recursion_puts_sigmoid_everywhere(sigmoid(X @ W.T + b), params[1:])


def solve_xor_by_hand__weights_too_small():
    """The right gates, but with weights of 1: the sigmoids are far too gentle."""
    return [
        (np.array([[1.0, 1.0], [-1.0, -1.0]]), np.array([-0.5, 1.5])),
        (np.array([[1.0, 1.0]]), np.array([-1.5])),
    ]


def solve_xor_by_hand__or_on_top():
    """The output unit is an OR in place of an AND: it fires everywhere."""
    return [
        (np.array([[20.0, 20.0], [-20.0, -20.0]]), np.array([-10.0, 30.0])),
        (np.array([[20.0, 20.0]]), np.array([-10.0])),
    ]


def solve_xor_by_hand__slide_layer():
    """The slide's hidden layer is for inputs of size 3, not for 0 and 1."""
    return [
        (np.array([[-1.0, 1.0], [1.0, -1.0]]), np.array([-4.0, -4.0])),
        (np.array([[20.0, 20.0]]), np.array([-10.0])),
    ]


def solve_xor_by_hand__output_is_a_vector():
    """The output weights have the shape (2,), not (1, 2)."""
    return [
        (np.array([[20.0, 20.0], [-20.0, -20.0]]), np.array([-10.0, 30.0])),
        (np.array([20.0, 20.0]), -30.0),
    ]


def solve_xor_by_hand__xnor():
    """The answer is inverted: it computes 'both are equal'."""
    return [
        (np.array([[20.0, 20.0], [-20.0, -20.0]]), np.array([-10.0, 30.0])),
        (np.array([[-20.0, -20.0]]), np.array([30.0])),
    ]


def train_xor__never_trains(X, t, n_hidden, rng):
    """The first random weights are returned without training."""
    return [
        (rng.normal(size=(n_hidden, 2)), np.zeros(n_hidden)),
        (rng.normal(size=(1, n_hidden)), np.zeros(1)),
    ]


def _xor_descent(X, t, params, rate, steps):
    def loss(params):
        (W1, b1), (W2, b2) = params
        H = 0.5 + 0.5 * anp.tanh((anp.dot(X, W1.T) + b1) / 2)
        z = anp.dot(H, W2.T)[:, 0] + b2
        return anp.mean(anp.logaddexp(0, z) - t * z)

    for _ in range(steps):
        changes = zip(params, grad(loss)(params), strict=True)
        params = [(W - rate * dW, b - rate * db) for (W, b), (dW, db) in changes]
    return params


def train_xor__starts_at_zero(X, t, n_hidden, rng):
    """All weights start at 0: the hidden units stay equal and learn nothing."""
    params = [
        (np.zeros((n_hidden, 2)), np.zeros(n_hidden)),
        (np.zeros((1, n_hidden)), np.zeros(1)),
    ]
    return _xor_descent(X, t, params, 2, 200)


def train_xor__rate_too_small(X, t, n_hidden, rng):
    """The learning rate is so small that nothing happens."""
    params = [
        (rng.normal(size=(n_hidden, 2)), np.zeros(n_hidden)),
        (rng.normal(size=(1, n_hidden)), np.zeros(1)),
    ]
    return _xor_descent(X, t, params, 0.001, 200)


def best_line_for_xor__two_neurons():
    """Two neurons are given, not one."""
    return [[1, 1], [-1, -1]], [-0.5, 1.5]


def hidden_layer__relu(X):
    """A ReLU in place of the sigmoid."""
    return np.maximum(X @ np.array([[-1, 1], [1, -1]]).T - 4, 0)


def hidden_layer__one_row_per_unit(X):
    """The answer is transposed: one row per unit."""
    return sigmoid(np.array([[-1, 1], [1, -1]]) @ X.T - 4)


def mlp_forward__last_bias_and_sigmoid(X, params):
    """Two slips: the last bias is forgotten, and the last layer gets a sigmoid."""
    for W, b in params[:-1]:
        X = sigmoid(X @ W.T + b)
    return sigmoid(X @ params[-1][0].T)


def mlp_forward__one_number_per_example(X, params):
    """Only the first logit comes back, as (N,)."""
    for W, b in params[:-1]:
        X = sigmoid(linear_layer(X, W, b))
    return linear_layer(X, *params[-1])[:, 0]


def solve_xor_by_hand__three_hidden_units():
    """Three hidden units, not two."""
    return [
        (np.array([[20.0, 20.0], [-20.0, -20.0], [0.0, 0.0]]), np.array([-10.0, 30.0, 0.0])),
        (np.array([[20.0, 20.0, 0.0]]), np.array([-30.0])),
    ]


# Slips that everybody makes, in one more way; the name says which.


def best_line_for_xor__never():
    return [1, 1], -3


def best_line_for_xor__second_input():
    return [0, 1], -0.5


def best_line_for_xor__and():
    return [1, 1], -1.5


def hidden_layer__threshold(X):
    W, b = np.array([[-1, 1], [1, -1]]), np.array([-4, -4])
    return (X @ W.T + b > 0).astype(float)


def hidden_layer__transposed_answer(X):
    W, b = np.array([[-1, 1], [1, -1]]), np.array([-4, -4])
    return sigmoid(W @ X.T + b[:, None])


def hidden_layer__rows_of_w_exchanged(X):
    W, b = np.array([[1, -1], [-1, 1]]), np.array([-4, -4])
    return sigmoid(X @ W.T + b)


def hidden_layer__sign_of_w(X):
    W, b = np.array([[-1, 1], [1, -1]]), np.array([4, 4])
    return sigmoid(X @ W.T + b)


def xor_output_weights__second_only():
    return [0, 1], -0.5


def xor_output_weights__never():
    return [1, 1], -1


def mlp_forward__no_bias_at_all(X, params):
    for W, _ in params[:-1]:
        X = sigmoid(X @ W.T)
    return X @ params[-1][0].T


def mlp_forward__hidden_bias_forgotten(X, params):
    for W, _ in params[:-1]:
        X = sigmoid(X @ W.T)
    W, b = params[-1]
    return X @ W.T + b


def mlp_forward__sigmoid_before_the_layer(X, params):
    for W, b in params:
        X = sigmoid(X) @ W.T + b
    return X


def mlp_forward__not_transposed(X, params):
    for W, b in params[:-1]:
        X = sigmoid(X @ W + b)
    W, b = params[-1]
    return X @ W + b


def mlp_forward__tanh(X, params):
    for W, b in params[:-1]:
        X = np.tanh(X @ W.T + b)
    W, b = params[-1]
    return X @ W.T + b


def mlp_forward__last_pair_only(X, params):
    W, b = params[-1]
    return X @ W.T + b


def mlp_forward__sigmoid_everywhere(X, params):
    for W, b in params:
        X = sigmoid(X @ W.T + b)
    return X


def mlp_forward__nothing_between(X, params):
    for W, b in params:
        X = X @ W.T + b
    return X


def _net(v1, v2, c, s=20.0):
    hidden = s * np.array([[1.0, 1.0], [-1.0, -1.0]]), s * np.array([-0.5, 1.5])
    return [hidden, (s * np.array([[v1, v2]]), s * np.array([c]))]


def solve_xor_by_hand__soft():
    return _net(1, 1, -1.5, 1.0)


def solve_xor_by_hand__nearly():
    return _net(1, 1, -1.5, 5.0)


def solve_xor_by_hand__inverted():
    return _net(-1, -1, 1.5)


def solve_xor_by_hand__or():
    return _net(1, 0, -0.5)


def solve_xor_by_hand__nand():
    return _net(0, 1, -0.5)


def solve_xor_by_hand__ones():
    return _net(1, 1, -0.5)


def solve_xor_by_hand__zeros():
    return _net(1, 1, -2.5)
