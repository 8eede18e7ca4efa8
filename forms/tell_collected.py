"""What came back of a survey, for the terminal."""

from pathlib import Path

from rich.console import Console

from haiten.forms.collect import Collected, Return, Versions
from haiten.scoring.reading.characters import visible

_BLANK = "（空欄）"
_LONGEST = 60


def print_collected(console: Console, found: Collected) -> None:
    """Print how many sheets came, who is missing, late or unanswered, and where two versions differ."""

    def say(text: str, style: str | None = None) -> None:
        console.print(text, style=style, soft_wrap=True, markup=False, highlight=False)

    say(f"戻った調査票 {len(found.returns):,}団体", "bold")
    for each in found.returns:
        say(f"  {_who(each)}  記入 {each.done:,}/{each.wanted:,}  {_day(each)}  {Path(each.file).name}")
    if found.missing is None:
        say("まだの団体: 配った団体の一覧がないので分かりません（--bodies で渡せます）")
    else:
        say(f"まだの団体 {len(found.missing):,}団体", "bold")
        for code, name in found.missing:
            say(f"  {visible(code)} {visible(name)}")
    if found.unanswered:
        say(f"1つも記入のない調査票 {len(found.unanswered):,}団体", "bold")
        for each in found.unanswered:
            say(f"  {_who(each)}  {Path(each.file).name}")
    if found.due is not None:
        say(f"期限（{found.due}）に遅れた団体 {len(found.late):,}団体", "bold")
        for each in found.late:
            say(f"  {_who(each)}  {_day(each)}  {Path(each.file).name}")
    if found.versions:
        say(f"2つ以上出した団体 {len(found.versions):,}団体", "bold")
        for versions in found.versions:
            _print_versions(say, versions)


def _print_versions(say: object, versions: Versions) -> None:
    assert callable(say)
    *older, newest = versions.returns
    verdict = f"使うのは {Path(newest.file).name}" if versions.is_settled else "どれを使うか決まりません"
    say(f"  {_who(newest)}  {'、'.join(f'{Path(e.file).name}（{_day(e)}）' for e in (*older, newest))}  {verdict}")
    if not versions.differences:
        say("    答えは同じです")
    for each in versions.differences:
        say(f"    {each.column}: {_cell(each.older)} → {_cell(each.newer)}")


def _who(each: Return) -> str:
    return f"{visible(each.code) or '団体コードなし'} {visible(each.name)}"


def _day(each: Return) -> str:
    if each.day is None:
        return "日付不明"
    return f"提出日 {each.day}" if each.is_said else f"提出日の記入なし（ファイルの日付 {each.day}）"


def _cell(cell: str) -> str:
    shown = visible(cell) or _BLANK
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"
