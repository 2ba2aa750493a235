"""The player of a stage in a real JupyterLab: does it keep time, stop, and hold nothing back?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from .lab import POLLING

TOY = """
import time
import numpy as np
from nnf_teach.widgets.scene import (Axis, Button, Handle, HeatMap, Line, Panel, Player, Points,
    Scene, Slider)
from nnf_teach.widgets.stage import Stage

asked = []  # the frame of each call
START = {"frame": 0, "speed": 100, "wait": 0.0, "rate": 1.0, "p": [1.0, 1.0]}
side = np.linspace(-3, 3, 60)

def build(s):
    asked.append(s["frame"])
    time.sleep(s["wait"])
    if s["frame"] == 555:
        raise ZeroDivisionError("frame 555")
    wave = np.sin(side + 2 * np.pi * s["frame"] / 100)
    handle = Handle("p", "point p", *s["p"], symbol="square", color=1, bare=True)
    panel = Panel("", Axis("x", -3, 3), Axis("y", -3, 3),
        (HeatMap(np.outer(wave, wave), -1, 1, "h"), Line(side, wave)), (handle,))
    return Scene("Wave", (panel,), f"frame {s['frame']}", (
        Player("frame", "Frame", 600, "frames", s["speed"]), Slider("wait", "Wait", 0, 1, 0.1, "s"),
        Slider("rate", "Rate", 0.01, 100, 0.25, scale="log")))
