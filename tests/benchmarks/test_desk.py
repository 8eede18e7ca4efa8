"""What is measured at the editor's desk is what an author does, on rulebooks without a mistake; the page says it."""

from pathlib import Path

from attrs import evolve

from haiten.benchmarks.desk import DeskFile, DeskMeasured, Waited, keystrokes, large_rulebook, measure_desk
from haiten.benchmarks.measure import Times
from haiten.benchmarks.report import _desk
from haiten.compiler.driver import compile_source
from haiten.compiler.source import Source

MACHINE = {"date": "2026-04-01", "load": "0.1"}
R6 = Path(__file__).parents[2] / "rules/r6/municipal.haiten"


def test_the_large_rulebook_has_no_mistake() -> None:
    """Eleven times the items and points of R6."""
    text = R6.read_text(encoding="utf-8")
    found = compile_source(Source(str(R6.parents[1] / "large/municipal.haiten"), large_rulebook(text)))
    assert found.ok
    assert not found.diagnostics
    assert found.program is not None
    assert found.program.maximum == 11 * 800
    assert 4_500 < found.source.text.count("\n") < 5_000  # type: ignore[union-attr] # it was compiled


def test_keystrokes_are_all_over_the_file_and_mend_what_they_break() -> None:
    """Applied one after the other; every bracket that is taken away is put back at once."""
    text = before = R6.read_text(encoding="utf-8")
    places = []
    for number, (at, length, new) in enumerate(keystrokes(text, 20)):
        assert length + len(new) >= 1
        text = text[:at] + new + text[at + length :]
        places.append(at / len(text))
        if number % 5 != 3:
            assert text.count("「") == text.count("」")
    assert min(places) < 0.2
    assert max(places) > 0.8
    assert text != before


def test_the_page_tells_median_and_worst() -> None:
    """Of both waits and of their sum, by the processor and by the clock; what was kept is read again."""
    waited = Waited(Times(0.02, 0.01), Times(0.2, 0.1))
    seldom = (Times(2.0, 1.0), Times(0.002, 0.001), Times(0.004, 0.003), Times(0.006, 0.005))
    shown, together = (evolve(waited, median=Times(*times)) for times in ((0.004, 0.003), (0.023, 0.014)))
    file = DeskFile("R6", 1_465, waited, shown, together, *seldom)
    measured = DeskMeasured(MACHINE, 60, 0.12, (file, evolve(file, label="R5", together=None)))
    assert DeskMeasured.from_json(measured.to_json()) == measured
    text = "\n".join(_desk(measured))
    assert "60 keystrokes in each file" in text
    assert "The 120 ms that the server waits" in text
    apart = "10.0 ms (100 ms) | 20.0 ms (200 ms) | 3.00 ms (100 ms) | 4.00 ms (200 ms)"
    assert f"| R6 | 1,465 | {apart} | 14.0 ms (100 ms) | 23.0 ms (200 ms) |" in text
    assert f"| R5 | 1,465 | {apart} | – | – |" in text
    assert "| R6 | 1.00 s | 1.00 ms | 3.00 ms | 5.00 ms |" in text


def test_a_server_is_really_asked() -> None:
    """A few keystrokes in a revision, through the pipes of a server of its own."""
    measured = measure_desk(lambda line: None, keys=5, only=("r8",))
    assert [file.lines < 100 for file in measured.files] == [True]
    for file in measured.files:
        waits = (file.told.median, file.told.worst, file.shown.median, file.opened, file.hover, file.completion)
        assert all(times.cpu > 0 for times in waits)
        assert file.told.worst.cpu >= file.told.median.cpu
        assert file.together is not None
        most = file.told.worst.cpu + file.shown.worst.cpu
        assert max(file.told.worst.cpu, file.shown.worst.cpu) < file.together.worst.cpu <= most
