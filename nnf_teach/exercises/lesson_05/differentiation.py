"""Derivatives of functions that are given: by differences, and of second order."""

import numpy as np

from nnf_teach.exercises.exercise import Case
from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.formula import Formula

ANY_SHAPE = "any shape, whole numbers"


def _for_each_entry(slope, x):
    """Return slope(x, e) for each entry of x, where e is 1 there and 0 elsewhere."""
    x = np.array(x, dtype=float)
    units = np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([slope(x, e) for e in units]).reshape(x.shape)


@exercise(lesson=5, points=2, parts={"vectors": 1, ANY_SHAPE: 1}, atol=1e-8)  # rounding / 2e-5
def numerical_gradient(f, x, epsilon=1e-5):
    """Take central differences; the tests compare them with autograd where epsilon is small."""
    return _for_each_entry(
        lambda x, e: (f(x + epsilon * e) - f(x - epsilon * e)) / (2 * epsilon), x
    )


@numerical_gradient.cases
def cases(rng):
    """Draw functions with steps of every size: with a large one, every slip shows."""
    square = Formula("x[0] ** 2 + 3 * x[0] * x[1]")
    cube = Formula("np.sum(x ** 3)")
    product = Formula("np.prod(x) + np.sum(x**2) / 4")
    waves = Formula("np.sum(np.sin(x) * np.exp(x[0]))")
    chained = Formula("np.sum(x[:, :-1] ** 2 * x[:, 1:]) + np.sum(np.exp(x))")
    yield square, np.array([1.0, 2.0]), 1e-5
    yield cube, np.array([2.0]), 0.5, "a large step"
    yield Case((cube, np.array(1.5), 0.25), "no axes", ANY_SHAPE)
    yield Case((product, np.array([1, 2, 3]), 0.125), "whole numbers", ANY_SHAPE)
    yield square, np.array([1.0, -2.0]), "the step that is the default"
    yield waves, rng.normal(size=4), 0.1
    yield Case((chained, rng.normal(size=(2, 3)), 1e-5), "two axes", ANY_SHAPE)
    yield Case((waves, rng.normal(size=(2, 1, 3)), 0.2), "three axes", ANY_SHAPE)
    wide = np.repeat(rng.normal(size=(2, 3)), 2, axis=-1)
    yield Case((chained, wide[..., ::2], 0.1), "not contiguous", ANY_SHAPE)
    yield Case((cube, np.zeros(0), 1e-5), "no numbers at all", ANY_SHAPE)


@numerical_gradient.mistake
def forward_difference(f, x, epsilon=1e-5):
    """You look to one side only. The error of a central difference shrinks with the square of
    epsilon. Which second point does it use?"""
    return _for_each_entry(lambda x, e: (f(x + epsilon * e) - f(x)) / epsilon, x)


@numerical_gradient.mistake
def backward_difference(f, x, epsilon=1e-5):
    """You look to one side only, below x. Which second point does a central difference use?"""
    return _for_each_entry(lambda x, e: (f(x) - f(x - epsilon * e)) / epsilon, x)


def _all_at_once(f, x, epsilon=1e-5):
    return (f(x + epsilon) - f(x - epsilon)) / (2 * epsilon)


@numerical_gradient.mistake(also=(_all_at_once,))
def all_entries_at_once(f, x, epsilon=1e-5):
    """You move all entries together, and get one number for all. A gradient has one number for
    each entry. How do you find out what a single entry does?"""
    return np.full(np.shape(x), _all_at_once(f, x, epsilon))


def _never_put_back(f, x, epsilon=1e-5):
    slopes = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        x[place] += epsilon
        up = f(x)
        x[place] -= 2 * epsilon
        slopes[place] = (up - f(x)) / (2 * epsilon)
    return slopes


@numerical_gradient.mistake(also=(_never_put_back,))
def not_put_back(f, x, epsilon=1e-5):
    """The entries that you have moved stay moved, so that the next ones are measured elsewhere.
    What is missing at the end of each round?"""
    return _never_put_back(f, x.astype(float), epsilon)


