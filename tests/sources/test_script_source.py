"""The text of what a program was started with."""

from __future__ import annotations

from pathlib import Path

import pytest

from concviz.sources.script_source import MOST, text_of


def test_a_script_is_read_in_the_encoding_that_it_says(tmp_path: Path) -> None:
    script = tmp_path / "jobs.py"
    script.write_bytes("# coding: latin-1\nname = 'é'\n".encode("latin-1"))
    assert text_of([str(script), "--fast"]) == "# coding: latin-1\nname = 'é'\n"


def test_a_folder_is_its_main(tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text("print('here')\n")
    assert text_of([str(tmp_path)]) == "print('here')\n"


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"# coding: nothing\n", b"x" * (MOST + 1)])
def test_what_is_no_text_that_anybody_reads_is_none(tmp_path: Path, content: bytes) -> None:
    script = tmp_path / "odd.py"
    script.write_bytes(content)
    assert text_of([str(script)]) == ""


@pytest.mark.parametrize("arguments", [[], ["-m", "pytest"], ["gone.py"], ["a\0b"], [""]])
def test_where_there_is_none(arguments: list[str]) -> None:
    assert text_of(arguments) == ""
