"""The README's Python runs as it stands, but for the length of the training."""

import re
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"


@pytest.mark.slow
def test_the_examples_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert len(blocks) == 4
    first = blocks[0].replace("epochs=10", "epochs=1, steps_per_epoch=3")
    assert first != blocks[0]
    names: dict = {}
    for block in (first, *blocks[1:]):
        exec(compile(block, str(README), "exec"), names)
    assert (tmp_path / "gan.keras").is_file()
    assert list((tmp_path / "samples").glob("*.png"))
    brighter = names["Brighter"](names["gan"].generator, names["gan"].discriminator)
    brighter.compile("adam", "adam", loss=names["Exponential"]())
    history = brighter.fit(names["images"], steps_per_epoch=2, verbose=0).history
    assert {"brightness", "g_loss"} <= set(history)
