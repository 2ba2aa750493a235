"""The playground of lesson 03: a network that trains in the browser, on data to choose.

    from nnf_teach.widgets import playground
    network = playground(data="xor", hidden=[6], activation="sigmoid")
    network                 # draws it; press Play
    network.params          # [(W, b), ...] of the network as it is now

One idea per file: `random` (numbers from a seed), `data` (points and inputs), `engine` (the
network in NumPy), `settings`, `state` (as a text), `picture` (for a page without a browser's
engine), `widget`. The browser's part is `static/playground/`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nnf_teach.widgets.playground.widget import Playground


def playground(state: str | None = None, **settings: Any) -> Playground:
    """Show a network that learns to tell points apart, or to predict a value.

    Without settings this is the run on the lecture's slide: XOR data, 250 points for training
    and 250 for the test, 6 sigmoid units, tanh output, learning rate 0.03, batches of 10.

    Parameters
    ----------
    state : str, optional
        In place of settings, the state of another playground: what its button *Copy* has copied,
        or its `text`. The weights are in it, the loss curve is not.
    data : "circle", "xor", "gaussians", "spiral" (classes -1 and +1, tanh output) or
        "plane", "gaussian" (values, linear output)
        Distributions of the TensorFlow Playground.
    noise : float from 0 to 0.5
    train_share : float from 0.1 to 0.9
    data_seed, seed : int
        The data follow from the first, the start weights from the second.
    inputs : list of "x1", "x2", "x1^2", "x2^2", "x1 x2", "sin x1", "sin x2"
    hidden : list of at most 4 int from 1 to 8
    activation : "relu", "tanh", "sigmoid" or "linear"
    learning_rate : float
    batch_size : int from 1 to 30
    regularization : "none", "L1" or "L2"
    regularization_rate : float
        L2 adds rate * w to the gradient, L1 adds rate * sign(w), and L1 kills weights that
        would cross zero. Biases are left alone.
    discretize, show_test : bool
    goal : float, optional
        The test loss to get below: 0.05 for classes, 0.005 for values.
    speed : 0, 1, 5 or 25
        Epochs for each drawn frame; 0 is one batch.

    Raises
    ------
    ValueError
        If a setting is unknown or its value is not one of these, or the text is not a state.

    Examples
    --------
    >>> network = playground(hidden=[3, 2])
    >>> network
    Playground('xor', 2-3-2-1, 'sigmoid')
    >>> [W.shape for W, b in network.params]
    [(3, 2), (2, 3), (1, 2)]
    >>> network.text
    'v1;hidden=3,2'
    >>> playground(network.text)
    Playground('xor', 2-3-2-1, 'sigmoid')
    """
    from nnf_teach.widgets.playground.widget import Playground

    return Playground(state, **settings)


__all__ = ["playground"]
