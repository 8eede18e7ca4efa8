"""Requests of haiten's own: what stands beside a text, renewed after each pause (docs/editor.md)."""

import asyncio
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, Final

from attrs import asdict, field
from pygls.lsp.server import LanguageServer

from haiten.compiler.compilation import Compilation
from haiten.compiler.diagnostics import Severity
from haiten.compiler.late import define
from haiten.compiler.revising.find_base import SHIPPED
from haiten.compiler.syntax.revision import Revision
from haiten.compiler.syntax.years import folder_of
from haiten.editor.addresses import path_of, title_of, uri_of
from haiten.editor.beside import Besides, Pane, PaneShown, Sides, is_clear
from haiten.editor.desk import Desk
from haiten.editor.drafts import kin_of

DRAFT: Final = "haiten/draft"  # {uri} → {title, text, reason}: next year's whole text, to be edited
RENEWED: Final = "haiten/renewed"  # from the server, {uri, version}: what stands beside a text is another


@define(eq=False)
class BesideServer:
    """What was asked for beside the texts of an editor, and what it was made of.

    Attributes:
        versions: of the open texts.
        named_base: the rulebook that whole texts amend, where the settings name it.
        clear: by file, the last compilation that left nothing in doubt.
        watched: by file that something was asked for, the files that it rests on.
        turn: one thing is made at a time, in a thread, while keystrokes are answered.
    """

    server: LanguageServer
    desk: Desk
    versions: MutableMapping[Path, int | None]
    named_base: Path | None = None
    clear: dict[Path, Compilation] = field(factory=dict)
    watched: dict[Path, frozenset[Path]] = field(factory=dict)
    turn: asyncio.Lock = field(factory=asyncio.Lock)
    _made: dict[Path, Besides] = field(factory=dict)

    async def answer(self, path: Path, part: Pane) -> dict[str, Any]:
        """A part of what stands beside a file, of the text as it is when its turn has come."""
        async with self.turn:
            version = self.versions.get(path)
            besides = self._besides(path)
            shown = await asyncio.to_thread(besides.show, part)
        return _json(shown, part, version, besides.sides)

    def renewed(self, path: Path) -> None:
        """Tell of the texts beside which something else stands, now that a file is another."""
        for other, files in self.watched.items():
            if path == other or path in files:
                params = {"uri": uri_of(other), "version": self.versions.get(other)}
                self.server.protocol.notify(RENEWED, params)

    def closed(self, path: Path) -> None:
        """Forget a file."""
        for kept in (self.clear, self.watched, self._made):
            kept.pop(path, None)

    def draft(self, path: Path) -> dict[str, str | None]:
        """The whole text of the year after a file's."""
        from haiten.comparison.draft import draft
        from haiten.compiler.printing.print_rulebook import print_rulebook

        now = self.desk.page(path).compilation
        title = f"{title_of(path)} 来年度の全文"
        if now.allocation is not None or now.amended is not None:
            return {"title": title, "text": "", "reason": "配分のファイルからは、評価指標の全文を開けません"}
        if not now.ok or now.syntax is None:
            return {
                "title": title,
                "text": "",
                "reason": "誤りがあるので、来年度の全文を開けません。先に直してください",
            }
        return {"title": title, "text": print_rulebook(draft(now.syntax)), "reason": None}

    def _besides(self, path: Path) -> Besides:
        """What was made of the same texts before, or what will be."""
        sides = self._sides(path)
        known = self._made.get(path)
        if known is None or not _same(known.sides, sides):
            known = self._made[path] = Besides(sides)
        return known

    def _sides(self, path: Path) -> Sides:
        view = self.desk.page(path)
        now: Compilation | None = view.compilation
        stale = 0
        if is_clear(view.compilation):
            self.clear[path] = view.compilation
        else:
            errors = sum(found.severity is Severity.ERROR for found in view.compilation.diagnostics)
            before = view.readable
            now = self.clear.get(path) or (before if before is not None and is_clear(before) else None)
            stale = errors if now is not None else 0
        called = title_of(path)
        if now is None or now.allocation is not None or now.amended is not None:
            self.watched[path] = frozenset()
            return Sides(called, now, stale)
        if now.revision is not None:
            self._watch(path, now)
            return Sides(called, now, stale, now.base)
        return self._of_whole(path, now, stale)

    def _of_whole(self, path: Path, now: Compilation, stale: int) -> Sides:
        """A whole text, the year before it, and the revision that was made of it before."""
        program = now.program
        assert program is not None
        kin = kin_of(path, program.year, program.scope, self.desk.rule_files(), self.named_base)
        called = title_of(path)
        revisions = [(file, found) for file in kin.same_year if (found := self._revision(file)) is not None]
        file, earlier = revisions[0] if len(revisions) == 1 else (None, None)
        kept = "" if file is None else str(file)
        if len(revisions) > 1:
            kept = f"{program.year}の改正が{len(revisions)}つあるので、引き継いでいません"
        self._watch(path, now, *(each for each in (kin.base, *kin.same_year) if each is not None))
        if kin.base is None:
            return Sides(called, now, stale, no_base=kin.why)
        base = self.desk.page(kin.base.absolute()).compilation
        if not base.ok or base.program is None:
            return Sides(called, now, stale, no_base=f"元の評価指標 {kin.base} に誤りがあります")
        if base.program.scope != program.scope:
            words = f"元の評価指標 {kin.base} の対象は{base.program.scope}で、{program.scope}ではありません"
            return Sides(called, now, stale, no_base=words)
        # Beside the year before, unless that one came with haiten, whose folder is nobody's to write in.
        target = kin.base.parent.parent / folder_of(program.year) / kin.base.name
        usual = "" if kin.base.is_relative_to(SHIPPED) else str(target)
        return Sides(called, now, stale, base, "", earlier, kept, usual if file is None else str(file))

    def _revision(self, file: Path) -> Revision | None:
        found = self.desk.page(file.absolute()).compilation.revision
        return None if found is None or found.damaged else found

    def _watch(self, path: Path, now: Compilation, *files: Path) -> None:
        rests = {Path(source.name).absolute() for source in now.sources}
        self.watched[path] = frozenset({*rests, *(file.absolute() for file in files)})


def _same(one: Sides, other: Sides) -> bool:
    """Whether two are made of the same: of the compilations themselves, not of others that read alike."""
    same = one.now is other.now and one.base is other.base and one.earlier is other.earlier
    return same and (one.stale, one.no_base, one.kept) == (other.stale, other.no_base, other.kept)


def _json(shown: PaneShown, part: Pane, version: int | None, sides: Sides) -> dict[str, Any]:
    page = part not in (Pane.AMENDMENT, Pane.CONSOLIDATED)
    rows = [asdict(row) | {"balanced": row.balanced} for row in shown.rows] if part is Pane.TOTALS else []
    return {
        "title": shown.title,
        "version": version,
        "stale": bool(sides.stale),
        "text": "" if page else shown.text,
        "html": shown.text if page else "",
        "notes": list(shown.notes),
        "rows": rows,
        "target": sides.target or None,
        "reason": shown.reason,
    }


def serve_beside(server: LanguageServer, beside: BesideServer) -> None:
    """Answer the requests."""
    for part in Pane:
        _serve(server, beside, part)

    @server.feature(DRAFT)
    def drafted(params: Any) -> dict[str, str | None]:
        return beside.draft(path_of(params.uri))


def _serve(server: LanguageServer, beside: BesideServer, part: Pane) -> None:
    @server.feature(part.value)
    async def shown(params: Any) -> dict[str, Any]:
        return await beside.answer(path_of(params.uri), part)
