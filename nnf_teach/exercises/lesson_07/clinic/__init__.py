"""The clinic: six broken training scripts, and the function of each that is to be repaired.

The scripts themselves are in `nnf_teach.clinic`. Every first known mistake is the broken function
as it stands there.

training        what is broken in the training itself: softmax, loss and step
data            what is broken in the data, before training begins: split and normalise
init            what is broken in the weights, before training begins
questions       what the curves of the scripts point to, before their text is read
"""

from nnf_teach.exercises.lesson_07.clinic.data import repaired_normalise, repaired_split
from nnf_teach.exercises.lesson_07.clinic.init import repaired_init
from nnf_teach.exercises.lesson_07.clinic.questions import PREDICTIONS
from nnf_teach.exercises.lesson_07.clinic.training import (
    repaired_loss,
    repaired_softmax,
    repaired_step,
)

__all__ = ["EXERCISES", "PREDICTIONS"]

EXERCISES = (
    repaired_softmax.exercise,
    repaired_loss.exercise,
    repaired_step.exercise,
    repaired_split.exercise,
    repaired_normalise.exercise,
    repaired_init.exercise,
)
