"""Is a skipped test a failure where everything has to run?"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).parents[1] / "conftest.py"
ONE = "import pytest\n@pytest.mark.skip(reason='no node')\ndef test_it(): pass\n"
ALL = "import pytest\npytest.importorskip('no_such_package')\ndef test_it(): pass\n"


@pytest.mark.slow
def test_a_skip_is_refused_where_all_is_required(tmp_path: Path) -> None:
    """Is a test that skips an error, and a whole file that does?"""
    shutil.copy(CONFTEST, tmp_path)
    for name, source in (("one", ONE), ("all", ALL)):
        (tmp_path / f"test_{name}.py").write_text(f"{source}\ndef test_another(): pass\n")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", str(tmp_path)]
    command += ["--continue-on-collection-errors", "-rfE"]
    said = {}
    for required in ("0", "1"):
        environment = os.environ | {
            "NNF_REQUIRE_ALL": required,
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        }
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        said[required] = done.stdout
    assert "1 passed, 2 skipped" in said["0"]
    assert "skipped" not in said["1"].splitlines()[-1]
    assert "ERROR test_one.py::test_it" in said["1"]
    assert "ERROR test_all.py" in said["1"]
