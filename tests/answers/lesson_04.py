"""Wrong answers to the exercises of lesson 4, as learners write them."""

import math

import numpy as np


def sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


def relu(x):
    return np.maximum(x, 0)


def smooth_step(x, position, steepness):
    return sigmoid(steepness * (np.asarray(x) - position))


def step__overflows(x, position, steepness):
    """The sigmoid is computed as written: exp overflows for a steepness of a million."""
    return 1 / (1 + np.exp(-steepness * (x - position)))


def step__position_as_bias(x, position, steepness):
    """The position is subtracted after the product, so the step is at position / steepness."""
    return sigmoid(steepness * x - position)


def step__falls(x, position, steepness):
    """The step goes down: position - x."""
    return sigmoid(steepness * (position - x))


def step__position_added(x, position, steepness):
    """The position is added in place of subtracted."""
    return sigmoid(steepness * (x + position))


def step__hard_threshold(x, position, steepness):
    """A hard threshold, whatever the steepness is."""
    return np.where(x > position, 1.0, np.where(x == position, 0.5, 0.0))


def step__divides_by_steepness(x, position, steepness):
    """It divides by the steepness in place of multiplying."""
    return sigmoid((x - position) / steepness)


def step__linear_ramp(x, position, steepness):
    """A ramp that is cut off at 0 and 1 is not a sigmoid."""
    return np.clip(0.5 + steepness * (x - position) / 4, 0, 1)


def bump__sum_of_steps(x, left, right, height, steepness):
    """The steps are added: it never goes down again."""
    return height * (smooth_step(x, left, steepness) + smooth_step(x, right, steepness))


def bump__product_of_steps(x, left, right, height, steepness):
    """The steps are multiplied, which a linear output layer cannot do."""
    return height * smooth_step(x, left, steepness) * (1 - smooth_step(x, right, steepness))


def bump__height_on_the_first_only(x, left, right, height, steepness):
    """Only the first step is multiplied by the height."""
    return height * smooth_step(x, left, steepness) - smooth_step(x, right, steepness)


def bump__right_minus_left(x, left, right, height, steepness):
    """The order is wrong: the bump is upside down."""
    return height * (smooth_step(x, right, steepness) - smooth_step(x, left, steepness))


def bump__box(x, left, right, height, steepness):
    """A box without sigmoids."""
    return np.where((x > left) & (x < right), height, 0.0)


def bump__height_forgotten(x, left, right, height, steepness):
    """The height is not used."""
    return smooth_step(x, left, steepness) - smooth_step(x, right, steepness)


def bump__always_positive(x, left, right, height, steepness):
    """The absolute value makes bumps of negative height positive."""
    return abs(height) * (smooth_step(x, left, steepness) - smooth_step(x, right, steepness))


def bump__reaches_its_height(x, left, right, height, steepness):
    """The bump is scaled so that its middle has the full height, which the formula has not."""
    b = smooth_step(x, left, steepness) - smooth_step(x, right, steepness)
    top = np.tanh(steepness * (right - left) / 4)
    return height * b / top if top > 0 else b


def _bumps(edges, heights, steepness):
    heights = np.asarray(heights, dtype=float)
    n = len(heights)
    positions = np.concatenate([edges[:-1], edges[1:]])
    V = np.concatenate([heights, -heights])[None, :]
    return [(np.full((2 * n, 1), steepness), -steepness * positions), (V, np.zeros(1))]


def approximate__ends_are_half(f, n_bumps):
    """The outer steps stand at 0 and 1, so that at both ends only half the height is reached."""
    edges = np.linspace(0, 1, n_bumps + 1)
    return _bumps(edges, f((edges[:-1] + edges[1:]) / 2), 1000.0 * n_bumps)


def approximate__right_end_is_half(f, n_bumps):
    """Only the left end was moved out; at x = 1 half the height is missing."""
    edges = np.linspace(0, 1, n_bumps + 1)
    heights = f((edges[:-1] + edges[1:]) / 2)
    edges[0] = -1
    return _bumps(edges, heights, 1000.0 * n_bumps)


def approximate__too_gentle(f, n_bumps):
    """A steepness of 10 is far too gentle for many bumps."""
    edges = np.linspace(0, 1, n_bumps + 1)
    heights = f((edges[:-1] + edges[1:]) / 2)
    edges[0], edges[-1] = -1, 2
    return _bumps(edges, heights, 10.0)


