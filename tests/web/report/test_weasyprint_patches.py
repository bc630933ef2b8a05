"""What is worked out once instead of again and again changes no byte of a PDF, and fails loudly if it has no effect."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask

from selfassess.web.report import pdf, weasyprint_patches
from tests.core.report import files
from tests.definitions import ROOT
from tests.web.report import plainly

NAMES = ["exchange_founder", "longest", "twinning_and_project", "unknown", plainly.UNUSUAL]


def test_they_change_no_byte(drawing_app: Flask, tmp_path: Path) -> None:
    """Drawn plainly by another process, for which the machine has no font; here after other reports, whose lines must
    not be taken for theirs."""
    command = [sys.executable, "-m", "tests.web.report.plainly", str(tmp_path), *NAMES]
    (tmp_path / "none.conf").write_text("<fontconfig></fontconfig>")
    hidden = {**os.environ, "FONTCONFIG_FILE": str(tmp_path / "none.conf"), "FONTCONFIG_PATH": str(tmp_path)}
    subprocess.run(command, cwd=ROOT, check=True, timeout=120, env=hidden)
    with drawing_app.app_context():
        for name in [*NAMES, *reversed(NAMES)]:
            assert pdf.render(plainly.report(name)) == (tmp_path / f"{name}.pdf").read_bytes(), name


def test_lines_are_kept_and_not_for_ever(drawing_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing again breaks no line anew; a process that has drawn much forgets and goes on."""
    from weasyprint.text import line_break

    with drawing_app.app_context():
        first = pdf.render(files.report("early"))
        new = 0
        theirs = line_break.Layout.set_text

        def counted(*given: object, **named: object) -> None:
            nonlocal new
            new += 1
            theirs(*given, **named)

        monkeypatch.setattr(line_break.Layout, "set_text", counted)
        report = files.report("early")
        _, laid = pdf.laid_out(report)
        assert new == 0  # no text was measured while laying out
        monkeypatch.setattr(weasyprint_patches, "MOST_LINES", 10)
        assert pdf.write(report, laid) == first
        assert pdf.render(files.report("early")) == first
        assert new > 0


def test_a_shortcut_that_finds_nothing_to_replace_says_so() -> None:
    with pytest.raises(RuntimeError, match="no_such_function"):
        weasyprint_patches.replace("no_such_function", len, len)


def test_a_line_is_not_written_where_the_file_has_other_widths() -> None:
    asked: list[str] = []
    font = SimpleNamespace(widths={7: 500}, to_unicode={})
    stream = SimpleNamespace(add_font=lambda _: (font, 10), set_text_matrix=lambda *_: asked.append("matrix"),
                             show_text=asked.append)  # fmt: skip
    matrix = SimpleNamespace(values=(1, 0, 0, 1, 0, 0))
    line = weasyprint_patches._Drawn([("show_text", ("<0007>",))], [(None, [(7, "a", 501)])])
    assert not line.written(stream, matrix)
    assert asked == []
    font.widths[7] = 501
    assert line.written(stream, matrix)
    assert asked == ["matrix", "<0007>"]
    assert font.to_unicode == {7: "a"}
