"""Wrong answers to the exercises of lesson 1, as learners write them."""

import math

import numpy as np


def sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


def neuron__forgets_the_bias(x, w, b):
    """The bias is not added."""
    return float(np.dot(w, x))


def neuron__bias_per_input(x, w, b):
    """The bias is added once per input, inside the sum."""
    return float(sum(wi * xi + b for wi, xi in zip(w, x, strict=True)))


def neuron__without_the_sum(x, w, b):
    """The products are not added up: an array comes back, not a number."""
    return w * x + b


def neuron__sigmoid_on_top(x, w, b):
    """A sigmoid is applied to the sum, which the exercise does not ask for."""
    return float(sigmoid(w @ x + b))


def neuron__mean_for_sum(x, w, b):
    """The mean of the products is taken in place of their sum."""
    return float(np.mean(w * x) + b)


def neuron__loop_stops_early(x, w, b):
    """The loop leaves out the last input."""
    total = b
    for i in range(len(x) - 1):
        total += w[i] * x[i]
    return float(total)


def neuron__prints(x, w, b):
    """The result is printed and not returned."""
    print(w @ x + b)


def neuron__returns_in_the_loop(x, w, b):
    """The return stands inside the loop, so only the first input counts."""
    for wi, xi in zip(w, x, strict=True):
        y = wi * xi + b
        return float(y)


def neuron__subtracts_the_bias(x, w, b):
    """The bias is subtracted, as if it were a threshold."""
    return float((x * w).sum() - b)


def linear_layer__weights_not_transposed(X, W, b):
    """W is used without its transpose, so the shapes fit only where K = D, and then wrongly."""
    return X @ W + b


def linear_layer__units_in_rows(X, W, b):
    """The answer is transposed: one row per unit, not per example."""
    return W @ X.T + b[:, None]


def linear_layer__no_bias(X, W, b):
    """The biases are forgotten."""
    return np.einsum("nd,kd->nk", X, W)


def linear_layer__bias_subtracted(X, W, b):
    """The biases are subtracted."""
    return X @ W.T - b


def linear_layer__only_the_first_bias(X, W, b):
    """Every unit gets the bias of the first unit."""
    return X @ W.T + b[0]


def linear_layer__first_example_only(X, W, b):
    """Only the first example is computed and repeated for all rows."""
    y = W @ X[0] + b
    return np.tile(y, (len(X), 1))


def linear_layer__list_with_transpose(X, W, b):
    """A Python list is asked for its transpose, which lists do not have."""
    W = [list(row) for row in W]
    return X @ W.T + b


def linear_layer__sum_of_biases(X, W, b):
    """The sum of all biases is added to every unit."""
    return X @ W.T + b.sum()


def sigmoid__as_written(x):
    """The formula is computed as written, so exp overflows for large negative x."""
    return 1 / (1 + np.exp(-x))


def sigmoid__exp_over_one_plus_exp(x):
    """The other textbook form overflows for large positive x and gives nan."""
    return np.exp(x) / (1 + np.exp(x))


def sigmoid__sign_lost(x):
    """The minus in the exponent is missing: it falls from 1 to 0."""
    x = np.clip(x, -700, 700)
    return 1 / (1 + np.exp(x))


def sigmoid__always_one_on_top(x):
    """Right only for x >= 0: for negative x the numerator must be exp(x), not 1."""
    return 1 / (1 + np.exp(-np.abs(x)))


def sigmoid__plain_tanh(x):
    """tanh runs from -1 to 1; it is neither halved nor shifted."""
    return np.tanh(x)


def sigmoid__tanh_half_forgotten(x):
    """tanh(x) in place of tanh(x / 2): the curve is twice too steep."""
    return 0.5 * (1 + np.tanh(x))


def sigmoid__if_on_an_array(x):
    """An if asks for the truth of a whole array, which is ambiguous."""
    if x >= 0:
        return 1 / (1 + np.exp(-x))
    else:
        return np.exp(x) / (1 + np.exp(x))


def sigmoid__where_computes_both(x):
    """np.where chooses the right branch, but both are computed and one overflows."""
    return np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))


def sigmoid__math_exp(x):
    """math.exp takes one number, not an array."""
    return 1 / (1 + math.exp(-x))


