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
from haiten.commands.common import about_line, compile_rules, last_year, score_facts, stderr, tell_unknown_body
from haiten.commands.forms.pages import PAGE, PAGE_COMPARE, PageMade
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
    help_prologue=f"使い方: haiten page FILE [FACTS --body CODE] {PAGE.usage} [--cutoffs FILE]"
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
    way = PAGE.way(as_, to)
    if way is None or not _is_asked_rightly(facts, body, previous, verify=verify, sheets=sheets):
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
    answers = _answers(rulebook, facts, last, body, reading(how))
    if answers is None:
        return 1
    agreement = None
    if verify:
        agreement = _verified(rulebook, stored, sheets or _SHEETS)
        if agreement is None or not agreement.ok:
            return 1
        if as_ is None and not to:
            return 0
    return way.out(PageMade(rulebook, stored, answers, last, agreement))


def _is_asked_rightly(
    facts: Path | None,
    body: str | None,
    previous: tuple[Path, Path] | None,
    *,
    verify: bool,
    sheets: int | None,
) -> bool:
    """Whether the options fit together; tells where they do not."""
    if body is not None and facts is None and previous is None:
        words = "--body には、団体のある事実ファイル（か --previous）を渡してください"
    elif body is None and (facts is not None or previous is not None):
        words = "事実のうちどの団体のページにするか、--body で指定してください"
    elif sheets is not None and not verify:
        words = "--sheets は、--verify と一緒に使います"
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


def _answers(
    rulebook: "Rulebook", facts: Path | None, last: "LastYear | None", code: str | None, how: HowToRead
) -> "Answers | None":
    """What is known of the body beforehand; None, with a word on stderr, where it cannot be read."""
    from haiten.forms.answers import Answers
    from haiten.scoring.facts.facts import body_key
    from haiten.views.diagnostics import print_diagnostics

    if code is None:
        return Answers()
    if facts is not None:
        read = rulebook.read_facts(facts, None, how)
        print_diagnostics(stderr(), read.diagnostics)
        if read.facts is None:
            return None
        if read.facts.points:
            stderr().print(f"{facts}: 得点の列は、答えと値ではないのでページに移せません", soft_wrap=True)
            return None
        known = [Answers(each, read.facts, place) for place, each in enumerate(read.facts.bodies)]
    else:
        assert last is not None
        known = [Answers(each) for each in last.scores.bodies]
    for each in known:
        if each.body is not None and body_key(each.body.code) == body_key(code):
            return each
    tell_unknown_body(known, code, str(facts or "--previous"))
    return None


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
