"""The pictures of pages in the READMEs: ``python docs/pictures/draw_report.py`` (needs ``make .venv/browser``)."""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
HAITEN = (sys.executable, "-m", "haiten.cli", "report")
RULES = {year: ROOT / "rules" / year / "municipal.haiten" for year in ("r6", "r7", "r8")}
BODY = "510025"
DOTS = "75"  # dots per inch, so that files stay small


def draw_score(to: Path) -> None:
    """Draw the first side of the page of a made-up body of a synthetic nation, beside its last year."""
    generate = ROOT / "examples" / "national" / "generate.py"
    with tempfile.TemporaryDirectory() as name:
        folder, given = Path(name), []
        for year in ("r7", "r6"):
            nation = folder / f"{year}.csv"
            subprocess.run([sys.executable, generate, "--year", year.upper(), "--to", nation], check=True)
            given.append((RULES[year], nation))
        page, (now, before) = folder / "page.html", given
        command = [*HAITEN, "score", *now, "--body", BODY, "--previous", *before]
        subprocess.run([*command, "--to", page], check=True)
        draw_side(page, to)


def draw_comparison(to: Path) -> None:
    """Draw the first side of the 新旧対照表 of R7 and R8."""
    with tempfile.TemporaryDirectory() as name:
        page = Path(name) / "page.html"
        subprocess.run([*HAITEN, "diff", RULES["r7"], RULES["r8"], "--to", page], check=True)
        draw_side(page, to)


def draw_side(page: Path, to: Path) -> None:
    """Draw the first side of a page as it is printed."""
    sys.path.insert(0, str(ROOT / "tests" / "browser"))
    from browser import print_page

    pdf = page.with_suffix(".pdf")
    print_page(page, pdf)
    picture = ["pdftoppm", "-r", DOTS, "-f", "1", "-l", "1", "-singlefile", "-png"]
    subprocess.run([*picture, str(pdf), str(to.with_suffix(""))], check=True)


if __name__ == "__main__":
    draw_score(Path(__file__).with_name("report.png"))
    draw_comparison(Path(__file__).with_name("comparison.png"))
