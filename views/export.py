"""Scores as CSV and JSON files; every file carries the year and the fingerprint of its rules."""

import csv
import json
from pathlib import Path
from typing import Any

from haiten.scoring.scores import Scores, Verdict


def write_scores_csv(path: Path, scores: Scores) -> None:
    """A row per body: totals, then for each node certain and possible points, for leaves the verdict.

    UTF-8 with BOM, as Excel reads it.

    Raises:
        OSError: the file cannot be written.
    """
    program = scores.program
    certain, possible = (column.tolist() for column in scores.total())
    columns: list[tuple[str, list[Any]]] = [("得点.全体", certain), ("可能.全体", possible)]
    for node in program.nodes.values():
        low, high = scores.counted(node.path)
        columns += [(f"得点.{node.path}", low.tolist()), (f"可能.{node.path}", high.tolist())]
        if node.is_leaf:
            verdicts = [tuple(Verdict)[code].japanese for code in scores.verdicts(node.path)]
            columns.append((f"判定.{node.path}", verdicts))
    attributes = list(
        dict.fromkeys(name for body in scores.bodies for name in body.carried if name.startswith("属性."))
    )
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["団体コード", "団体名", "都道府県", "年度", "規則の指紋", *attributes, *(name for name, _ in columns)]
        )
        for index, body in enumerate(scores.bodies):
            head = [body.code, body.name, body.prefecture, program.year, scores.fingerprint.rules]
            carried = (body.carried.get(name, "") for name in attributes)
            writer.writerow([*head, *carried, *(column[index] for _, column in columns)])


def write_json(path: Path, data: dict[str, Any]) -> None:
    """JSON as people can diff it.

    Raises:
        OSError: the file cannot be written.
    """
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