def approximate__steps_not_bumps(f, n_bumps):
    """The second half of the output weights is positive too: the bumps never end."""
    edges = np.linspace(0, 1, n_bumps + 1)
    heights = f((edges[:-1] + edges[1:]) / 2)
    edges[0], edges[-1] = -1, 2
    (W, b), (V, c) = _bumps(edges, heights, 1000.0 * n_bumps)
    return [(W, b), (np.abs(V), c)]


def approximate__bias_sign(f, n_bumps):
    """The bias is + steepness * position: the steps stand at the mirrored places."""
    edges = np.linspace(0, 1, n_bumps + 1)
    heights = f((edges[:-1] + edges[1:]) / 2)
    edges[0], edges[-1] = -1, 2
    (W, b), second = _bumps(edges, heights, 1000.0 * n_bumps)
    return [(W, -b), second]


def approximate__constant(f, n_bumps):
    """All bumps get the same height, the value in the middle."""
    edges = np.linspace(0, 1, n_bumps + 1)
    edges[0], edges[-1] = -1, 2
    return _bumps(edges, np.full(n_bumps, float(f(0.5))), 1000.0 * n_bumps)


def approximate__heights_of_the_next_cell(f, n_bumps):
    """The heights are those of the next cell: off by one."""
    edges = np.linspace(0, 1, n_bumps + 1)
    heights = np.roll(f((edges[:-1] + edges[1:]) / 2), -1)
    edges[0], edges[-1] = -1, 2
    return _bumps(edges, heights, 1000.0 * n_bumps)


def approximate__output_weights_flat(f, n_bumps):
    """The output weights have the shape (2n,), not (1, 2n)."""
    edges = np.linspace(0, 1, n_bumps + 1)
    heights = f((edges[:-1] + edges[1:]) / 2)
    edges[0], edges[-1] = -1, 2
    first, (V, c) = _bumps(edges, heights, 1000.0 * n_bumps)
    return [first, (V[0], c)]


def approximate__dead_last_bump(f, n_bumps):
    """The loop starts at 1, so the first bump is missing."""
    edges = np.linspace(0, 1, n_bumps + 1)
    heights = np.zeros(n_bumps)
    for k in range(1, n_bumps):
        heights[k] = f((edges[k] + edges[k + 1]) / 2)
    edges[0], edges[-1] = -1, 2
    return _bumps(edges, heights, 1000.0 * n_bumps)


def bumps_needed__rounds_down(lipschitz, epsilon, dimension):
    """It rounds down: the grid is too coarse."""
    return max(1, math.floor(lipschitz / (2 * epsilon))) ** dimension


def bumps_needed__half_forgotten(lipschitz, epsilon, dimension):
    """L / m in place of L / (2 m): twice too many cells per side."""
    return max(1, math.ceil(lipschitz / epsilon)) ** dimension


def bumps_needed__ceil_of_the_power(lipschitz, epsilon, dimension):
    """It rounds up after the power, not before: not a whole number of cells per side."""
    return max(1, math.ceil((lipschitz / (2 * epsilon)) ** dimension))


def bumps_needed__times_dimension(lipschitz, epsilon, dimension):
    """The cells of a side are multiplied by the dimension, not raised to it."""
    return max(1, math.ceil(lipschitz / (2 * epsilon))) * dimension


def bumps_needed__no_cell_at_all(lipschitz, epsilon, dimension):
    """For L = 0 it gives no cell, but a grid has at least one."""
    return math.ceil(lipschitz / (2 * epsilon)) ** dimension


def bumps_needed__float_power(lipschitz, epsilon, dimension):
    """The power is computed with floats: not exact, and too large for 784 dimensions."""
    return max(1.0, np.ceil(lipschitz / (2 * epsilon))) ** dimension


def bumps_needed__always_one_more(lipschitz, epsilon, dimension):
    """int(...) + 1 gives one cell too many where the division comes out even."""
    return (int(lipschitz / (2 * epsilon)) + 1) ** dimension


def bumps_needed__int64(lipschitz, epsilon, dimension):
    """NumPy's 64-bit whole numbers overflow without a word."""
    side = np.int64(max(1, math.ceil(lipschitz / (2 * epsilon))))
    return int(np.prod(np.full(dimension, side)))


def bumps_needed__rounds(lipschitz, epsilon, dimension):
    """It rounds to the nearest number, sometimes down."""
    return max(1, round(lipschitz / (2 * epsilon))) ** dimension


def relu__absolute_value(x):
    """The absolute value: negative numbers become positive."""
    return np.abs(x)


def relu__slope_not_value(x):
    """The slope (0 or 1) in place of the value."""
    return (np.asarray(x) > 0).astype(float)


