"""Is the certificate one page that stands alone, says what is so, and costs no other file?"""

import json
import os
import re
import threading
from datetime import datetime
from html.parser import HTMLParser

import pytest

from nnf_teach import certificate, check, progress
from nnf_teach.checking.certificate import FILE, page
from nnf_teach.checking.store import store
from nnf_teach.exercises import all_exercises, lesson_titles

NOW = datetime(2026, 11, 3, 14, 5, 9)


def passed(*names):
    """Note exercises as passed, as a check does."""

    def edit(data):
        for name in names:
            points = all_exercises()[name].points
            data["exercises"][name] = {"points": points, "attempts": 1, "passed": True}

    store(False).change(edit)


class Reader(HTMLParser):
    """Reads a page: its texts, its tags, and whether they are closed in order."""

    def __init__(self, html):
        super().__init__()
        self.text, self.tags, self.links, self.stack = "", [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for key, value in attrs if key in ("src", "href")]
        if tag not in ("meta", "br"):
            self.stack.append(tag)

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag

    def handle_data(self, data):
        if not {"style", "script"} & set(self.stack):
            self.text = " ".join([*self.text.split(), *data.split()])


def read(folder):
    return Reader((folder / FILE).read_text(encoding="utf-8"))


def test_it_says_whose_when_and_how_many_points(tmp_path):
    passed("sigmoid", "softmax")
    certificate("Ada Lovelace", tmp_path)
    text = read(tmp_path).text
    today = datetime.now()
    assert "Ada Lovelace" in text
    assert f"{today.day} {today:%B %Y}" in text
    assert f"3 of {progress().out_of} points" in text
    for number, title in lesson_titles().items():
        points = progress(number)
        if points.out_of:
            assert f"{number:02} {title} {points.points} of {points.out_of}" in text


def test_it_says_plainly_that_it_is_self_assessed(tmp_path):
    certificate("Ada", tmp_path)
    text = read(tmp_path).text
    assert "This is self-assessed." in text
    assert "Nobody has checked who wrote the answers" in text


def test_with_nothing_done_it_says_so_and_what_is_missing(tmp_path, progress_file):
    assert not progress_file.exists()
    made = certificate("Ada", tmp_path)
    text = read(tmp_path).text
    assert "No exercise has been passed yet." in text
    assert "so far" in text
    for exercise in all_exercises().values():
        in_total = exercise.points and not exercise.stretch
        assert (exercise.name in text) == bool(in_total), exercise.name
    assert "nothing has been passed yet; points still to be had: 10 in lesson 01" in str(made)


def test_with_everything_done_nothing_is_missing(tmp_path):
    passed(*all_exercises())
    made = certificate("Ada", tmp_path)
    text = read(tmp_path).text
    assert "so far" not in text
    assert "Still missing" not in text
    assert "Every exercise of every lesson has been passed." in text
    assert "nothing: all exercises are passed" in str(made)


def test_all_but_one_is_not_complete(tmp_path):
    passed(*(name for name in all_exercises() if name != "softmax"))
    certificate("Ada", tmp_path)
    text = read(tmp_path).text
    assert "so far" in text
    assert re.search(r"Still missing .* 02 Logistic regression: softmax *$", text.split("Made")[0])


def test_stretch_exercises_stand_beside_the_total(tmp_path):
    stretch = next(name for name, e in all_exercises().items() if e.stretch)
    passed(stretch)
    certificate("Ada", tmp_path)
    text = read(tmp_path).text
    assert f"Stretch exercises that were passed: {stretch}" in text
    assert f"0 of {progress().out_of} points" in text


def test_a_real_check_counts(tmp_path):
    def neuron(x, w, b):
        return x @ w + b

    check(neuron)
    certificate("Ada", tmp_path)
    assert f"1 of {progress().out_of} points" in read(tmp_path).text


