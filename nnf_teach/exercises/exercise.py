"""What an exercise is made of: data and plain functions, no engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nnf_teach.exercises.candidates import Subject

Function = Callable[..., Any]
NO_LOOP = "without a Python loop"
NO_MATRIX = "without a large matrix"


@dataclass(frozen=True)
class Case:
    """One call of the learner's function: its arguments, and what is special about them.

    `part` is the part of the exercise that it belongs to (`Exercise.parts`), by default the first.
    """

    args: tuple[Any, ...]
    about: str = ""
    part: str = ""


@dataclass(frozen=True)
class Misconception:
    """A named wrong implementation, with the question that leads out of it.

    When an answer is wrong, `wrong` is called on the same inputs; if it gives the same
    outcome, the learner reads `message`. The tests feed `wrong` to the check itself, so
    that a check which would accept it cannot be committed.
    """

    name: str
    wrong: Function
    message: str
    recognise: Function | None = None
    """For answers that come out in many ways, as of training runs: (answer, *args) -> bool."""
    recognise_all: Function | None = None
    """The same for what shows only when answers stand side by side: (answers, cases) -> bool."""
    also: tuple[Function, ...] = ()
    """More ways to make the same mistake, such as other small numbers in the place of one."""


@dataclass(frozen=True)
class Reached:
    """What a training run or an experiment reached, and what is asked for."""

    what: str
    value: float
    target: float
    shown: str = ".2%"  # how the two are printed
    at_most: bool = False  # whether small is good

    @property
    def enough(self) -> bool:
        return self.value <= self.target if self.at_most else self.value >= self.target

    @property
    def asked(self) -> str:
        return f"{self.target:{self.shown}} or {'less' if self.at_most else 'more'}"

    def __str__(self) -> str:
        return f"{self.what}: {self.value:{self.shown}}"


@dataclass(frozen=True)
class Learning:
    """How a training run is watched: `loss(answer, *args)`, and `guess(*args)`, the loss of those
    who know nothing of the inputs; `guessing` is what a learner reads of them."""

    loss: Callable[..., float]
    guess: Callable[..., float]
    guessing: str = "guessing"


@dataclass(frozen=True)
class SideBySide:
    """A look at answers that are right one by one, and may be wrong beside each other.

    `cases(rng)` yields what is asked once all is right, `told(answers)` says what is wrong, or "".
    """

    cases: Function
    told: Callable[[Sequence[Any]], str]


@dataclass(frozen=True)
class Raised:
    """An error that may be a right answer, as `observe` gets it: "ValueError: X has ..."."""

    text: str


class Fact(str):
    """A word on what is observed of an answer, with the question to it where it is wrong.

    It is printed without quotes; `question` is what a learner reads.
    """

    question: str

    def __new__(cls, words: object, question: str = "") -> Fact:
        fact = super().__new__(cls, words)
        fact.question = question
        return fact

    @classmethod
    def whether(cls, so: object, question: str = "") -> Fact:
        """Return yes, or no with a question."""
        return cls("yes") if so else cls("no", question)

    def __repr__(self) -> str:
        return str(self)


class BadAnswer(Exception):
    """An answer that cannot be compared: `kind` is "none", "type", "shape" or "nan"."""

    def __init__(self, kind: str, sentence: str, answer: Any = None) -> None:
        super().__init__(sentence)
        self.kind = kind
        self.answer = answer


@dataclass(frozen=True)
class Exercise:
    """What is asked, how it is proved, and what people get wrong.

    Attributes
    ----------
    name
        The name of the learner's function; the check finds the exercise by it.
    reference
        A right answer. For gradients it is computed by autograd from the forward function.
    cases
        Draws the inputs from a random generator, simplest first.
    observe
        What is compared, where many answers are right: a function of the answer, such as the
        truth table of a gate, or a dictionary of facts; of those that are wrong the first `Fact`
        asks its question. Raises `BadAnswer` for an answer that it cannot read.
    draws
        Whether the function draws from an `rng`. It is then called three times, and `observe`
        gets three answers: to the case, to the case with `rng` a little further on, and to the
        case again. The first and the last are equal where all numbers come from `rng`.
    raises
        The error that is the right answer where the reference raises it. `observe` gets it as
        `Raised`, and returns a dictionary there.
    returns
        The names of the parts, where the answer is a tuple: ("dX", "dW", "db"). A learner reads
        which of them are wrong.
    score
        For training and experiments, in place of a comparison with the reference: a function
        (answer, *args) -> Reached, on data that the check holds.
    learning
        The loss of a training exercise: a wrong answer is told what its run did to it.
    side_by_side
        A second look, for what shows only when answers to other cases stand side by side.
    tell
        Says what is wrong with a wrong answer that is made of weights: a function (answer, *args)
        -> sentence, of which corner, by how much, to which side; "" for nothing.
    subject
        For a test that the learner writes: what it is tried on. It rejects a function by an error,
        or by returning False.
    failures_allowed
        How many of the cases may fail, where chance decides: seeds of a training run.
    rounds
        How often as many cases are drawn at most, where chance decides. More are drawn while more
        have failed than may, and no more than may of all rounds: a right answer that was unlucky
        has a share of failures below the allowed one in the end.
    graded
        Fields that have other values for a grader, who draws starts that the learner's own check
        did not have. It asks a little less, so that what passed there passes with any of them.
    stable
        Whether a NumPy warning counts as wrong.
    vectorised
        Draws a small and a large input; the number of Python steps must be the same on both.
        `loop_message` is what a learner reads otherwise.
    sparing
        Draws an input of some hundred numbers, for which the answer has to do without a matrix of
        some hundred rows and columns: it may hold at once fifty times what it gets.
        `matrix_message` is what a learner reads otherwise.
    parts
        How many of the points each part is worth, where a grader gives points for a part. They
        are in order: a part counts when all its cases are right, and those of the parts before
        it. The part named `NO_LOOP` is for the right answer that is also vectorised, `NO_MATRIX`
        for the one that is also sparing. A check in a notebook gives all points or none.
    may_call
        What the answer may call that is not the learner's: public names of `nnf_teach.modules`,
        "modules" for all of them, or "autograd". A grader finds out what else it calls.
    remark
        One sentence for those who passed: what they have now, or what to notice.
    """

    name: str
    lesson: int
    points: int
    reference: Function
    cases: Callable[[np.random.Generator], Sequence[Case]]
    misconceptions: tuple[Misconception, ...]
    hints: tuple[str, str, str]
    remark: str = ""
    observe: Function | None = None
    draws: bool = False
    raises: type[Exception] | None = None
    returns: tuple[str, ...] = ()
    score: Callable[..., Reached] | None = None
    learning: Learning | None = None
    side_by_side: SideBySide | None = None
    tell: Callable[..., str] | None = None
    subject: Subject | None = None
    failures_allowed: int = 0
    rounds: int = 1
    graded: Mapping[str, Any] = field(default_factory=dict)
    stable: bool = False
    vectorised: Callable[[np.random.Generator], tuple[Case, Case]] | None = None
    loop_message: str = ""
    sparing: Callable[[np.random.Generator], Case] | None = None
    matrix_message: str = ""
    parts: Mapping[str, int] = field(default_factory=dict)
    may_call: tuple[str, ...] = ()
    rtol: float = 1e-6
    atol: float = 1e-9
    time_limit: float = 10.0  # seconds, for all cases together
    stretch: bool = False


@dataclass(frozen=True)
class Prediction:
    """A question that is answered before the reveal; `answer` counts options from 0."""

    name: str
    question: str
    options: tuple[str, ...]
    answer: int
    explanation: str
    lesson: int = 0
    """Its folder says which: `all_predictions` puts it in."""
