"""The kinds of values that a kept file may hold: what is not in this table is neither written nor read."""

from typing import Final

_SYNTAX: Final = "haiten.compiler.syntax."
_PROGRAM: Final = "haiten.compiler.program."

_BY_MODULE: Final = {
    "haiten.compiler.source": "Source",
    "haiten.compiler.folding.fold": "Comment",
    "haiten.compiler.identity.lineage": "Lineage",
    "haiten.compiler.revising.causes": "Causes",
    "haiten.compiler.diagnostics.base": "Cell Edit",
    _SYNTAX + "units": "Unit Range",
    _SYNTAX + "operators": "Operator",
    _SYNTAX + "roundings": "RoundingWay",
    _SYNTAX + "member_functions": "MemberFunction",
    _SYNTAX + "scope": "Scope",
    _SYNTAX + "expressions": (
        "Name PathRef Quantity Answer Whole Score Previous Paid Arithmetic Comparison ByClass WithinTop ClassIs Members"
        " CountAmong Call Rounding OfMembers PastFigure Not Among Junction"
    ),
    _SYNTAX + "rulebook": (
        "Level Mode Comments Citation Text Points Header Title SourceDecl FactDecl ClassCase ClassDecl ConstantDecl"
        " Definition Requirement Timing Remark Undisclosed Carry Origin PastName Touch Heading NodeDecl RulebookFile"
    ),
    _SYNTAX + "revision": (
        "Declared Manner Stretch Places Replace Delete Announced Insert Renumber Separate DefinedName NewName Rename"
        " PartChange WordVerb WordEdit Reword Recite Declare QuotedFigure Revalue Together Article Supplement"
        " Amendment BaseLine Revision"
    ),
    _SYNTAX + "allocation": (
        "BasedOn Rest BudgetDecl EventDecl PotLine SplitCase SplitDecl Eligible FrameDecl"
        " ProRataDecl EqualDecl CushionDecl Unspent LimitDecl RoundingRule PotDecl AllocationFile"
    ),
    _PROGRAM + "terms": (
        "Fact MembersFigure FigureThen Constant FactValue ScoreValue PreviousScore Sum Product Extremum Rounded"
        " Statistic RankValue Classification AnswerTo FactHolds Met Compare InClass Tally Ranking Within"
        " DeviationBar Every"
        " ClassTable Some Negation"
    ),
    _PROGRAM + "parameters": "Parameter",
    _PROGRAM + "program": "Local Node Program",
    _PROGRAM + "allocation": "Budget Frame Split ProRata Equal Cushion Pot Limit Allocation",
}
# Module and name; a file names a kind by its place here. Kinds of diagnostics it names by their own names.
KINDS: Final = tuple((module, name) for module, names in _BY_MODULE.items() for name in names.split())
