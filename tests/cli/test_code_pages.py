"""Every command in every code page: what it does is the same, what is lacking is readable, JSON is exact."""

import contextlib
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from real_commands import ROOT

from haiten.cli import main

CODE_PAGES = (
    *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-7", "cp932", "shift_jis", "shift_jis_2004", "euc_jp"),
    *("iso2022_jp", "latin-1", "cp1252", "cp437", "ascii", "gb18030", "big5"),
)
MONEY = (ROOT / "examples" / "r2" / "allocation.haiten", ROOT / "examples" / "r2" / "bodies.csv")
ITEM = "推進.Ⅰ.(ⅰ).1.ア"
RULES = """言語 1
令和6年度 市町村 評価指標

出典 要綱 「評価指標–①〜髙𠮷（市町村分）」

事実 人口 : 人 1以上 「65歳以上の人口」 〔要綱〕

交付金 推進 「強化–推進①交付金 Straße 髙𠮷野家」〔要綱〕 6点〔要綱〕
  目標 Ⅰ 「地域のあるべき姿—をかたちにする」〔要綱〕 6点
    指標群 (ⅰ) 「体制・取組指標群」〔要綱〕 6点
      指標 1 「地域の特徴を把握しているか」〔要綱〕 6点
        ア 「他の地域と比べて把握している」〔要綱〕 3点
        イ 「人口が多い」〔要綱〕 3点 要件 人口 が 上位5割
"""
REVISION = """言語 1
令和7年度 市町村 評価指標
令和6年度 市町村 評価指標 を次のように改正する。

推進.Ⅰ.(ⅰ).1.ア 中「他の地域」を「髙い–地域①」〔推定〕に改める。
"""
FACTS = f"""団体コード,団体名,都道府県,年度,人口,属性.群,{ITEM}
99001,髙𠮷市①–Straße,甲県,令和6年度,300,群①–,○
99002,乙町,甲県,令和6年度,200,群乙,
"""
WRONG = f"団体コード,団体名,年度,人口,{ITEM}\n99001,髙𠮷–,令和6年度,髙𠮷①–,?\n"
FILES = {
    "r.haiten": RULES,
    "r6/municipal.haiten": RULES,
    "r7/municipal.haiten": REVISION,
    "bad.haiten": RULES.replace("6点〔要綱〕", "7点〔要綱〕").replace("上位5割", "上位髙𠮷"),
    "f.csv": FACTS,
    "wrong.csv": WRONG,
    "r.cases.csv": FACTS.replace("属性.群", "期待.推進").replace("群①–", "6").replace("群乙", "9"),
    "weights.csv": f"{ITEM}\n5\n",
    "cert.json": '{"schema": "haiten/certificate@1", "髙": "𠮷"}',
}
FORMS = ("text", "gnu", "json", "sarif")
# The words of a command, and its status.
COMMANDS: list[tuple[int, tuple[object, ...]]] = [
    (0, ("--help",)),
    (0, ("--version",)),
    *((0, (command, "--help")) for command in ("check", "score", "stats", "prove", "sweep", "diff")),
    *((0, ("check", "r.haiten", "--format", form)) for form in FORMS),
    *((1, ("check", "bad.haiten", "--format", form)) for form in FORMS),
    *((1, ("check", "髙𠮷–.haiten", "--format", form)) for form in FORMS),
    *((0, ("check", "r.haiten", "--strict", "--format", form)) for form in FORMS),
    (0, ("check", "r7/municipal.haiten", "--base", "r.haiten")),
    (1, ("fmt", "--check", "r.haiten")),
    (1, ("fmt", "bad.haiten")),
    (0, ("show", "r.haiten")),
    (0, ("show", "r.haiten", ITEM, "--json")),
    (1, ("show", "r.haiten", "髙𠮷–")),
    (0, ("consolidate", "r7/municipal.haiten", "--base", "r.haiten")),
    (1, ("consolidate", "bad.haiten")),
    (0, ("explain-code", "H401")),
    (1, ("explain-code", "髙𠮷–")),
    (0, ("score", "r.haiten", "f.csv")),
    (0, ("score", "r.haiten", "f.csv", "--json")),
    (1, ("score", "r.haiten", "wrong.csv")),
    (1, ("score", "r.haiten", "wrong.csv", "--json")),
    (1, ("score", "r.haiten", "髙𠮷–.csv")),
    (1, ("score", "r.haiten", "髙𠮷–.parquet")),
    (1, ("score", "r.haiten", "f.csv", "--cutoffs", "cert.json")),
    (0, ("explain", "r.haiten", "f.csv", "--body", "99001")),
    (0, ("explain", "r.haiten", "f.csv", "--body", "99001", ITEM, "--json")),
    (1, ("explain", "r.haiten", "f.csv", "--body", "髙𠮷–")),
    (0, ("stats", "r.haiten", "f.csv", "--by", "群")),
    (0, ("stats", "r.haiten", "f.csv", "--by", "群", "--as", "json")),
    (0, ("stats", "r.haiten", "f.csv", "--table", "順位", "--as", "csv")),
    (1, ("stats", "r.haiten", "f.csv", "--by", "髙𠮷–")),
    (0, ("gaps", "r.haiten", "f.csv", "--body", "99002")),
    (0, ("whatif", "r.haiten", "f.csv", "--body", "99002", "--set", f"{ITEM}=○")),
    (1, ("whatif", "r.haiten", "f.csv", "--body", "99002", "--set", "髙𠮷–=○")),
    (0, ("sweep", "r.haiten", "f.csv", "--points", f"{ITEM}=1")),
    (1, ("sweep", "r.haiten", "f.csv", "--points", "髙𠮷–=1")),
    *((0, ("diff", "r6/municipal.haiten", "r7/municipal.haiten", "--as", form)) for form in ("json", "amendment")),
    (0, ("history", "r7/municipal.haiten", ITEM)),
    (0, ("impact", "r.haiten", "r7/municipal.haiten", "f.csv")),
    (0, ("allocate", *MONEY)),
    (0, ("allocate", *MONEY, "--json")),
    (1, ("allocate", MONEY[0], "wrong.csv")),
    (0, ("prove", "r.haiten")),
    (0, ("prove", "r.haiten", "--json")),
    (1, ("prove", "r.haiten", "--verify", "cert.json")),
    (1, ("test", "r.haiten", "--examples", "0")),
    (0, ("sql", "r.haiten", "--dialect", "duckdb")),
    (1, ("sql", "bad.haiten", "--dialect", "duckdb")),
    (0, ("sheet", "--help")),
    (0, ("sheet", "r.haiten", "f.csv", "--body", "99001", "--to", "x.xlsx")),
    (1, ("sheet", "r.haiten", "f.csv", "--body", "髙𠮷–", "--to", "x.xlsx")),
    (2, ("sheet", "r.haiten", "--to", "髙𠮷–.ods")),
    (0, ("collect", "sent", "--rules", "r.haiten", "--to", "c.csv", "--due", "2026-06-30")),
    (1, ("collect", "髙𠮷–", "--to", "c.csv")),
    (0, ("score", "r.haiten", "sent")),
    (2, ("髙𠮷–",)),
    (2, ("score", "r.haiten")),
    (2, ("score", "r.haiten", "f.csv", "--髙𠮷–")),
    (2, ("check", "r.haiten", "--format", "髙𠮷–")),
    (2, ("stats", "r.haiten", "f.csv", "--table", "髙𠮷–")),
    (2, ("score", "r.haiten", "f.csv", "--header", "髙𠮷–")),
    (2, ("consolidate", "r.haiten", "--to", "r.haiten")),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pages")
    for name, text in FILES.items():
        (path / name).parent.mkdir(exist_ok=True)
        (path / name).write_text(text, encoding="utf-8")
    assert run(("sheet", "r.haiten", "f.csv", "--each-body", "sent"), "utf-8", path)[0] == 0
    return path


def run(command: tuple[object, ...], encoding: str, folder: Path) -> tuple[int, str, str]:
    """Run a command on streams of a code page; its status and what it printed, as who reads that code page sees it."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding=encoding) for _ in range(2))
    streams = contextlib.redirect_stdout(out), contextlib.redirect_stderr(err)
    with contextlib.chdir(folder), streams[0], streams[1], pytest.raises(SystemExit) as ended:
        main([str(word) for word in command])
    assert isinstance(ended.value.code, int)
    texts = []
    for stream in (out, err):
        stream.flush()
        raw = stream.buffer.getvalue()
        texts.append(raw.decode(encoding))  # strictly
    return ended.value.code, texts[0], texts[1]


def named(word: object) -> str:
    return " ".join(Path(str(part)).name for part in word) if isinstance(word, tuple) else str(word)


@pytest.mark.parametrize(("status", "command"), COMMANDS, ids=named)
def test_a_command_in_every_code_page(status: int, command: tuple[object, ...], folder: Path) -> None:
    """The status is that of UTF-8, as many lines are printed, and JSON has the same contents."""
    _, plain_out, plain_err = run(command, "utf-8", folder)
    is_json = bool({"json", "--json", "sarif"} & {str(word) for word in command})
    for encoding in CODE_PAGES:
        ended, out, err = run(command, encoding, folder)
        assert ended == status, (encoding, err)
        assert bool(out) == bool(plain_out), encoding
        assert "Traceback" not in err
        if is_json and plain_out:
            assert json.loads(out) == json.loads(plain_out), encoding
        elif encoding.startswith("utf"):
            assert (out, err) == (plain_out, plain_err), encoding
        else:
            assert "\N{REPLACEMENT CHARACTER}" not in out
            codes = re.findall(r"H[1-9][0-9]{2}\b", plain_out + plain_err)
            assert re.findall(r"H[1-9][0-9]{2}\b", out + err) == codes, encoding


ENVIRONMENTS: tuple[dict[str, str], ...] = (
    *({"PYTHONIOENCODING": page, "PYTHONUTF8": "0"} for page in ("cp932", "euc_jp", "iso2022_jp", "ascii", "utf-16")),
    *({"PYTHONIOENCODING": page, "PYTHONUTF8": "1"} for page in ("shift_jis", "latin-1:strict")),
    *({"LC_ALL": name, "PYTHONUTF8": mode} for name in ("C", "POSIX", "C.UTF-8") for mode in ("0", "1")),
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"LC_ALL": "ja_JP.eucJP"},
)


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda found: " ".join(found.values()))
def test_a_process_in_every_environment(environment: dict[str, str], folder: Path) -> None:
    """Names of files, bodies, items and answers on the command line are understood whatever the locale is."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))}
    (folder / "髙𠮷①.csv").write_bytes(FACTS.encode())
    words = ["whatif", "r.haiten", "髙𠮷①.csv", "--body", "99002", "--set", f"{ITEM}=○", "--set", "人口=400"]
    done = subprocess.run(
        [sys.executable, "-m", "haiten.cli", *words],
        capture_output=True,
        check=False,
        cwd=folder,
        env={**inherited, **environment},
    )
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr
