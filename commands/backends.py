"""Commands that hand a rulebook to other systems: sql."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from haiten.commands.app import BaseFile, MemberRulesFile, Parameters, RuleFile, app
from haiten.commands.common import compile_rules, stderr
from haiten.commands.forms.rules import SQL

if TYPE_CHECKING:
    from haiten.scoring.rulebook import Rulebook

_SHOWN = 5
# The names of haiten.backends.dialects.DIALECTS (a test compares them): usage must not wait for sqlglot.
DialectName = Literal["duckdb", "spark", "databricks", "postgres", "snowflake", "bigquery"]


@app.command(
    usage="",
    help_prologue="使い方: haiten sql FILE --dialect duckdb|spark|databricks|postgres|snowflake|bigquery"
    f" [--table NAME] [--facts FACTS] {SQL.usage} [--set 名前=値…] [--previous-cutoffs FILE] [--base BASE]"
    " [--members-table NAME] [--member-facts FACTS] [--member-rules FILE]",
)
def sql(
    file: RuleFile,
    /,
    *,
    dialect: Annotated[DialectName, Parameter(help="SQL の方言。")],
    table: Annotated[str, Parameter(help="事実の表の名（例: survey.facts）。省くと facts。")] = "facts",
    facts: Annotated[
        Path | None,
        Parameter(help="この事実ファイルにある列だけを読む。省くと、全ての事実と答えの列を読み、所与の列は読まない。"),
    ] = None,
    as_: Annotated[str | None, SQL.as_] = None,
    to: Annotated[list[Path] | None, SQL.to] = None,
    set_: Parameters = None,
    previous_cutoffs: Annotated[
        Path | None,
        Parameter(help="前年度の段の境の値（JSON）。「前年度の上位3割に当たる値」などを、数として問合せに書く。"),
    ] = None,
    base: BaseFile = None,
    members_table: Annotated[
        str | None,
        Parameter(
            name="--members-table",
            help="都道府県の評価指標で、全国の市町村の事実の表の名。市町村を採点して管内平均( ) などを計算する問合せに"
            "する。省くと、その値の列を都道府県の表から読む。",
        ),
    ] = None,
    member_facts: Annotated[
        Path | None,
        Parameter(name="--member-facts", help="市町村の表から、この事実ファイルにある列だけを読む。"),
    ] = None,
    member_rules: MemberRulesFile = None,
) -> int:
    """評価指標を、表の全団体を採点する1つの SQL の問合せにする。得点と判定は score と全て一致する。"""
    way = SQL.way(as_, to)
    if way is None:
        return 2
    if member_facts is not None and members_table is None:
        stderr().print("--member-facts は --members-table と使います")
        return 2
    rulebook = compile_rules(file, base, parameters=tuple(set_ or ()), members=member_rules)
    if rulebook is None:
        return 1
    municipal = rulebook.municipal
    if members_table is not None and municipal is None:
        scope = f"「{rulebook.program.scope} 評価指標」"
        words = f"{scope}には管内の市町村から決まる値がないので、--members-table は使えません"
        stderr().print(f"{file}: {words}", soft_wrap=True)
        return 1
    columns = _columns(rulebook, facts, figures=members_table is not None) if facts is not None else None
    if facts is not None and columns is None:
        return 1
    member_columns = _columns(municipal, member_facts) if municipal is not None and member_facts is not None else None
    if member_facts is not None and member_columns is None:
        return 1
    from haiten.backends.sql import MembersAsked, to_sql
    from haiten.views.diagnostics import print_diagnostics

    figures = None
    if previous_cutoffs is not None:
        read = rulebook.read_figures(previous_cutoffs)
        print_diagnostics(stderr(), read.diagnostics)
        if read.figures is None:
            return 1
        figures = {column: (figure.value, figure.told) for column, figure in read.figures.items()}
    members = None
    if members_table is not None and municipal is not None:
        members = MembersAsked(municipal.program, members_table, member_columns)
    try:
        made = to_sql(rulebook.evaluator, dialect, table, columns, members, figures)
    except ValueError as error:
        stderr().print(f"「{error}」は表の名ではありません（例: survey.facts）", soft_wrap=True)
        return 2
    print_diagnostics(stderr(), made.diagnostics)
    return 1 if made.text is None else way.out(made.text)


def _columns(rulebook: "Rulebook", facts: Path, *, figures: bool = True) -> list[str] | None:
    """The columns of a fact file; None, with its diagnostics on stderr, where something is wrong with it.

    Args:
        rulebook: by which it is read.
        facts: the file.
        figures: whether figures over members come from elsewhere, where there are any.
    """
    from haiten.scoring.members.member_errors import FiguresUnknown
    from haiten.views.console.terminal import track
    from haiten.views.diagnostics import print_diagnostics

    read = rulebook.read_facts(facts, track)
    print_diagnostics(stderr(), [each for each in read.diagnostics if not isinstance(each, FiguresUnknown)])
    if read.facts is None:
        return None
    lacking = [name for name in rulebook.program.aggregates if name not in read.columns]
    if lacking and not figures:
        stderr().print(
            f"{'、'.join(lacking)} の列がないので、これを読む項目は不明になります"
            "（--members-table 市町村の表 を渡すと、市町村から計算する問合せになります）。",
            soft_wrap=True,
        )
    if given := sorted(read.facts.points):
        # A query has items to score; what only stands above them would be lost without a word.
        shown = "、".join(given[:_SHOWN]) + (f" ほか{len(given) - _SHOWN}" if len(given) > _SHOWN else "")
        stderr().print(
            f"得点だけが示された見出し（{shown}）は、問合せでは読みません。下の項目で決まらない点は幅になります。"
        )
    return list(read.columns)
