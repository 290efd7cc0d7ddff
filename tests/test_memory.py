"""What is said of the memory that the tests take."""

from __future__ import annotations

from pathlib import Path

from tests.memory import LIMIT_MB, peak_mb, said


def test_the_peak_is_read_from_what_the_system_says(tmp_path: Path) -> None:
    status = tmp_path / "status"
    status.write_text("Name:\tpython\nVmPeak:\t 9999999 kB\nVmHWM:\t  500000 kB\n")
    assert peak_mb(status) == 512
    status.write_text("Name:\tpython\n")
    assert peak_mb(status) is None
    assert peak_mb(tmp_path / "none") is None


def test_too_much_is_said() -> None:
    assert said({"gw1": 400, "gw0": LIMIT_MB}) == (
        "Most memory of each process: gw0 700 MB, gw1 400 MB."
    )
    assert said({"main": LIMIT_MB + 1}).endswith(
        "main 701 MB; more than 700 MB: something is kept."
    )
