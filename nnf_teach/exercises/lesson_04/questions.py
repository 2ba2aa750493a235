"""What is predicted before the reveal."""

from nnf_teach.exercises.exercise import Prediction

PREDICTIONS = (
    Prediction(
        name="what-the-theorem-promises",
        question="A continuous function on [0, 1] and an epsilon are given. What does the theorem "
        "promise about networks with one hidden layer of sigmoids?",
        options=(
            "One of them equals the function",
            "Gradient descent finds one within epsilon of it",
            "There is one within epsilon of it",
        ),
        answer=2,
        explanation="It says that such a network exists, not how to find it: nothing about "
        "learning. And near is not equal: a finite sum of sigmoids is smooth, so it can never "
        "equal a function with a kink.",
    ),
    Prediction(
        name="cells-in-ten-dimensions",
        question="On [0, 1], 10 bumps are enough for a certain error. "
        "How many cells does the same grid need on a cube of 10 dimensions?",
        options=("100", "1,024", "10,000,000,000"),
        answer=2,
        explanation="10 cells along each of 10 sides: 10 to the power of 10. "
        "The theorem holds in any dimension, but the network that this proof builds grows "
        "exponentially with it.",
    ),
    Prediction(
        name="dead-unit-in-training",
        question="A ReLU puts out 0 for every training example. "
        "What does gradient descent do to its weights?",
        options=(
            "Nothing: their gradient is 0",
            "It makes them larger until the unit fires",
            "It makes them smaller still",
        ),
        answer=0,
        explanation="The gradient of every example is multiplied by the slope of the ReLU, which "
        "is 0 there. So the weights never change: the unit is dead. (It can only come back when "
        "the layers before it move its inputs.)",
    ),
    Prediction(
        name="pieces-of-ten-tents",
        question="tent(x) has 2 linear pieces on [0, 1]. Ten tents, one after the other, use "
        "20 ReLUs. How many linear pieces has the result?",
        options=("20", "1,024", "100"),
        answer=1,
        explanation="Each tent folds the interval in two, so it doubles the pieces: 2 to the "
        "power of 10. A network with one hidden layer would need 1,023 ReLUs: one for each kink.",
    ),
)
