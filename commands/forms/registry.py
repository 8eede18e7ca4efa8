"""All commands that make something, each with its forms.

A new form of a command is an entry beside the others of that command and a function of ``views/`` that it calls; a new
command has an entry of its own, and stands here. Options, their help, usage errors and the test of all forms follow.
"""

from typing import Any, Final

from haiten.commands.forms.drafting import AMEND, DRAFT, NEW
from haiten.commands.forms.pages import PAGE, PAGE_COMPARE
from haiten.commands.forms.records import RUNS, VERIFY
from haiten.commands.forms.reports import (
    REPORT_ALLOCATION,
    REPORT_DIFF,
    REPORT_RULEBOOK,
    REPORT_SCORE,
    REPORT_STATS,
)
from haiten.commands.forms.results import ALLOCATE, EXPLAIN, GAPS, SCORE, STATS, SWEEP, WHATIF
from haiten.commands.forms.rules import CHECK, CONSOLIDATE, EXPLAIN_CODE, PROVE, REFERENCE, SCHEMA, SHOW, SQL, TEST
from haiten.commands.forms.surveys import COLLECT, SHEET
from haiten.commands.forms.way_out import Forms
from haiten.commands.forms.years import DIFF, HISTORY, IMPACT, WHY

ALL: Final[tuple[Forms[Any], ...]] = (
    *(CHECK, SHOW, CONSOLIDATE, EXPLAIN_CODE, SCORE, EXPLAIN, ALLOCATE, SQL, STATS, GAPS, WHATIF, SWEEP),
    *(DIFF, HISTORY, IMPACT, WHY, PROVE, TEST, SCHEMA, REFERENCE),
    *(VERIFY, RUNS),
    *(SHEET, COLLECT, PAGE, PAGE_COMPARE),
    *(NEW, DRAFT, AMEND),
    *(REPORT_SCORE, REPORT_RULEBOOK, REPORT_DIFF, REPORT_STATS, REPORT_ALLOCATION),
)
