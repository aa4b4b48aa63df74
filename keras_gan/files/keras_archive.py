"""What a .keras file holds, looked at before Keras sees it."""

import io
import json
import math
import stat
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

CONFIG = "config.json"
METADATA = "metadata.json"
WEIGHTS = "model.weights.h5"

_PICKLED = "model.weights.npz"
_ASSETS = "assets/"
_MOST_JSON = 2**24  # bytes of a JSON file
_MOST_MEMBERS = 10_000  # of the archive, and of the groups and arrays in WEIGHTS
# What is larger than this may be at most so many times as large as what is stored.
_SMALL, _EXPANSION = 2**24, 100
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def read(path: Path) -> tuple[dict[str, Any], int]:
    """Look through a .keras file and read its configuration.

    It must be a regular file and a zip archive of what Keras writes: metadata.json,
    config.json, model.weights.h5 and files below assets/, each once. What it unpacks
    to must be in proportion to what is stored, and its checksums must be right. The
    weights must be an HDF5 file without links and without parts in other files.

    Args:
        path: The file.

    Returns:
        The configuration, and how many numbers the weights are.

    Raises:
        ValueError: If it is not as described. The message is the reason alone.

    Example:
        >>> config, numbers = read(Path("gan.keras"))
    """
    _check_file(path)
    try:
        with zipfile.ZipFile(path) as archive:
            _check_members(archive)
            content = {name: archive.read(name) for name in (CONFIG, METADATA, WEIGHTS)}
    except _RefusedError:
        raise
    except Exception as error:  # zipfile has no common base for what it raises
        raise ValueError(f"it is no whole zip archive ({_line(error)})") from error
    _parsed(METADATA, content[METADATA])
    return _parsed(CONFIG, content[CONFIG]), _numbers(content[WEIGHTS])


class _RefusedError(ValueError):
    """An archive that was read and holds what it must not."""


def _check_file(path: Path) -> None:
    if path.suffix != ".keras":
        raise ValueError("a name that ends in .keras is expected")
    try:
        found = path.stat()
    except (FileNotFoundError, ValueError):  # ValueError: no name of a file
        raise ValueError("there is no such file") from None
    except OSError as error:
        raise ValueError(f"it cannot be opened ({error.strerror})") from error
    if not stat.S_ISREG(found.st_mode):  # a pipe would block
        raise ValueError("it is not a regular file")
    if found.st_size == 0:
        raise ValueError("it is empty")


def _check_members(archive: zipfile.ZipFile) -> None:
    """Raise unless the archive's members are those that Keras writes."""
    members = archive.infolist()
    if len(members) > _MOST_MEMBERS:
        raise _RefusedError(
            f"it has {len(members):,} members, more than {_MOST_MEMBERS:,}"
        )
    for member in members:
        _check_member(member)
    names = Counter(member.filename for member in members)
    for name, count in names.items():
        if count > 1:
            raise _RefusedError(f"it holds {name!r} {count} times")
    for name in (CONFIG, METADATA, WEIGHTS):
        if name not in names:
            raise _RefusedError(f"it holds no {name}")


def _check_member(member: zipfile.ZipInfo) -> None:
    name, size = member.filename, member.file_size
    if name == _PICKLED:
        raise _RefusedError(
            f"its weights are in {name}, which holds pickled objects of Python. Save "
            "the model with its weights in HDF5, as Keras does unless told otherwise"
        )
    is_asset = name.startswith(_ASSETS) and _stays_inside(name)
    if name not in (CONFIG, METADATA, WEIGHTS) and not is_asset:
        raise _RefusedError(
            f"it holds {name!r}; a .keras file holds {METADATA}, {CONFIG}, {WEIGHTS} "
            f"and files in {_ASSETS} only"
        )
    if stat.S_ISLNK(member.external_attr >> 16):
        raise _RefusedError(f"its member {name!r} is a link")
    if member.flag_bits & 1 or member.compress_type not in _METHODS:
        raise _RefusedError(
            f"its member {name!r} is encrypted or compressed in a rare way"
        )
    if size > _SMALL and size > _EXPANSION * member.compress_size:
        raise _RefusedError(
            f"its member {name!r} unpacks from {member.compress_size:,} to {size:,} "
            "bytes"
        )
    if name in (CONFIG, METADATA) and size > _MOST_JSON:
        raise _RefusedError(f"its {name} has {size:,} bytes, more than {_MOST_JSON:,}")


def _stays_inside(name: str) -> bool:
    """Whether a member's name leads to no other folder, on any system."""
    parts = name.removesuffix("/").split("/")
    return not ({"", ".", ".."} & {*parts} or {*"\\:\0"} & {*name})


def _parsed(name: str, content: bytes) -> dict[str, Any]:
    """The object that is in a JSON file."""
    try:
        parsed = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"its {name} cannot be read ({_line(error)})") from error
    if not isinstance(parsed, dict):
        raise ValueError(f"its {name} is not a JSON object")
    return parsed


def _numbers(content: bytes) -> int:
    """How many numbers an HDF5 file holds; raises if some are elsewhere or nowhere."""
    import h5py  # type: ignore[import-untyped]  # Keras's own, and slow to import

    try:
        with h5py.File(io.BytesIO(content), "r") as file:
            arrays = _arrays(file, h5py)
            sizes = [math.prod(array.shape) for array in arrays]
            declared = sum(
                size * array.dtype.itemsize
                for size, array in zip(sizes, arrays, strict=True)
            )
    except _RefusedError:
        raise
    except Exception as error:  # a broken file raises nearly anything in h5py
        raise ValueError(f"its {WEIGHTS} is broken ({_line(error)})") from error
    if declared > max(_SMALL, _EXPANSION * len(content)):
        raise ValueError(
            f"its {WEIGHTS} declares {declared:,} bytes of weights and has "
            f"{len(content):,}"
        )
    return sum(sizes)


def _arrays(file: Any, h5py: Any) -> list[Any]:
    """All arrays of an HDF5 file, none of which may lie elsewhere."""
    arrays, groups, seen = [], [file], 0
    while groups:
        group = groups.pop()
        for name in group:
            where = f"{group.name.rstrip('/')}/{name}"
            seen += 1
            if seen > _MOST_MEMBERS:  # or a group that holds itself
                raise _RefusedError(
                    f"its {WEIGHTS} has more than {_MOST_MEMBERS:,} parts"
                )
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                raise _RefusedError(f"its {WEIGHTS} has a link to elsewhere, {where!r}")
            part = group[name]
            if isinstance(part, h5py.Group):
                groups.append(part)
            elif isinstance(part, h5py.Dataset):
                if part.external or part.is_virtual:
                    raise _RefusedError(
                        f"{where!r} in its {WEIGHTS} lies in another file"
                    )
                arrays.append(part)
    return arrays


def _line(error: BaseException) -> str:
    """An error of another library, as one line."""
    message = " ".join(str(error).split()).rstrip(".")
    return message[:200] or type(error).__name__
