"""Everything prints everywhere: any code page, a full or closed output, nobody who reads, Ctrl-C; and nothing obeys."""

import contextlib
import csv
import io
import json
import os
import random
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import polars as pl
import pytest
from real_commands import ROOT, haiten

from haiten.cli import main
from haiten.views.console.printable import is_exact, json_text, one_line, printable

R6, R7 = (ROOT / "rules" / year / "municipal.haiten" for year in ("r6", "r7"))
VILLAGE = ROOT / "examples" / "kitashiobara_r6.csv"
MONEY = (ROOT / "examples" / "r2" / "allocation.haiten", ROOT / "examples" / "r2" / "bodies.csv")
BAD = ROOT / "tests" / "diagnostics" / "bad" / "five_mistakes_of_five_kinds_x5.haiten"
NODE = "推進.Ⅳ.成果.1"
COMMANDS: list[tuple[object, ...]] = [
    ("--help",),
    ("score", "--help"),
    ("--version",),
    ("check", R6),
    ("check", BAD),
    ("check", BAD, "--format", "gnu"),
    ("check", BAD, "--format", "json"),
    ("check", BAD, "--format", "sarif"),
    ("show", R6),
    ("show", R6, "--json"),
    ("show", MONEY[0]),
    ("consolidate", R7),
    ("explain-code", "H401"),
    ("schema",),
    ("schema", "score"),
    ("reference", "29"),
    ("score", R6, VILLAGE),
    ("score", R6, VILLAGE, "--json"),
    ("explain", R6, VILLAGE, "--body", "074021"),
    ("explain", R6, VILLAGE, "--body", "074021", NODE, "--json"),
    ("explain", *MONEY, "--body", "99001"),
    ("stats", R6, VILLAGE),
    ("stats", R6, VILLAGE, "--as", "csv", "--table", "順位"),
    ("stats", R6, VILLAGE, "--as", "json"),
    ("gaps", R6, VILLAGE, "--body", "074021"),
    ("whatif", R6, VILLAGE, "--body", "074021", "--set", "推進.Ⅰ.(ⅰ).1.ア=×"),
    ("sweep", R6, VILLAGE, "--points", "推進.Ⅰ.(ⅰ).1.ア=1"),
    ("diff", R6, R7),
    ("diff", R6, R7, "--as", "comparison"),
    ("diff", R6, R7, "--as", "amendment"),
    ("diff", R6, R7, "--as", "html"),
    ("diff", R6, R7, "--as", "json"),
    ("history", R7, NODE),
    ("impact", R6, R7, VILLAGE),
    ("allocate", *MONEY),
    ("allocate", *MONEY, "--json"),
    ("prove", R6),
    ("prove", R6, "--json"),
    ("test", R6, "--examples", "0"),
    ("sql", R6, "--dialect", "duckdb"),
]


def printed(arguments: tuple[object, ...], stream: io.TextIOWrapper) -> tuple[int, str]:
    """Run a command on a standard output of one's own; its status, and what it told."""
    told = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(told), pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    told.seek(0)
    assert isinstance(ended.value.code, int)
    return ended.value.code, told.read()


def named(command: tuple[object, ...]) -> str:
    return " ".join(Path(str(part)).name for part in command)


@pytest.mark.parametrize("command", COMMANDS, ids=named)
def test_every_code_page_full_disk_and_broken_pipe(command: tuple[object, ...]) -> None:
    """The status is the same in every code page, and no output is an error, or quiet."""
    texts, statuses = [], set()
    for encoding in ("cp932", "ascii"):
        stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        statuses.add(printed(command, stream)[0])
        stream.seek(0)
        texts.append(stream.read())
    assert len(statuses) == 1
    assert all(texts)
    if {"json", "--json", "sarif"} & {str(part) for part in command}:
        assert json.loads(texts[0]) == json.loads(texts[1])
    with open("/dev/full", "w", encoding="utf-8") as full:
        ended, told = printed(command, full)
    assert (ended, told.splitlines()[-1]) == (1, "標準出力 に書けません: 空き容量がありません")
    assert told.count("書けません") == 1
    reading, writing = os.pipe()
    os.close(reading)
    with contextlib.suppress(OSError), os.fdopen(writing, "w", encoding="utf-8") as unread:
        assert printed(command, unread)[0] == 141


