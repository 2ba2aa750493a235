"""Questions that are answered before the reveal."""

from nnf_teach.exercises.exercise import Prediction

PREDICTIONS = (
    Prediction(
        name="more-current",
        question="You raise the current that flows into a real neuron, step by step. "
        "What does the neuron do?",
        options=(
            "Its voltage rises in proportion to the current",
            "Below a threshold a few spikes at most, then spikes of nearly the same height, "
            "more and more often",
            "Below a threshold nothing, then spikes that grow higher and higher",
        ),
        answer=1,
        explanation="A spike is all or nothing: its height hardly depends on the current. "
        "What carries the strength is how often spikes come, so an artificial neuron that outputs "
        "one real number can be read as a firing rate.",
    ),
    Prediction(
        name="longer-weights",
        question="A sigmoid neuron separates the plane along a line. You make its weight vector w "
        "and its bias b both twice as large. What happens to the line where y = 1/2, and to "
        "the transition from 0 to 1?",
        options=(
            "The line moves outwards, the transition stays as wide",
            "The line stays, the transition becomes narrower",
            "The line stays, the transition becomes wider",
        ),
        answer=1,
        explanation="<w, x> + b = 0 has the same solutions after multiplying both sides by 2, "
        "so the line stays. But one step across it changes the sum by twice as much, so the "
        "sigmoid goes from 0 to 1 in half the distance.",
    ),
    Prediction(
        name="loop-or-product",
        question="A layer of 100 units reads 1,000 examples of 100 numbers: 10 million "
        "multiplications. Roughly how much faster is one matrix product than Python loops?",
        options=("about as fast", "about 3 times", "more than 30 times"),
        answer=2,
        explanation="Python spends its time on reading the program, not on multiplying: tens of "
        "nanoseconds for each step of the loop. The matrix product runs in compiled code that does "
        "several multiplications in every clock cycle and keeps the numbers near the processor.",
    ),
    Prediction(
        name="ten-sigmoids",
        question="A gradient of 1 travels backwards through ten sigmoids, one after the other. "
        "How much of it can be left, at the very best?",
        options=("about 1/10", "about 1/1,000", "about 1/1,000,000"),
        answer=2,
        explanation="Each sigmoid multiplies it by its derivative, which is at most 1/4. "
        "Ten of them leave at most (1/4)^10, about 1 in a million. This is what "
        '"derivatives vanish" on the slide means.',
    ),
)
