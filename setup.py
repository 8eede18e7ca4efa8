"""What pyproject.toml cannot say of the package: which folders are in it, and how its README reads away from them.

The repository root is the package, so the folders of code are found here and get its name in front.
"""

import re
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent
# Packages of the repository that nobody who installs haiten needs.
NOT_SHIPPED = ("benchmarks", "benchmarks.*")
_LINK = re.compile(r"\[([^\]]+)\]\((?!https?://)([^)#]+)[^)]*\)")


def named(folders: Sequence[str]) -> list[str]:
    """The names of packages, from those of their folders in the repository."""
    return ["haiten", *(f"haiten.{folder}" for folder in sorted(folders))]


def readme() -> str:
    """README.md for a page without files beside it: of a link to a file its words and the name of the file are left.

    The repository has no public address that is known, so there is nothing that such links could lead to.
    """

    def words(link: re.Match[str]) -> str:
        return link[1] if link[2] in link[1] else f"{link[1]} (`{link[2]}`)"

    return _LINK.sub(words, (ROOT / "README.md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    from setuptools import find_packages, setup

    setup(
        script_name=Path(__file__).name,  # which is left out of the package
        packages=named(find_packages(str(ROOT), exclude=NOT_SHIPPED)),
        long_description=readme(),
        long_description_content_type="text/markdown",
    )