def test_what_a_code_page_lacks_is_readable() -> None:
    """Roman numerals, circled figures, dashes and arrows in signs that are there; no other sign is touched."""
    text = "Ⅰ（ⅰ）①–ア→〜…⇄高"
    for encoding, expected in (
        ("cp932", "Ⅰ（ⅰ）①-ア→～…⇔高"),
        ("euc_jp", "I（i）(1)-ア→〜…⇔高"),
        ("ascii", "I(i)(1)-\\u30a2->~...<->\\u9ad8"),
    ):
        assert text.encode(encoding, "haiten.readable").decode(encoding) == expected
    assert "a\udce3b".encode("utf-8", "haiten.readable") == b"a\\xe3b"


def test_data_that_a_code_page_lacks_signs_of_is_told() -> None:
    """A rulebook that is redirected in EUC-JP is no longer the same to the letter: that is said, and how to get it."""
    for encoding, noted in (("euc_jp", True), ("utf-8", False)):
        stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        status, told = printed(("consolidate", R6), stream)
        assert status == 0
        assert ("似た文字に置き換えました" in told) is noted


def child(*arguments: object, **options: object) -> "subprocess.CompletedProcess[str]":
    words = [sys.executable, "-m", "haiten.cli", *(str(argument) for argument in arguments)]
    return subprocess.run(words, check=False, text=True, **options)


def test_a_process_without_streams() -> None:
    """Closed standard output is an error where something is printed; what standard error cannot take is left untold."""

    def without(*handles: int) -> "subprocess.CompletedProcess[str]":
        return child(
            "check",
            R6,
            stderr=None if 2 in handles else -1,
            preexec_fn=lambda: [os.close(handle) for handle in handles],
        )

    done = without(1)
    assert (done.returncode, done.stderr) == (1, "標準出力 に書けません: 閉じられています\n")
    assert without(0, 1, 2).returncode == 1
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = child("score", R7, VILLAGE, stderr=full, stdout=-1)
    assert (done.returncode, done.stdout) == (1, "")
    done = child("check", R6, stderr=-1, stdout=-1, env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0"})
    assert (done.returncode, done.stderr) == (0, "")


def wait_for_handlers(process: "subprocess.Popen[bytes]") -> None:
    """Wait until a command has the signals in its hands, SIGTERM after SIGINT; before, the interpreter has."""
    caught, end = 0, time.monotonic() + 60
    while not caught >> (signal.SIGTERM - 1) & 1:
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.01)
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii", errors="replace")
        caught = int(re.search(r"^SigCgt:\s*([0-9a-f]+)$", status, re.MULTILINE)[1], 16)


def test_an_interrupt_is_quiet_at_any_moment(tmp_path: Path) -> None:
    """While libraries load, while it works, while it writes: 130 and no word, and no half-written file."""
    chance = random.Random(os.getpid())
    for number, name in ((signal.SIGINT, "x.csv"), (signal.SIGINT, "x.xlsx"), (signal.SIGTERM, "x.parquet")):
        words = [sys.executable, "-m", "haiten.cli", "score", str(R6), str(VILLAGE), "--to", name]
        with subprocess.Popen(words, stdout=-1, stderr=-1, cwd=tmp_path) as running:
            wait_for_handlers(running)
            time.sleep(chance.uniform(0, 0.7))
            running.send_signal(number)
            out, err = running.communicate(timeout=60)
        assert running.returncode in (128 + number, 0)
        assert not err
        assert running.returncode == 0 or not out
        assert not list(tmp_path.glob(".haiten-tmp-*"))


def test_an_interrupt_is_quiet_while_what_it_clears_up_with_is_loaded() -> None:
    """Of a module that is only half there, nothing is asked."""
    half = "sys.modules['haiten.compiler.files.replacing'] = type(sys)('half')"
    words = f"import sys, signal; from haiten.cli import _end_at_once; {half}; _end_at_once(signal.SIGINT, None)"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def test_an_interrupt_that_the_caller_ignores_stays_ignored(tmp_path: Path) -> None:
    """As of a job in the background: in haiten, in what reads for it, and while Polars, which has a handler, works."""
    facts = tmp_path / "facts.parquet"
    pl.read_csv(VILLAGE, infer_schema=False).write_parquet(facts)
    words = [sys.executable, "-m", "haiten.cli", "score", str(R6), str(facts)]
    undisturbed = subprocess.run(words, capture_output=True, check=True)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # which a process has from who starts it
    try:
        running = subprocess.Popen(words, stdout=-1, stderr=-1, start_new_session=True)
    finally:
        signal.signal(signal.SIGINT, before)
    with running:
        while not select.select([running.stdout], [], [], 0.001)[0]:
            os.killpg(running.pid, signal.SIGINT)
        out, err = running.communicate(timeout=60)
    assert (running.returncode, out, err) == (0, undisturbed.stdout, undisturbed.stderr)


