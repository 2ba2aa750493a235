"""Training gets the time that it needs on this machine, and the grader's limits stay."""

import numpy as np
import pytest

from nnf_teach import check
from nnf_teach.checking import engine, speed
from nnf_teach.exercises import all_exercises


@pytest.fixture
def machine(monkeypatch):
    """Make the machine so many times as slow as the usual one."""

    def be(times):
        taken = {work: times * usual for work, usual in speed.USUAL.items()}
        monkeypatch.setattr(speed, "seconds_of", taken.__getitem__)
        speed.slowness.cache_clear()

    yield be
    speed.slowness.cache_clear()


@pytest.mark.parametrize(("times", "seconds"), [(0.2, 30), (1, 30), (4, 120), (1000, 300)])
def test_a_slower_machine_gets_more_time_and_a_faster_one_no_less(times, seconds, machine):
    machine(times)
    given = speed.with_time(all_exercises()["train_digit_classifier"])
    assert given.time_limit == pytest.approx(seconds)


def test_what_is_no_training_has_its_time_everywhere(machine):
    machine(1000)
    assert speed.with_time(all_exercises()["sigmoid"]).time_limit == 10


def test_the_slower_of_the_two_counts(monkeypatch):
    taken = {speed.training: 3 * speed.USUAL[speed.training], speed.steps: speed.USUAL[speed.steps]}
    monkeypatch.setattr(speed, "seconds_of", taken.__getitem__)
    speed.slowness.cache_clear()
    assert speed.slowness() == pytest.approx(3)
    speed.slowness.cache_clear()


def test_it_is_measured_once():
    assert speed.slowness() == speed.slowness() >= 1
    assert speed.slowness.cache_info().misses == 1


def test_a_check_gives_that_time_and_a_diagnosis_of_the_grader_does_not(machine, monkeypatch):
    """`diagnose` is what a grader asks; its limit is the exercise's own."""
    machine(2)
    given = []

    def diagnose(exercise, *args, **options):
        given.append(exercise.time_limit)
        raise KeyboardInterrupt

    monkeypatch.setattr(engine, "diagnose", diagnose)
    with pytest.raises(KeyboardInterrupt):
        check(lambda X, t, rng: (np.zeros((10, 784)), np.zeros(10)), "train_digit_classifier")
    assert given == [60]
    assert all_exercises()["train_digit_classifier"].time_limit == 30
