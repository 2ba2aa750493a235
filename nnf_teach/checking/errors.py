"""Python's errors in the learner's words: what is so in their line, and a question to it."""

from __future__ import annotations

import re

from nnf_teach.checking.calls import Outcome

# What an error says -> what a learner reads, with the groups of the pattern put in. The first that
# fits is taken. `{array}` and the like are groups; `{called}` is what the line calls.
_SENTENCES: tuple[tuple[str, str], ...] = (
    # whole numbers, yes and no
    (
        r"Cannot cast ufunc .* to dtype\('u?int",
        "An operation like -= writes into the array that is there. This one holds whole numbers, "
        "and someone else may still need it. How do you make a new array?",
    ),
    (
        r"Cannot cast ufunc .* from dtype\('(?P<a>\w+)'\) to dtype\('(?P<b>\w+)'\)",
        "An operation like -= writes into the array that is there. This one is of type {b}, and "
        "what comes out is {a}. How do you make a new array?",
    ),
    (
        r"Integers to negative integer powers",
        "Whole numbers are raised to a negative power here. What makes floats of them?",
    ),
    (
        r"numpy boolean (subtract|negative)",
        "These are yes and no, not numbers, and have no minus. Which number belongs to yes?",
    ),
    (
        r"truth value of an array|truth value of an empty array",
        "This line asks one question, and an array has an answer for each of its numbers. Must all "
        "of them be yes, or do you choose for each number by itself?",
    ),
    # autograd
    (
        r"not '?ArrayBox",
        "autograd follows the numbers through NumPy's functions, and {called} is none that it "
        "can follow. Which function of autograd's NumPy does the same?",
    ),
    (
        r"Grad only applies to real scalar-output",
        "`grad` is for a function that returns one number; this one returns an array. Which one "
        "number has the gradient that is asked for?",
    ),
    (
        r"Can't differentiate w.r.t. type",
        "autograd differentiates by floats, and gets whole numbers here. Where do they turn into "
        "floats?",
    ),
    # one number where several are meant, and the other way round
    (
        r"len\(\) of unsized object|object of type '(numpy\.)?(float|int)\w*' has no len",
        "One number comes here, and it has no length. What should happen with one number?",
    ),
    (
        r"'(float|int)' object is not subscriptable|invalid index to scalar|"
        r"array is 0-dimensional",
        "One number comes here, and it has no entries to pick. What should happen with one number?",
    ),
    (
        r"iteration over a 0-d array|'(float|int|numpy\.\w+)' object is not iterable",
        "One number comes here, and there is nothing to go through. Is it a count, or should "
        "several numbers come here?",
    ),
    (
        r"cannot unpack non-iterable NoneType",
        "What is taken apart here is None. Does the function that made it reach a `return`?",
    ),
    (
        r"cannot unpack non-iterable (?P<kind>\w+)",
        "What is taken apart here is one value, of type {kind}. Where are its parts?",
    ),
    (
        r"too many values to unpack \(expected (?P<n>\d+)\)",
        "This line takes something apart into {n}, and it has more parts. How many may there be?",
    ),
    (
        r"not enough values to unpack \(expected (?:at least )?(?P<n>\d+), got (?P<m>\d+)\)",
        "This line takes something apart into {n}, and it has {m} here. How many may there be?",
    ),
    (
        r"only (size-1|length-1|0-dimensional) arrays can be converted",
        "An array comes where one number is wanted, in {called}. Which function takes arrays?",
    ),
    (
        r"setting an array element with a sequence\. The requested array has an inhomogeneous",
        "An array is made here of parts that have different shapes. Must they be in one array?",
    ),
    (
        r"setting an array element with a sequence",
        "Several numbers are put where one has room. What shape has the right-hand side?",
    ),
    (
        r"unsupported operand type\(s\) for \^",
        "^ is no power in Python, it compares bits. How is a power written?",
    ),
    # lists
    (
        r"'(?P<kind>list|tuple)' object has no attribute '(?P<name>\w+)'",
        "A {kind} has no .{name}; an array may have. Where does the {kind} become an array?",
    ),
    (
        r"unsupported operand type\(s\) for \S+ ('tuple' and|'\w+' and 'tuple')|"
        r"bad operand type for unary [-+]: 'tuple'",
        "Something in this line is a tuple, as a shape is, and Python does not compute with it. "
        "Which of its parts is meant?",
    ),
    (
        r"unsupported operand type\(s\) for \S+ ('list' and|'\w+' and 'list')|"
        r"can't multiply sequence by non-int|bad operand type for unary -: 'list'",
        "Python does not compute with whole lists. Is each of the entries meant, one by one, or is "
        "an array to be made of the list first?",
    ),
    # None
    (
        r"NoneType",
        "Something in this line is None. Which function that made it returns nothing, as "
        "`append` and `sort` do?",
    ),
    # calls
    (
        r"(?P<name>[\w.<>]+)\(\) missing \d+ required positional arguments?: (?P<args>.+)",
        "{name} is called without {args}. What is it to get here?",
    ),
    (
        r"(?P<name>[\w.<>]+)\(\) takes (?P<n>\S+ .*|\d+) positional arguments? but (?P<m>\d+)",
        "{name} is called with more arguments than it has ({m}). Which one is too many?",
    ),
    (
        r"(?P<name>[\w.<>]+)\(\) got an unexpected keyword argument '(?P<key>\w+)'",
        "{name} has no argument of the name {key}. How is it spelled?",
    ),
    (
        r"maximum recursion depth",
        "The function calls itself again and again. In which case must it answer without?",
    ),
    (
        r"'(?P<kind>[\w.]+)' object is not callable",
        "Round brackets stand behind something that is no function, but of type {kind}. Is a "
        "sign missing, or do square brackets belong there?",
    ),
    # names
    (
        r"(local variable '(?P<name>\w+)'|free variable '(?P<free>\w+)')",
        "{name} has no value yet when this line is reached. In this example, which line would "
        "have given it one?",
    ),
    (
        r"name '(?P<name>\w+)' is not defined",
        "There is no {name}. Is it spelled as where it was made, and has that cell been run?",
    ),
    (
        r"module '(?P<module>[\w.]+)' has no attribute '(?P<name>\w+)'",
        "There is no {name} in {module}. How is it spelled, or who else has it?",
    ),
    (
        r"'(numpy\.)?(?P<kind>\w+)' object has no attribute '(?P<name>\w+)'",
        "What stands before .{name} is of type {kind} here, which has none. What should it be?",
    ),
    (r"No module named '(?P<name>[\w.]+)'", "There is no package {name}. Is it needed?"),
    # indices
    (
        r"index (?P<i>-?\d+) is out of bounds for axis (?P<axis>\d+) with size 0",
        "Entry {i} is asked for where there is none. What should come out then?",
    ),
    (
        r"index (?P<i>-?\d+) is out of bounds for axis (?P<axis>\d+) with size (?P<n>\d+)",
        "Entry {i} of axis {axis} is asked for, whose length is {n} here, and entries count from "
        "0. Is it the axis that is meant, and how far may the index run?",
    ),
    (
        r"(?P<kind>list|tuple|string|pop) index out of range",
        "An entry is asked for that the {kind} does not have. How long is it in this example?",
    ),
    (
        r"array is (?P<n>\d)-dimensional, but (?P<m>\d) were indexed",
        "This line picks from {m} axes, and the array has {n} here. Which shape is meant?",
    ),
    (
        r"only integers, slices|must be of integer \(or boolean\) type|indices must be integers|"
        r"only integer scalar arrays can be converted to a scalar index",
        "An index must be whole, and the list or array must take it. What type has the index, and "
        "where does it come from?",
    ),
    (
        r"boolean index did not match",
        "The array of yes and no has another length than the array that it picks from. Which axis "
        "is it for?",
    ),
    (r"KeyError: (?P<key>.+)", "There is no key {key} here. Which keys are there?"),
    # counts and shapes
    (
        r"cannot be interpreted as an integer|expected a sequence of integers",
        "A count or a shape must be whole, and this one is not. Which division keeps it whole?",
    ),
    (
        r"Cannot interpret '(?P<n>.+?)' as a data type",
        "The second argument, {n}, is taken for a type of numbers. How is a shape with several "
        "axes written?",
    ),
    (
        r"cannot reshape array of size (?P<n>\d+) into shape (?P<shape>.+)",
        "There are {n} numbers, and shape {shape} does not hold as many. Which shape does?",
    ),
    (
        r"axis (?P<axis>-?\d+) is out of bounds for array of dimension (?P<n>\d+)",
        "Axis {axis} is asked for. The array has {n} here, counted from 0. Which shape is meant?",
    ),
    (
        r"argument (?P<n>\d+) is (longer|shorter) than",
        "What zip goes through is not of one length. Which of them has another one?",
    ),
    (
        r"of an empty sequence|zero-size array|arg is an empty|iterable argument is empty",
        "The largest or smallest is asked for where there is no number. What should come out then?",
    ),
    # numbers
    (
        r"ZeroDivisionError",
        "Something is divided by 0 here. In which examples is it 0, and what is right then?",
    ),
    (
        r"math domain error|expected a (positive|nonnegative) input",
        "{called} has no value for the number that it gets here. Which number is it?",
    ),
    (r"OverflowError", "A number gets too large for the computer here. Which one, and must it?"),
    (
        r"Singular matrix",
        "This matrix has no inverse: its rows depend on each other. For which inputs is that so?",
    ),
    (r"must be square", "This matrix has not as many rows as columns. Which one is meant?"),
    # the rest
    (
        r"assignment destination is read-only|does not support item assignment",
        "What is changed here cannot be changed. Is a copy meant?",
    ),
    (r"AssertionError", "An `assert` is not fulfilled here. What does it ask, and is that right?"),
    (
        r"StopIteration",
        "There is no next one here. How many are there in this example?",
    ),
    (
        r"could not convert string|concatenate str|not supported for the input types|"
        r"has no callable|unsupported operand type|unhashable",
        "Something in this line is not of the type that it is used for. What is each of them?",
    ),
)
_COMPILED = [(re.compile(pattern), sentence) for pattern, sentence in _SENTENCES]
# np.max(0, x): of two arguments the second is an axis
_AS_AXIS = re.compile(
    r"only integer scalar arrays|cannot be interpreted as an integer|axis -?\d+ is out of bounds|"
    r"must be of type int"
)
_REDUCES = re.compile(
    r"\b(?P<call>(?:np|anp|numpy)\.(?:a?max|a?min|sum|prod|mean|median|std|var|any|all|argmax|argmin))"
    r"\((?:[^()]|\([^()]*\))+?,\s*(?!\w+\s*=|-?\d+\s*[,)])"
)
_SHAPES = re.compile(r"shapes|matmul|broadcast|all (the )?input array|axes don't match|einsum")
_CALL = re.compile(r"\b((?:\w+\.)*\w+)\(")


