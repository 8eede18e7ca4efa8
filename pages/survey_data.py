"""The survey sheet of a rulebook as data: what a page reads the sheets by that were saved as CSV."""

from collections.abc import Iterator
from typing import Any

from haiten.compiler.identity.fingerprint import Fingerprint
from haiten.compiler.program.fact_columns import GIVEN, schema_of
from haiten.compiler.program.program import Node, Program
from haiten.scoring.reading import survey_layout as layout
from haiten.scoring.reading.survey_sheets import says_of_rulebook
from haiten.scoring.rulebook import Rulebook


def survey_data(rulebook: Rulebook) -> dict[str, Any]:
    """The survey sheet, as ``SurveyData`` of ``scripts/surveys.js``."""
    program, fingerprint = rulebook.program, rulebook.fingerprint
    numbers = layout.number_rows(program)
    needed = set(layout.read_columns(program, money=False))
    return {
        **_words(program, fingerprint),
        "rows": {name: row.is_yes_no for name, row in numbers.items()},
        "others": [name for name in schema_of(program).numbers if name not in numbers],
        "needed": [name for name in numbers if name in needed],
        "sheets": [{"name": sheet.name, "rows": list(_rows(sheet))} for sheet in layout.item_sheets(program)],
    }


def _words(program: Program, fingerprint: Fingerprint) -> dict[str, Any]:
    """What stands where in every survey sheet."""
    return {
        "about": layout.ABOUT,
        "cover": layout.COVER,
        "numbers": layout.NUMBERS,
        "who": layout.WHO,
        "how": layout.HOW,
        "aboutHeadings": layout.ABOUT_HEADINGS,
        "numberHeadings": layout.NUMBER_HEADINGS,
        "itemHeadings": layout.ITEM_HEADINGS,
        "says": [[key, *wanted] for key, wanted in says_of_rulebook(program, fingerprint.rules).items()],
        "words": [layout.WORDS, fingerprint.text],
        "body": layout.BODY,
        "identity": layout.IDENTITY,
        "attribute": layout.ATTRIBUTE,
        "given": GIVEN,
        "ground": layout.GROUND,
        "note": layout.NOTE,
        "numberGround": layout.NUMBER_GROUND,
        "numberNote": layout.NUMBER_NOTE,
        "yes": layout.YES,
        "no": layout.NO,
        "place": {
            "path": layout.PATH,
            "text": layout.TEXT,
            "maximum": layout.MAXIMUM,
            "answer": layout.ANSWER,
            "outcome": layout.OUTCOME,
            "evidence": layout.EVIDENCE,
            "remark": layout.REMARK,
            "column": layout.COLUMN,
            "number": layout.NUMBER,
            "numberEvidence": layout.NUMBER_EVIDENCE,
            "numberRemark": layout.NUMBER_REMARK,
            "label": layout.LABEL,
            "entry": layout.ENTRY,
        },
    }


def _rows(sheet: layout.ItemSheet) -> Iterator[list[Any]]:
    for row in sheet.rows:
        if row.node is not None:
            yield [row.node.path, row.node.maximum, row.text, _input_of(row.node)]


def _input_of(node: Node) -> str:
    """What is filled in of a node: an answer, with the outcome that was told, that alone, or nothing."""
    if not node.is_leaf or node.is_shared:
        return ""
    return "answer" if node.answered else "outcome"
