"""The multiplicative layer itself: forward, backward, an inner product, a network of weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnf_teach.exercises.exercise import Case, Exercise, Misconception
from nnf_teach.exercises.oracles import vjp

Array = NDArray[Any]
Parts = tuple[Array, ...]


def _forward(X: Any, Z: Any, W: Any, U: Any, V: Any, b: Any) -> Any:
    """Return the layer's sum, in a form that autograd can trace."""
    from autograd import numpy as anp

    return anp.einsum("ni,ijk,nj->nk", X, W, Z) + anp.dot(Z, U) + anp.dot(X, V.T) + b


def _given(rng: np.random.Generator, n: int, dx: int, dz: int, k: int) -> Parts:
    shapes = (n, dx), (n, dz), (dx, dz, k), (dz, k), (k, dx), (k,)
    return tuple(rng.normal(size=shape) for shape in shapes)


def _by_hand() -> Parts:
    X, Z = np.array([[1.0, 2.0]]), np.array([[3.0]])
    W = np.array([[[1.0, 0.0]], [[4.0, -1.0]]])
    U, V, b = np.array([[10.0, 0.0]]), np.array([[0.0, 1.0], [5.0, 0.0]]), np.array([0.5, 0.0])
    return X, Z, W, U, V, b


def _whole(rng: np.random.Generator) -> Parts:
    shapes = (2, 3), (2, 2), (3, 2, 2), (2, 2), (2, 3), (2,)
    return tuple(rng.integers(-4, 5, shape) for shape in shapes)


# n, Dx, Dz, K; with all sizes equal every axis can be taken for another, and no shape complains
_SHAPES = ((1, 1, 1, 1), (1, 3, 2, 2), (4, 2, 3, 1), (3, 3, 3, 3), (5, 2, 4, 3), (2, 4, 1, 2))


# 1. multiplicative_layer ---------------------------------------------------------------------


def _layer_cases(rng: np.random.Generator) -> Sequence[Case]:
    X, Z, W, U, V, b = _given(rng, 4, 3, 2, 3)
    turned = tuple(map(np.asfortranarray, (X, Z, W, U, V))) + (b,)
    return [
        Case(_by_hand()),
        Case(_whole(rng), "whole numbers"),
        *(Case(_given(rng, *shape)) for shape in _SHAPES),
        Case(turned, "another order in memory"),
        Case(_given(rng, 0, 3, 2, 2), "no examples"),
    ]


def _of_layer(
    product: Callable[[Array, Array, Array], Any] = lambda X, Z, W: np.einsum(
        "ni,ijk,nj->nk", X, W, Z
    ),
    of_z: Callable[[Array, Array], Any] = lambda Z, U: Z @ U,
    of_x: Callable[[Array, Array], Any] = lambda X, V: X @ V.T,
    bias: Callable[[Array], Any] = lambda b: b,
) -> Callable[..., Any]:
    """Build the layer with one of its four terms wrong."""
    return lambda X, Z, W, U, V, b: product(X, Z, W) + of_z(Z, U) + of_x(X, V) + bias(b)


def _first_row_only(X: Array, Z: Array, W: Array, U: Array, V: Array, b: Array) -> Any:
    """Leave a loop over the examples too early."""
    Y = _of_layer()(X, Z, W, U, V, b)
    Y[1:] = 0
    return Y


