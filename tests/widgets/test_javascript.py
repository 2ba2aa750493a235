"""The view's ES modules: how they are joined, and what can be run without a page."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nnf_teach.widgets.playground.widget import MODULES as PLAYGROUND
from nnf_teach.widgets.shell import STATIC, join_modules
from nnf_teach.widgets.stage import MODULES

Evaluate = Callable[[str, str], Any]


def test_every_module_is_joined() -> None:
    assert {path.stem for path in STATIC.glob("*.js")} == set(MODULES)


@pytest.mark.parametrize("modules", [MODULES, PLAYGROUND], ids=["stage", "playground"])
def test_modules_are_joined_into_one_without_clashes(modules: tuple[str, ...]) -> None:
    joined = join_modules(modules)
    assert re.findall(r"^(?:import|export)\b.*", joined, re.MULTILINE) == ["export default {"]
    names = re.findall(r"^(?:async )?(?:function|class|const|let) (\w+)", joined, re.MULTILINE)
    assert len(names) == len(set(names)), sorted(n for n in names if names.count(n) > 1)


def test_modules_import_only_what_was_joined_before() -> None:
    for k, name in enumerate(MODULES):
        text = (STATIC / f"{name}.js").read_text(encoding="utf-8")
        for source in re.findall(r'^import [^;]* from "\./(\w+)\.js";', text, re.MULTILINE):
            assert source in MODULES[:k]
        assert "://" not in text.replace("http://www.w3.org/2000/svg", "")
        assert text.count("\n") < 250


def test_numbers_have_four_digits_or_those_of_a_step(javascript: Evaluate) -> None:
    numbers = [0.1 + 0.2, -12.3456, 123456.7, 0]
    written = javascript("numbers", f"{numbers}.map(general)")
    assert written == ["0.3", "−12.35", "123500", "0"]
    steps = javascript("numbers", "[1, 0.5, 0.25, 0.05, 1e-3, 10].map(decimals)")
    assert steps == [0, 1, 2, 2, 3, 0]


def test_square_plots_take_what_others_can_spare(javascript: Evaluate) -> None:
    """The words in a panel come first; a column that gives keeps what its own words need."""
    small = "{ need: 0, square: 0 }"
    square, wordy = "{ need: 0, square: 400 }", "{ need: 190, square: 0 }"
    pressed = "{ need: 250, square: 0 }"
    panels = f"[{square}, {small}, {wordy}]"
    first, second, third = javascript("arrange", f"shareOut({panels}, 3, 640)")
    assert first > 200 > third >= 190
    assert second < 200
    others = javascript("arrange", f"shareOut([{square}, {small}, {pressed}], 3, 640)")
    assert others == [175, 175, 250]
    assert javascript("arrange", f"shareOut([{small}, {small}], 2, 620)") == [300, 300]


def test_the_browser_reads_what_python_packs_wherever_it_starts(
    javascript: Evaluate,
) -> None:
    code = """(() => {
      const bytes = new Uint8Array(13);
      new DataView(bytes.buffer).setFloat32(5, 1.5, true);
      const odd = new DataView(bytes.buffer, 5, 8);
      const part = { buffer: 0, shape: [2], dtype: "float32" };
      const { line } = decode({ line: [part, null, 3] }, [odd]);
      return [[...line[0]], line[0].shape, line[1], line[2]];
    })()"""
    assert javascript("decode", code) == [[1.5, 0], [2], None, 3]


@pytest.mark.parametrize("name", MODULES)
def test_each_module_is_valid_on_its_own(name: str, node: str) -> None:
    source = (STATIC / f"{name}.js").read_bytes()
    command = [node, "--input-type=module", "--check"]
    subprocess.run(command, input=source, check=True, timeout=20)


def test_the_tools_are_pinned_and_their_lock_names_no_host() -> None:
    root = Path(__file__).parents[2]
    tools = json.loads((root / "package.json").read_text("utf-8"))["devDependencies"]
    locked = json.loads((root / "package-lock.json").read_text("utf-8"))["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in tools} == tools
    assert all("resolved" not in package for package in locked.values())
    assert all("integrity" in package for name, package in locked.items() if name)
