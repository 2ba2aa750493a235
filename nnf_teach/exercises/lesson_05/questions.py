"""What is predicted in lesson 05, before each reveal."""

from nnf_teach.exercises.exercise import Prediction

PREDICTIONS = (
    Prediction(
        name="size-of-a-jacobian",
        question="A linear layer has 784 inputs and 256 units. How many numbers are in the "
        "Jacobian of its output y by its weights W, for one example?",
        options=("about 200,000", "about 50 million", "256"),
        answer=1,
        explanation="y has 256 entries and W has 256 x 784 = 200,704, so the Jacobian has "
        "256 x 200,704 = 51 million. Nearly all of them are 0: unit k uses row k of W only. "
        "The vector-Jacobian product needs none of them: it is the outer product of dL/dy and x.",
    ),
    Prediction(
        name="past-the-edge",
        question="You minimise L = 2 x^2 by gradient descent, from x = 1. Its slope is 4 x. "
        "What happens with a learning rate of 0.6?",
        options=(
            "x swings from side to side and comes to 0",
            "x swings from side to side and moves away",
            "x moves away without changing its sign",
        ),
        answer=1,
        explanation="One step is x - 0.6 * 4 x = -1.4 x. The sign changes and the size grows by "
        "1.4 each time. The factor is 1 - (learning rate) * (curvature). It must lie between -1 "
        "and 1, so the learning rate must be below 2 / curvature = 0.5.",
    ),
    Prediction(
        name="first-step-of-adam",
        question="Two parameters have the gradients 1000 and 0.001 at the very first step of Adam. "
        "Which of them moves further?",
        options=(
            "the one with gradient 1000, a million times further",
            "the one with gradient 0.001",
            "both move equally far",
        ),
        answer=2,
        explanation="After the bias correction the first m is the gradient g, and the first v is "
        "g squared. So the step is learning_rate * g / |g|: its length is the learning rate, "
        "whatever the gradient. Only epsilon makes a tiny difference.",
    ),
    Prediction(
        name="price-of-a-gradient",
        question="A loss depends on a million weights. You want the derivative by each of them. "
        "About how much work is backpropagation, compared with computing the loss once?",
        options=("2 to 4 times as much", "a thousand times as much", "a million times as much"),
        answer=0,
        explanation="The backward pass visits every module once, as the forward pass did, and does "
        "about twice as much there. Numerical differences need two losses for each weight: two "
        "million. This is why networks can be trained at all.",
    ),
    Prediction(
        name="training-with-the-slip",
        question="All logits x start at 0, t is one-hot. You take the slide literally and step "
        "downhill with dL/dx = t - x. What does the loss do?",
        options=(
            "it falls, only more slowly",
            "it falls to the same value",
            "it grows without end",
        ),
        answer=2,
        explanation="A step is x := x - a (t - x) = (1 + a) x - a t. The logit of the right class "
        "goes down, faster and faster, and the others stay at 0. With softmax(x) - t the right "
        "logit goes up, until the prediction equals the label.",
    ),
)
