import numpy as np
import pytest

from nnf_teach.widgets import words_that_attend
from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.scene import Arrow, Line, Points, Text
from nnf_teach.widgets.text_twin import describe
from nnf_teach.widgets.words_that_attend import FIRST, QUERIES, SENTENCES, THICKEST

INITIAL = words_that_attend.initial
scene = words_that_attend.scene
COLD, WARM = SENTENCES
WORDS = (*FIRST, "cold")


def marks(panel, kind):
    return [mark for mark in panel.marks if isinstance(mark, kind)]


def by_hand(state, word, words=WORDS):
    """The weights and the output of one word, a number at a time."""
    q = state[f"query of {word}"]
    keys, values = ([state[f"{of} of {other}"] for other in words] for of in ("key", "value"))
    e = [np.exp((q[0] * k[0] + q[1] * k[1]) / 2**0.5 / state["temperature"]) for k in keys]
    w = [part / sum(e) for part in e]
    return w, [sum(a * v[i] for a, v in zip(w, values, strict=True)) for i in (0, 1)]


@pytest.mark.parametrize("seed", range(4))
def test_weights_and_output_are_those_by_hand(seed):
    rng = np.random.default_rng(seed)
    state = INITIAL | {
        name: rng.uniform(-1, 1, 2).tolist()
        for name, value in INITIAL.items()
        if isinstance(value, list)
    }
    state |= {"temperature": float(rng.choice([0.3, 1, 4])), "word": str(rng.choice(WORDS))}
    drawn = scene(**state)
    w, output = by_hand(state, state["word"])
    written = [text.text for text in marks(drawn.panels[0], Text)]
    assert written[len(WORDS) :] == [f"{a} {b:.2f}" for a, b in zip(WORDS, w, strict=True)]
    point = marks(drawn.panels[2], Points)[-1]
    np.testing.assert_allclose([point.x[0], point.y[0]], output, atol=1e-6)


def test_a_line_is_as_thick_as_its_weight():
    w, _ = by_hand(INITIAL, "it")
    chosen = marks(scene().panels[0], Line)[-len(WORDS) :]
    np.testing.assert_allclose(
        [line.width for line in chosen], np.maximum(THICKEST * np.array(w), 0.5)
    )
    assert {(line.y[0], line.x[0]) for line in chosen} == {(-WORDS.index("it"), 0.0)}


def test_the_goal_is_the_noun_of_the_sentence():
    to_ice, to_water = {"query of it": [3.0, 0.9]}, {"query of it": [-0.8, 3.0]}
    assert not scene().goal.reached
    assert scene(**to_ice).goal.reached
    assert not scene(**to_water).goal.reached
    assert scene(sentence=WARM, **to_water).goal.reached
    assert not scene(sentence=WARM, **to_ice).goal.reached
    assert "“water”" in scene(sentence=WARM).goal.text


def test_temperature_alone_finds_no_noun():
    reached = [scene(temperature=t).goal.reached for t in np.geomspace(0.1, 10, 21)]
    assert not any(reached)


def test_the_last_word_does_not_change_which_noun_gets_more():
    def ratio(sentence, last):
        words = (*FIRST, last)
        state = INITIAL | {"sentence": sentence}
        w, _ = by_hand(state, "it", words)
        return w[words.index("Ice")] / w[words.index("water")]

    assert ratio(COLD, "cold") == pytest.approx(ratio(WARM, "warm"))
    assert "and not on the last word" in scene(sentence=WARM).caption
    assert "and not on the last word" not in scene(word="is").caption


def test_a_temperature_shares_out_or_chooses():
    assert "the same weight for 1.0 of 7 words" in scene(temperature=0.1).caption
    assert "the same weight for 7.0 of 7 words" in scene(temperature=10.0).caption
    zero = scene(**{"query of it": [0.0, 0.0]})
    assert "“it” gives every word the same: 0.14." in zero.caption
    assert "the same weight for 7.0 of 7 words" in zero.caption


def test_only_the_looking_words_query_is_a_handle():
    drawn = scene(word="cools")
    names = {handle.name for handle in drawn.panels[1].handles}
    assert names == {"query of cools", *(f"key of {word}" for word in WORDS)}
    assert marks(drawn.panels[1], Arrow)[0].tip_handle == "query of cools"


def test_a_word_that_left_the_sentence_looks_no_more():
    stage = words_that_attend()
    stage.set(word="cold")
    stage.set(sentence=WARM)
    assert stage.state["word"] == "warm"
    assert stage.error == ""


def test_the_learners_attention_is_drawn():
    def even(Q, K, V):
        return np.ones((len(Q), len(K))) / len(K) @ V

    def unwritten(Q, K, V):
        raise NotImplementedError

    drawn = words_that_attend.bind(even).scene()
    assert "off from softmax(QKᵀ/√d)V. “it” gives every word the same" in drawn.caption
    ours = words_that_attend.bind(unwritten).scene()
    assert ours.caption.startswith("Your unwritten is not written yet, so this is ours.")


def test_weights_that_are_none_are_drawn_too():
    drawn = words_that_attend.bind(lambda Q, K, V: -3 * (Q @ K.T) @ V).scene()
    assert "as spread out as" not in drawn.caption
    to_message(drawn)


@pytest.mark.parametrize("edge", [-9.0, 0.0, 9.0])
@pytest.mark.parametrize("word", QUERIES)
def test_extremes_are_drawn_inside(edge, word):
    state = {name: [edge, -edge] for name, value in INITIAL.items() if isinstance(value, list)}
    sentence = WARM if word == "warm" else COLD
    drawn = scene(**state, word=word, sentence=sentence)
    assert drawn.state["word"] == word
    for panel in drawn.panels:
        for text in marks(panel, Text):
            assert panel.x.low <= text.x <= panel.x.high
            assert panel.y.low <= text.y <= panel.y.high
    assert "nan" not in describe(drawn)


def test_the_widget_stands_on_a_stage():
    stage = words_that_attend()
    moved = {"query of it": [1.0, 2.0], "value of Ice": [0.5, 0.5]}
    stage._receive(stage, {"state": moved, "seq": 1, "view": "v"})
    assert stage.state["query of it"] == [1.0, 2.0]
    assert stage.state["value of Ice"] == [0.5, 0.5]
    assert "image/png" in stage._repr_mimebundle_()[0]
