"""The page that compares bodies, as text."""

from typing import Final

from haiten.pages.compare_data import CompareDraft, compare_data, is_nation
from haiten.pages.write_page import EVALUATOR_SCRIPTS, SCRIPTS, joined, trial_words
from haiten.reports.page import render
from haiten.views.console.printable import script_text

_EXACT: Final = EVALUATOR_SCRIPTS[:1]
COMPARE_SCRIPTS: Final = tuple(
    SCRIPTS / f"{name}.js" for name in ("csv", "figures", "view", "groups", "sorted_table", "tile_map", "compare")
)


def write_compare(draft: CompareDraft) -> str:
    """The page."""
    script = f"{{\n{joined((*_EXACT, *COMPARE_SCRIPTS))}\nopenCompare({script_text(compare_data(draft))});\n}}\n"
    program = draft.scores.program
    return render(
        "compare",
        script='"use strict";\n' + script,
        title=f"{program.year} {program.scope} 得点の比較{trial_words(program)}",
        trial=program.trial_text,
        program=program,
        about=draft.about,
        nation=is_nation(draft.scores),
        rules=draft.scores.fingerprint.rules,
    )