def relu__in_place(x):
    """x itself is changed."""
    x[x < 0] = 0
    return x


def relu__maximum_of_all(x):
    """np.max takes the largest of all numbers, not the maximum of each with 0."""
    return max(0, np.max(x))


def relu__python_max(x):
    """Python's max asks for the truth of a whole array."""
    return max(0, x)


def relu__drops_negatives(x):
    """Negative numbers are left out: the shape changes."""
    return x[x > 0]


def relu__minimum(x):
    """np.minimum keeps the negative numbers."""
    return np.minimum(x, 0)


def relu__leaky(x):
    """A leaky ReLU: negative numbers keep a hundredth."""
    return np.where(x > 0, x, 0.01 * x)


def relu__softplus(x):
    """softplus is a smooth look-alike."""
    return np.logaddexp(0, x)


def dead_units__strictly_negative(X, W, b):
    """A sum of exactly 0 counts as alive here, but it is dead."""
    return (X @ W.T + b < 0).all(axis=0)


def dead_units__any_example(X, W, b):
    """'any' in place of 'all': silent for one example is enough."""
    return (X @ W.T + b <= 0).any(axis=0)


def dead_units__alive(X, W, b):
    """It says which units are alive."""
    return (X @ W.T + b > 0).any(axis=0)


def dead_units__per_example(X, W, b):
    """The wrong axis: one answer per example, not per unit."""
    return (X @ W.T + b <= 0).all(axis=1)


def dead_units__mean_is_negative(X, W, b):
    """A negative mean of the sums does not say that all are."""
    return (X @ W.T + b).mean(axis=0) <= 0


def dead_units__bias_forgotten(X, W, b):
    """The bias is left out."""
    return (X @ W.T <= 0).all(axis=0)


def dead_units__only_the_first_example(X, W, b):
    """Only the first example is looked at."""
    return W @ X[0] + b <= 0


def dead_units__count(X, W, b):
    """The number of dead units comes back."""
    return int(np.sum((X @ W.T + b <= 0).all(axis=0)))


def dead_units__one_answer_for_all(X, W, b):
    """all() without an axis gives one answer for the whole layer."""
    return (relu(X @ W.T + b) == 0).all()


def tent__second_weight_two(x):
    """-2 in place of -4: it becomes flat, it does not fall."""
    return 2 * relu(x) - 2 * relu(x - 0.5)


def tent__kink_at_one(x):
    """The second kink stands at 1, so nothing falls on [0, 1]."""
    return 2 * relu(x) - 4 * relu(x - 1)


def tent__slope_one(x):
    """The slopes are 1 and -1: the top is 1/2."""
    return relu(x) - 2 * relu(x - 0.5)


def tent__parabola(x):
    """A parabola through the same three points is not a tent."""
    return 4 * x * (1 - x)


def tent__if_on_an_array(x):
    """An if asks for the truth of a whole array."""
    if x <= 0.5:
        return 2 * x
    return 2 - 2 * x


def tent__upside_down(x):
    """It falls first and then rises: the tent is upside down."""
    return np.abs(2 * x - 1)


def tent__whole_numbers(x):
    """The answer is put into an array like x, so that 1/2 of whole numbers is lost."""
    y = np.zeros_like(x, dtype=int)
    y[x <= 0.5] = 2 * x[x <= 0.5]
    y[x > 0.5] = 2 - 2 * x[x > 0.5]
    return y


def sawtooth__one_too_many(x, depth):
    """One tent too many."""
    for _ in range(depth + 1):
        x = 2 * relu(x) - 4 * relu(x - 0.5)
    return x


def sawtooth__one_too_few(x, depth):
    """range(1, depth) makes one tent too few."""
    for _ in range(1, depth):
        x = 2 * relu(x) - 4 * relu(x - 0.5)
    return x


def sawtooth__always_from_x(x, depth):
    """Every tent starts from x again, so the depth changes nothing."""
    y = x
    for _ in range(depth):
        y = 2 * relu(x) - 4 * relu(x - 0.5)
    return y


def sawtooth__sum_of_tents(x, depth):
    """The tents are multiplied by the depth, not put into each other."""
    return depth * (2 * relu(x) - 4 * relu(x - 0.5))


def sawtooth__endless_recursion(x, depth):
    """The recursion never comes to an end: the depth is not counted down."""
    return 2 * relu(sawtooth__endless_recursion(x, depth))


def sawtooth__frequency_not_doubled(x, depth):
    """The frequency is depth, not 2^(depth - 1)."""
    y = (depth * x) % 1
    return 1 - np.abs(2 * y - 1)


