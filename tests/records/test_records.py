"""Records end to end: every command that makes one, twice the same, run again by verify, listed by runs."""

import inspect
import json
import shutil
import zipfile
from pathlib import Path

import jsonschema
import pytest
from real_commands import ROOT, haiten, validated

from forged_records import record_at
from haiten.commands.app import app
from haiten.commands.running import load_commands
from haiten.records.recordable import ABOUT_OUTPUT, RECORDABLE, ArgumentKind, is_option

R6, R7 = "rules/r6/municipal.haiten", "rules/r7/municipal.haiten"
F6, F7 = "examples/kitashiobara_r6.csv", "examples/kitashiobara_r7.csv"
ITEM = "推進.Ⅰ.(ⅰ).1.ア"
# What each command is recorded with: all kinds of arguments, revisions, survey sheets, allocations.
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "score": ("examples/survey/rules.haiten", "examples/survey/returned"),
    "allocate": ("examples/r2/allocation.haiten", "examples/r2/bodies.csv", "--body", "99001"),
    "stats": (R7, F7, "--previous", R6, F6, "--table", "達成項目"),
    "gaps": (R7, F7, "--body", "074021"),
    "sweep": (R6, F6, "--points", f"{ITEM}=0..2", "--points", "推進.Ⅰ.(ⅰ).1.イ=4"),
    "impact": (R6, R7, F6, "--body", "074021"),
}
WRITTEN = {"score": ".csv", "allocate": ".json", "impact": ".csv", "sweep": ".csv"}
load_commands()


def copy_of(folder: Path) -> Path:
    """A folder with the rules and examples of the project, so that paths differ."""
    for shared in ("rules", "examples"):
        shutil.copytree(ROOT / shared, folder / shared, ignore=shutil.ignore_patterns("national", "__pycache__"))
    return folder


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The project twice, at different places."""
    return copy_of(tmp_path_factory.mktemp("here")), copy_of(tmp_path_factory.mktemp("elsewhere"))


def made(command: str, folder: Path, *more: object) -> Path:
    """The record of a command that was run in a folder."""
    options: tuple[object, ...] = ()
    if command in WRITTEN:
        options = ("--to", f"{command}{WRITTEN[command]}", *(() if WRITTEN[command] == ".json" else ("--csv-safe",)))
    done = haiten(command, *ARGUMENTS[command], "--record", f"{command}.haitenrun", *options, *more, cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / f"{command}.haitenrun"


@pytest.mark.parametrize("command", RECORDABLE)
def test_a_run_makes_one_record_wherever_it_is_made_and_comes_to_the_same_again(
    command: str, places: tuple[Path, Path]
) -> None:
    """Same inputs, same bytes, without a path of the machine or a time; ``verify`` says so, in words and as JSON."""
    here, elsewhere = (made(command, folder) for folder in places)
    assert here.read_bytes() == elsewhere.read_bytes()
    with zipfile.ZipFile(here) as archive:
        assert archive.testzip() is None
        whole = b"".join(archive.read(name) for name in archive.namelist())
        manifest = json.loads(archive.read("manifest.json"))
    assert str(places[0]).encode() not in whole
    jsonschema.validate(manifest, json.loads((ROOT / "docs/schema/record-1.json").read_text("utf-8")))
    done = haiten("verify", here, cwd=places[1])
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.rstrip().endswith("確かめました。記録は書かれたままで、今の版でも同じ結果になります。")
    assert f"haiten {command} " in done.stdout
    assert "署名　　なし" in done.stdout
    assert "だれが作ったかは、分かりません" in done.stdout


def test_verifying_and_listing_as_json(places: tuple[Path, Path], tmp_path: Path) -> None:
    """Both have a schema; a record that is not intact is told with its code, and makes the list end with 1."""
    record = made("gaps", places[0])
    shutil.copy(record, tmp_path / "b.haitenrun")
    told = validated(haiten("verify", tmp_path / "b.haitenrun", "--json").stdout, "verification-1.json")
    assert (told["holds"], told["record"]["command"], told["record"]["signer"]) == (True, "gaps", None)
    listed = validated(haiten("runs", tmp_path, "--json").stdout, "runs-1.json")
    assert [(each["file"], each["intact"]) for each in listed["records"]] == [("b.haitenrun", True)]
    (tmp_path / "a.haitenrun").write_bytes(record.read_bytes()[:-1])
    done = haiten("runs", tmp_path, "--json")
    listed = validated(done.stdout, "runs-1.json")
    assert (done.returncode, listed["records"][0]["problems"][0]["code"]) == (1, "H930")
    done = haiten("runs", tmp_path)
    assert done.returncode == 1
    assert "使えない H930" in done.stdout
    failed = haiten("verify", tmp_path / "a.haitenrun", "--json")
    told = validated(failed.stdout, "verification-1.json")
    assert (failed.returncode, told["holds"], told["problems"][0]["code"]) == (1, False, "H930")


def test_what_is_recorded_is_all_that_is_asked() -> None:
    """Every option of a command that makes records is about output, or part of the record with its kind."""
    recording = {name for name in app if "--record" in options_of(name)}
    assert recording == set(RECORDABLE)
    for command, known in RECORDABLE.items():
        assert options_of(command) - ABOUT_OUTPUT == {name for name in known.arguments if is_option(name)}
        assert known.tried is None or "--set" in known.arguments
        assert all(known.arguments[name] is ArgumentKind.RULES for name in (*known.main, *known.base))


def options_of(command: str) -> set[str]:
    """The options of a command, by their first name."""
    made = inspect.isfunction(app[command].default_command)
    arguments = app[command].assemble_argument_collection() if made and not command.startswith("-") else ()
    return {argument.names[0] for argument in arguments if argument.names and argument.names[0].startswith("--")}


@pytest.mark.parametrize(
    ("options", "status", "told"),
    [
        (("--sign", "x.key"), 2, "--record と一緒に"),
        (("--based-on", "x.haitenrun"), 2, "--record と一緒に"),
        (("--record", "x.zip"), 2, ".haitenrun"),
        (("--record", "no/x.haitenrun"), 1, "フォルダがありません"),
        (("--record", "x.haitenrun", "--sign", "none.key"), 1, "H938"),
        (("--record", "x.haitenrun", "--based-on", "none.haitenrun"), 1, "H930"),
    ],
)
def test_misuse(options: tuple[str, ...], status: int, told: str, tmp_path: Path) -> None:
    """Told, and nothing is left behind."""
    for shared in ("rules", "examples"):
        (tmp_path / shared).symlink_to(ROOT / shared)
    done = haiten("score", R6, F6, *options, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (status, "")
    assert told in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["examples", "rules"]


def test_no_record_of_the_folder_and_no_folder(tmp_path: Path) -> None:
    """Nothing to list is no list of nothing."""
    for folder, told in ((tmp_path, "記録（.haitenrun）がありません"), (tmp_path / "no", "読めません")):
        done = haiten("runs", folder)
        assert (done.returncode, done.stdout) == (1, "")
        assert told in done.stderr


def test_a_record_is_never_written_over_what_it_is_made_of(tmp_path: Path) -> None:
    """A record that is built on is an input like any other."""
    shutil.copy(ROOT / "examples/records/other_points.haitenrun", tmp_path / "a.haitenrun")
    done = haiten("score", ROOT / R6, ROOT / F6, "--record", "a.haitenrun", "--based-on", "a.haitenrun", cwd=tmp_path)
    assert done.returncode == 2
    assert "このコマンドの読み込むファイル" in done.stderr


def test_a_file_that_changes_while_it_is_read_is_in_no_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes of a record are those that the results rest on."""
    from haiten.scoring.rulebook import Rulebook

    facts, read = tmp_path / "facts.csv", Rulebook.read_facts
    facts.write_bytes((ROOT / F6).read_bytes())

    def changed(self: Rulebook, *given: object, **more: object) -> object:
        facts.write_bytes(facts.read_bytes() + b"\r\n")
        return read(self, *given, **more)  # type: ignore[arg-type] # passed on as they came

    monkeypatch.setattr(Rulebook, "read_facts", changed)
    done = haiten("score", ROOT / R6, facts, "--record", tmp_path / "r.haitenrun")
    assert done.returncode == 1
    assert "H940" in done.stderr
    assert "中身が変わりました" in done.stderr
    assert not (tmp_path / "r.haitenrun").exists()


