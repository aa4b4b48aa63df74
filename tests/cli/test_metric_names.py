"""--metrics: which names, and each of them once."""

import click
import pytest

from keras_gan import GAN
from keras_gan_cli.metric_names import checked


def test_names_are_parted():
    assert checked("fashion_fid, kid,swd") == ["fashion_fid", "kid", "swd"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fid,kid,fid", "--metrics fid,kid,fid: fid is given twice"),
        ("fashion_fid,Fashion-FID", "Fashion-FID is fashion_fid once more"),
        ("fid,frechet", "frechet is fid once more"),
    ],
)
def test_one_metric_twice(text, message):
    with pytest.raises(click.UsageError, match=message):
        checked(text)


def test_before_the_work_begins(refused, run, data_file, tmp_path, monkeypatch):
    monkeypatch.setattr(GAN, "fit", None)
    twice = ("--metrics", "sliced_wasserstein,sliced_wasserstein")
    gan = tmp_path / "no-gan.keras"
    gan.write_bytes(b"never read")
    for command in (
        ("train", "vanilla", "--data", "no-data.npy", "--out", tmp_path / "run"),
        ("evaluate", gan, "--data", "no-data.npy"),
    ):
        err = refused(*command, *twice, status=2)
        assert "sliced_wasserstein is given twice. Leave it out." in err
