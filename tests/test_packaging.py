"""Packaging: what every file of the package keeps to, read from its source."""

import ast
import configparser
import importlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import keras_gan

pytestmark = pytest.mark.once

ROOT = Path(__file__).parents[1]
PACKAGES = [ROOT / name for name in ("keras_gan", "keras_gan_cli")]
FILES = [file for package in PACKAGES for file in sorted(package.rglob("*.py"))]
TREES = {file: ast.parse(file.read_text(), str(file)) for file in FILES}

each_file = pytest.mark.parametrize(
    "file", FILES, ids=lambda file: str(file.relative_to(ROOT))
)

# Where the frameworks below Keras may be imported.
FRAMEWORKS = {
    "jax": ["keras_gan/backend/", "keras_gan_cli/strategies.py"],  # which starts it
    "torch": ["keras_gan/backend/", "keras_gan_cli/strategies.py"],
    "tensorflow": [
        "keras_gan/backend/",
        "keras_gan/datasets/",  # they are tf.data
        "keras_gan/pictures/image_summary.py",  # TensorBoard's files
        "keras_gan/metrics/extractors/inception_weights.py",  # reads its graph
        "keras_gan_cli/frameworks.py",  # keeps it quiet and off the accelerator
        "keras_gan_cli/strategies.py",
    ],
}


def _module(file: Path) -> str:
    """Return the dotted name of a file's module."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {_module(file): file for file in FILES}


def _imported(tree: ast.AST) -> Iterator[str]:
    """Yield the dotted name of all that a file imports, wherever it does."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"a relative import in line {node.lineno}"
            for alias in node.names:
                yield f"{node.module}.{alias.name}"


def _own_imports(file: Path) -> set[str]:
    """The package's own modules that a file imports."""
    found = set()
    for name in _imported(TREES[file]):
        while name not in MODULES and "." in name:
            name = name.rpartition(".")[0]
        if name in MODULES:
            found.add(name)
    return found


def _dotted(node: ast.AST) -> str | None:
    """Return ``a.b.c`` for an attribute of a name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        of = _dotted(node.value)
        return of and f"{of}.{node.attr}"
    return None


def test_the_package_is_where_it_is_looked_for() -> None:
    assert Path(keras_gan.__file__).parent == PACKAGES[0]
    assert len(FILES) > 20


@each_file
def test_begins_with_a_docstring(file: Path) -> None:
    """It names the file's one subject in its first line."""
    docstring = ast.get_docstring(TREES[file])
    assert docstring, "no docstring"
    assert docstring.splitlines()[0].endswith((".", "`"))


@each_file
def test_public_keras_alone(file: Path) -> None:
    """No `keras.src`, and no underscore name of Keras."""
    for name in _imported(TREES[file]):
        parts = name.split(".")
        if parts[0] in ("keras", "tf_keras"):
            assert parts[0] == "keras"
            assert not any(p == "src" or _is_private(p) for p in parts), name
    for node in ast.walk(TREES[file]):
        name = _dotted(node) if isinstance(node, ast.Attribute) else None
        if name and name.split(".")[0] in ("keras", "ops", "layers"):
            parts = name.split(".")
            assert "src" not in parts, f"{name} in line {node.lineno}"
            assert not any(map(_is_private, parts)), f"{name} in line {node.lineno}"


@each_file
def test_private_attributes_are_the_files_own(file: Path) -> None:
    """An underscore attribute that nobody here defines is somebody else's."""
    tree = TREES[file]
    defined = {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef)
    }
    for node in ast.walk(tree):
        if not isinstance(getattr(node, "ctx", None), ast.Store):
            continue
        if isinstance(node, ast.Name):
            defined.add(node.id)
        elif isinstance(node, ast.Attribute) and _dotted(node.value) == "self":
            defined.add(node.attr)
    used = {
        node.attr: node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and _is_private(node.attr)
        and _dotted(node) != "os._exit"  # which Python documents
    }
    foreign = {name: line for name, line in used.items() if name not in defined}
    assert not foreign


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


@each_file
def test_frameworks_stay_below_the_seam(file: Path) -> None:
    where = file.relative_to(ROOT).as_posix()
    for name in _imported(TREES[file]):
        framework = name.split(".")[0]
        if framework in FRAMEWORKS:
            allowed = FRAMEWORKS[framework]
            assert where.startswith(tuple(allowed)), (
                f"imports {name}; only {allowed} may"
            )


@each_file
def test_says_nothing_of_one_machine(file: Path) -> None:
    found = re.findall(r"/(?:work|home|root|Users|tmp)/\S*", file.read_text())
    assert not found


def _reachable(package: str) -> set[str]:
    """All own modules that a package's modules import, directly or not."""
    todo = [m for m in MODULES if m == package or m.startswith(f"{package}.")]
    seen: set[str] = set()
    while todo:
        module = todo.pop()
        if module in seen:
            continue
        seen.add(module)
        todo += _own_imports(MODULES[module])
    return seen


