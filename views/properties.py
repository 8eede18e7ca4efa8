"""What became of properties, in the terminal."""

from pathlib import Path

from rich.console import Console

from haiten.testing.properties import PropertyOutcome


def print_outcome(console: Console, outcome: PropertyOutcome, saved: Path | None) -> None:
    """One line for a property, and where it is broken what breaks it and where the sheet was saved."""
    found = outcome.counterexample
    verdict = f"破れる例があります: {found.message}" if found else f"{outcome.tried}通りの表で成り立つ"
    style = "bold red" if found else "bold green"
    console.print(f"性質 {outcome.property.name}（{outcome.property.words}）: {verdict}", style=style, soft_wrap=True)
    if saved is not None:
        console.print(f"  小さくした例を {saved} に書きました。", soft_wrap=True)
