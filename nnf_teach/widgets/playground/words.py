"""The playground in words and numbers: the twin of `static/playground/words.js`."""

from __future__ import annotations

from nnf_teach.widgets.playground.engine import Run
from nnf_teach.widgets.playground.settings import goal_of, is_regression, sizes

DATA = {
    "circle": "Circle",
    "xor": "XOR",
    "gaussians": "Gaussians",
    "spiral": "Spiral",
    "plane": "Plane",
    "gaussian": "Gaussian bumps",
}
ACTIVATIONS = {"relu": "ReLU", "tanh": "tanh", "sigmoid": "sigmoid", "linear": "linear"}


def loss_words(loss: float) -> str:
    """Write a loss with three decimals, a small or large one with four digits.

    >>> loss_words(0.51432), loss_words(0.00012344)
    ('0.514', '0.0001234')
    """
    return f"{loss:.3f}" if 0.001 <= loss < 1e4 or loss == 0 else f"{loss:.4g}"


def caption(run: Run) -> str:
    """Say what is trained on what, and how well."""
    settings, loss = run.settings, run.loss()
    units = f" with {ACTIVATIONS[settings['activation']]} units" if settings["hidden"] else ""
    output = "linear" if is_regression(settings) else "tanh"
    shape = "-".join(map(str, sizes(settings)))
    epochs = f"{run.epoch} {'epoch' if run.epoch == 1 else 'epochs'}"
    begun = f" and {run.at} points" if run.at else ""
    words = (
        f"{DATA[settings['data']]} data, {len(run.split.t)} points for training and "
        f"{len(run.split.t_test)} for the test. Network {shape}{units}, {output} output. "
        f"After {epochs}{begun} the training loss is {loss_words(loss.train)} and the test loss "
        f"{loss_words(loss.test)}."
    )
    if is_regression(settings):
        return words
    right = run.right()
    return (
        f"{words} The sign of the output is right for {100 * right.train:.4g} % of the training "
        f"points and {100 * right.test:.4g} % of the test points."
    )


def goal(run: Run) -> str:
    """Say what the goal is and whether it is reached."""
    wanted = goal_of(run.settings)
    losses = [*(test for _, _, test in run.history), run.loss().test]
    reached = any(loss < wanted for loss in losses)  # it stays reached for this run
    sign = "Goal reached" if reached else "Goal, not yet reached"
    return f"{sign}: test loss below {wanted:.4g}"
