"""Commands of the author's desk: new, draft, amend, watch, lsp."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from haiten.commands.app import BaseFile, RuleFile, app
from haiten.commands.common import compile_rules, stderr
from haiten.commands.forms.drafting import AMEND, DRAFT, NEW

if TYPE_CHECKING:
    from haiten.comparison.draft import Amending
    from haiten.compiler.program.program import Program
    from haiten.compiler.syntax.revision import Revision

FromFile = Annotated[Path, Parameter(name="--from", help="元の年度の評価指標（改正のファイルでもよい）。")]


@app.command(usage="", help_prologue=f"使い方: haiten new YEAR SCOPE --from BASE {NEW.usage}")
def new(
    year: Annotated[str, Parameter(name="YEAR", help="来年度（例: 令和9年度）。")],
    scope: Annotated[str, Parameter(name="SCOPE", help="市町村、都道府県か広域連合。")],
    /,
    *,
    from_: FromFile,
    as_: Annotated[str | None, NEW.as_] = None,
    to: Annotated[list[Path] | None, NEW.to] = None,
) -> int:
    """来年度の改正の書き始めを作る。元の評価指標の項目で書いた改正文の例と、出典を書く所が注釈にある。

    例: haiten new 令和9年度 市町村 --from rules/r8/municipal.haiten --to rules/r9/municipal.haiten
    """
    from haiten.comparison.skeleton import skeleton

    way = NEW.way(as_, to)
    if way is None:
        return 2
    rulebook = compile_rules(from_)
    if rulebook is None:
        return 1
    program = rulebook.program
    if scope != str(program.scope):
        stderr().print(f"{from_} の対象は{program.scope}で、{scope}ではありません", soft_wrap=True)
        return 1
    wanted = _later_year(year, program)
    return 1 if wanted is None else way.out(skeleton(program, wanted))


@app.command(usage="", help_prologue=f"使い方: haiten draft FILE [--year YEAR] {DRAFT.usage} [--base BASE]")
def draft(
    file: Annotated[Path, Parameter(name="FILE", help="いまの年度の評価指標（改正のファイルでもよい）。")],
    /,
    *,
    year: Annotated[str | None, Parameter(help="何年度の全文にするか。省くと次の年度。")] = None,
    as_: Annotated[str | None, DRAFT.as_] = None,
    to: Annotated[list[Path] | None, DRAFT.to] = None,
    base: BaseFile = None,
) -> int:
    """来年度の全文を、書き直すために作る。書き直したものから haiten amend が改める文を作る。

    例: haiten draft rules/r8/municipal.haiten --to r9.haiten
    """
    from haiten.comparison.draft import draft as opened
    from haiten.compiler.printing.print_rulebook import print_rulebook

    way = DRAFT.way(as_, to)
    if way is None:
        return 2
    rulebook = compile_rules(file, base)
    wanted = None if rulebook is None else _later_year(year, rulebook.program)
    if rulebook is None or wanted is None:
        return 1
    return way.out(print_rulebook(opened(rulebook.program.syntax, wanted)))


@app.command(usage="", help_prologue=f"使い方: haiten amend DRAFT --from BASE [--keep REVISION] {AMEND.usage}")
def amend(
    file: Annotated[Path, Parameter(name="DRAFT", help="書き直した来年度の全文（haiten draft で開いたもの）。")],
    /,
    *,
    from_: FromFile,
    keep: Annotated[
        Path | None,
        Parameter(help="前に作った改正。その理由・引継ぎ・注釈を引き継ぐ。省くと、--to のファイルが既にあればそれ。"),
    ] = None,
    as_: Annotated[str | None, AMEND.as_] = None,
    to: Annotated[list[Path] | None, AMEND.to] = None,
) -> int:
    """書き直した全文から、元の年度を改める文を作る。番号が変わったとみなした項目と、行き場のない理由は画面に示す。

    例: haiten amend r9.haiten --from rules/r8/municipal.haiten --to rules/r9/municipal.haiten
    """
    from haiten.comparison.draft import amending
    from haiten.compiler.syntax.years import western_year

    way = AMEND.way(as_, to)
    if way is None:
        return 2
    before, after = compile_rules(from_), compile_rules(file)
    if before is None or after is None:
        return 1
    if before.program.scope != after.program.scope:
        stderr().print(f"対象が違います: {before.program.scope} と {after.program.scope}", soft_wrap=True)
        return 1
    if western_year(before.program.year) >= western_year(after.program.year):
        stderr().print(
            f"{file} は{after.program.year}です。{before.program.year}より後の年度にしてください", soft_wrap=True
        )
        return 1
    earlier = keep or next((path for path in to or () if path.is_file()), None)
    revision = None if earlier is None else _revision(earlier)
    if earlier is not None and revision is None:
        return 1
    made = amending(before.program.syntax, after.program.syntax, revision)
    if made is None:
        stderr().print("この全文になる改める文を作れませんでした。改正を haiten new から書いてください", soft_wrap=True)
        return 1
    _tell(made, before.program.year)
    return way.out(made.text)


def _later_year(year: str | None, program: "Program") -> str | None:
    """A year after a rulebook's, in its canonical form; None, with a word on stderr, for any other."""
    from haiten.compiler.folding.foldings import FOLDINGS
    from haiten.compiler.syntax.years import canonical_year, western_year, year_after

    if year is None:
        return year_after(program.year)
    folded = year.translate(FOLDINGS).strip()
    if western_year(folded) <= western_year(program.year):
        stderr().print(f"「{year}」は{program.year}より後の年度（例: {year_after(program.year)}）ではありません")
        return None
    return canonical_year(folded)


