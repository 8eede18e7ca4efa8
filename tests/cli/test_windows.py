"""Windows, as far as it can be had elsewhere: its paths, line ends, errors, and the functions that it lacks."""

import errno
import os
import signal
import sys
from pathlib import Path

import polars as pl
import pytest
from real_commands import haiten

import haiten as package
from haiten import cli
from haiten.compiler.files.replacing import PREFIX
from haiten.compiler.files.system_errors import reason_not_written, reason_of
from haiten.scoring.reading.books import child
from haiten.views.files import sarif

ITEM = "推進.Ⅰ.(ⅰ).1.ア"
RULES = """言語 1
令和6年度 市町村 評価指標
事実 人口 : 人 1以上
交付金 推進 「強化推進交付金」 6点
  目標 Ⅰ 「目標」 6点
    指標群 (ⅰ) 6点
      指標 1 「指標」 6点
        ア 「把握している」 3点
        イ 「人口が多い」 3点 要件 人口 が 100人超
"""
REVISION = f"""言語 1
令和7年度 市町村 評価指標
令和6年度 市町村 評価指標 を次のように改正する。
{ITEM} 中「把握」を「理解」に改める。
"""
FACTS = f"団体コード,団体名,年度,人口,{ITEM}\n99001,A市,令和6年度,300,○\n99002,B町,令和6年度,20,×\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Rule files and a fact file as Windows programs write them: CRLF, and CP932 from Excel."""
    for year, text in (("r6", RULES), ("r7", REVISION)):
        (tmp_path / year).mkdir()
        (tmp_path / year / "municipal.haiten").write_text(text, encoding="utf-8-sig", newline="\r\n")
    (tmp_path / "facts.csv").write_text(FACTS, encoding="cp932", newline="\r\n")
    return tmp_path


