"""Diagnostics as SARIF 2.1.0, which code hosts and editors read."""

import os
from collections.abc import Sequence
from pathlib import PureWindowsPath
from typing import Any, Final
from urllib.parse import quote

from haiten.compiler.diagnostics import Cell, Diagnostic
from haiten.compiler.source import Span
from haiten.compiler.version import haiten_version

_ON_WINDOWS: Final = os.name == "nt"
_LEVELS: Final = {"error": "error", "warning": "warning", "note": "note"}


def sarif_json(diagnostics: Sequence[Diagnostic]) -> dict[str, Any]:
    """A SARIF log of one run."""
    rules = {d.code: type(d).title for d in sorted(diagnostics, key=lambda d: d.code)}
    driver = {
        "name": "haiten",
        "version": haiten_version(),
        "rules": [{"id": code, "shortDescription": {"text": title}} for code, title in rules.items()],
    }
    results = [_result(d) for d in diagnostics]
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }


def _uri(name: str) -> str:
    """A file name as SARIF wants it: a reference of RFC 3986, which has a form for any bytes."""
    if not _ON_WINDOWS:
        return quote(os.fsencode(name))
    path = PureWindowsPath(name)
    # A drive and backslashes are no part of a reference.
    return path.as_uri() if path.is_absolute() else quote(os.fsencode(path.as_posix()))


def _result(diagnostic: Diagnostic) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "level": _LEVELS[diagnostic.severity.value],
        "message": {"text": "\n".join((diagnostic.message, *diagnostic.advice))},
        "locations": [_location(diagnostic.span)],
    }
    if diagnostic.more:
        result["properties"] = {"more": diagnostic.more}
    if diagnostic.other_place:
        span, label = diagnostic.other_place
        result["relatedLocations"] = [{**_location(span), "message": {"text": label}}]
    if edit := diagnostic.fix:
        change = {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}}
        artifact = {"uri": _uri(edit.span.source.name)}
        result["fixes"] = [{"artifactChanges": [{"artifactLocation": artifact, "replacements": [change]}]}]
    return result


def _location(span: Span | Cell) -> dict[str, Any]:
    if isinstance(span, Cell):
        region = {} if span.row is None else {"region": {"startLine": span.row}}
        return {"physicalLocation": {"artifactLocation": {"uri": _uri(span.file)}, **region}}
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(span.source.name)}, "region": _region(span)}}


def _region(span: Span) -> dict[str, int]:
    end_line, end_column = span.source.position(span.end)
    return {"startLine": span.line, "startColumn": span.column, "endLine": end_line, "endColumn": end_column}
