"""Can the course be installed, as a package, with make and on Binder?"""

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

from nnf_teach.notebooks import is_backup

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
APART = {"benchmark"}  # an extra that no target of the Makefile installs, pinned where it stands
CONSTRAINTS = (ROOT / "constraints.txt").read_text().splitlines()


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> dict[str, str]:
    lines = [line for line in CONSTRAINTS if line and not line.startswith("#")]
    found = [
        re.fullmatch(r"([a-z0-9-]+)==([0-9A-Za-z.]+)( ; sys_platform == .*)?", x) for x in lines
    ]
    assert all(found), [x for x, match in zip(lines, found, strict=True) if not match]
    return {match[1]: match[2] for match in found if match}


def test_constraints_are_exact() -> None:
    """Does every line pin one version, in order, and name no place to get it from?"""
    names = list(pins())
    assert len(names) > 100
    everywhere = names[: -sum("sys_platform" in line for line in CONSTRAINTS)]
    assert everywhere == sorted(everywhere)
    assert not any("://" in line or "@" in line or "/" in line for line in CONSTRAINTS[2:])


def test_constraints_are_complete() -> None:
    """Is every package pinned that the course, or a contributor, asks for?"""
    extras = PROJECT["optional-dependencies"]
    asked = PROJECT["dependencies"] + sum((extras[e] for e in extras.keys() - APART), [])
    names = {canonical(re.split(r"[><=\[ ]", line)[0]) for line in asked} - {"nnf-teach"}
    assert names - pins().keys() == set()


def test_requirements_of_requirements_are_pinned() -> None:
    """Is nothing that an installation brings along left without a pin?"""
    missing, todo, seen = set(), ["nnf-teach"], set()
    while todo:
        name = canonical(todo.pop())
        if name in seen:
            continue
        seen.add(name)
        if name not in pins() and name != "nnf-teach":
            missing.add(name)
        for line in importlib.metadata.requires(name) or []:
            if any(f'extra == "{e}"' in line.replace("'", '"') for e in APART):
                continue
            if ";" not in line or name == "nnf-teach":
                todo.append(re.split(r"[><=!~\[ ;(]", line)[0])
    assert missing == set()


def test_version() -> None:
    """Is the version the same wherever it is said?"""
    import nnf_teach

    assert nnf_teach.__version__ == PROJECT["version"] == importlib.metadata.version("nnf_teach")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names of the files in a wheel of what git would hand out."""
    folder = tmp_path_factory.mktemp("wheel")
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.check_output(listed, cwd=ROOT, text=True).splitlines():
        if (ROOT / name).is_file():
            target = folder / "source" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target)
    code = "import sys, hatchling.build as b; print(b.build_wheel(sys.argv[1]))"
    built = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        cwd=folder / "source",
        check=True,
        capture_output=True,
        text=True,
    )
    return zipfile.ZipFile(folder / built.stdout.split()[-1]).namelist()


def test_wheel_carries_the_notebooks(wheel: list[str]) -> None:
    """Are the student notebooks in the wheel, and the solutions not?"""
    packed = {name for name in wheel if name.endswith(".ipynb")}
    course = {
        f"nnf_teach/course/{path.name}"
        for path in (ROOT / "course").glob("*.ipynb")
        if not is_backup(path)
    }
    assert "nnf_teach/course/00_start_here.ipynb" in packed
    assert packed == course


def test_the_wheel_for_gradescope_is_the_same(wheel: list[str], tmp_path: Path) -> None:
    """Has the wheel that is made without build tools the files of the one that they make?"""
    from nnf_teach.grading.gradescope.wheel import make_wheel

    path = tmp_path / "made.whl"
    path.write_bytes(make_wheel())
    with zipfile.ZipFile(path) as made:
        names = made.namelist()
        record = made.read(names[-1]).decode().splitlines()
    assert names[-1].endswith("/RECORD")
    assert sorted(names) == sorted(wheel)
    assert sorted(line.split(",")[0] for line in record) == sorted(names)


def test_wheel_carries_the_package(wheel: list[str]) -> None:
    """Is all of the package in the wheel, also what is not Python, and nothing beside it?"""
    files = (path for path in (ROOT / "nnf_teach").rglob("*") if path.is_file())
    expected = {str(path.relative_to(ROOT)) for path in files if "__pycache__" not in path.parts}
    packed = {name for name in wheel if ".dist-info/" not in name and "/course/" not in name}
    assert {"nnf_teach/py.typed", "nnf_teach/cli.py"} <= packed
    assert packed == expected
    licences = {Path(name).name for name in wheel if "/licenses/" in name}
    assert licences == {"LICENSE", "LICENSE-text"}


# --- make ----------------------------------------------------------------------------------------

needs_make = pytest.mark.skipif(
    shutil.which("make") is None or sys.platform == "win32", reason="there is no make"
)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone, in a folder with a space, whose .venv has a Python that only notes its calls."""
    top = tmp_path / "my clone"
    (top / ".ci").mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "constraints.txt", ".ci/find-python", ".ci/install"):
        shutil.copy(ROOT / name, top / name)
    python = top / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\n[ "$1" = -c ] && { echo 1; exit; }\necho "$@" >> calls\n')
    python.chmod(0o755)
    return top


