"""What is predicted in lesson 08, before each reveal."""

from nnf_teach.exercises.exercise import Prediction

PREDICTIONS = (
    Prediction(
        name="outside-the-training-range",
        question="A ReLU network has learnt the product x z of two numbers between -2 and 2, and "
        "makes errors of about 0.02 there. You ask it for 8 times 8. What does it say, roughly?",
        options=("about 64", "far less than 64", "far more than 64"),
        answer=1,
        explanation="Along x = z the product grows like a square. A ReLU network is piecewise "
        "linear: beyond its last kink it goes on in a straight line, with the slope that it had "
        "there. No training on [-2, 2] can change that.",
    ),
    Prediction(
        name="four-times-the-dimension",
        question="A ReLU network with 16 units reaches a mean squared error of 0.1 on "
        "<x, z> / sqrt(d) in dimension d = 4. How many units will dimension 16 need?",
        options=("16: the division by sqrt(d) makes them equal", "about 64", "about 4,000"),
        answer=1,
        explanation="There are 16 products in place of 4, and every product needs units of its "
        "own, about four ReLUs. Each of them has weights for all inputs, so the number of "
        "weights grows with the square of the dimension.",
    ),
    Prediction(
        name="size-of-the-tensor",
        question="A multiplicative layer has 512 numbers x, 512 numbers z and 512 outputs. "
        "How many weights has its tensor W?",
        options=("about 260 thousand", "about half a million", "about 134 million"),
        answer=2,
        explanation="512 x 512 x 512 = 134,217,728. A linear layer of x and z side by side has "
        "1,024 x 512 = 524,288. Hence most uses of multiplication keep W simple: 0 but on a "
        "diagonal, or a product of two thin matrices.",
    ),
    Prediction(
        name="fixed-second-input",
        question="You hold z fixed, and look at the multiplicative layer as a function of x alone. "
        "What kind of function is it?",
        options=("W x + b, as in a linear layer", "a quadratic function of x", "it depends on W"),
        answer=0,
        explanation="In every term x stands once at most. With z fixed, x^T W z is a sum of the "
        "x_i, each times a number. So z chooses which linear layer x goes through. Both "
        "together make products; each alone is linear.",
    ),
)