def test_a_chain(tmp_path: Path) -> None:
    """A record names one that read the same; all of the chain is verified, and nothing without it."""
    copy_of(tmp_path)
    nation = tmp_path / "bodies.csv"
    nation.write_bytes((ROOT / "examples/r2/bodies.csv").read_bytes())
    done = haiten("keygen", "a.key", "--owner", "監査 係", cwd=tmp_path)
    assert done.returncode == 0
    signed = ("--sign", "a.key")
    first = ("allocate", "examples/r2/allocation.haiten", "bodies.csv")
    for options in (("first.haitenrun",), ("second.haitenrun", "--based-on", "first.haitenrun")):
        done = haiten(*first, "--record", *options, *signed, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    trusted = ("--trusted", "a.key.pub")
    done = haiten("verify", "second.haitenrun", *trusted, "--json", cwd=tmp_path)
    told = validated(done.stdout, "verification-1.json")
    (below,) = told["record"]["verified_based_on"]
    assert (told["record"]["signer"]["owner"], below["signer"]["trusted"]) == ("監査 係", True)
    assert below["record"] == told["record"]["based_on"][0]["record"] == record_at(tmp_path / "first.haitenrun").digest
    listed = validated(haiten("runs", tmp_path, "--json").stdout, "runs-1.json")
    assert listed["records"][1]["record"]["based_on"][0]["file"] == "first.haitenrun"
    (tmp_path / "apart").mkdir()
    (tmp_path / "first.haitenrun").rename(tmp_path / "apart" / "x.haitenrun")
    assert "H941" in haiten("verify", "second.haitenrun", cwd=tmp_path).stderr
    assert haiten("verify", "second.haitenrun", "--records", "apart", cwd=tmp_path).returncode == 0
    done = haiten("verify", "second.haitenrun", "--alone", cwd=tmp_path)
    assert done.returncode == 0
    assert "確かめていない（--alone）" in done.stdout