def sawtooth__fraction_jumps(x, depth):
    """2^depth x modulo 1 jumps; it does not fold."""
    return (2**depth * np.asarray(x)) % 1


def count_linear_pieces__kinks_only(f, low, high):
    """It counts the kinks: one less than the pieces."""
    y = f(np.linspace(low, high, 10_001))
    straight = np.abs(np.diff(y, n=2)) <= 1e-12 * np.abs(y).max() + 1e-13
    begins = straight & ~np.append(False, straight[:-1])
    return int(begins.sum()) - 1


def count_linear_pieces__different_slopes(f, low, high):
    """It counts different slopes: 1, -1, 1, -1 are four pieces, but two slopes."""
    x = np.linspace(low, high, 10_001)
    return len(np.unique(np.round(np.diff(f(x)) / np.diff(x), 6)))


def count_linear_pieces__grid_too_coarse(f, low, high):
    """100 points are too few for pieces of 1/1000 of the interval."""
    y = f(np.linspace(low, high, 101))
    straight = np.abs(np.diff(y, n=2)) <= 1e-9
    return int((straight & ~np.append(False, straight[:-1])).sum())


def count_linear_pieces__turning_points(f, low, high):
    """Only kinks where the slope changes its sign are counted."""
    rises = np.diff(f(np.linspace(low, high, 10_001))) > 0
    return int(np.sum(rises[1:] != rises[:-1])) + 1


def count_linear_pieces__every_bend_counts(f, low, high):
    """A kink between two grid points bends two differences and is counted twice."""
    y = f(np.linspace(low, high, 10_001))
    return int(np.sum(np.abs(np.diff(y, n=2)) > 1e-9 * np.abs(y).max() + 1e-12)) + 1


def count_linear_pieces__on_zero_to_one(f, low, high):
    """It always looks at [0, 1], not at [low, high]."""
    y = f(np.linspace(0, 1, 10_001))
    straight = np.abs(np.diff(y, n=2)) <= 1e-12 * np.abs(y).max() + 1e-13
    return int((straight & ~np.append(False, straight[:-1])).sum())


def count_linear_pieces__exact_comparison(f, low, high):
    """Slopes are compared exactly, so rounding errors count as kinks."""
    x = np.linspace(low, high, 10_001)
    slopes = np.diff(f(x)) / np.diff(x)
    return 1 + int(np.sum(slopes[1:] != slopes[:-1]))


def count_linear_pieces__tolerance_too_large(f, low, high):
    """A change of slope of less than 0.5 is overlooked."""
    x = np.linspace(low, high, 10_001)
    slopes = np.diff(f(x)) / np.diff(x)
    bends = np.abs(np.diff(slopes)) > 0.5
    return 1 + int((bends & ~np.append(False, bends[:-1])).sum())