def sigmoid__whole_numbers(x):
    """The result is written into an array like x; for whole numbers it is cut to 0."""
    y = np.zeros_like(x)
    y[x >= 0] = 1 / (1 + np.exp(-x[x >= 0]))
    e = np.exp(x[x < 0])
    y[x < 0] = e / (1 + e)
    return y


def sigmoid__clipped_too_early(x):
    """x is clipped to -6 ... 6, so that the tails are wrong."""
    return 1 / (1 + np.exp(-np.clip(x, -6, 6)))


def sigmoid_derivative__of_x(x):
    """x (1 - x) takes x for the output of the sigmoid."""
    return x * (1 - x)


def sigmoid_derivative__the_sigmoid_itself(x):
    """This is the sigmoid, not its derivative."""
    return sigmoid(x)


def sigmoid_derivative__unstable(x):
    """exp(-x) / (1 + exp(-x))^2 overflows for large negative x."""
    return np.exp(-x) / (1 + np.exp(-x)) ** 2


def sigmoid_derivative__wrong_sign(x):
    """The sign is wrong: y (y - 1) is never positive."""
    y = sigmoid(x)
    return y * (y - 1)


def sigmoid_derivative__one_minus_squared(x):
    """1 - y^2 is the derivative of tanh, not of the sigmoid."""
    σ = sigmoid(x)
    return 1 - σ**2


def sigmoid_derivative__square_missing(x):
    """The denominator is not squared."""
    e = np.exp(-np.abs(x))
    return e / (1 + e)


def sigmoid_derivative__forward_difference(x):
    """A forward difference with a large step measures the slope beside x."""
    return (sigmoid(x + 0.1) - sigmoid(x)) / 0.1


def saturation_point__negative_solution(epsilon):
    """The negative of the two solutions is returned."""
    y = (1 - np.sqrt(1 - 4 * epsilon)) / 2
    return float(np.log(y / (1 - y)))


def saturation_point__returns_y(epsilon):
    """The value of the sigmoid is returned, not the x where it is reached."""
    return float((1 + np.sqrt(1 - 4 * epsilon)) / 2)


def saturation_point__inverse_of_the_sigmoid(epsilon):
    """The sigmoid is inverted, not its derivative."""
    return float(-np.log(epsilon / (1 - epsilon)))


def saturation_point__tail_only(epsilon):
    """-log(epsilon) is right only far out, where sigma' is about exp(-x)."""
    return -math.log(epsilon)


def saturation_point__coarse_search(epsilon):
    """A grid with steps of 0.01 does not give six digits."""
    xs = np.arange(0, 50, 0.01)
    return float(xs[np.argmin(abs(sigmoid(xs) * (1 - sigmoid(xs)) - epsilon))])


def saturation_point__half_forgotten(epsilon):
    """The quadratic formula is not divided by 2."""
    root = np.sqrt(1 - 4 * epsilon)
    y = 1 + root
    return float(np.log(abs(y / (1 - y))))


def saturation_point__range_too_short(epsilon):
    """The bisection looks between 0 and 10 only: it fails for a tiny epsilon."""
    low, high = 0.0, 10.0
    for _ in range(100):
        middle = (low + high) / 2
        s = 1 / (1 + math.exp(-middle))
        if s * (1 - s) > epsilon:
            low = middle
        else:
            high = middle
    return low


def and_gate__threshold_too_low():
    """The bias is that of OR: one input is enough to fire."""
    return [1, 1], -0.5


def and_gate__exactly_on_the_line():
    """With -2 the sum at (1, 1) is exactly 0, and the neuron stays silent."""
    return [1, 1], -2


def and_gate__never_checked_one_side():
    """With -1 and weights 1 and 2 the corner (0, 1) fires as well."""
    return np.array([1, 2]), -1


def and_gate__one_flat_tuple():
    """Three numbers are returned, not a pair of weights and a bias."""
    return 1, 1, -1.5


def and_gate__bias_positive():
    """The sign of the bias is wrong: it always fires."""
    return [1, 1], 1.5


def or_gate__threshold_zero_everywhere():
    """The bias of 0.5 makes it fire at (0, 0) too."""
    return [1, 1], 0.5