MULTIPLICATIVE_LAYER = Exercise(
    name="multiplicative_layer",
    lesson=8,
    points=2,
    reference=_forward,
    cases=_layer_cases,
    misconceptions=(
        Misconception(
            "forgot-tensor",
            _of_layer(product=lambda X, Z, W: 0.0),
            "That is a linear layer of x and z side by side: W plays no part. "
            "Where do x and z meet?",
        ),
        Misconception(
            "forgot-bias",
            _of_layer(bias=lambda b: 0.0),
            "What does your layer answer when x and z are all zeros? What does the formula say?",
        ),
        Misconception(
            "forgot-z-alone",
            _of_layer(of_z=lambda Z, U: 0.0),
            "When x is all zeros, only z and b are left. Which term should z have for itself?",
        ),
        Misconception(
            "forgot-x-alone",
            _of_layer(of_x=lambda X, V: 0.0),
            "When z is all zeros, only x and b are left. Which term should x have for itself?",
        ),
        Misconception(
            "forgot-both-alone",
            _of_layer(of_z=lambda Z, U: 0.0, of_x=lambda X, V: 0.0),
            "The product and the bias are right. In which terms of the formula is x alone, and in "
            "which is z?",
        ),
        Misconception(
            "only-the-product",
            _of_layer(of_z=lambda Z, U: 0.0, of_x=lambda X, V: 0.0, bias=lambda b: 0.0),
            "The product of x and z is right. Which three terms follow it in the formula?",
        ),
        Misconception(
            "only-the-diagonal",
            _of_layer(
                product=lambda X, Z, W: sum(
                    X[:, [i]] * Z[:, [i]] * W[i, i] for i in range(min(W.shape[:2]))
                )
            ),
            "You multiply each entry of x with the entry of z at the same place only. "
            "Which pairs of places does x^T W z run over?",
        ),
        Misconception(
            "inputs-change-places",
            _of_layer(product=lambda X, Z, W: np.einsum("nj,ijk,ni->nk", X, W, Z)),
            "In your product x runs along the second axis of W and z along the first. "
            "In x^T W z, which of them stands on the left?",
        ),
        Misconception(
            "sums-first",
            _of_layer(
                product=lambda X, Z, W: (
                    X.sum(axis=1, keepdims=True) * Z.sum(axis=1, keepdims=True) * W.sum(axis=(0, 1))
                )
            ),
            "You add up before you multiply. Each pair of entries x_i, z_j has its own W_ij: "
            "in which order do product and sum come?",
        ),
        Misconception(
            "transposed-v",
            _of_layer(of_x=lambda X, V: X @ V),
            "In V a unit is a row, as in the linear layer. With which row of V does unit k meet x?",
        ),
        Misconception(
            "transposed-u",
            _of_layer(of_z=lambda Z, U: Z @ U.T),
            "The slide writes z^T U, with z on the left. Is a unit a row or a column of U?",
        ),
        Misconception(
            "all-pairs-of-examples",
            _of_layer(product=lambda X, Z, W: np.einsum("ni,ijk,mj->nk", X, W, Z)),
            "The x of one example meets the z of every other. Which z belongs to row n of X?",
        ),
        Misconception(
            "summed-over-units",
            _of_layer(
                product=lambda X, Z, W: np.einsum("ni,ijk,nj->n", X, W, Z)[:, None] + 0 * W[0, 0]
            ),
            "All units get the same product: you have added up over the last axis of W. "
            "What is that axis for?",
        ),
        Misconception(
            "x-summed-over-examples",
            _of_layer(product=lambda X, Z, W: np.einsum("ni,ijk,mj->mk", X, W, Z)),
            "The z of one example meets the sum of the x of all. Which index do X, Z and the "
            "answer share?",
        ),
        Misconception(
            "divided-by-n",
            lambda X, Z, W, U, V, b: _of_layer()(X, Z, W, U, V, b) / max(len(X), 1),
            "All is there, but divided by the number of examples. Does the answer to one example "
            "depend on how many others are in the batch?",
        ),
        Misconception(
            "first-example-only",
            _first_row_only,
            "Row 0 is right, and the other rows are 0. How often does your loop go round: "
            "how far to the right does its `return` stand?",
        ),
    ),
    hints=(
        "Unit k has a matrix of its own, W[:, :, k]. What is x^T W[:, :, k] z for one example?",
        "Write the product with its indices: sum over i and j of x_ni W_ijk z_nj. The indices "
        "that stay are n and k. The other terms are two matrix products and b.",
        'np.einsum takes the formula as text: "ni,ijk,nj->nk" with X, W, Z. Then add Z @ U, the '
        "product of X with V turned, and b.",
    ),
    remark="x and z multiply: with z held fixed it is a linear layer of x, with x held fixed one "
    "of z.",
)