def make(clone: Path, *words: str) -> list[str]:
    """Run make in a clone and return what its Python was asked to do."""
    (clone / "calls").unlink(missing_ok=True)
    subprocess.run(["make", *words], cwd=clone, check=True, capture_output=True)
    return (clone / "calls").read_text().splitlines()


@needs_make
def test_make_lab(clone: Path) -> None:
    """Does the first `make lab` install with the constraints, and the second not at all?"""
    install, start = make(clone, "lab", "PORT=9000")
    assert "pip install" in install
    assert "--constraint constraints.txt --editable ." in install
    (oldest, _) = make(clone, "lab", "CONSTRAINTS=lowest.txt", "-W", "pyproject.toml")
    assert "--constraint lowest.txt --editable ." in oldest
    assert start == "-m nnf_teach.cli lab --port 9000"
    assert make(clone, "lab") == ["-m nnf_teach.cli lab --port 8888"]
    (clone / "constraints.txt").write_text("numpy==9\n")
    stamp = clone / ".venv" / "installed"
    newer = stamp.stat().st_mtime + 10
    os.utime(clone / "constraints.txt", (newer, newer))
    assert len(make(clone, "lab")) == 2


@needs_make
@pytest.mark.parametrize(
    ("version", "words", "sentence"),
    [
        (None, [], "needs Python 3.11 or newer, and no Python was found"),
        ("3.9", [], "needs Python 3.11 or newer; python3 is 3.9"),
        ("3.9", ["PYTHON=python3"], "needs Python 3.11 or newer; python3 is 3.9"),
        ("3.12", ["PYTHON=python7"], "There is no Python called 'python7' here"),
        ("3.12 bare", [], "sudo apt install python3-venv"),
    ],
)
def test_make_without_a_python(
    clone: Path, version: str | None, words: list[str], sentence: str
) -> None:
    """Is a missing, old or incomplete Python named in one clear sentence?"""
    shutil.rmtree(clone / ".venv")
    path = clone / "bin"
    path.mkdir()
    for tool in ("sh", "make", "touch", "rm"):
        (path / tool).symlink_to(str(shutil.which(tool)))
    if version:
        # answers as such a Python would: is it too old, which is it, has it venv
        number, _, bare = version.partition(" ")
        (path / "python3").write_text(
            "#!/bin/sh\ncase $2 in\n"
            f"*sys.exit*) exit {int(number == '3.9')};;\n"
            f"*print*) echo {number};;\n"
            f"*ensurepip*) exit {int(bool(bare))};;\nesac\n"
        )
        (path / "python3").chmod(0o755)
    done = subprocess.run(
        [path / "make", "lab", *words],
        cwd=clone,
        env={"PATH": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert sentence in done.stderr.splitlines()[0]
    assert not [line for line in done.stderr.splitlines()[1:] if not line.startswith("make")]


@needs_make
@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("NewConnectionError: Failed to establish a new connection", "Is this computer connected"),
        ("ERROR: No matching distribution found for x", "the reason is above"),
    ],
)
def test_make_without_a_network(clone: Path, said: str, sentence: str) -> None:
    """Does an installation that fails end in one sentence, with at most a few lines of pip's?"""
    python = clone / ".venv" / "bin" / "python"
    python.write_text(
        f'#!/bin/sh\n[ "$1" = -c ] && {{ echo 1; exit; }}\n'
        f'for i in 1 2 3 4 5 6 7 8 9; do echo "{said}" >&2; done; exit 1\n'
    )
    done = subprocess.run(["make", "lab"], cwd=clone, capture_output=True, text=True, check=False)
    lines = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert done.returncode != 0
    assert sentence in lines[-1]
    assert len(lines) <= 6


