"""Write the parse tables anew: ``python -m haiten.grammar``."""

import lark.lexer

from haiten.grammar import TABLES_PATH, build_parser
from haiten.grammar.tables import as_text

# Where interegular is installed lark compares all terminals, which takes minutes; a test does that, strictly.
lark.lexer.has_interegular = False
TABLES_PATH.write_text(as_text(build_parser()), encoding="utf-8", newline="")
