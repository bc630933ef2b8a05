"""Draws files of tests/core/report/files.py as WeasyPrint does by itself, but for the text of pictures.

python -m tests.web.report.plainly FOLDER NAME…  writes FOLDER/NAME.pdf, in a process of its own: shortcuts cannot be
undone.
"""

from __future__ import annotations

import sys
from pathlib import Path

from selfassess.core.report.report import Report
from selfassess.web.app import create_app
from selfassess.web.report import pdf, weasyprint_patches
from tests.core.report import files
from tests.web.conftest import settings_for

UNUSUAL = "unusual"  # letters of other fonts, of none, pictures, right to left, twice
LETTERS = "À l’école 🥕 « 漢字 » שלום, puis ﷽ et 𓀀͸. " * 2


def report(name: str) -> Report:
    if name == UNUSUAL:
        return files.report_of(files.FILES["early"], {"governance": LETTERS})
    return files.report(name)


if __name__ == "__main__":
    weasyprint_patches.SHORTCUTS = (weasyprint_patches.texts_drawn_whole,)
    folder = Path(sys.argv[1])
    with create_app(settings_for(folder)).app_context():
        for each in sys.argv[2:]:
            (folder / f"{each}.pdf").write_bytes(pdf.render(report(each)))
