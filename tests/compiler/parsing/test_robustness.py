"""Whatever file is given, the answer is a diagnostic and never a traceback."""

import subprocess
import sys
from pathlib import Path

import pytest

from haiten.compiler.driver import compile_file

GOLDEN = Path(__file__).parents[2] / "diagnostics"
GOOD = (GOLDEN / "good" / "smallest_of_each_level.haiten").read_text(encoding="utf-8")
DEEP = "(" * 1000 + "三職種 が 0人超" + ")" * 1000
LONG = "1" * 100_000


def check(path: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "haiten.cli", "check", "--format", "gnu", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def many_indicators(lines: int) -> str:
    """A right rulebook of about so many lines, but for the total of its one group."""
    head = ["言語 1", "令和6年度 市町村 評価指標", "出典 要綱 「要綱」", "交付金 推進 「交付金」〔要綱〕 4点〔要綱〕"]
    head += ["  目標 Ⅰ 「目標」〔要綱〕 4点", "    指標群 (ⅰ) 「群」〔要綱〕 4点"]
    for number in range((lines - len(head)) // 5):
        head.append(f"      指標 {number + 1} 「指標」〔要綱〕 4点")
        head += [f"        {label} 「項目」〔要綱〕 1点" for label in "アイウエ"]
    return "\n".join(head) + "\n"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty", b"", "H101"),
        ("blank", b" \n\n\t\n", "H101"),
        ("binary", bytes(range(128, 256)) * 20, "H101"),
        ("missing", None, "H101"),
        (
            "nested_1000_deep",
            GOOD.replace("三職種 が 0人超", DEEP).encode(),
            "H104",
        ),
        ("number_of_100000_digits", GOOD.replace("0人超", f"{LONG}人超").encode(), "H105"),
        (
            "points_of_100000_digits",
            GOOD.replace("〔要綱〕 8点", f"〔要綱〕 {LONG}点", 1).encode(),
            "H105",
        ),
        ("text_never_closed", b"\xe3\x80\x8c" * 200_000, "H102"),
        ("garbage_of_200000_lines", "めちゃ くちゃ\n".encode() * 200_000, "H103"),
        ("20000_lines", many_indicators(20_000).encode(), "H401"),
    ],
)
def test_a_hopeless_file_gets_a_clear_diagnostic(tmp_path: Path, name: str, content: bytes | None, code: str) -> None:
    """The command ends with status 1, says what is wrong and where, and shows no traceback."""
    path = tmp_path / f"{name}.haiten"
    if content is not None:
        path.write_bytes(content)
    done = check(path)
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert f"[{code}]" in done.stdout.splitlines()[0]
    assert len(done.stdout.splitlines()) <= 3


def test_a_folder_is_told_to_be_one(tmp_path: Path) -> None:
    """A folder in place of a file is a diagnostic too."""
    (found,) = compile_file(tmp_path).diagnostics
    assert found.code == "H101"
    assert "フォルダ" in found.message


def test_many_mistakes_stop_at_the_limit(tmp_path: Path) -> None:
    """After 50 syntax errors reading stops and says so."""
    path = tmp_path / "wrong.haiten"
    path.write_text(GOOD + "".join(f"指標 {n} 「x」 ? \n" for n in range(200)), encoding="utf-8")
    found = compile_file(path).diagnostics
    assert sum(d.code == "H103" for d in found) == 50
    assert found[-1].code == "H111"