NAMES = [
    '<script>alert("x")</script>',
    "O'Brien & Sons",
    "名前",
    "<b>bold",
    "</title></style>",
    "{0} %s",
    "\ud83d half",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_text_whatever_it_holds(tmp_path, name):
    plain, named = tmp_path / "plain", tmp_path / "named"
    plain.mkdir()
    named.mkdir()
    certificate("Ada", plain)
    certificate(name, named)
    assert read(named).tags == read(plain).tags
    assert (
        " ".join(name.split()).encode("utf-8", "ignore").decode()
        in read(named).text.encode("utf-8", "ignore").decode()
    )


def test_white_space_in_a_name_is_put_right(tmp_path):
    certificate("  Ada \n  Lovelace\t", tmp_path)
    assert " Ada Lovelace " in read(tmp_path).text


@pytest.mark.parametrize("name", ["...", "", "   ", None, 3, "x" * 101, certificate])
def test_without_a_name_nothing_is_written(tmp_path, name, capsys):
    assert certificate(name, tmp_path) is None
    assert list(tmp_path.iterdir()) == []
    assert re.search("Write your name|characters", capsys.readouterr().out)


def test_a_call_without_anything_is_told_what_to_write(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert certificate() is None
    assert "Write your name" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_the_page_needs_nothing_but_itself(tmp_path):
    certificate("Ada", tmp_path)
    html = (tmp_path / FILE).read_text(encoding="utf-8")
    assert read(tmp_path).links == []
    assert "script" not in read(tmp_path).tags
    assert not re.search(r"url\(|@import|https?:", html)


def test_the_page_is_well_formed_and_fits_paper():
    reader = Reader(page("Ada", progress(), (), NOW))
    assert reader.stack == []
    assert reader.tags.count("h1") == 1
    assert "3 November 2026" in reader.text
    assert "@media print" in page("Ada", progress(), (), NOW)


def test_what_was_there_is_kept(tmp_path):
    (tmp_path / FILE).write_text("my own page")
    made = certificate("Ada", tmp_path)
    (other,) = [path for path in tmp_path.iterdir() if path.name != FILE]
    assert other.read_text() == "my own page"
    assert re.fullmatch(r"nnf-certificate-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.html", other.name)
    assert other.name in str(made)


def test_every_earlier_page_is_kept_but_not_its_own_copy(tmp_path):
    certificate("Ada", tmp_path)
    certificate("Ada", tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
    for name in ("Grace", "Emmy", "Ada"):
        certificate(name, tmp_path)
    texts = [path.read_text() for path in tmp_path.iterdir()]
    assert [sum(f">{name}</p>" in text for text in texts) for name in ("Ada", "Grace", "Emmy")] == [
        2,
        1,
        1,
    ]


def test_it_is_written_where_the_notebook_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert certificate("Ada").path == tmp_path / FILE
    assert (tmp_path / FILE).is_file()


def test_a_folder_that_cannot_be_written_to_costs_a_sentence(tmp_path, capsys):
    assert certificate("Ada", tmp_path / "nowhere") is None
    assert "could not be written" in capsys.readouterr().out
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    assert certificate("Ada", blocked) is None
    assert "could not be written" in capsys.readouterr().out
    assert blocked.read_text() == "not a folder"


def test_a_failed_write_leaves_the_old_page(tmp_path, monkeypatch, capsys):
    certificate("Ada", tmp_path)
    before = (tmp_path / FILE).read_text()

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    monkeypatch.setattr(os, "fdopen", full)
    assert certificate("Grace", tmp_path) is None
    assert "No space left" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
    assert (tmp_path / FILE).read_text() == before


def test_a_damaged_progress_file_is_mentioned(tmp_path, progress_file):
    progress_file.parent.mkdir(parents=True)
    progress_file.write_text("{ not json")
    made = certificate("Ada", tmp_path)
    assert "damaged" in str(made)
    assert "0 of" in read(tmp_path).text


def test_in_a_notebook_it_is_a_panel_with_a_link(tmp_path):
    made = certificate("Ada", tmp_path)
    bundle = made._repr_mimebundle_()
    assert f'href="{FILE}"' in bundle["text/html"]
    assert bundle["text/plain"] == str(made)
    assert Reader(bundle["text/html"]).stack == []


def test_two_at_the_same_time_lose_nothing(tmp_path):
    """Do two kernels that write at once leave whole pages only?"""
    threads = [threading.Thread(target=certificate, args=(f"Name {k}", tmp_path)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pages = [path.read_text() for path in tmp_path.iterdir()]
    assert pages
    assert all(text.endswith("</html>\n") for text in pages)


def test_the_points_are_not_those_of_the_file_but_of_the_exercises(tmp_path, progress_file):
    """Does a file with invented points and exercises earn nothing?"""
    progress_file.parent.mkdir(parents=True)
    invented = {"points": 999, "attempts": 1, "passed": True}
    progress_file.write_text(
        json.dumps({"format": 1, "exercises": {"no_such": invented}, "predictions": {}})
    )
    certificate("Ada", tmp_path)
    assert "999" not in read(tmp_path).text
