"""The gallery's text: what was measured, and a command that would give it again."""

import importlib.util
import json
from pathlib import Path

import pytest

from keras_gan import recipes

_FILE = Path(__file__).resolve().parent.parent / "tools" / "make_gallery.py"


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("make_gallery", _FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(params=recipes.names())
def recipe(request):
    return recipes.get(request.param)


def result(recipe, **changes):
    """What the benchmark measures of a recipe's fast settings, as JSON gives it."""
    settings = {**recipe.settings(), **recipe.fast_settings(), **changes}
    return json.loads(
        json.dumps(
            {
                "settings": settings,
                "backend": "tensorflow",
                "seed": 1,
                "epochs": recipe.fast["epochs"],
                "batch_size": recipe.fast.get("batch_size", recipe.batch_size),
                "minutes": 2.54,
                "distances": [30.04, 20.06, 21.0],
            }
        )
    )


def test_entry(tool, recipe):
    text = tool.entry(recipe, result(recipe))
    assert f"(gallery/{recipe.name}.png)" in text
    assert recipe.reference in text
    assert "FD 21.0 (best 20.1); 2.5 minutes" in text
    name = recipe.name
    train = f"keras-gan train {name} --data builtin --fast --seed 1 --out runs/{name}\n"
    assert f"    {train}" in text


def test_entry_tells_of_classes_and_of_another_backend(tool):
    recipe = recipes.get("cgan")
    measured = result(recipe) | {"asked_and_judged": 0.912, "backend": "jax"}
    text = tool.entry(recipe, measured)
    assert "91.2% judged to be of the class asked for, on jax." in text
    assert "--fast --backend jax --seed 1" in text


def test_results_of_other_settings_are_refused(tool):
    recipe = recipes.get("dcgan")
    for other in (result(recipe, filters=5), result(recipe) | {"epochs": 1}):
        with pytest.raises(SystemExit, match=r"dcgan: .*(filters|epochs).*anew"):
            tool.entry(recipe, other)
    with pytest.raises(SystemExit, match="of other names"):
        tool.entry(recipe, result(recipe, another=5))


def test_every_recipe_has_its_place_or_is_named(tool, tmp_path, monkeypatch, capsys):
    runs, docs = tmp_path / "runs", tmp_path / "docs"
    runs.mkdir()
    for name in recipes.names()[:-1]:
        (runs / f"{name}.json").write_text(json.dumps(result(recipes.get(name))))
        (runs / f"{name}.png").write_bytes(b"picture")
    words = ["make_gallery.py", str(runs), "--machine", "a toaster", "--docs"]
    monkeypatch.setattr("sys.argv", [*words, str(docs)])
    assert tool.main() == 1
    assert capsys.readouterr().err == f"no results of {recipes.names()[-1]}\n"
    page = (docs / "gallery.md").read_text()
    assert page.count("\n## ") == len(recipes.names()) - 1
    assert "Trained on a toaster" in page
    assert (docs / "gallery" / "dcgan.png").read_bytes() == b"picture"
