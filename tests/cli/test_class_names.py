"""Names of a run's classes in place of their numbers."""

import numpy as np
import pytest

from keras_gan_cli.class_names import known_of, listed
from keras_gan_cli.run_folder import RunFolder

pytestmark = pytest.mark.once


def test_only_a_run_knows_names(run_of_folder, run, tmp_path):
    folder, _ = run_of_folder
    for model in (folder, folder / "model.keras"):
        assert known_of(str(model)) == ("ant", "bee", "cat")
    for model in (folder / "other.keras", run, tmp_path / "none"):
        assert known_of(str(model)) is None


def test_the_first_are_listed():
    assert listed(["drei vögel", "a\nb", "\udcff"]) == (
        "0 drei vögel, 1 a\\nb, 2 \\udcff"
    )
    assert listed([str(i) for i in range(12)]).endswith("8 8, 9 9 and 2 more")


def test_names_and_numbers_give_the_same(call, run_of_folder, tmp_path):
    folder, _ = run_of_folder
    made = []
    for i, labels in enumerate(["2,0", "cat, ant"]):
        out = tmp_path / f"{i}.npy"
        options = ("--labels", labels, "--out", out, "-n", 4, "--seed", 0)
        assert call("generate", *options, folder)[0] == 0
        made.append(np.load(out))
    np.testing.assert_array_equal(*made)


@pytest.mark.parametrize("wrong", ["dog", "3", "-1", "ant,,bee"])
@pytest.mark.parametrize("option", [("generate", "--labels"), ("morph", "--classes")])
def test_unknown_classes_are_told_the_known(refused, run_of_folder, wrong, option):
    command, flag = option
    folder, _ = run_of_folder
    err = refused(command, folder, "--out", "no.png", flag, wrong, status=2)
    assert f"Invalid value for '{flag}': '{wrong}' is" in err
    assert "The classes are 0 ant, 1 bee, 2 cat." in err


def test_a_training_lists_them(call, run_of_folder):
    folder, _ = run_of_folder
    assert (
        "Classes: 0 ant, 1 bee, 2 cat." in call("train", "--out", folder, "--resume")[1]
    )


def test_a_class_called_by_a_number(call, run_of_folder, tmp_path):
    folder = RunFolder(tmp_path)
    folder.write_config({"images": {"class_names": ["1", "0"]}})
    (tmp_path / "model.keras").write_bytes(
        (run_of_folder[0] / "model.keras").read_bytes()
    )
    same = []
    for model, label in ((tmp_path, "0"), (run_of_folder[0], "ant")):
        out = tmp_path / f"{label}.npy"
        call("generate", model, "--labels", label, "--out", out, "--seed", 1, "-n", 2)
        same.append(np.load(out))
    np.testing.assert_array_equal(*same)
