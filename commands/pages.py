"""Commands that make pages that compute: page, page compare."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import App, Parameter
from cyclopts.validators import Number

from haiten.commands.app import (
    BaseFile,
    CutoffFile,
    FactPaths,
    Parameters,
    ReadingOptions,
    RuleFile,
    app,
    previous_reading,
    reading,
)
from haiten.commands.common import (
    about_line,
    cannot_write,
    compile_rules,
    last_year,
    score_facts,
    stderr,
    tell_unknown_body,
)
from haiten.commands.forms.pages import PAGE, PAGE_COMPARE, PageMade
from haiten.commands.outputs import may_write, output
from haiten.scoring.reading.how import HowToRead

if TYPE_CHECKING:
    from haiten.forms.answers import Answers, LastYear
    from haiten.pages.agreement import Agreement
    from haiten.scoring.rulebook import Rulebook
    from haiten.scoring.running.run import Stored

_SHEETS: Final = 200
_FEW: Final = 5


page: Final = App(
    name="page",
    usage="",
    help_prologue=f"使い方: haiten page FILE [FACTS --body CODE | FACTS --each-body DIR] {PAGE.usage} [--cutoffs FILE]"
    " [--previous FILE FACTS] [--set 名前=値…] [--verify [--sheets 枚数]] [--base BASE]"
    " [--sheet シート] [--header 行] [--skip-others] [--codes 対応表]",
)
page["--help"].help = app["--help"].help
app.command(page)


@page.default
def make_page(
    file: RuleFile,
    facts: Annotated[
        Path | None, Parameter(name="FACTS", help="記入済みにしておく事実（事実ファイル、または戻った調査票）。")
    ] = None,
    /,
    *,
    as_: Annotated[str | None, PAGE.as_] = None,
    to: Annotated[list[Path] | None, PAGE.to] = None,
    body: Annotated[str | None, Parameter(help="記入済みにしておく団体の団体コード。")] = None,
    each_body: Annotated[
        Path | None,
        Parameter(name="--each-body", help="全ての団体のページを1団体1ファイルで書くフォルダ。配布一覧.csv も書く。"),
    ] = None,
    cutoffs: CutoffFile = None,
    previous: Annotated[
        tuple[Path, Path] | None,
        Parameter(help="前の年度の評価指標と事実。前年度の答えを、今年度の項目の横に示す。"),
    ] = None,
    set_: Parameters = None,
    verify: Annotated[
        bool,
        Parameter(
            help="ページの計算を、乱数で作った調査票で haiten の採点と照合する（Node が要る）。"
            "結果はページの末尾にも載る。--as も --to もなければ、照合だけをする。"
        ),
    ] = False,
    sheets: Annotated[
        int | None,
        Parameter(help=f"照合する調査票の枚数。省くと{_SHEETS}。", validator=Number(gte=1, lte=100_000)),
    ] = None,
    base: BaseFile = None,
    how: ReadingOptions = None,
) -> int:
    """調査票を、どのブラウザーでも開けて計算する1つのファイルのページにする。答えるほど得点の幅が狭まり、通信はしない。"""
    if not _is_asked_rightly(facts or previous, body, each_body, other=bool(to) or as_ is not None):
        return 2
    if sheets is not None and not verify:
        stderr().print("--sheets は、--verify と一緒に使います", soft_wrap=True)
        return 2
    way = PAGE.way(as_, to) if each_body is None else None
    if way is None and each_body is None:
        return 2
    rulebook = compile_rules(file, base, parameters=tuple(set_ or ()))
    if rulebook is None:
        return 1
    stored = None
    if cutoffs is not None and (stored := _stored(rulebook, cutoffs)) is None:
        return 1
    last = None
    if previous is not None and (last := last_year(rulebook, previous, previous_reading(how))) is None:
        return 1
    known = _known(rulebook, facts, last, reading(how))
    if known is None:
        return 1
    answers = [*known] if each_body is not None else _of_body(known, body, str(facts or "--previous"))
    if not answers:
        return 1
    agreement = None
    if verify:
        agreement = _verified(rulebook, stored, sheets or _SHEETS)
        if agreement is None or not agreement.ok:
            return 1
        if way is not None and as_ is None and not to:
            return 0
    made = [PageMade(rulebook, stored, each, last, agreement) for each in answers]
    if way is not None:
        return way.out(made[0])
    assert each_body is not None
    try:
        _write_each(made, each_body)
    except OSError as error:
        return cannot_write(error, each_body)
    return 0


def _write_each(made: list[PageMade], folder: Path) -> None:
    """Write a page for each body, and the list of who gets which.

    Raises:
        OSError: a file cannot be written.
    """
    from haiten.commands.forms.pages import page_text
    from haiten.forms.sent import file_name, write_sent
    from haiten.scoring.reading.survey_layout import SENT
    from haiten.views.console.terminal import track

    bodies = [each.answers.body for each in made if each.answers.body is not None]
    files = [file_name(body, ".html") for body in bodies]
    may_write(folder / name for name in (*files, SENT))
    if not folder.is_dir():
        folder.mkdir()
    for each, name in track(zip(made, files, strict=True), "ページの書き出し", len(made)):
        with output(folder / name) as path:
            path.write_text(page_text(each), encoding="utf-8", newline="\n")
    with output(folder / SENT) as path:
        write_sent(path, bodies, files)


def _is_asked_rightly(known: object, body: str | None, each_body: Path | None, *, other: bool) -> bool:
    """Whether the options fit together; tells where they do not."""
    if each_body is not None and (body is not None or other):
        words = "--each-body は団体ごとの HTML をフォルダに書くので、--body・--to・--as とは一緒に使えません"
    elif (body is not None or each_body is not None) and known is None:
        words = "--body と --each-body には、団体のある事実ファイル（か --previous）を渡してください"
    elif body is None and each_body is None and known is not None:
        words = "事実のうちどの団体のページにするか、--body か --each-body で指定してください"
    else:
        return True
    stderr().print(words, soft_wrap=True)
    return False


def _stored(rulebook: "Rulebook", cutoffs: Path) -> "Stored | None":
    """Cut-offs that fit the rulebook; None, with what is wrong on stderr."""
    from haiten.views.diagnostics import print_diagnostics

    read = rulebook.read_cutoffs(cutoffs)
    print_diagnostics(stderr(), read.diagnostics)
    return read.stored


def _known(rulebook: "Rulebook", facts: Path | None, last: "LastYear | None", how: HowToRead) -> "list[Answers] | None":
    """What is known of bodies beforehand; None, with a word on stderr, where it cannot be read."""
    from haiten.forms.answers import Answers
    from haiten.views.diagnostics import print_diagnostics

    if facts is None:
        return [] if last is None else [Answers(each) for each in last.scores.bodies]
    read = rulebook.read_facts(facts, None, how)
    print_diagnostics(stderr(), read.diagnostics)
    if read.facts is None:
        return None
    if read.facts.points:
        stderr().print(f"{facts}: 得点の列は、答えと値ではないのでページに移せません", soft_wrap=True)
        return None
    if not len(read.facts.bodies):
        stderr().print(f"{facts} に団体がありません", soft_wrap=True)
        return None
    return [Answers(each, read.facts, place) for place, each in enumerate(read.facts.bodies)]


def _of_body(known: "list[Answers]", code: str | None, where: str) -> "list[Answers]":
    """What is known of one body, or of none where no code is given; nothing, with a word, where it is not there."""
    from haiten.forms.answers import Answers
    from haiten.scoring.facts.facts import asked_code, body_key

    if code is None:
        return [Answers()]
    key = body_key(asked_code(code))
    found = [each for each in known if each.body is not None and body_key(each.body.code) == key]
    if not found:
        tell_unknown_body(known, code, where)
    return found[:1]


def _verified(rulebook: "Rulebook", stored: "Stored | None", count: int) -> "Agreement | None":
    """How the page agrees with haiten, told; None where Node is missing or fails."""
    from haiten.backends.javascript.node import NodeMissingError
    from haiten.pages.agreement import agreement_of

    try:
        with stderr().status("照合しています…"):
            found = agreement_of(rulebook, stored, count)
    except NodeMissingError as error:
        stderr().print(f"照合できません: {error}（--verify には Node が要ります）", soft_wrap=True)
        return None
    words = f"照合: 乱数で作った調査票{found.sheets:,}枚のうち{found.agreed:,}枚で、全ての得点・判定・理由が一致"
    # Where a page goes to standard output, nothing else may.
    stderr().print(f"{words}（{found.nodes:,}か所）", soft_wrap=True)
    for line in found.differing:
        stderr().print(f"  {line}", soft_wrap=True)
    return found


@page.command(
    name="compare",
    usage="",
    help_prologue=f"使い方: haiten page compare FILE FACTS… [--prefecture 都道府県] {PAGE_COMPARE.usage}"
    " [--cutoffs FILE] [--set 名前=値…] [--base BASE] [--sheet シート] [--header 行] [--skip-others]"
    " [--codes 対応表]",
)
def page_compare(
    file: RuleFile,
    facts: FactPaths,
    /,
    *,
    prefecture: Annotated[
        str | None, Parameter(help="はじめに示す都道府県。省くと、事実ファイルの最初の団体のもの。")
    ] = None,
    as_: Annotated[str | None, PAGE_COMPARE.as_] = None,
    to: Annotated[list[Path] | None, PAGE_COMPARE.to] = None,
    cutoffs: CutoffFile = None,
    set_: Parameters = None,
    base: BaseFile = None,
    how: ReadingOptions = None,
) -> int:
    """全団体の得点を、団体を選んで県内・区分・全国と比べ、並べ替え、さがせる1つのファイルのページにする。"""
    way = PAGE_COMPARE.way(as_, to)
    if way is None:
        return 2
    scores = score_facts(file, facts, cutoffs, base, reading(how), set_)
    if scores is None:
        return 1
    known = sorted({body.prefecture for body in scores.bodies})
    if prefecture is not None and prefecture not in known:
        shown = "、".join(name for name in known[:_FEW] if name) + (" ほか" if len(known) > _FEW else "")
        stderr().print(f"都道府県「{prefecture}」の団体はありません（ある都道府県: {shown or 'なし'}）", soft_wrap=True)
        return 1
    from haiten.pages.compare_data import CompareDraft

    chosen = scores.bodies[0].prefecture if prefecture is None else prefecture
    return way.out(CompareDraft(scores, chosen, about_line(scores)))
