"""keras-gan recipes."""

from keras_gan import recipes


def test_all_recipes_are_listed(call):
    status, out, _ = call("recipes")
    assert status == 0
    for name in recipes.names():
        assert name in out


def test_one_recipe_tells_all_that_it_sets(call):
    status, out, _ = call("recipes", "vanilla")
    recipe = recipes.get("vanilla")
    assert status == 0
    assert recipe.reference in out
    assert f"--batch-size             {recipe.batch_size}" in out
    for key in recipe.settings():
        assert f"--set {key}=" in out


def test_unknown_recipe(refused):
    err = refused("recipes", "vanila")
    assert "'vanila'" in err
    assert "dcgan" in err
