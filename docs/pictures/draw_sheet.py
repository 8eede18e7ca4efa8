"""The picture of a survey sheet in the READMEs: ``python docs/pictures/draw_sheet.py`` (LibreOffice, poppler)."""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE, DOTS = "4", "75"  # a page with answers; dots per inch, so that the file stays small


def draw(to: Path) -> None:
    """Draw a page of the village's R7 sheet, with last year's answers."""
    year = [ROOT / "rules" / name / "municipal.haiten" for name in ("r6", "r7")]
    facts = [ROOT / "examples" / f"kitashiobara_{name}.csv" for name in ("r6", "r7")]
    with tempfile.TemporaryDirectory() as folder:
        sheet = Path(folder) / "sheet.xlsx"
        command = [sys.executable, "-m", "haiten.cli", "sheet", year[1], facts[1], "--body", "074021", "--to", sheet]
        subprocess.run([*command, "--previous", year[0], facts[0]], check=True)
        profile = f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"
        office = ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", folder, str(sheet)]
        subprocess.run(office, check=True, stdout=subprocess.DEVNULL)
        picture = ["pdftoppm", "-r", DOTS, "-f", PAGE, "-l", PAGE, "-singlefile", "-png"]
        subprocess.run([*picture, str(sheet.with_suffix(".pdf")), str(to.with_suffix(""))], check=True)


if __name__ == "__main__":
    draw(Path(__file__).with_name("sheet.png"))