@pytest.mark.parametrize(
    ("package", "never"),
    [
        *(
            (f"keras_gan.{low}", {"keras_gan.gan", "keras_gan.game"})
            for low in (
                "backend",
                "datasets",
                "ema",
                "files",
                "layers",
                "losses",
                "metrics",
                "networks",
                "optimizer",
                "penalties",
                "sampling",
            )
        ),
        ("keras_gan.backend", {"keras_gan.losses", "keras_gan.networks"}),
        ("keras_gan.networks", {"keras_gan.losses"}),
        ("keras_gan.pictures", {"keras_gan.gan", "keras_gan.callbacks"}),
        ("keras_gan.gan", {"keras_gan.recipes", "keras_gan.callbacks"}),
        ("keras_gan", {"keras_gan_cli"}),
    ],
)
def test_imports_run_one_way(package: str, never: set[str]) -> None:
    reached = _reachable(package)
    wrong = {
        module
        for module in reached
        for name in never
        if module == name or module.startswith(f"{name}.")
    }
    assert not wrong


def test_the_package_itself_is_imported_by_no_module_of_its_own() -> None:
    """It imports them all: that would be a circle."""
    for module, file in MODULES.items():
        if module.startswith("keras_gan."):
            assert "keras_gan" not in _own_imports(file), module


def _public(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Yield public functions, classes and methods with their dotted names."""
    kinds = ast.FunctionDef | ast.ClassDef
    for node in tree.body:
        if isinstance(node, kinds) and not node.name.startswith("_"):
            yield node.name, node
            if isinstance(node, ast.ClassDef):
                for inner in node.body:
                    if isinstance(inner, kinds) and not (
                        inner.name.startswith("_") or _is_setter(inner)
                    ):
                        yield f"{node.name}.{inner.name}", inner


def _is_setter(node: ast.AST) -> bool:
    """Whether it is the second half of a property, which the first documents."""
    return any(
        isinstance(decorator, ast.Attribute) and decorator.attr == "setter"
        for decorator in getattr(node, "decorator_list", [])
    )


@each_file
def test_all_that_is_public_is_documented_and_typed(file: Path) -> None:
    for name, node in _public(TREES[file]):
        assert ast.get_docstring(node), f"{name} has no docstring"
        if isinstance(node, ast.FunctionDef):
            assert node.returns is not None, f"{name} does not say what it returns"
            plain = [*node.args.args, *node.args.kwonlyargs]
            bare = [
                a.arg for a in plain if a.annotation is None and a.arg not in _IMPLIED
            ]
            assert not bare, f"{name} has arguments without a type: {bare}"


_IMPLIED = {"self", "cls"}


def _exported() -> list[tuple[str, str]]:
    """Modules and classes or functions that users meet by `__all__`."""
    found = []
    for module in (
        "keras_gan",
        *(f"keras_gan.{name}" for name in ("callbacks", "datasets", "losses")),
        *(f"keras_gan.{name}" for name in ("penalties", "recipes")),
    ):
        names = getattr(importlib.import_module(module), "__all__", [])
        found += [(module, name) for name in names]
    return found


@pytest.mark.parametrize(("module", "name"), _exported(), ids=".".join)
def test_exported_classes_show_an_example(module: str, name: str) -> None:
    found = getattr(importlib.import_module(module), name)
    if isinstance(found, type):
        assert "Example" in (found.__doc__ or ""), f"{name} shows no example"


@pytest.mark.parametrize("name", keras_gan.__all__)
def test_what_is_exported_is_there(name: str) -> None:
    assert getattr(keras_gan, name) is not None


def _metadata() -> configparser.ConfigParser:
    metadata = configparser.ConfigParser()
    metadata.read(ROOT / "setup.cfg")
    return metadata


def test_version_is_written_once() -> None:
    stated = _metadata()["metadata"]["version"]
    if stated.startswith("attr:"):
        module, _, attribute = stated.removeprefix("attr:").strip().rpartition(".")
        stated = getattr(importlib.import_module(module), attribute)
    assert stated == keras_gan.__version__
    assert re.fullmatch(r"\d+\.\d+\.\d+(\w+)?", stated)
    assert f"[{stated}]" in (ROOT / "CHANGELOG.md").read_text() or (
        f"## {stated}" in (ROOT / "CHANGELOG.md").read_text()
    )


def test_package_data_is_there() -> None:
    listed = _metadata()["options.package_data"]["keras_gan"].split()
    for pattern in listed:
        assert list((ROOT / "keras_gan").glob(pattern)), pattern
    for licence in _metadata()["metadata"]["license_files"].split():
        assert (ROOT / licence).is_file(), licence


def test_commands_lead_somewhere() -> None:
    for line in _metadata()["options.entry_points"]["console_scripts"].split("\n"):
        if line.strip():
            module, _, function = line.partition("=")[2].strip().partition(":")
            if not (ROOT / module.split(".")[0]).is_dir():
                pytest.fail(f"{module}, which setup.cfg names, is not there")
            assert callable(getattr(importlib.import_module(module), function))


def test_oldest_python_is_the_same_everywhere() -> None:
    metadata = _metadata()
    oldest = metadata["options"]["python_requires"].removeprefix(">=")
    assert metadata["mypy"]["python_version"] == oldest
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    target = project["tool"]["ruff"]["target-version"]
    assert target == "py" + oldest.replace(".", "")
    assert f"Python :: {oldest}" in metadata["metadata"]["classifiers"]
