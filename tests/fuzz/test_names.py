"""Names of data sets, and what is given with them."""

import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from keras_gan import datasets
from keras_gan.datasets import ImageSource
from tests.fuzz.mutations import ODD, changed_text, some

pytestmark = pytest.mark.slow

_NAMES = (
    *("images", "folder:images", "images.npy", "images.npz", "./images", "images/"),
    *("builtin", "mnist", "tfds:mnist", "fashion_mnist:3.0.1", "~/images", "folder:"),
    *("cycle_gan/horse2zebra", "cifar10/..", "../images", "images/0.png"),
)
_SIZES = (None, 8, 4, (4, 6), [4, 4], (4,), "4", *ODD[10:20])


def _is_a_folder_of_the_machine(name, own):
    """Whether a name has become that of a folder such as "/", full of anything."""
    if "\0" in name:
        return False
    path = os.path.realpath(os.path.expanduser(name.removeprefix("folder:")))
    return os.path.isdir(path) and not path.startswith(str(own))


@pytest.mark.filterwarnings("ignore")  # of TensorFlow Datasets' own code
def test_each_is_a_data_set_or_refused(guard, tmp_path):
    here = tmp_path / "cwd"
    (here / "images").mkdir()
    pixels = np.random.default_rng(0).integers(0, 256, (3, 8, 8, 3), np.uint8)
    for number, image in enumerate(pixels):
        Image.fromarray(image).save(here / "images" / f"{number}.png")
    np.save(here / "images.npy", pixels)
    np.savez(here / "images.npz", images=pixels, labels=[0, 1, 1])
    options = st.fixed_dictionaries(
        {},
        optional={
            "split": st.sampled_from(["train", "test", "train[:2]"])
            | st.sampled_from(["train"]).flatmap(
                lambda split: changed_text().map(lambda change: change(split))
            ),
            "image_size": st.sampled_from(_SIZES),
            "channels": st.sampled_from([1, 3, None, 2, "1", 3.0, True, -1]),
        },
    )

    @some("names")
    @given(
        st.sampled_from(_NAMES),
        st.just(str) | changed_text(2) | changed_text(),
        st.just({}) | options,
    )
    def each(name, change, given):
        name = change(name)
        if _is_a_folder_of_the_machine(name, tmp_path):
            name = f"nowhere{name}"
        source = guard.run(
            lambda: datasets.open_source(name, data_dir=guard.folder / "tfds", **given),
            name,
        )
        assert source is None or isinstance(source, ImageSource)

    each()
    guard.check("names", used=100)