def or_gate__is_and():
    """These are the numbers of AND."""
    w = [1.0, 1.0]
    b = -1.5
    return w, b


def or_gate__sum_must_pass_one():
    """With -1 a single input only reaches 0, which is not above 0."""
    return [1, 1], -1


def or_gate__copies_the_first():
    """It looks at the first input only."""
    return (1, 0), -0.5


def or_gate__missing_return():
    """The values are set, but nothing is returned."""
    _w, _b = [1, 1], -0.5


def nand_gate__and_with_negative_bias():
    """Only the weights were negated: it never fires."""
    return [-1, -1], -1.5


def nand_gate__is_nor():
    """This is NOR: silent as soon as one input is 1."""
    return [-1, -1], 0.5


def nand_gate__is_and():
    """This is AND, not its opposite."""
    return [1, 1], -1.5


def nand_gate__silent_on_the_edge():
    """With the bias 1 the sum is 0 where one input is 1, so it is silent there."""
    return np.array([-1, -1]), 1


def nand_gate__order_swapped():
    """The bias comes first and the weights second."""
    return 1.5, [-1, -1]


def neuron__two_inputs_only(x, w, b):
    """Written for two inputs; further ones are ignored."""
    return float(w[0] * x[0] + w[1] * x[1] + b)


def neuron__bias_forgotten_and_mean(x, w, b):
    """Two slips: the mean in place of the sum, and no bias."""
    return float(np.mean([wi * xi for wi, xi in zip(w, x, strict=True)]))


def neuron__len_of_a_number(x, w, b):
    """The length of a number is asked for."""
    return float(sum(w[i] * x[i] for i in range(len(b))) + b)


def linear_layer__loop_over_examples(X, W, b):
    """The numbers are right, but a Python loop runs over the examples."""
    return np.array([W @ x + b for x in X])


def linear_layer__reshaped_for_transposed(X, W, b):
    """The transposed answer is reshaped, which mixes examples and units."""
    return (W @ X.T + b[:, None]).reshape(len(X), -1)


def sigmoid__vectors_only(x):
    """A comprehension over a vector: rows of a matrix are no numbers."""
    return np.array([1 / (1 + math.exp(-v)) if v >= 0 else 1 - 1 / (1 + math.exp(v)) for v in x])


def sigmoid_derivative__sign_and_square(x):
    """Two slips: a minus in front, and no square below."""
    e = np.exp(-np.abs(x))
    return -e / (1 + e)


def sigmoid_derivative__cosh(x):
    """1 / (4 cosh^2(x / 2)) overflows far out."""
    return 1 / (4 * np.cosh(x / 2) ** 2)


def saturation_point__few_halvings(epsilon):
    """The bisection stops after 15 halvings: three digits, not six."""
    low, high = 0.0, 40.0
    for _ in range(15):
        middle = (low + high) / 2
        s = 1 / (1 + math.exp(-middle))
        low, high = (middle, high) if s * (1 - s) > epsilon else (low, middle)
    return low


def and_gate__strings():
    """The numbers are given as text."""
    return ["1", "1"], "-1.5"


def or_gate__dictionary():
    """A dictionary, not a pair."""
    return {"w": [1, 1], "b": -0.5}


def nand_gate__function():
    """A Python function that computes NAND, not the numbers of a neuron."""
    return lambda x1, x2: not (x1 and x2)


# Slips that everybody makes, in one more way; the name says which.


def neuron__weights_forgotten(x, w, b):
    return np.sum(x) + b


def neuron__added_in_place_of_multiplied(x, w, b):
    return np.sum(x + w) + b


def neuron__added_in_a_loop(x, w, b):
    total = b
    for xi, wi in zip(x, w, strict=True):
        total += xi + wi
    return total


def neuron__bias_in_the_loop(x, w, b):
    total = 0.0
    for xi, wi in zip(x, w, strict=True):
        total += xi * wi + b
    return total


def neuron_sigmoid(x, w, b):
    return 1 / (1 + math.exp(-(w @ x + b)))


def linear_layer__bias_for_each_example(X, W, b):
    return X @ W.T + b[:, None]


