"""Configurations of runs: config.json, read and checked key by key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_gan_cli.config_check import checked
from keras_gan_cli.run_folder import RunFolder
from tests.cli.test_config_check import configuration
from tests.fuzz.mutations import as_json, changed_bytes, changed_json, some

pytestmark = pytest.mark.slow

_WHOLE = [
    b"",
    b"null",
    b"[" * 50_000,
    b'{"settings":' * 50_000,
    b'{"seed": ' + b"9" * 5000 + b"}",
    b" " * 2**20 + b"{}",
    b"\xef\xbb\xbf{}",
    b'{"recipe": "vanilla"}'.decode().encode("utf-16"),
]


def test_each_is_a_configuration_or_refused(guard):
    seeds = [configuration(name) for name in ("vanilla", "r3gan", "infogan", "sagan")]
    written = st.builds(
        lambda seed, edit, change: change(as_json(edit(seed))),
        st.sampled_from(seeds),
        changed_json(),
        st.just(bytes) | st.just(bytes) | changed_bytes(2),
    )
    folder = RunFolder(guard.folder)

    @some("configurations")
    @given(written | written | written | st.sampled_from(_WHOLE))
    def each(content):
        folder.config.write_bytes(content)
        config = guard.run(lambda: checked(folder.read_config(), str(folder.config)))
        assert config is None or config["backend"] == seeds[0]["backend"]

    each()
    guard.check("configurations", used=400)
