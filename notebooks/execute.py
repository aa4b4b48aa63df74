"""Execute the notebooks: in full, keeping their outputs, or fast, to test them.

    python notebooks/execute.py                  execute all and write their outputs
    python notebooks/execute.py --fast           execute short runs, write nothing
    python notebooks/execute.py PATH [PATH ...]  the same for these notebooks alone

Exits with 1 if a notebook fails, and says which cell and why.
"""

import argparse
import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

FOLDER = Path(__file__).resolve().parent
CELL_TIMEOUT = 1800  # seconds

_COLORS = re.compile(r"\x1b\[[0-9;]*m")
# What TensorFlow's C++ side writes whatever TF_CPP_MIN_LOG_LEVEL says.
_START_UP_LOG = re.compile(
    r"^(WARNING: All log messages before absl::InitializeLog|[IWEF]\d{4} \d\d:\d\d:"
    r"|\d{4}-\d\d-\d\d \d\d:\d\d:[\d.]+: [IWEF] |To enable the following instructions)"
)
_WARNING = re.compile(r"^WARNING|Warning: ", re.MULTILINE)
# A path that means something on one machine alone.
_MACHINE_PATH = re.compile(
    r"(?<![\w.:/])/(?:home|Users|root|tmp|private)/|\b[A-Z]:\\|site-packages|"
    + "|".join(re.escape(str(path)) for path in (FOLDER.parent, sys.prefix))
)


class NotebookError(Exception):
    """A notebook fails, or says what it should not."""


def main() -> int:
    """Execute the notebooks that the command line names."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all of them")
    parser.add_argument("--fast", action="store_true", help="short runs, write nothing")
    arguments = parser.parse_args()
    failed = 0
    for path in arguments.notebooks or sorted(FOLDER.glob("*.ipynb")):
        start = time.monotonic()
        try:
            run(path, arguments.fast)
        except (NotebookError, OSError) as error:
            failed += 1
            print(f"{path.name}: FAILED\n{error}", file=sys.stderr)
        else:
            print(f"{path.name}: executed in {time.monotonic() - start:.0f} s")
    return 1 if failed else 0


def run(path: Path, fast: bool) -> None:
    """Execute one notebook and, unless ``fast``, write it with its outputs.

    Args:
        path: The notebook.
        fast: Whether the notebook is to take its short runs.

    Raises:
        NotebookError: If a cell raises, takes too long, warns, or prints a path of
            this machine. Nothing is written then.
    """
    notebook = nbformat.read(path, as_version=4)
    os.environ["KERAS_GAN_FAST"] = "1" if fast else "0"
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # the kernel of this very Python
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=CELL_TIMEOUT,
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.resolve().parent)}},
    )
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise NotebookError(_COLORS.sub("", str(error))) from None
    clean(notebook)
    complaints = list(unwanted(notebook))
    if complaints:
        raise NotebookError("\n".join(complaints))
    if not fast:
        write(notebook, path)


def clean(notebook: nbformat.NotebookNode) -> None:
    """Leave in a notebook only what is the same in every run, as far as it can be."""
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {
                "display_name": "Python 3",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
        }
    )
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({})
        if cell.cell_type != "code":
            continue
        for output in cell.outputs:
            if output.output_type == "stream" and output.name == "stderr":
                lines = output.text.splitlines(keepends=True)
                output.text = "".join(
                    line for line in lines if not _START_UP_LOG.match(line)
                ).lstrip("\n")
        cell.outputs = [o for o in cell.outputs if o.get("text", "kept") != ""]


def unwanted(notebook: nbformat.NotebookNode) -> Iterator[str]:
    """Yield a complaint for each warning and each path of this machine."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            shown = output.get("text", "")
            shown += output.get("data", {}).get("text/plain", "")
            where = f"In the cell that begins {cell.source.splitlines()[0]!r}: "
            if output.output_type == "stream" and output.name == "stderr":
                yield f"{where}output on stderr:\n{shown}"
            elif found := _WARNING.search(shown):
                yield f"{where}a warning:\n{shown[found.start() :]}"
            elif found := _MACHINE_PATH.search(shown):
                line = next(x for x in shown.splitlines() if found.group() in x)
                yield f"{where}a path of this machine: {line}"


def write(notebook: nbformat.NotebookNode, path: Path) -> None:
    """Write a notebook in one move, so that an interruption leaves the old one."""
    temporary = path.with_name(f".{path.name}.tmp")
    nbformat.write(notebook, temporary)
    os.replace(temporary, path)


if __name__ == "__main__":
    sys.exit(main())