def linear_layer__kept_whole(X, W, b):
    out = np.zeros((len(X), len(W)), dtype=X.dtype)
    out[:] = X @ W.T + b
    return out


def linear_layer__kept_whole_in_a_loop(X, W, b):
    out = np.zeros((len(X), len(W)), X.dtype)
    for n in range(len(X)):
        out[n] = W @ X[n] + b
    return out


def linear_layer__star(X, W, b):
    return X * W + b


def linear_layer__units_first_in_a_loop(X, W, b):
    out = np.zeros((len(W), len(X)))
    for k in range(len(W)):
        out[k] = X @ W[k] + b[k]
    return out


def linear_layer__no_bias_einsum(X, W, b):
    return np.einsum("nd,kd->nk", X, W)


def sigmoid__falls(x):
    x = np.asarray(x, dtype=float)
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, e, 1) / (1 + e)


def sigmoid__as_softmax(x):
    e = np.exp(x - np.max(x, initial=-np.inf))
    return e / e.sum()


def sigmoid__softmax_naive(x):
    return np.exp(x) / np.sum(np.exp(x))


def sigmoid__step(x):
    return np.where(x > 0, 1.0, 0.0)


def sigmoid__cut_at_20(x):
    return 1 / (1 + np.exp(-np.clip(x, -20, 20)))


def sigmoid__zeros_like(x):
    out = np.zeros_like(x)
    out[x >= 0] = 1 / (1 + np.exp(-x[x >= 0]))
    out[x < 0] = np.exp(x[x < 0]) / (1 + np.exp(x[x < 0]))
    return out


def sigmoid__tanh_not_moved(x):
    return 0.5 * np.tanh(x / 2)


def sigmoid_derivative__one_factor(x):
    return 1 - sigmoid(x)


def sigmoid_derivative__of_tanh(x):
    return 1 - np.tanh(x) ** 2


def sigmoid_derivative__square_of_the_wrong_factor(x):
    return (1 - sigmoid(x)) ** 2


def sigmoid_derivative__wide_differences(x):
    return (sigmoid(x + 0.01) - sigmoid(x - 0.01)) / 0.02


def sigmoid_derivative__negative(x):
    y = sigmoid(x)
    return y * (y - 1)


def sigmoid_derivative__exp_as_on_paper(x):
    return np.exp(-x) / (1 + np.exp(-x)) ** 2


def sigmoid_derivative__x_times(x):
    return sigmoid(x) * (1 - x)


def sigmoid_derivative__x_times_one_minus_x(x):
    return x * (1 - x)


def saturation_point__derivative_at_epsilon(epsilon):
    y = float(sigmoid(np.array(epsilon)))
    return y * (1 - y)


def saturation_point__log10(epsilon):
    y = (1 + math.sqrt(1 - 4 * epsilon)) / 2
    return math.log10(y / (1 - y))


def saturation_point__a_two_too_many(epsilon):
    y = (1 + math.sqrt(1 - 4 * epsilon)) / 2
    return 2 * math.log(y / (1 - y))


def saturation_point__without_the_half(epsilon):
    y = 1 + math.sqrt(1 - 4 * epsilon)
    return math.log(y / (1 - y)) if y < 1 else math.log(y / abs(1 - y))


def saturation_point__smaller_root(epsilon):
    y = (1 - math.sqrt(1 - 4 * epsilon)) / 2
    return math.log(y / (1 - y))


def saturation_point__one_over(epsilon):
    y = (1 + math.sqrt(1 - 4 * epsilon)) / 2
    return math.log((1 - y) / y)


def and_gate__or():
    return [1, 1], -0.5


def and_gate__on_the_edge():
    return [1, 1], -2


def and_gate__nand():
    return [-1, -1], 1.5


def and_gate__first():
    return [1, 0], -0.5


def or_gate__and():
    return [1, 1], -1.5


def or_gate__zero():
    return [0, 0], 0


def or_gate__nor():
    return [-1, -1], 0.5


def nand_gate__and():
    return [1, 1], -1.5


def nand_gate__nor():
    return [-1, -1], 0.5


def nand_gate__always():
    return [-1, -1], 2.5


def nand_gate__not_first():
    return [-1, 0], 0.5
