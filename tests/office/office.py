"""LibreOffice without a window, for tests: it opens a workbook, calculates all of it, and saves it again."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

_SECONDS = 900


def convert(files: Sequence[Path], to: Path, kind: str = "xlsx") -> list[Path]:
    """Save workbooks by LibreOffice, in a folder, as another kind of file.

    What openpyxl has saved has formulas without results, so that LibreOffice calculates every one of them.
    """
    to.mkdir(exist_ok=True)
    profile = to / "profile"
    command = ["soffice", "--headless", f"-env:UserInstallation={profile.resolve().as_uri()}", "--convert-to", kind]
    done = subprocess.run(
        [*command, "--outdir", str(to), *map(str, files)], capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    ending = kind.partition(":")[0]
    made = [to / f"{file.stem}.{ending}" for file in files]
    assert all(file.exists() for file in made), done.stdout + done.stderr
    return made
