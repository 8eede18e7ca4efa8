"""A page as text: its rows in the official order, its data, and the scripts in one."""

import re
from pathlib import Path
from typing import Final

from haiten.backends.javascript.node import HERE as EVALUATOR
from haiten.compiler.program.program import Program
from haiten.compiler.version import haiten_version
from haiten.pages.page_data import PageDraft, columns_data, evaluator_data, page_data
from haiten.pages.page_rows import numbers_of, rows_of
from haiten.reports.page import render
from haiten.scoring.rulebook import Rulebook
from haiten.scoring.running.run import Stored
from haiten.scoring.running.scores import rulebook_json
from haiten.views.console.printable import script_text

SCRIPTS: Final = Path(__file__).with_name("scripts")
# Each after what it imports.
EVALUATOR_SCRIPTS: Final = tuple(
    EVALUATOR / f"{name}.js" for name in ("exact", "program", "score", "rankings", "points", "evaluate", "explain")
)
PAGE_SCRIPTS: Final = tuple(
    SCRIPTS / f"{name}.js"
    for name in (
        "cells",
        "csv",
        "texts",
        "figures",
        "places",
        "answers",
        "saved",
        "surveys",
        "gaps",
        "view",
        "form",
        "results",
        "page",
    )
)
_IMPORT: Final = re.compile(r"^import\b[^;]*;\n", re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=(?:async )?(?:function|class|const)\b)", re.MULTILINE)


def write_page(draft: PageDraft) -> str:
    """The page."""
    program = draft.rulebook.program
    title = program.syntax.title
    nation = None if draft.stored is None else draft.stored.nation
    script = f"{{\n{joined((*EVALUATOR_SCRIPTS, *PAGE_SCRIPTS))}\nopenPage({script_text(page_data(draft))});\n}}\n"
    return render(
        "survey",
        script='"use strict";\n' + script,
        title=f"{program.year} {program.scope} 調査票の試算{trial_words(program)}",
        trial=program.trial_text,
        program=program,
        full_title=title.text.value if title else "",
        rules=draft.rulebook.fingerprint.rules,
        identity=columns_data(program)["identity"],
        rows=rows_of(draft),
        numbers=numbers_of(draft),
        nation=nation,
        prefectures=nation is not None and bool(nation.prefectures),
        placed=draft.stored is not None,
        agreement=draft.agreement,
        maximum=program.maximum,
    )


def write_module(rulebook: Rulebook, stored: Stored | None) -> str:
    """The evaluator of a rulebook as an ES module, for Node or any other: ``scoreBody(facts)`` and its parts."""
    data = {"rulebook": rulebook_json(rulebook.program, rulebook.fingerprint), **evaluator_data(rulebook, stored)}
    trial = rulebook.program.trial_text
    return (
        f"{joined((*EVALUATOR_SCRIPTS, SCRIPTS / 'body.js'), exported=True)}\n"
        f"{f'/** 試算: 定数 {script_text(trial)} */{chr(10)}' if trial else ''}"
        f"/** The rulebook, as haiten {haiten_version()} read it. */\n"
        f"export const RULEBOOK = {script_text(data)};\n"
        "/** Score a body. */\n"
        "export const scoreBody = scorerOf(RULEBOOK);\n"
    )


def trial_words(program: Program) -> str:
    """What a title says of a rulebook whose 定数 a simulation changed."""
    return f"（定数の試算: {program.trial_text}）" if program.trial else ""


def joined(files: tuple[Path, ...], *, exported: bool = False) -> str:
    """Modules as one text: what one imports of another stands before it."""
    texts = [_IMPORT.sub("", file.read_text(encoding="utf-8")) for file in files]
    return "\n".join(texts if exported else (_EXPORT.sub("", text) for text in texts))
