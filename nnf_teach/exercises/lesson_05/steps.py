"""Steps downhill: gradient descent, and Adam."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nnf_teach.arguments import Array, Params
from nnf_teach.exercises.exercise import Case, Exercise, Misconception
from nnf_teach.exercises.oracles import random_params

OTHERS = "other settings"


# 8. gradient_descent_step, adam_step ---------------------------------------------------------


def _step_cases(rng: np.random.Generator) -> Sequence[Case]:
    def drawn(rate: float, *sizes: int) -> Case:
        return Case((random_params(rng, sizes), random_params(rng, sizes), rate))

    hand = [(np.array([[1.0, 2.0]]), np.array([3.0]))]
    slopes = [(np.array([[10.0, 0.0]]), np.array([-10.0]))]
    whole = [(np.array([[1, 2], [0, 4]]), np.array([3, 1]))]
    return [
        Case((hand, slopes, 0.1), "by hand"),
        Case((whole, [(np.array([[1, 0], [2, 2]]), np.array([-1, 1]))], 0.5), "whole numbers"),
        drawn(0.3, 1, 1),
        drawn(0.01, 2, 3, 1),
        drawn(2.0, 3, 3, 3, 2),
        drawn(0.0, 2, 2),
        Case(([], [], 0.1), "no layers"),
    ]


def _updated(rule: Callable[[Array, Array, float], Any]) -> Callable[..., Any]:
    """Apply a rule to every array."""
    return lambda params, grads, learning_rate: [
        (rule(W, dW, learning_rate), rule(b, db, learning_rate))
        for (W, b), (dW, db) in zip(params, grads, strict=True)
    ]


_descend = _updated(lambda p, g, rate: p - rate * g)


def _unit(g: Array) -> Array:
    length = float(np.sqrt(np.sum(np.square(g))))
    return g / length if length else 1.0 * g


def _only_first(params: Params, grads: Params, learning_rate: float) -> Any:
    return _descend(params[:1], grads[:1], learning_rate) + params[1:]


def _in_place(params: Params, grads: Params, learning_rate: float) -> Any:
    for (W, b), (dW, db) in zip(params, grads, strict=True):
        W -= learning_rate * dW
        b -= learning_rate * db
    return params


GRADIENT_DESCENT_STEP = Exercise(
    name="gradient_descent_step",
    lesson=5,
    points=1,
    reference=lambda params, grads, learning_rate: _descend(params, grads, learning_rate),
    cases=_step_cases,
    misconceptions=(
        Misconception(
            "uphill",
            _updated(lambda p, g, rate: p + rate * g),
            "You add the gradient: it points to where the loss grows. Which way do you want to go?",
        ),
        Misconception(
            "forgot-learning-rate",
            _updated(lambda p, g, rate: p - g),
            "Your step is as long as the gradient. What makes it shorter?",
        ),
        Misconception(
            "divided-by-learning-rate",
            _updated(lambda p, g, rate: p - g / rate if rate else p),
            "A smaller learning rate makes your step longer. Which operation did you want?",
        ),
        Misconception(
            "step-alone",
            _updated(lambda p, g, rate: -rate * g),
            "That is the step. Where does it start from?",
        ),
        Misconception(
            "biases-stay",
            lambda params, grads, learning_rate: [
                (W - learning_rate * dW, b) for (W, b), (dW, _) in zip(params, grads, strict=True)
            ],
            "Only the weights move. Do the biases have a gradient, too?",
        ),
        Misconception(
            "first-layer-only",
            _only_first,
            "Only the first layer moves. Does your loop go through all pairs, "
            "or does it end after the first?",
        ),
        Misconception(
            "unit-length",
            _updated(lambda p, g, rate: p - rate * _unit(g)),
            "You make every gradient one unit long. On the slide, does a flat place get as long "
            "a step as a steep one?",
        ),
        Misconception(
            "sign-only",
            _updated(lambda p, g, rate: p - rate * np.sign(g)),
            "You use the sign of the gradient alone. On the slide, what else of it counts?",
        ),
        Misconception(
            "changed-in-place",
            _in_place,
            "An operation like -= writes into the arrays that came in. Someone else may still "
            "need the old params. How can you make new ones?",
        ),
    ),
    hints=(
        "The rule is theta - alpha * gradient, for every W and every b.",
        "Go through params and grads together: zip gives a pair (W, b) and its (dW, db).",
        "Return a new list of pairs (W - learning_rate * dW, b - learning_rate * db). "
        "Do not use -=, which changes the arrays that came in.",
    ),
    remark="The slide's rule, for a network of any size.",
)


def _adam_cases(rng: np.random.Generator) -> Sequence[Case]:
    def drawn(step: int, *shape: int, more: tuple[float, ...] = ()) -> Case:
        param, grad, m, root = rng.normal(size=(4, *shape))
        return Case((param, grad, m, root**2, step, 0.1, *more), part=OTHERS if more else "")

    first = (np.array([1.0, 1.0]), np.array([4.0, -0.02]), np.zeros(2), np.zeros(2), 1, 0.1)
    tiny = (np.zeros(2), np.array([1e-6, -1e-9]), np.zeros(2), np.zeros(2), 1, 0.5)
    still = (np.array([1.0, -2.0]), np.zeros(2), np.zeros(2), np.zeros(2), 3, 0.1)
    hand = (np.array([1.0]), np.array([2.0]), np.zeros(1), np.zeros(1), 1, 0.1, 0.5, 0.75, 1.0)
    whole = (np.array([3]), np.array([2]), np.array([1]), np.array([4]), 2, 1.0, 0.5, 0.5, 0.5)
    return [
        Case(hand, "by hand", OTHERS),
        Case(first, "the first step"),
        Case(tiny, "tiny gradients"),
        Case(still, "no gradient"),
        Case(whole, "whole numbers", OTHERS),
        drawn(2, 3),
        drawn(10, 2, 3, more=(0.8, 0.9, 0.1)),
        drawn(4, 1, more=(0.5, 0.99, 0.3)),
        drawn(1000, 2, 2),
    ]


Step = Callable[[Array, Array, int, float, float, float], Any]
Moments = Callable[[Array, Array, Array, float, float], tuple[Any, Any]]


def _moments(grad: Array, m: Array, v: Array, beta1: float, beta2: float) -> tuple[Any, Any]:
    return beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * np.square(grad)


def _step(m: Array, v: Array, s: int, b1: float, b2: float, e: float) -> Any:
    return m / (1 - b1**s) / (np.sqrt(v / (1 - b2**s)) + e)


def _adam_with(step_of: Step = _step, moments: Moments = _moments) -> Callable[..., Any]:
    """Build Adam from how its moments and its step are computed."""

    def adam(
        param: Array,
        grad: Array,
        m: Array,
        v: Array,
        step: int,
        learning_rate: float,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
    ) -> Any:
        m, v = moments(grad, m, v, beta1, beta2)
        return param - learning_rate * step_of(m, v, step, beta1, beta2, epsilon), m, v

    return adam


def _adam(
    param: Array,
    grad: Array,
    m: Array,
    v: Array,
    step: int,
    learning_rate: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
) -> tuple[Array, Array, Array]:
    """Follow algorithm 1 of Kingma and Ba (2014), line by line."""
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * np.square(grad)
    m_hat = m / (1 - beta1**step)
    v_hat = v / (1 - beta2**step)
    return param - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon), m, v


def _unwarned(step_of: Step) -> Step:
    """Let a formula divide by zero; its nans and infinities are what makes it wrong."""

    def quiet(m: Array, v: Array, s: int, b1: float, b2: float, e: float) -> Any:
        with np.errstate(all="ignore"):
            return step_of(m, v, s, b1, b2, e)

    return quiet


def _corrected_moments(*args: Any) -> Any:
    param, m, v = _adam(*args)
    step, beta1, beta2 = args[4], *(args[6:8] or (0.9, 0.999))
    return param, m / (1 - beta1**step), v / (1 - beta2**step)


def _uphill(*args: Any) -> Any:
    param, m, v = _adam(*args)
    return 2 * args[0] - param, m, v


def _old_moments(*args: Any) -> Any:
    return _adam(*args)[0], args[2], args[3]


def _default_settings(*args: Any) -> Any:
    return _adam(*args[:6])


ADAM_STEP = Exercise(
    name="adam_step",
    lesson=5,
    points=2,
    reference=_adam,
    cases=_adam_cases,
    parts={"the usual settings": 1, OTHERS: 1},
    misconceptions=(
        Misconception(
            "no-bias-correction",
            _adam_with(lambda m, v, s, b1, b2, e: m / (np.sqrt(v) + e)),
            "m and v start at 0, so after a few steps they are far too small, and not equally "
            "so. What does the paper divide each of them by?",
        ),
        Misconception(
            "only-m-corrected",
            _adam_with(lambda m, v, s, b1, b2, e: m / (1 - b1**s) / (np.sqrt(v) + e)),
            "You correct m, but v starts at 0 as well. What is v divided by?",
        ),
        Misconception(
            "only-v-corrected",
            _adam_with(lambda m, v, s, b1, b2, e: m / (np.sqrt(v / (1 - b2**s)) + e)),
            "You correct v, but m starts at 0 as well. What is m divided by?",
        ),
        Misconception(
            "step-counted-from-zero",
            _adam_with(lambda m, v, s, b1, b2, e: _step(m, v, s + 1, b1, b2, e)),
            "Your correction is one step ahead. step is 1 at the first call: "
            "do you add 1 to it as if it began at 0?",
        ),
        Misconception(
            "step-minus-one",
            _adam_with(_unwarned(lambda m, v, s, b1, b2, e: _step(m, v, s - 1, b1, b2, e))),
            "Your correction is one step behind: at the first step it divides by 0. "
            "What is step at the first call?",
        ),
        Misconception(
            "correction-without-power",
            _adam_with(lambda m, v, s, b1, b2, e: _step(m, v, 1, b1, b2, e)),
            "Your correction is right at the first step and never fades. "
            "How does the step come into it?",
        ),
        Misconception(
            "epsilon-inside-the-root",
            _adam_with(lambda m, v, s, b1, b2, e: m / (1 - b1**s) / np.sqrt(v / (1 - b2**s) + e)),
            "Where gradients are tiny your steps are too short. Is epsilon added before the "
            "square root is taken, or after?",
        ),
        Misconception(
            "epsilon-before-the-correction",
            _adam_with(
                lambda m, v, s, b1, b2, e: m / (1 - b1**s) * np.sqrt(1 - b2**s) / (np.sqrt(v) + e)
            ),
            "You add epsilon to the root of the uncorrected v. The paper knows this short form, "
            "with another epsilon. Which v does its algorithm 1 use here?",
        ),
        Misconception(
            "forgot-epsilon",
            _adam_with(
                _unwarned(lambda m, v, s, b1, b2, e: m / (1 - b1**s) / np.sqrt(v / (1 - b2**s)))
            ),
            "Where a gradient has always been 0 you divide 0 by 0. What is epsilon for?",
        ),
        Misconception(
            "forgot-root",
            _adam_with(lambda m, v, s, b1, b2, e: m / (1 - b1**s) / (v / (1 - b2**s) + e)),
            "v is a mean of squares. What has to be done before it can be compared with a "
            "gradient?",
        ),
        Misconception(
            "forgot-square",
            _adam_with(
                _unwarned(_step),
                lambda g, m, v, b1, b2: (b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g),
            ),
            "Your v collects gradients, so that it can become negative. "
            "What does the second moment collect?",
        ),
        Misconception(
            "weights-exchanged",
            _adam_with(
                moments=lambda g, m, v, b1, b2: (
                    (1 - b1) * m + b1 * g,
                    (1 - b2) * v + b2 * np.square(g),
                )
            ),
            "With beta near 1 your averages forget the past at once. "
            "Which of the two parts should beta stand at?",
        ),
        Misconception(
            "betas-exchanged",
            _adam_with(
                lambda m, v, s, b1, b2, e: _step(m, v, s, b2, b1, e),
                lambda g, m, v, b1, b2: _moments(g, m, v, b2, b1),
            ),
            "beta1 and beta2 have changed places. Which of the averages should look further back?",
        ),
        Misconception(
            "corrected-moments-returned",
            _corrected_moments,
            "The new param is right. You hand back the corrected m and v: what happens at the next "
            "step, when they are corrected again?",
        ),
        Misconception(
            "old-moments-returned",
            _old_moments,
            "The new param is right, but m and v come back as they went in. "
            "How shall the next step know about this gradient?",
        ),
        Misconception(
            "uphill",
            _uphill,
            "The step goes up the slope. Which sign stands before the learning rate?",
        ),
        Misconception(
            "gradient-instead-of-m",
            lambda param, grad, m, v, step, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8: (
                param
                - learning_rate
                * grad
                / (np.sqrt(_moments(grad, m, v, beta1, beta2)[1] / (1 - beta2**step)) + epsilon),
                *_moments(grad, m, v, beta1, beta2),
            ),
            "That is RMSProp: your step follows this gradient alone. "
            "Which average does Adam follow?",
        ),
        Misconception(
            "settings-ignored",
            _default_settings,
            "Right for the usual settings only. Are 0.9, 0.999 or 1e-8 written somewhere in "
            "place of beta1, beta2 or epsilon?",
        ),
    ),
    hints=(
        "Two running averages: m of the gradients, v of their squares. Each keeps the share beta "
        "of the old and takes 1 - beta of the new.",
        "Both start at 0 and are too small at first. m / (1 - beta1**step) and "
        "v / (1 - beta2**step) put this right. Return m and v themselves, uncorrected.",
        "The step is learning_rate * m_hat / (np.sqrt(v_hat) + epsilon), and it is subtracted. "
        "Write m = beta1 * m + ..., which makes a new array and leaves the old one alone.",
    ),
    remark="The very first step is about learning_rate long, whatever the size of the gradient.",
)