# 2. dot_product_weights ----------------------------------------------------------------------


def _inner_product(d: int) -> Parts:
    return np.eye(d)[:, :, None], np.zeros((d, 1)), np.zeros((1, d)), np.zeros(1)


def _of_weights(W: Callable[[int], Array], side: float = 0.0) -> Callable[[int], Parts]:
    return lambda d: (W(d), np.full((d, 1), side), np.full((1, d), side), np.zeros(1))


DOT_PRODUCT_WEIGHTS = Exercise(
    name="dot_product_weights",
    lesson=8,
    points=1,
    reference=_inner_product,
    returns=("W", "U", "V", "b"),
    cases=lambda rng: [Case((d,)) for d in (2, 1, 3, 7, int(rng.integers(8, 20)))],
    misconceptions=(
        Misconception(
            "all-ones",
            _of_weights(lambda d: np.ones((d, d, 1))),
            "With ones everywhere each x_i meets every z_j: you get the product of two sums. "
            "Which pairs are in the inner product?",
        ),
        Misconception(
            "unit-axis-missing",
            lambda d: (np.eye(d), np.zeros((d, 1)), np.zeros((1, d)), np.zeros(1)),
            "The numbers are right, but W has three axes: (Dx, Dz, K). How many units are there, "
            "and which axis counts them?",
        ),
        Misconception(
            "unit-axis-first",
            lambda d: (np.eye(d)[None], np.zeros((d, 1)), np.zeros((1, d)), np.zeros(1)),
            "The numbers are right, but the axis of the unit comes last in W: (Dx, Dz, K). "
            "Where does yours stand?",
        ),
        Misconception(
            "one-unit-a-place",
            lambda d: (
                np.eye(d)[:, :, None] * np.eye(d)[:, None, :],
                np.zeros((d, d)),
                np.zeros((d, d)),
                np.zeros(d),
            ),
            "Your layer gives the d products x_i z_i, each from a unit of its own. "
            "How many numbers is the inner product?",
        ),
        Misconception(
            "divided-by-d",
            _of_weights(lambda d: np.eye(d)[:, :, None] / d),
            "That is the mean of the products. Is the inner product a mean or a sum?",
        ),
        Misconception(
            "divided-by-root-d",
            _of_weights(lambda d: np.eye(d)[:, :, None] / np.sqrt(d)),
            "That is the inner product over the root of d, as in attention. "
            "Is there a factor in <x, z> itself?",
        ),
        Misconception(
            "sums-added",
            _of_weights(lambda d: np.eye(d)[:, :, None], side=1.0),
            "Your layer gives <x, z> and adds all x_i and z_j to it. What should U and V do here?",
        ),
        Misconception(
            "a-linear-layer",
            _of_weights(lambda d: np.zeros((d, d, 1)), side=1.0),
            "Without W your layer only adds. Which of the four arrays can multiply x by z?",
        ),
    ),
    hints=(
        "Which of the four arrays makes products of an x and a z? The others should do nothing.",
        "<x, z> = x^T I z, with the unit matrix I. There is one unit, K = 1.",
        "np.eye(d) is I; [:, :, None] gives it the third axis. U is (d, 1), V is (1, d), b is "
        "(1,): all zeros.",
    ),
    remark="No training, no error, any range of inputs: the layer represents the inner product.",
)


# 3. multiplicative_backward ------------------------------------------------------------------


def _backward_cases(rng: np.random.Generator) -> Sequence[Case]:
    def case(given: Parts, dY: Array, about: str = "") -> Case:
        return Case((dY, *given[:5]), about)

    def drawn(*shape: int) -> Case:
        return case(_given(rng, *shape), rng.normal(size=(shape[0], shape[3])))

    return [
        case(_by_hand(), np.array([[1.0, -1.0]])),
        case(_whole(rng), rng.integers(-3, 4, (2, 2)), "whole numbers"),
        *(drawn(*shape) for shape in _SHAPES),
        drawn(0, 3, 2, 2),
    ]


