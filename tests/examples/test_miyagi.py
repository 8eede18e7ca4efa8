"""The 35 invented bodies of 宮城県 have each item of R8 as often as was published."""

import csv
import importlib.util
from pathlib import Path

import haiten
from haiten.scoring.running.scores import Verdict

MIYAGI = Path(__file__).parents[2] / "examples" / "miyagi"
RULES = MIYAGI.parents[1] / "rules" / "r8" / "municipal.haiten"


def test_every_item_has_the_published_count_and_the_average_is_the_published_one() -> None:
    """267 items, and the mean of the prefecture (497.5); nothing is left open."""
    scores = haiten.compile(RULES).score(MIYAGI / "r8.csv")
    with (MIYAGI / "counts.csv").open(encoding="utf-8", newline="") as file:
        published = {row["path"]: int(row["municipalities"]) for row in csv.DictReader(file)}
    assert set(published) == {leaf.path for leaf in scores.program.leaves if not leaf.is_shared}
    awarded = list(Verdict).index(Verdict.AWARDED)
    assert {path: int((scores.verdicts(path) == awarded).sum()) for path in published} == published
    certain, possible = scores.total()
    assert len(scores.bodies) == 35
    assert round(certain.sum() / 35, 1) == 497.5
    assert (certain == possible).all()


def test_the_file_is_what_the_generator_writes() -> None:
    """Nothing in it was changed by hand, and every body says that it is synthetic."""
    spec = importlib.util.spec_from_file_location("miyagi_generate", MIYAGI / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with (MIYAGI / "counts.csv").open(encoding="utf-8", newline="") as file:
        counts = {row["path"]: int(row["municipalities"]) for row in csv.DictReader(file)}
    having = module.answers(counts)
    with (MIYAGI / "r8.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {path: [row[path] == "○" for row in rows] for path in counts} == having
    assert {row["属性.データ"] for row in rows} == {"合成"}