# What a terminal would obey

ESCAPE = "\x1b]0;題\x07\x1b[31m赤\x9b1m\u202e逆\r"
OBEYED = ("\x1b", "\x07", "\x9b", "\u202e", "\r")
RULES = f"""言語 1
令和6年度 市町村 評価指標
事実 率 : % 0以上 100以下
交付金 推進 「交{ESCAPE}」 4点
  目標 Ⅰ 「目{ESCAPE}」 4点
    指標群 (ⅰ) 4点
      指標 1 「指{ESCAPE}」 4点 要件 率 が 5%以上
"""


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """Facts with control signs in names, headings and cells, in files with such names."""
    (tmp_path / "rules.haiten").write_text(RULES.replace(ESCAPE, ""), encoding="utf-8")
    (tmp_path / f"r{ESCAPE[:9]}.haiten").write_text(RULES, encoding="utf-8", newline="")
    name = "f\x1b[2J\u202e.csv"
    with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
        rows = [
            ["団体コード", "団体名", "年度", "率", f"属性.群{ESCAPE[:9]}", "属性.群"],
            ["99001", f"町{ESCAPE}", "R6", "6", ESCAPE, ESCAPE],
            ["99002", f"村{ESCAPE}", "R6", "3", "b", "b"],
        ]
        csv.writer(file).writerows(rows)
    (tmp_path / "bad.csv").write_text(
        f"団体コード,団体名,年度,率,{ESCAPE[:9]}\n99001,x\x1b,R6,\x1b[31m9\n", encoding="utf-8"
    )
    return tmp_path


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "ESC.haiten"),
        ("check", "ESC.haiten", "--format", "gnu"),
        ("check", "ESC.haiten", "--format", "json"),
        ("check", "ESC.haiten", "--format", "sarif"),
        ("check", "none\x1b[2J\u202e.haiten"),
        ("check", "none\x1b[2J\u202e.haiten", "--format", "gnu"),
        ("fmt", "--check", "none\x1b[2J.haiten"),
        ("score", "rules.haiten", "ESC.csv"),
        ("score", "rules.haiten", "ESC.csv", "--json"),
        ("score", "rules.haiten", "bad.csv"),
        ("score", "rules.haiten", "ESC.csv", "--body", "\x1b[2J"),
        ("score", "rules.haiten", "ESC.csv", "--\x1b[2J"),
        ("score", "rules.haiten", "ESC.csv", "--to", "no\x1b[2J/x.csv"),
        ("score", "rules.haiten", "ESC.csv", "--to", "x.\x1b[2J"),
        ("explain", "rules.haiten", "ESC.csv", "--body", "99001"),
        ("explain", "rules.haiten", "ESC.csv", "--body", "99001", "\x1b[2J"),
        ("explain", "rules.haiten", "ESC.csv", "--body", "99001", "--json"),
        ("stats", "rules.haiten", "ESC.csv", "--by", "群"),
        ("stats", "rules.haiten", "ESC.csv", "--by", "\x1b[2J"),
        ("stats", "rules.haiten", "ESC.csv", "--by", "群", "--as", "json"),
        ("gaps", "rules.haiten", "ESC.csv", "--body", "99002"),
        ("whatif", "rules.haiten", "ESC.csv", "--body", "99002", "--set", "率=9"),
        ("whatif", "rules.haiten", "ESC.csv", "--body", "99002", "--set", "\x1b[2J=9"),
        ("sweep", "rules.haiten", "ESC.csv", "--points", "推進.Ⅰ.(ⅰ).1=1", "--body", "99001"),
        ("impact", "rules.haiten", "rules.haiten", "ESC.csv"),
        ("explain-code", "\x1b[2J"),
        ("schema", "\x1b[2J"),
        ("reference", "\x1b[2J"),
        ("\x1b[2J",),
    ],
    ids=lambda arguments: ascii(" ".join(arguments)),
)
def test_nothing_that_is_printed_is_obeyed(arguments: tuple[str, ...], hostile: Path) -> None:
    """Escape sequences, bells, returns and the direction of writing come as signs; JSON stays valid and exact."""
    files = {path.suffix: path.name for path in hostile.iterdir() if "\x1b" in path.name}
    words = [files[word.removeprefix("ESC")] if word.startswith("ESC.") else word for word in arguments]
    done = haiten(*words, cwd=hostile)
    assert done.returncode in (0, 1, 2)
    said = done.stdout + done.stderr
    assert said
    assert not [sign for sign in OBEYED if sign in said]
    if "gnu" in words:
        assert all(line.count("error:") == 1 for line in done.stdout.splitlines())
    if {"json", "--json", "sarif"} & set(words):
        json.loads(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="file names are text")