def _backward(dY: Array, X: Array, Z: Array, W: Array, U: Array, V: Array) -> Parts:
    return vjp(_forward, dY, X, Z, W, U, V, np.zeros(np.shape(W)[2]))


def _formula(dY: Array, X: Array, Z: Array, W: Array, U: Array, V: Array) -> Parts:
    """Compute what the mistakes below are made of, quicker than autograd; never a reference."""
    return (
        np.einsum("ijk,nj,nk->ni", W, Z, dY) + dY @ V,
        np.einsum("ijk,ni,nk->nj", W, X, dY) + dY @ U.T,
        np.einsum("ni,nj,nk->ijk", X, Z, dY),
        Z.T @ dY,
        dY.T @ X,
        dY.sum(axis=0),
    )


def _of_backward(**wrong: Callable[..., Any]) -> Callable[..., Parts]:
    """Build the six gradients, some of them made wrong by a function of (right, *args)."""

    def backward(dY: Array, X: Array, Z: Array, W: Array, U: Array, V: Array) -> Parts:
        args = dY, X, Z, W, U, V
        pairs = zip(("X", "Z", "W", "U", "V", "b"), _formula(*args), strict=True)
        return tuple(wrong[k](right, *args) if k in wrong else right for k, right in pairs)

    return backward


def _without_own_x(
    right: Array, dY: Array, X: Array, Z: Array, W: Array, U: Array, V: Array
) -> Any:
    return np.einsum("ijk,nj,nk->ni", W, Z, dY)


def _without_own_z(
    right: Array, dY: Array, X: Array, Z: Array, W: Array, U: Array, V: Array
) -> Any:
    return np.einsum("ijk,ni,nk->nj", W, X, dY)


def _of_last_example(dY: Array, X: Array, Z: Array, W: Array, U: Array, V: Array) -> Parts:
    own = _formula(dY, X, Z, W, U, V)[:2]
    return *own, *_formula(dY[-1:], X[-1:], Z[-1:], W, U, V)[2:]


