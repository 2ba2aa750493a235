"""What the curves of the six broken scripts point to, asked before their text is read."""

from nnf_teach.exercises.exercise import Prediction

PREDICTIONS = (
    Prediction(
        name="symptom-of-softmax",
        question="Patient 1. All weights are 0 before training, so nothing is known yet. What is "
        "the first thing in these curves that cannot be right?",
        options=(
            "Both losses go up",
            "They begin at 4.61 and 6.21, not at log 10 = 2.30",
            "The gradient does not become smaller",
        ),
        answer=1,
        explanation="A loss that goes up has many causes. But with ten digits and no knowledge it "
        "must begin at log 10. 4.61 is log 100, and 100 is the batch size; 6.21 is log 500, and "
        "there are 500 validation images. The probabilities are shared out among the images, not "
        "among the digits. Always look at the first loss.",
    ),
    Prediction(
        name="symptom-of-loss",
        question="Patient 2. Two clouds, one logistic unit: an easy problem. The loss falls "
        "to 0.693 and rests there. What else in the curves tells what the model was asked to do?",
        options=(
            "The norm of the weights shrinks to 0.02: it is paid for ignoring its inputs",
            "The validation loss equals the training loss: it has overfitted",
            "The gradient becomes small: it has found a good solution",
        ),
        answer=0,
        explanation="0.693 is log 2, chance. The gradient becomes small because the optimiser "
        "has done its work: among all weights, tiny ones have the lowest loss, as it is computed "
        "here. So the learning rate is innocent, and the loss is not the one that was meant. It "
        "compares every answer with every label, and half of those pairs do not fit.",
    ),
    Prediction(
        name="symptom-of-step",
        question="Patient 3. The script keeps the parameters of the epoch with the lowest "
        "validation loss, 1.15. Afterwards it measures the network that it kept: 1.60 (the "
        "dotted line). Which value of the curves is that?",
        options=(
            "that of the first epoch",
            "the mean of all epochs",
            "that of the very last epoch",
        ),
        answer=2,
        explanation="It is the value at the end. Whatever was kept has gone on learning: "
        "the name best_params stands for the same arrays as params, and every step writes into "
        "them. Early stopping of this kind stops nothing.",
    ),
    Prediction(
        name="symptom-of-split",
        question="Patient 4. Nearly a third of all labels are wrong, at random. The loss on the "
        "test images falls to 0.01. What does that tell?",
        options=(
            "The network is good: it sees through the wrong labels",
            "The network has seen the test images: wrong labels cannot be guessed",
            "The network is too small for this problem",
        ),
        answer=1,
        explanation="Nobody can foresee a label that was drawn at random. A test loss of nearly "
        "0 is only possible for who has seen these very labels. The result is too good. And the "
        "two curves lie on each other, although training images should always do better.",
    ),
    Prediction(
        name="symptom-of-normalise",
        question="Patient 5. A linear classifier and 1,000 training images. Is the rising "
        "validation loss overfitting?",
        options=(
            "Yes: the validation loss rises while the training loss falls",
            "No: it never fell, not even at the first step",
            "That cannot be seen from curves",
        ),
        answer=1,
        explanation="A model that overfits learns what is general first: its validation loss "
        "falls, and turns up later. Here the gap opens at the first step. So what comes in is "
        "different: the two sets are not measured in the same way. Compare the inputs of both "
        "before you blame the model.",
    ),
    Prediction(
        name="symptom-of-init",
        question="Patient 6. A network with 32 hidden units fails on XOR. The last line shows its "
        "loss with 2, 8, 32 and 128 units. What does that point to?",
        options=(
            "The network is still too small",
            "The learning rate is too small",
            "However many units there are, they all do the same",
        ),
        answer=2,
        explanation="More units change nothing, although 4 are enough for XOR (lesson 3). Look at "
        "the weights: all rows of W are equal. Equal units get equal gradients and stay equal for "
        "ever, and one unit cannot do XOR.",
    ),
)
