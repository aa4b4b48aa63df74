"""What extractors saw in real samples, kept on disk by the samples' content."""

import hashlib
import warnings
from pathlib import Path

import numpy as np

from keras_gan.files import cache
from keras_gan.files.atomic_write import replacing
from keras_gan.metrics.accumulators import Accumulator

_BITS = 128


class Content:
    """A hash of a set of samples that does not depend on their order.

    Attributes:
        count: Number of samples added.

    Example:
        >>> one, other = Content(), Content()
        >>> one.add(np.arange(6.0).reshape(3, 2))
        >>> other.add(np.arange(6.0).reshape(3, 2)[::-1])
        >>> one.digest() == other.digest()
        True
    """

    def __init__(self) -> None:
        self.count = 0
        self._sum = 0
        self._form = ""

    def add(self, samples: np.ndarray) -> None:
        """Add a batch, ``(n, *sample_shape)``."""
        self._form = f"{samples.dtype}{samples.shape[1:]}"
        self.count += len(samples)
        for sample in np.ascontiguousarray(samples):
            digest = hashlib.blake2b(sample.tobytes(), digest_size=_BITS // 8).digest()
            self._sum += int.from_bytes(digest)

    def digest(self) -> str:
        """Return the hash, in hexadecimal digits."""
        text = f"{self.count} {self._form} {self._sum % 2**_BITS:x}"
        return hashlib.blake2b(text.encode(), digest_size=_BITS // 8).hexdigest()


def file_for(content: str, fingerprint: str, output: str, kind: str) -> Path:
    """Return the file that statistics are kept in.

    Args:
        content: Hash of the samples.
        fingerprint: Of the extractor.
        output: The extractor's output.
        kind: Of the accumulator.
    """
    seen_by = hashlib.blake2b(fingerprint.encode(), digest_size=8).hexdigest()
    return cache.folder("statistics", f"{content}-{seen_by}-{output}-{kind}.npz")


def load(path: Path, accumulator: Accumulator) -> bool:
    """Fill an accumulator from a file; return whether it was there and whole."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            accumulator.load({name: archive[name] for name in archive.files})
    except FileNotFoundError:
        return False
    except Exception as error:  # a damaged file raises nearly anything in NumPy
        warnings.warn(
            f"{path}: unreadable ({error}); the real samples are looked at again.",
            stacklevel=2,
        )
        return False
    return True


def save(path: Path, accumulator: Accumulator) -> None:
    """Keep an accumulator in a file; where that fails, warn and go on."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as temporary:
            np.savez(temporary, **accumulator.arrays())  # type: ignore[arg-type]
    except OSError as error:
        warnings.warn(
            f"Statistics of the real samples could not be kept: {error}. They are "
            f"computed anew each time; set {cache.VARIABLE} to a folder that can be "
            "written to.",
            stacklevel=2,
        )
