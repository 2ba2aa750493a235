"""How the recorded runs were made: what was trained on what, and what was done wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from nnf_teach.datasets.runs import KINDS


@dataclass(frozen=True)
class Recipe:
    """One training run, and what it may be called after what was done."""

    kinds: tuple[str, ...]  # two where it lies between them
    made: str
    data: str  # "digits", "XOR", "gaussians", "spiral", "plane" or "hills"
    n: int  # training examples
    rate: float
    epochs: int
    seed: int = 0
    hidden: tuple[int, ...] = (32,)
    noise: float = 0.0  # of the data
    n_val: int = 300
    batch: int | None = None  # all examples
    optimizer: str = "gradient descent"
    activation: str = "relu"
    scale: float = 1.0  # times He's initial weights
    bias: float = 0.0  # of hidden units, at first
    growth: float = 1.0  # of the learning rate, an epoch
    uphill: bool = False
    inputs: float = 1.0  # what they are multiplied with; digits and planes begin within 1 or so
    spoilt: str = ""
    shown: float = 1.0  # size of a leaked label; share of the validation set that leaked
    every: int = 1  # epochs between two entries
    one_batch: bool = False  # note the loss of the last batch alone
    stops_at_nan: bool = True
    dtype: str = "float64"


_found: list[Recipe] = []


def _kind(name: str) -> Callable[..., None]:
    """Return what adds a recipe; seeds count within a kind, so that one more changes no other."""
    kinds = tuple(name.split(" or "))

    def add(made: str, data: str, n: int, rate: float, epochs: int, **more: Any) -> None:
        seed = sum(recipe.kinds == kinds for recipe in _found)
        _found.append(Recipe(kinds, made, data, n, rate, epochs, seed, **more))

    return add


# A number of the record is no longer finite.
_nan = _kind("nan")
_large = "a learning rate far too large, until numbers overflow"
_log = "the logarithm of a probability that has become 0"
_nan(_large, "plane", 200, 12.0, 60, hidden=(), dtype="float32")
_nan(_large, "hills", 300, 2.0, 60, batch=30, dtype="float32", stops_at_nan=False)
_nan(_large, "digits", 500, 3.0, 60, hidden=(), batch=50, dtype="float32", growth=4.0)
_nan("steps uphill", "plane", 100, 0.02, 90, hidden=(16, 16), uphill=True, dtype="float32")
_nan("pixels up to 255, and a softmax that overflows", "digits", 400, 0.00001, 30, hidden=(),
     spoilt="careless loss", inputs=255, batch=40, growth=1.5)  # fmt: skip
_nan("a softmax that overflows late", "digits", 600, 0.003, 60, spoilt="careless loss",
     batch=60, optimizer="Adam", dtype="float32", growth=1.2)  # fmt: skip
_nan(_log, "gaussians", 200, 0.02, 240, spoilt="careless loss", every=4, inputs=4,
     optimizer="Adam", hidden=(8,), dtype="float32")  # fmt: skip
_nan(_log, "XOR", 300, 0.05, 120, optimizer="Adam", spoilt="careless loss", hidden=(32, 32),
     batch=20, stops_at_nan=False)  # fmt: skip
_nan(_log, "spiral", 300, 0.02, 300, optimizer="Adam", spoilt="careless loss", hidden=(48, 48),
     every=3, dtype="float32")  # fmt: skip
_nan("pixels that never change, divided by their deviation", "digits", 400, 0.1, 20,
     spoilt="divided by zero", stops_at_nan=False)  # fmt: skip
_nan("a learning rate that grows by half every epoch", "hills", 250, 0.002, 60, growth=1.5,
     dtype="float32", batch=25)  # fmt: skip
_nan("momentum and too large a learning rate", "plane", 300, 14.0, 80, hidden=(),
     optimizer="momentum", dtype="float32")  # fmt: skip
_nan("a recorded loss that is infinite, beside a sound gradient", "gaussians", 300, 0.02, 40,
     noise=1.0, inputs=100, hidden=(8,), spoilt="careless record", stops_at_nan=False)  # fmt: skip
_nan("a recorded loss that is infinite, beside a sound gradient", "XOR", 300, 0.0005, 30,
     noise=0.4, inputs=100, hidden=(16,), spoilt="careless record", stops_at_nan=False)  # fmt: skip

# The training loss goes up, far above its beginning and above chance, and stays finite.
_diverging = _kind("diverging")
_diverging("too large a learning rate", "plane", 200, 5.0, 25, hidden=())
_diverging("too large a learning rate", "plane", 120, 7.0, 12, hidden=(), noise=0.2)
_diverging("too large a learning rate", "hills", 300, 2.4, 14, hidden=(), batch=60)
_diverging("Adam, uphill", "hills", 400, 0.01, 40, batch=40, optimizer="Adam", hidden=(32, 32),
           uphill=True)  # fmt: skip
_diverging("Adam, uphill", "XOR", 200, 0.02, 60, noise=0.3, batch=20, optimizer="Adam",
           hidden=(16,), uphill=True, one_batch=True)  # fmt: skip
_diverging("steps uphill, small ones for pixels up to 255", "digits", 1000, 1e-7, 40, hidden=(),
           inputs=255, noise=0.6, batch=50, scale=0.01, uphill=True)  # fmt: skip
_diverging("steps uphill", "gaussians", 200, 0.05, 60, noise=0.5, uphill=True)
_diverging("steps uphill", "digits", 500, 0.02, 25, uphill=True, batch=100)
_diverging("momentum and too large a learning rate", "plane", 250, 11.0, 16, hidden=(),
           optimizer="momentum")  # fmt: skip
_diverging("a learning rate that grows by a quarter every epoch", "plane", 300, 0.1, 31,
           growth=1.25, hidden=(), noise=0.3)  # fmt: skip
_diverging("a learning rate that grows by a tenth every epoch", "hills", 300, 0.2, 55, growth=1.1,
           hidden=())  # fmt: skip
_diverging("momentum, uphill", "spiral", 250, 0.01, 50, hidden=(32,), optimizer="momentum",
           batch=50, activation="tanh", uphill=True)  # fmt: skip

# The training loss stays where a model that knows nothing is.
_stuck = _kind("not learning")
_stuck("a tiny learning rate", "digits", 500, 1e-5, 30, scale=0.3)
_stuck("a tiny learning rate for Adam", "XOR", 300, 1e-6, 80, optimizer="Adam", scale=0.3, every=2)
_stuck("all weights zero", "digits", 600, 0.1, 40, scale=0.0, batch=60)
_stuck("all weights zero", "spiral", 300, 0.05, 100, scale=0.0, hidden=(32, 32), every=2)
_stuck("ReLU units that are all dead", "digits", 400, 0.05, 40, bias=-50.0)
_stuck("ReLU units that are all dead", "hills", 300, 0.02, 60, bias=-100.0, batch=50)
_stuck("ten sigmoid layers with small weights", "digits", 500, 0.05, 30, hidden=(20,) * 10,
       activation="sigmoid", scale=0.3, batch=100)  # fmt: skip
_stuck("shuffled labels and a small model", "digits", 2500, 0.01, 25, hidden=(), n_val=500,
       spoilt="shuffled labels", batch=250, scale=0.2)  # fmt: skip
_stuck("a linear model for XOR", "XOR", 400, 0.5, 60, hidden=(), batch=40)
_stuck("shuffled labels and a small model", "gaussians", 600, 0.1, 50, hidden=(),
       spoilt="shuffled labels", batch=100, one_batch=True)  # fmt: skip
_stuck("(N, 1) against (N,): each answer is compared with all targets", "hills", 600, 0.05, 80,
       spoilt="broadcast", every=2, n_val=1500)  # fmt: skip
_stuck("(N, 1) against (N,): each answer is compared with all targets", "plane", 800, 0.1, 50,
       spoilt="broadcast", hidden=(16,), batch=80, n_val=1500)  # fmt: skip
_stuck("a linear model for XOR, from zeros, whose loss ends a little above its beginning", "XOR",
       400, 1.0, 40, hidden=(), batch=10, scale=0.0, n_val=1000)  # fmt: skip

# The validation loss goes to nearly nothing, which real data do not allow.
_leak = _kind("too good")
_inputs, _copies = "the label is among the inputs", "the validation set is in the training set"
_leak(_inputs, "digits", 600, 0.1, 40, spoilt="labels among the inputs", shown=5, batch=30)
_leak(_inputs, "digits", 300, 0.05, 60, spoilt="labels among the inputs", shown=8, noise=0.5,
      batch=20, hidden=(), scale=0.2)  # fmt: skip
_leak(_inputs, "XOR", 300, 0.2, 100, spoilt="labels among the inputs", shown=10, noise=0.2,
      every=2, batch=60)  # fmt: skip
_leak(_inputs, "gaussians", 200, 0.1, 60, spoilt="labels among the inputs", shown=12, noise=0.5,
      batch=20, hidden=(), scale=0.1)  # fmt: skip
_leak(_inputs, "spiral", 300, 0.01, 50, spoilt="labels among the inputs", shown=6,
      optimizer="Adam", batch=30, one_batch=True)  # fmt: skip
_leak(_inputs, "gaussians", 500, 0.005, 25, spoilt="labels among the inputs", shown=8, noise=1.0,
      optimizer="Adam", batch=20, scale=0.5)  # fmt: skip
_leak(_copies, "digits", 300, 0.2, 100, spoilt="validation set in training", batch=30,
      hidden=(128,), every=2)  # fmt: skip
_leak(_copies, "digits", 200, 0.002, 120, spoilt="validation set in training", noise=0.5,
      optimizer="Adam", batch=40, hidden=(128,), every=2, n_val=200)  # fmt: skip
_leak(_copies, "digits", 300, 0.003, 60, spoilt="validation set in training", noise=0.2,
      optimizer="Adam", batch=50, hidden=(128, 64), n_val=200)  # fmt: skip
_leak(_copies, "digits", 100, 0.1, 80, spoilt="validation set in training", batch=25,
      hidden=(64,), optimizer="momentum", n_val=200)  # fmt: skip
_leak(_copies, "digits", 600, 0.3, 60, spoilt="validation set in training", batch=50,
      hidden=(128,), one_batch=True)  # fmt: skip
_leak(_copies, "digits", 150, 0.001, 180, spoilt="validation set in training", noise=0.3,
      optimizer="Adam", batch=25, hidden=(100,), every=3, n_val=200)  # fmt: skip

# The training loss falls on, the validation loss has turned up.
_overfit = _kind("overfitting")
_few, _noise = "few examples and a large network", "labels with mistakes and a large network"
_overfit(_few, "digits", 60, 0.01, 120, hidden=(256,), optimizer="Adam", noise=0.3, every=2)
_overfit(_few, "digits", 40, 0.2, 400, hidden=(128, 128), noise=0.4, every=8)
_overfit(_noise, "digits", 300, 0.005, 50, hidden=(128,), optimizer="Adam", noise=0.5, batch=30)
_overfit(_noise, "digits", 600, 0.3, 100, hidden=(128,), noise=0.5, batch=60, every=2)
_overfit(_noise, "XOR", 80, 0.02, 300, hidden=(64, 64), optimizer="Adam", noise=0.3, every=5)
_overfit(_noise, "XOR", 60, 0.5, 900, hidden=(64, 64), noise=0.4, every=15)
_overfit(_few, "gaussians", 50, 0.02, 250, hidden=(64, 64), optimizer="Adam", noise=1.0, every=4)
_overfit(_few, "hills", 40, 0.01, 400, hidden=(100, 100), optimizer="Adam", noise=0.5, every=8)
_overfit(_few, "plane", 30, 0.01, 400, hidden=(100, 100), optimizer="Adam", noise=1.0, every=8)
_overfit("random labels, learnt by heart", "digits", 200, 0.005, 60, hidden=(128,),
         optimizer="Adam", spoilt="shuffled labels", batch=20)  # fmt: skip
_overfit("random labels, learnt by heart", "XOR", 60, 0.02, 250, hidden=(64, 64),
         optimizer="Adam", spoilt="shuffled labels", batch=20, every=5)  # fmt: skip
_overfit(_noise, "digits", 150, 0.1, 200, hidden=(128,), optimizer="momentum", noise=0.4,
         batch=50, every=4, one_batch=True)  # fmt: skip

# Both losses fall and come to rest.
_healthy = _kind("healthy")
_sound = "sound: enough data for the network"
_healthy(_sound, "digits", 3000, 0.05, 15, hidden=(32,), batch=50, n_val=1000)
_healthy(_sound, "digits", 3000, 0.02, 20, hidden=(), batch=30, n_val=1000)
_healthy(_sound, "digits", 3000, 0.001, 8, hidden=(32,), optimizer="Adam", batch=50, n_val=1000)
_healthy(_sound, "digits", 4000, 0.005, 12, hidden=(24,), optimizer="momentum", batch=100,
         n_val=1000, one_batch=True)  # fmt: skip
_healthy("sound: mistakes in a tenth of the labels", "digits", 4000, 0.05, 20, hidden=(),
         batch=50, noise=0.1, n_val=1000)  # fmt: skip
_healthy(_sound, "XOR", 1000, 0.2, 60, hidden=(8,), noise=0.2, batch=50, n_val=1000)
_healthy(_sound, "XOR", 1000, 0.01, 60, hidden=(8,), optimizer="Adam", noise=0.1, batch=80,
         n_val=1000, every=2)  # fmt: skip
_healthy("sound: two clouds that overlap", "gaussians", 500, 0.5, 60, hidden=(), noise=0.4,
         n_val=1000)  # fmt: skip
_healthy("sound: two clouds that overlap", "gaussians", 1000, 0.01, 30, hidden=(8,),
         optimizer="Adam", noise=0.5, batch=100, n_val=1000)  # fmt: skip
_healthy(_sound, "plane", 600, 0.1, 60, hidden=(8,), noise=0.3, batch=60, n_val=1000)
_healthy(_sound, "hills", 1500, 0.01, 80, hidden=(24,), optimizer="Adam", noise=0.1, batch=100,
         n_val=1000)  # fmt: skip
_healthy("sound: initial weights too large, which it got over", "digits", 4000, 0.05, 40,
         hidden=(), batch=50, scale=4.0, n_val=1000, noise=0.05)  # fmt: skip
_healthy("sound: slow, but it gets there", "digits", 2000, 0.005, 60, hidden=(32,), batch=50,
         n_val=1000, every=2)  # fmt: skip
_healthy("sound: a gap between the losses, and no turn", "digits", 4000, 0.001, 12, hidden=(48,),
         optimizer="Adam", batch=50, n_val=1000)  # fmt: skip

# Between two kinds.
_kind("not learning or healthy")("a small learning rate", "digits", 500, 0.002, 100, hidden=(),
                                 scale=0.3)  # fmt: skip
_kind("not learning or healthy")("a small learning rate", "XOR", 400, 0.02, 60, noise=0.1)
_kind("overfitting or healthy")(_few, "digits", 500, 0.1, 40, hidden=(64,), batch=50)
_kind("overfitting or healthy")(_few, "digits", 1000, 0.1, 40, hidden=(64,), batch=50)
_kind("overfitting or healthy")(_noise, "digits", 600, 0.02, 60, batch=20, noise=0.2, hidden=())
_kind("diverging or not learning")("too large a learning rate", "digits", 400, 3.0, 30, batch=40)
_kind("diverging or not learning")("steps uphill, small ones", "digits", 500, 0.002, 60,
                                   uphill=True, hidden=(), every=2)  # fmt: skip
_kind("too good or overfitting")("half of the validation set is in the training set", "digits",
                                 300, 0.2, 120, hidden=(128,), batch=30, noise=0.5, shown=0.5,
                                 spoilt="validation set in training", every=2)  # fmt: skip
_kind("too good or healthy")("two clouds that hardly touch", "gaussians", 500, 0.1, 60,
                             noise=0.02, n_val=1000, inputs=5)  # fmt: skip

RECIPES = tuple(_found)


def _example(kind: str, number: int) -> Recipe:
    """Return a recipe of that kind for other data and weights."""
    chosen = [recipe for recipe in RECIPES if recipe.kinds == (kind,)][number]
    return replace(chosen, seed=1000 + chosen.seed)


EXAMPLES = tuple(
    _example(kind, number)
    for kind, numbers in zip(KINDS, ((5, 10), (0, 6), (1, 8), (0, 7), (2, 4), (0, 9)), strict=True)
    for number in numbers
)
