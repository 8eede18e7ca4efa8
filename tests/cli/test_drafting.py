"""The author's desk from the command line: new, draft, amend, watch, lsp."""

import os
import pty
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from threading import Timer

import pytest
from real_commands import ROOT, haiten

R7 = ROOT / "rules/r7/municipal.haiten"
R8 = ROOT / "rules/r8/municipal.haiten"
ITEM = "        ア 「他の地域との比較により介護保険事業の特徴を把握している」〔推定〕 4点"


@pytest.fixture
def r9(tmp_path: Path) -> Path:
    """The whole text of next year, opened."""
    path = tmp_path / "r9.haiten"
    assert haiten("draft", R8, "--to", path).returncode == 0
    return path


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_text_is_opened_edited_and_amended(r9: Path, tmp_path: Path) -> None:
    """The sentences applied give the edited text; they are checked as a revision of its own."""
    edit(r9, ITEM, ITEM.replace("4点", "3点"))
    edit(r9, "「把握した特徴の要因を分析している」〔推定〕 4点", "「把握した特徴の要因を分析している」〔推定〕 5点")
    folder = tmp_path / "rules" / "r9"
    folder.mkdir(parents=True)
    shutil.copytree(ROOT / "rules/r8", tmp_path / "rules" / "r8")
    done = haiten("amend", r9, "--from", R8, "--to", folder / "municipal.haiten")
    assert (done.returncode, done.stdout) == (0, "")
    text = (folder / "municipal.haiten").read_text(encoding="utf-8")
    assert "推進.Ⅰ.(ⅰ).1.ア の配点「4点」を「3点」に改める。" in text
    assert haiten("check", folder / "municipal.haiten").returncode == 0
    whole = haiten("consolidate", folder / "municipal.haiten").stdout
    assert whole == r9.read_text(encoding="utf-8")


def test_years_are_read_in_full_width_as_files_read_them(tmp_path: Path) -> None:
    """What is written has the year in its one form; a year that is not later is refused as it was typed."""
    done = haiten("new", "令和９年度", "市町村", "--from", R8)
    assert done.returncode == 0
    assert "令和9年度" in done.stdout
    assert done.stdout == haiten("new", "令和9年度", "市町村", "--from", R8).stdout
    assert haiten("draft", R8, "--year", "令和１０年度", "--to", tmp_path / "r10.haiten").returncode == 0
    assert "令和10年度" in (tmp_path / "r10.haiten").read_text(encoding="utf-8")
    refused = haiten("draft", R8, "--year", "令和８年度")
    assert refused.returncode == 1
    assert "「令和８年度」は令和8年度より後の年度" in refused.stderr


def test_reasons_given_in_the_file_survive_the_next_amend(r9: Path, tmp_path: Path) -> None:
    """They are read from the file that is written; one whose sentence is gone is told, with its text."""
    edit(r9, ITEM, ITEM.replace("4点", "3点"))
    edit(r9, "「把握した特徴の要因を分析している」〔推定〕 4点", "「把握した特徴の要因を分析している」〔推定〕 5点")
    made = tmp_path / "made.haiten"
    haiten("amend", r9, "--from", R8, "--to", made)
    sentence = "推進.Ⅰ.(ⅰ).1.ア の配点「4点」を「3点」に改める。"
    edit(made, sentence, f"{sentence}\n  理由 「軽くする」〔推定〕")
    edit(r9, "把握した特徴の要因を分析している", "特徴の要因を分析している")
    done = haiten("amend", r9, "--from", R8, "--to", made)
    assert done.returncode == 0
    assert f"{sentence}\n  理由 「軽くする」〔推定〕" in made.read_text(encoding="utf-8")
    edit(r9, ITEM.replace("4点", "3点"), ITEM)
    edit(r9, "特徴の要因を分析している」〔推定〕 5点", "特徴の要因を分析している」〔推定〕 4点")
    done = haiten("amend", r9, "--from", R8, "--to", made)
    assert "引き継ぐ先がありません" in done.stderr
    assert "理由 「軽くする」〔推定〕" in done.stderr


def test_what_was_found_by_its_words_is_told(r9: Path) -> None:
    """An item put first: all behind it have other numbers, and nobody is left to wonder."""
    items = [line for line in r9.read_text(encoding="utf-8").splitlines() if line.startswith(ITEM[:20])]
    assert items
    edit(r9, ITEM, f"        ア 「新しい」〔推定〕 0点\n{ITEM.replace('ア 「', 'イ 「')}")
    text = r9.read_text(encoding="utf-8")
    for old, new in (("エ 「特徴を住民", "オ"), ("ウ 「日常生活圏域の", "エ"), ("イ 「把握した", "ウ")):
        text = text.replace(f"        {old}", f"        {new}{old[1:]}", 1)
    r9.write_text(text, encoding="utf-8")
    done = haiten("amend", r9, "--from", R8)
    assert "令和8年度 推進.Ⅰ.(ⅰ).1.ア → 推進.Ⅰ.(ⅰ).1.イ" in done.stderr
    assert "新しい項目: 推進.Ⅰ.(ⅰ).1.ア" in done.stderr


