"""Every output is written whole or not at all: a kill, a full disk or an error leaves the old file."""

import errno
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from real_commands import ROOT, haiten, interpreted, process

from haiten.compiler.files import replacing as module
from haiten.compiler.files.replacing import PREFIX, replacing

SMALL = """言語 1
令和6年度 市町村 評価指標
事実 率 : % 0以上 100以下
交付金 推進 4点
  目標 Ⅰ 4点
    指標群 (ⅰ) 4点
      指標 1 4点 要件 率 が 5%以上
"""
SCORE = ("score", "rules.haiten", "facts.csv", "--to")
COMMANDS = [
    (*SCORE, "x.csv"),
    (*SCORE, "x.xlsx"),
    (*SCORE, "x.parquet"),
    (*SCORE, "x.json"),
    ("score", "rules.haiten", "facts.csv", "--save-cutoffs", "x.json"),
    ("stats", "rules.haiten", "facts.csv", "--to", "x.txt"),
    ("stats", "rules.haiten", "facts.csv", "--to", "x.xlsx"),
    ("stats", "rules.haiten", "facts.csv", "--to", "x.json"),
    ("stats", "rules.haiten", "facts.csv", "--table", "分布", "--to", "x.csv"),
    ("gaps", "rules.haiten", "facts.csv", "--body", "99001", "--to", "x.csv"),
    ("sweep", "rules.haiten", "facts.csv", "--points", "推進.Ⅰ.(ⅰ).1=1..2", "--to", "x.csv"),
    ("sweep", "rules.haiten", "facts.csv", "--points", "推進.Ⅰ.(ⅰ).1=1..2", "--to", "x.parquet"),
    ("sweep", "rules.haiten", "facts.csv", "--points", "推進.Ⅰ.(ⅰ).1=1..2", "--to", "x.xlsx"),
    ("impact", "rules.haiten", "later.haiten", "facts.csv", "--to", "x.csv"),
    ("diff", "rules.haiten", "later.haiten", "--to", "x.txt"),
    ("diff", "rules.haiten", "later.haiten", "--to", "x.html"),
    ("diff", "rules.haiten", "later.haiten", "--to", "x.xlsx"),
    ("diff", "rules.haiten", "later.haiten", "--to", "x.json"),
    ("diff", "rules.haiten", "later.haiten", "--as", "comparison", "--to", "x.txt"),
    ("diff", "rules.haiten", "later.haiten", "--to", "x.haiten"),
    ("diff", "money.haiten", "money.haiten", "--to", "x.txt"),
    ("diff", "money.haiten", "money.haiten", "--to", "x.json"),
    ("allocate", "money.haiten", "bodies.csv", "--to", "x.csv"),
    ("allocate", "money.haiten", "bodies.csv", "--to", "x.xlsx"),
    ("allocate", "money.haiten", "bodies.csv", "--to", "x.parquet"),
    ("allocate", "money.haiten", "bodies.csv", "--to", "x.json"),
    ("consolidate", "rules.haiten", "--to", "x.haiten"),
    ("sql", "rules.haiten", "--dialect", "duckdb", "--to", "x.sql"),
    ("prove", "rules.haiten", "--to", "x.json"),
    ("sheet", "rules.haiten", "--to", "empty.xlsx"),  # which replaces no sheet that people wrote in
    ("collect", "returned", "--rules", "rules.haiten", "--to", "x.csv"),
    ("fmt", "untidy.haiten"),
    ("check", "--fix", "slip.haiten"),
    ("score", "rules.haiten", "facts.csv", "--record", "x.haitenrun"),
    ("runs", "records", "--to", "x.csv"),
    ("why", "rules.haiten", "facts.csv", "later.haiten", "facts7.csv", "--body", "99001", "--to", "x.csv"),
    ("why", "rules.haiten", "facts.csv", "later.haiten", "facts7.csv", "--body", "99001", "--to", "x.html"),
    ("stats", "rules.haiten", "prefecture.csv", "--prefecture", "甲県", "--to", "x.xlsx"),
    ("report", "stats", "rules.haiten", "facts.csv", "--to", "x.html"),
    ("report", "allocation", "money.haiten", "bodies.csv", "--to", "x.html"),
]
# One for each way of writing.
WAYS = [COMMANDS[place] for place in (0, 1, 2, 3, 6, 8, 10, 13, 14, 15, 29, 30, 31, 32, 33)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    fill(tmp_path)
    return tmp_path


def fill(folder: Path) -> None:
    """Files for the commands, and old results."""
    texts = {
        "rules.haiten": SMALL,
        "later.haiten": SMALL.replace("令和6", "令和7").replace("5%以上", "6%以上"),
        "untidy.haiten": SMALL.replace("  目標", "目標"),
        "slip.haiten": SMALL.replace("目標 Ⅰ", "目標 I"),
        "facts.csv": "団体コード,団体名,年度,率\n99001,A,R6,6\n99002,B,R6,3\n",
        "facts7.csv": "団体コード,団体名,年度,率\n99001,A,R7,5\n99002,B,R7,3\n",
        "prefecture.csv": "団体コード,団体名,都道府県,年度,率\n99001,A,甲県,R6,6\n99002,B,乙県,R6,3\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    returned = folder / "returned"
    returned.mkdir()
    haiten("sheet", "rules.haiten", "facts.csv", "--body", "99001", "--to", returned / "a.xlsx", cwd=folder)
    (folder / "records").mkdir()
    shutil.copy(ROOT / "examples" / "records" / "other_points.haitenrun", folder / "records")
    shutil.copy(ROOT / "examples" / "r2" / "allocation.haiten", folder / "money.haiten")
    shutil.copy(ROOT / "examples" / "r2" / "bodies.csv", folder / "bodies.csv")
    for ending in ("csv", "xlsx", "parquet", "json", "txt", "html", "haiten", "sql", "haitenrun"):
        (folder / f"x.{ending}").write_bytes(b"old")
    (folder / "empty.xlsx").touch()


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: f"{command[0]} {command[-1]}")
def test_every_output_takes_the_old_ones_place_in_one_step(
    command: tuple[str, ...], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Up to the last step nothing is changed, and if that fails nothing is left; with it the new file is there."""
    before = contents(folder)

    def fail(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patched:
        patched.setattr(module.os, "replace", fail)
        done = haiten(*command, cwd=folder)
    assert done.returncode == 1
    assert f"{command[-1]} に書けません: 読み書きに失敗しました" in done.stderr
    assert contents(folder) == before
    assert haiten(*command, cwd=folder).returncode == 0
    after = contents(folder)
    assert {name for name in before if after[name] != before[name]} == {command[-1]}
    assert set(after) == set(before)


@pytest.mark.parametrize("command", ["check", "prove"])
def test_folders_of_examples_are_written_file_by_file(
    command: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of examples from before stays whole, too."""
    (folder / "rules.haiten").write_text(SMALL.replace("5%以上", "100%超"), encoding="utf-8")
    arguments = (command, "rules.haiten", "--witness", "examples")
    haiten(*arguments, cwd=folder)
    before = contents(folder)
    assert any(name.startswith("examples") for name in before)

    def fail(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(module.os, "replace", fail)
    assert haiten(*arguments, cwd=folder).returncode == 1
    assert contents(folder) == before


def test_a_kill_at_any_moment_leaves_the_old_file_or_the_new_one() -> None:
    """Each writer, killed a few times; ``python tests/killed.py 50`` does it more often."""
    if not hasattr(os, "fork"):
        pytest.skip("no fork")
    done = interpreted(ROOT / "tests" / "killed.py", 2, os.getpid())
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert len(found) == 13
    assert not {name: states for name, states in found.items() if states.get("torn")}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk that is all but full; none where it cannot be mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=160k", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("nothing may be mounted here")
    try:
        fill(place)
        with (place / "filling").open("wb", buffering=0) as filling:
            while True:
                try:
                    filling.write(b"x" * 1024)
                except OSError:
                    break
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=False)


def test_a_full_disk_leaves_the_old_file(small_disk: Path) -> None:
    """Whichever library writes; the file is named with the reason, and nothing half written is left."""
    before = contents(small_disk)
    for command in WAYS:
        done = haiten(*command, cwd=small_disk)
        assert done.returncode == 1
        assert f"{command[-1]} に書けません: 空き容量がありません" in done.stderr
        assert "Traceback" not in done.stderr
        assert contents(small_disk) == before


def test_a_limit_of_file_sizes_is_a_full_disk(folder: Path) -> None:
    """In a process of its own, where what a library says on its way out would be seen."""
    resource = pytest.importorskip("resource")
    before = contents(folder)
    for name in ("x.xlsx", "x.csv"):
        done = subprocess.run(
            [sys.executable, "-m", "haiten.cli", *SCORE, name],
            capture_output=True,
            text=True,
            check=False,
            cwd=folder,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)),
        )
        assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
        assert f"{name} に書けません: " in done.stderr
        assert contents(folder) == before


# What is kept


def test_permissions_and_links_are_kept(folder: Path) -> None:
    """The mode of the old file, and a symbolic link that leads to it, also to one that is not there yet."""
    (folder / "x.csv").chmod(0o640)
    (folder / "link.csv").symlink_to("x.csv")
    (folder / "deep").mkdir()
    (folder / "dangling.csv").symlink_to("deep/new.csv")
    for name in ("link.csv", "dangling.csv"):
        assert haiten(*SCORE, name, cwd=folder).returncode == 0
        assert (folder / name).is_symlink()
    assert stat.S_IMODE((folder / "x.csv").stat().st_mode) == 0o640
    assert (folder / "x.csv").read_bytes() == (folder / "deep" / "new.csv").read_bytes() != b"old"
    assert not list(folder.rglob(f"{PREFIX}*"))


def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    """Those that the umask leaves, not those of a private temporary file."""
    with replacing(tmp_path / "new") as path:
        path.write_text("x", encoding="utf-8")
    (tmp_path / "plain").write_text("x", encoding="utf-8")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_an_interrupted_writer_leaves_nothing(tmp_path: Path) -> None:
    """Whatever ends it: the old file stays, and nothing lies beside it."""
    file = tmp_path / "x.csv"
    file.write_bytes(b"old")

    def write(ending: type[BaseException]) -> None:
        with replacing(file) as path:
            path.write_bytes(b"new")
            raise ending

    for ending in (KeyboardInterrupt, SystemExit, ValueError):
        with pytest.raises(ending):
            write(ending)
        assert contents(tmp_path) == {"x.csv": b"old"}


