"""Commands about survey sheets: sheet, collect."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from unicodedata import normalize

from cyclopts import Parameter

from haiten.commands.app import BaseFile, CsvSafe, ReadingOptions, RuleFile, app, previous_reading, reading
from haiten.commands.common import cannot_write, compile_rules, last_year, stderr, tell_unknown_body
from haiten.commands.forms.surveys import COLLECT, SHEET
from haiten.commands.outputs import may_write, output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cyclopts import Token

    from haiten.commands.forms.way_out import WayOut
    from haiten.forms.answers import Answers, LastYear
    from haiten.forms.write_sheet import SurveyDraft
    from haiten.scoring.facts.facts import Facts
    from haiten.scoring.rulebook import Rulebook


@app.command(
    usage="",
    help_prologue=f"使い方: haiten sheet FILE [FACTS] {SHEET.usage} [--body CODE] [--each-body DIR]"
    " [--previous FILE FACTS] [--base BASE]"
    " [--sheet シート] [--header 行] [--skip-others] [--codes 対応表]"
    " [--previous-year RULES FACTS …] [--previous-cutoffs FILE]"
    " [--members FACTS]",
)
def sheet(
    file: RuleFile,
    facts: Annotated[
        Path | None, Parameter(name="FACTS", help="記入済みにしておく事実（事実ファイル、または戻った調査票）。")
    ] = None,
    /,
    *,
    as_: Annotated[str | None, SHEET.as_] = None,
    to: Annotated[list[Path] | None, SHEET.to] = None,
    body: Annotated[str | None, Parameter(help="--to の調査票を、この団体コードの団体のものにする。")] = None,
    each_body: Annotated[
        Path | None,
        Parameter(name="--each-body", help="全ての団体の調査票を1団体1ファイルで書くフォルダ。配布一覧.csv も書く。"),
    ] = None,
    previous: Annotated[
        tuple[Path, Path] | None,
        Parameter(help="前の年度の評価指標と事実。前年度の答えを、今年度の項目の横に示す。"),
    ] = None,
    base: BaseFile = None,
    how: ReadingOptions = None,
) -> int:
    """団体が記入する調査票を、評価指標から Excel のブックとして作る。記入した調査票は、そのまま事実として読める。"""
    from haiten.compiler.diagnostics import has_errors
    from haiten.forms.answers import Answers, too_long
    from haiten.views.diagnostics import print_diagnostics

    way = SHEET.way(as_, to) if to or each_body is None else None
    if (way is None and (to or each_body is None)) or not _is_asked_rightly(facts or previous, way, body, each_body):
        return 2
    rulebook = compile_rules(file, base, money=True)
    if rulebook is None:
        return 1
    last = None
    if previous is not None:
        last = last_year(rulebook, previous, previous_reading(how))
        if last is None:
            return 1
    made: list[Answers] = []
    if facts is not None:
        read = rulebook.read_facts(facts, None, reading(how))
        print_diagnostics(stderr(), read.diagnostics)
        if read.facts is None:
            return 1
        told = too_long(read.facts, rulebook.program, str(facts))
        print_diagnostics(stderr(), told)
        if has_errors(told):
            return 1
        if read.facts.points:
            stderr().print(f"{facts}: 得点の列は、答えと値ではないので調査票に移せません", soft_wrap=True)
            return 1
        known = _without_figures(read.facts)
        made = [Answers(each, known, place) for place, each in enumerate(known.bodies)]
    elif last is not None:
        made = [Answers(each) for each in last.scores.bodies]
    return _write(rulebook, made, last, way, body, each_body, str(facts or (previous or ("", ""))[1]))


def _without_figures(facts: "Facts") -> "Facts":
    """Facts as a prefecture is asked for them: what was computed of its members is none of them, which is told."""
    if not facts.members:
        return facts
    from attrs import evolve

    words = f"{'、'.join(facts.members)} は --members の市町村から計算した値なので、調査票には書き入れていません"
    stderr().print(f"{words}（戻った調査票を採点するときに --members を渡してください）", soft_wrap=True)
    return evolve(facts, numbers={name: each for name, each in facts.numbers.items() if name not in facts.members})


def _is_asked_rightly(known: object, to: object, body: str | None, each_body: Path | None) -> bool:
    """Whether the options fit together; tells where they do not."""
    if (body is not None or each_body is not None) and known is None:
        words = "--body と --each-body には、団体のある事実ファイル（か --previous）を渡してください"
    elif body is not None and to is None:
        words = "--body には「--to 調査票.xlsx」が要ります"
    elif known is not None and body is None and each_body is None:
        words = "事実の何を記入済みにするか、--body か --each-body で指定してください"
    else:
        return True
    stderr().print(words, soft_wrap=True)
    return False


def _write(
    rulebook: "Rulebook",
    made: "list[Answers]",
    last: "LastYear | None",
    way: "WayOut[SurveyDraft] | None",
    code: str | None,
    each_body: Path | None,
    facts: str,
) -> int:
    """Write what was asked for; the exit status."""
    from haiten.forms.answers import Answers
    from haiten.forms.write_sheet import SurveyDraft
    from haiten.scoring.facts.facts import asked_code, body_key

    chosen = Answers()
    if code is not None:
        key = body_key(asked_code(code))
        found = next((each for each in made if each.body and body_key(each.body.code) == key), None)
        if found is None:
            tell_unknown_body(made, code, facts)
            return 1
        chosen = found
    if way is not None:
        failed = way.write(SurveyDraft(rulebook.program, rulebook.fingerprint, chosen, last))
        if failed is not None:
            return failed
    try:
        if each_body is not None:
            _write_each(rulebook, made, last, each_body)
    except OSError as error:
        return cannot_write(error, each_body)
    return 0


def _write_each(rulebook: "Rulebook", made: "list[Answers]", last: "LastYear | None", folder: Path) -> None:
    """Write a sheet for each body, and the list of what was sent to whom.

    Raises:
        OSError: a file cannot be written.
    """
    from haiten.forms.sent import file_name, write_sent
    from haiten.forms.write_sheet import SurveyDraft, write_survey
    from haiten.scoring.reading.survey_layout import SENT
    from haiten.views.console.terminal import track

    bodies = [each.body for each in made if each.body is not None]
    files = [file_name(body) for body in bodies]
    may_write(folder / name for name in (*files, SENT))
    if not folder.is_dir():
        folder.mkdir()
    for each, name in track(zip(made, files, strict=True), "調査票の書き出し", len(made)):
        with output(folder / name, for_people=True) as path:
            write_survey(path, SurveyDraft(rulebook.program, rulebook.fingerprint, each, last))
    with output(folder / SENT) as path:
        write_sent(path, bodies, files)


def _day(_: type, tokens: "Sequence[Token]") -> date:
    """A day as it is written, in full width as well."""
    return date.fromisoformat(normalize("NFKC", tokens[0].value).strip())


@app.command(
    usage="",
    help_prologue=f"使い方: haiten collect DIR {COLLECT.usage} [--csv-safe]"
    " [--due 期限] [--bodies FILE] [--rules FILE]",
)
def collect(
    folder: Annotated[Path, Parameter(name="DIR", help="戻った調査票のあるフォルダ。")],
    /,
    *,
    as_: Annotated[str | None, COLLECT.as_] = None,
    to: Annotated[list[Path] | None, COLLECT.to] = None,
    due: Annotated[
        date | None,
        Parameter(
            converter=_day,
            help="提出の期限（例: 2026-06-30）。表紙の提出日か、なければファイルの日付で見る。",
        ),
    ] = None,
    bodies: Annotated[
        Path | None,
        Parameter(help="配った団体の一覧（団体コードの列のある CSV など）。省くと、フォルダの配布一覧.csv。"),
    ] = None,
    rules: Annotated[
        Path | None, Parameter(help="調査票を作った評価指標。省くと、haiten に付属のものから指紋で探す。")
    ] = None,
    csv_safe: CsvSafe = False,
) -> int:
    """戻った調査票を1つの事実ファイルにまとめ、まだの団体、遅れた団体、2つ出した団体とその違いを示す。"""
    way = COLLECT.way(as_, to, safe=csv_safe)
    if way is None:
        return 2
    from haiten.compiler.diagnostics import has_errors
    from haiten.forms.collect import collect as gather
    from haiten.views.diagnostics import print_diagnostics

    given = None
    if rules is not None and (given := compile_rules(rules, money=True)) is None:
        return 1
    found = gather(folder, given, due, bodies)
    print_diagnostics(stderr(), found.diagnostics)
    if not has_errors(found.diagnostics) and found.rows:
        return way.out(found)
    if way.printed is not None and way.printed.word == COLLECT.words[0]:
        way.show(found)
    for path, _ in way.files:
        stderr().print(f"誤りがあるので、{path} は書いていません", soft_wrap=True)
    return 1
