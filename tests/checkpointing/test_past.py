"""What a GAN has learnt elsewhere is not thrown away."""

import gc
import weakref

import pytest

from keras_gan.checkpointing import past


class Gan:
    """All that is asked of it here is that it can be told from others."""


def test_more_steps_than_were_saved_are_refused(tmp_path):
    gan, checkpoint = Gan(), tmp_path / "checkpoint_000002"
    past.check(gan, 0, checkpoint, 4)
    past.check(gan, 4, checkpoint, 4)
    with pytest.raises(ValueError, match=r"done 6 .* is of step 4: .* lose 2 steps"):
        past.check(gan, 6, checkpoint, 4)


def test_what_this_folder_s_training_did_is_done_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    gan, checkpoint = Gan(), tmp_path / "checkpoint_000002"
    past.note(gan, checkpoint.parent.relative_to(tmp_path), 6)
    past.check(gan, 6, checkpoint, 4)
    for other, steps, folder in (
        (Gan(), 6, tmp_path),  # another GAN
        (gan, 7, tmp_path),  # has gone on
        (gan, 6, tmp_path / "other"),
    ):
        with pytest.raises(ValueError, match="Choose another directory"):
            past.check(other, steps, folder / checkpoint.name, 4)


def test_no_gan_is_kept(tmp_path):
    gan = Gan()
    past.note(gan, tmp_path, 6)
    kept = weakref.ref(gan)
    del gan
    gc.collect()
    assert kept() is None