# --- What runs elsewhere -------------------------------------------------------------------------

WORKFLOW = (ROOT / ".github" / "workflows" / "ci.yml").read_text()


def test_every_python_that_is_promised_is_tested() -> None:
    """Do the classifiers and the checks on GitHub name the same versions of Python?"""
    promised = re.findall(r"Python :: (3\.\d+)", " ".join(PROJECT["classifiers"]))
    tested = re.search(r"python: \[(.*)\]", WORKFLOW)
    assert tested is not None
    assert re.findall(r"3\.\d+", tested[1]) == promised
    assert PROJECT["requires-python"] == f">={promised[0]}"


def test_actions_are_pinned() -> None:
    """Is every action that runs with our files named by what it is, not by a movable tag?"""
    used = re.findall(r"uses: (\S+)", WORKFLOW)
    assert used
    assert [name for name in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", name)] == []


def test_every_lower_bound_can_be_installed_alone() -> None:
    """Does `.ci/lowest` name each bound of pyproject.toml, and doctor each of a learner's?"""
    from nnf_teach.doctor import requirements

    done = subprocess.run([sys.executable, ".ci/lowest"], cwd=ROOT, capture_output=True, text=True)
    lowest = dict(line.split("==") for line in done.stdout.splitlines())
    ours = [line.split(";")[0] for line in PROJECT["dependencies"] if "== 'emscripten'" not in line]
    names = sorted(re.split(">=", line)[0] for line in ours)
    assert sorted(name for name, bound in requirements() if bound != "0") == names
    extras = PROJECT["optional-dependencies"]
    every = ours + sum((extras[e] for e in extras.keys() - APART), [])
    bounds = [line for line in every if "nnf_teach" not in line]
    assert sorted(f"{name}>={bound}" for name, bound in lowest.items()) == sorted(bounds)


def test_what_colab_is_told_to_add() -> None:
    """Does the cell for Colab add only what the course asks for, and nothing that serves pages?"""
    (line,) = re.findall(r"^!pip install .*colab.txt (.*)$", (ROOT / "README.md").read_text(), re.M)
    asked = {re.split("[>=]", each)[0] for each in PROJECT["dependencies"]}
    assert asked - set(line.split()) == {"numpy", "jupyterlab", "ipywidgets", "matplotlib"}
    assert set(line.split()) < asked


# --- Binder --------------------------------------------------------------------------------------


# repo2docker imports a module by the name it used to have
quiet = pytest.mark.filterwarnings("ignore:pythonjsonlogger:DeprecationWarning")


@pytest.fixture
def build_pack(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What repo2docker would build this repository with."""
    from repo2docker.app import Repo2Docker

    monkeypatch.chdir(ROOT)
    app = Repo2Docker()
    packs = (kind(base_image=app.base_image) for kind in app.buildpacks)
    return next(pack for pack in packs if pack.detect())


@quiet
def test_binder_is_detected(build_pack: Any) -> None:
    """Does repo2docker take the Python build pack, the binder folder and a Python that will do?"""
    assert type(build_pack).__name__ == "PythonBuildPack"
    assert build_pack.binder_dir == "binder"
    assert tuple(map(int, build_pack.python_version.split("."))) >= (3, 11)


@quiet
def test_binder_installs_the_course(build_pack: Any) -> None:
    """Is the whole repository there when the requirements are installed?"""
    scripts = [script for _, script in build_pack.get_assemble_scripts()]
    assert any('pip install --no-cache-dir -r "binder/requirements.txt"' in x for x in scripts)
    assert not any("requirements.txt" in x for _, x in build_pack.get_preassemble_scripts())
    build_pack.platform = "linux/amd64"
    assert 'binder/requirements.txt"' in build_pack.render({})


def test_binder_requirements() -> None:
    """Do the paths in the requirements lead to this repository and its constraints?"""
    path = ROOT / "binder" / "requirements.txt"
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    assert lines == ["--constraint ../constraints.txt", "--editable .", "notebook"]
    assert {"notebook", "jupyterlab"} <= pins().keys()  # or the one that Binder brings stays
    # pip takes a constraint from the file's folder, and a project from where it is run
    assert (path.parent / "../constraints.txt").resolve() == ROOT / "constraints.txt"
