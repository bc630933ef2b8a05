"""What saves time in WeasyPrint changes no byte and keeps nothing typed; all of it steps aside for another version."""

from __future__ import annotations

import functools
import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from selfassess.web.report import pdf, weasyprint_patches
from tests.core.report import files
from tests.definitions import ROOT
from tests.fixtures.pdf import CheckPdf
from tests.web.report import plainly
from tests.web.report.conftest import Both

NAMES = ["longest", "unknown", plainly.UNUSUAL]


def test_they_change_no_byte(drawing_app: Flask, tmp_path: Path) -> None:
    """Drawn plainly by another process, for which the machine has no font; here after other reports, whose lines must
    not be taken for theirs."""
    command = [sys.executable, "-m", "tests.web.report.plainly", plainly.PLAIN, str(tmp_path), *NAMES]
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


ANOTHER = "71.0"


def test_all_step_aside_for_another_version(both: Both, tmp_path: Path, check_pdf: CheckPdf) -> None:
    """A process where WeasyPrint says it is another: one warning, the same words, PDF/UA-1."""
    command = [sys.executable, "-m", "tests.web.report.plainly", ANOTHER, str(tmp_path), "early", plainly.UNUSUAL]
    done = subprocess.run(command, cwd=ROOT, check=True, timeout=120, capture_output=True, text=True)
    assert done.stderr.count(f"Drawn by weasyprint {ANOTHER}, ") == done.stderr.count("Drawn by") == 1
    for name in ("early", plainly.UNUSUAL):
        check_pdf(tmp_path / f"{name}.pdf")
    (tmp_path / "usual.pdf").write_bytes(both("early")[1])
    assert words(tmp_path / "early.pdf") == words(tmp_path / "usual.pdf")
    assert "[?]" in words(tmp_path / f"{plainly.UNUSUAL}.pdf")


def words(path: Path) -> list[str]:
    done = subprocess.run(["pdftotext", str(path), "-"], check=True, capture_output=True, text=True)
    return done.stdout.split()


def test_a_change_that_finds_nothing_to_replace_says_so() -> None:
    with pytest.raises(RuntimeError, match="no_such_function"):
        weasyprint_patches.replace("no_such_function", len, len)


def test_nothing_typed_outlives_its_drawing(drawing_app: Flask) -> None:
    """Of a comment drawn, no object of WeasyPrint, and nothing that is kept to save time, still holds a word."""
    word = f"zibeline{os.getpid()}"
    with drawing_app.app_context():
        pdf.render(files.report_of(files.FILES["early"], {"governance": f"Une {word} traverse la route. " * 20}))
    gc.collect()
    assert [one for one in _texts() if word in one and one != word] == []


def _texts() -> Iterator[str]:
    """Every text that some object holds, but for the few that typography keeps."""
    for one in gc.get_objects():
        if isinstance(one, functools._lru_cache_wrapper):
            continue
        for held in gc.get_referents(one):
            untracked = isinstance(held, dict | tuple) and not gc.is_tracked(held)
            yield from (text for text in (gc.get_referents(held) if untracked else [held]) if isinstance(text, str))