def test_links_in_a_circle_are_told(folder: Path) -> None:
    """In Japanese, as all that the system says."""
    (folder / "loop.csv").symlink_to("loop.csv")
    done = haiten(*SCORE, "loop.csv", cwd=folder)
    assert (done.returncode, done.stderr) == (
        1,
        "loop.csv に書けません: リンクがたどれません（循環しているか多すぎます）\n",
    )


# What is no file


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet", "json"])
def test_pipes_and_devices_are_written_directly(ending: str, folder: Path) -> None:
    """A named pipe gets the whole, and stays a pipe."""
    if not hasattr(os, "mkfifo"):
        pytest.skip("no named pipes")
    assert haiten(*SCORE, f"x.{ending}", cwd=folder).returncode == 0
    os.mkfifo(folder / f"pipe.{ending}")
    with subprocess.Popen(["cat", str(folder / f"pipe.{ending}")], stdout=subprocess.PIPE) as reader:
        done = haiten(*SCORE, f"pipe.{ending}", cwd=folder)
        read, _ = reader.communicate(timeout=60)
    assert done.returncode == 0
    assert stat.S_ISFIFO((folder / f"pipe.{ending}").stat().st_mode)
    # An archive in a pipe tells its sizes behind its parts.
    assert read == (folder / f"x.{ending}").read_bytes() or (ending == "xlsx" and read.startswith(b"PK"))
    assert haiten("score", "rules.haiten", "facts.csv", "--save-cutoffs", "/dev/null", cwd=folder).returncode == 0


@pytest.mark.skipif(not os.path.exists("/dev/stdout"), reason="no /dev/stdout")
def test_standard_output_is_written_under_its_name(folder: Path) -> None:
    """Through a pipe, and into a file, where what is printed besides comes behind it and not over it."""
    consolidate = ("consolidate", "rules.haiten")
    assert process(*consolidate, "--to", "/dev/stdout", cwd=folder).stdout == haiten(*consolidate, cwd=folder).stdout
    words = [sys.executable, "-m", "haiten.cli", "score", "rules.haiten", "facts.csv", "--save-cutoffs", "/dev/stdout"]
    with (folder / "printed").open("wb") as file:
        assert subprocess.run(words, stdout=file, check=False, cwd=folder).returncode == 0
    printed = (folder / "printed").read_text(encoding="utf-8")
    data, end = json.JSONDecoder().raw_decode(printed)
    assert data["schema"] == "haiten/cutoffs@2"
    assert "得点率" in printed[end:]


@pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="streams have no names here")
@pytest.mark.parametrize(
    ("name", "closed", "status"),
    [("/dev/stdout", ">&-", 1), ("/dev/fd/1", ">&-", 1), ("/dev/stderr", "2>&-", 1), ("/dev/null", ">&-", 0)],
)
def test_a_closed_stream_is_no_target(folder: Path, name: str, closed: str, status: int) -> None:
    """Nothing is said to be written where nobody can read it; what takes everything may be named."""
    words = [sys.executable, "-m", "haiten.cli", "consolidate", "rules.haiten", "--to", name]
    shell = ["sh", "-c", f'exec "$@" {closed}', "sh", *words]
    done = subprocess.run(shell, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == status, done.stderr
    assert (name in done.stderr) is (status == 1 and "2" not in closed)


def test_a_file_that_is_printed_to_is_no_other_output(folder: Path) -> None:
    """``--to x > x`` is two outputs on one file."""
    words = [sys.executable, "-m", "haiten.cli", *SCORE, "x.csv"]
    with (folder / "x.csv").open("wb") as file:
        done = subprocess.run(words, stdout=file, stderr=subprocess.PIPE, text=True, check=False, cwd=folder)
    assert done.returncode == 2
    assert "x.csv に書けません: 標準出力の行き先と同じファイルです" in done.stderr
