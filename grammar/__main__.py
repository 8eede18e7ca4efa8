"""Write the parse tables anew: ``python -m haiten.grammar``."""

from haiten.grammar import TABLES_PATH, build_parser

with TABLES_PATH.open("wb") as tables:
    build_parser().save(tables)
