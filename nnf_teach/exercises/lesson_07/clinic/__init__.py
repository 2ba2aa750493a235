"""The clinic: six broken training scripts, and the function of each that is to be repaired.

The scripts themselves are in `nnf_teach.clinic`. Every first known mistake is the broken function
as it stands there.

training        what is broken in the training itself: softmax, loss and step
data            what is broken in the data, before training begins: split and normalise
init            what is broken in the weights, before training begins
questions       what the curves of the scripts point to, before their text is read
"""

from nnf_teach.exercises.lesson_07.clinic import data, init, questions, training

__all__ = ["data", "init", "questions", "training"]
