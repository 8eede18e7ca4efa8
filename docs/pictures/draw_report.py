"""The picture of a page in the READMEs: ``python docs/pictures/draw_report.py`` (needs ``make .venv/browser``)."""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
BODY = "510025"
DOTS = "75"  # dots per inch, so that the file stays small


def draw(to: Path) -> None:
    """Draw the first side of the page of a made-up body of a synthetic nation, beside its last year."""
    generate = ROOT / "examples" / "national" / "generate.py"
    with tempfile.TemporaryDirectory() as name:
        folder, given = Path(name), []
        for year in ("r7", "r6"):
            nation = folder / f"{year}.csv"
            subprocess.run([sys.executable, generate, "--year", year.upper(), "--to", nation], check=True)
            given.append((ROOT / "rules" / year / "municipal.haiten", nation))
        page, (now, before) = folder / "page.html", given
        haiten = [sys.executable, "-m", "haiten.cli", "report", "score", *now, "--body", BODY, "--previous", *before]
        subprocess.run([*haiten, "--to", page], check=True)
        sys.path.insert(0, str(ROOT / "tests" / "browser"))
        from browser import print_page

        print_page(page, page.with_suffix(".pdf"))
        picture = ["pdftoppm", "-r", DOTS, "-f", "1", "-l", "1", "-singlefile", "-png"]
        subprocess.run([*picture, str(page.with_suffix(".pdf")), str(to.with_suffix(""))], check=True)


if __name__ == "__main__":
    draw(Path(__file__).with_name("report.png"))
