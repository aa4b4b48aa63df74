"""Model files as archives: members, sizes and weights that are refused."""

import io
import os
import zipfile

import h5py
import pytest

from keras_gan.files.loading import load
from tests.hostile_files import only_opens, refused, rewritten, saved, with_config


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The file of a small Sequential model."""
    return saved(tmp_path_factory.mktemp("models"))


def changed(name, content):
    """A change that replaces one member, or adds it."""
    return lambda members: members | {name: content}


def without(name):
    return lambda members: {k: v for k, v in members.items() if k != name}


DEEP = b"[" * 100_000 + b"]" * 100_000
ARCHIVES = {
    "no configuration": (without("config.json"), "holds no config.json"),
    "no weights": (without("model.weights.h5"), "holds no model.weights.h5"),
    "pickled weights": (changed("model.weights.npz", b"x"), "pickled objects"),
    "a file of another kind": (changed("run.py", b"x"), "'run.py'"),
    "a file above": (changed("../x", b"x"), "'../x'"),
    "a file above, as an asset": (changed("assets/../../x", b"x"), "'assets/../../x'"),
    "an absolute name": (changed("/etc/x", b"x"), "'/etc/x'"),
    "an absolute name of Windows": (changed("assets/C:\\x", b"x"), "C:"),
    "a long name": (changed("x" * 60_000, b"x"), "it holds 'xxx"),
    "an empty name": (changed("assets//x", b"x"), "'assets//x'"),
    "a deep configuration": (changed("config.json", DEEP), "config.json cannot be"),
    "no JSON": (changed("config.json", b"{"), "config.json cannot be read"),
    "no text": (changed("config.json", b"\xff\xfe\xff"), "config.json cannot be read"),
    "a list": (changed("metadata.json", b"[]"), "metadata.json is not a JSON object"),
    "empty weights": (changed("model.weights.h5", b""), "model.weights.h5 is broken"),
    "no weights but text": (changed("model.weights.h5", b"x" * 99), "is broken"),
    "a long configuration": (
        changed("config.json", b" " * 2**24 + b"{}"),
        "16,777,218 bytes",
    ),
}


class TestArchives:
    """What is no archive of Keras's is refused before it is unpacked."""

    @pytest.mark.parametrize("case", ARCHIVES)
    def test_members(self, plain, tmp_path, case):
        change, message = ARCHIVES[case]
        path = tmp_path / "bad.keras"
        with zipfile.ZipFile(plain) as old:
            members = {name: old.read(name) for name in old.namelist()}
        with zipfile.ZipFile(path, "w") as new:
            for name, content in change(members).items():
                new.writestr(name, content)
        with only_opens(path):
            assert message in refused(path)
        assert os.listdir(tmp_path) == ["bad.keras"]

    @pytest.mark.parametrize("name", ["config.json", "assets/x", "model.weights.h5"])
    def test_bombs(self, plain, tmp_path, name):
        path = tmp_path / "bomb.keras"
        with (
            zipfile.ZipFile(plain) as old,
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for kept in {*old.namelist()} - {name}:
                new.writestr(kept, old.read(kept))
            new.writestr(name, bytes(2**25))
        assert path.stat().st_size < 2**17
        assert f"{name!r} unpacks from" in refused(path)

    @pytest.mark.filterwarnings("ignore:Duplicate name")
    def test_a_member_twice(self, plain, tmp_path):
        path = tmp_path / "twice.keras"
        path.write_bytes(plain.read_bytes())
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("config.json", "{}")
        assert "holds 'config.json' 2 times" in refused(path)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"external_attr": 0o120777 << 16}, "is a link"),
            ({"compress_type": zipfile.ZIP_LZMA}, "compressed in a rare way"),
        ],
    )
    def test_a_member_of_another_form(self, plain, tmp_path, change, message):
        path = tmp_path / "form.keras"
        path.write_bytes(plain.read_bytes())
        member = zipfile.ZipInfo("assets/x")
        for key, value in change.items():
            setattr(member, key, value)
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(member, b"target")
        assert message in refused(path)

    def test_too_many_members(self, plain, tmp_path):
        path = tmp_path / "many.keras"
        with zipfile.ZipFile(path, "w") as archive:
            for number in range(10_001):
                archive.writestr(f"assets/{number}", b"")
        assert "10,001 members" in refused(path)

    @pytest.mark.parametrize("part", ["config.json", "model.weights.h5"])
    def test_a_wrong_byte(self, plain, tmp_path, part):
        with zipfile.ZipFile(plain) as archive:
            start = archive.getinfo(part).header_offset + 200
        content = bytearray(plain.read_bytes())
        content[start] ^= 1
        (tmp_path / "bad.keras").write_bytes(content)
        assert "no whole zip archive" in refused(tmp_path / "bad.keras")

    @pytest.mark.parametrize("share", [0.01, 0.5, 0.9, 0.999])
    def test_cut_short(self, plain, tmp_path, share):
        content = plain.read_bytes()
        (tmp_path / "cut.keras").write_bytes(content[: int(len(content) * share)])
        assert "no whole zip archive" in refused(tmp_path / "cut.keras")

    def test_no_file_of_a_model(self, tmp_path):
        (tmp_path / "empty.keras").touch()
        assert "it is empty" in refused(tmp_path / "empty.keras")
        (tmp_path / "folder.keras").mkdir()
        assert "not a regular file" in refused(tmp_path / "folder.keras")
        os.mkfifo(tmp_path / "pipe.keras")
        assert "not a regular file" in refused(tmp_path / "pipe.keras")
        assert "no such file" in refused(tmp_path / "nowhere.keras")
        assert "no such file" in refused(tmp_path / "null\0.keras")
        assert "no such file" in refused("~\0.keras")
        assert "cannot be opened" in refused(tmp_path / ("x" * 300 + ".keras"))
        (tmp_path / "text.keras").write_text("no model")
        assert "no whole zip archive" in refused(tmp_path / "text.keras")
        assert "ends in .keras" in refused(tmp_path / "model.h5")

    def test_an_address_is_no_file(self, monkeypatch, tmp_path):
        monkeypatch.chdir(tmp_path)
        for name in ("hf://someone/model.keras", "gs://bucket/model.keras"):
            with pytest.raises(ValueError, match="no such file"):
                load(name)


