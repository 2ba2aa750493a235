"""Interactive figures, one a file; each is a function from a state to a scene.

    from nnf_teach.widgets import neuron_explorer
    neuron_explorer()

The files import NumPy and nothing heavier; the browser view comes in when a widget is made.
They are imported here and now because file and function share a name: imported later, the
file would take the function's place in this namespace.
"""

from nnf_teach.widgets.attention import attention
from nnf_teach.widgets.backprop_stepper import backprop_stepper
from nnf_teach.widgets.bump_builder import bump_builder
from nnf_teach.widgets.digit_weights import digit_weights
from nnf_teach.widgets.double_descent import double_descent
from nnf_teach.widgets.folding import folding
from nnf_teach.widgets.gradient_flow import gradient_flow
from nnf_teach.widgets.hidden_space import hidden_space
from nnf_teach.widgets.hypernetwork import hypernetwork
from nnf_teach.widgets.initialisation import initialisation
from nnf_teach.widgets.learning_rate import learning_rate
from nnf_teach.widgets.linear_regions import linear_regions
from nnf_teach.widgets.loss_and_saturation import loss_and_saturation
from nnf_teach.widgets.mixture_of_experts import mixture_of_experts
from nnf_teach.widgets.mlp_against_product import mlp_against_product
from nnf_teach.widgets.neuron_explorer import neuron_explorer
from nnf_teach.widgets.optimizers import optimizers
from nnf_teach.widgets.overfitting import overfitting
from nnf_teach.widgets.playground import playground
from nnf_teach.widgets.saturation import saturation
from nnf_teach.widgets.shattering import shattering
from nnf_teach.widgets.softmax_temperature import softmax_temperature
from nnf_teach.widgets.spiking_neuron import spiking_neuron
from nnf_teach.widgets.train_logistic_regression import train_logistic_regression
from nnf_teach.widgets.training_monitor import training_monitor
from nnf_teach.widgets.two_points import two_points
from nnf_teach.widgets.vjp import vjp
from nnf_teach.widgets.width_and_error import width_and_error
from nnf_teach.widgets.xor_by_hand import xor_by_hand

__all__ = [
    "attention",
    "backprop_stepper",
    "bump_builder",
    "digit_weights",
    "double_descent",
    "folding",
    "gradient_flow",
    "hidden_space",
    "hypernetwork",
    "initialisation",
    "learning_rate",
    "linear_regions",
    "loss_and_saturation",
    "mixture_of_experts",
    "mlp_against_product",
    "neuron_explorer",
    "optimizers",
    "overfitting",
    "playground",
    "saturation",
    "shattering",
    "softmax_temperature",
    "spiking_neuron",
    "train_logistic_regression",
    "training_monitor",
    "two_points",
    "vjp",
    "width_and_error",
    "xor_by_hand",
]
