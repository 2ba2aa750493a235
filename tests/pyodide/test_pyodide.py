"""The package in WebAssembly: `inside.py`, run by node with the very files that the site serves.

They are those that `make site` has kept. What it has not brought yet is brought with
NNF_REQUIRE_ALL=1 alone.
"""

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from nnf_teach.site.fetch import Store
from nnf_teach.site.lock import official
from nnf_teach.site.pins import HERE as SITE
from nnf_teach.site.pins import read_pins

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CACHE = ROOT / ".cache" / "site"
INSIDE = HERE / "inside.py"
BOOT = SITE / "python" / "boot.py"
REQUIRED = os.environ.get("NNF_REQUIRE_ALL") == "1"
NAMES = [
    node.name
    for node in ast.parse(INSIDE.read_text()).body
    if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each function of `inside.py` raised in Pyodide."""
    if shutil.which("node") is None:
        pytest.skip("there is no node")
    pins, folder = read_pins(), tmp_path_factory.mktemp("pyodide")
    store = Store(CACHE, pins) if REQUIRED else Kept(CACHE, pins)
    for name in pins.core:
        shutil.copy(store.core(name), folder)
    lock = json.loads((folder / "pyodide-lock.json").read_text())
    lock["packages"] = official(lock["packages"], pins.packages)
    (folder / "pyodide-lock.json").write_text(json.dumps(lock))
    for entry in lock["packages"].values():
        shutil.copy(store.compiled(entry["file_name"], entry["sha256"]), folder)
    wheels = [store.wheel(wheel) for wheel in pins.wheels if wheel.python]
    wheels.append(course(tmp_path_factory.mktemp("wheel")))
    command = ["node", HERE / "run.cjs", folder, BOOT, INSIDE, *wheels]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    answer: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return answer


class Kept(Store):
    """The files that a build has kept; what is not among them is not brought."""

    def _kept(self, name: str, sha256: str, bring: object) -> Path:
        path = self.folder / sha256 / name
        if not path.is_file():
            pytest.skip(f"{name} has not been brought by 'make site'")
        return path


def course(folder: Path) -> Path:
    code = "import sys, hatchling.build as b; print(b.build_wheel(sys.argv[1]))"
    command = [sys.executable, "-c", code, str(folder)]
    built = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return folder / built.stdout.split()[-1]


@pytest.mark.parametrize("name", NAMES)
def test_in_a_browsers_python(name: str, found: dict[str, str]) -> None:
    assert found[name] == ""
