"""Lesson 00, Start here: one toy of each kind."""

from nnf_teach.exercises.exercise import Prediction
from nnf_teach.exercises.form import exercise

TITLE = "Start here"


@exercise(lesson=0, points=0)
def double(x):
    return 2 * x


@double.cases
def cases(rng):
    yield from (3.0, 0.0, -1.5, round(float(rng.normal()), 3), 1e6)


@double.mistake
def squared(x):
    """Your function multiplies x by itself. For 2 that is the same as twice 2. What is it for 3,
    and what is twice 3?"""
    return x**2


@double.mistake
def unchanged(x):
    """x comes back as it went in. What should happen to it?"""
    return x


@double.mistake
def added_two(x):
    """Your function adds 2. What is twice 3, and what is 3 + 2?"""
    return x + 2


@double.mistake
def halved(x):
    """The answer is half of x. Which way round is it asked?"""
    return x / 2


double.hints(
    "Twice a number is the number plus itself.",
    "In Python the sign for multiplication is a star: 3 * 4 is 12.",
    "The line begins with `return`, then comes the product of 2 and x.",
    remark="This is all there is to it: write, run, check. Real exercises give points.",
)

EXERCISES = (double.exercise,)

PREDICTIONS = (
    Prediction(
        name="first-guess",
        question="A network for handwritten digits has a few thousand numbers that must be chosen. "
        "How are they found?",
        options=(
            "A person chooses them, with experience",
            "All combinations are tried, and the best is kept",
            "They start at random and are improved in small steps, from examples",
        ),
        answer=2,
        explanation="Small steps, each in the direction that lowers the error on examples: "
        "gradient-based optimisation. With a thousand numbers of only ten values each there are "
        "10 to the power of 1000 combinations, so trying them all is out of the question.",
    ),
)
