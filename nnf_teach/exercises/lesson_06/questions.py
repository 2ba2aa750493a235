"""What is predicted in lesson 06, before each reveal."""

from nnf_teach.exercises.exercise import Prediction

PREDICTIONS = (
    Prediction(
        name="slope-at-a-tie",
        question="Three inputs of a maximum are equal. numerical_gradient of lesson 5 measures "
        "the slope of each by central differences. What do the three slopes add up to?",
        options=("1, as they should", "1.5", "3, as on the slide"),
        answer=1,
        explanation="Move one of them up by e, and the maximum grows by e. Move it down, and the "
        "maximum stays: the two others hold it. The difference is e, divided by 2 e: 1/2 for each "
        "input, 1.5 in all. So a numerical check is of no use at a kink.",
    ),
    Prediction(
        name="closed-gate",
        question="y = x p, and the gate is shut: p = 0. Something comes in from behind, dL/dy = 2, "
        "and x = 3. Which of the two inputs gets a gradient that is not 0?",
        options=("x", "p", "neither"),
        answer=1,
        explanation="dL/dx = dL/dy p = 0: what was shut on the way forward is shut on the way "
        "back. But dL/dp = dL/dy x = 6: the gate is told that opening it would raise the loss. "
        "So gates can be learnt.",
    ),
    Prediction(
        name="largest-or-best",
        question="Three lines are fitted to the zigzag of the figure, by gradient descent on the "
        "squared error. The answer is always the largest of the three. Can they fit it?",
        options=(
            "yes, each line takes a piece",
            "no, the largest answer is not the right one everywhere",
            "no, because a maximum has no gradient",
        ),
        answer=1,
        explanation="At its top the zigzag bends downwards. There the lines of both pieces go on "
        "above it, each on the other side, and max chooses the larger one, which is wrong. A "
        "maximum of lines only ever bends upwards. A learnt gate chooses by x, not by size.",
    ),
    Prediction(
        name="who-owns-what",
        question="Trained on the error of its blended answer, a mixture fits the zigzag a hundred "
        "times better than a line. At each x, ask only the expert with the largest weight. "
        "How much larger is the error?",
        options=("about the same", "twice as large", "more than ten times as large"),
        answer=2,
        explanation="Only the blend is judged. So the experts share: one says too much, another "
        "too little, and their weighted sum is right. They cooperate, and no one masters a piece "
        "alone. A loss that judges each expert for itself changes this.",
    ),
    Prediction(
        name="saturated-start",
        question="A sigmoid unit starts at the logit -8 and should answer 1. With cross entropy "
        "and learning rate 1 it passes 1/2 after 9 steps. How many does square loss need?",
        options=("about 20", "about 150", "about 1,500"),
        answer=2,
        explanation="Cross entropy pulls with p - t, nearly -1. Square loss pulls with "
        "2 (p - t) p (1 - p), and p (1 - p) is 0.0003 at the start. The unit is as wrong as can "
        "be, and nearly nothing is passed back.",
    ),
    Prediction(
        name="moving-targets",
        question="Predictions X W and targets T both follow their gradients of the quadratic "
        "loss. What happens to the loss?",
        options=(
            "it falls to 0, and the targets keep what was in them",
            "it falls to 0, and most of what was in the targets is lost",
            "it stays: each runs away from the other",
        ),
        answer=1,
        explanation="dX + dT = 0, so they meet on the way. A loss of 0 was easy to reach: the "
        "targets have moved to what the predictions can say anyway. Who learns targets must tie "
        "them to something.",
    ),
)