def _revision(path: Path) -> "Revision | None":
    """A revision that was written before; None, with a word on stderr, where the file is none that can be read."""
    from haiten.compiler.driver import read_file
    from haiten.compiler.syntax.revision import Revision
    from haiten.views.diagnostics import print_diagnostics

    reading = read_file(path)
    if isinstance(reading.tree, Revision) and not reading.tree.damaged and not reading.unreadable:
        return reading.tree
    print_diagnostics(stderr(), reading.diagnostics)
    stderr().print(f"{path} は改正として読めないので、理由を引き継げません。書き換えていません", soft_wrap=True)
    return None


def _tell(made: "Amending", year: str) -> None:
    """What was found out, and what found no place."""
    from haiten.compiler.printing.print_rulebook import print_text

    console, aligned = stderr(), made.aligned
    if aligned.moved:
        console.print("内容から、番号が変わった同じ項目とみなしました（違うなら、全文に「前身」か「新設」と書きます）:")
        for was, path in aligned.moved:
            console.print(f"  {year} {was} → {path}", soft_wrap=True)
    for line in (*aligned.told(), *made.names.told(year)):
        console.print(line, soft_wrap=True)
    for amendment in made.homeless:
        console.print("前の改正のこの文の理由や注釈は、引き継ぐ先がありません:", style="yellow")
        reason = () if amendment.reason is None else (f"  理由 {print_text(amendment.reason)}",)
        for line in (*amendment.span.text.splitlines(), *reason, *(note.text for note in amendment.comments.before)):
            console.print(f"  {line}", markup=False, soft_wrap=True)


@app.command(usage="", help_prologue="使い方: haiten watch FILE [FACTS] [--body CODE] [--interval 秒]")
def watch(
    file: RuleFile,
    facts: Annotated[Path | None, Parameter(name="FACTS", help="採点し直す事実ファイル。")] = None,
    /,
    *,
    body: Annotated[str | None, Parameter(help="得点を示す団体コード。団体が1つなら省ける。")] = None,
    interval: Annotated[
        float, Parameter(help="保存されたかを見る間隔（秒）。", validator=Number(gte=0.05, lte=60))
    ] = 0.5,
) -> int:
    """保存するたびに確かめ直し、配点の計と、団体の得点の動きを示す。Ctrl-C で終わる。

    例: haiten watch rules/r9/municipal.haiten facts.csv --body 074021
    """
    from haiten.commands.watching import FileWatch

    return FileWatch(file, facts, body, interval).run()


@app.command(usage="", help_prologue="使い方: haiten lsp [--cutoffs FILE] [--stdio]")
def lsp(
    *,
    cutoffs: Annotated[
        Path | None, Parameter(help="全国の該当率を項目に添えるための、段の境の値のファイル（score --save-cutoffs）。")
    ] = None,
    stdio: Annotated[
        bool,
        Parameter(help="標準入出力で話す。いつもそうなので、付けても付けなくても同じ（エディタが付けることがある）。"),
    ] = True,
) -> int:
    """エディタと標準入出力で話す言語サーバー（Language Server Protocol）。エディタが起動する（docs/editor.md）。"""
    from haiten.compiler.pausing import collect_at_rest
    from haiten.editor.server import make_server

    del stdio  # what many editors add, whatever a server does without it
    if sys.stdin.isatty():
        stderr().print(
            "言語サーバーはエディタが起動します。エディタの設定は docs/editor.md にあります（haiten lsp --help）"
        )
        return 2
    # The server closes what it speaks through, and a command says all it has said when it ends.
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as spoken:
        collect_at_rest()
        make_server(cutoffs).start_io(stdout=spoken)
    return 0
