"""What the site is made from: the pages of the repository in their places, and a page for each package of the code.

``python docs/site/sources.py FOLDER`` lays them out. Pages keep their paths, so that links between them hold.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
SITE: Final = Path(__file__).parent
PAGES: Final = (
    *("README*.md", "CHANGELOG.md", "LICENSE", "docs/*.md", "docs/*/*.md"),
    *("docs/*.svg", "docs/*/*.png", "docs/schema/*.json"),
)
MORE_PAGES: Final = ("examples/*/README*.md",)
# Code that is not part of the package.
_BESIDE: Final = ("benchmarks", "build", "docs", "examples", "rules", "tests")


def pages() -> list[Path]:
    """The files of the repository that are on the site."""
    found = {path for pattern in (*PAGES, *MORE_PAGES) for path in ROOT.glob(pattern)}
    return sorted(path for path in found if SITE not in path.parents)


def packages() -> dict[str, list[str]]:
    """The packages of the code with the modules in each, whatever folders there are."""
    folders = [ROOT, *(path for path in ROOT.iterdir() if path.name not in _BESIDE and not path.name.startswith("."))]
    inits = sorted(init for folder in folders[1:] for init in folder.rglob("__init__.py"))
    return {name: modules for init in inits for name, modules in [(_name(init.parent), _modules(init.parent))]}


def _name(path: Path) -> str:
    return ".".join(("haiten", *path.relative_to(ROOT).with_suffix("").parts))


def _modules(folder: Path) -> list[str]:
    return sorted(_name(path) for path in folder.glob("*.py") if not path.stem.startswith("__"))


# What they give is attrs', whose words refer to pages that are not here.
_OF_ANOTHER = {"haiten.compiler.late"}


def package_page(package: str, modules: list[str]) -> str:
    """A page of the API, for Sphinx to fill."""
    lines = [package, "=" * len(package), "", f".. automodule:: {package}", ""]
    for module in modules:
        title = module.removeprefix(f"{package}.")
        lines += [title, "-" * len(title), "", f".. automodule:: {module}"]
        lines += ["   :no-members:", ""] if module in _OF_ANOTHER else [""]
    return "\n".join(lines)


def api_index() -> str:
    """The first page of the API: what Python programs use, and all packages."""
    import haiten

    homes = (
        f"- ``haiten.{name}``: :py:obj:`{module}.{attribute}`" for name, (module, attribute) in haiten._HOMES.items()
    )
    names = [f"   {name}" for name in packages()]
    head = [
        "Python",
        "======",
        "",
        "``import haiten`` gives these names; the rest is for those who work on haiten.",
        "",
    ]
    return "\n".join([*head, *homes, "", ".. toctree::", "   :maxdepth: 1", "", *names, ""])


def laid_out(folder: Path) -> Iterator[tuple[Path, str | Path]]:
    """Where each file stands in a folder, and what is in it: a text, or a copy of a file."""
    yield folder / "index.md", SITE / "index.md"
    for path in pages():
        yield folder / path.relative_to(ROOT), path
    yield folder / "api" / "index.rst", api_index()
    for package, modules in packages().items():
        yield folder / "api" / f"{package}.rst", package_page(package, modules)


def lay_out(folder: Path) -> None:
    """Write all sources into a folder, and take away what was there and is none; unchanged files keep their times."""
    wanted = dict(laid_out(folder))
    for old in folder.rglob("*"):
        if old.is_file() and old not in wanted:
            old.unlink()
    for to, what in wanted.items():
        text = what.read_bytes() if isinstance(what, Path) else what.encode()
        if not to.exists() or to.read_bytes() != text:
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(text)


if __name__ == "__main__":
    lay_out(Path(sys.argv[1]))
