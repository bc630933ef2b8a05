"""Draws files of tests/core/report/files.py in a process of its own: what is changed in WeasyPrint cannot be undone.

python -m tests.web.report.plainly HOW FOLDER NAME…  writes FOLDER/NAME.pdf. HOW: « plain », without what only saves
time; or a version that WeasyPrint is said to have.
"""

from __future__ import annotations

import sys
from pathlib import Path

import weasyprint

from selfassess.core.report.report import Report
from selfassess.web.app import create_app
from selfassess.web.report import pdf, weasyprint_patches
from tests.core.report import files
from tests.web.conftest import settings_for

PLAIN = "plain"
UNUSUAL = "unusual"  # letters of other fonts, of none, pictures, right to left, twice
LETTERS = "À l’école 🥕 « 漢字 » שלום, puis ﷽ et 𓀀͸. " * 2


def report(name: str) -> Report:
    if name == UNUSUAL:
        return files.report_of(files.FILES["early"], {"governance": LETTERS})
    return files.report(name)


if __name__ == "__main__":
    how, folder = sys.argv[1], Path(sys.argv[2])
    if how == PLAIN:
        weasyprint_patches.QUICK = ()
    else:
        weasyprint.__version__ = how
    with create_app(settings_for(folder)).app_context():
        for each in sys.argv[3:]:
            (folder / f"{each}.pdf").write_bytes(pdf.render(report(each)))
