"""Printed from the browser, a result loses nothing: no column cut, no annex folded."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from flask import Flask
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from tests.core.report import files
from tests.definitions import ROOT
from tests.fixtures.browser import NewPage
from tests.fixtures.server import Serve
from tests.web.report import sound
from tests.web.report.conftest import hold

FAULT = json.loads((ROOT / "tests/faults/10_result_printed_from_the_browser.json").read_text("utf-8"))
MARGIN = 12 * 72 / 25.4  # no word closer to the edge of the sheet


def test_fault_10a_10b_result_printed_from_the_browser(
    app: Flask, serve: Serve, new_page: NewPage, tmp_path: Path
) -> None:
    """fault_10a: no table is cut. fault_10b: annexes are printed, and the page says that there is a PDF."""
    assert [case["id"] for case in FAULT["cases"]] == ["10a", "10b"]
    hold(app, "longest", files.FILES["longest"], files.COMMENTS["longest"])
    page, path = new_page(base_url=serve(app)), tmp_path / "printed.pdf"
    page.goto("/reprendre/longest")
    page.goto("/dossier/resultat")
    shown = HTMLParser(page.content()).css_first(".report")
    for one in shown.css("svg title, .rp-unfold > summary, .rp-question > summary, .app-no-print"):  # not on paper
        one.decompose()
    page.pdf(path=path, format="A4", print_background=False)
    boxes = [one for found in sound.boxes(path) for one in found]
    assert [one.text for one in boxes if one.left < MARGIN or one.right > sound.WIDE - MARGIN] == []
    done = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, text=True, check=True)
    words = re.compile(r"[^\W\d_]{4,}")
    unsaid = {one for one in words.findall(shown.text(separator=" ")) if one not in done.stdout}
    assert {one for one in unsaid if len(one) <= sound.LONGEST_WORD} == set()
    assert "prenez le PDF" in " ".join(done.stdout.split())