MULTIPLICATIVE_BACKWARD = Exercise(
    name="multiplicative_backward",
    lesson=8,
    points=3,
    reference=_backward,
    returns=("dX", "dZ", "dW", "dU", "dV", "db"),
    cases=_backward_cases,
    misconceptions=(
        Misconception(
            "forgot-x-alone",
            _of_backward(X=_without_own_x),
            "In your dX the way through V is missing. x goes into two terms of the layer: "
            "which of them has a W, and which has a V?",
        ),
        Misconception(
            "forgot-z-alone",
            _of_backward(Z=_without_own_z),
            "In your dZ the way through U is missing. In how many terms of the layer does z stand?",
        ),
        Misconception(
            "forgot-both-alone",
            _of_backward(X=_without_own_x, Z=_without_own_z),
            "dX and dZ hold the way through W only. In which other terms do x and z stand, and "
            "what is done where a value is used twice?",
        ),
        Misconception(
            "only-the-linear-part",
            _of_backward(
                X=lambda right, dY, X, Z, W, U, V: dY @ V,
                Z=lambda right, dY, X, Z, W, U, V: dY @ np.transpose(U),
            ),
            "dX and dZ leave the product out. How much does y change with x_i when z_j is large?",
        ),
        Misconception(
            "inputs-exchanged-in-the-product",
            _of_backward(
                X=lambda right, dY, X, Z, W, U, V: np.einsum("ijk,ni,nk->nj", W, X, dY) + dY @ V,
                Z=lambda right, dY, X, Z, W, U, V: np.einsum("ijk,nj,nk->ni", W, Z, dY) + dY @ U.T,
            ),
            "In your dX the product part is that of dZ, and the other way round. "
            "When x_i moves, which factor of x_i W_ij z_j stays?",
        ),
        Misconception(
            "mean-instead-of-sum",
            _of_backward(
                **{
                    k: lambda right, dY, *args: right / max(len(dY), 1)
                    for k in ("W", "U", "V", "b")
                }
            ),
            "dW, dU, dV and db are divided by N. Whether the loss is a mean is already in dY. "
            "Does the layer itself average?",
        ),
        Misconception(
            "bias-not-summed",
            _of_backward(b=lambda right, dY, *args: dY),
            "Your db has one row an example. All examples share one b: "
            "what happens to the parts that they contribute?",
        ),
        Misconception(
            "only-bias-averaged",
            _of_backward(b=lambda right, dY, *args: right / max(len(dY), 1)),
            "dW, dU and dV add up over the examples in yours, and db takes their mean. "
            "Why should they differ?",
        ),
        Misconception(
            "transposed-u",
            _of_backward(U=lambda right, *args: right.T),
            "Your dU stands on its side. A gradient has the shape of what it is a gradient of: "
            "which shape has U?",
        ),
        Misconception(
            "transposed-v",
            _of_backward(V=lambda right, *args: right.T),
            "Your dV stands on its side. In V a unit is a row: which shape has V?",
        ),
        Misconception(
            "transposed-w",
            _of_backward(W=lambda right, *args: right.transpose(1, 0, 2)),
            "In your dW the axes of x and z have changed places. "
            "Which of them is the first axis of W?",
        ),
        Misconception(
            "tensor-without-the-error",
            _of_backward(
                W=lambda right, dY, X, Z, W, U, V: (
                    np.einsum("ni,nj->ij", X, Z)[:, :, None] + 0.0 * W
                )
            ),
            "Your dW is the product of x and z alone, equal for all units. "
            "With which error does unit k multiply it?",
        ),
        Misconception(
            "outer-of-sums",
            _of_backward(W=lambda right, dY, X, Z, W, U, V: np.einsum("ni,mj,nk->ijk", X, Z, dY)),
            "In your dW the x of one example meets the z of another. "
            "Which three arrays must share the index n?",
        ),
        Misconception(
            "forgot-incoming-gradient",
            lambda dY, X, Z, W, U, V: _formula(np.ones(np.shape(dY)), X, Z, W, U, V),
            "Your gradients do not depend on dY: they are those of the sum of all y. "
            "By what does the chain rule multiply?",
        ),
        Misconception(
            "last-example-only",
            _of_last_example,
            "dW, dU, dV and db hold the part of the last example only. All examples share these "
            "parameters: is it = or += that your loop needs?",
        ),
        Misconception(
            "parameters-first",
            lambda dY, X, Z, W, U, V: (
                *_formula(dY, X, Z, W, U, V)[2:],
                *_formula(dY, X, Z, W, U, V)[:2],
            ),
            "All six are there, in another order. Which two come first in "
            "(dX, dZ, dW, dU, dV, db)?",
        ),
    ),
    hints=(
        "Each gradient keeps the indices of its array. In the term x_ni W_ijk z_nj, leave out the "
        "factor whose gradient you want, and put dy_nk in its place: what is summed over?",
        "dW_ijk = sum over n of x_ni z_nj dy_nk. dX and dZ have two parts each: one through W, "
        "one through V or U. Where a value is used twice, its gradients add up.",
        'np.einsum("ijk,nj,nk->ni", W, Z, dY) is the part of dX through W; the other is dY @ V. '
        'dZ: "ijk,ni,nk->nj" with W, X, dY, plus dY @ U.T. dU is Z.T @ dY, dV is dY.T @ X.',
    ),
    remark="Each of three factors meets the other two: the symmetry of lesson 5, once more.",
)


# 4. hypernetwork_weights ---------------------------------------------------------------------


def _weights_cases(rng: np.random.Generator) -> Sequence[Case]:
    def case(given: Parts, about: str = "") -> Case:
        X, Z, W, U, V, b = given
        return Case((Z[0], W, U, V, b), about)

    X, Z, W, U, V, b = _given(rng, 1, 3, 2, 2)
    return [
        case(_by_hand()),
        case(_whole(rng), "whole numbers"),
        *(case(_given(rng, *shape)) for shape in _SHAPES),
        Case((0.0 * Z[0], W, U, V, b), "z is zero"),
    ]


