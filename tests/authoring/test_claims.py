"""A sentence that states what a cell prints is compared with what it prints.

Each row below has the words of a sentence (in a cell of text, an alt text, or a prediction), the
cell that prints, and what has to be so in its stored output. In a text that stands after an
output (its id ends with "-after") every sentence with a number has a row, or is listed as one
that no cell prints.
"""

import json
import math
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from nnf_teach import clinic, progress
from nnf_teach.checking.right_answers import other_ways, our_answers
from nnf_teach.exercises import all_exercises, all_predictions

ROOT = Path(__file__).parents[2]
_NUMBER = re.compile(r"(?<![\w.])[-+]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?")


class Printed:
    """What a cell printed: `rows`, the numbers of its lines, and `p["none"]`, behind a label."""

    def __init__(self, text):
        self.text = text
        self.lines = [line.strip() for line in text.splitlines() if line.strip()]
        self.rows = [numbers(line) for line in self.lines if numbers(line)]

    def __getitem__(self, label):
        """Return the numbers behind a label, of the first line that begins with it."""
        line = next(line for line in self.lines if line.startswith(label))
        return numbers(line[len(label) :])


def numbers(line):
    return [float(found.replace(",", "")) for found in _NUMBER.findall(line)]


def lowest(row):
    return min(range(len(row)), key=row.__getitem__)


def near(value, said, share=0.1):
    return abs(value - said) <= share * abs(said)


def between(low, values, high):
    return all(low <= value <= high for value in values)


STRONG = ("L2", "dropout", "noise", "early stopping")
REGULARISERS = ("L2", "L1", "dropout", "noise", "layer norm", "batch norm", "early stopping")


def helps(p, name):
    """Return by how much a regulariser changes the test error, and twice its standard error."""
    first, second = [numbers(x)[-2:] for x in re.findall(r"\([^)]*\)", _line(p, name))]
    return (first[0], 2 * first[1]), (second[0], 2 * second[1])


def _line(p, label):
    return next(line for line in p.lines if line.startswith(label))


def trained(p, name):
    return numbers(re.search(rf"{name} (\d+%)", p.lines[-1])[1])[0]


def losses(p, name):
    return [p[f"{name:16}  x {scale}"] for scale in ("0.1", "1.0", "10.0")]


def regions(p):
    return {(row[0], row[1]): row[2:] for row in p.rows if len(row) == 5}


