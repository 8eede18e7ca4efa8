"""All that a page computes with, as one value for JSON."""

from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from haiten.backends.javascript.program_data import program_data
from haiten.backends.javascript.reasons_data import ReasonWriter
from haiten.compiler.folding.foldings import FOLDINGS
from haiten.compiler.late import frozen
from haiten.compiler.program.describe import show_number
from haiten.compiler.program.fact_columns import (
    CODE,
    FACT_DIGITS,
    FINGERPRINT,
    GIVEN,
    NAME,
    PREFECTURE,
    TRIAL,
    YEAR,
    schema_of,
)
from haiten.compiler.program.program import Program
from haiten.compiler.version import haiten_version
from haiten.forms.answers import Answers, KnownCell, LastYear
from haiten.pages.agreement import Agreement
from haiten.pages.kept import kept_ranks
from haiten.pages.survey_data import survey_data
from haiten.scoring.facts.facts import Body, Facts
from haiten.scoring.reading import read_columns as cells
from haiten.scoring.reading.characters import BLANKS, MINUS
from haiten.scoring.reading.survey_layout import GROUND, NOTE, NumberRow, number_rows
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.nation import Nation, nation_json
from haiten.scoring.running.run import Stored
from haiten.tabulation.gaps.reached import Ahead

# What a page saves says that it is so; only pages read it.
SAVED: Final = "haiten 調査票の回答 1"


@frozen(eq=False)
class PageDraft:
    """What a page is made of.

    Attributes:
        stored: the cut-offs by which ranks are told; None where they stay open.
        answers: what is known of the body beforehand.
        last: its answers of the year before.
        agreement: how the evaluator in the page was held to haiten's; None where it was not.
    """

    rulebook: Rulebook
    stored: Stored | None = None
    answers: Answers = Answers()
    last: LastYear | None = None
    agreement: Agreement | None = None


def page_data(draft: PageDraft) -> dict[str, Any]:
    """The data of a page, as ``PageData`` of ``scripts/page.js``."""
    rulebook, program = draft.rulebook, draft.rulebook.program
    nation = None if draft.stored is None else draft.stored.nation
    return {
        "saved": SAVED,
        "haiten": haiten_version(),
        "year": program.year,
        "scope": str(program.scope),
        "rules": rulebook.fingerprint.rules,
        "trial": program.trial_text,
        **evaluator_data(rulebook, draft.stored),
        "names": [node.label for node in program.nodes.values()],
        "texts": [node.text for node in program.nodes.values()],
        "levels": [node.kind for node in program.nodes.values()],
        "reached": _reached(rulebook),
        "nation": None if nation is None else _nation(nation, draft.answers, program),
        "survey": survey_data(rulebook),
        "columns": columns_data(program),
        "signs": signs_data(),
        "cells": _known(draft.answers, program),
    }


def evaluator_data(rulebook: Rulebook, stored: Stored | None) -> dict[str, Any]:
    """What scores a body and says why, as ``evaluate.js`` and ``explain.js`` take it."""
    program, writer = rulebook.program, ReasonWriter(rulebook.evaluator)
    own = {leaf.path: leaf.condition for leaf in program.leaves if not leaf.is_shared and not leaf.answered}
    return {
        "program": program_data(rulebook.evaluator, kept_ranks(stored)),
        "reasons": {path: writer.of(condition) for path, condition in own.items() if condition is not None},
        "special": [node.special for node in program.nodes.values()],
    }


@lru_cache(maxsize=1)  # which is the same for the page of every body
def _reached(rulebook: Rulebook) -> dict[str, tuple[str, ...]]:
    """Of each leaf, the leaves that anybody reaches with it, where those are more than itself."""
    blank = rulebook.score_checked(Facts([Body("00000")]))
    ahead = Ahead(blank, 0)
    found = {leaf.path: ahead.reached(leaf) for leaf in rulebook.program.leaves}
    return {path: reached for path, reached in found.items() if reached != (path,)}


def _nation(nation: Nation, answers: Answers, program: Program) -> dict[str, Any]:
    """How the nation scored: of leaves who has them, of what is above how many bodies have which points.

    Where it is known whose page it is, of the prefectures only that of the body.
    """
    data = nation_json(nation, program)
    own = answers.body.prefecture if answers.body is not None else ""
    if own and "prefectures" in data:
        data["prefectures"] = {name: told for name, told in data["prefectures"].items() if name == own}
    return data


# Columns


def columns_data(program: Program) -> dict[str, Any]:
    """The columns of a fact file that the page fills in and reads, by their headings."""
    schema = schema_of(program)
    numbers = {name: _number(row, program) for name, row in number_rows(program).items() if not row.is_yes_no}
    return {
        "identity": [CODE, NAME, PREFECTURE],
        "year": YEAR,
        "rules": FINGERPRINT,
        "trial": TRIAL,
        "numbers": numbers,
        "answers": schema.answers,
        "outcomes": schema.outcomes,
        "given": GIVEN,
        "words": [kind + path for path in program.nodes for kind in (GROUND, NOTE)],
    }


def _number(row: NumberRow, program: Program) -> dict[str, Any]:
    fact = schema_of(program).numbers[row.column].fact
    return {
        "unit": row.unit,
        "decimals": row.decimals,
        "low": None if fact is None or fact.low is None else str(fact.low),
        "high": None if fact is None or fact.high is None else str(fact.high),
        "bounds": "" if fact is None else cells.bounds_of(fact.decl.low, fact.decl.high),
    }


def signs_data() -> dict[str, Any]:
    """How cells are written: the tables by which haiten reads them, so that they have one home."""
    return {
        "folded": {chr(sign): chr(plain) for sign, plain in FOLDINGS.items()},
        "blanks": BLANKS,
        "minus": MINUS,
        "digits": FACT_DIGITS,
        "yes": sorted(cells.YES),
        "no": sorted(cells.NO),
    }


def _known(answers: Answers, program: Program) -> dict[str, str]:
    """The cells that are filled in beforehand, by column."""
    columns = columns_data(program)
    names = [*columns["identity"], *answers.attributes(), *columns["numbers"], *columns["words"]]
    names += [name for name, fact in program.facts.items() if fact.is_yes_no]
    for leaf in program.leaves:
        if not leaf.is_shared:
            names += [leaf.path, GIVEN + leaf.path] if leaf.answered else [GIVEN + leaf.path]
    return {name: text for name in names if (text := cell_text(answers.cell(name)))}


def cell_text(cell: KnownCell) -> str:
    """A cell as a fact file has it; empty where it says nothing."""
    if cell is None or isinstance(cell, str):
        return cell or ""
    if isinstance(cell, bool):
        return "○" if cell else "×"
    return plain_decimal(cell)


def plain_decimal(number: Fraction) -> str:
    """A decimal number with all its digits and no others."""
    text = show_number(number, 30)
    return text.replace(",", "").replace("－", "-")
