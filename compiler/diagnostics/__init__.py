"""What can be wrong with a rulebook: one frozen class per mistake, with a stable code.

A class holds the words (templates over its fields), a call site only the values. Families: H1 syntax, H2 names and
paths, H3 types and units, H4 points and maxima, H5 conditions, H6 revisions, H7 sources. H8 (facts) live beside the
readers of facts, in ``haiten.scoring.fact_errors``. Codes never change their meaning (language.md, Diagnostics).
"""

from haiten.compiler.diagnostics.base import Cell, Diagnostic, Edit, Severity, has_errors
from haiten.compiler.diagnostics.conditions import (
    IdleStep,
    MisplacedAnswer,
    MixedConnectives,
    NotALeaf,
    RequirementOnParent,
    SubsetNotBracketed,
    UnclearExclusion,
)
from haiten.compiler.diagnostics.names import (
    BadAlias,
    CircularReference,
    DuplicateLabel,
    DuplicateName,
    EmptySpan,
    LookAlikeName,
    MissingLabel,
    ReservedName,
    UnknownClass,
    UnknownName,
    UnknownPath,
    UnusedName,
)
from haiten.compiler.diagnostics.points import IdleCap, MissingPoints, TotalMismatch
from haiten.compiler.diagnostics.sources import MalformedCitation, ReservedSource, UncitedText, UnknownSource
from haiten.compiler.diagnostics.syntax import (
    EmptyRulebook,
    LookAlikeLabel,
    Misplaced,
    MissingHeader,
    NumberTooLong,
    ReadingStopped,
    RepeatedStatement,
    StrayControlCharacter,
    TooDeeplyNested,
    UnclosedText,
    UnexpectedSyntax,
    UnknownLanguageVersion,
    UnreadableFile,
)
from haiten.compiler.diagnostics.types import DivisionByZero, EmptyRange, UnitMismatch, UnreachableClass, WrongKind

__all__ = [
    "BadAlias",
    "Cell",
    "CircularReference",
    "Diagnostic",
    "DivisionByZero",
    "DuplicateLabel",
    "DuplicateName",
    "Edit",
    "EmptyRange",
    "EmptyRulebook",
    "EmptySpan",
    "IdleCap",
    "IdleStep",
    "LookAlikeLabel",
    "LookAlikeName",
    "MalformedCitation",
    "Misplaced",
    "MisplacedAnswer",
    "MissingHeader",
    "MissingLabel",
    "MissingPoints",
    "MixedConnectives",
    "NotALeaf",
    "NumberTooLong",
    "ReadingStopped",
    "RepeatedStatement",
    "RequirementOnParent",
    "ReservedName",
    "ReservedSource",
    "Severity",
    "StrayControlCharacter",
    "SubsetNotBracketed",
    "TooDeeplyNested",
    "TotalMismatch",
    "UncitedText",
    "UnclearExclusion",
    "UnclosedText",
    "UnexpectedSyntax",
    "UnitMismatch",
    "UnknownClass",
    "UnknownLanguageVersion",
    "UnknownName",
    "UnknownPath",
    "UnknownSource",
    "UnreachableClass",
    "UnreadableFile",
    "UnusedName",
    "WrongKind",
    "has_errors",
]
