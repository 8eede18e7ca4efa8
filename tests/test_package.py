"""What is handed on: the package holds all that its code reads, and says of itself what is so."""

import importlib.util
import re
import subprocess
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from real_commands import haiten as command
from setuptools import find_packages

import haiten

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
# What stands beside the package in the repository.
BESIDE = ("benchmarks", "docs", "examples", "rules", "tests")
LINK = re.compile(r"\[[^\]]+\]\(([^)]+)\)")


@pytest.fixture(scope="module")
def setup() -> ModuleType:
    """The module that says what is packed, which packs nothing when it is loaded."""
    spec = importlib.util.spec_from_file_location("haiten_setup", ROOT / "setup.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def kept() -> list[Path]:
    """The files of the repository, relative to its root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return [path for name in listed.stdout.decode().split("\0") if name and (ROOT / (path := Path(name))).exists()]


def shipped() -> list[Path]:
    """Those of them that belong to the package: what stands in its folders, but for the extension, packed by itself."""
    inside = [path for path in kept() if len(path.parts) > 1 and path.parts[0] not in (*BESIDE, ".ci")]
    return [path for path in inside if not path.is_relative_to("editor/vscode")]


def test_every_folder_of_code_is_a_package() -> None:
    """A folder with modules has an ``__init__``, without which it would not be found and not be packed."""
    folders = {path.parent for path in shipped() if path.suffix == ".py"}
    folders |= {above for folder in folders for above in folder.parents if above != Path()}
    assert len(folders) > 10
    assert not {str(folder) for folder in folders if not (ROOT / folder / "__init__.py").exists()}


def test_every_package_is_packed(setup: ModuleType) -> None:
    """The packages that are found are all folders of code but those that nobody who installs haiten needs."""
    found = setup.named(find_packages(str(ROOT), exclude=setup.NOT_SHIPPED))
    folders = {path.parent for path in shipped() if path.suffix == ".py"}
    assert sorted(found) == sorted({"haiten"} | {".".join(("haiten", *folder.parts)) for folder in folders})


def test_every_file_beside_the_modules_is_packed() -> None:
    """Grammar, tables, lists and templates are named in the package data, and no name there is of nothing."""
    patterns = [
        f"{name.replace('.', '/')}/{pattern}".removeprefix("haiten/")
        for name, those in PROJECT["tool"]["setuptools"]["package-data"].items()
        for pattern in those
    ]
    files = [str(path) for path in kept()]
    data = [str(path) for path in shipped() if path.suffix != ".py"]
    assert data
    assert not [name for name in data if not any(fnmatch(name, pattern) for pattern in patterns)]
    assert not [pattern for pattern in patterns if not any(fnmatch(name, pattern) for name in files)]


def test_one_version() -> None:
    """The version in pyproject.toml is what Python and the command line say."""
    version = PROJECT["project"]["version"]
    assert haiten.__version__ == version
    assert command("--version").stdout.strip() == version


def test_the_licence_is_the_one_that_is_named() -> None:
    """LICENSE is the MIT licence of those who are named as authors."""
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    (author,) = PROJECT["project"]["authors"]
    assert text.startswith("MIT License\n")
    assert author["name"] in text
    assert PROJECT["project"]["license"] == "MIT"


def test_the_changelog_tells_of_this_version() -> None:
    """The changelog's first entry is this version, or what is not released yet; its groups are the usual ones."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    first, *_ = re.findall(r"^## \[([^\]]+)\]", text, re.MULTILINE)
    assert first in ("Unreleased", PROJECT["project"]["version"])
    assert PROJECT["project"]["version"] in text
    usual = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert set(re.findall(r"^### (.+)$", text, re.MULTILINE)) <= usual


def test_the_readme_stands_alone(setup: ModuleType) -> None:
    """On a page of its own the README has no link that needs a file beside it, and names the file instead."""
    text, alone = (ROOT / "README.md").read_text(encoding="utf-8"), setup.readme()
    lost = [link for link in LINK.findall(text) if not link.startswith("https://")]
    assert lost
    assert [link for link in LINK.findall(alone) if not link.startswith("https://")] == []
    assert not [link for link in lost if alone.count(link.partition("#")[0]) < 1]
    without_links = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text)
    assert re.sub(r" \(`[^`]+`\)|\[|\]\(https[^)]+\)", "", alone) == re.sub(r" \(`[^`]+`\)|\[", "", without_links)