def montufar_lower_bound__sum_starts_at_one(n_inputs, width, depth):
    """The sum starts at j = 1: the term 1 is missing."""
    last = sum(math.comb(width, j) for j in range(1, n_inputs + 1))
    return (width // n_inputs) ** (n_inputs * (depth - 1)) * last


def montufar_lower_bound__sum_one_short(n_inputs, width, depth):
    """range(n_inputs) leaves out the last term of the sum."""
    last = sum(math.comb(width, j) for j in range(n_inputs))
    return (width // n_inputs) ** (n_inputs * (depth - 1)) * last


def montufar_lower_bound__all_layers_fold(n_inputs, width, depth):
    """The last layer is folded as well: depth in place of depth - 1."""
    last = sum(math.comb(width, j) for j in range(n_inputs + 1))
    return (width // n_inputs) ** (n_inputs * depth) * last


def montufar_lower_bound__no_floor(n_inputs, width, depth):
    """width / n_inputs is not rounded down."""
    last = sum(math.comb(width, j) for j in range(n_inputs + 1))
    return round((width / n_inputs) ** (n_inputs * (depth - 1)) * last)


def montufar_lower_bound__exponent_without_inputs(n_inputs, width, depth):
    """The exponent lacks the factor n_inputs."""
    last = sum(math.comb(width, j) for j in range(n_inputs + 1))
    return (width // n_inputs) ** (depth - 1) * last


def montufar_lower_bound__floor_outside(n_inputs, width, depth):
    """The floor is taken after the power, in floats."""
    last = sum(math.comb(width, j) for j in range(n_inputs + 1))
    return int((width / n_inputs) ** (n_inputs * (depth - 1))) * last


def step__tanh_without_the_half(x, position, steepness):
    """tanh(s (x - p)) is twice too steep: s / 2 is meant."""
    return 0.5 + 0.5 * np.tanh(steepness * (x - position))


def bump__two_slips(x, left, right, height, steepness):
    """Two slips: left and right are exchanged, and the height is not used."""
    return smooth_step(x, right, steepness) - smooth_step(x, left, steepness)


def bump__ramps(x, left, right, height, steepness):
    """Two ramps, multiplied, are no sigmoids."""
    return height * np.clip(steepness * (x - left), 0, 1) * np.clip(steepness * (right - x), 0, 1)


def approximate__one_bump_more(f, n_bumps):
    """One bump more than asked: the shapes are wrong."""
    edges = np.linspace(0, 1, n_bumps + 2)
    heights = f((edges[:-1] + edges[1:]) / 2)
    edges[0], edges[-1] = -1, 2
    return _bumps(edges, heights, 1000.0 * n_bumps)


def approximate__constant_on_top(f, n_bumps):
    """f(0) + 1 is added to the output, though the bumps have the full heights."""
    edges = np.linspace(0, 1, n_bumps + 1)
    heights = f((edges[:-1] + edges[1:]) / 2)
    edges[0], edges[-1] = -1, 2
    first, (V, _) = _bumps(edges, heights, 1000.0 * n_bumps)
    return [first, (V, np.array([float(f(0.0)) + 1]))]


def relu__whole_numbers(x):
    """Fractions are cut off."""
    return np.maximum(x, 0).astype(int)


def relu__six(x):
    """Numbers above 6 are cut."""
    return np.clip(x, 0, 6)


def relu__one_number_at_a_time(x):
    """A comprehension over a vector: rows of a matrix cannot be compared with 0."""
    return np.array([max(v, 0) for v in x])


def sawtooth__at_most_three(x, depth):
    """Never more than three tents."""
    for _ in range(min(depth, 3)):
        x = 2 * relu(x) - 4 * relu(x - 0.5)
    return x


def sawtooth__in_place(x, depth):
    """x of the caller is changed."""
    for _ in range(depth):
        x[...] = 2 * relu(x) - 4 * relu(x - 0.5)
    return x


def montufar_lower_bound__all_subsets(n_inputs, width, depth):
    """2^width in place of the sum of binomials."""
    return (width // n_inputs) ** (n_inputs * (depth - 1)) * 2**width


def montufar_lower_bound__two_inputs_only(n_inputs, width, depth):
    """The sum is written out for two inputs."""
    folds = (width // n_inputs) ** (n_inputs * (depth - 1))
    return folds * (1 + width + width * (width - 1) // 2)


def approximate__steepness_of_100(f, n_bumps):
    """The steepness is 100 for any number of bumps: from about 200 on, the ends miss L / n."""
    edges = np.linspace(0, 1, n_bumps + 1)
    heights = np.asarray(f((edges[:-1] + edges[1:]) / 2))
    edges[0], edges[-1] = -1, 2
    W = np.full((2 * n_bumps, 1), 100.0)
    b = -100 * np.concatenate([edges[:-1], edges[1:]])
    return [(W, b), (np.concatenate([heights, -heights])[None], np.zeros(1))]


def bumps_needed__a_thousandth_less(lipschitz, epsilon, dimension):
    """It rounds down what is up to a thousandth above a whole number."""
    return max(1, math.ceil(lipschitz / (2 * epsilon) - 1e-3)) ** dimension


def relu__cut_at_a_million(x):
    """Numbers above a million are cut."""
    return np.clip(x, 0, 1e6)


def dead_units__nearly_dead(X, W, b):
    """Units with a small output, less than 0.001 in all, are called dead."""
    return np.maximum(X @ W.T + b, 0).sum(axis=0) < 1e-3


def count_linear_pieces__rounded_slopes(f, low, high):
    """Slopes are rounded to two digits: a slope of 0.125 falls now here, now there."""
    x = np.linspace(low, high, 10_001)
    slopes = np.round(np.diff(f(x)) / np.diff(x), 2)
    changes = slopes[1:] != slopes[:-1]
    return 1 + int((changes & ~np.append(False, changes[:-1])).sum())


def count_linear_pieces__inverse_slopes(f, low, high):
    """dx / dy is compared, with NumPy's usual tolerance: steep slopes look the same."""
    x = np.linspace(low, high, 10_001)
    with np.errstate(all="ignore"):
        inverse = np.diff(x) / np.diff(f(x))
    same = np.isclose(inverse[1:], inverse[:-1], rtol=1e-6, atol=1e-8)
    return int((same & ~np.append(False, same[:-1])).sum())