"""
SHOW = "stage = Stage(build, START)\nstage"


@pytest.fixture(scope="module")
def opened(lab: Any) -> Iterator[Any]:
    notebook = lab.open("player.ipynb", [TOY, SHOW])
    notebook.run_all()
    yield notebook
    notebook.close()


@pytest.fixture
def toy(opened: Any) -> Iterator[Any]:
    """The stage with a player, in its first state."""
    opened.kernel("stage.set(**START)")
    opened.kernel("asked.clear()")
    opened.wait_drawn()
    opened.page.locator(".nnf-stage").scroll_into_view_if_needed()
    yield opened
    opened.kernel("stage.set(wait=0.0)")
    if button(opened, "Pause").count():
        button(opened, "Pause").click()
    assert opened.errors == []


def button(notebook: Any, name: str) -> Any:
    return notebook.page.get_by_role("button", name=name, exact=True)


def state(notebook: Any, name: str) -> Any:
    return eval(notebook.kernel(f"stage.state[{name!r}]"))


def frame(notebook: Any) -> int:
    return int(state(notebook, "frame"))


def shown(notebook: Any) -> int:
    return int(notebook.page.locator(".nnf-caption").inner_text().removeprefix("frame "))


def wait_for(notebook: Any, at_least: int) -> None:
    notebook.page.wait_for_function(
        "n => Number(document.querySelector('.nnf-caption').textContent.match(/\\d+/)) >= n",
        arg=at_least,
        timeout=60_000,
        polling=POLLING,
    )


def test_nothing_plays_by_itself(toy: Any) -> None:
    toy.page.wait_for_timeout(500)
    assert frame(toy) == 0
    assert toy.kernel("asked") == "[]"


def test_play_goes_on_and_pause_stops_within_one_frame(toy: Any) -> None:
    button(toy, "Play").click()
    wait_for(toy, 12)
    # Read and pressed in one turn of the browser, so that no frame comes between.
    at = toy.page.evaluate(
        """() => {
          const at = Number(document.querySelector('.nnf-caption').textContent.match(/\\d+/));
          document.querySelector('.nnf-play').click();
          return at;
        }"""
    )
    assert button(toy, "Play").count() == 1
    toy.wait_drawn()
    assert at <= shown(toy) <= at + 1
    toy.page.wait_for_timeout(500)
    assert at <= frame(toy) <= at + 1
    # Every frame was asked for once, in order.
    assert eval(toy.kernel("asked")) == list(range(1, frame(toy) + 1))


def test_the_rate_is_kept_and_a_pause_between_two_frames_holds(toy: Any) -> None:
    toy.kernel("stage.set(speed=2)")
    toy.wait_drawn()
    button(toy, "Play").click()
    toy.page.wait_for_timeout(1700)  # frames at 0, 0.5, 1 and 1.5 s
    button(toy, "Pause").click()
    toy.wait_drawn()
    assert 2 <= shown(toy) <= 4
    stopped = shown(toy)
    toy.page.wait_for_timeout(1000)
    assert frame(toy) == stopped


def test_a_slow_kernel_is_asked_for_one_frame_at_a_time(toy: Any) -> None:
    toy.kernel("stage.set(wait=0.3)")
    toy.kernel("asked.clear()")
    toy.page.evaluate("document.querySelector('.nnf-stage').nnf.link.mostInFlight = 0")
    button(toy, "Play").click()
    toy.page.wait_for_timeout(2000)
    button(toy, "Pause").click()
    toy.wait_drawn(timeout=1)
    assert 3 <= len(eval(toy.kernel("asked"))) <= 7
    assert toy.page.evaluate("document.querySelector('.nnf-stage').nnf.link.mostInFlight") == 1


def test_step_start_and_range(toy: Any) -> None:
    for expected in (1, 2):
        button(toy, "Step").click()
        toy.wait_drawn()
        assert frame(toy) == expected
    button(toy, "To start").click()
    toy.wait_drawn()
    assert frame(toy) == 0
    slider = toy.page.get_by_role("slider", name="Frame", exact=True)
    slider.focus()
    for key, expected in [("ArrowRight", 1), ("End", 600), ("ArrowLeft", 599), ("Home", 0)]:
        toy.page.keyboard.press(key)
        toy.wait_drawn()
        assert frame(toy) == expected
        assert slider.get_attribute("aria-valuetext") == f"{expected} of 600 frames"
    assert toy.page.locator(".nnf-player .nnf-value").inner_text() == "0 of 600 frames"


def test_the_player_works_by_keys_and_keeps_the_focus(toy: Any) -> None:
    button(toy, "Play").focus()
    toy.page.keyboard.press("Space")
    wait_for(toy, 5)
    assert toy.page.evaluate("document.activeElement.textContent") == "Pause"
    toy.page.keyboard.press("Space")
    toy.wait_drawn()
    stopped = frame(toy)
    toy.page.keyboard.press("Tab")
    toy.page.keyboard.press("Enter")
    toy.wait_drawn()
    assert toy.page.evaluate("document.activeElement.textContent") == "Step"
    assert frame(toy) == stopped + 1


def test_it_stops_at_the_last_frame_and_starts_again_from_there(toy: Any) -> None:
    toy.kernel("stage.set(frame=590)")
    toy.wait_drawn()
    button(toy, "Play").click()
    wait_for(toy, 600)
    button(toy, "Play").wait_for()
    assert frame(toy) == 600
    button(toy, "Step").click()
    toy.wait_drawn()
    assert frame(toy) == 600
    button(toy, "Play").click()
    toy.page.wait_for_timeout(500)
    button(toy, "Pause").click()
    toy.wait_drawn()
    assert 0 < frame(toy) < 100


def test_it_stops_where_python_cannot_draw(toy: Any) -> None:
    toy.kernel("stage.set(frame=550)")
    toy.wait_drawn()
    button(toy, "Play").click()
    toy.page.locator(".nnf-caption.nnf-error").wait_for()
    button(toy, "Play").wait_for()
    assert "ZeroDivisionError: frame 555" in toy.page.locator(".nnf-caption").inner_text()


def test_a_screen_reader_is_told_after_the_pause_only(toy: Any) -> None:
    toy.page.wait_for_timeout(900)
    toy.page.evaluate("""() => {
      window.told = [];
      const spoken = document.querySelector('.nnf-spoken');
      window.watch = new MutationObserver(() => told.push(spoken.textContent));
      watch.observe(spoken, { childList: true, characterData: true, subtree: true });
    }""")
    toy.kernel("stage.set(wait=0.8)")  # slower than the time after which a drag is told
    toy.page.wait_for_timeout(900)
    toy.page.evaluate("told.length = 0")
    button(toy, "Play").click()
    toy.page.wait_for_timeout(3000)
    assert toy.page.evaluate("told") == []
    wait_for(toy, frame(toy) + 1)  # the next frame is asked for: it is drawn after the pause
    button(toy, "Pause").click()
    toy.wait_drawn()
    toy.page.wait_for_timeout(1000)
    assert toy.page.evaluate("told") == [f"frame {frame(toy)}"]
    toy.page.evaluate("watch.disconnect()")


def test_dragging_goes_on_while_it_plays(toy: Any) -> None:
    handle = toy.page.locator('[role="slider"][data-name="p"]')
    button(toy, "Play").click()
    wait_for(toy, 3)
    toy.drag(handle, 60, 40, steps=20)
    now = shown(toy)
    wait_for(toy, now + 3)
    button(toy, "Pause").click()
    toy.wait_drawn()
    x, y = state(toy, "p")
    assert x > 1.3
    assert y < 0.8


def test_two_hundred_frames_neither_queue_nor_leak(toy: Any) -> None:
    page = toy.page
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def held() -> dict[str, float]:
        session.send("HeapProfiler.collectGarbage")
        metrics = session.send("Performance.getMetrics")["metrics"]
        found = {m["name"]: m["value"] for m in metrics}
        objects = toy.kernel('__import__("gc").collect() * 0 + len(__import__("gc").get_objects())')
        return {"nodes": found["Nodes"], "heap": found["JSHeapUsedSize"], "objects": int(objects)}

    button(toy, "Play").click()
    wait_for(toy, 40)
    button(toy, "Pause").click()
    toy.wait_drawn()
    before = held()
    button(toy, "Play").click()
    wait_for(toy, 240)
    button(toy, "Pause").click()
    toy.wait_drawn(timeout=1)
    page.wait_for_timeout(1000)
    after = held()
    assert after["nodes"] <= before["nodes"] + 40
    assert after["heap"] < before["heap"] + 1.6e6
    assert after["objects"] < before["objects"] + 160


def test_reduced_motion_steps_without_easing(toy: Any) -> None:
    toy.page.emulate_media(reduced_motion="reduce")
    eased = toy.page.evaluate(
        """() => [...document.querySelectorAll('.nnf-stage, .nnf-stage *')].filter((element) => {
             const { transitionDuration, animationName } = getComputedStyle(element);
             return transitionDuration !== '0s' || animationName !== 'none';
           }).length"""
    )
    button(toy, "Step").click()
    toy.wait_drawn()
    toy.page.emulate_media(reduced_motion="no-preference")
    assert eased == 0
    assert frame(toy) == 1


def test_a_log_slider_holds_round_numbers(toy: Any) -> None:
    slider = toy.page.get_by_label("Rate")
    slider.focus()
    for key, expected in [
        ("ArrowRight", 1.8),
        ("ArrowRight", 3.2),
        ("ArrowLeft", 1.8),
        ("End", 100),
        ("Home", 0.01),
    ]:
        toy.page.keyboard.press(key)
        toy.wait_drawn()
        assert state(toy, "rate") == expected
    assert slider.get_attribute("aria-valuetext") == "0.01"


def test_a_handle_can_look_like_a_point(toy: Any) -> None:
    look = toy.page.locator('[data-name="p"] span').evaluate(
        "e => [getComputedStyle(e).borderRadius, getComputedStyle(e).backgroundColor]"
    )
    assert look == ["3px", "rgb(213, 94, 0)"]


def test_axe_finds_nothing_serious_in_the_player(toy: Any, lab: Any) -> None:
    assert lab.axe(toy.page) == []
