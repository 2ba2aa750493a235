"""Questions that are answered before the reveal."""

from nnf_teach.exercises.exercise import Prediction

PREDICTIONS = (
    Prediction(
        name="entirely-correct",
        question="A classifier gives the right class a probability of 0.99, on each of 1,000 "
        "examples. How probable is it, by its own account, that all 1,000 are right?",
        options=("about 0.99", "about 0.4", "about 0.00004"),
        answer=2,
        explanation="0.99 to the power of 1,000 is exp(1000 log 0.99), about 4 in "
        "100,000. Products of probabilities become tiny, sums of their logarithms do not: "
        "-1000 log 0.99 is just 10. This is why we add logarithms.",
    ),
    Prediction(
        name="too-large-a-step",
        question="No line separates the two classes of your data. You train logistic regression "
        "on them, with a learning rate a hundred times larger. What does the loss curve look like?",
        options=(
            "It falls a hundred times faster",
            "It jumps up and down, and may stay high",
            "It does not change, only the weights do",
        ),
        answer=1,
        explanation="The gradient says which way is down where you are. A step that is too long "
        "lands on the other side of the valley, often higher than before. Lesson 5 computes where "
        "exactly this begins.",
    ),
    Prediction(
        name="temperature",
        question="You divide all logits by 10 before the softmax. What happens to the "
        "probabilities?",
        options=("They become more equal", "They become more extreme", "They stay as they are"),
        answer=0,
        explanation="Only differences of logits count in a softmax, and they are ten times smaller "
        "now. The number that divides is called a temperature: hot is nearly uniform, cold is "
        "nearly a hard maximum.",
    ),
    Prediction(
        name="shatter",
        question="You paint 100 points in 50 dimensions black or white, at random. What is the "
        "chance that one hyperplane through the origin separates the colours?",
        options=("nearly 0", "1/2", "nearly 1"),
        answer=1,
        explanation="Cover counted it in 1965: for n points in general position in d dimensions, "
        "exactly half of all colourings can be separated at n = 2d, nearly all below, nearly none "
        "above. With many inputs a linear classifier is stronger than it looks.",
    ),
)
