"""The notebooks as they are committed: run in full, in order, without complaint.

That they still run is for `notebooks/execute.py --fast` to say.
"""

import json
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture
def notebook(path):
    return json.loads(path.read_text(encoding="utf-8"))


def source(cell):
    return "".join(cell["source"])


def code_cells(notebook):
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert cells
    return cells


def outputs(notebook):
    return [output for cell in code_cells(notebook) for output in cell["outputs"]]


def shown_text(output):
    return "".join(output.get("text", output.get("data", {}).get("text/plain", "")))


def test_there_are_notebooks():
    assert NOTEBOOKS


def test_every_cell_was_executed_once_and_in_order(notebook):
    counts = [cell["execution_count"] for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1))


def test_has_text_and_pictures_and_no_errors_or_warnings(notebook):
    assert {"stream", "display_data"} <= {o["output_type"] for o in outputs(notebook)}
    assert not [o for o in outputs(notebook) if o["output_type"] == "error"]
    assert not [o for o in outputs(notebook) if o.get("name") == "stderr"]


def test_names_no_path_of_any_machine(notebook):
    texts = [source(cell) for cell in notebook["cells"]]
    texts += [shown_text(output) for output in outputs(notebook)]
    machine_path = re.compile(r"(?<![\w.:/])/(home|Users|root|tmp)/|site-packages|C:\\")
    assert not [text for text in texts if machine_path.search(text)]


def test_has_a_fast_mode(notebook):
    assert any("KERAS_GAN_FAST" in source(cell) for cell in code_cells(notebook))


def test_its_code_has_lines_of_88_characters_at_most(notebook):
    lines = [ln for cell in code_cells(notebook) for ln in source(cell).splitlines()]
    assert not [line for line in lines if len(line) > 88]


def test_links_within_it_lead_to_headings(notebook):
    text = "\n".join(
        source(c) for c in notebook["cells"] if c["cell_type"] == "markdown"
    )
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    anchors = {heading.replace("`", "").replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= anchors


def test_holds_nothing_that_differs_from_run_to_run(notebook):
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    assert not [cell for cell in notebook["cells"] if cell["metadata"]]


def test_is_small(path):
    assert path.stat().st_size < 1_500_000
