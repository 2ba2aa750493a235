"""Node, for what the browser and Python must do alike."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from nnf_teach.widgets.shell import join_modules


@pytest.fixture(scope="session")
def node() -> str:
    """The path of Node; where there is none, skip."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("no node was found: it runs the view's modules")
    return found


@pytest.fixture(scope="session")
def javascript(node: str) -> Callable[[str, str], Any]:
    """Run an expression where the names of modules are known, "read" or "numbers read"."""

    def evaluate(modules: str, code: str) -> Any:
        source = join_modules(modules.split())
        script = f"{source}\nconsole.log(JSON.stringify({code}));"
        command = [node, "--input-type=module"]
        done = subprocess.run(command, input=script.encode(), check=True, timeout=20, stdout=-1)
        return json.loads(done.stdout)

    return evaluate
