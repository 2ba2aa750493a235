"""What the site is made of: is it what it should be, and is it said when it is not?"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest

from nnf_teach import cli
from nnf_teach.site import SiteError
from nnf_teach.site import build as building
from nnf_teach.site.fetch import Store
from nnf_teach.site.lock import official
from nnf_teach.site.pins import Wheel, read_pins

RIGHT = b"the right content"
SUM = hashlib.sha256(RIGHT).hexdigest()
NOWHERE = "http://127.0.0.1:9/"  # nobody listens on this port


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "kept", read_pins()._replace(official=NOWHERE))


def brings(content: bytes) -> Any:
    return lambda target: target.write_bytes(content)


def test_where_the_official_distribution_is_not_reached_another_place_is_asked(
    store: Store,
) -> None:
    assert store.official("part.whl", SUM, brings(RIGHT)).read_bytes() == RIGHT


def test_a_wrong_file_stops_with_both_sums_and_is_not_kept(store: Store) -> None:
    with pytest.raises(SiteError) as stopped:
        store.official("part.whl", SUM, brings(b"something else"))
    found = hashlib.sha256(b"something else").hexdigest()
    assert f"part.whl is not the file it should be: its SHA-256 is {found}, expected {SUM}" in str(
        stopped.value
    )
    assert list(store.folder.rglob("part.whl")) == []


def test_what_is_kept_is_not_brought_again_unless_it_is_damaged(store: Store) -> None:
    def refuses(target: Path) -> None:
        raise AssertionError(f"{target} is asked for")

    kept = store.official("part.whl", SUM, brings(RIGHT))
    assert store.official("part.whl", SUM, refuses) == kept
    kept.write_bytes(b"damaged")
    assert store.official("part.whl", SUM, brings(RIGHT)).read_bytes() == RIGHT


def test_a_folder_named_from_here_is_found_from_elsewhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    store = Store(Path("kept"), read_pins()._replace(official=NOWHERE))
    assert store.official("part.whl", SUM, brings(RIGHT)).is_relative_to(tmp_path / "kept")


def test_it_is_said_what_pip_does_not_bring(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(SiteError, match=r"^pip does not bring tqdm==4\.70\.1: ERROR: .*tqdm==4"):
        store.wheel(Wheel("tqdm-4.70.1-py3-none-any.whl", SUM))


def test_every_pin_has_a_sum_and_wheels_go_somewhere() -> None:
    pins = read_pins()
    sums = [*pins.core.values(), *(wheel.sha256 for wheel in [*pins.wheels, *pins.tools])]
    assert [each for each in sums if not re.fullmatch("[0-9a-f]{64}", each)] == []
    assert [wheel.file for wheel in pins.wheels if not (wheel.python or wheel.extension)] == []


def test_what_a_package_needs_comes_with_it() -> None:
    packages = {
        "matplotlib": {"depends": ["NumPy", "pytz"]},
        "numpy": {"depends": []},
        "pandas": {"depends": []},
    }
    assert sorted(official(packages, ["matplotlib"])) == ["matplotlib", "numpy"]


def test_a_page_does_not_overwrite_a_part_of_jupyterlite(tmp_path: Path) -> None:
    for folder in ("pages", "site"):
        (tmp_path / folder).mkdir()
        for name in ("index.html", "package.json"):
            (tmp_path / folder / name).write_text(folder)
    with pytest.raises(SiteError, match="package.json would overwrite a part of JupyterLite"):
        building._put_pages(tmp_path / "pages", tmp_path / "site")
    assert (tmp_path / "site" / "index.html").read_text() == "pages"


def test_the_command_says_in_a_sentence_why_there_is_no_site(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def stops(*_: Any) -> None:
        raise SiteError("npm was not found; it brings a part of the site.")

    monkeypatch.setattr("nnf_teach.site.build_site", stops)
    assert cli.main(["site", "--out", str(tmp_path / "site")]) == cli.PROBLEM
    assert capsys.readouterr().err == "npm was not found; it brings a part of the site.\n"


def test_a_folder_that_is_no_clone_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert cli.main(["site", "--root", str(tmp_path)]) == cli.PROBLEM
    assert f"{tmp_path} is no clone of the course" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
