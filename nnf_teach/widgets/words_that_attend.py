"""The words of a sentence look at each other, and "it" looks for its noun.

Slide "Multiplicative interactions". That the last word decides whom "it" means is the idea of
Winograd 1972: "because it is cold" is said of the ice, "because it is warm" of the water.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nnf_teach.arguments import Array
from nnf_teach.widgets import ui
from nnf_teach.widgets.attending import Attention, attend
from nnf_teach.widgets.wording import number, row

Places = dict[str, tuple[float, float]]

FIRST = ("Ice", "cools", "water", "because", "it", "is")
NOUNS = {"cold": "Ice", "warm": "water"}  # whom "it" means, by the last word
SENTENCES = {f"Ice cools water because it is {last}": last for last in NOUNS}
KEYS: Places = {  # at the start
    "Ice": (2.3, 0.6),
    "cools": (-2.0, -0.5),
    "water": (-0.9, 2.1),
    "because": (-0.8, -2.2),
    "it": (0.4, 0.9),
    "is": (0.4, -0.9),
    "cold": (1.5, -1.9),
    "warm": (1.5, -1.9),
}
QUERIES: Places = {
    "Ice": (-1.6, -0.4),
    "cools": (1.2, 1.0),
    "water": (-1.4, 0.2),
    "because": (-0.6, -0.4),
    "it": (-0.6, -0.9),
    "is": (1.0, -1.2),
    "cold": (1.4, 0.8),
    "warm": (0.2, 1.4),
}
VALUES: Places = {
    "Ice": (0.9, 0.7),
    "cools": (-0.2, -0.9),
    "water": (-0.9, 0.7),
    "because": (-0.7, -0.2),
    "it": (0.0, 0.4),
    "is": (0.5, -0.2),
    "cold": (0.8, -0.8),
    "warm": (-0.9, -0.7),
}
EDGE, TOP = 3.0, 1.2  # of queries and keys, and of values
GOAL_WEIGHT = 0.9
THICKEST = 7.0  # px, of a word that gets all the attention
KEY, QUERY = ui.Look(ui.BLUE, "solid", "square"), ui.Look(ui.ORANGE, "solid", "circle", 2.5)
VALUE, OUTPUT = ui.Look(ui.GREEN, "solid", "square"), ui.Look(ui.ORANGE, "solid", "circle")


def _points(of: str, places: Places, edge: float, step: float) -> Iterator[ui.Part]:
    for word, at in places.items():
        name = f"{of} of {word}"
        yield ui.handle(name, name, -edge, edge, at=list(at), step=step, bare=True)


@ui.widget(
    "Words that attend",
    ui.choice("sentence", "Sentence", SENTENCES),
    ui.choice("word", "The word that looks", lambda s: _words(s), at="it"),
    ui.slider("temperature", "Temperature", 0.1, 10, 0.1, at=1.0, scale="log"),
    *_points("query", QUERIES, EDGE, 0.1),
    *_points("key", KEYS, EDGE, 0.1),
    *_points("value", VALUES, TOP, 0.05),
)
def words_that_attend(s: ui.Values, attention: Attention | None = None) -> ui.Picture:
    """Drag the queries, keys and values of words, until "it" finds its noun.

    Parameters
    ----------
    attention : function, optional
        Yours, `attention(Q, K, V)`, for Q (7, 2), K (7, 2), V (7, 9) -> (7, 9); Q is divided by
        the temperature. While it does not work, ours is drawn, and the caption says so.

    Examples
    --------
    >>> stage = words_that_attend()
    >>> stage.set(**{"query of it": [3.0, 0.9]})
    >>> stage.scene.goal.reached
    True
    """
    words = _words(s)
    Q, K, V = (
        s.row(f"{of} of {word}" for word in words).reshape(-1, 2)
        for of in ("query", "key", "value")
    )
    Q_cooled = Q / s.temperature
    weights, outputs, credit = attend(Q_cooled, K, V, attention)
    k = words.index(s.word) if s.word in words else len(words) - 1
    noun = NOUNS[words[-1]]
    found = bool(weights[words.index("it"), words.index(noun)] >= GOAL_WEIGHT)
    return ui.Picture(
        (
            _looks(words, weights, k),
            _plane(s, words, K, Q[k], k),
            _values(s, words, V, weights[k], outputs[k], k),
        ),
        credit,
        *_say(words, Q_cooled @ K.T / np.sqrt(2), weights, outputs, k),
        _ratio(words, weights) if words[k] == "it" else "",
        goal=ui.Goal(
            f"“it” finds its noun: it gives at least {GOAL_WEIGHT} of its attention to “{noun}”",
            found,
        ),
        state={"word": words[k]},
    )


def _words(s: ui.Values) -> tuple[str, ...]:
    return *FIRST, SENTENCES[s.sentence]


def _looks(words: tuple[str, ...], weights: Array, k: int) -> ui.Panel:
    """Draw a line from each word to each: the more attention, the thicker."""
    thick = THICKEST * weights.clip(0, 1)
    at = -np.arange(float(len(words)))
    others = [j for j in range(len(words)) if j != k]
    lines = [
        ui.line([0, 1], [at[i], at[j]], "", ui.SKY, "solid", width)
        for i in others
        for j, width in enumerate(thick[i] / 2)
        if width > 0.5
    ]
    chosen = [
        ui.line([0, 1], [at[k], at[j]], "", QUERY.color, "solid", max(width, 0.5))
        for j, width in enumerate(thick[k])
    ]
    looking = [ui.Text(-0.08, y, word, "right") for word, y in zip(words, at, strict=True)]
    seen = [
        ui.Text(1.08, y, f"{word} {weight:.2f}", "left")
        for word, y, weight in zip(words, at, weights[k], strict=True)
    ]
    return ui.panel(
        f"Weights of “{words[k]}”",
        ui.axis("", -0.85, 2.3, ()),
        ui.axis("", -len(words) + 0.4, 0.6, ()),
        lines,
        chosen,
        ui.dots(np.zeros(len(words)), at, "a word looks", QUERY.color, QUERY.symbol, 7),
        ui.dots(np.ones(len(words)), at, "at a word", KEY.color, KEY.symbol, 7),
        looking,
        seen,
    )


def _named(of: str, words: tuple[str, ...], places: Array) -> list[ui.Text]:
    """Write each word beside its handle."""
    return [
        ui.Text(x, y, word, handle=f"{of} of {word}")
        for word, (x, y) in zip(words, places.tolist(), strict=True)
    ]


def _plane(s: ui.Values, words: tuple[str, ...], K: Array, q: Array, k: int) -> ui.Panel:
    query = f"query of {words[k]}"
    cross = [-EDGE, EDGE, np.nan, 0, 0], [0, 0, np.nan, -EDGE, EDGE]
    return ui.panel(
        "Drag query and keys",
        *ui.square("first number", "second number", EDGE),
        ui.line(*cross, "", ui.INK, "dotted", 1),
        KEY.dots(K[:, 0], K[:, 1], "key", 9),
        QUERY.dots(q[0], q[1], f"query of “{words[k]}”", 9),
        ui.Arrow((0.0, 0.0), (float(q[0]), float(q[1])), "", QUERY.color, tip_handle=query),
        _named("key", words, K),
        [s.handle(f"key of {word}", color=KEY.color, symbol="square") for word in words],
        s.handle(query, color=QUERY.color),
        equal=True,
    )


def _values(
    s: ui.Values, words: tuple[str, ...], V: Array, weights: Array, output: Array, k: int
) -> ui.Panel:
    threads = [
        ui.line([output[0], x], [output[1], y], "", OUTPUT.color, "solid", width)
        for (x, y), width in zip(V, THICKEST * weights.clip(0, 1), strict=True)
        if width > 0.2
    ]
    return ui.panel(
        "Output: a mean of values",
        *ui.square("first number", "second number", TOP),
        threads,
        VALUE.dots(V[:, 0], V[:, 1], "value", 9),
        OUTPUT.dots(output[0], output[1], f"output of “{words[k]}”", 13),
        _named("value", words, V),
        [s.handle(f"value of {word}", color=VALUE.color, symbol="square") for word in words],
        equal=True,
    )


def _say(
    words: tuple[str, ...], scores: Array, weights: Array, outputs: Array, k: int
) -> Iterator[str]:
    w = weights[k]
    best = int(w.argmax())
    if np.allclose(w, w[0], rtol=0, atol=5e-4):
        yield f"“{words[k]}” gives every word the same: {w[0]:.2f}."
    else:
        yield (
            f"“{words[k]}” looks most at “{words[best]}”: the score q·k/(√2 T) is "
            f"{number(scores[k, best])}, the weight {w[best]:.2f}."
        )
    if (w >= 0).all() and np.isclose(w.sum(), 1):
        some = w[w > 0]
        alike = float(np.exp(-(some * np.log(some)).sum()))
        yield (
            f"That is as spread out as the same weight for {alike:.1f} of {len(w)} words; a lower "
            "temperature T makes it fewer."
        )
    yield f"Its output, the mean of the values with these weights, is {row(outputs[k])}."


def _ratio(words: tuple[str, ...], weights: Array) -> str:
    ice, water = (weights[words.index("it"), words.index(noun)] for noun in NOUNS.values())
    return (
        f"To “Ice” {ice:.2f}, to “water” {water:.2f}: which of the two gets more depends on the "
        "query of “it” and their keys, and not on the last word."
    )
