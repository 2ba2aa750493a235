"""What a learner sees of a widget whose kernel has stopped, once the page is loaded again."""

import pytest

WIDGETS = {
    "stage": "from nnf_teach.widgets import saturation; saturation()",
    "playground": "from nnf_teach.widgets import playground; playground()",
    "prediction": "from nnf_teach import predict; predict('first-guess')",
}


@pytest.fixture(scope="module")
def again(lab):
    """A notebook with all of them that was run, saved, stopped and loaded again."""
    notebook = lab.open("stopped.ipynb", list(WIDGETS.values()))
    notebook.run_all()
    notebook.save()
    notebook.stop()
    notebook.load()
    yield notebook
    notebook.close()


@pytest.mark.parametrize("name", WIDGETS)
def test_a_stopped_widget_says_so_and_shows_what_is_stored(again, name):
    cell = list(WIDGETS).index(name)
    output = again.page.locator(".jp-CodeCell").nth(cell).locator(".jp-OutputArea-output")
    output.get_by_text("run its cell again").wait_for(timeout=60_000)
    assert "model not found" not in output.inner_text()
    if name == "prediction":
        assert output.locator("pre").inner_text().strip()
    else:
        picture = output.locator("img")
        picture.wait_for()
        assert picture.bounding_box()["width"] > 200
        assert picture.get_attribute("alt").strip()
    again.run_cell(cell)
    output.get_by_text("run its cell again").wait_for(state="detached")
