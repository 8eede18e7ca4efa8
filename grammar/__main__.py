"""Write the parse tables anew: ``python -m haiten.grammar``."""

import lark.lexer

from haiten.grammar import TABLES_PATH, build_parser

# Where interegular is installed lark compares all terminals, which takes minutes; a test does that, strictly.
lark.lexer.has_interegular = False
built = build_parser()
with TABLES_PATH.open("wb") as tables:
    built.save(tables)