@pytest.fixture
def lacking(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system without what only POSIX and Linux have."""
    for name in (
        "chown",
        "fchown",
        "fchmod",
        "fork",
        "listxattr",
        "getxattr",
        "setxattr",
        "getuid",
        "geteuid",
    ):
        monkeypatch.delattr(os, name, raising=False)
    for name in ("SIGPIPE", "SIGHUP", "SIGXCPU", "SIGALRM", "SIGUSR1"):
        monkeypatch.delattr(signal, name, raising=False)
    for name in ("resource", "fcntl", "pwd", "grp", "termios"):
        monkeypatch.setitem(sys.modules, name, None)
    real = os.open

    def no_folders(path: object, flags: int, *more: int, **named: int) -> int:
        if isinstance(path, str | os.PathLike) and os.path.isdir(path):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path, flags, *more, **named)

    monkeypatch.setattr(os, "open", no_folders)


def of_windows(number: int, winerror: int, words: str) -> OSError:
    """An error as Windows raises it: its own number, and words in the language of the system."""
    error = OSError(number, words)
    error.winerror = winerror
    return error


@pytest.mark.usefixtures("lacking")
def test_commands_without_what_windows_lacks(folder: Path) -> None:
    """Read, write and write over files of every kind; a child process has no limits to set."""
    for name in ("s.csv", "s.xlsx", "s.parquet", "s.json"):
        for _ in range(2):
            done = haiten("score", "r6/municipal.haiten", "facts.csv", "--to", name, cwd=folder)
            assert (done.returncode, (folder / name).stat().st_size > 0) == (0, True), done.stderr
    assert haiten("stats", "r6/municipal.haiten", "facts.csv", "--to", "t.xlsx", cwd=folder).returncode == 0
    facts = pl.read_csv((folder / "facts.csv").read_bytes().decode("cp932").encode(), infer_schema=False)
    facts.write_parquet(folder / "f.parquet")
    facts.write_excel(folder / "f.xlsx")
    for name in ("f.parquet", "f.xlsx"):
        done = haiten("score", "r6/municipal.haiten", name, cwd=folder)
        assert done.returncode == 0, done.stderr
    child._limit(1)
    assert not list(folder.glob(f"{PREFIX}*"))


@pytest.mark.usefixtures("lacking")
def test_a_child_that_ends_is_told_without_signals(folder: Path) -> None:
    """How a process ended is told by other numbers; a damaged file is a diagnostic still."""
    (folder / "bad.xlsx").write_bytes(b"PK\x03\x04" + bytes(200))
    (folder / "bad.parquet").write_bytes(b"PAR1" + bytes(200) + b"PAR1")
    for name in ("bad.xlsx", "bad.parquet"):
        done = haiten("score", "r6/municipal.haiten", name, cwd=folder)
        assert (done.returncode, "H880" in done.stderr) == (1, True), done.stderr


def test_line_ends_are_kept(folder: Path) -> None:
    """``fmt`` and ``check --fix`` leave CRLF and the byte order mark; a revision finds its base and applies."""
    path = folder / "r6" / "municipal.haiten"
    assert haiten("check", path, "r7/municipal.haiten", cwd=folder).returncode == 0
    path.write_bytes(path.read_bytes().replace(b"  \xe7\x9b\xae", b"      \xe7\x9b\xae"))
    assert haiten("fmt", path, cwd=folder).returncode == 0
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\n") == raw.count(b"\r\n") > 5
    done = haiten("consolidate", "r7/municipal.haiten", cwd=folder)
    assert (done.returncode, "理解している" in done.stdout, "\r" in done.stdout) == (0, True, False)
    crlf = package.compile(path).score(folder / "facts.csv")
    assert [crlf.points(None, body).certain for body in range(2)] == [6, 0]


@pytest.mark.parametrize(("winerror", "reason"), [(5, "権限がありません"), (32, "ほかのプログラムで開かれています")])
@pytest.mark.parametrize(
    "words",
    [
        ("score", "r6/municipal.haiten", "facts.csv", "--to", "old.csv"),
        ("score", "r6/municipal.haiten", "facts.csv", "--to", "old.xlsx"),
        ("score", "r6/municipal.haiten", "facts.csv", "--to", "old.parquet"),
        ("stats", "r6/municipal.haiten", "facts.csv", "--to", "old.xlsx"),
        ("consolidate", "r7/municipal.haiten", "--to", "old.haiten"),
        ("prove", "r6/municipal.haiten", "--to", "old.json"),
        ("fmt", "old.haiten"),
    ],
    ids=" ".join,
)
def test_a_file_that_is_open_elsewhere_stays(
    words: tuple[str, ...], winerror: int, reason: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Excel holds the old file: that is said in Japanese, the old one is whole, and nothing half-written is left."""
    old = folder / words[-1]
    old.write_text(RULES.replace("  目標", "        目標"), encoding="utf-8")
    before = old.read_bytes()

    def refused(one: object, other: object) -> None:
        error = of_windows(errno.EACCES, winerror, "The process cannot access the file")
        error.filename, error.filename2 = str(one), str(other)
        raise error

    monkeypatch.setattr(os, "replace", refused)
    done = haiten(*words, cwd=folder)
    assert done.returncode == 1
    assert f"{words[-1]} に書けません: {reason}" in done.stderr
    assert "process" not in done.stderr
    assert old.read_bytes() == before
    assert not list(folder.glob(f"{PREFIX}*"))


def test_what_windows_says_is_told_in_japanese() -> None:
    """Its words are those of the system's language: English, as often as not."""
    for number, winerror in ((errno.ENOENT, 2), (errno.ENOENT, 3), (errno.EACCES, 5), (errno.EACCES, 32)):
        assert not reason_of(of_windows(number, winerror, "The system cannot find it")).isascii()
    for number, winerror in ((errno.ENOSPC, 112), (errno.EINVAL, 123), (errno.ENOENT, 206), (errno.EINVAL, 9999)):
        assert not reason_of(of_windows(number, winerror, "There is not enough space")).isascii()
    assert reason_not_written(of_windows(errno.ENOENT, 3, "cannot find the path")) == "書き込む先のフォルダがありません"


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("r6\\municipal.haiten", "r6/municipal.haiten"),
        ("..\\評価 1.haiten", "../%E8%A9%95%E4%BE%A1%201.haiten"),
        ("C:\\規則\\a b.haiten", "file:///C:/%E8%A6%8F%E5%89%87/a%20b.haiten"),
        ("\\\\server\\share\\a.haiten", "file://server/share/a.haiten"),
        ("C:a.haiten", "C%3Aa.haiten"),
    ],
)
def test_names_of_windows_as_references(name: str, uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """SARIF takes references: no drive without a scheme, no backslash. Elsewhere a backslash is a sign like others."""
    assert "%5C" in sarif._uri(name) or "\\" not in name
    monkeypatch.setattr(sarif, "_ON_WINDOWS", True)
    assert sarif._uri(name) == uri


def test_a_pipe_that_nobody_reads(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows calls it a wrong argument; it is the quiet end that it is elsewhere."""
    from haiten.commands import common

    def closed(_: object) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(common, "print_json_text", closed)
    words = ("show", "r6/municipal.haiten", "--json")
    assert haiten(*words, cwd=folder).returncode == 1
    monkeypatch.setattr(cli, "_ON_WINDOWS", True)
    done = haiten(*words, cwd=folder)
    assert (done.returncode, done.stderr) == (141, "")