def test_a_name_that_may_have_changed_is_told(r9: Path) -> None:
    """Another name is another 事実, unless it is said what it was: nobody has to find out from the sentences."""
    text = r9.read_text(encoding="utf-8")
    assert "事実 高齢者人口 " in text
    r9.write_text(text.replace("高齢者人口", "第1号被保険者数"), encoding="utf-8")
    done = haiten("amend", r9, "--from", R8)
    assert done.returncode == 0
    assert "新しい宣言: 事実 第1号被保険者数" in done.stderr
    assert "なくなった宣言: 事実 高齢者人口" in done.stderr
    assert "「前身 令和8年度 高齢者人口」" in done.stderr
    declaration = next(line for line in r9.read_text(encoding="utf-8").splitlines() if line.startswith("事実 第1号"))
    edit(r9, declaration, f"{declaration} 前身 令和8年度 高齢者人口")
    done = haiten("amend", r9, "--from", R8)
    assert done.returncode == 0
    assert "宣言" not in done.stderr
    assert "高齢者人口 を 第1号被保険者数" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("draft", R8, "--year", "令和8年度"), 1, "令和8年度より後の年度"),
        (("draft", R8, "--year", "来年度"), 1, "令和8年度より後の年度"),
        (("draft", ROOT / "missing.haiten"), 1, "missing.haiten"),
        (("draft",), 2, "FILE"),
        (("amend", R8, "--from", R8), 1, "令和8年度より後の年度にしてください"),
        (
            ("amend", ROOT / "rules/r8/prefectural.haiten", "--from", ROOT / "rules/r7/municipal.haiten"),
            1,
            "対象が違います",
        ),
        (("amend", R8), 2, "--from"),
        (("new", "令和9年度", "都道府県", "--from", R8), 1, "対象は市町村"),
        (("new", "令和7年度", "市町村", "--from", R8), 1, "令和8年度より後の年度"),
        (("new", "令和9年度", "市町村"), 2, "--from"),
        (("watch", ROOT / "missing.haiten"), 1, "見つかりません"),
        (("watch",), 2, "FILE"),
    ],
)
def test_what_cannot_be_done_is_told(arguments: tuple[object, ...], status: int, told: str) -> None:
    """The place, and a way out; nothing is written."""
    done = haiten(*arguments)
    assert done.returncode == status
    assert told in done.stderr
    assert done.stdout == ""


def test_a_file_that_is_no_revision_is_not_written_over(r9: Path, tmp_path: Path) -> None:
    """A fact file named by mistake stays as it is."""
    other = tmp_path / "facts.csv"
    other.write_text("団体コード\n074021\n", encoding="utf-8")
    done = haiten("amend", r9, "--from", R8, "--keep", other)
    assert done.returncode == 1
    assert "改正として読めない" in done.stderr
    assert other.read_text(encoding="utf-8") == "団体コード\n074021\n"


def test_a_new_revision_is_begun(tmp_path: Path) -> None:
    """It is a revision of the base, of which nothing is amended yet; its examples are of items that are there."""
    path = tmp_path / "new.haiten"
    assert haiten("new", "令和9年度", "市町村", "--from", R8, "--to", path).returncode == 0
    text = path.read_text(encoding="utf-8")
    assert "令和8年度 市町村 評価指標 を次のように改正する。" in text
    assert "# 推進.Ⅰ.(ⅰ).1.ア の配点「4点」を「3点〔要綱〕」に改める。" in text
    done = haiten("check", path, "--base", R8)
    assert done.returncode == 0
    assert "H622" in done.stdout


def lines_until(process: subprocess.Popen[str], words: str) -> str:
    """What a command says until some words come."""
    said = ""
    assert process.stdout is not None
    for line in process.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(said)


def test_a_saved_file_is_checked_again_with_the_points_of_a_body(tmp_path: Path) -> None:
    """Totals, the body's points, and which items moved; Ctrl-C ends it with 130."""
    rules = tmp_path / "rules.haiten"
    shutil.copy(ROOT / "rules/r6/municipal.haiten", rules)
    facts = ROOT / "examples/kitashiobara_r6.csv"
    command = [sys.executable, "-m", "haiten.cli", "watch", str(rules), str(facts), "--interval", "0.1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        late = Timer(60, process.kill)  # so that words that never come end the test
        late.start()
        try:
            first = lines_until(process, "得点 計")
            assert "満点 800点" in first
            assert "得点 計 295点" in first
            text = rules.read_text(encoding="utf-8")
            line = next(each for each in text.splitlines() if "介護支援専門員研修日数 が 0日超" in each)
            rules.write_text(text.replace(line, line.replace("3点", "2点", 1)), encoding="utf-8")
            lines_until(process, "H401")
            rules.write_text(text, encoding="utf-8")
            assert "変わらない" in lines_until(process, "得点 計")
        finally:
            late.cancel()
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)
    assert process.returncode == 130


def test_a_server_without_an_editor_says_who_starts_it() -> None:
    """A person who types the command is not left before a silent screen."""
    leader, terminal = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "haiten.cli", "lsp"],
            stdin=terminal,
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
            timeout=60,
        )
    finally:
        os.close(leader)
        os.close(terminal)
    assert done.returncode == 2
    assert "エディタが起動します" in done.stderr