# lesson, words of the sentence, the cell that prints, what has to be so
CLAIMS = [
    ("01", "more than 30 times", "time-ratio", lambda p: p["The product is"][0] > 30),
    ("02", "a product, one factor", "ce-underflow", lambda p: p["product of 2,000 prob"][-1] == 0),
    ("02", "the loss should be 1000", "logits-naive", lambda p: "inf" in p.text),
    ("02", "ten linear units to read 92 %", "digits-result", lambda p: p.rows[0] == [92, 92]),
    ("02", "Three pixels are enough for most digits", "pad-moved",
     lambda p: p["2 pixels to the right"][0] > 50 > p["3 pixels to the right"][0]),
    ("02", "it is the sigmoid again", "softmax-identity",
     lambda p: p["softmax of [z, 0]:"] == p["sigmoid of z:"]),
    ("02", "hardly better than a coin", "xor-limit", lambda p: between(45, p.rows[0], 60)),
    ("03", "two units **cannot** do it", "units", lambda p: p["2"][0] == 0 and p["2"][2] > 0.1),
    ("03", "training does not always find it", "units",
     lambda p: 0 < p["2"][3] < 10 and p["2"][5] < 0.1),
    ("03", "more units than needed are more ways down", "units",
     lambda p: p["2"][0] <= p["3"][0] <= p["6"][0] and p["2"][3] <= p["3"][3] <= p["6"][3]),
    ("03", "we print the median", "playground-run",
     lambda p: near(p["start"][0], p["start"][2]) and p["218 epochs"][0] < 0.1),
    ("04", "for **every** $\\varepsilon$ there is a network", "error",
     lambda p: all(row[3] <= row[0] == row[4] for row in p.rows if len(row) == 5)),
    ("04", "grows exponentially with the dimension", "price",
     lambda p: all(digits == dimension + 1 for dimension, digits in p.rows)),
    ("04", "All biases move down", "dying",
     lambda p: sorted(row[1] for row in p.rows) == [row[1] for row in p.rows]),
    ("04", "eight places of the interval are one place", "symmetry-cell",
     lambda p: len(p.rows[0]) == 8 and set(p["after three folds"]) == {0.4}),
    ("04", "at most $K + 1$ pieces", "depth",
     lambda p: all(row[2] == row[3] == row[4] + 1 for row in p.rows[1:])),
    ("04", "Now two layers of 4 make 44 regions", "claim", lambda p: regions(p)[4, 2][1] == 44),
    ("04", "no single layer of 8 makes more than 37", "regions", lambda p: "at most 37" in p.text),
    ("04", "Four layers of 4 make 704", "claim", lambda p: regions(p)[4, 4][1] == 704),
    ("04", "exactly as many regions as the bound says", "claim",
     lambda p: all(folds == bound for _, folds, bound in regions(p).values())),
    ("04", "multiplies the regions by 4", "claim",
     lambda p: all(regions(p)[4, d + 1][1] == 4 * regions(p)[4, d][1] for d in (1, 2, 3))),
    ("04", "the regions grow 13-fold", "claim",
     lambda p: round(regions(p)[8, 2][1] / regions(p)[4, 2][1]) == 13),
    ("04", "to double an even width again never gives more than $2^4 = 16$", "claim",
     lambda p: max(regions(p)[w, 2][1] / regions(p)[w // 2, 2][1] for w in (4, 8)) <= 16),
    ("04", "From width 4 and depth 2 on, a **random** network", "claim",
     lambda p: all(2 * r[0] < r[1] for (w, d), r in regions(p).items() if w >= 4 and d >= 2)),
    ("05", "agrees with differences", "gradient-check", lambda p: "False" not in p.text),
    ("05", "2 to 4 times as much", "price-table", lambda p: p["reverse accumulation"][-1] == 3),
    ("05", "about as much as two more forward passes", "price-table",
     lambda p: p["reverse accumulation"][-1] - 1 == 2),
    ("06", "central differences. What do the three slopes add up to?", "tie-measured",
     lambda p: p["central differences:"][-1] == 1.5),
    ("06", "This is no rare accident", "tie-count", lambda p: p.rows[0][-1] > 50),
    ("06", "The slide's formula counts it once for each tie", "tie-measured",
     lambda p: p["the slide's formula:"][-1] == 3),
    ("06", "autograd shares equally", "tie-measured", lambda p: set(p["autograd:"]) == {0, 0.333}),
    ("06", "Each is right", "subgradient-cell", lambda p: p.text.count("never above") == 3),
    ("06", "The maximum makes a non-linear network", "maxout-result",
     lambda p: min(p.rows[1][1], p.rows[2][1]) > p.rows[0][1] + 1),
    ("06", "hardly better than one line", "max-of-lines",
     lambda p: near(p.rows[1][-1], p.rows[0][-1])),
    ("06", "The targets became the **means**", "prototypes", lambda p: p.rows[-1][0] < 0.01),
    ("06", "reads four digits of five", "prototypes", lambda p: near(p.rows[2][1], 80, 0.03)),
    ("06", "The loss is 0, and most of what the targets said is gone", "moving-targets",
     lambda p: p["step 200: loss"][0] == 0 and p.rows[2][2] < 0.1 * p.rows[0][2]),
    ("06", "it passes 1/2 after 9 steps", "saturation-table", lambda p: p["-8"][1] == 9),
    ("06", "about 1,500", "saturation-table", lambda p: near(p["-8"][2], 1500, 0.02)),
    ("06", "about $e^{-z} / 2$ steps", "saturation-table",
     lambda p: all(near(p[f"-{z}"][2], math.exp(z) / 2) for z in (6, 8, 10))),
    ("06", "Cross entropy needs about $-z$", "saturation-table",
     lambda p: all(abs(p[f"-{z}"][1] - z) <= 1 for z in (2, 4, 6, 8, 10))),
    ("06", "thousands of steps against ten", "saturation-table",
     lambda p: p["-8"][2] > 1000 and near(p["-8"][1], 10)),
    ("06", "experts to spare help", "ownership-table",
     lambda p: sorted(row[-2] for row in p.rows[2:]) == [row[-2] for row in p.rows[2:]]),
    ("06", "some starts end with an expert that owns nothing", "ownership-table",
     lambda p: p["separate, 3 experts"][-2] < p["separate, 3 experts"][-1]),
    ("06", "slopes and intercepts differ by about 0.1 at most", "who-owns",
     lambda p: all(abs(row[4] - row[6]) <= 0.11 and abs(row[5] - row[7]) <= 0.12
                   for row in p.rows if len(row) == 8)),
    ("07", "With right labels **nothing helps**", "regulariser-table",
     lambda p: all(-helps(p, name)[0][0] <= helps(p, name)[0][1] for name in REGULARISERS)),
    ("07", "about 15 % of the test digits wrong", "regulariser-table",
     lambda p: near(p["none"][0], 15, 0.05)),
    ("07", "misses only some 7 % of them all", "regulariser-table",
     lambda p: trained(p, "none") == 7),
    ("07", "the test error falls by several points", "regulariser-table",
     lambda p: all(helps(p, name)[1][0] < -3 for name in STRONG)),
    ("07", "L1 does less at this strength", "regulariser-table",
     lambda p: -3 < helps(p, "L1")[1][0] < -helps(p, "L1")[1][1]),
    ("07", "do harm here**, by about 4 points", "regulariser-table",
     lambda p: all(near(helps(p, name)[1][0], 4, 0.2) for name in ("layer norm", "batch norm"))),
    ("07", "its training error is below 1 %", "regulariser-table",
     lambda p: trained(p, "layer norm") < 1 and trained(p, "batch norm") < 1),
    ("07", "L2, dropout, noise and early stopping lie 3 to 7 points below 0", "regulariser-table",
     lambda p: between(-7, [helps(p, name)[1][0] for name in STRONG], -3)),
    ("07", "it rises to about 85 %", "belkin-curve", lambda p: near(p.rows[2][-1], 85, 0.05)),
    ("07", "about 20 % of the test digits wrong", "belkin-curve",
     lambda p: near(p["lowest before the peak"][0], 20)),
    ("07", "lower than with 400", "belkin-curve",
     lambda p: p["with 10,000 features"][0] < p["lowest before the peak"][0]),
    ("07", "Near the threshold, **more data can hurt**", "more-data",
     lambda p: p.rows[2][-1] > p.rows[0][-1] and p.rows[-1][-1] < p.rows[0][-1]),
    ("07", "A penalty takes the peak away", "ridge", lambda p: p["1,000"][3] < p["1,000"][0] / 4),
    ("07", "The biggest model is the best of the three in every column", "ridge",
     lambda p: all(c < min(a, b)
                   for a, b, c in zip(p["300"], p["1,000"], p["10,000"], strict=True))),
    ("07", "With right labels it gains nothing from a penalty", "ridge",
     lambda p: lowest(p["10,000"][:4]) == 0),
    ("07", "its error falls from 15 % to 10 %", "ridge", lambda p: p["10,000"][4::3] == [15, 10]),
    ("07", "less than a millionth", "layers-table", lambda p: p["deviation 0.01"][-1] < 1e-6),
    ("07", "keep the size of the signals", "layers-table",
     lambda p: near(p["he_init"][-1], p["he_init"][0], 0.3)),
    ("07", "the loss goes to 0 all the same", "small-sample",
     lambda p: p["labels shuffled:"] == [0] and p["loss at the end, as it should be:"] == [0]),
    ("07", "the loss rests at chance", "monitor-bad",
     lambda p: "Not learning" in p.text and near(p["Step 400: loss"][0], math.log(10), 0.02)),
    ("07", "soon every hidden unit is dead", "monitor-bad", lambda p: "64 of 64" in p.text),
    ("07", "it moves to a smaller rate as the pixels get brighter, by a factor of 10", "adam-table",
     lambda p: [lowest(row) for row in losses(p, "gradient descent")] == [3, 2, 1]
               and [lowest(row) for row in losses(p, "Adam")] == [2, 1, 0]),
    ("07", "With Adam and **0.01** the loss is below 0.2 in all three rows", "adam-table",
     lambda p: between(0, [row[1] for row in losses(p, "Adam")], 0.2)),
    ("07", "no column is like that: each has a row that ends above 1", "adam-table",
     lambda p: all(max(column) > 1 for column in zip(*losses(p, "gradient descent"), strict=True))),
    ("07", "They begin at 4.61 and 6.21", "clinic-softmax-first",
     lambda p: (p.rows[0][0], p.rows[1][0]) == (4.61, 6.21)),
    ("07", "learnt wrong labels by heart, and overfits badly", "clinic-split-cured",
     lambda p: "then rises to about 5" in p.text),
    ("07", "about 8 %", "leak-test", lambda p: near(p.rows[1][-1], 8, 0.2)),
    ("08", "makes errors of about 0.02 there", "compare-figure", lambda p: "about 0.02" in p.text),
    ("08", "far less than 64", "outside", lambda p: p["8.0"][1] < 32),
    ("08", "the same weights are right for small and for huge numbers", "exact",
     lambda p: p.text.count("0, but for rounding") == 4),
    ("08", "gradient descent lands there", "learn-layer",
     lambda p: [row[0] for row in p.rows] == [1, 0, 0, 0]),
    ("08", "About four ReLUs for each product", "claim",
     lambda p: all(row[1] == 4 * row[0] for row in p.rows[2:-1] if len(row) > 4)),
    ("08", "the error falls below 0.1 in every dimension", "price-figure",
     lambda p: "0.15 is reached at 4, 8, 16, 32 and 64" in p.text),
    ("08", "in dimension 16 even 512 units are not enough", "claim",
     lambda p: "more than 512" in p.text),
    ("08", "$d^2 + 2d + 1$ numbers", "claim",
     lambda p: all(row[-2] == row[0] ** 2 + 2 * row[0] + 1 for row in p.rows[1:] if len(row) >= 6)),
    ("08", "and a width of 8 about 0.07", "short-table", lambda p: p["2"][0] == 8),
    ("08", "about 64", "claim", lambda p: p["16"][0] == 64),
]  # fmt: skip

# What no cell prints, though it stands after one: what is known, or what was tried elsewhere.
APART = [
    "even there each sigmoid takes away at least three quarters",
    "so from the second on the inputs lie between 0 and 1",
    "Move $x$ to about 0",
    "It has looked at 60,000 images of MNIST",
    "is there a `(w, b)`",
    "it never says exactly 0",
    "Of 200 starts on one such set the best came to 0.20",
    "Of 200 starts, 84 got stuck",
    "With three units it was 7 of 200",
    "784 is the number of pixels",
    "Yet lesson 2 read 92 %",
    "Here are 100 random units",
    "About 22 % of the labels are wrong",
    "those 200 digits could have been trained on",
    "We trained with one method and stopped after 6000 steps",
    "their theorem 1",
    "It will not get to an error of 0",
    "only $d$ of them are not 0",
    "Its weight is near 0 everywhere",
    "11 is all that 4 lines can do",
    "The mean of the batch is the mean of 200 such curves",
    "L1 pulls every weight with the same force, however small the weight is",
    "so it never arrives",
    "Where few inputs matter, L1 can find them",
]


@cache
def course():
    """Return the cells of each solution notebook."""
    return {
        path.name[:2]: json.loads(path.read_text(encoding="utf-8"))["cells"]
        for path in sorted((ROOT / "solutions").glob("*.ipynb"))
    }


@cache
def said_in(lesson):
    """Return all that a lesson says: its texts, its code with alt texts, its predictions."""
    texts = ["".join(cell["source"]) for cell in course()[lesson]]
    asked = [p for p in all_predictions().values() if p.lesson == int(lesson)]
    texts += [" ".join([p.question, *p.options, p.explanation]) for p in asked]
    return plain(re.sub(r'"\n\s*"', "", "\n".join(texts)))


def plain(text):
    return " ".join(text.replace("*", "").split())


def printed(lesson, cell_id):
    (cell,) = [cell for cell in course()[lesson] if cell["id"] == cell_id]
    texts = [o.get("text") or o.get("data", {}).get("text/plain", "") for o in cell["outputs"]]
    return Printed("\n".join("".join(text) for text in texts))


@pytest.mark.parametrize("claim", CLAIMS, ids=[f"{lesson} {words}" for lesson, words, *_ in CLAIMS])
def test_a_claim_is_what_the_cell_prints(claim):
    lesson, words, cell_id, holds = claim
    assert plain(words) in said_in(lesson), "the sentence has changed: is it still so?"
    there = printed(lesson, cell_id)
    assert holds(there), f"{words!r}, but {cell_id} prints:\n{there.text}"


def test_a_stored_check_says_what_the_exercise_says_now():
    """Do its panels have the number of cases, and the remark, of the exercise as it is?"""
    other = []
    for lesson, cells in course().items():
        for cell in cells:
            graded = cell["metadata"].get("nbgrader", {})
            if not graded.get("grade"):
                continue
            exercise = all_exercises()[graded["grade_id"]]
            said = printed(lesson, cell["id"]).text
            # of a test that the learner writes, what counts is how many functions it judges
            cases = re.search(r"all (\d+) are right", said) if exercise.subject is None else None
            drawn = len(exercise.cases(np.random.default_rng(0))) if cases else 0
            if exercise.remark not in said or (cases and int(cases[1]) != drawn):
                other.append(f"{exercise.name}: {drawn} cases, {exercise.remark!r}")
    assert other == []


SCORE = re.compile(r'progress\((\d+)(?:, until="(\w+)")?\)')


def test_a_stored_score_is_that_of_the_exercises_now():
    for lesson, cells in course().items():
        for cell in cells:
            if (asked := SCORE.fullmatch("".join(cell["source"]))) is not None:
                points = progress(int(asked[1]), until=asked[2]).out_of
                assert f" {points} of {points} " in printed(lesson, cell["id"]).text, cell["id"]


def test_a_stored_solution_has_the_ways_of_now():
    for lesson, cells in course().items():
        for cell in cells:
            if (asked := re.fullmatch(r"solution\((\w+)\)", "".join(cell["source"]))) is not None:
                ways = [our_answers()[asked[1]], *(w.code for w in other_ways().get(asked[1], ()))]
                assert printed(lesson, cell["id"]).text.endswith(ways[-1])
                assert all(way in printed(lesson, cell["id"]).text for way in ways)


def sentences():
    """Yield the sentences with a number that stand after an output."""
    for lesson, cells in course().items():
        for cell in cells:
            if cell["cell_type"] == "markdown" and cell["id"].endswith("-after"):
                text = re.sub(r"^#.*$|^\|.*$", "", "".join(cell["source"]), flags=re.MULTILINE)
                for sentence in re.split(r"(?<=[.:?!]) (?=[A-Z$])|- (?=\*\*)", plain(text)):
                    bare = re.sub(
                        r"\$[^$]*\$|\([^)]*\d{4}\)|[lL]essons? [\d, and]+|exercise \d+|\ba 7 ",
                        "",
                        sentence,
                    )
                    if re.search(r"\d", bare):
                        yield lesson, cell["id"], sentence


def test_every_number_after_an_output_is_compared_with_one():
    known = [plain(words) for _, words, *_ in CLAIMS] + [plain(words) for words in APART]
    alone = [found for found in sentences() if not any(words in found[2] for words in known)]
    assert alone == []
    there = " ".join(map(said_in, course()))
    assert [words for words in APART if plain(words) not in there] == []


PATIENTS = [
    cell["id"]
    for cell in course()["07"]
    if "alt=" in "".join(cell["source"]) and 'clinic.run("' in "".join(cell["source"])
]


@pytest.mark.slow
@pytest.mark.parametrize("cell_id", PATIENTS)
def test_the_numbers_of_a_patients_curves_are_those_of_its_run(cell_id):
    """Is each number in words that of a curve: where it begins and ends, its lowest and highest?"""
    (cell,) = [cell for cell in course()["07"] if cell["id"] == cell_id]
    name, repaired = re.search(
        r'run\("(\w+)"(?:, or_ours\((\w+)\))?', "".join(cell["source"])
    ).groups()
    space = {"np": np}
    exec(our_answers().get(repaired, ""), space)
    history = clinic.run(name, *([space[repaired]] if repaired else []))
    curves = [np.ravel(np.asarray(values, dtype=float)) for values in history.values()]
    ends = [
        end for c in curves for end in (c[0], c[-1], c.min(), c.max(), max(c[1:], default=c[0]))
    ]
    alt = printed("07", cell_id).text
    for said in re.findall(r"(?<![\w.])\d+(?:\.\d+)?", alt):
        decimals = len(said.partition(".")[2])
        assert float(said) in np.round(ends, decimals), f"{said} in: {alt}"


@pytest.mark.parametrize("document", ["README.md", "CHANGELOG.md"])
def test_the_lessons_with_a_half_way_point_are_named(document):
    halves = [
        lesson
        for lesson, cells in course().items()
        if any("".join(cell["source"]).startswith("## Half-way") for cell in cells)
    ]
    text = (ROOT / document).read_text(encoding="utf-8")
    said = re.search(r"Lessons ([\d, and]+) have a[\w ]* half-way point", text)[1]
    assert re.findall(r"\d+", said) == halves


def test_numbers_are_read_with_sign_thousands_and_exponent():
    row = Printed("none  15.3 %  (-0.1 ± 0.2)  1,400 x 1e-9")["none"]
    assert row == [15.3, -0.1, 0.2, 1400, 1e-9]