@numerical_gradient.mistake
def whole_number_steps(f, x, epsilon=1e-5):
    """x may hold whole numbers. What is left of a small step when you add it to an entry of such
    an array?"""
    slopes = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        up, down = x.copy(), x.copy()
        up[place] += epsilon  # in an array of whole numbers the step is cut off
        down[place] -= epsilon
        slopes[place] = (f(up) - f(down)) / (2 * epsilon)
    return slopes


numerical_gradient.hints(
    "Move one entry of x up by epsilon and down by epsilon, and compare the two values of f.",
    "Start with x = np.array(x, dtype=float): a copy, with room for small steps. "
    "np.ndindex(x.shape) goes through all places, whatever the shape.",
    "For each place: keep old = x[place]; set x[place] = old + epsilon and call f; set "
    "old - epsilon and call f; put old back. The slope is (up - down) / (2 * epsilon).",
    remark="Two calls of f for every entry: fine for a test, far too slow for training.",
)


def of_many_inputs(rng):
    return Case((Formula("np.sum(np.sin(x)) ** 2"), *rng.normal(size=(2, 400))))


def _slope(f, x):
    from autograd import grad

    return np.asarray(grad(f)(x))


def _hessian(f, x):
    from autograd import hessian

    return np.asarray(hessian(f)(x))


@exercise(
    lesson=5,
    points=1,
    stretch=True,
    may_call=("autograd",),
    sparing=of_many_inputs,
    matrix_message="Right, but that is all of H, D x D numbers, and a network has millions of "
    "weights. H v is itself a gradient: of which number?",
)
def hessian_vector_product(f, x, v):
    from autograd import hessian_vector_product

    return np.asarray(hessian_vector_product(f)(x, v))


@hessian_vector_product.cases
def cases(rng):
    hand = Formula("x[0] ** 2 * x[1] + x[1] ** 3")
    smooth = Formula("np.sum(np.exp(x) * x[0]) + np.prod(x)")
    waves = Formula("np.sum(np.sin(x)) ** 2")
    yield hand, np.array([1.0, 2.0]), np.array([1.0, 0.0])
    yield hand, np.array([1.0, 2.0]), np.array([-1.0, 2.0])
    yield hand, np.array([1.0, 2.0]), np.array([1.0, -2.0])
    yield Formula("x[0] ** 4"), np.array([2.0]), np.array([3.0]), "one number"
    yield smooth, rng.normal(size=3), rng.normal(size=3)
    yield waves, rng.normal(size=5), rng.normal(size=5)
    yield Formula("np.sum(x ** 2)"), rng.normal(size=4), np.zeros(4), "v is zero"


@hessian_vector_product.mistake
def directional_derivative(f, x, v):
    """That is one number: the slope of f along v. What do you get when you differentiate it by x
    once more?"""
    return float(_slope(f, x) @ v)


@hessian_vector_product.mistake
def gradient_times_v(f, x, v):
    """That holds first derivatives only. How does the gradient itself change when x moves along
    v?"""
    return _slope(f, x) * v


@hessian_vector_product.mistake
def diagonal_only(f, x, v):
    """You use each entry's own second derivative only. What about the mixed ones, when one entry
    changes the slope by another?"""
    return np.diag(_hessian(f, x)) * v


@hessian_vector_product.mistake
def row_sums_times_v(f, x, v):
    """You differentiate the sum of the gradient's entries. Before you add them up, what should
    each of them be multiplied by?"""
    return _hessian(f, x).sum(axis=1) * v


def _step_of_a_tenth(f, x, v):
    return (_slope(f, x + 0.1 * v) - _slope(f, x)) / 0.1


@hessian_vector_product.mistake(also=(_step_of_a_tenth,))
def whole_step(f, x, v):
    """You compare the gradients at x and at a place that is far away. Can autograd differentiate
    the gradient itself, without any step?"""
    return _slope(f, x + v) - _slope(f, x)


hessian_vector_product.hints(
    "The Hessian is the Jacobian of the gradient. You need its product with v, not all of it.",
    "g(x) = <gradient of f at x, v> is a scalar function of x. What is its gradient?",
    "Define a function of x that returns np.dot(autograd.grad(f)(x), v), with "
    "autograd.numpy, and take autograd.grad of it at x.",
    remark="The backward pass was itself a graph, so it could be differentiated again.",
)