def test_file_names_of_any_bytes() -> None:
    """Names that are no text are told by their bytes; SARIF has a reference for them, JSON stays valid."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        name = os.fsdecode(b"r\xe3\xff 1.haiten")
        (Path(folder) / name).write_text(RULES, encoding="utf-8", newline="")
        told = {
            form: haiten("check", name, "--format", form, cwd=Path(folder)) for form in ("text", "gnu", "json", "sarif")
        }
        assert {done.returncode for done in told.values()} == {1}
        assert "r\\xe3\\xff 1.haiten" in told["text"].stdout
        assert told["gnu"].stdout.startswith("r\\xe3\\xff 1.haiten:")
        assert json.loads(told["json"].stdout)["diagnostics"][0]["place"]["file"] == "r\\xe3\\xff 1.haiten"
        place = json.loads(told["sarif"].stdout)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "r%E3%FF%201.haiten"
        schema = json.loads((ROOT / "docs" / "schema" / "diagnostics-1.json").read_text(encoding="utf-8"))
        jsonschema.validate(json.loads(told["json"].stdout), schema)
        to = os.fsdecode(b"x\xff.haiten")
        (Path(folder) / "good.haiten").write_text(RULES.replace(ESCAPE, ""), encoding="utf-8")
        assert haiten("consolidate", "good.haiten", "--to", to, cwd=Path(folder)).returncode == 0
        assert (Path(folder) / to).exists()


def test_printable_and_json() -> None:
    """Each control sign has one visible form; JSON gives back what went in."""
    assert printable("a\x1b[0m\tb\nあ") == "a\\x1b[0m\tb\nあ"
    assert one_line("a\tb\n") == "a\\x09b\\x0a"
    for sign in [chr(code) for code in (*range(0xA0), 0x61C, 0x200E, 0x202E, 0x2066, 0x2069, 0x2028, 0x1F600)]:
        data = {sign: [sign]}
        for ascii_only in (False, True):
            text = json_text(data, ascii_only=ascii_only)
            assert json.loads(text) == data
            assert printable(text) == text
            assert not ascii_only or is_exact(text, "ascii")


# English words


@pytest.mark.parametrize(
    "arguments",
    [
        ("test", R6, "--examples", "-1"),
        ("stats", R6, VILLAGE, "--top", "0"),
        ("score", R6, VILLAGE, "--header", "0"),
        ("score", R6, VILLAGE, "--header", "x"),
        ("score", R6, VILLAGE, "--header"),
        ("explain-code", "H401", "x"),
        ("score", R6, VILLAGE, "--json=x"),
        ("score", R6, VILLAGE, "--body", "1", "--body", "2"),
        ("score", R6, VILLAGE, "-x"),
        ("stats", R6, VILLAGE, "--previous", "x"),
        ("stats", R6, VILLAGE, "--table", "x"),
        ("sql", R6),
        ("sql", R6, "--dialect"),
        ("check",),
        (),
    ],
    ids=named,
)
def test_wrong_usage_is_told_in_japanese(arguments: tuple[object, ...]) -> None:
    """No sentence of a library shows through."""
    import re

    done = haiten(*arguments)
    assert done.returncode in (0, 2)
    english = re.findall(r"(?:[A-Za-z]{2,} ){2,}[A-Za-z]{2,}", done.stderr)
    assert not english, done.stderr


def test_what_the_system_says_is_told_in_japanese(tmp_path: Path) -> None:
    """Links in a circle, and any other number."""
    from haiten.compiler.files.system_errors import reason_of

    (tmp_path / "loop.haiten").symlink_to("loop.haiten")
    for arguments in (("check", "loop.haiten"), ("fmt", "loop.haiten"), ("score", R6, "loop.haiten")):
        done = haiten(*arguments, cwd=tmp_path)
        assert done.returncode == 1
        assert "リンクがたどれません" in done.stdout + done.stderr
    for number in range(1, 134):
        assert not reason_of(OSError(number, os.strerror(number))).isascii()
