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
@pytest.mark.parametrize("source", [ONE, ALL], ids=["one test", "a whole file"])
def test_a_skip_is_refused_where_all_is_required(source: str, tmp_path: Path) -> None:
    shutil.copy(CONFTEST, tmp_path)
    (tmp_path / "test_it.py").write_text(f"{source}\ndef test_another(): pass\n")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", str(tmp_path)]
    said = {}
    for required in ("0", "1"):
        environment = os.environ | {"NNF_REQUIRE_ALL": required}
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        said[required] = done.stdout.splitlines()[-1]
    assert "1 skipped" in said["0"]
    assert "skipped" not in said["1"]
    assert "1 failed" in said["1"] or "1 error" in said["1"]