def _linked(file, elsewhere):
    file["layers/dense/vars/2"] = h5py.ExternalLink(str(elsewhere), "/x")


def _soft(file, elsewhere):
    file["layers/dense/vars/2"] = h5py.SoftLink("/layers")


def _external(file, elsewhere):
    file.create_dataset("x", (3,), "u1", external=[(str(elsewhere), 0, 3)])


def _virtual(file, elsewhere):
    layout = h5py.VirtualLayout((3,), "u1")
    layout[:] = h5py.VirtualSource(str(elsewhere), "x", (3,))
    file.create_virtual_dataset("x", layout)


def _round(file, elsewhere):
    file["layers/round"] = file["layers"]


def _huge(file, elsewhere):
    file.create_dataset("x", (2**40,), "f4", chunks=(2**16,), compression="gzip")


class TestWeights:
    """Weights are the file's own, and no more than it has room for."""

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (_linked, "a link to elsewhere, '/layers/dense/vars/2'"),
            (_soft, "a link to elsewhere"),
            (_external, "'/x' in its model.weights.h5 lies in another file"),
            (_virtual, "'/x' in its model.weights.h5 lies in another file"),
            (_round, "more than 10,000 parts"),
            (_huge, "declares 4,398,046,511,"),
        ],
    )
    def test_refused(self, plain, tmp_path, change, message):
        def edit(name, content):
            if name != "model.weights.h5":
                return content
            memory = io.BytesIO(content)
            with h5py.File(memory, "a") as file:
                change(file, tmp_path / "elsewhere.h5")
            return memory.getvalue()

        path = rewritten(plain, tmp_path / "bad.keras", edit)
        with only_opens(path):
            assert message in refused(path)
        assert os.listdir(tmp_path) == ["bad.keras"]

    def test_weights_of_another_model(self, plain, tmp_path):
        def widen(config):
            config["config"]["layers"][1]["config"]["units"] = 5

        path = with_config(plain, tmp_path / "bad.keras", widen)
        assert "Keras cannot build" in refused(path)
