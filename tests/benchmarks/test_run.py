"""A whole run of the benchmark ends, and loses nothing, where one rival takes too long."""

import subprocess
from typing import Any

import pytest

from haiten.benchmarks import run
from haiten.benchmarks.files import FilesError
from haiten.benchmarks.rivals import BASE, RIVALS


def test_who_takes_too_long_is_estimated(monkeypatch: pytest.MonkeyPatch) -> None:
    """By what was smaller; the first result comes before files are measured, which may fail."""

    def in_process(rival: str, size: str) -> dict[str, Any] | str:
        if RIVALS[rival].children:
            return "soffice"
        if rival == "zen" and size == "1000":
            raise subprocess.TimeoutExpired("zen", 1)
        times = {"wall": 0.01 * int(size), "cpu": 0.02 * int(size)}
        parts = {"ready": 0.0, "load": 0.0, "runs": 1, "loaded": 1, "peak": 2, "digests": [], "versions": {}}
        return {"rival": rival, "size": int(size), "time": times, **parts}

    def files(*_: object) -> None:
        raise FilesError

    for name, stand_in in (("_in_process", in_process), ("measure_files", files)):
        monkeypatch.setattr(run, name, stand_in)
    for name in ("measure_waits", "measure_pages", "measure_desk", "run_one_body"):
        monkeypatch.setattr(run, name, lambda *_, **__: None)
    parts = run.run_all((1, 10, 1000), (), lambda _: None)
    made = next(parts)
    assert made.files is None
    assert {cell.rival for cell in made.cells if cell.size == 1000} == set(RIVALS) - {"zen", *made.missing}
    assert [(each.rival, each.size, each.time.cpu) for each in made.estimates] == [("zen", 1000, 20.0)]
    with pytest.raises(FilesError):
        next(parts)
    monkeypatch.setattr(run, "_in_process", lambda *_: (_ for _ in ()).throw(subprocess.TimeoutExpired(BASE, 1)))
    with pytest.raises(run.BenchmarkError, match="終わりません"):
        next(run.run_all((1,), (), lambda _: None))