def _probed(z: Array, W: Array, U: Array, V: Array, b: Array) -> Parts:
    """Find the weights by asking the layer: its answer at x = 0, and at the unit vectors."""
    probes = np.vstack([np.zeros(len(W)), np.eye(len(W))])
    Y = _forward(probes, np.tile(np.asarray(z, dtype=float), (len(probes), 1)), W, U, V, b)
    return (Y[1:] - Y[0]).T, Y[0]


def _of_hyper(
    weights: Callable[[Array, Array, Array], Any] = lambda z, W, V: (
        np.einsum("ijk,j->ki", W, z) + V
    ),
    bias: Callable[[Array, Array, Array], Any] = lambda z, U, b: z @ U + b,
) -> Callable[..., tuple[Any, Any]]:
    return lambda z, W, U, V, b: (weights(z, W, V), bias(z, U, b))


HYPERNETWORK_WEIGHTS = Exercise(
    name="hypernetwork_weights",
    lesson=8,
    points=2,
    reference=_probed,
    returns=("W_eff", "b_eff"),
    cases=_weights_cases,
    misconceptions=(
        Misconception(
            "transposed-weights",
            _of_hyper(weights=lambda z, W, V: np.einsum("ijk,j->ik", W, z) + V.T),
            "Your W_eff has one column a unit. It is used as W_eff @ x: is a unit a row of it?",
        ),
        Misconception(
            "forgot-fixed-weights",
            _of_hyper(weights=lambda z, W, V: np.einsum("ijk,j->ki", W, z)),
            "When z is zero, x has no effect in yours. Which weights of x do not depend on z?",
        ),
        Misconception(
            "forgot-fixed-bias",
            _of_hyper(bias=lambda z, U, b: z @ U),
            "When z is zero, your bias is zero. Which part of the bias does not depend on z?",
        ),
        Misconception(
            "fixed-bias-only",
            _of_hyper(bias=lambda z, U, b: b),
            "W_eff is right. z also moves the bias: which term of the layer has a z but no x?",
        ),
        Misconception(
            "forgot-both-fixed-parts",
            _of_hyper(
                weights=lambda z, W, V: np.einsum("ijk,j->ki", W, z), bias=lambda z, U, b: z @ U
            ),
            "What z makes is right. Two parts of the layer are there without z as well: which?",
        ),
        Misconception(
            "fixed-part-only",
            _of_hyper(weights=lambda z, W, V: V, bias=lambda z, U, b: b),
            "Your weights are the same for every z. Which two terms of the layer does z change?",
        ),
        Misconception(
            "summed-over-x",
            _of_hyper(weights=lambda z, W, V: np.einsum("ijk,i->kj", W, z) + V),
            "You have summed over the axis of x. The input z is known, x is still to come: "
            "which axis of W belongs to z?",
        ),
        Misconception(
            "summed-without-z",
            _of_hyper(weights=lambda z, W, V: W.sum(axis=1).T + V),
            "You add up over the axis of z, but every z_j counts the same. "
            "By what is each slice of W multiplied?",
        ),
        Misconception(
            "bias-first",
            lambda z, W, U, V, b: (z @ U + b, np.einsum("ijk,j->ki", W, z) + V),
            "Both are there, in another order. Which comes first in (W_eff, b_eff)?",
        ),
    ),
    hints=(
        "Hold z fixed. Which terms of x^T W z + z^T U + V x + b contain x, and which do not?",
        "The terms without x are the bias: z^T U + b. In the terms with x, row k of the weights "
        "is W[:, :, k] z plus row k of V.",
        'W_eff sums over the axis of z and puts the units first: np.einsum("ijk,j->ki", W, z), '
        "plus V. b_eff is z @ U + b.",
    ),
    remark="One network writes the weights of another: a hypernetwork is a multiplicative layer.",
)
