"""Questions that are answered before the reveal."""

from nnf_teach.exercises.exercise import Prediction

PREDICTIONS = (
    Prediction(
        name="corners-of-xor",
        question="A threshold neuron cuts the square of inputs along one line. How many of the "
        "four corners of XOR can it get right?",
        options=("2 at most", "3 at most", "all 4, if the weights are well chosen"),
        answer=1,
        explanation="Three are possible: one of the gates of lesson 1 is wrong at one corner only. "
        "Four are not. The next exercise asks you for three, and the proof follows it.",
    ),
    Prediction(
        name="where-blobs-land",
        question="The slide's hidden layer sends every input to a point (h1, h2). Where do the two "
        "clouds of class 0, around (3, 3) and (-3, -3), land?",
        options=(
            "Near each other, close to (0, 0)",
            "In opposite corners, (0, 0) and (1, 1)",
            "One near (1, 0), the other near (0, 1)",
        ),
        answer=0,
        explanation="Both units look at the difference of the inputs only: x2 - x1 - 4 and "
        "x1 - x2 - 4. In both clouds the difference is about 0, so both units are nearly silent: "
        "sigmoid(-4) is 0.018. The layer has folded the plane, and now a line is enough.",
    ),
    Prediction(
        name="more-hidden-units",
        question="Two hidden units are enough to solve XOR by hand. You start training many times "
        "from random weights. Which network succeeds most often?",
        options=("the one with 2 hidden units", "the one with 6 hidden units", "both, always"),
        answer=1,
        explanation="Being able to represent a solution is not the same as finding it. With 2 "
        "units both must end up in the right places, and training may get stuck in a local "
        "minimum. With 6 units there are many ways to succeed.",
    ),
)
