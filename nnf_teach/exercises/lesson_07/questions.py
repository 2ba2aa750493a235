"""What is predicted in lesson 07, before each reveal."""

from nnf_teach.exercises.exercise import Prediction

PREDICTIONS = (
    Prediction(
        name="how-many-regularisers-help",
        question="A network of 50 hidden units is trained on 300 digits. It gets nearly all of "
        "them right, and about 15 % of the test digits wrong. You try L2, L1, dropout, noise on "
        "the pixels, early stopping, layer norm and batch norm. How many of these seven lower the "
        "test error by one percentage point or more?",
        options=("all seven", "three to six of them", "none, or one of them"),
        answer=2,
        explanation="A training error near 0 is not yet a reason to regularise. These labels are "
        "right, and fitting all of them does no harm here. Wait for the second column: there a "
        "quarter of the labels is random, and fitting those does harm.",
    ),
    Prediction(
        name="at-the-threshold",
        question="A model with 400 random features fits 1,000 digits by least squares. It gets "
        "all but a few of them right, and about 20 % of the test digits wrong. What happens to "
        "the test error with 1,000 features?",
        options=("it falls to about 10 %", "it stays near 20 %", "it rises to about 85 %"),
        answer=2,
        explanation="With as many features as digits there is just one way to fit every target "
        "exactly, and it needs enormous weights. A little change of the input then changes the "
        "output a lot. Look at the norm of the weights in the widget.",
    ),
    Prediction(
        name="beyond-the-threshold",
        question="Now 10,000 features for the same 1,000 digits. What is the test error?",
        options=("still about 85 %", "about 20 %, as with 400", "lower than with 400"),
        answer=2,
        explanation="Many weights fit every target now, and we take the shortest of them. The more "
        "features there are to choose from, the shorter it is. So a count of parameters does not "
        "say how complex the fitted function is.",
    ),
    Prediction(
        name="ten-small-layers",
        question="Ten layers with 256 ReLU units each. All weights start with standard deviation "
        "0.01. How large are the activations of the last layer, compared with the inputs?",
        options=("about a tenth", "about a thousandth", "less than a millionth"),
        answer=2,
        explanation="A sum of 256 terms with weights of 0.01, half of it cut off by ReLU, is about "
        "0.01 * sqrt(256 / 2) = 0.11 times as large as what went in. Ten times in a row leave "
        "0.11^10, less than a billionth. The gradients on the way back shrink in the same way.",
    ),
    Prediction(
        name="shuffled-labels",
        question="Your program is to learn 20 digits by heart, and it does: the loss goes to 0. "
        "What if its labels had been shuffled by mistake, so that nearly all are wrong?",
        options=(
            "the loss goes to 0 all the same",
            "the loss falls, but stays well above 0",
            "the loss does not fall at all",
        ),
        answer=0,
        explanation="Twenty images can be learnt by heart with any labels. So this test finds "
        "mistakes in the model and in the loop, not in the data. For the data there is another: "
        "look at them, images and labels side by side.",
    ),
    Prediction(
        name="half-of-the-test",
        question="A network gets 15 % of new digits wrong. By mistake, half of the test digits "
        "are also in its training data. Which test error is reported?",
        options=("about 15 %", "about 8 %", "about 30 %"),
        answer=1,
        explanation="The half that it has seen is right, and of the other half it gets about 15 % "
        "wrong. The report looks better, and nobody complains about a good result. This is why it "
        "deserves more suspicion than a bad one.",
    ),
)
