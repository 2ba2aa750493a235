"""The lecture's pieces, one per file, in plain NumPy.

linear                  the linear layer
sigmoid, tanh, relu     activations and their derivatives
softmax                 probabilities of many classes
cross_entropy           the loss of two classes, from probabilities and from logits
softmax_cross_entropy   the loss of many classes, from logits
square_loss             half the squared error
multiplicative          a layer whose two inputs multiply
penalties               L1 and L2 on the weights
dropout                 units left out at random
normalisation           layer norm and batch norm
network                 layers put together, forward and backward
gradient_descent        one step downhill
momentum, rmsprop, adam other steps, which remember past gradients
optimizer               where they keep what they remember
training                many steps, one state each
progress                a bar for them
regularised_training    one network on few digits, with one regulariser or none
random_features         random Fourier features: fits in closed form
double_descent          such models of growing size, on the same digits
training_record         what a run was like, at little cost
training_warnings       what it warns of, in words
graph                   a computational graph, forward and backward one node at a time
max_pool                the largest number, of a vector and of each window
gate                    what is let through, chosen or learnt
quadratic_loss          the squared distance of every example
mixture                 experts, and a softmax gate that weighs them
hodgkin_huxley          the membrane of a real neuron

`f` computes a value, `f_backward` turns dL/d(output) into dL/d(input), and `f_gradient` is the
gradient of a loss that is a mean over the batch.
"""

from nnf_teach.modules import hodgkin_huxley
from nnf_teach.modules.adam import Adam, adam_step
from nnf_teach.modules.cross_entropy import (
    cross_entropy,
    cross_entropy_backward,
    cross_entropy_gradient,
    cross_entropy_with_logits,
    cross_entropy_with_logits_gradient,
)
from nnf_teach.modules.double_descent import (
    DescentCurve,
    DescentPoint,
    FeatureSweep,
    double_descent_curve,
)
from nnf_teach.modules.dropout import dropout
from nnf_teach.modules.gate import (
    conditional,
    conditional_backward,
    softmax_gate,
    softmax_gate_backward,
)
from nnf_teach.modules.gradient_descent import gradient_descent_step
from nnf_teach.modules.graph import (
    Graph,
    Node,
    backward_steps,
    forward_steps,
    mlp_graph,
    scalar_graph,
)
from nnf_teach.modules.linear import linear, linear_backward
from nnf_teach.modules.max_pool import max_backward, max_forward, max_pool, max_pool_backward
from nnf_teach.modules.mixture import (
    MixtureState,
    gate_probabilities,
    mixture_backward,
    mixture_forward,
    mixture_gradients,
    train_mixture_steps,
)
from nnf_teach.modules.momentum import Momentum, momentum_step
from nnf_teach.modules.multiplicative import multiplicative_backward, multiplicative_layer
from nnf_teach.modules.network import init_params, network_backward, network_forward
from nnf_teach.modules.normalisation import (
    batch_norm,
    batch_norm_backward,
    layer_norm,
    layer_norm_backward,
)
from nnf_teach.modules.penalties import l1_penalty, l2_penalty
from nnf_teach.modules.progress import progress_bar, takes_seconds
from nnf_teach.modules.quadratic_loss import quadratic_loss, quadratic_loss_backward
from nnf_teach.modules.random_features import (
    fourier_features,
    fourier_layer,
    min_norm_fit,
    ridge_fit,
)
from nnf_teach.modules.regularised_training import RegularisedRun, train_regularised
from nnf_teach.modules.relu import relu, relu_backward
from nnf_teach.modules.rmsprop import RMSProp, rmsprop_step
from nnf_teach.modules.sigmoid import sigmoid, sigmoid_backward, sigmoid_derivative
from nnf_teach.modules.softmax import log_softmax, softmax, softmax_backward
from nnf_teach.modules.softmax_cross_entropy import (
    softmax_cross_entropy,
    softmax_cross_entropy_backward,
    softmax_cross_entropy_gradient,
)
from nnf_teach.modules.square_loss import half_square_loss, half_square_loss_gradient
from nnf_teach.modules.tanh import tanh, tanh_backward
from nnf_teach.modules.training import (
    TrainingState,
    count_steps,
    last_state,
    network_loss,
    train,
)

__all__ = [
    "Adam",
    "DescentCurve",
    "DescentPoint",
    "FeatureSweep",
    "Graph",
    "MixtureState",
    "Momentum",
    "Node",
    "RMSProp",
    "RegularisedRun",
    "TrainingState",
    "adam_step",
    "backward_steps",
    "batch_norm",
    "batch_norm_backward",
    "conditional",
    "conditional_backward",
    "count_steps",
    "cross_entropy",
    "cross_entropy_backward",
    "cross_entropy_gradient",
    "cross_entropy_with_logits",
    "cross_entropy_with_logits_gradient",
    "double_descent_curve",
    "dropout",
    "forward_steps",
    "fourier_features",
    "fourier_layer",
    "gate_probabilities",
    "gradient_descent_step",
    "half_square_loss",
    "half_square_loss_gradient",
    "hodgkin_huxley",
    "init_params",
    "l1_penalty",
    "l2_penalty",
    "last_state",
    "layer_norm",
    "layer_norm_backward",
    "linear",
    "linear_backward",
    "log_softmax",
    "max_backward",
    "max_forward",
    "max_pool",
    "max_pool_backward",
    "min_norm_fit",
    "mixture_backward",
    "mixture_forward",
    "mixture_gradients",
    "mlp_graph",
    "momentum_step",
    "multiplicative_backward",
    "multiplicative_layer",
    "network_backward",
    "network_forward",
    "network_loss",
    "progress_bar",
    "quadratic_loss",
    "quadratic_loss_backward",
    "relu",
    "relu_backward",
    "ridge_fit",
    "rmsprop_step",
    "scalar_graph",
    "sigmoid",
    "sigmoid_backward",
    "sigmoid_derivative",
    "softmax",
    "softmax_backward",
    "softmax_cross_entropy",
    "softmax_cross_entropy_backward",
    "softmax_cross_entropy_gradient",
    "softmax_gate",
    "softmax_gate_backward",
    "takes_seconds",
    "tanh",
    "tanh_backward",
    "train",
    "train_mixture_steps",
    "train_regularised",
]