def about_shapes(outcome: Outcome) -> bool:
    """Whether arrays met whose shapes do not fit."""
    return _SHAPES.search(outcome.error_text) is not None


def in_words(outcome: Outcome) -> str:
    """Say what an error means, and ask; "" if nobody knows.

    >>> in_words(Outcome(error_text="NameError: name 'wieght' is not defined"))
    'There is no wieght. Is it spelled as where it was made, and has that cell been run?'
    """
    reduces = _REDUCES.search(outcome.line[1])
    if reduces and _AS_AXIS.search(outcome.error_text):
        return (
            f"`{reduces['call']}` works on its first argument, and takes the second for an axis. "
            "Which function takes two, number by number?"
        )
    for pattern, sentence in _COMPILED:
        if found := pattern.search(outcome.error_text):
            groups = {key: value for key, value in found.groupdict().items() if value}
            groups.setdefault("name", groups.get("free", "It"))
            return sentence.format(**groups, called=_called(outcome.line[1]))
    return ""


def _called(line: str) -> str:
    """Name the function of a line that takes single numbers only, or what else it calls."""
    names = [name for name in _CALL.findall(line) if not name.startswith("anp.")]
    names.sort(key=lambda name: not (name.startswith("math.") or name in ("float", "int", "bool")))
    return f"`{names[0]}`" if names else "this line"
